"use strict";
// The story-time slider: what is known to hold at a moment, and what changed since another.
const story = (() => {
  const ANY = "Any time";
  // So many moments have their names under the slider; of more it tells only the one that is chosen.
  const FEW = 6;
  const MOST_NAMED = 4;
  const wide = matchMedia("(min-width: 60rem)");

  const HELD = [
    ["atPoint", (at) => `At ${at}`],
    ["through", (at) => `Through a span that takes in ${at}`],
    ["always", () => "Always"],
    ["denied", (at) => `Said not to hold at ${at}`],
  ];
  const CHANGED = [
    ["began", (at, since) => `Said to hold from some moment after ${since}`],
    ["ended", (at) => `Said to hold until some moment before ${at}`],
    ["onlyThen", (at, since) => `Known to hold at ${since}, and nothing said of ${at}`],
    ["onlyNow", (at, since) => `Known to hold at ${at}, and nothing said of ${since}`],
    ["throughout", () => "Known to hold at both"],
  ];

  let order = null;
  let listed = null;
  let isDragged = false;

  const moments = () => model.data.moments;
  const field = (id) => dom.byId(id);
  const label = (name) => (name ? model.label(name) : ANY);
  const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

  // The moment that a field of the address means, or null.
  function moment(name) {
    const found = state.get(name) && model.resolve(state.get(name));
    return moments().includes(found) ? found : null;
  }

  // ── What is known ────────────────────────────────────────────────────────────────────────────────────────────────

  let known = { key: null, found: null };

  // What holds at the moment, or what changed; null where no moment is chosen. With a holder it is that one's world.
  function find() {
    const [at, since, holder] = [moment("at"), moment("since"), state.get("holder")];
    const key = JSON.stringify([at, since, holder]);
    if (key !== known.key) known = { key, found: at && asked(at, since === at ? null : since, holder) };
    return known.found;
  }

  function asked(at, since, holder) {
    const all = [...model.data.statements.values()].filter((one) => !holder || one.held_by === holder);
    const found = since ? storytime.changes(since, at, all, order) : storytime.holding(at, all, order);
    const lists = (since ? CHANGED : HELD).map(([how]) => found[how]);
    const pairs = found.turned ?? [];
    return { at, since, ...found, names: new Set([...lists.flat(), ...pairs.flat()].map((one) => one.name)) };
  }

  function narrowed() {
    const found = find();
    return found && ((one) => found.names.has(one.name));
  }

  // On the map what holds at all times gives the ground from which the rest stands out.
  function lit() {
    const found = find();
    if (!found) return null;
    const some = found.since
      ? [...found.turned.flat(), ...found.began, ...found.ended, ...found.onlyThen, ...found.onlyNow]
      : [...found.atPoint, ...found.through, ...found.denied];
    const names = some.map((one) => one.name).filter((name) => narrow.shown.has(name));
    return names.length ? new Set(names) : null;
  }

  // ── Shown ────────────────────────────────────────────────────────────────────────────────────────────────────────

  function show() {
    if (!moments().length) return;
    const found = find();
    const at = found?.at ?? null;
    const slider = field("at");
    field("story").classList.toggle("any", !at);
    slider.value = String(moments().indexOf(at) + 1);
    slider.setAttribute("aria-valuetext", label(at));
    field("at-name").replaceChildren(dom.text(label(at)));
    for (const item of field("moments").children) item.classList.toggle("chosen", item.dataset.at === (at ?? ""));
    showSince(at);
    field("at-order").replaceChildren(...(at && !found.since ? placed(at) : []));
    field("at-unknown").replaceChildren(...["at", "since"].filter((name) => state.get(name) && !moment(name))
      .map((name) => dom.make("span", {}, "No moment here is called ", dom.text(state.get(name)), ". ")));
    field("held").hidden = !found;
    const key = JSON.stringify([known.key, found && [...narrow.shown]]);
    if (key !== listed) {
      field("story-told").replaceChildren(...(found ? told(found) : []));
      field("held-lists").replaceChildren(...(found ? lists(found) : []));
      field("held-count").textContent = found ? `(${[...found.names].filter((name) => narrow.shown.has(name)).length})` : "";
    }
    listed = key;
    list.markIn(field("held-lists"));
  }

  function showSince(at) {
    const how = (other) =>
      order.precedes(other, at) ? " (before it)" : order.precedes(at, other) ? " (after it)" : " (not ordered with it)";
    const others = moments().filter((one) => one !== at);
    field("since").replaceChildren(dom.make("option", { value: "" }, "no other moment"),
      ...others.map((one) => dom.make("option", { value: one }, label(one) + (at ? how(one) : ""))));
    field("since").value = moment("since") ?? "";
    field("since").disabled = !at;
  }

  // Where a moment stands among the others, as far as anybody has said.
  function placed(at) {
    const aside = moments().filter((one) => order.unordered(one, at));
    const it = dom.text(label(at));
    if (!aside.length) return moments().length > 1 ? ["Every other moment is known to come before or after ", it, "."] : [];
    const named = aside.slice(0, MOST_NAMED).flatMap((one, i) => [i ? ", " : "", dom.text(label(one))]);
    const more = aside.length > MOST_NAMED ? ` and ${aside.length - MOST_NAMED} more` : "";
    return ["Nobody has said whether ", it, " comes before or after ", ...named, more, "."];
  }

  function told(found) {
    return found.since ? toldChanges(found) : toldHolding(found);
  }

  function toldHolding(found) {
    const count = found.atPoint.length + found.through.length + found.always.length;
    const denied = found.denied.length ? `, and ${found.denied.length} said not to` : "";
    return [count || denied ? `${plural(count, "edge is", "edges are")} known to hold at ` : "Nothing is known to hold at ",
      dom.text(label(found.at)), denied, `. Of ${plural(found.notKnown.length, "more edge")} the time is not known; `
      + `${plural(found.unordered.length, "holds at a moment", "hold at moments")} not known to come before or after. `];
  }

  function toldChanges(found) {
    const [at, since] = [dom.text(label(found.at)), dom.text(label(found.since))];
    const both = `${plural(found.turned.length, "pair")} turned around, `
      + `${plural(found.throughout.length, "edge holds", "edges hold")} at both. What is not said to go on is not taken to. `;
    const marked = `${found.began.length} began, ${found.ended.length} ended, `;
    if (found.ordered) return ["From ", since, " to ", at, `: ${marked}${both}`];
    if (order.precedes(found.at, found.since)) {
      return [since, " comes after ", at, ", and nothing begins or ends backwards: ", both, swap(found), " "];
    }
    return ["Nobody has said whether ", since, " comes before or after ", at,
      ", so nothing can be said to have begun or ended between them: ", both];
  }

  const swap = ({ at, since }) => dom.button("Swap them", () => {
    go({ at: since, since: at });
    field("at").focus();
  });

  function lists(found) {
    const isShown = (one) => narrow.shown.has(one.name);
    const [at, since] = [label(found.at), label(found.since)];
    const pairs = (found.turned ?? []).filter((pair) => pair.some(isShown));
    const sections = (found.since ? CHANGED : HELD)
      .map(([how, title]) => [title(at, since), found[how].length, found[how].filter(isShown)])
      .filter(([, , some]) => some.length)
      .map(([title, of, some]) => section(title, some.length, of, entries(some)));
    if (!pairs.length) return sections;
    return [section("Turned around: then, and now", pairs.length, found.turned.length, pairs.map(turn)), ...sections];
  }

  const entries = (some) => some.map((one) => list.entry(one, "story"));
  const turn = (pair) => dom.make("li", { class: "turn" }, dom.make("ul", { class: "plain" }, entries(pair)));

  const section = (title, count, of, items) => dom.make("section", {},
    dom.make("h4", {}, dom.text(title), ` (${count === of ? count : `${count} of ${of}`})`),
    dom.make("ul", { class: "plain" }, items));

  // ── The control ──────────────────────────────────────────────────────────────────────────────────────────────────

  // One move of the slider is one step back, however many moments it passes.
  function slide({ target }) {
    state.set({ at: moments()[Number(target.value) - 1] ?? "" }, { from: "story", replace: isDragged });
    isDragged = true;
  }

  const go = (changes) => state.set(changes, { from: "story" });

  // The names of the moments under their places; between two neighbours stands whether one is known to come first.
  function names() {
    const items = [null, ...moments()].map((one, i) => {
      const before = i > 1 ? moments()[i - 2] : null;
      const mark = before && dom.make("span", { class: "mark" }, order.precedes(before, one) ? "→" : "∥");
      return dom.make("li", { "data-at": one ?? "", click: () => go({ at: one }) }, mark,
        dom.make("span", {}, dom.text(label(one))));
    });
    const isPartial = moments().slice(1).some((one, i) => !order.precedes(moments()[i], one));
    // The slider itself tells all this to those who do not see it.
    return [
      dom.make("ol", { id: "moments", "aria-hidden": "true" }, items),
      isPartial ? dom.make("p", { class: "small key", "aria-hidden": "true" },
        "→ comes before the next   ∥ nobody has said which of the two comes first") : null,
    ];
  }

  function start() {
    order = storytime.order(model.data.precedes);
    const box = field("story");
    box.hidden = !moments().length;
    if (!moments().length) return;
    const slider = dom.make("input", {
      id: "at", type: "range", min: 0, max: moments().length, step: 1, value: 0, "aria-describedby": "at-order",
      input: slide, change: () => { isDragged = false; },
    });
    const isFew = moments().length <= FEW;
    box.style.setProperty("--stops", String(moments().length + 1));
    box.classList.toggle("few", isFew);
    box.append(
      dom.make("div", { class: "bar" },
        dom.make("label", { for: "at" }, "Story time"), dom.make("span", { id: "at-name" }),
        dom.make("span", { class: "pair" }, dom.make("label", { for: "since" }, "compared with"),
          dom.make("select", { id: "since", change: ({ target }) => go({ since: target.value }) }))),
      dom.make("div", { class: "track" }, slider, ...(isFew ? names() : [dom.make("ol", { id: "moments", hidden: true })])),
      dom.make("p", { id: "at-unknown" }),
      dom.make("div", { class: "told" },
        dom.make("p", { id: "story-told", role: "status" }), dom.make("p", { id: "at-order" })),
      dom.make("details", { id: "held", open: wide.matches, hidden: true },
        dom.make("summary", {}, "The statements ", dom.make("span", { id: "held-count" })),
        dom.make("div", { id: "held-lists" })));
    narrow.add(narrowed);
    highlight.add(lit);
  }

  return { start, show };
})();
