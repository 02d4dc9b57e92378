"use strict";
// How the map is steered: by mouse, touch and keyboard, with buttons, and on the full screen.
const steer = (() => {
  // How far from a thin line a click may be, in pixels: a finger is no needle.
  const REACH = { mouse: 7, touch: 12, pen: 9 };
  // What moves farther than this between press and release is a drag.
  const STILL = 6;
  const STEP = 0.1;
  let frame = null;
  let at = null;
  let waiting = null;
  let pressed = null;

  // ── Mouse and touch ──────────────────────────────────────────────────────────────────────────────────────────────

  function follow(event) {
    if (event.pointerType !== "mouse" || event.buttons) return;
    const { left, top } = frame.getBoundingClientRect();
    if (!waiting) requestAnimationFrame(() => { map.point(map.pick(waiting, REACH.mouse)); waiting = null; });
    waiting = { x: event.clientX - left, y: event.clientY - top };
  }

  // The browser's own click, which comes last: were something chosen before it, the page might scroll away beneath the
  // finger, and the click would fall on something else.
  function click(event) {
    const { left, top } = frame.getBoundingClientRect();
    if (!pressed || Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > STILL) return;
    const found = map.pick({ x: event.clientX - left, y: event.clientY - top }, REACH[pressed.type] ?? REACH.mouse);
    at = found.node ?? at;
    map.choose(found);
  }

  const press = (event) => { pressed = { x: event.clientX, y: event.clientY, type: event.pointerType }; };

  // ── Keyboard ─────────────────────────────────────────────────────────────────────────────────────────────────────

  const things = () => labels.names.filter((name) => map.alive.has(name));
  const linesOf = (name) => map.lines.filter(({ from, to }) => from === name || to === name);
  const next = (some, one, step) => some[(some.indexOf(one) + (some.includes(one) || step > 0 ? step : 0) + some.length) % some.length];

  function walkThings(step) {
    at = next(things(), at ?? state.selection?.thing, step);
    if (at === undefined) return;
    const count = linesOf(at).length;
    const kind = model.thing(at) ? `${model.data.kinds[model.thing(at).kind]}, ` : "";
    go({ node: at }, geometry.place(at), `${model.label(at)}, ${kind}${count} ${count === 1 ? "line" : "lines"}.`);
  }

  function walkLines(step) {
    if (at === null && state.selection?.thing) at = state.selection.thing;
    const some = linesOf(at).map(({ id }) => id);
    const id = next(some, map.pointed.edge, step);
    if (id === undefined) return map.tell("Go to a thing first, with N.");
    const one = model.statement(id);
    const { from, to } = map.lineAt(id);
    const said = one ? `${one.gloss} ${evidence.summary(one)}.`
      : `${bundles.count(id)} statements between ${model.label(from)} and ${model.label(to)}. Enter unfolds them.`;
    return go({ edge: id }, geometry.along(map.lineAt(id), 0.5), said);
  }

  function go(what, spot, said) {
    map.point(what);
    map.bring(spot);
    map.tell(said);
  }

  function leave() {
    map.point({});
    map.choose({});
  }

  const KEYS = {
    ArrowLeft: () => map.pan(-STEP, 0),
    ArrowRight: () => map.pan(STEP, 0),
    ArrowUp: () => map.pan(0, -STEP),
    ArrowDown: () => map.pan(0, STEP),
    "+": () => map.zoom(1.3),
    "=": () => map.zoom(1.3),
    "-": () => map.zoom(1 / 1.3),
    0: () => map.whole(),
    n: () => walkThings(1),
    p: () => walkThings(-1),
    l: () => walkLines(1),
    k: () => walkLines(-1),
    e: () => dom.byId("evidence").focus(),
    Enter: () => { if (map.pointed.node !== null || map.pointed.edge !== null) map.choose(map.pointed); },
    Escape: leave,
  };

  function key(event) {
    const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  // ── The full screen ──────────────────────────────────────────────────────────────────────────────────────────────

  const middle = () => dom.byId("middle");

  async function turnFull() {
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else await middle().requestFullscreen();
    } catch {
      map.tell("The browser does not let this page use the full screen.");
    }
  }

  const showFull = () => dom.byId("full").setAttribute("aria-pressed", String(document.fullscreenElement === middle()));

  // On the full screen the panel is out of sight: what is selected stands in a line below the map.
  function caption() {
    const { statement, thing } = state.selection ?? {};
    const one = statement && model.statement(statement);
    const said = one ? [dom.text(one.gloss), dom.make("small", {}, dom.text(evidence.summary(one)))] : thing ? [dom.text(model.label(thing))] : [];
    dom.byId("caption").replaceChildren(...said);
  }

  // ── Starting ─────────────────────────────────────────────────────────────────────────────────────────────────────

  function start() {
    dom.byId("closer").addEventListener("click", () => map.zoom(1.3));
    dom.byId("farther").addEventListener("click", () => map.zoom(1 / 1.3));
    dom.byId("whole").addEventListener("click", map.whole);
    dom.byId("full").hidden = !document.fullscreenEnabled;
    dom.byId("full").addEventListener("click", turnFull);
    document.addEventListener("fullscreenchange", showFull);
    state.onChange(caption);
    dom.byId("map-keys").textContent = "Arrows move, + and − zoom, 0 shows all. N and P go through the things, L and K through the lines of one; "
      + "Enter selects, Escape lets go, E goes to the evidence.";
  }

  // The element that vis-network draws in takes the focus, and the keys while it has it.
  function take(element) {
    frame = element;
    frame.tabIndex = 0;
    frame.setAttribute("role", "application");
    frame.setAttribute("aria-roledescription", "network map");
    frame.setAttribute("aria-label", `Map of ${model.data.network.nodes.length} things and ${model.data.network.edges.length} statements. `
      + "The tabs Statements and Things hold the same as tables.");
    frame.setAttribute("aria-describedby", "map-keys");
    frame.addEventListener("keydown", key);
    frame.addEventListener("pointermove", follow);
    frame.addEventListener("pointerleave", () => map.point({}));
    frame.addEventListener("pointerdown", press);
    frame.addEventListener("click", click);
  }

  return { start, take };
})();
