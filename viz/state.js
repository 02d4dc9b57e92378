"use strict";
// Everything that the page shows is told by its address, so that any state can be shared and Back works. A field that has
// its default is left out of it. Whoever reads a field gets a string; what a string means is its reader's affair.
const state = (() => {
  const FIELDS = [
    "statement", "thing", // what is selected: one of the two, or neither
    "tab", "view", // which panels are open
    "q", "theme", "speaker", "commitment", "frame", "kind", // filters; several values stand with commas
    "at", "since", // story time: what holds at a moment, and since which one changes are asked for
    "near", "hops", // the neighbourhood of a thing
    "from", "to", "strongest", "hedged", // a path
    "question", "ask", // a guided question; a query of one's own
  ];
  const DEFAULTS = { tab: "browse", view: "map", hops: "1" };
  const listeners = new Set();
  let told = new Map();
  let origin = "address";

  const onChange = (listener) => listeners.add(listener);
  const get = (field) => told.get(field) ?? DEFAULTS[field] ?? "";
  const list = (field) => get(field).split(",").filter(Boolean);

  function read() {
    const params = new URLSearchParams(location.hash.slice(1));
    const found = FIELDS.filter((field) => params.has(field)).map((field) => [field, params.get(field)]);
    return new Map(found.filter(([field, value]) => value !== (DEFAULTS[field] ?? "")));
  }

  const written = (fields) => new URLSearchParams(FIELDS.filter((field) => fields.has(field)).map((field) => [field, fields.get(field)]));

  // Take over what the address says and tell everybody which fields are new.
  function follow() {
    const found = read();
    const changed = new Set(FIELDS.filter((field) => found.get(field) !== told.get(field)));
    told = found;
    const from = origin;
    origin = "address";
    listeners.forEach((listener) => listener(changed, from));
  }

  // ``from`` tells the listeners where a choice was made: on the map, in the list, in the panel. ``replace`` is for what
  // changes with every key: Back should not walk through the letters of a search.
  function set(changes, { from = "page", replace = false } = {}) {
    const fields = new Map(told);
    for (const [field, value] of Object.entries(changes)) {
      const text = String(value ?? "");
      if (text === (DEFAULTS[field] ?? "")) fields.delete(field);
      else fields.set(field, text);
    }
    const params = String(written(fields));
    // The whole address, since in a frame without one of its own (srcdoc) a fragment alone would be taken for the outer page's.
    const address = location.href.split("#")[0] + (params ? `#${params}` : "");
    if (params !== String(written(told))) history[replace ? "replaceState" : "pushState"](null, "", address);
    origin = from;
    follow();
  }

  function choose(name, from) {
    const one = model.statement(name);
    set(one ? { statement: one.id, thing: "" } : { statement: "", thing: name }, { from });
  }

  const clear = (from) => set({ statement: "", thing: "" }, { from });

  // What is selected, as ``{statement}``, ``{thing}`` or ``{unknown}``; null if nothing is.
  function selection() {
    const id = get("statement");
    const name = get("thing");
    if (id) {
      const known = [`st:${id}`, id].find((one) => model.statement(one));
      return known ? { statement: known } : { unknown: id };
    }
    if (!name) return null;
    if (model.statement(name)) return { statement: name };
    return model.thing(name) ? { thing: name } : { unknown: name };
  }

  function start() {
    addEventListener("popstate", follow);
    addEventListener("hashchange", follow);
    follow();
  }

  return { start, onChange, get, list, set, choose, clear, get selection() { return selection(); } };
})();
