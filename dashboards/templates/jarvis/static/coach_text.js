// Words of a model as DOM nodes: a small part of Markdown, and nothing that could run or load.
// No element but those made here, no picture, no address but our own and that of a cited source.
"use strict";
(() => {
  const made = (tag, text, name) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text) element.textContent = text;
    return element;
  };

  // Bounded, so that no answer makes a page busy.
  const INLINE = /`([^`\n]{1,400})`|\*\*([^*\n]{1,400})\*\*|!?\[([^\]\n]{0,400})\]\(([^)\n]{0,800})\)|\s?\[p:[^\]\n]{0,80}\]|\s?\[(\d{1,2})\]/g;
  const FENCE = /^\s*```/;
  const HEADING = /^#{1,6}\s+(.*)$/;
  const BULLET = /^\s*[-*•]\s+(.*)$/;
  const NUMBER = /^\s*(\d{1,3})[.)]\s+(.*)$/;
  const ROW = /^\s*\|(.+)\|\s*$/;
  const RULE = /^\s*\|?[\s:|-]+\|?\s*$/;
  const DOI = /^10\.\d{4,9}\/[^\s<>"]+$/;
  const EMERGENCY = /(?<!\d)(119|109|1577-0199)(?!\d)/g;

  // A path of this host; "//host" and "/\host" lead elsewhere.
  const isOurs = (address) => /^\/(?![/\\])/.test(address);

  const doiLink = (doi) => {
    if (!DOI.test(doi ?? "")) return made("span", doi ?? "");
    const link = made("a", `doi.org/${doi}`);
    link.href = `https://doi.org/${encodeURI(doi)}`;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  };

  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

  // A text with some parts of it made into elements.
  function split(text, pattern, make) {
    const nodes = [];
    let from = 0;
    for (const found of text.matchAll(pattern)) {
      if (found.index > from) nodes.push(text.slice(from, found.index));
      nodes.push(make(found[0]));
      from = found.index + found[0].length;
    }
    if (from < text.length) nodes.push(text.slice(from));
    return nodes;
  }

  function marked(text, { unknown = [], unknownWords = "" }) {
    if (!unknown.length) return [text];
    const longest = [...unknown].sort((one, other) => other.length - one.length).map(escaped);
    const pattern = new RegExp(`(?<![\\d.,])(?:${longest.join("|")})(?!\\d)`, "g");
    return split(text, pattern, (found) => {
      const mark = made("mark", found, "unknown");
      mark.title = unknownWords;
      return mark;
    });
  }

  function calls(nodes, { callWords }) {
    if (!callWords) return nodes;
    return nodes.flatMap((node) =>
      typeof node !== "string" ? [node] : split(node, EMERGENCY, (number) => {
        const link = made("a", number, "call");
        link.href = `tel:${number.replace("-", "")}`;
        link.setAttribute("aria-label", callWords(number));
        return link;
      }),
    );
  }

  const plain = (text, options) => calls(marked(text, options), options);

  function linked(words, address, options) {
    if (!isOurs(address)) return inline(words, options);
    const link = made("a");
    link.href = address;
    link.append(...plain(words || address, options));
    return [link];
  }

  function cited(number, { citations = [], citeWords }) {
    const citation = citations[number - 1];
    if (!citation) return [];
    const button = made("button", String(number), "cite");
    button.type = "button";
    button.dataset.cite = JSON.stringify(citation);
    button.setAttribute("aria-label", citeWords(number));
    const raised = made("sup");
    raised.append(button);
    return [raised];
  }

  function inline(text, options) {
    const nodes = [];
    let from = 0;
    for (const found of text.matchAll(INLINE)) {
      nodes.push(...plain(text.slice(from, found.index), options));
      from = found.index + found[0].length;
      const [, code, bold, words, address, number] = found;
      if (code !== undefined) nodes.push(made("code", code));
      else if (bold !== undefined) {
        const strong = made("strong");
        strong.append(...inline(bold, options));
        nodes.push(strong);
      } else if (address !== undefined) nodes.push(...linked(words, address, options));
      else if (number !== undefined) nodes.push(...cited(Number(number), options));
    }
    nodes.push(...plain(text.slice(from), options));
    return nodes;
  }

  // Each of these takes the lines from `at` that belong to it, and returns the line after them.

  function takeCode(lines, at, blocks) {
    let end = at + 1;
    while (end < lines.length && !FENCE.test(lines[end])) end += 1;
    const block = made("pre");
    block.append(made("code", lines.slice(at + 1, end).join("\n")));
    blocks.push(block);
    return end + 1;
  }

  function takeList(lines, at, blocks, options, pattern, tag) {
    const list = made(tag);
    let end = at;
    for (let found; end < lines.length && (found = pattern.exec(lines[end])); end += 1) {
      if (tag === "ol" && end === at) list.start = Number(found[1]);
      const item = made("li");
      item.append(...inline(found[found.length - 1], options));
      list.append(item);
    }
    blocks.push(list);
    return end;
  }

  function takeTable(lines, at, blocks, options) {
    const table = made("table", "", "tight");
    const row = (line, tag) => {
      const element = made("tr");
      for (const text of ROW.exec(line)[1].split("|")) {
        const cell = made(tag);
        cell.append(...inline(text.trim(), options));
        element.append(cell);
      }
      return element;
    };
    const [head, body] = [made("thead"), made("tbody")];
    head.append(row(lines[at], "th"));
    let end = at + 2;
    for (; end < lines.length && ROW.test(lines[end]); end += 1) body.append(row(lines[end], "td"));
    table.append(head, body);
    const scroller = made("div", "", "scroller");
    scroller.append(table);
    blocks.push(scroller);
    return end;
  }

  const isBlock = (line, next) =>
    FENCE.test(line) || HEADING.test(line) || BULLET.test(line) || NUMBER.test(line) || (ROW.test(line) && RULE.test(next ?? ""));

  function takeParagraph(lines, at, blocks, options) {
    const paragraph = made("p");
    let end = at;
    for (; end < lines.length && lines[end].trim() && (end === at || !isBlock(lines[end], lines[end + 1])); end += 1) {
      if (end > at) paragraph.append(made("br"));
      paragraph.append(...inline(lines[end], options));
    }
    blocks.push(paragraph);
    return end;
  }

  function take(lines, at, blocks, options) {
    const line = lines[at];
    if (!line.trim()) return at + 1;
    if (FENCE.test(line)) return takeCode(lines, at, blocks);
    if (BULLET.test(line)) return takeList(lines, at, blocks, options, BULLET, "ul");
    if (NUMBER.test(line)) return takeList(lines, at, blocks, options, NUMBER, "ol");
    if (ROW.test(line) && RULE.test(lines[at + 1] ?? "") && lines[at + 1].includes("-")) return takeTable(lines, at, blocks, options);
    const heading = HEADING.exec(line);
    if (!heading) return takeParagraph(lines, at, blocks, options);
    const element = made("h4");
    element.append(...inline(heading[1], options));
    blocks.push(element);
    return at + 1;
  }

  // The nodes of a text. `options`: citations and citeWords, unknown and unknownWords, callWords.
  function rendered(text, options = {}) {
    const lines = text.replaceAll("\r\n", "\n").split("\n");
    const blocks = [];
    for (let at = 0; at < lines.length; ) at = take(lines, at, blocks, options);
    return blocks;
  }

  window.coach = {
    made,
    doiLink,
    rendered,
    words: () => JSON.parse(document.getElementById("coach-words").textContent),
  };
})();
