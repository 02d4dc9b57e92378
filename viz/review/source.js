"use strict";
// The text, its passages marked. A mark has a tag with the name of its statement, and is told by its line, not its colour.
const source = (() => {
  const ORDER = ["undecided", "edit", "accept", "reject"];
  let elements = new Map(); // statement → its pieces of the text
  let current = null;
  let chosen = null; // the last span that was selected in the text

  // ── Drawing ──────────────────────────────────────────────────────────────────────────────────────────────────────

  function start(select) {
    draw();
    dom.byId("text").addEventListener("click", (event) => {
      const tag = event.target.closest("[data-tag]");
      if (tag) return select(tag.dataset.tag);
      // Who selects words wants no statement.
      if (!getSelection().isCollapsed) return null;
      const piece = event.target.closest("[data-of]");
      return piece ? select(next(piece.dataset.of.split(" "))) : null;
    });
    document.addEventListener("selectionchange", () => { chosen = selected() ?? chosen; });
  }

  // Of several statements of one passage the one behind the current one.
  const next = (ids) => ids[(ids.indexOf(current) + 1) % ids.length];

  function draw() {
    const spans = [...material.statements.keys()].map((id) => [id, decisions.spanOf(id)]).filter(([, span]) => span);
    elements = new Map();
    dom.byId("text").replaceChildren(...material.data.paragraphs.map((paragraph, i) => drawn(paragraph, i, spans)));
    for (const id of material.statements.keys()) refresh(id);
    if (current) show(current, { still: true });
  }

  function drawn([start, end], number, spans) {
    const here = spans.filter(([, [first, last]]) => first < end && last > start);
    const cuts = [...new Set([start, end, ...here.flatMap(([, span]) => span).filter((at) => at > start && at < end)])].sort((a, b) => a - b);
    const made = dom.make("p", { dir: "auto", id: `paragraph-${number + 1}` });
    for (let i = 0; i + 1 < cuts.length; i += 1) {
      const [from, to] = [cuts[i], cuts[i + 1]];
      for (const [id] of here.filter(([, [first]]) => first === from)) made.append(tag(id));
      made.append(piece([from, to], here.filter(([, [first, last]]) => first <= from && last >= to).map(([id]) => id)));
    }
    return made;
  }

  function tag(id) {
    const made = dom.button(id, () => {}, { class: "tag", "data-tag": id, tabindex: -1, "aria-label": `Statement ${id}` });
    add(id, made);
    return made;
  }

  function piece([from, to], ids) {
    const made = dom.make("span", { "data-start": from, class: ids.length ? "passage" : null, "data-of": ids.length ? ids.join(" ") : null },
      material.data.text.slice(from, to));
    ids.forEach((id) => add(id, made));
    return made;
  }

  function add(id, element) {
    if (!elements.has(id)) elements.set(id, []);
    elements.get(id).push(element);
  }

  // A piece of several statements looks as the one that is decided least.
  function refresh(id) {
    for (const one of elements.get(id) ?? []) {
      const states = (one.dataset.of ?? one.dataset.tag).split(" ").map(decisions.stateOf);
      one.dataset.state = ORDER.find((state) => states.includes(state));
    }
  }

  // ── Showing ──────────────────────────────────────────────────────────────────────────────────────────────────────

  function show(id, { still = false } = {}) {
    for (const one of elements.get(current) ?? []) one.classList.remove("current");
    current = id;
    const mine = elements.get(id) ?? [];
    for (const one of mine) one.classList.add("current");
    if (!mine.length || still) return;
    const pane = dom.byId("source");
    const [box, mark, last] = [pane, mine[0], mine.at(-1)].map((one) => one.getBoundingClientRect());
    if (mark.top >= box.top + 24 && last.bottom <= box.bottom - 24) return;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    // The pane alone moves: the list stays where it is.
    pane.scrollTo({ top: pane.scrollTop + mark.top - box.top - box.height / 4, behavior });
  }

  // ── Choosing words ───────────────────────────────────────────────────────────────────────────────────────────────

  // The span of the original that is selected, in whole words; null where nothing of the text is.
  function selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const pane = dom.byId("text");
    if (!pane.contains(range.startContainer) && !pane.contains(range.endContainer)) return null;
    const pieces = [...pane.querySelectorAll("[data-start]")].filter((one) => range.intersectsNode(one));
    if (!pieces.length) return null;
    const [first, last] = [pieces[0], pieces.at(-1)];
    const at = (one) => Number(one.dataset.start);
    const within = (one, node, offset, otherwise) => at(one) + (one.contains(node) && node.nodeType === Node.TEXT_NODE ? offset : otherwise);
    const from = within(first, range.startContainer, range.startOffset, 0);
    const to = within(last, range.endContainer, range.endOffset, last.textContent.length);
    return from < to ? [from, to] : null;
  }

  const forget = () => { chosen = null; };

  return { start, draw, refresh, show, forget, get chosen() { return chosen; } };
})();
