"use strict";
// The form that asks how two things are joined, and the answer: a chain told sentence by sentence, or what comes nearest.
const route = (() => {
  const ENDS = { from: "From", to: "To" };
  const LISTS = { via: "By way of, in this order", avoid: "Clear of these things or statements" };
  const SWITCHES = { strongest: "The strongest chain, not the shortest", hedged: "Also over what was said with reserve" };
  const PARTS = [...Object.keys(ENDS), ...Object.keys(LISTS), ...Object.keys(SWITCHES)];

  const field = (name) => dom.byId(`route-${name}`);
  const text = (name) => dom.text(model.label(name));
  const isOn = (name) => state.get(name) === "1";
  const meant = (value) => model.resolve(value.trim()) ?? value.trim();
  const write = (changes) => state.set(changes, { from: "route" });

  // ── The answer ───────────────────────────────────────────────────────────────────────────────────────────────────

  let answered = { key: null, answer: null };

  // What the address asks for: ``{unknown}``, ``{contradiction}``, ``{chain}`` or ``{approach}``; null where an end is not named.
  function answer() {
    const key = JSON.stringify(PARTS.map(state.get));
    if (key !== answered.key) answered = { key, answer: find() };
    return answered.answer;
  }

  function find() {
    const [start, end, via, avoid] = [[state.get("from")], [state.get("to")], state.list("via"), state.list("avoid")]
      .map((some) => some.map((one) => ({ one, name: model.resolve(one) })));
    const unknown = [...start, ...end, ...via, ...avoid].filter(({ one, name }) => one && !name).map(({ one }) => one);
    if (unknown.length) return { unknown };
    if (!start[0].name || !end[0].name) return null;
    const [from, to] = [start[0].name, end[0].name];
    const options = { via: via.map(({ name }) => name), avoid: avoid.map(({ name }) => name), strongest: isOn("strongest"), hedged: isOn("hedged") };
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

  const steps = (count) => `${count} ${count === 1 ? "step" : "steps"}`;
  const why = (one) => one.why_no_edge.split(", ").map((judgement) => words.whyNot[judgement] ?? judgement).join(", and ");

  // One line that says it all, for the live region too.
  function told(found) {
    if (!found) return ["Name two things to be told how statements join them."];
    if (found.unknown) return found.unknown.flatMap((one) => ["Nothing here is called ", dom.text(one), ". "]);
    if (found.contradiction) return ["A chain cannot both pass and avoid ", text(found.contradiction), ". Take it out of one of the two."];
    const { from, to, chain, approach } = found;
    if (!chain) {
      const nearest = approach.statements.length
        ? `. The nearest approach needs ${approach.missing.length === 1 ? "a statement that is no edge" : `${approach.missing.length} statements that are no edges`}:`
        : ", nor do statements that are no edges.";
      return ["No chain of edges joins ", text(from), " and ", text(to), nearest];
    }
    if (!chain.statements.length) return [text(from), " is the thing itself."];
    return [text(from), " and ", text(to), ` are joined in ${steps(chain.statements.length)}; strength ${chain.strength.toFixed(2)}.`];
  }

  function body(found) {
    const { chain, approach } = found ?? {};
    const names = (chain ?? approach)?.statements ?? [];
    if (!names.length) return [];
    return [
      chain && dom.make("p", { class: "stops" }, chain.things.flatMap((name, i) => [
        i ? " — " : null, dom.button(model.label(name), () => state.choose(name, "route"), { class: "go" })])),
      dom.make("ol", { class: "steps" }, names.map((name) => step(model.statement(name)))),
      chain && dom.make("p", { class: "small" }, "The strength of a chain is the product of those of its steps: a convention, made so that one "
        + "doubtful step weighs more than a few firm ones."),
    ].filter(Boolean);
  }

  function step(one) {
    const item = list.entry(one, "route");
    if (!one.is_edge) item.append(dom.make("p", { class: "gap" }, dom.make("strong", {}, "Not an edge"), `: ${why(one)}.`));
    item.append(dom.make("p", { class: "origin" }, origin(one), ` Strength ${one.strength.toFixed(2)}.`));
    return item;
  }

  // Who said it and where, with the way there.
  function origin(one) {
    if (one.kind === "InferredStatement") {
      const premises = one.premises.flatMap((name, i) => [i ? ", " : "", dom.button(model.statement(name)?.id ?? name, () => state.choose(name, "route"), { class: "go" })]);
      return ["Follows by the rule “", text(one.rule), "” from ", ...premises, "."];
    }
    if (one.kind === "BackgroundStatement") return ["Known from the series; see ", ...one.references.flatMap((address, i) => [i ? " and " : "", dom.link(address, host(address))]), "."];
    return [dom.text(one.origin), ". ", one.passage?.link ? dom.link(one.passage.link, "Open the article at this passage") : null];
  }

  const host = (address) => (URL.canParse?.(address) ? new URL(address).hostname.replace(/^www\./, "") : address);

  // ── Shown ────────────────────────────────────────────────────────────────────────────────────────────────────────

  let shownKey = null;

  function show() {
    const found = answer();
    for (const name of Object.keys(ENDS)) field(name).value = called(state.get(name));
    for (const name of Object.keys(SWITCHES)) field(name).checked = isOn(name);
    showSelected();
    if (answered.key === shownKey) return;
    for (const name of Object.keys(LISTS)) field(`${name}-list`).replaceChildren(...state.list(name).map((one, i) => chip(name, one, i)));
    if (Object.keys(LISTS).some((name) => state.get(name))) field("more").open = true;
    field("told").replaceChildren(...told(found));
    field("answer").replaceChildren(...body(found));
    shownKey = answered.key;
  }

  const called = (value) => (value && model.resolve(value) ? model.label(model.resolve(value)) : value);

  function chip(name, one, i) {
    const rest = state.list(name).filter((_, at) => at !== i);
    return dom.make("li", {}, dom.text(called(one)), " ", dom.button(dom.make("span", {}, "Remove ", dom.make("span", { class: "unseen" }, dom.text(called(one)))), () => {
      write({ [name]: state.joined(rest) });
      field(name).focus();
    }));
  }

  // What is selected, on the map or elsewhere, can be taken into the form.
  function showSelected() {
    const { thing, statement } = state.selection ?? {};
    const name = thing && routes.touches(thing) ? thing : statement;
    const uses = thing ? { from: "start", to: "end", via: "stop", avoid: "to avoid" } : { avoid: "to avoid" };
    field("selected").hidden = !name;
    field("selected").replaceChildren(...(name ? ["Take ", text(name), " as ", ...Object.entries(uses).map(([part, label]) =>
      dom.button(label, () => (part in LISTS ? add(part, name) : write({ [part]: name }))))] : []));
    list.markIn(field("answer"));
  }

  // ── The form ─────────────────────────────────────────────────────────────────────────────────────────────────────

  function add(name, value) {
    if (value.trim()) write({ [name]: state.joined([...state.list(name).filter((one) => one !== meant(value)), meant(value)]) });
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

  const box = (name, more) => dom.make("input", { id: `route-${name}`, type: "text", list: "names", autocomplete: "off", spellcheck: "false", ...more });
  const labelled = (name, label, ...inputs) => [dom.make("label", { for: `route-${name}` }, label), ...inputs];

  function start() {
    const changed = (name) => ({ change: ({ target }) => write({ [name]: meant(target.value) }) });
    dom.byId("route").append(
      dom.make("form", { id: "route-form", "aria-label": "A path between two things", submit },
        ...Object.entries(ENDS).flatMap(([name, label]) => labelled(name, label, box(name, changed(name)))),
        dom.make("p", { class: "small", id: "route-selected", hidden: true }),
        ...Object.entries(SWITCHES).map(([name, label]) => dom.make("label", { class: "switch" },
          dom.make("input", { type: "checkbox", id: `route-${name}`, change: ({ target }) => write({ [name]: target.checked ? "1" : "" }) }), dom.make("span", {}, label))),
        dom.make("details", { id: "route-more" }, dom.make("summary", {}, "Stops and detours"),
          ...Object.entries(LISTS).flatMap(([name, label]) => [
            ...labelled(name, label, dom.make("div", { class: "pair" }, box(name), dom.button("Add", () => { take(name); field(name).focus(); }))),
            dom.make("ol", { class: "plain chips", id: `route-${name}-list` })])),
        dom.make("p", { class: "row" }, dom.make("button", {}, "Find a path"),
          dom.button("Swap the ends", () => write({ from: state.get("to"), to: state.get("from") })))),
      dom.make("p", { class: "small" }, "Edges are followed in either direction; each statement tells its own."),
      dom.make("p", { id: "route-told", role: "status" }),
      dom.make("div", { id: "route-answer" }));
    highlight.add(lit);
  }

  return { start, show, parts: PARTS };
})();
