// Forms of the coach's page: settings, the test of the connection, copy and paste, own documents.
"use strict";
(() => {
  const { send, attempt, filled, reload } = window.actions;
  const { made, words, findings, dayWords } = window.coach;

  const awake = (form) => form.querySelectorAll("button").forEach((button) => (button.disabled = false));
  const say = (form, text) => (form.querySelector("[role=status]").textContent = text);

  // ---- settings ----

  const number = (text) => (text.trim() ? Number(text.replace(",", ".")) : null);

  function chosen(form) {
    const { elements } = form;
    const held = Object.fromEntries([...form.querySelectorAll("[data-number]")].map((field) => [field.name, number(field.value)]));
    const text = (name) => elements[name].value.trim();
    return {
      ...held,
      is_enabled: elements.is_enabled.checked,
      has_weekly_word: elements.has_weekly_word.checked,
      privacy_level: elements.privacy_level.value,
      api: elements.api.value,
      base_url: text("base_url") || null,
      chat_model: text("chat_model"),
      plan_model: text("plan_model"),
      embedding_model: text("embedding_model") || null,
    };
  }

  const store = (form) => attempt(form, async () => {
    await send(form.dataset.coachSettings, "PUT", chosen(form));
    await reload();
  });

  // A known server brings its address and kind of API; its models are the runner's to name.
  function choose(select) {
    const { address, kind } = select.selectedOptions[0].dataset;
    const { elements } = select.form;
    if (select.value === "other") return elements.base_url.focus();
    elements.base_url.value = address;
    elements.api.value = kind;
  }

  const check = (form) => attempt(form, async () => {
    say(form, words().settings.checking);
    try {
      say(form, (await send(form.dataset.coachCheck, "POST")).words);
      awake(form);
    } catch (error) {
      say(form, "");
      throw error;
    }
  });

  // ---- to another chat and back ----

  let address = "";

  const makeExport = (form) => attempt(form, async () => {
    const { size, language, privacy_level: level, with_schema: schema } = form.elements;
    const request = { size: size.value, language: language.value, privacy_level: level.value, with_schema: schema.checked };
    const { text, tokens } = await send(form.dataset.coachExport, "POST", request);
    URL.revokeObjectURL(address);
    address = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
    form.querySelector("[download]").href = address;
    form.elements.made.value = text;
    form.querySelector(".made").hidden = false;
    say(form, filled(words().exchange.tokens, { count: tokens.toLocaleString("en") }));
    awake(form);
  });

  // The clipboard is closed to pages of another host without HTTPS; a selection can be copied there.
  async function copy(button) {
    const place = button.closest(".made, .outcome");
    const field = place.querySelector("textarea");
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    button.dataset.words ??= button.textContent;
    button.textContent = words().chat.copied;
    setTimeout(() => (button.textContent = button.dataset.words), 2000);
  }

  // What a form holds: its text, else the file, which the server reads whatever its letters are.
  function given(form, title) {
    const text = form.elements.text.value;
    const file = form.elements.file.files[0];
    if (text.trim() || !file) return { text, ...title };
    const body = new FormData();
    Object.entries(title ?? {}).forEach((entry) => body.append(...entry));
    body.append("file", file);
    return body;
  }

  function listed(title, sentences) {
    if (!sentences.length) return [];
    const list = made("ul", "", "lines");
    list.append(...sentences.map((sentence) => made("li", sentence)));
    return [made("h4", title), list];
  }

  function back(text) {
    if (!text) return [];
    const field = Object.assign(made("textarea", "", "back"), { value: text, readOnly: true, rows: 5 });
    field.setAttribute("aria-label", words().exchange.back);
    const button = made("button", words().exchange.copy, "button");
    button.type = "button";
    button.dataset.copy = "";
    return [made("h4", words().exchange.back), field, button];
  }

  function understood(plan) {
    if (!plan) return [];
    const [first, last] = [plan.first_day, plan.last_day].map(dayWords);
    const parts = [plan.title, filled(words().plan.span, { first, last, weeks: plan.weeks }), filled(words().exchange.sessions, plan)];
    if (plan.km !== null) parts.push(`${plan.km.toFixed(1)} km`);
    return [made("p", parts.filter(Boolean).join(" · "), "hint")];
  }

  const LOOKS = { accept: "good", repair: "good", ask: "warn", fallback: "warn", reject: "bad" };

  function outcome(done) {
    const say = words().exchange;
    const parts = [
      made("p", say.treatment[done.treatment], `verdict-line ${LOOKS[done.treatment]}`),
      ...understood(done.understood),
      ...listed(say.changes, done.changes),
      ...listed(say.reasons, done.reasons),
      ...listed(say.questions, done.questions),
    ];
    if (done.findings.length) parts.push(made("h4", say.findings), findings(done.findings));
    if (done.plan_id) {
      const link = made("a", say.plan, "button main");
      link.href = `plan.ipynb?id=${done.plan_id}`;
      parts.push(link);
    }
    return [...parts, ...back(done.reply)];
  }

  const takeImport = (form) => attempt(form, async () => {
    const body = given(form);
    const isFile = body instanceof FormData;
    if (!isFile && !body.text.trim()) throw new Error(words().exchange.empty);
    const path = form.dataset.coachImport + (isFile ? "/file" : "");
    const place = form.querySelector(".outcome");
    place.replaceChildren(made("p", words().exchange.reading, "hint"));
    try {
      place.replaceChildren(...outcome(await send(path, "POST", body)));
    } catch (error) {
      place.replaceChildren();
      throw error;
    }
    awake(form);
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "nearest" });
  });

  const addDocument = (form) => attempt(form, async () => {
    const body = given(form, { title: form.elements.title.value.trim() });
    await send(form.dataset.coachDocument + (body instanceof FormData ? "/upload" : ""), "POST", body);
    await reload();
  });

  // ---- events ----

  const forms = {
    coachSettings: store,
    coachCheck: check,
    coachExport: makeExport,
    coachImport: takeImport,
    coachDocument: addDocument,
  };

  document.addEventListener("submit", (event) => {
    const name = Object.keys(forms).find((one) => one in event.target.dataset);
    if (!name) return;
    event.preventDefault();
    forms[name](event.target);
  });
  document.addEventListener("change", ({ target }) => {
    if ("preset" in target.dataset) choose(target);
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-copy]");
    if (button) copy(button);
  });

  // A file may be dropped where its text would be pasted; it takes the place of what is there.
  const landing = (event) => event.dataTransfer?.types.includes("Files") && event.target.closest?.("[data-coach-import], [data-coach-document]");
  document.addEventListener("dragover", (event) => landing(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    const form = landing(event);
    if (!form) return;
    event.preventDefault();
    form.elements.file.files = event.dataTransfer.files;
    form.elements.text.value = "";
  });
})();
