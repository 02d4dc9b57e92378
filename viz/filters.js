"use strict";
// The form that narrows the graph. The address holds what is in it: the form writes there, and shows what stands there.
const filters = (() => {
  // Lists of which one value is chosen, and what of a statement is asked for.
  const ONE = {
    theme: (one) => model.themesOf(one),
    speaker: (one) => [one.said_by],
    holder: (one) => [one.held_by],
  };
  // Boxes of which several are checked, and what they are called.
  const SOME = { commitment: words.short, frame: words.frame, kind: words.kind };
  const HOPS = ["1", "2", "3", "4"];
  const LESS_USED = ["speaker", "holder", "frame", "kind", "near"];

  const field = (id) => dom.byId(id);
  const boxes = (name) => [...document.querySelectorAll(`#filters input[name=${name}]`)];
  const all = () => [...model.data.statements.values()];
  let offered = new Set();
  let usedBefore = 0;

  // ── From the form to the address ─────────────────────────────────────────────────────────────────────────────────

  function write(event) {
    const { name, value } = event.target;
    if (name === "near" && isPicked(event)) near(value);
    if (!name || name === "near") return;
    // None named means all: the address of the whole graph stays short.
    const checked = name in SOME ? boxes(name).filter((box) => box.checked).map((box) => box.value) : null;
    const told = !checked ? value : checked.length === boxes(name).length ? "" : state.joined(checked) || "none";
    state.set({ [name]: told }, { from: "filters", replace: name === "q" });
  }

  // A name is taken when it is whole: when the field is left, and at once if it is picked from those that are offered.
  const isPicked = ({ inputType, target }) => ["insertReplacementText", undefined].includes(inputType) && offered.has(target.value);

  const near = (text) => state.set({ near: model.resolve(text.trim()) ?? text.trim() }, { from: "filters" });

  // ── From the address to the form ─────────────────────────────────────────────────────────────────────────────────

  function read() {
    for (const [id, name] of [["search", "q"], ...Object.keys(ONE).map((name) => [name, name]), ["hops", "hops"]]) {
      if (field(id).value !== state.get(name)) field(id).value = state.get(name);
    }
    field("hops").value = String(hops());
    for (const name of Object.keys(SOME)) {
      const wanted = state.list(name);
      for (const box of boxes(name)) box.checked = !wanted.length || wanted.includes(box.value);
    }
    const centre = state.get("near");
    field("near").value = named(centre);
    field("hops").disabled = !centre;
    const here = state.selection?.thing ?? state.selection?.statement;
    field("around").hidden = !routes.concerns(here) || here === centre;
    field("around").replaceChildren("Only what is near ", dom.text(model.label(here)));
    field("reset").hidden = !state.isNarrowed;
    field("unknown").replaceChildren(...unknown());
    field("unknown").hidden = !field("unknown").firstChild;
    const used = LESS_USED.filter((name) => state.get(name)).length;
    field("more-used").textContent = used ? `(${used} used)` : "";
    if (used > usedBefore) field("more").open = true;
    usedBefore = used;
  }

  const named = (name) => (model.thing(name) || model.statement(name) ? model.label(name) : name);
  const hops = () => Number(HOPS.includes(state.get("hops")) ? state.get("hops") : HOPS[0]);

  // An address may have been written for another graph.
  function unknown() {
    const isOffered = (name) => [...field(name).options].some((option) => option.value === state.get(name));
    const isKnown = (name) => (one) => one === "none" || Object.hasOwn(SOME[name], one);
    const values = [
      ...Object.keys(ONE).filter((name) => !isOffered(name)).map((name) => state.get(name)),
      ...Object.keys(SOME).flatMap((name) => state.list(name).filter((one) => !isKnown(name)(one))),
      ...[state.get("near")].filter((name) => name && !routes.concerns(name)),
    ];
    return values.map((value) => dom.make("span", {}, "Nothing on the map is called ", dom.text(value), ". "));
  }

  // ── What passes ──────────────────────────────────────────────────────────────────────────────────────────────────

  function bySearch() {
    const sought = state.get("q");
    return sought.trim() ? (one) => model.matches(one, sought) : null;
  }

  const byOne = (name) => () => (state.get(name) ? (one) => ONE[name](one).includes(state.get(name)) : null);

  const bySome = (name) => () => {
    const wanted = new Set(state.list(name));
    return wanted.size ? (one) => wanted.has(one[name]) : null;
  };

  function byNearness() {
    if (!state.get("near")) return null;
    const reached = routes.within(state.get("near"), hops());
    return (one) => reached.has(one.subject) && reached.has(one.object);
  }

  // ── The form ─────────────────────────────────────────────────────────────────────────────────────────────────────

  function counted(valuesOf) {
    const counts = new Map();
    for (const value of all().flatMap((one) => [...new Set(valuesOf(one))])) counts.set(value, (counts.get(value) ?? 0) + 1);
    counts.delete(null);
    return counts;
  }

  function fillOne(name) {
    const found = [...counted(ONE[name])].map(([value, count]) => [model.label(value), value, count]);
    found.sort(([a, x], [b, y]) => a.localeCompare(b, "en") || model.byCode(x, y));
    field(name).append(...found.map(([label, value, count]) => dom.make("option", { value }, `${label} (${count})`)));
  }

  function fillSome(name) {
    const counts = counted((one) => [one[name]]);
    field(`${name}s`).append(...Object.entries(SOME[name]).map(([value, label]) => dom.make("label", {},
      dom.make("input", { type: "checkbox", name, value, checked: true }),
      name === "commitment" ? legend.commitment(value) : null,
      dom.make("span", {}, `${label} (${counts.get(value) ?? 0})`))));
  }

  // All names that a field for a thing offers: those of what statements are about, each that leads back to it.
  function fillNames() {
    const found = [...model.data.things].filter(([name, one]) => one.iri && routes.concerns(name))
      .flatMap(([name, one]) => [one.label, ...one.names].filter((text) => model.resolve(text) === name));
    offered = new Set(found.sort((a, b) => a.localeCompare(b, "en")));
    field("thing-names").append(...[...offered].map((value) => dom.make("option", { value })));
  }

  function start() {
    Object.keys(ONE).forEach(fillOne);
    Object.keys(SOME).forEach(fillSome);
    fillNames();
    field("hops").append(...HOPS.map((value) => dom.make("option", { value }, value === "1" ? "1 hop" : `${value} hops`)));
    const form = field("filters");
    form.addEventListener("input", write);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (field("near").value !== named(state.get("near"))) near(field("near").value);
    });
    field("near").addEventListener("change", ({ target }) => near(target.value));
    field("around").addEventListener("click", () => {
      state.set({ near: state.selection.thing ?? state.selection.statement }, { from: "filters" });
      field("hops").focus();
    });
    field("reset").addEventListener("click", () => {
      state.widen("filters");
      field("search").focus();
    });
    [bySearch, ...Object.keys(ONE).map(byOne), ...Object.keys(SOME).map(bySome), byNearness].forEach(narrow.add);
  }

  return { start, read, isPicked };
})();
