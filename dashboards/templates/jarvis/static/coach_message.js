// Messages of a conversation: what was said, what it rests on, what it cost, what went wrong.
"use strict";
(() => {
  const { filled } = window.actions;
  const { made, words, rendered, doiLink, planCard } = window.coach;

  const withNumbers = (number) => filled(words().chat.cite, { number });

  const options = (message) => ({
    citations: message.citations,
    citeWords: withNumbers,
    unknown: message.unknown_numbers,
    unknownWords: words().chat.unknown,
    callWords: message.sign_level === "red" && ((number) => filled(words().chat.call, { number })),
  });

  const toolChip = (name) => made("li", words().tools[name] ?? filled(words().tools.other, { name }), "chip");

  function sources(citations) {
    const list = made("ol", "", "sources");
    list.setAttribute("aria-label", words().chat.sources);
    for (const citation of citations) {
      const item = made("li");
      item.append(made("b", citation.title), " ", made("small", citation.source));
      if (citation.doi) item.append(" ", doiLink(citation.doi));
      list.append(item);
    }
    return list;
  }

  function remarks(message) {
    const say = words().chat;
    const notes = [];
    const numbers = message.unknown_numbers;
    if (numbers.length) notes.push(filled(say.unknown_note, { numbers: numbers.join(", ") }));
    const ending = { length: say.cut, refusal: say.refused, content_filter: say.refused, cancelled: say.stopped };
    if (ending[message.finish_reason]) notes.push(ending[message.finish_reason]);
    const unanswered = message.error_code ? [made("p", say.unanswered, "remark unanswered")] : [];
    return [...notes.map((note) => made("p", note, "remark")), ...unanswered];
  }

  function cost(message) {
    const say = words().chat;
    const { input_tokens: input = 0, output_tokens: output = 0 } = message.usage ?? {};
    if (!message.model || !input) return [];
    const parts = [
      message.model,
      filled(say.tokens, { count: (input + output).toLocaleString("en") }),
      message.cost_usd === null ? say.unknown_cost : filled(say.cost, { cost: message.cost_usd.toFixed(4) }),
    ];
    if (message.latency_ms) parts.push(filled(say.seconds, { seconds: (message.latency_ms / 1000).toFixed(1) }));
    return [made("p", parts.join(" · "), "fine")];
  }

  function labelled(message) {
    const level = message.sign_level;
    if (message.role === "user" || level === "none") return [];
    return [made("p", words().chat[level], "sign")];
  }

  function shell(role) {
    const item = made("li", "", `message ${role}`);
    item.append(made("span", words().chat[role === "user" ? "you" : "coach"], "who"));
    return item;
  }

  function draw(message, item = shell(message.role)) {
    const isCoach = message.role === "assistant";
    if (isCoach && message.sign_level !== "none") item.classList.add(message.sign_level);
    const said = made("div", "", "said");
    if (isCoach) said.append(...rendered(message.content, options(message)));
    else said.textContent = message.content;
    const tools = made("ul", "", "chips tools");
    tools.append(...[...new Set(message.tools)].map(toolChip));
    item.replaceChildren(
      item.firstChild,
      ...labelled(message),
      ...(message.tools.length ? [tools] : []),
      said,
      ...remarks(message),
      ...(message.citations.length ? [sources(message.citations)] : []),
      ...(message.plan_id ? [planCard(message.plan_id)] : []),
      ...cost(message),
    );
    return item;
  }

  const trouble = (what, remedy, code) => {
    const box = made("div", "", "trouble");
    box.setAttribute("role", "alert");
    box.append(made("p", [what, remedy].filter(Boolean).join(" ")));
    if (code?.startsWith("talk.") || code?.startsWith("openai.")) box.append(toSettings());
    return box;
  };

  function toSettings() {
    const row = made("div", "", "actions");
    for (const name of ["settings", "exchange"]) {
      const link = made("a", words().chat[`to_${name}`], "button");
      link.href = `#coach-${name}`;
      row.append(link);
    }
    return row;
  }

  Object.assign(window.coach, { draw, shell, trouble });
})();
