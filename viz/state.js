"use strict";
// Everything that the page shows is told by its address, so that any state can be shared and Back works. A field that has
// its default is left out of it. Whoever reads a field gets a string; what a string means is its reader's affair.
const state = (() => {
  const FIELDS = [
    "statement", "thing", // what is selected: one of the two, or neither
    "tab", "view", // which panels are open
    "q", "theme", "speaker", "holder", "commitment", "frame", "kind", // filters; several values stand with commas
    "at", "since", // story time: what holds at a moment, and since which one changes are asked for
    "near", "hops", // the neighbourhood of a thing
    "from", "to", "via", "avoid", "strongest", "hedged", // a path
    "question", "ask", // a guided question; a query of one's own
  ];
  const DEFAULTS = { tab: "browse", view: "map", hops: "1" };
  const NARROWING = ["q", "theme", "speaker", "holder", "commitment", "frame", "kind", "at", "since", "near", "hops"];
  const listeners = new Set();
  let told = new Map();

  const onChange = (listener) => listeners.add(listener);
  const get = (field) => told.get(field) ?? DEFAULTS[field] ?? "";

  // In a list a comma parts two values; one within a value stands as %2C.
  const list = (field) => get(field).split(",").filter(Boolean).map((one) => one.replace(/%2C|%25/gi, decodeURIComponent));
  const joined = (values) => values.map((one) => one.replace(/[%,]/g, encodeURIComponent)).join(",");

  const isDefault = (field, value) => value === "" || value === DEFAULTS[field];
  const pairs = (fields) => FIELDS.filter((field) => fields.has(field)).map((field) => [field, fields.get(field)]);
  const written = (fields) => String(new URLSearchParams(pairs(fields)));

  function read(text) {
    const params = new URLSearchParams(text);
    const found = FIELDS.filter((field) => params.has(field)).map((field) => [field, params.get(field)]);
    return new Map(found.filter(([field, value]) => !isDefault(field, value)));
  }

  const address = () => read(location.hash.slice(1));

  // Take over a state and tell everybody which fields are new.
  function follow(found, from) {
    const changed = new Set(FIELDS.filter((field) => found.get(field) !== told.get(field)));
    told = found;
    listeners.forEach((listener) => listener(changed, from));
  }

  // ``from`` tells the listeners where a choice was made: on the map, in the list, in the panel. ``replace`` is for what
  // changes with every key: Back should not walk through the letters of a search.
  function set(changes, { from = "page", replace = false } = {}) {
    const fields = new Map(told);
    for (const [field, value] of Object.entries(changes)) fields.set(field, String(value ?? ""));
    for (const [field, value] of fields) if (isDefault(field, value)) fields.delete(field);
    const text = written(fields);
    if (text !== written(told)) write(text, replace);
    follow(read(text), from);
  }

  function write(text, replace) {
    // The whole address, since in a frame without one of its own (srcdoc) a fragment alone would be taken for the outer page's.
    const address = location.href.split("#")[0] + (text ? `#${text}` : "");
    try {
      history[replace ? "replaceState" : "pushState"](null, "", address);
    } catch {
      // A frame without an address of its own, and a browser that finds the changes too many: the page goes on without it.
    }
  }

  function choose(name, from) {
    const one = model.statement(name);
    set(one ? { statement: one.id, thing: "" } : { statement: "", thing: name }, { from });
  }

  const clear = (from) => set({ statement: "", thing: "" }, { from });
  const widen = (from) => set(Object.fromEntries(NARROWING.map((field) => [field, ""])), { from });

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
    addEventListener("popstate", () => follow(address(), "address"));
    // Most changes of the address tell both; here only what the first did not bring is new.
    addEventListener("hashchange", () => { if (written(address()) !== written(told)) follow(address(), "address"); });
    follow(address(), "address");
  }

  return {
    start, onChange, get, list, joined, set, choose, clear, widen,
    get selection() { return selection(); },
    get isNarrowed() { return NARROWING.some((field) => get(field) !== (DEFAULTS[field] ?? "")); },
  };
})();
