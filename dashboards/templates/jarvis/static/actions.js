// Forms and buttons that speak to the API; runs that go on are followed.
"use strict";
(() => {
  const FOLLOW_MS = 2000;
  const MOST_FAILURES = 5;

  // A page that says so is drawn anew where it stands; others are loaded again.
  const reload = (path) => {
    if (document.querySelector("[data-renew]")) return jarvis.renew(path);
    return path ? location.assign(path) : location.reload();
  };

  // A text is sent as it is: numbers read and written anew would not be the same, 36.0 becomes 36.
  async function send(path, method, body) {
    const isFile = body instanceof FormData;
    const answer = await fetch(path, {
      method,
      headers: isFile ? {} : { "Content-Type": "application/json" },
      body: typeof body === "object" && !isFile ? JSON.stringify(body) : body,
    });
    const told = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
    if (answer.ok) return told;
    throw Object.assign(new Error([told.detail, told.remedy].filter(Boolean).join(" ")), { problem: told });
  }

  // What a form holds, without what was left empty.
  const held = (form) => Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim()));

  // What a form asks to change: fields that are not as they were, with the others of their group.
  function changed(form) {
    const fields = [...form.querySelectorAll("[data-was]")];
    const groups = new Set(fields.filter((field) => field.value !== field.dataset.was).map((field) => field.dataset.group));
    const sent = fields.filter((field) => groups.has(field.dataset.group));
    return Object.fromEntries(sent.map((field) => [field.name, field.value === "" ? null : field.value]));
  }

  // Do something while its buttons rest, and say beside them what went wrong.
  async function attempt(place, work) {
    const said = place.querySelector(".told");
    const buttons = [...place.querySelectorAll("button")];
    said.textContent = "";
    buttons.forEach((button) => (button.disabled = true));
    place.setAttribute("aria-busy", "true");
    try {
      await work();
    } catch (error) {
      said.textContent = error.message || "?";
      buttons.forEach((button) => (button.disabled = false));
    }
    place.removeAttribute("aria-busy");
  }

  // What was made is shown once, above the form; the list has it after the next load.
  function reveal(form, secret) {
    const place = form.closest(".card").querySelector(".secret");
    place.hidden = false;
    place.querySelector("input").value = secret;
    form.reset();
    form.querySelectorAll("button").forEach((button) => (button.disabled = false));
  }

  function enter(event) {
    const form = event.target.closest("form[data-form]");
    if (!form) return;
    event.preventDefault();
    const method = form.dataset.method ?? "POST";
    const body = method === "PATCH" ? changed(form) : held(form);
    attempt(form, async () => {
      let made;
      try {
        made = await send(form.dataset.form, method, body);
      } finally {
        form.querySelectorAll("input[type=password], [name=code]").forEach((input) => (input.value = ""));
      }
      if (form.dataset.reveal) reveal(form, made[form.dataset.reveal]);
      else reload();
    });
  }

  function press(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.ask) document.getElementById(button.dataset.ask).showModal();
    else if ("close" in button.dataset) button.closest("dialog").close();
    else if (button.dataset.send) {
      const { send: path, method, body, then } = button.dataset;
      attempt(button.closest("dialog, .card"), async () => {
        await send(path, method ?? "POST", body && JSON.parse(body));
        reload(then);
      });
    }
  }

  const filled = (words, blanks) => words.replace(/\{(\w+)\}/g, (_, name) => blanks[name] ?? "");

  // The runner's clock, wherever the browser is.
  const clock = (text, timeZone) => {
    const wish = { timeZone, month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
    const parts = new Intl.DateTimeFormat("en-GB", wish).formatToParts(new Date(text));
    const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
    return `${part.month}-${part.day} ${part.hour}:${part.minute}`;
  };

  function show(place, status) {
    const words = JSON.parse(place.dataset.words);
    const whole = status.units_done + status.units_left;
    const parts = status.step === "fetches" ? [filled(words.left, { count: status.units_left.toLocaleString("en") })] : [words[status.step]];
    if (status.units_per_minute) parts.push(filled(words.rate, { rate: Math.round(status.units_per_minute) }));
    if (status.ends_at) parts.push(filled(words.ends, { at: clock(status.ends_at, place.dataset.zone) }));
    place.querySelector("progress").value = whole ? (100 * status.units_done) / whole : 0;
    place.querySelector("p").textContent = parts.join(" · ");
  }

  async function follow(place) {
    let failures = 0;
    while (failures < MOST_FAILURES) {
      await new Promise((done) => setTimeout(done, FOLLOW_MS));
      try {
        const status = await send(place.dataset.going, "GET");
        if (!status.running) return reload();
        show(place, status);
        failures = 0;
      } catch {
        failures += 1;
      }
    }
  }

  // Runs of jobs: drawn anew when one gets on, but not under a dialog that somebody reads.
  async function watch(places) {
    let failures = 0;
    while (failures < MOST_FAILURES && places.every((place) => place.isConnected)) {
      await new Promise((done) => setTimeout(done, FOLLOW_MS));
      if (document.querySelector("dialog[open]")) continue;
      try {
        const runs = await Promise.all(places.map((place) => send(place.dataset.watch, "GET")));
        if (runs.some((run, index) => run.state !== places[index].dataset.state)) return reload();
        failures = 0;
      } catch {
        failures += 1;
      }
    }
  }

  window.actions = { send, attempt, filled, reload }; // for the scripts of single pages

  document.addEventListener("submit", enter);
  document.addEventListener("click", press);
  function look() {
    const going = document.querySelector(".going.on");
    if (going) follow(going);
    const watched = [...document.querySelectorAll("[data-watch]")];
    if (watched.length) watch(watched);
  }

  document.addEventListener("DOMContentLoaded", look);
  document.addEventListener("jarvis:renewed", look);
})();
