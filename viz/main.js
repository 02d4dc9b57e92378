"use strict";
// The order of things: unpack, start each part, then follow the address.
const severance = (() => {
  const wide = matchMedia("(min-width: 60rem)");

  // What is narrowed comes before what is shown of it, and the map last, since it costs most.
  function follow(changed, from) {
    filters.read();
    narrow.apply();
    list.apply();
    list.mark();
    story.show();
    route.show();
    tables.show();
    map.show();
    if (state.get("tab") === "route" && route.parts.some((name) => changed.has(name))) map.reveal();
    if (changed.has("statement") || changed.has("thing") || (!changed.size && from !== "filters")) selected(from);
  }

  function selected(from) {
    evidence.show();
    if (from !== "map") map.reveal();
    const one = state.selection;
    const title = one?.statement ? model.label(one.statement) : one?.thing !== undefined ? model.label(one.thing) : null;
    document.title = title ? `${title} – ${model.data.says.title}` : model.data.says.title;
    // A button in the panel is gone once it has been pressed: the reader goes on at the top of what it brought.
    if (from === "panel") dom.byId("evidence").focus({ preventScroll: wide.matches });
    if (one && from !== "address" && !wide.matches) dom.byId("evidence").scrollIntoView({ block: "start" });
  }

  function skip(event) {
    const target = event.target.closest("[data-skip]");
    if (!target) return;
    // The address holds the selection: skipping must not change it.
    event.preventDefault();
    dom.byId(target.dataset.skip).focus();
  }

  // On a narrow screen the list would stand before the map: it is folded there, and opens at a touch, or where the address asks
  // for what is in it.
  const fold = () => { dom.byId("drawer").open = wide.matches || (state.get("tab") !== "browse" && !state.selection); };

  async function start() {
    await model.load();
    wide.addEventListener("change", fold);
    addEventListener("click", skip);
    legend.show();
    // Each part listens to the state of its own accord; those that narrow or light the graph do so before it is shown.
    for (const part of [tabs, filters, route, answers, ask, story, reader, tables, picture, list]) part.start();
    narrow.apply();
    map.start();
    state.onChange(follow);
    state.start();
    fold();
    evidence.show();
    document.documentElement.dataset.ready = "true";
    return model.data.things.size;
  }

  const ready = start().catch(dom.fail);
  return { ready, model, state, map };
})();
globalThis.severance = severance;
