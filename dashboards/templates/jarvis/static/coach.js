// Talking with the coach: conversations, an answer as it comes, what would be sent before it is.
"use strict";
(() => {
  const { send, attempt, filled } = window.actions;
  const { made, words, rendered, doiLink, draw, shell, trouble } = window.coach;
  const byId = (id) => document.getElementById(id);
  const chat = () => byId("coach-chat");
  const part = (selector) => chat().querySelector(selector);
  const api = (path) => `${chat().dataset.api}${path}`;
  const LEAD_PX = 8;
  const STOP_WAIT_MS = 8000;

  // The conversation that is open, the answer that comes, and what waits for an agreement.
  let talkId = null;
  let coming = null;
  let pending = "";

  const top = (element) => element.getBoundingClientRect().top;

  // A question goes to the top, with room for its answer below: what comes is read from there.
  function lead(question) {
    const [body, list] = [part(".talk-body"), part(".messages")];
    list.style.minHeight = `${top(question) - top(list) + body.clientHeight - LEAD_PX}px`;
    body.scrollTop += top(question) - top(body) - LEAD_PX;
  }

  // On a phone the focus would bring the keyboard over what is to be read.
  const focusField = () => matchMedia("(pointer: fine)").matches && part("textarea")?.focus({ preventScroll: true });

  // ---- conversations ----

  function show(id, title) {
    talkId = id;
    part(".talk-title").textContent = title || words().chat.new;
    part(".of-talk").hidden = id === null;
    chat().querySelectorAll("[data-talk]").forEach((row) => row.toggleAttribute("aria-current", Number(row.dataset.talk) === id));
    history.replaceState(null, "", id === null ? location.pathname : `?id=${id}`);
  }

  function startNew() {
    if (coming) return;
    part(".messages").replaceChildren();
    part(".messages").style.minHeight = "";
    part(".welcome").hidden = false;
    show(null);
    chat().classList.remove("list-open");
    focusField();
  }

  async function open(id) {
    const place = part(".messages");
    chat().classList.remove("list-open");
    try {
      const { conversation, messages } = await send(api(`/conversations/${id}`), "GET");
      part(".welcome").hidden = true;
      place.replaceChildren(...messages.map((message) => draw(message)));
      place.style.minHeight = "";
      show(id, conversation.title);
    } catch (error) {
      startNew();
      part(".messages").replaceChildren(made("li", error.message || words().chat.failed, "message trouble"));
    }
    part(".talk-body").scrollTop = part(".talk-body").scrollHeight;
  }

  // A conversation that goes on is the first of the list.
  function enlist({ conversation_id: id, title }) {
    const list = part(".talk-list");
    let row = list.querySelector(`[data-talk="${id}"]`);
    if (!row) {
      row = part(".talks template").content.firstElementChild.cloneNode(true);
      row.dataset.talk = id;
      row.querySelector("a").href = `${chat().dataset.page}?id=${id}`;
    }
    row.querySelector("a").textContent = title;
    list.prepend(row);
    part(".talks .none").hidden = true;
    show(id, title);
  }

  function rename(form) {
    attempt(form, async () => {
      const { title } = await send(api(`/conversations/${talkId}`), "PATCH", { title: form.elements.title.value.trim() });
      enlist({ conversation_id: talkId, title });
      form.closest("dialog").close();
      form.querySelectorAll("button").forEach((button) => (button.disabled = false));
    });
  }

  function remove(dialog) {
    attempt(dialog, async () => {
      await send(api(`/conversations/${talkId}`), "DELETE");
      part(`[data-talk="${talkId}"]`)?.remove();
      part(".talks .none").hidden = part(".talk-list").childElementCount > 0;
      dialog.close();
      dialog.querySelectorAll("button").forEach((button) => (button.disabled = false));
      startNew();
    });
  }

  // ---- an answer as it comes ----

  async function* events(answer) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop();
      for (const block of blocks) {
        const fields = Object.fromEntries(block.split(/\r?\n/).map((line) => line.match(/^(\w+): ?(.*)$/)?.slice(1) ?? []));
        if (fields.event) yield { name: fields.event, data: JSON.parse(fields.data || "{}") };
      }
    }
  }

  const busy = (isBusy) => {
    part("[data-stop]").hidden = !isBusy;
    part("[data-send-talk]").hidden = isBusy;
    part(".messages").setAttribute("aria-busy", String(isBusy));
  };

  // What is known of an answer before it is checked; the last event replaces it.
  function provisional(item) {
    const answer = { role: "assistant", content: "", sign_level: "none", citations: [], tools: [], unknown_numbers: [], plan_id: null };
    const paint = () => {
      draw(answer, item);
      if (!answer.content) item.append(made("p", words().chat.thinking, "thinking"));
    };
    let frame = 0;
    const later = () => (frame ||= requestAnimationFrame(() => { frame = 0; paint(); }));
    const still = () => cancelAnimationFrame(frame);
    return { answer, paint, later, still };
  }

  // What kept an answer from being given stands below what had come of it.
  function tell({ item, problem }) {
    if (!problem) return;
    item.querySelectorAll(".thinking, .unanswered, .trouble").forEach((note) => note.remove());
    item.append(trouble(problem.what, problem.remedy, problem.code));
  }

  const takers = {
    conversation: (turn, data) => enlist(data),
    sign: (turn, data) => { turn.shown.answer.sign_level = data.level; turn.shown.later(); },
    tool: (turn, data) => { turn.shown.answer.tools.push(data.name); turn.shown.later(); },
    text: (turn, data) => { turn.shown.answer.content += data.text; turn.shown.later(); },
    plan: (turn, data) => { turn.planId = data.plan_id; },
    message: (turn, data) => {
      turn.shown.still();
      draw({ ...data, plan_id: data.plan_id ?? turn.planId ?? null }, turn.item);
      turn.isAnswered = !data.error_code;
      tell(turn);
    },
    problem: (turn, data) => {
      turn.shown.still();
      turn.problem = data;
      tell(turn);
      if (data.code === "talk.agreement_missing") delete chat().dataset.agreed;
    },
  };

  async function stream(text) {
    const field = part("textarea");
    const mine = draw({ role: "user", content: text, sign_level: "none", citations: [], tools: [], unknown_numbers: [] });
    const item = shell("assistant");
    const turn = { item, shown: provisional(item), isAnswered: false };
    const controller = new AbortController();
    coming = { controller };
    part(".composer .told").textContent = "";
    part(".welcome").hidden = true;
    part(".messages").append(mine, item);
    field.value = "";
    fit(field);
    turn.shown.paint();
    lead(mine);
    busy(true);
    try {
      const body = JSON.stringify({ text, conversation_id: talkId, language: document.documentElement.lang });
      const headers = { "Content-Type": "application/json", Accept: "text/event-stream" };
      const answer = await fetch(api("/chat"), { method: "POST", headers, body, signal: controller.signal });
      if (!answer.ok) throw Object.assign(new Error(), { problem: await answer.json().catch(() => ({})) });
      for await (const { name, data } of events(answer)) takers[name]?.(turn, data);
      if (!turn.isAnswered && !turn.problem) throw new Error(words().chat.broken);
    } catch (error) {
      turn.shown.still();
      fail(turn, mine, error, controller.signal.aborted);
    }
    coming = null;
    if (!turn.isAnswered && !field.value) field.value = text;
    fit(field);
    busy(false);
    focusField();
  }

  // A message that was refused was not taken: it goes back to where it was written.
  function fail({ item, shown }, mine, { problem, message }, wasStopped) {
    item.querySelector(".thinking")?.remove();
    if (problem) {
      mine.remove();
      item.remove();
      if (!part(".messages").childElementCount) part(".welcome").hidden = false;
      part(".composer .told").replaceChildren([problem.detail, problem.remedy].filter(Boolean).join(" ") || words().chat.failed);
      if (problem.code === "talk.agreement_missing") delete chat().dataset.agreed;
    } else if (wasStopped) item.append(made("p", words().chat.stopped, "remark"));
    else item.append(trouble(shown.answer.content || message === words().chat.broken ? words().chat.broken : words().chat.failed));
  }

  async function stop() {
    const { controller } = coming ?? {};
    if (!controller) return;
    part("[data-stop]").hidden = true;
    if (talkId === null) return controller.abort();
    setTimeout(() => coming?.controller === controller && controller.abort(), STOP_WAIT_MS);
    await send(api(`/conversations/${talkId}/stop`), "POST").catch(() => controller.abort());
  }

  // ---- what would be sent ----

  function figures(preview) {
    const say = words().preview;
    const price = preview.cost_usd === null ? say.unknown_cost : filled(say.most_cost, { cost: preview.cost_usd.toFixed(4) });
    const level = words().privacy[preview.privacy_level];
    const tools = preview.tools.join(", ");
    const size = filled(say.tokens, { count: preview.tokens.toLocaleString("en"), most: preview.most_output_tokens.toLocaleString("en") });
    return [
      [say.to, preview.base_url ?? chat().dataset.host],
      [say.model, preview.model],
      [say.level, `${level.name}. ${level.what}`],
      [say.size, size],
      [say.cost, price],
      ...(tools ? [[say.tools, tools]] : []),
    ];
  }

  function section({ name, text, tokens }) {
    const fold = made("details", "", "sent");
    const head = made("summary", words().sections[name] ?? name);
    head.append(" ", made("small", filled(words().preview.section_tokens, { count: tokens.toLocaleString("en") })));
    fold.append(head, made("pre", text));
    return fold;
  }

  async function preview(text) {
    const shown = await send(api("/preview"), "POST", { text, conversation_id: talkId });
    // Some words of danger go nowhere: the set answer needs no agreement.
    const isKept = !shown.sections.length;
    if (isKept && pending) return sendPending();
    const sheet = byId("coach-preview");
    const rows = isKept ? [] : figures(shown);
    sheet.querySelector("dl").replaceChildren(...rows.flatMap(([name, value]) => [made("dt", name), made("dd", value)]));
    sheet.querySelector(".sections").replaceChildren(...(isKept ? [made("p", words().preview.nothing, "hint")] : shown.sections.map(section)));
    const isAgreed = "agreed" in chat().dataset;
    sheet.querySelector("[data-agree]").hidden = isAgreed;
    sheet.querySelector("[data-send-previewed]").hidden = !isAgreed || !text || text !== part("textarea").value.trim();
    sheet.querySelector(".told").textContent = "";
    sheet.querySelectorAll("button").forEach((button) => (button.disabled = false));
    if (!sheet.open) sheet.showModal();
    sheet.querySelector(".answer").scrollTop = 0;
    sheet.querySelector("h2").focus({ preventScroll: true });
  }

  function showPreview(text) {
    const form = part(".composer");
    return attempt(form, async () => {
      try {
        await preview(text);
      } finally {
        form.querySelectorAll("button").forEach((button) => (button.disabled = false));
      }
    });
  }

  function sendPending() {
    const text = pending || part("textarea").value.trim();
    pending = "";
    byId("coach-preview").close();
    if (text) stream(text);
  }

  function agree() {
    const sheet = byId("coach-preview");
    attempt(sheet, async () => {
      await send(api("/agreement"), "POST");
      chat().dataset.agreed = "";
      sendPending();
    });
  }

  // The first message shows what it would send; nothing leaves before the runner has agreed.
  function ask(text) {
    if (!text || coming) return;
    part("textarea").value = text;
    if ("agreed" in chat().dataset) return stream(text);
    pending = text;
    showPreview(text);
  }

  // ---- the page ----

  function fit(field) {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, 180)}px`;
  }

  function source(button) {
    const { title, source: from, doi } = JSON.parse(button.dataset.cite);
    const parts = [made("p", title, "lead"), made("p", from)];
    if (doi) parts.push(made("p")), parts[2].append(doiLink(doi));
    byId("coach-source").querySelector(".about").replaceChildren(...parts);
    byId("coach-source").showModal();
  }

  async function suggest() {
    const place = part(".suggestions");
    if (!part(".composer") || place.childElementCount) return;
    const questions = await send(api("/suggestions"), "GET").catch(() => []);
    place.replaceChildren(
      ...questions.map((question) => {
        const button = made("button", question, "suggestion");
        button.type = "button";
        button.dataset.suggestion = "";
        const item = made("li");
        item.append(button);
        return item;
      }),
    );
  }

  const presses = {
    newTalk: startNew,
    preview: () => { pending = ""; showPreview(part("textarea").value.trim()); },
    stop,
    agree,
    sendPreviewed: sendPending,
    renameTalk() {
      byId("coach-rename").querySelector("input").value = part(".talk-title").textContent;
      byId("coach-rename").showModal();
    },
    deleteTalk: () => byId("coach-delete").showModal(),
    deleteSure: () => remove(byId("coach-delete")),
    suggestion: (button) => ask(button.textContent),
    cite: source,
    talks: (button) => chat().classList.toggle("list-open", button.dataset.talks === "open"),
  };

  function press(event) {
    const { target } = event;
    if (target.matches("dialog.sheet")) return target.close();
    unfold(target.closest('a[href^="#coach-"]'));
    if (!chat()) return;
    const talk = target.closest(".talk-list a");
    if (talk && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      if (!coming) open(Number(talk.parentElement.dataset.talk));
      return;
    }
    const button = target.closest("button");
    const name = button && Object.keys(presses).find((one) => one in button.dataset);
    if (name) presses[name](button);
  }

  // A link to a part of the page opens it.
  const unfold = (link) => link && byId(link.hash.slice(1))?.querySelector("details")?.setAttribute("open", "");

  function key(event) {
    if (event.target.name !== "text" || !event.target.closest(".composer")) return;
    // While Hangul is composed, Enter ends the syllable.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    ask(event.target.value.trim());
  }

  function submit(event) {
    if (event.target.matches(".composer")) ask(event.target.elements.text.value.trim());
    else if (event.target.matches("[data-rename]")) rename(event.target);
    else return;
    event.preventDefault();
  }

  function wire() {
    document.querySelectorAll("[data-said]").forEach((place) => place.replaceChildren(...rendered(place.textContent)));
    if (!chat()) return;
    suggest();
    if (chat().dataset.open) open(Number(chat().dataset.open));
    else show(null);
  }

  document.addEventListener("click", press);
  document.addEventListener("keydown", key);
  document.addEventListener("submit", submit);
  document.addEventListener("input", ({ target }) => target.closest(".composer") && fit(target));
  document.addEventListener("DOMContentLoaded", wire);
  document.addEventListener("jarvis:renewed", wire);
})();
