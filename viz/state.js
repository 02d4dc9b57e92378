"use strict";
// What is selected and what is shown. The selection lives in the address, so that it can be shared and Back works.
const state = (() => {
  const listeners = new Set();
  const filters = { search: "", theme: "", commitments: new Set(Object.keys(words.commitment)) };
  let selection = null;
  let origin = "address";

  const onChange = (listener) => listeners.add(listener);
  const tell = (what) => listeners.forEach((listener) => listener(what, origin));

  function read() {
    const told = new URLSearchParams(location.hash.slice(1));
    const id = told.get("statement");
    const name = told.get("thing");
    if (id !== null) {
      const known = [`st:${id}`, id].find((one) => model.statement(one));
      return known ? { statement: known } : { unknown: id };
    }
    if (name === null) return null;
    if (model.statement(name)) return { statement: name };
    return model.thing(name) ? { thing: name } : { unknown: name };
  }

  function follow() {
    selection = read();
    tell("selection");
    origin = "address";
  }

  // ``from`` tells the listeners where the choice was made: on the map, in the list, in the panel.
  function choose(name, from) {
    origin = from;
    const one = model.statement(name);
    const told = new URLSearchParams(one ? { statement: one.id } : { thing: name });
    const hash = `#${told}`;
    if (location.hash === hash) follow();
    else location.hash = hash;
  }

  function clear() {
    if (!location.hash) return;
    history.pushState(null, "", location.pathname + location.search);
    follow();
  }

  function filter(changes) {
    Object.assign(filters, changes);
    tell("filters");
  }

  const isNarrowed = () =>
    Boolean(filters.search.trim() || filters.theme || filters.commitments.size < Object.keys(words.commitment).length);

  function start() {
    addEventListener("hashchange", follow);
    addEventListener("popstate", () => { if (!location.hash) follow(); });
    follow();
  }

  return { start, onChange, choose, clear, filter, filters, isNarrowed, get selection() { return selection; } };
})();
