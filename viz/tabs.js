"use strict";
// Two rows of tabs: what is asked for, on the left, and how the graph is shown, in the middle.
const tabs = (() => {
  const ROWS = { tab: ["browse", "questions", "route", "ask"], view: ["map", "statements-table", "things-table"] };

  const tabOf = (name) => dom.byId(`tab-${name}`);
  const chosen = (field) => (ROWS[field].includes(state.get(field)) ? state.get(field) : ROWS[field][0]);

  function show() {
    for (const [field, names] of Object.entries(ROWS)) {
      const here = chosen(field);
      for (const name of names) {
        tabOf(name).setAttribute("aria-selected", String(name === here));
        tabOf(name).tabIndex = name === here ? 0 : -1;
        dom.byId(tabOf(name).getAttribute("aria-controls")).hidden = name !== here;
      }
    }
    document.documentElement.dataset.tab = chosen("tab");
    document.documentElement.toggleAttribute("data-selected", Boolean(state.selection && !("unknown" in state.selection)));
  }

  // As the ARIA practices have it: arrows, Home and End walk along a row of tabs, and open as they go.
  function walk(event) {
    const row = [...event.currentTarget.querySelectorAll("[role=tab]")].filter((tab) => !tab.hidden);
    const at = row.indexOf(event.target);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: row.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    const tab = row[(next + row.length) % row.length];
    tab.focus();
    tab.click();
  }

  function start() {
    for (const [field, names] of Object.entries(ROWS)) {
      for (const name of names) tabOf(name).addEventListener("click", () => state.set({ [field]: name }, { from: "tabs" }));
    }
    for (const row of document.querySelectorAll("[role=tablist]")) row.addEventListener("keydown", walk);
    state.onChange(show);
  }

  return { start };
})();
