"use strict";
// The competency questions as a guided list. Their answers were worked out when the page was built: they need no engine.
const answers = (() => {
  const all = () => model.data.questions;
  const chosen = () => all().find((one) => one.name === state.get("question")) ?? null;
  const found = (one) => ({ kind: "rows", json: one.results });

  // ``focus`` is what the reader goes on at: the panel is made anew.
  function choose(name, focus = "h3") {
    state.set({ tab: "questions", question: name, statement: "", thing: "" }, { from: "questions" });
    map.reveal();
    dom.byId("questions").querySelector(focus)?.focus();
    const one = chosen();
    if (one) dom.byId("told").textContent = `${one.question} ${one.results.results.bindings.length} rows, ${one.evidence.length} statements as evidence.`;
  }

  // ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────

  function listed() {
    const items = all().map((one) => dom.make("li", {}, dom.button(one.question, () => choose(one.name), { class: "question" })));
    return [
      dom.make("p", { class: "small" }, "What the graph can be asked, in plain words. Each answer comes with its evidence, lit on the map, and with its query."),
      dom.make("ol", { class: "plain questions" }, items),
    ];
  }

  // ── An answer ────────────────────────────────────────────────────────────────────────────────────────────────────

  function shown(one) {
    const rows = one.results.results.bindings.length;
    return [
      dom.make("p", { class: "row" }, dom.button("All questions", () => leave(one.name)), steps(one)),
      dom.make("h3", { tabindex: -1 }, dom.text(one.question)),
      dom.make("p", {}, dom.text(one.answer)),
      rows ? results.table(found(one), `Rows that answer: ${one.question}`, "questions") : dom.make("p", {}, "No row."),
      asked(one),
      one.evidence.length ? evidenceOf(one) : null,
    ].filter(Boolean);
  }

  function steps(one) {
    const at = all().indexOf(one);
    const to = (step) => all()[(at + step + all().length) % all().length].name;
    return dom.make("span", { class: "turning" },
      dom.button("Previous", () => choose(to(-1), ".back"), { class: "back", "aria-label": "Previous question" }),
      dom.button("Next", () => choose(to(1), ".on"), { class: "on", "aria-label": "Next question" }));
  }

  // A page may show a part of the graph, and the answer rest on more.
  function evidenceOf(one) {
    const here = one.evidence.map(model.statement).filter(Boolean);
    const left = one.evidence.length - here.length;
    return dom.make("section", {}, dom.make("h3", {}, `Evidence (${one.evidence.length})`),
      dom.make("ul", { class: "plain" }, here.map(entry)),
      left ? dom.make("p", { class: "small" }, `${left} of these statements are not on this page.`) : null);
  }

  function entry(one) {
    return dom.make("li", {}, dom.button(dom.make("span", { class: "entry" }, legend.statement(one),
      dom.make("span", {}, dom.text(one.gloss), dom.make("small", {}, dom.text(evidence.summary(one))))),
    () => state.choose(one.name, "questions"), { class: "statement" }));
  }

  function asked(one) {
    const told = dom.make("span", { role: "status", class: "small" });
    return dom.make("details", { class: "asked" }, dom.make("summary", {}, "Show query"),
      dom.make("pre", { tabindex: 0, role: "region", "aria-label": "The query" }, dom.make("code", {}, dom.text(one.query))),
      dom.make("p", { class: "ways" },
        engine.isThere ? dom.button("Edit and run", () => ask.take(one.query)) : null,
        dom.button("Copy query", () => dom.copyTo(told, "query", one.query)), told),
      dom.make("p", { class: "small" }, "The same in a terminal: ", dom.make("code", {}, dom.text(model.command("question", one.name)))));
  }

  // Back in the list, at the question one comes from.
  function leave(name) {
    choose("", `li:nth-child(${all().findIndex((one) => one.name === name) + 1}) .question`);
  }

  // ── On the page ──────────────────────────────────────────────────────────────────────────────────────────────────

  function show(changed) {
    if (!changed.has("question")) return;
    const one = chosen();
    const unknown = state.get("question") && !one
      ? dom.make("p", { role: "alert" }, "There is no question ", dom.text(state.get("question")), ".") : null;
    dom.byId("questions").replaceChildren(...(unknown ? [unknown] : []), ...(one ? shown(one) : listed()));
  }

  function lit() {
    const one = state.get("tab") === "questions" ? chosen() : null;
    return one ? results.named(found(one)) : null;
  }

  function start() {
    dom.byId("tab-questions").hidden = !all().length;
    highlight.add(lit);
    state.onChange(show);
    show(new Set(["question"]));
    severance.ready.then(() => { if (lit() && !state.selection) map.reveal(); });
  }

  return { start, choose };
})();
