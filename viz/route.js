"use strict";
// The form that asks how two things are joined, and the answer: a chain told sentence by sentence, or what comes nearest.
const route = (() => {
  const ENDS = { from: "From", to: "To" };
  const LISTS = { via: "By way of, in this order", avoid: "Clear of these things or statements" };
  const SWITCHES = { strongest: "The strongest chain, not the shortest", hedged: "Also over what was said with reserve" };
  const USES = { from: "start", to: "end", via: "stop", avoid: "to avoid" };
  const PARTS = [...Object.keys(ENDS), ...Object.keys(LISTS), ...Object.keys(SWITCHES)];

  const field = (name) => dom.byId(`route-${name}`);
  const text = (name) => dom.text(model.label(name));
  const isOn = (name) => state.get(name) === "1";
  const meant = (value) => model.resolve(value.trim()) ?? value.trim();
  const write = (changes) => state.set(changes, { from: "route" });

  // ── The answer ───────────────────────────────────────────────────────────────────────────────────────────────────

  let answered = { key: null, answer: null };

  // What the address asks for: ``{unknown}``, ``{contradiction}``, ``{chain}`` or ``{approach}``; null where an end lacks.
  function answer() {
    const key = JSON.stringify(PARTS.map(state.get));
    if (key !== answered.key) answered = { key, answer: find() };
    return answered.answer;
  }

  function find() {
    const given = [state.get("from"), state.get("to"), ...state.list("via"), ...state.list("avoid")];
    const unknown = given.filter((one) => one && !model.resolve(one));
    if (unknown.length) return { unknown };
    const [from, to] = given.map(model.resolve);
    if (!from || !to) return null;
    const [via, avoid] = ["via", "avoid"].map((name) => state.list(name).map(model.resolve));
    const options = { via, avoid, strongest: isOn("strongest"), hedged: isOn("hedged") };
    const contradiction = routes.contradiction(from, to, options);
    if (contradiction) return { contradiction };
    const chain = routes.find(from, to, options);
    return { from, to, ...(chain ? { chain } : { approach: routes.approach(from, to, options) }) };
  }

  function lit() {
    const found = state.get("tab") === "route" ? answer() : null;
    const names = found?.chain ? [...found.chain.things, ...found.chain.statements] : found?.approach?.statements;
    return names?.length ? new Set(names) : null;
  }

  // ── Told ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  const why = (one) => one.why_no_edge.split(", ").map((judgement) => words.whyNot[judgement] ?? judgement).join(", and ");

  // One line that says it all, for the live region too.
  function told(found) {
    if (!found) return ["Name two things to be told how statements join them."];
    if (found.unknown) return found.unknown.flatMap((one) => ["Nothing here is called ", dom.text(one), ". "]);
    const { contradiction, from, to, chain, approach } = found;
    if (contradiction) return ["A chain cannot both pass and avoid ", text(contradiction), ". Take it out of one of the two."];
    if (!chain) return ["No chain of edges joins ", text(from), " and ", text(to), needed(approach)];
    if (!chain.statements.length) return [text(from), " is the thing itself."];
    const count = chain.statements.length;
    return [text(from), " and ", text(to),
      ` are joined in ${count} ${count === 1 ? "step" : "steps"}; strength ${chain.strength.toFixed(2)}.`];
  }

  function needed({ statements, missing }) {
    if (!statements.length) return ", nor do statements that are no edges.";
    const what = missing.length === 1 ? "a statement that is no edge" : `${missing.length} statements that are no edges`;
    return `. The nearest approach needs ${what}:`;
  }

  function body(found) {
    const { chain, approach } = found ?? {};
    const names = (chain ?? approach)?.statements ?? [];
    if (!names.length) return [];
    return [
      chain && dom.make("p", { class: "stops" }, parted(chain.things.map((name) => go(name)), " — ")),
      dom.make("ol", { class: "steps" }, names.map((name) => step(model.statement(name), Boolean(chain)))),
      chain && dom.make("p", { class: "small" }, "The strength of a chain is the product of those of its steps: a convention, "
        + "made so that one doubtful step weighs more than a few firm ones."),
    ].filter(Boolean);
  }

  function step(one, isWeighed) {
    const item = list.entry(one, "route");
    if (!one.is_edge) item.append(dom.make("p", { class: "gap" }, dom.make("strong", {}, "Not an edge"), `: ${why(one)}.`));
    item.append(dom.make("p", { class: "origin" }, origin(one), isWeighed ? ` Strength ${one.strength.toFixed(2)}.` : null));
    return item;
  }

  // Who said it and where, with the way there.
  function origin(one) {
    const { kind, rule, premises, references, passage } = one;
    if (kind === "InferredStatement") {
      const from = premises.map((name) => go(name, model.statement(name)?.id ?? name));
      return ["Follows by the rule “", text(rule), "” from ", ...parted(from, ", "), "."];
    }
    if (kind === "BackgroundStatement") {
      const links = references.map((address) => dom.link(address, host(address)));
      return ["Known from ", ...parted(links, " and "), "."];
    }
    return [dom.text(one.origin), ". ", passage?.link ? dom.link(passage.link, "Open the article at this passage") : null];
  }

  const go = (name, label = model.label(name)) => dom.button(label, () => state.choose(name, "route"), { class: "go" });
  const parted = (some, mark) => some.flatMap((one, i) => (i ? [mark, one] : [one]));

  const host = (address) => (URL.canParse?.(address) ? new URL(address).hostname.replace(/^www\./, "") : address);

  // ── Shown ────────────────────────────────────────────────────────────────────────────────────────────────────────

  let shownKey = null;
  let offered = null;

  function show() {
    const found = answer();
    for (const name of Object.keys(ENDS)) field(name).value = called(state.get(name));
    for (const name of Object.keys(SWITCHES)) field(name).checked = isOn(name);
    showSelected();
    if (answered.key === shownKey) return;
    for (const name of Object.keys(LISTS)) field(`${name}-list`).replaceChildren(...chips(name));
    if (Object.keys(LISTS).some((name) => state.get(name))) field("more").open = true;
    field("told").replaceChildren(...told(found));
    field("answer").replaceChildren(...body(found));
    shownKey = answered.key;
  }

  const called = (value) => (value && model.resolve(value) ? model.label(model.resolve(value)) : value);

  // What a list holds, each with a button that takes it out.
  function chips(name) {
    const held = state.list(name);
    const without = (i) => () => {
      write({ [name]: state.joined(held.filter((_, at) => at !== i)) });
      field(name).focus();
    };
    return held.map((one, i) => {
      const label = dom.make("span", {}, "Remove", dom.make("span", { class: "unseen" }, " ", dom.text(called(one))));
      return dom.make("li", {}, dom.text(called(one)), dom.button(label, without(i)));
    });
  }

  // What is selected, on the map or elsewhere, can be taken into the form.
  function showSelected() {
    const { thing, statement } = state.selection ?? {};
    const name = thing && routes.touches(thing) ? thing : statement ?? null;
    list.markIn(field("answer"));
    if (name === offered) return;
    offered = name;
    const take = (part) => () => (part in LISTS ? add(part, name) : write({ [part]: name }));
    const buttons = Object.entries(thing ? USES : { avoid: USES.avoid }).map(([part, label]) => dom.button(label, take(part)));
    field("selected").hidden = !name;
    field("selected").replaceChildren(...(name ? ["Take ", text(name), " as ", ...buttons] : []));
  }

  // ── The form ─────────────────────────────────────────────────────────────────────────────────────────────────────

  function add(name, value) {
    if (!value.trim()) return;
    const others = state.list(name).filter((one) => one !== meant(value));
    write({ [name]: state.joined([...others, meant(value)]) });
  }

  // Everything that stands in the fields, taken over at once.
  function submit(event) {
    event.preventDefault();
    const ends = Object.keys(ENDS).filter((name) => field(name).value !== called(state.get(name)));
    if (ends.length) write(Object.fromEntries(ends.map((name) => [name, meant(field(name).value)])));
    for (const name of Object.keys(LISTS)) take(name);
  }

  function take(name) {
    const { value } = field(name);
    field(name).value = "";
    add(name, value);
  }

  const box = (name, more) =>
    dom.make("input", { id: `route-${name}`, type: "text", list: "thing-names", autocomplete: "off", spellcheck: "false", ...more });
  const labelled = (name, label, ...inputs) => [dom.make("label", { for: `route-${name}` }, label), ...inputs];

  const switched = (name, label) => dom.make("label", { class: "switch" },
    dom.make("input", {
      type: "checkbox", id: `route-${name}`, change: ({ target }) => write({ [name]: target.checked ? "1" : "" }),
    }),
    dom.make("span", {}, label));

  const listed = (name, label) => [
    ...labelled(name, label, dom.make("div", { class: "pair" }, box(name), dom.button("Add", () => {
      take(name);
      field(name).focus();
    }))),
    dom.make("ol", { class: "plain chips", id: `route-${name}-list` }),
  ];

  function start() {
    const changed = (name) => {
      const take = ({ target }) => write({ [name]: meant(target.value) });
      return { change: take, input: (event) => { if (filters.isPicked(event)) take(event); } };
    };
    dom.byId("route").append(
      dom.make("form", { id: "route-form", "aria-label": "A path between two things", submit },
        ...Object.entries(ENDS).flatMap(([name, label]) => labelled(name, label, box(name, changed(name)))),
        dom.make("p", { class: "small", id: "route-selected", hidden: true }),
        ...Object.entries(SWITCHES).map(([name, label]) => switched(name, label)),
        dom.make("details", { id: "route-more" }, dom.make("summary", {}, "Stops and detours"),
          ...Object.entries(LISTS).flatMap(([name, label]) => listed(name, label))),
        dom.make("p", { class: "row" }, dom.make("button", {}, "Find a path"),
          dom.button("Swap the ends", () => write({ from: state.get("to"), to: state.get("from") })))),
      dom.make("p", { class: "small" }, "Edges are followed in either direction; each statement tells its own."),
      dom.make("p", { id: "route-told", role: "status" }),
      dom.make("div", { id: "route-answer" }));
    highlight.add(lit);
  }

  return { start, show, parts: PARTS };
})();
