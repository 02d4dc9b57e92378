"use strict";
// The order of things: unpack, list, draw, then follow the address.
const severance = (() => {
  const wide = matchMedia("(min-width: 60rem)");

  function fail(error) {
    const failure = dom.byId("failure");
    failure.textContent = typeof DecompressionStream === "undefined"
      ? "This browser is too old for this page: it cannot unpack its data. Any browser of 2023 or later can."
      : `The page could not be shown: ${error.message}`;
    failure.hidden = false;
    dom.byId("loading").hidden = true;
  }

  function selected(from) {
    evidence.show();
    list.mark();
    map.refresh();
    if (from !== "map") map.reveal();
    const one = state.selection;
    const title = one?.statement ? model.label(one.statement) : one?.thing !== undefined ? model.label(one.thing) : null;
    document.title = title ? `${title} – Severance: who said what` : "Severance: who said what";
    // A button in the panel is gone once it has been pressed: the reader goes on at the top of what it brought.
    if (from === "panel") dom.byId("evidence").focus({ preventScroll: wide.matches });
    if (from !== "address" && !wide.matches) dom.byId("evidence").scrollIntoView({ block: "start" });
  }

  function skip(event) {
    const target = event.target.closest("[data-skip]");
    if (!target) return;
    // The address holds the selection: skipping must not change it.
    event.preventDefault();
    dom.byId(target.dataset.skip).focus();
  }

  // On a narrow screen the list would stand before the map: it is folded there, and opens at a touch.
  const fold = () => { dom.byId("drawer").open = wide.matches; };

  async function start() {
    await model.load();
    fold();
    wide.addEventListener("change", fold);
    addEventListener("click", skip);
    const { statements, things } = model.data;
    dom.byId("summary").textContent = `${statements.size} statements about the series, each with who said it, where and how firmly. `
      + "Select a line, a thing or a statement to see its evidence.";
    legend.show();
    map.start(list.start());
    state.onChange((what, from) => (what === "selection" ? selected(from) : map.narrow(list.apply())));
    state.start();
    document.documentElement.dataset.ready = "true";
    return things.size;
  }

  const ready = start().catch(fail);
  return { ready, model, state, map };
})();
globalThis.severance = severance;
