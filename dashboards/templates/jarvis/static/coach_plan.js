// A plan that the coach proposes, in the conversation: what it changes, and the runner's word on it.
// Approval names the hash of what is shown.
"use strict";
(() => {
  const { send, attempt, filled } = window.actions;
  const { made, words } = window.coach;
  const API = "/api/v1/plans";
  const FIRST_CHANGES = 6;
  const LOOKS = { proposed: "warn", current: "good", archived: "", rejected: "bad" };

  const dayWords = (text) =>
    new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", day: "numeric", weekday: "short", timeZone: "UTC" }).format(new Date(`${text}T00:00Z`));

  const isDay = (value) => /^\d{4}-\d\d-\d\d$/.test(value);

  // What a rule finds, in a sentence.
  function sentence({ code, key, values }) {
    const spoken = Object.entries(values).map(([name, value]) => [name, isDay(value) ? dayWords(value) : value]);
    return filled(words().findings[code.toLowerCase()]?.[key] ?? code, Object.fromEntries(spoken));
  }

  function findings(rows) {
    const list = made("ul", "", "findings");
    for (const finding of rows) {
      const look = finding.severity === "error" ? "bad" : "warn";
      const item = made("li", "", look);
      const when = finding.day ? `${dayWords(finding.day)}: ` : "";
      item.append(made("span", words().severity[finding.severity], `chip ${look}`), made("p", when + sentence(finding)));
      list.append(item);
    }
    return list;
  }

  const titles = (workouts) => workouts.map((workout) => workout.title).join(", ") || words().plan.rest;

  function changes(days) {
    const list = made("ul", "", "changes");
    for (const { date, before, after } of days) {
      const item = made("li");
      const colour = after.length ? `type-${words().colours[after[0].type]}` : "";
      const arrow = made("b", "→");
      arrow.setAttribute("aria-hidden", "true");
      item.append(made("span", dayWords(date), "when"), made("del", titles(before)), arrow, made("ins", titles(after), colour));
      list.append(item);
    }
    return list;
  }

  function difference(days) {
    if (!days.length) return [made("p", words().plan.no_changes, "hint")];
    const parts = [made("p", filled(words().plan.changes, { days: days.length }), "hint"), changes(days.slice(0, FIRST_CHANGES))];
    const rest = days.slice(FIRST_CHANGES);
    if (rest.length) {
      const more = made("details");
      more.append(made("summary", filled(words().plan.more, { days: rest.length })), changes(rest));
      parts.push(more);
    }
    return parts;
  }

  // What was before today is over, whatever a plan says of it.
  const ahead = ({ days }) => days.filter(({ date }) => date >= words().today);

  // A first plan differs from nothing: then its span is told. Asked for only where there is one,
  // as a refusal would be no news.
  async function against(plan) {
    const versions = await send(`${API}?limit=200`, "GET");
    const other = versions.some((version) => version.status === "current" && version.id !== plan.id);
    if (!other && plan.parent_id === null) return [made("p", words().plan.first, "hint")];
    return difference(ahead(await send(`${API}/${plan.id}/diff`, "GET")));
  }

  function span({ weeks }) {
    const last = new Date(`${weeks[weeks.length - 1].start}T00:00Z`);
    last.setUTCDate(last.getUTCDate() + 6);
    return filled(words().plan.span, { first: dayWords(weeks[0].start), last: dayWords(last.toISOString().slice(0, 10)), weeks: weeks.length });
  }

  function button(text, look, press) {
    const element = made("button", text, `button ${look}`);
    element.type = "button";
    element.addEventListener("click", press);
    return element;
  }

  function decisions(card, plan, isBlocked) {
    const row = made("div", "", "actions");
    const decide = (action, body) => attempt(card, async () => {
      await send(`${API}/${plan.id}/${action}`, "POST", body);
      await fill(card, plan.id);
    });
    if (plan.status === "proposed") {
      const approve = button(words().plan.approve, "main", () => decide("approve", { sha256: plan.sha256 }));
      approve.disabled = isBlocked;
      row.append(approve);
    }
    const look = made("a", words().plan.look, "button");
    look.href = `plan.ipynb?id=${plan.id}`;
    row.append(look);
    if (plan.status === "proposed") row.append(button(words().plan.reject, "danger", () => decide("reject")));
    return row;
  }

  async function fill(card, id) {
    const plan = await send(`${API}/${id}`, "GET");
    const isOpen = plan.status === "proposed";
    const isBlocked = plan.findings.some((finding) => finding.severity === "error");
    const head = made("header");
    head.append(made("h4", plan.plan.title || words().plan.title), made("span", words().plan.status[plan.status], `chip ${LOOKS[plan.status]}`));
    const told = made("p", "", "told");
    told.setAttribute("role", "alert");
    card.replaceChildren(
      head,
      made("p", `${filled(words().plan.version, plan)} · ${span(plan.plan)}`, "fine"),
      ...(await against(plan)),
      ...(isOpen && plan.findings.length ? [findings(plan.findings)] : []),
      told,
      decisions(card, plan, isBlocked),
      ...(isOpen ? [made("p", isBlocked ? words().plan.blocked : words().plan.hint, "fine")] : []),
    );
  }

  // The card of a plan; it comes by itself once its parts are there.
  function planCard(id) {
    const card = made("section", "", "proposed-plan");
    card.dataset.plan = id;
    card.setAttribute("aria-label", words().plan.title);
    fill(card, id).catch((error) => card.replaceChildren(made("p", error.problem ? error.message : words().plan.gone, "hint")));
    return card;
  }

  Object.assign(window.coach, { planCard, findings, dayWords });
})();
