"use strict";
// The list of the statements and things that are to be seen: the page without the map.
const list = (() => {
  const entries = new Map();

  // A statement as an item of a list; pressed, it is selected, and ``from`` tells where.
  function entry(one, from) {
    const button = dom.button(dom.make("span", { class: "entry" }, legend.statement(one),
      dom.make("span", {}, dom.text(one.gloss), dom.make("small", {}, dom.text(evidence.summary(one))))),
    () => state.choose(one.name, from), { class: "statement", "data-name": one.name });
    return dom.make("li", {}, button);
  }

  // Things by kind, those that the search finds by name before them; written when they are to be seen.
  function showThings() {
    dom.byId("things-count").textContent = `(${narrow.things.size})`;
    if (!dom.byId("things").open) return;
    const isFound = new Set(narrow.sought);
    const byKind = new Map(Object.keys(model.data.kinds).map((kind) => [kind, []]));
    const found = [];
    for (const name of narrow.things) {
      const one = model.thing(name);
      (isFound.has(name) ? found : byKind.get(one.kind)).push([name, one]);
    }
    const kinds = [...byKind].filter(([, some]) => some.length);
    dom.byId("things-list").replaceChildren(
      ...(found.length ? [group(["Found by name"], found)] : []),
      ...kinds.map(([kind, some]) => group([legend.shape(kind), " ", dom.text(model.data.kinds[kind])], some)));
    stopAmongThings();
  }

  const group = (title, some) => dom.make("section", {}, dom.make("h4", {}, ...title),
    dom.make("ul", { class: "plain" }, some.sort(([, a], [, b]) => (a.label < b.label ? -1 : 1)).map(([name, one]) =>
      dom.make("li", {}, dom.button(one.label, () => state.choose(name, "list"), { class: "go", tabindex: -1 })))));

  // Entries come and go: to hide 1,800 of 2,000 held the page for seconds, since each may be laid out when it is seen.
  function write(some) {
    const box = dom.byId("statements");
    if (some.length !== box.childElementCount || some.some((item, i) => box.children[i] !== item)) box.replaceChildren(...some);
  }

  function apply() {
    const names = narrow.shown;
    write([...entries].filter(([name]) => names.has(name)).map(([, item]) => item));
    dom.byId("statements-count").textContent = `(${names.size})`;
    dom.byId("count").textContent = `${narrow.isNarrowed ? `${names.size} of ` : ""}${entries.size} statements`;
    dom.byId("none").hidden = names.size > 0;
    showThings();
    stopAmongStatements();
  }

  // Mark what is selected among the entries of a list.
  function markIn(box) {
    for (const button of box.querySelectorAll("button[data-name]")) {
      if (button.dataset.name === state.selection?.statement) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  function mark() {
    markIn(dom.byId("statements"));
    stopAmongStatements(entries.get(state.selection?.statement)?.firstChild);
  }

  let stopAmongStatements = null;
  let stopAmongThings = null;

  function start() {
    for (const one of model.data.statements.values()) entries.set(one.name, entry(one, "list"));
    for (const { firstChild } of entries.values()) firstChild.tabIndex = -1;
    const [statements, things] = [dom.byId("statements"), dom.byId("things-list")];
    stopAmongStatements = dom.rove(statements, () => [...statements.children].map((item) => item.firstChild));
    dom.byId("things").addEventListener("toggle", showThings);
    stopAmongThings = dom.rove(things, () => [...things.querySelectorAll("button")]);
  }

  return { start, apply, mark, entry, markIn };
})();
