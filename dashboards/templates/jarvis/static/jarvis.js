// Draws the charts of a page when they come in sight, keeps their cursors together and
// minds the frame. No library but the local Vega bundle.
"use strict";
(() => {
  const MANY_ROWS = 400; // beyond this a canvas is quicker than an SVG
  const figures = new Map(); // figure -> {view, rows}
  let words = {};
  let left = 0;
  let cardsPainted;
  const painted = new Promise((resolve) => (cardsPainted = resolve));

  // Fetched with the page, but run only for the first chart: cards come first.
  let library = null;
  const vega = () =>
    (library ??= new Promise((resolve, reject) => {
      const tag = document.createElement("script");
      tag.src = document.querySelector("link[rel=preload][as=script]").href;
      tag.onload = resolve;
      tag.onerror = () => reject(new Error("no chart library"));
      document.head.append(tag);
    }));

  const sight = new IntersectionObserver(
    (seen) => seen.filter((s) => s.isIntersecting).forEach((s) => draw(s.target)),
    { rootMargin: "250px" },
  );

  const rowsOf = (spec) => Object.values(spec.datasets ?? {}).reduce((a, b) => (b.length > a.length ? b : a), []);

  async function draw(figure) {
    sight.unobserve(figure);
    if (figure.dataset.drawn) return;
    figure.dataset.drawn = "begun";
    left += 1;
    const room = figure.querySelector(".canvas");
    try {
      const spec = JSON.parse(figure.querySelector(".spec").textContent);
      const rows = rowsOf(spec);
      spec.height = "container"; // the card says how high, at least as high as was asked for
      await vega();
      const { view } = await vegaEmbed(room, spec, {
        actions: false,
        ast: true,
        renderer: rows.length > MANY_ROWS ? "canvas" : "svg",
        timeFormatLocale: words.locale,
        tooltip: { theme: "custom" },
      });
      figures.set(figure, { view, rows });
      figure.dataset.drawn = "done";
      if (figure.closest(".trace")) follow(figure);
    } catch (error) {
      figure.dataset.drawn = "failed";
      room.innerHTML = '<p class="failed"></p>';
      room.firstChild.textContent = words.failed;
      console.error(error);
    }
    left -= 1;
    if (left === 0) performance.mark("jarvis:charts");
  }

  // A common cursor: the same moment on every trace, and the place on the route.
  function nearest(rows, key, wanted) {
    let low = 0;
    let high = rows.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (rows[middle][key] < wanted) low = middle;
      else high = middle;
    }
    return wanted - rows[low][key] < rows[high][key] - wanted ? rows[low] : rows[high];
  }

  function mark(figure, name) {
    let element = figure.querySelector(`.${name}`);
    if (!element) {
      element = document.createElement("span");
      element.className = name;
      figure.append(element);
    }
    return element;
  }

  const clock = (seconds) => {
    const whole = Math.round(seconds);
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor((whole % 3600) / 60);
    const rest = String(whole % 60).padStart(2, "0");
    return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
  };

  function corner(view) {
    const [x, y] = view.origin();
    const padding = view.padding();
    return [x + padding.left, y + padding.top];
  }

  function point(group, at) {
    for (const [figure, { view, rows }] of figures) {
      if (figure.dataset.group !== group) continue;
      const trace = figure.closest(".trace");
      const [left, top] = corner(view);
      if (trace) {
        const row = nearest(rows, "x", at);
        mark(figure, "cursor").style.left = `${left + view.scale("x")(at)}px`;
        const value = trace.querySelector("h3").className === "pace_s" ? row.y && clock(row.y) : row.y;
        trace.querySelector("output").textContent = value ?? "–";
      } else {
        const row = nearest(rows, group === "time" ? "at" : "km", at);
        const spot = mark(figure, "spot").style;
        spot.left = `${left + view.scale("x")(row.x)}px`;
        spot.top = `${top + view.scale("y")(row.y)}px`;
      }
    }
  }

  function follow(figure) {
    const { view, rows } = figures.get(figure);
    let at = rows[0].x;
    const last = rows[rows.length - 1].x;
    const to = (x) => point(figure.dataset.group, (at = Math.min(Math.max(x, rows[0].x), last)));
    figure.tabIndex = 0;
    figure.addEventListener("pointermove", (event) => {
      const box = figure.querySelector(".canvas").getBoundingClientRect();
      to(view.scale("x").invert(event.clientX - box.left - corner(view)[0]));
    });
    figure.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      to(at + (step * (last - rows[0].x)) / 100);
    });
  }

  // The calendar is one stop of the keyboard; arrows walk from day to day.
  function walk(calendar) {
    const days = [...calendar.querySelectorAll("a")];
    if (days.length) days[days.length - 1].tabIndex = 0;
    calendar.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      const day = step && days[days.indexOf(document.activeElement) + step];
      if (!day) return;
      event.preventDefault();
      document.activeElement.tabIndex = -1;
      day.tabIndex = 0;
      day.focus();
    });
  }

  function take(cell) {
    cell.querySelectorAll(".chart").forEach((figure) => {
      painted.then(() => sight.observe(figure));
    });
    cell.querySelectorAll(".scroller").forEach((box) => (box.scrollLeft = box.scrollWidth));
    cell.querySelectorAll(".calendar").forEach(walk);
    if (cell.querySelector(".card")) first();
  }

  function first() {
    const bones = document.getElementById("skeleton");
    if (!bones) return;
    bones.remove();
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        performance.mark("jarvis:cards");
        cardsPainted();
      }),
    );
  }

  // Why a number is what it is: asked for when the button beside it is pressed.
  const made = (tag, text, name) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text) element.textContent = text;
    return element;
  };

  const told = (key, ...body) => [made("h3", words.explain[key]), ...body];

  function listed(key, parts) {
    if (!parts.length) return [];
    const list = made("ul", "", "parts");
    for (const part of parts) {
      const item = list.appendChild(made("li"));
      item.append(made("span", part.label), made("b", part.shown), made("small", part.source ?? ""));
    }
    return told(key, list);
  }

  // A formula on a line of its own, then how its letters are made.
  const lined = (formula) => formula.replaceAll(",  ", "\n");

  function explained(found) {
    const notes = made("ul", "", "lines");
    notes.append(...found.notes.map((note) => made("li", note)));
    return [
      made("p", found.subject, "subject"),
      found.value === null ? made("p", found.reason, "reason") : made("p", found.shown, "result"),
      made("p", found.meaning, "meaning"),
      ...told("formula", made("p", lined(found.formula), "formula")),
      ...(found.filled ? told("filled", made("p", lined(found.filled), "formula filled")) : []),
      ...listed("ingredients", found.ingredients),
      ...listed("benchmarks", found.benchmarks),
      ...listed("garmin", found.garmin ? [found.garmin] : []),
      ...(found.notes.length ? told("notes", notes) : []),
      ...told("made", made("p", `${found.algorithm} · ${words.explain.engine} ${found.engine_version}`)),
      ...told("literature", made("p", found.literature)),
    ];
  }

  const sorry = (problem) => [made("p", problem?.detail ?? words.explain.failed, "reason"), made("p", problem?.remedy)];

  async function why(button) {
    const { explain, about } = button.closest("[data-explain]").dataset;
    const dialog = document.getElementById("explanation");
    const room = dialog.querySelector(".answer");
    dialog.querySelector("h2").textContent = button.getAttribute("aria-label");
    room.replaceChildren(made("p", words.explain.loading, "subject"));
    dialog.showModal();
    const by = /^\d{4}-\d\d-\d\d$/.test(about) ? "date" : "activity";
    const path = `/api/v1/metrics/explain/${encodeURIComponent(explain)}?${by}=${encodeURIComponent(about)}`;
    try {
      const answer = await fetch(path, { headers: { Accept: "application/json" } });
      const found = await answer.json();
      room.replaceChildren(...(answer.ok ? explained(found) : sorry(found)));
    } catch (error) {
      room.replaceChildren(...sorry());
      console.error(error);
    }
    room.scrollTop = 0;
  }

  function wireExplanations() {
    document.addEventListener("click", ({ target }) => {
      const button = target.closest("button.why");
      if (button) why(button);
      // A click on the dialog itself, and on nothing in it, is one on its backdrop.
      else if (target.id === "explanation" || target.closest(".shut")) document.getElementById("explanation").close();
    });
  }

  const send = (path, method, body) =>
    fetch(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) });

  function wire() {
    words = JSON.parse(document.body.dataset.words);
    wireExplanations();
    document.querySelector("[data-language]").addEventListener("click", async (event) => {
      await send("/api/v1/auth/me", "PATCH", { language: event.currentTarget.dataset.language });
      location.reload();
    });
    document.querySelector("[data-logout]").addEventListener("click", async () => {
      await send("/api/v1/auth/logout", "POST");
      location.assign("/login");
    });
  }

  // Draw the page anew where it stands: its state is the server's, the reader's place is kept.
  async function renew(path = location.href) {
    const main = document.getElementById("main");
    main.setAttribute("aria-busy", "true");
    const answer = await fetch(path);
    const cells = [...new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("main > .cell")];
    if (!answer.ok || !cells.length) return location.assign(path);
    const folds = new Map([...main.querySelectorAll("details[id]")].map(({ id, open }) => [id, open]));
    const top = scrollY;
    main.replaceChildren(...cells);
    main.querySelectorAll("details[id]").forEach((fold) => (fold.open = folds.get(fold.id) ?? fold.open));
    cells.forEach(take);
    history.replaceState(null, "", path);
    scrollTo({ top });
    document.dispatchEvent(new Event("jarvis:renewed"));
    main.setAttribute("aria-busy", "false");
  }

  window.voila_heartbeat = () => {}; // what Voila says while a cell takes long
  window.jarvis = {
    start: wire,
    renew,
    cell: () => take(document.currentScript.previousElementSibling),
    done() {
      document.getElementById("skeleton")?.remove();
      document.getElementById("main").setAttribute("aria-busy", "false");
      const state = document.querySelector(".state");
      state.classList.add("ready");
      state.querySelector("em").textContent = words.ready;
      performance.mark("jarvis:done");
    },
    drawAll: () => Promise.all([...document.querySelectorAll(".chart")].map(draw)),
  };
})();
