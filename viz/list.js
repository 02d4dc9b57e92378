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

  function showThings(some) {
    const byKind = new Map(Object.keys(model.data.kinds).map((kind) => [kind, []]));
    // Properties, rules and sources are found from the statements that use them.
    for (const [name, one] of some) byKind.get(one.kind).push([name, one]);
    const drawn = [...byKind].filter(([kind, found]) => found.length && kind in model.data.legend.shapes);
    dom.byId("things-list").replaceChildren(...drawn.map(([kind, found]) => dom.make("section", {},
      dom.make("h4", {}, legend.shape(kind), " ", dom.text(model.data.kinds[kind])),
      dom.make("ul", { class: "plain" }, found.sort(([, a], [, b]) => (a.label < b.label ? -1 : 1)).map(([name, one]) =>
        dom.make("li", {}, dom.button(one.label, () => state.choose(name, "list"), { class: "go" })))))));
    dom.byId("things-count").textContent = `(${some.filter(([, one]) => one.kind in model.data.legend.shapes).length})`;
  }

  function apply() {
    const names = narrow.shown;
    for (const [name, item] of entries) item.hidden = !names.has(name);
    dom.byId("statements-count").textContent = `(${names.size})`;
    dom.byId("count").textContent = `${narrow.isNarrowed ? `${names.size} of ` : ""}${entries.size} statements`;
    dom.byId("none").hidden = names.size > 0;
    showThings(model.thingsCalled(state.get("q")));
  }

  // Mark what is selected among the entries of a list.
  function markIn(box) {
    for (const button of box.querySelectorAll("button[data-name]")) {
      if (button.dataset.name === state.selection?.statement) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  const mark = () => markIn(dom.byId("statements"));

  // Up and down walk along the buttons, as in other lists.
  function walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const here = event.target.closest("li");
    if (!step || !here) return;
    const open = [...here.parentElement.children].filter((item) => !item.hidden);
    open[open.indexOf(here) + step]?.firstChild.focus();
    event.preventDefault();
  }

  function start() {
    for (const one of model.data.statements.values()) entries.set(one.name, entry(one, "list"));
    dom.byId("statements").append(...entries.values());
    dom.byId("statements").addEventListener("keydown", walk);
  }

  return { start, apply, mark, entry, markIn };
})();
