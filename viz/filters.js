"use strict";
// The form that narrows the graph. The address holds what is in it: the form writes there, and shows what stands there.
const filters = (() => {
  const field = (id) => dom.byId(id);
  const boxes = () => [...document.querySelectorAll("#commitments input")];

  // None named means all: the address of the whole graph stays short.
  const wanted = () => {
    const named = state.list("commitment").filter((name) => name in words.commitment);
    return new Set(named.length ? named : Object.keys(words.commitment));
  };

  function write() {
    const checked = boxes().filter((box) => box.checked).map((box) => box.value);
    const all = checked.length === boxes().length;
    const changes = { q: field("search").value, theme: field("theme").value, commitment: all ? "" : checked.join(",") || "none" };
    state.set(changes, { from: "filters", replace: true });
  }

  function read() {
    if (field("search").value !== state.get("q")) field("search").value = state.get("q");
    field("theme").value = state.get("theme");
    const none = state.get("commitment") === "none";
    for (const box of boxes()) box.checked = !none && wanted().has(box.value);
    field("reset").hidden = !["q", "theme", "commitment"].some((name) => state.get(name));
  }

  function commitments() {
    const counts = new Map();
    for (const one of model.data.statements.values()) counts.set(one.commitment, (counts.get(one.commitment) ?? 0) + 1);
    return Object.keys(words.commitment).map((name) => dom.make("label", {},
      dom.make("input", { type: "checkbox", name: "commitment", value: name, checked: true }),
      legend.commitment(name), dom.make("span", {}, `${words.short[name]} (${counts.get(name) ?? 0})`)));
  }

  function bySearch() {
    const sought = state.get("q");
    return sought.trim() ? (one) => model.matches(one, sought) : null;
  }

  function byTheme() {
    const within = new Set(model.data.themes.get(state.get("theme")) ?? []);
    return state.get("theme") ? (one) => one.themes.some((given) => within.has(given.theme)) : null;
  }

  function byCommitment() {
    const named = state.get("commitment") === "none" ? new Set() : wanted();
    return (one) => named.has(one.commitment);
  }

  function start() {
    field("commitments").append(...commitments());
    const themes = [...model.data.themes.keys()].map((name) => [model.label(name), name]).sort();
    field("theme").append(...themes.map(([label, value]) => dom.make("option", { value }, label)));
    const form = field("filters");
    form.addEventListener("input", write);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => { write(); field("search").focus(); }));
    [bySearch, byTheme, byCommitment].forEach(narrow.add);
  }

  return { start, read };
})();
