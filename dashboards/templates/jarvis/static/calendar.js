// The calendar: a day opens in a sheet, a workout is moved by dragging or by its date, and what a
// change costs is shown before it is proposed.
"use strict";
(() => {
  const { send, attempt, filled, reload } = window.actions;
  const API = "/api/v1";
  const element = (tag, text, name) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.textContent = text;
    return made;
  };

  const month = () => document.querySelector(".month");
  const words = () => JSON.parse(month().dataset.words);
  const cell = (day) => document.querySelector(`.month-day[data-date="${day}"]`);
  const nameOf = (day) => cell(day)?.dataset.name ?? day;
  const signed = (value, digits) => `${value > 0 ? "+" : "−"}${Math.abs(value).toFixed(digits)}`;

  // ---- a day in full ----

  function openDay(day) {
    const sheet = document.getElementById("day-sheet");
    sheet.querySelector(".body").replaceChildren(day.querySelector("template").content.cloneNode(true));
    sheet.querySelectorAll("form.move input").forEach((input) => (input.min = month().dataset.today));
    sheet.showModal();
    sheet.scrollTop = 0;
  }

  function addOn(day) {
    document.getElementById("day-sheet").close();
    const form = document.querySelector(".own-form");
    form.elements.day.value = day;
    form.scrollIntoView({ block: "center" });
    form.elements.text.focus();
  }

  // ---- moving ----

  // What a move is: to a day that has a workout of the plan, the two days change places.
  function editOf(from, to) {
    const taken = cell(to)?.querySelector('.session[data-own=""]');
    if (taken) return { kind: "swap", first_date: from, second_date: to };
    return { kind: "move", from_date: from, to_date: to };
  }

  function question(kind, from, to) {
    const dialog = document.getElementById("price");
    dialog.querySelector(".what").textContent = filled(words()[kind], { from: nameOf(from), to: nameOf(to) });
    dialog.querySelector(".effects").replaceChildren();
    dialog.querySelector(".told").textContent = "";
    dialog.querySelector("[data-confirm]").hidden = false;
    dialog.querySelector("[data-confirm]").disabled = false;
    dialog.querySelector("a.button").hidden = true;
    if (!dialog.open) dialog.showModal();
    return dialog;
  }

  function move(from, to, own) {
    if (!to || from === to) return;
    document.getElementById("day-sheet").close();
    if (own) moveOwn(from, to, own);
    else propose(from, to);
  }

  function moveOwn(from, to, own) {
    const dialog = question("own_move", from, to);
    dialog.querySelector("[data-confirm]").onclick = () =>
      attempt(dialog, async () => {
        await send(`${API}/workouts/${own}/schedule`, "POST", { date: to });
        reload();
      });
  }

  function propose(from, to) {
    const edit = editOf(from, to);
    const plan = `${API}/plans/${month().dataset.plan}`;
    const dialog = question(edit.kind, from, to);
    const confirm = dialog.querySelector("[data-confirm]");
    const effects = dialog.querySelector(".effects");
    effects.replaceChildren(element("li", words().pending, "pending"));
    attempt(dialog, async () => {
      confirm.disabled = true;
      try {
        effects.replaceChildren(...effectsOf(await send(`${plan}/price`, "POST", { edits: [edit] })));
        dialog.querySelectorAll("button").forEach((button) => (button.disabled = false));
      } catch (error) {
        effects.replaceChildren();
        confirm.hidden = true;
        throw error;
      }
    });
    confirm.onclick = () =>
      attempt(dialog, async () => {
        await send(`${plan}/edits`, "POST", { edits: [edit] });
        stored(dialog);
      });
  }

  function stored(dialog) {
    dialog.querySelector(".effects").replaceChildren(element("li", words().stored, "good"));
    dialog.querySelector("[data-confirm]").hidden = true;
    dialog.querySelector("a.button").hidden = false;
    dialog.querySelector("[data-close]").disabled = false;
    dialog.addEventListener("close", () => reload(), { once: true });
  }

  function effectsOf(price) {
    const say = words();
    const lines = Object.entries(price.week_km_change).map(([day, km]) =>
      element("li", filled(say.effect_week, { day: nameOf(day), km: signed(km, 1) })),
    );
    const number = (key, value, digits) => {
      const shown = value == null ? 0 : Number(value.toFixed(digits));
      if (shown) lines.push(element("li", filled(say[`effect_${key}`], { [key]: signed(shown, digits) })));
    };
    number("load", price.load_change, 0);
    number("form", price.race_tsb_change, 1);
    number("time", price.race_time_low_change_s, 0);
    if (!lines.length) lines.push(element("li", say.effect_none));
    const found = (findings, label, look) =>
      findings.forEach((one) => {
        const text = filled(say.findings[`${one.code.toLowerCase()}.${one.key}`] ?? one.code, one.values);
        const name = one.severity === "error" && label === "new_finding" ? "new_error" : label;
        lines.push(element("li", `${say[name]}: ${text.replace(/\d{4}-\d\d-\d\d/g, nameOf)}`, look(one)));
      });
    found(price.new_findings, "new_finding", (one) => (one.severity === "error" ? "bad" : "warn"));
    found(price.gone_findings, "gone_finding", () => "good");
    return lines;
  }

  // ---- dragging ----

  let dragged = null;

  const target = (event) => {
    const day = dragged && event.target.closest?.(".month-day");
    return day && day.dataset.date >= month().dataset.today && day.dataset.date !== dragged.from ? day : null;
  };

  function unmark() {
    document.querySelectorAll(".drop").forEach((day) => day.classList.remove("drop"));
  }

  function wireDragging() {
    document.addEventListener("dragstart", (event) => {
      const session = event.target.closest?.(".session[data-from]");
      if (!session) return;
      dragged = { ...session.dataset };
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.from);
      month().classList.add("dragging");
    });
    document.addEventListener("dragover", (event) => {
      unmark();
      const day = target(event);
      if (!day) return;
      event.preventDefault();
      day.classList.add("drop");
    });
    document.addEventListener("drop", (event) => {
      const day = target(event);
      if (!day) return;
      event.preventDefault();
      move(dragged.from, day.dataset.date, dragged.own);
    });
    document.addEventListener("dragend", () => {
      dragged = null;
      unmark();
      month().classList.remove("dragging");
    });
  }

  // ---- races, own workouts, the feed ----

  const seconds = (clock) => clock.split(":").reduce((sum, part) => 60 * sum + Number(part), 0);

  function raceOf(form) {
    const { name, date, distance_m, distance_km, target: clock, priority } = form.elements;
    return {
      name: name.value,
      date: date.value,
      distance_m: distance_m.value ? Number(distance_m.value) : Math.round(1000 * Number(distance_km.value)),
      target_time_s: clock.value ? seconds(clock.value) : null,
      priority: priority.value,
    };
  }

  const sendRace = (form) => async () => {
    await send(form.dataset.race, form.dataset.method, raceOf(form));
    reload();
  };

  const addOwn = (form) => async () => {
    const { text, day } = form.elements;
    const found = await send(`${form.dataset.ownForm}/convert`, "POST", { text: text.value });
    await send(form.dataset.ownForm, "POST", { workout: found.workout, day: day.value });
    reload();
  };

  const feed = (button, card) => async () => {
    const { feed: path, name } = button.dataset;
    const made = await send(path, "POST", name ? { name, scope: "feed" } : undefined);
    const place = card.querySelector(".feed-address");
    place.hidden = false;
    place.querySelector("input").value = location.origin + made.feed_path;
    card.querySelectorAll("button").forEach((one) => (one.disabled = false));
    keepFeed(card, button, made);
  };

  // The row of a renewed address stands for the new one; a first one has none until a reload.
  function keepFeed(card, button, made) {
    const row = button.closest("[data-token]");
    if (!row) {
      button.hidden = true;
      return;
    }
    const path = `${API}/tokens/${made.id}`;
    row.dataset.token = made.id;
    button.dataset.feed = `${path}/renew`;
    row.querySelector("[data-send]").dataset.send = path;
  }

  async function copy(button) {
    const input = button.parentElement.querySelector("input");
    input.select();
    await navigator.clipboard?.writeText(input.value).catch(() => document.execCommand("copy"));
    button.textContent = words().copied;
  }

  function press({ target: pressed }) {
    const button = pressed.closest("button");
    if (pressed.id === "day-sheet" || pressed.id === "price") pressed.close(); // its backdrop
    else if (!button) openAround(pressed);
    else if ("day" in button.dataset) openDay(button.closest(".month-day"));
    else if (button.dataset.add) addOn(button.dataset.add);
    else if (button.dataset.feed) attempt(button.closest(".card"), feed(button, button.closest(".card")));
    else if ("copy" in button.dataset) copy(button);
  }

  // The whole cell is the button, but for the activities in it.
  function openAround(pressed) {
    const day = pressed.closest(".month-day") ?? cell(pressed.closest("[data-open]")?.dataset.open);
    const isLink = pressed.closest("a");
    if (day && !isLink) openDay(day);
  }

  function type(event) {
    const session = event.target.closest?.(".session[role=button]");
    if (!session || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    openDay(session.closest(".month-day"));
  }

  function enter(event) {
    const form = event.target;
    const { race, ownForm } = form.dataset;
    if (form.matches("form.move")) {
      event.preventDefault();
      move(form.dataset.from, form.elements.to.value, form.dataset.own);
    } else if (race || ownForm) {
      event.preventDefault();
      attempt(form, race ? sendRace(form) : addOwn(form));
    }
  }

  function choose({ target: field }) {
    if (field.name !== "distance_m") return;
    const other = field.form.querySelector(".other-distance");
    other.hidden = field.value !== "";
    other.querySelector("input").required = !other.hidden;
  }

  document.addEventListener("click", press);
  document.addEventListener("keydown", type);
  document.addEventListener("submit", enter);
  document.addEventListener("change", choose);
  document.addEventListener("DOMContentLoaded", wireDragging);
})();
