"use strict";
// The panel: all the evidence of a statement, or everything said of a thing.
const evidence = (() => {
  // So many statements of a thing are shown at once; the groups after them are folded.
  const MOST_OPEN = 24;
  // What bears most on whether to believe a statement stands before the rest of what is related to it.
  const FIRST = ["inTensionWith", "agreesWith", "revises"].flatMap((name) => words.relation[name]);

  const go = (name, label) => dom.button(label ?? model.label(name), () => state.choose(name, "panel"), { class: "go" });
  const isKnown = (name) => Boolean(model.thing(name) || model.statement(name));
  const thing = (name) => (name === null || name === undefined ? null : isKnown(name) ? go(name) : dom.text(name));

  function rows(pairs) {
    const list = dom.make("dl", {});
    for (const [term, ...said] of pairs) {
      const some = said.flat().filter(Boolean);
      if (some.length) list.append(dom.make("dt", {}, term), ...some.map((one) => dom.make("dd", {}, one)));
    }
    return list.childElementCount ? list : null;
  }

  const section = (title, ...children) => dom.make("section", {}, dom.make("h3", {}, title), ...children);
  const folded = (title, open, ...children) =>
    dom.make("details", { class: "fold", open }, dom.make("summary", {}, dom.make("h3", {}, ...title)), ...children);
  const plural = (count, one, some = `${one}s`) => `${count} ${count === 1 ? one : some}`;

  function statementButton(one) {
    return dom.make("li", {}, dom.button(dom.make("span", { class: "entry" },
      legend.statement(one), dom.make("span", {}, dom.text(one.gloss), dom.make("small", {}, dom.text(summary(one))))),
    () => state.choose(one.name, "panel"), { class: "statement" }));
  }

  const list = (names) => dom.make("ul", { class: "plain" },
    names.map((name) => (model.statement(name) ? statementButton(model.statement(name)) : dom.make("li", {}, thing(name)))));

  // A label that turns the writing direction is to end with itself where it stands in a sentence: all that it opens is shut.
  function isolated(label) {
    const isolates = label.match(/[\u2066-\u2068]/g)?.length ?? 0;
    const embeddings = label.match(/[\u202a\u202b\u202d\u202e]/g)?.length ?? 0;
    const shut = "\u2069".repeat(isolates + 1) + "\u202c".repeat(embeddings);
    return isolates + embeddings ? `\u2068${label}${shut}` : label;
  }

  // Who, how firmly, and whether it counts: one line, for lists and for the live region.
  function summary(one) {
    const who = one.said_by ? isolated(model.label(one.said_by)) : words.kind[one.kind];
    const judged = [words.short[one.commitment]];
    if (one.polarity === "Negated") judged.push("negated");
    if (one.reading === "Figurative") judged.push("figurative");
    return `${who} · ${judged.join(", ")} · ${one.is_edge ? "edge" : "not an edge"}`;
  }

  // ── A statement ──────────────────────────────────────────────────────────────────────────────────────────────────

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

  function judgements(one) {
    const own = one.held_by && one.held_by === one.said_by;
    return rows([
      ["Said by", thing(one.said_by)],
      ["Said to", thing(one.said_to)],
      ["Whose view", own ? "the speaker’s own" : thing(one.held_by)],
      ["How firmly", words.commitment[one.commitment]],
      ["Affirmed or denied", words.polarity[one.polarity]],
      ["Reading", words.reading[one.reading]],
      ["About", words.frame[one.frame]],
      ["Story time", storyTime(one.time)],
    ]);
  }

  function where(one) {
    const { passage } = one;
    if (!one.source && !passage && !one.references.length) return null;
    return section(words.where[one.kind] ?? words.where.other,
      rows([...ofSource(one.source, passage), ["References", one.references.map((address) => dom.link(address))]]),
      passage && one.source ? reader.beside(one) : null,
      passage ? proof(passage) : null);
  }

  function ofSource(name, passage) {
    const source = model.data.sources.get(name);
    const told = [];
    if (source) {
      const published = [source.publisher, source.issued].filter(Boolean).join(", ");
      told.push(["Source", isKnown(name) ? go(name) : dom.text(source.title)]);
      if (published) told.push(["Published", dom.text(published)]);
      if (source.primary) told.push(["It tells of", dom.text(source.primary)]);
      if (source.url && !passage?.link) told.push(["Address", dom.link(source.url)]);
    } else if (name) told.push(["Source", thing(name)]);
    if (!passage) return told;
    const { paragraph, starts, ends, occurrence, link } = passage;
    const times = occurrence ? `, occurrence ${occurrence} of “${starts}” in it` : "";
    told.push(["Passage", dom.text(`paragraph ${paragraph}, ${ends ? `from “${starts}” to “${ends}”` : `“${starts}”`}${times}`)]);
    if (link) told.push(["", dom.link(link, "Open the article at this passage")]);
    return told;
  }

  function proof({ characters, sha256 }) {
    if (!characters && !sha256) return null;
    return folded(["How the passage is proved"], false, dom.make("p", { class: "small" }, words.proof), rows([
      ["Characters", characters ? `${characters[0]} to ${characters[1]} of the normalised text` : null],
      ["SHA-256", sha256 ? dom.make("code", {}, dom.text(sha256)) : null],
    ]));
  }

  const themes = (one) => section("Themes", rows(one.themes.map((given) =>
    [words.weight[given.weight] ?? given.weight, dom.make("span", {}, thing(given.theme), " ", dom.text(given.why))])));

  const resolutions = (one) => section("Who or what the words mean", dom.make("ul", { class: "plain" },
    one.resolutions.map((given) => dom.make("li", {}, `${words.form[given.form] ?? given.form} is read as `, thing(given.refers_to),
      given.justified_by ? [", because: ", thing(given.justified_by)] : null))));

  const annotated = (one) => dom.make("p", { class: "small" }, "Annotated by ", dom.text(one.annotated_by),
    one.annotated_on ? [" on ", dom.text(one.annotated_on)] : null);

  function showStatement(one) {
    const related = [...grouped(model.related(one))];
    const bearing = (isFirst) => related.filter(([title]) => FIRST.includes(title) === isFirst)
      .map(([title, some]) => section(title, list(some.map(([, name]) => name))));
    return [
      dom.make("p", { class: "kicker" }, words.kind[one.kind]),
      dom.make("p", { class: "gloss" }, dom.text(one.gloss)),
      triple(one), verdict(one), judgements(one), where(one),
      one.rule ? section("Why it follows", rows([["Rule", thing(one.rule), definition(one.rule)]]), list(one.premises)) : null,
      ...bearing(true),
      one.themes.length ? themes(one) : null,
      one.resolutions.length ? resolutions(one) : null,
      ...bearing(false),
      one.note ? section("Annotator’s note", dom.make("p", {}, dom.text(one.note))) : null,
      one.annotated_by ? annotated(one) : null,
      copies([
        ["citation", one.citations.plain], ["BibTeX", one.citations.bibtex], ["wikitext", one.citations.wikitext],
        ["SPARQL", typeof queries === "undefined" ? null : () => queries.statement(one.name)],
        ["address", one.iri], ["id", one.id],
      ], one.iri),
    ];
  }

  function grouped(pairs) {
    const found = new Map();
    for (const pair of pairs) found.set(pair[0], [...(found.get(pair[0]) ?? []), pair]);
    return found;
  }

  const definition = (name) => (model.thing(name)?.definition ? dom.text(model.thing(name).definition) : null);

  // A value may be given as what makes it when it is asked for.
  function copies(what, address) {
    const told = dom.make("span", { role: "status", class: "small" });
    const button = ([label, value]) =>
      dom.button(`Copy ${label}`, async () => dom.copyTo(told, label, typeof value === "function" ? await value() : value));
    return dom.make("div", { class: "copies", role: "group", "aria-label": "Copy" },
      dom.make("code", {}, dom.text(address)), what.filter(([, value]) => value).map(button), told);
  }

  // ── A thing ──────────────────────────────────────────────────────────────────────────────────────────────────────

  // What is said of the thing itself, by what is said: first where it is the subject, then where it is the object.
  function byProperty(name, some) {
    const title = (one) => (one.subject === name
      ? [dom.text(model.label(name)), " ", dom.text(model.label(one.predicate)), " …"]
      : ["… ", dom.text(model.label(one.predicate)), " ", dom.text(model.label(name))]);
    const groups = [...grouped(some.map((one) => [JSON.stringify([one.subject !== name, one.predicate]), one])).values()]
      .map((pairs) => pairs.map(([, one]) => one));
    const rank = ([one]) => [Number(one.subject !== name), Number(!one.is_edge)];
    const order = (a, b) => rank(a)[0] - rank(b)[0] || rank(a)[1] - rank(b)[1] || b.length - a.length;
    return groups.sort(order).map((group) => [title(group[0]), group, "own"]);
  }

  function groupsOf(name) {
    return model.about(name).flatMap(([title, some]) => (title ? [[[title], some, "said"]] : byProperty(name, some)));
  }

  const edgesOf = (some) => some.filter((one) => one.is_edge).length;

  function counted(some) {
    const edges = edgesOf(some);
    return ` (${some.length}${edges && edges < some.length ? `, ${plural(edges, "edge")}` : edges ? "" : ", no edge"})`;
  }

  function statementsOf(name) {
    const groups = groupsOf(name);
    const all = groups.flatMap(([, some]) => some);
    let before = 0;
    const made = groups.map(([title, some, kind]) => {
      const open = all.length <= MOST_OPEN || before < MOST_OPEN / 2;
      before += some.length;
      return folded([...title, dom.make("small", {}, counted(some))], open,
        dom.make("ul", { class: `plain ${kind}` }, some.map(statementButton)));
    });
    const told = `${plural(all.length, "statement")}, ${plural(edgesOf(all), "edge")}; edges first`;
    const unfold = dom.button("Unfold all", () => made.forEach((group) => { group.open = true; }));
    const isFolded = made.some((group) => !group.open);
    return [dom.make("p", { class: "small row" }, dom.make("span", {}, told), isFolded ? unfold : null), ...made];
  }

  function describe(name, one) {
    const source = model.data.sources.get(name);
    const within = (model.data.themes.get(name) ?? []).filter((other) => other !== name);
    return rows([
      ["Datatype", one.datatype ? dom.text(one.datatype) : null],
      ["Published", source ? dom.text([source.publisher, source.issued].filter(Boolean).join(", ")) : null],
      ["It tells of", source?.primary ? dom.text(source.primary) : null],
      ["Address", source?.url ? dom.link(source.url) : null],
      ["Takes in", within.map(thing)],
      ["Elsewhere", one.elsewhere.map((address) => dom.link(address))],
    ]);
  }

  function showThing(name) {
    const one = model.thing(name);
    return [
      dom.make("p", { class: "kicker" }, legend.shape(one.kind), " ", dom.text(model.data.kinds[one.kind])),
      dom.make("p", { class: "gloss" }, dom.text(one.label)),
      one.names.length ? dom.make("p", { class: "small" }, "Also called ", dom.text(one.names.join(", "))) : null,
      one.definition ? dom.make("p", {}, dom.text(one.definition)) : null,
      describe(name, one),
      ...statementsOf(name),
      one.iri ? copies([["address", one.iri], ["id", name]], one.iri) : null,
    ];
  }

  // ── Showing ──────────────────────────────────────────────────────────────────────────────────────────────────────

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

  // The same again, where what the page knows of it has changed.
  function refresh() {
    const { statement, thing: name, unknown } = state.selection ?? {};
    const parts = statement ? showStatement(model.statement(statement))
      : name !== undefined ? showThing(name)
      : unknown !== undefined ? [dom.make("p", {}, "Nothing here is called ", dom.text(unknown), "."), ...start()]
      : start();
    dom.byId("panel").replaceChildren(...parts.filter(Boolean));
    reader.reveal();
  }

  function show() {
    dom.byId("evidence-title").textContent = state.selection?.thing === undefined ? "Evidence" : "Thing";
    refresh();
    dom.byId("evidence").scrollTop = 0;
    dom.byId("told").textContent = told();
  }

  function told() {
    const { statement, thing: name, unknown } = state.selection ?? {};
    if (statement) return `Selected statement: ${model.statement(statement).gloss} ${summary(model.statement(statement))}.`;
    if (name !== undefined) return `Selected: ${model.label(name)}, ${plural(model.about(name).flatMap(([, some]) => some).length, "statement")}.`;
    return unknown !== undefined ? `Nothing here is called ${unknown}.` : "";
  }

  // What is folded on the screen is not to be missing on paper.
  function print() {
    const shut = [...document.querySelectorAll("#panel details:not([open])")];
    shut.forEach((one) => { one.open = true; });
    addEventListener("afterprint", () => shut.forEach((one) => { one.open = false; }), { once: true });
  }
  addEventListener("beforeprint", print);

  return { show, refresh, summary };
})();
