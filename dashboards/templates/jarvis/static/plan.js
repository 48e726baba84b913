// The plan: a form that asks for one, days that open, edits whose price is shown before they are
// stored. The API answers; the page is then drawn anew where it stands.
"use strict";
(() => {
  const { send, attempt, filled, reload } = window.actions;
  const words = () => JSON.parse(document.getElementById("plan-words").textContent);
  const plan = () => document.querySelector(".plan-weeks").dataset.plan;
  const byId = (id) => document.getElementById(id);
  const made = (tag, text, name) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text) element.textContent = text;
    return element;
  };

  // ---- a day ----

  function show(button) {
    const sheet = byId("plan-day");
    const { date, name, title, text } = button.dataset;
    const detail = document.querySelector(`template[data-detail="${date}"]`);
    sheet.dataset.date = date;
    sheet.querySelector("h2").textContent = name;
    sheet.querySelector(".detail").replaceChildren(detail.content.cloneNode(true));
    sheet.querySelectorAll(".told, .wrong").forEach((said) => (said.textContent = ""));
    const editable = "editable" in button.dataset;
    sheet.querySelector(".edit").hidden = !editable;
    const fixed = "past" in button.dataset ? "past" : "closed";
    sheet.querySelector(".fixed").textContent = editable ? (title ? "" : words().day.add_hint) : words().day[fixed];
    sheet.querySelector(".of-session").hidden = !title;
    sheet.querySelectorAll(".no-race").forEach((part) => (part.hidden = "race" in button.dataset));
    sheet.querySelector(".by-text").open = editable && !title;
    sheet.querySelector("textarea").value = text;
    sheet.querySelector("[name=share]").value = "";
    sheet.querySelector("[name=to]").replaceChildren(...targets(button));
    if (!sheet.open) sheet.showModal();
    sheet.querySelector(".answer").scrollTop = 0;
    sheet.querySelector("h2").focus({ preventScroll: true });
  }

  // The days that a session can go to: a week to either side, free ones by a move, others by a swap.
  function targets(button) {
    const days = [...document.querySelectorAll(".plan-day[data-editable]")];
    const here = days.indexOf(button);
    const near = days.slice(Math.max(0, here - 7), here + 8).filter((day) => day !== button);
    const option = (value, text) => Object.assign(document.createElement("option"), { value, textContent: text });
    return [
      option("", words().day.move_choose),
      ...near.map((day) => {
        const { date, name, title } = day.dataset;
        return option(date, filled(words().day[title ? "move_swap" : "move_free"], { day: name, title }));
      }),
    ];
  }

  const isFree = (date) => !byId(`day-${date}`).dataset.title;
  const shift = (from, to) =>
    isFree(to) ? { kind: "move", from_date: from, to_date: to } : { kind: "swap", first_date: from, second_date: to };

  const edits = {
    make_easy: (date) => ({ kind: "make_easy", date }),
    rest: (date) => ({ kind: "replace", date, text: "" }),
    replace: (date, sheet) => ({ kind: "replace", date, text: sheet.querySelector("textarea").value }),
  };

  // ---- what an edit changes ----

  let pending = null;

  // What the API answers; a server that does not answer is told in the reader's language.
  const put = (path, body) =>
    send(path, "POST", body).catch((error) => {
      throw error.problem ? error : new Error(words().price.failed);
    });

  const ask = (place, edit) => attempt(place, async () => {
    try {
      const price = await put(`${plan()}/price`, { edits: [edit] });
      pending = edit;
      tell(price);
    } finally {
      place.querySelectorAll("button").forEach((button) => (button.disabled = false));
    }
  });

  const signed = (value, digits) => {
    const text = Math.abs(value).toFixed(digits);
    return Number(text) === 0 ? text : (value < 0 ? "−" : "+") + text;
  };

  // What an edit does, with its days as the page names them.
  function does(edit) {
    const kind = edit.kind === "replace" && !edit.text.trim() ? "rest" : edit.kind;
    const percent = Math.round(100 * (edit.share ?? 1));
    return filled(words().edits[kind] ?? "", { ...spoken(edit), percent });
  }

  // Values of a sentence, with days as the page writes them.
  const spoken = (values) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, byId(`day-${value}`)?.dataset.name ?? value]));

  // The changes of figures, each with its words.
  function figures(price) {
    const say = words().price;
    const rows = Object.entries(price.week_km_change).map(([start, km]) => {
      const week = document.querySelector(`#week-${CSS.escape(start)} .dates`)?.textContent ?? start;
      return [filled(say.week, { week }), `${signed(km, 1)} km`];
    });
    if (Math.abs(price.load_change) >= 0.5) rows.push([say.load, signed(price.load_change, 0)]);
    if (Math.abs(price.race_tsb_change ?? 0) >= 0.05) rows.push([say.tsb, signed(price.race_tsb_change, 1)]);
    const seconds = Math.round(price.race_time_low_change_s ?? 0);
    if (seconds) rows.push([say.time, filled(seconds < 0 ? say.faster : say.slower, { seconds: Math.abs(seconds) })]);
    return rows;
  }

  const sentence = ({ code, key, values }) => filled(words().findings[code.toLowerCase()]?.[key] ?? code, spoken(values));

  function listed(title, findings) {
    if (!findings.length) return [];
    const list = made("ul", "", "findings");
    for (const finding of findings) {
      const look = finding.severity === "error" ? "bad" : "warn";
      const item = made("li", "", look);
      const day = finding.day && byId(`day-${finding.day}`)?.dataset.name;
      item.append(made("span", words().severity[finding.severity], `chip ${look}`), made("p", (day ? `${day}: ` : "") + sentence(finding)));
      list.append(item);
    }
    return [made("h3", title), list];
  }

  function tell(price) {
    const say = words().price;
    const dialog = byId("plan-price");
    const rows = figures(price);
    const table = made("dl", "", "effects-list");
    for (const [name, value] of rows) table.append(made("dt", name), made("dd", value));
    const blocks = price.new_findings.some((finding) => finding.severity === "error");
    const isSame = !rows.length && !price.new_findings.length && !price.gone_findings.length;
    dialog.querySelector(".effects").replaceChildren(
      made("p", does(pending), "what"),
      ...(rows.length ? [table] : []),
      ...(isSame ? [made("p", say.nothing)] : []),
      ...listed(say.new, price.new_findings),
      ...(blocks ? [made("p", say.blocks, "blocks")] : []),
      ...listed(say.gone, price.gone_findings),
    );
    dialog.querySelector(".told").textContent = "";
    dialog.querySelectorAll("button").forEach((button) => (button.disabled = false));
    if (!dialog.open) dialog.showModal();
  }

  // A proposal is a version of its own, which the page shows when none is asked for.
  const ahead = () => reload(location.pathname);

  function store(dialog) {
    attempt(dialog, async () => {
      await put(`${plan()}/edits`, { edits: [pending] });
      await ahead();
    });
  }

  // ---- the form ----

  const say = (form, name, text) => {
    const field = form.querySelector(`[data-field="${name}"]`);
    if (!field) return false;
    field.querySelector(".wrong").textContent = text;
    field.querySelectorAll("input, select").forEach((input) => input.setAttribute("aria-invalid", "true"));
    field.closest("details")?.setAttribute("open", "");
    return true;
  };

  function clear(form) {
    form.querySelectorAll(".wrong, .told").forEach((said) => (said.textContent = ""));
    form.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
  }

  // "1:45:00" or "45:00" in seconds; null for nothing, NaN for what is no time.
  function seconds(text) {
    if (!text.trim()) return null;
    const parts = text.trim().split(":");
    const fits = parts.length > 1 && parts.length < 4 && parts.every((part) => /^\d{1,3}$/.test(part));
    return fits && parts.slice(1).every((part) => part < 60) ? parts.reduce((sum, part) => sum * 60 + Number(part), 0) : NaN;
  }

  const whole = (text) => (text.trim() ? Number(text) : null);
  const within = (value, [low, high]) => value === null || (Number.isInteger(value) && value >= low && value <= high);

  function races(form) {
    return [...form.querySelectorAll(".tune-ups .rows .race-row")]
      .map((row) => Object.fromEntries([...row.querySelectorAll("[data-race]")].map((input) => [input.dataset.race, input.value.trim()])))
      .filter((race) => race.date || race.km || race.name)
      .map(({ date, km, name }) => ({ date, distance_m: Math.round(Number(km.replace(",", ".")) * 1000), name }));
  }

  function requested(form) {
    const held = new FormData(form);
    const days = (name) => held.getAll(name).map(Number);
    const isRace = form.dataset.races.split(" ").includes(held.get("goal"));
    return {
      goal: held.get("goal"),
      start: held.get("start"),
      race_date: isRace ? held.get("race_date") || null : null,
      race_name: isRace ? held.get("race_name").trim() : "",
      target_time_s: isRace ? seconds(held.get("target_time")) : null,
      weeks: isRace ? null : whole(held.get("weeks")),
      available_weekdays: days("available_weekdays"),
      long_day: Number(held.get("long_day")),
      weekday_max_min: whole(held.get("weekday_max_min")),
      long_max_min: whole(held.get("long_max_min")),
      treadmill_weekdays: days("treadmill_weekdays"),
      with_hills: held.has("with_hills"),
      by_heart_rate: held.has("by_heart_rate"),
      ambition: held.get("ambition"),
      tune_ups: isRace ? races(form) : [],
    };
  }

  // The fields that cannot be sent as they are.
  function wrong(form, request) {
    const isRace = form.dataset.races.split(" ").includes(request.goal);
    const limits = JSON.parse(form.dataset.limits);
    const checks = {
      race_date: !isRace || request.race_date,
      target_time: within(request.target_time_s, limits.target_time_s),
      weeks: isRace || (request.weeks !== null && within(request.weeks, limits.weeks)),
      start: request.start,
      available_weekdays: request.available_weekdays.length,
      weekday_max_min: within(request.weekday_max_min, limits.weekday_max_min),
      long_max_min: within(request.long_max_min, limits.long_max_min),
      tune_ups: request.tune_ups.every((race) => race.date && within(race.distance_m, limits.distance_m)),
    };
    return Object.keys(checks).filter((name) => !checks[name]);
  }

  function make(form) {
    clear(form);
    const request = requested(form);
    const bad = wrong(form, request);
    bad.forEach((name) => say(form, name, JSON.parse(form.dataset.wrong)[name]));
    if (bad.length) return form.querySelector("[aria-invalid]").focus();
    const status = form.querySelector("[data-making]");
    status.textContent = status.dataset.making;
    attempt(form, async () => {
      try {
        await send(form.dataset.planForm, "POST", request);
      } catch (error) {
        const field = JSON.parse(form.dataset.errorFields)[error.problem?.code];
        if (field && say(form, field, error.message)) {
          form.querySelector("[aria-invalid]")?.focus();
          error.message = " ";
        }
        throw error;
      } finally {
        status.textContent = "";
      }
      await ahead();
      scrollTo({ top: 0 });
    });
  }

  // What does not belong to the goal is not shown: a race, or a number of weeks.
  function fit(form) {
    const isRace = form.dataset.races.split(" ").includes(form.elements.goal.value);
    const only = (name, is) => form.querySelectorAll(`[data-field="${name}"]`).forEach((field) => (field.hidden = !is));
    ["race_date", "race_name", "target_time", "tune_ups"].forEach((name) => only(name, isRace));
    only("weeks", !isRace);
  }

  function importFile(form) {
    attempt(form, async () => {
      const file = form.elements.file.files[0];
      const text = file ? await file.text() : "";
      let content;
      try {
        content = JSON.parse(text);
      } catch {
        throw new Error(form.dataset.notJson);
      }
      await send(form.dataset.planImport, "POST", content.weeks && content.request ? `{"plan":${text}}` : text);
      await ahead();
      scrollTo({ top: 0 });
    });
  }

  // ---- events ----

  function press(event) {
    const { target } = event;
    const day = target.closest(".plan-day");
    if (day) return show(day);
    const link = target.closest('a[href^="#day-"]');
    if (link) return follow(event, link);
    const button = target.closest("button");
    if (!button) {
      // A press on the dialog itself, and on nothing in it, is one on its backdrop.
      if (target.matches("dialog.sheet")) target.close();
      return;
    }
    const sheet = byId("plan-day");
    const { kind } = button.dataset;
    if (kind) return ask(button.closest(".by-text, .edit"), edits[kind](sheet.dataset.date, sheet));
    if (button.dataset.edit) return ask(button.closest(".card"), JSON.parse(button.dataset.edit));
    if ("store" in button.dataset) return store(byId("plan-price"));
    if ("openWeeks" in button.dataset) return openWeeks(button);
    if ("addRace" in button.dataset) {
      const races = button.closest(".tune-ups");
      return races.querySelector(".rows").append(races.querySelector("template").content.cloneNode(true));
    }
    if ("removeRace" in button.dataset) button.closest(".race-row").remove();
  }

  function follow(event, link) {
    const day = byId(link.hash.slice(1));
    if (!day) return;
    event.preventDefault();
    day.closest("details").open = true;
    day.scrollIntoView({ block: "center" });
    day.focus({ preventScroll: true });
  }

  function openWeeks(button) {
    const weeks = [...document.querySelectorAll(".plan-week")];
    const open = !weeks.every((week) => week.open);
    weeks.forEach((week) => (week.open = open));
    button.dataset.openWords ??= button.textContent;
    button.textContent = open ? button.dataset.closeWords : button.dataset.openWords;
  }

  function change(event) {
    const { target } = event;
    const sheet = target.closest("#plan-day");
    if (sheet && target.name === "to" && target.value) ask(sheet.querySelector(".edit"), shift(sheet.dataset.date, target.value));
    else if (sheet && target.name === "share" && target.value) {
      ask(sheet.querySelector(".edit"), { kind: "scale", date: sheet.dataset.date, share: Number(target.value) });
    } else if (target.dataset.scaleWeek && target.value) {
      const edit = { kind: "scale_week", start: target.dataset.scaleWeek, share: Number(target.value) };
      ask(target.closest(".card"), edit);
      target.value = "";
    } else if (target.name === "goal") fit(target.form);
  }

  function submit(event) {
    const form = event.target;
    if (!form.matches("[data-plan-form], [data-plan-import]")) return;
    event.preventDefault();
    if (form.dataset.planForm) make(form);
    else importFile(form);
  }

  const wire = () => document.querySelectorAll("[data-plan-form]").forEach(fit);

  document.addEventListener("click", press);
  document.addEventListener("change", change);
  document.addEventListener("submit", submit);
  document.addEventListener("DOMContentLoaded", wire);
  document.addEventListener("jarvis:renewed", wire);
})();
