"use strict";
// The panel: all the evidence of a statement, or everything said of a thing.
const evidence = (() => {
  const go = (name, label) => dom.button(label ?? model.label(name), () => state.choose(name, "panel"), { class: "go" });
  const thing = (name) => (name === null || name === undefined ? null : model.thing(name) || model.statement(name) ? go(name) : dom.text(name));

  function rows(pairs) {
    const list = dom.make("dl", {});
    for (const [term, ...said] of pairs) {
      const some = said.flat().filter(Boolean);
      if (some.length) list.append(dom.make("dt", {}, term), ...some.map((one) => dom.make("dd", {}, one)));
    }
    return list;
  }

  const section = (title, ...children) => dom.make("section", {}, dom.make("h3", {}, title), ...children);

  function statementButton(one) {
    return dom.make("li", {}, dom.button(dom.make("span", { class: "entry" },
      legend.statement(one), dom.make("span", {}, dom.text(one.gloss), dom.make("small", {}, dom.text(summary(one))))),
    () => state.choose(one.name, "panel"), { class: "statement" }));
  }

  // Who, how firmly, and whether it counts: one line, for lists and for the live region.
  function summary(one) {
    const who = one.said_by ? model.label(one.said_by) : words.kind[one.kind];
    const judged = [words.short[one.commitment]];
    if (one.polarity === "Negated") judged.push("negated");
    if (one.reading === "Figurative") judged.push("figurative");
    return `${who} · ${judged.join(", ")} · ${one.is_edge ? "edge" : "not an edge"}`;
  }

  function verdict(one) {
    if (one.is_edge) {
      const how = one.kind === "InferredStatement"
        ? "An edge of the graph: it follows from edges by a rule."
        : "An edge of the graph: it is said outright, literally, and to be so.";
      return dom.make("p", { class: "verdict is-edge" }, how);
    }
    const why = one.why_no_edge.split(", ").map((judgement) => words.whyNot[judgement] ?? judgement);
    return dom.make("p", { class: "verdict no-edge" }, dom.make("strong", {}, "Not an edge of the graph"), `, because ${why.join(", and ")}.`);
  }

  function triple(one) {
    const not = one.polarity === "Negated" ? "not: " : "";
    return dom.make("p", { class: "triple" }, thing(one.subject), " ",
      dom.make("span", { class: "property" }, not, thing(one.predicate)), " ", thing(one.object));
  }

  function storyTime({ always, at, from, until }) {
    if (always) return "Always";
    const parts = [["at", at], ["from", from], ["until", until]].filter(([, name]) => name);
    return parts.length ? dom.make("span", {}, parts.flatMap(([word, name]) => [`${word} `, thing(name), " "])) : "Not known";
  }

  function passage(one) {
    const source = model.data.sources.get(one.source);
    const found = [];
    if (source) {
      const first = source.primary ? `; it tells of: ${source.primary}` : "";
      found.push(["Source", dom.text([source.title, source.issued].filter(Boolean).join(", ") + first)]);
    }
    if (one.passage) {
      const { paragraph, starts, ends } = one.passage;
      found.push(["Passage", dom.text(`paragraph ${paragraph}, ${ends ? `from “${starts}” to “${ends}”` : `“${starts}”`}`)]);
      if (one.passage.link) found.push(["", dom.link(one.passage.link, "Open the article at this passage")]);
    }
    found.push(["References", one.references.map((address) => dom.link(address))]);
    return found;
  }

  function showStatement(one) {
    const view = one.held_by && one.held_by === one.said_by ? "the speaker’s own" : null;
    const told = [
      ["Said by", thing(one.said_by)],
      ["Said to", thing(one.said_to)],
      ["Whose view", view ? dom.text(view) : thing(one.held_by)],
      ["How firmly", words.commitment[one.commitment]],
      ["Affirmed or denied", words.polarity[one.polarity]],
      ["Reading", words.reading[one.reading]],
      ["About", words.frame[one.frame]],
      ["Story time", storyTime(one.time)],
      ...passage(one),
    ];
    const parts = [
      dom.make("p", { class: "kicker" }, words.kind[one.kind]),
      dom.make("p", { class: "gloss" }, dom.text(one.gloss)),
      triple(one), verdict(one), rows(told),
    ];
    if (one.rule) parts.push(section("Why it follows", rows([["Rule", thing(one.rule), definition(one.rule)]]), list(one.premises)));
    if (one.themes.length) parts.push(section("Themes", rows(one.themes.map((given) =>
      [words.weight[given.weight] ?? given.weight, dom.make("span", {}, thing(given.theme), " ", dom.text(given.why))]))));
    if (one.resolutions.length) parts.push(section("Who or what the words mean", dom.make("ul", { class: "plain" },
      one.resolutions.map((given) => dom.make("li", {}, `${words.form[given.form] ?? given.form} is read as `, thing(given.refers_to),
        given.justified_by ? [", because: ", thing(given.justified_by)] : null)))));
    const related = grouped(model.related(one));
    for (const [title, some] of related) parts.push(section(title, list(some.map(([, name]) => name))));
    if (one.note) parts.push(section("Annotator’s note", dom.make("p", {}, dom.text(one.note))));
    if (one.annotated_by) parts.push(dom.make("p", { class: "small" }, "Annotated by ", dom.text(one.annotated_by),
      one.annotated_on ? [" on ", dom.text(one.annotated_on)] : null));
    parts.push(copies([["statement", one.id, one.id], ["address", one.iri], ["citation", one.citation]], one.id));
    return parts;
  }

  function grouped(pairs) {
    const found = new Map();
    for (const pair of pairs) found.set(pair[0], [...(found.get(pair[0]) ?? []), pair]);
    return found;
  }

  const definition = (name) => (model.thing(name)?.definition ? dom.text(model.thing(name).definition) : null);
  const list = (names) => dom.make("ul", { class: "plain" },
    names.map((name) => (model.statement(name) ? statementButton(model.statement(name)) : dom.make("li", {}, thing(name)))));

  function copies(what, id) {
    const told = dom.make("span", { role: "status", class: "small" });
    return dom.make("p", { class: "copies" }, dom.make("code", {}, dom.text(id)), " ",
      what.map(([label, value]) => dom.button(label === "statement" ? "Copy id" : `Copy ${label}`, async () => {
        await dom.copy(value);
        told.textContent = " Copied.";
      })), told);
  }

  function showThing(name) {
    const one = model.thing(name);
    const groups = model.about(name);
    const count = groups.reduce((sum, [, some]) => sum + some.length, 0);
    const own = model.data.kinds[one.kind];
    return [
      dom.make("p", { class: "kicker" }, legend.shape(one.kind), " ", dom.text(own)),
      dom.make("p", { class: "gloss" }, dom.text(one.label)),
      one.names.length ? dom.make("p", { class: "small" }, "Also called ", dom.text(one.names.join(", "))) : null,
      one.definition ? dom.make("p", {}, dom.text(one.definition)) : null,
      one.elsewhere.length ? rows([["Elsewhere", one.elsewhere.map((address) => dom.link(address))]]) : null,
      dom.make("p", { class: "small" }, `${count} ${count === 1 ? "statement" : "statements"}, edges first`),
      ...groups.map(([title, some]) => {
        const buttons = dom.make("ul", { class: "plain" }, some.map(statementButton));
        return title ? section(title, buttons) : buttons;
      }),
      one.iri ? copies([["address", one.iri]], name) : null,
    ].filter(Boolean);
  }

  function start() {
    const marks = dom.make("ul", { class: "plain" }, mostSaid().map((name) => dom.make("li", {}, legend.shape(model.thing(name).kind), " ", go(name))));
    return [
      dom.make("p", {}, "Nothing is selected. A solid line is an edge of the graph; every other line is something that was ",
        "only hedged, reported, supposed, denied or meant as a figure, and is no edge."),
      section("Most is said of", marks),
    ];
  }

  const mostSaid = () => [...model.data.network.nodes].filter((node) => model.thing(node.id))
    .sort((a, b) => b.weight - a.weight).slice(0, 8).map((node) => node.id);

  function show() {
    const { statement, thing: name, unknown } = state.selection ?? {};
    const parts = statement ? showStatement(model.statement(statement))
      : name !== undefined ? showThing(name)
      : unknown !== undefined ? [dom.make("p", {}, "Nothing here is called ", dom.text(unknown), "."), ...start()]
      : start();
    dom.byId("evidence-title").textContent = statement ? "Evidence" : name !== undefined ? "Thing" : "Evidence";
    dom.byId("panel").replaceChildren(...parts);
    dom.byId("evidence").scrollTop = 0;
    dom.byId("told").textContent = told();
  }

  function told() {
    const { statement, thing: name, unknown } = state.selection ?? {};
    if (statement) return `Selected statement: ${model.statement(statement).gloss} ${summary(model.statement(statement))}.`;
    if (name !== undefined) return `Selected: ${model.label(name)}, ${model.about(name).flatMap(([, some]) => some).length} statements.`;
    return unknown !== undefined ? `Nothing here is called ${unknown}.` : "";
  }

  return { show, summary };
})();
