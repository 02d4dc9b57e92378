"use strict";
// The map: pyvis's nodes, edges and options, drawn by vis-network; labels, what is pointed at and counts are drawn here.
const map = (() => {
  const MOST_WORDS = 9;
  const SHORT = 110;
  // The room that the buttons take up above, and the legend below.
  const TOOLS = 54;
  // With more lines than this, they are left out while the map is dragged or zoomed.
  const MANY = 1500;
  const ALONG = [0.5, 0.4, 0.6, 0.3, 0.7, 0.25, 0.75];
  let network = null;
  let nodes = null;
  let edges = null;
  let lineOf = new Map();
  let colours = {};
  let shown = new Set();
  let alive = new Set();
  let lit = { nodes: new Set(), edges: new Set() };
  let pointed = { node: null, edge: null };
  let moved = false;
  let boxes = [];

  const drawn = () => model.data.network;
  const container = () => dom.byId("network");
  const isOpen = () => !dom.byId("map").hidden;
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  // ── What vis-network is given ────────────────────────────────────────────────────────────────────────────────────

  const isSelected = (name) => [state.selection?.thing, state.selection?.statement].includes(name);

  function nodeLook(node) {
    const { filled } = model.data.legend.shapes[node.group];
    const own = colours.kinds[node.group];
    return {
      color: { background: filled ? own : colours.paper, border: isSelected(node.id) ? colours.accent : own },
      opacity: !alive.has(node.id) ? 0.12 : lit.nodes.size && !lit.nodes.has(node.id) ? 0.45 : 1,
      borderWidth: isSelected(node.id) ? 5 : 2.5,
    };
  }

  const isLit = (id) => (bundles.isBundle(id) ? bundles.of(id).edges.some((edge) => lit.edges.has(edge.id)) : lit.edges.has(id));
  const isSeen = (id) => !bundles.isHidden(id) && (bundles.isBundle(id) || shown.has(id) || lit.edges.has(id));

  function edgeLook(edge) {
    const own = colours[`line-${edge.look}`];
    const color = isLit(edge.id) ? (state.selection?.statement ? colours.accent : own) : lit.edges.size ? colours.faint : own;
    return {
      color: { color, inherit: false }, width: edge.width * (isLit(edge.id) ? 1.9 : 1), hidden: !isSeen(edge.id), ...bundles.bend(edge.id),
    };
  }

  function asNode({ label, weight, ...node }) {
    const own = node.shape === "custom"
      ? { ctxRenderer: (given) => look.ownShape({ ...given, style: { ...given.style, isCross: node.group === "Other" } }) }
      : {};
    return { ...node, ...own, label: undefined, ...nodeLook(node) };
  }

  // ── What is drawn over it ────────────────────────────────────────────────────────────────────────────────────────

  // The words of a line are shown when it is pointed at or selected; those of a thing's lines when there are few.
  function wordsToShow() {
    const found = [];
    const add = (id, text, more) => found.push({ id, text, points: ALONG.map((part) => geometry.along(lineAt(id), part)), ...more });
    const telling = lit.edges.size <= MOST_WORDS ? [...lit.edges] : state.selection?.statement ? [state.selection.statement] : [];
    for (const { id, look } of bundles.lines) {
      if (bundles.isFolded(id)) add(id, String(bundles.count(id)), { firm: true, isCount: true, colour: colours[`line-${look}`] });
    }
    for (const id of new Set(pointed.edge === null ? telling : [pointed.edge, ...telling])) {
      if (!lineOf.has(id) || !isSeen(id) || bundles.isBundle(id)) continue;
      add(id, labels.plain(lineOf.get(id).words), { firm: id === pointed.edge });
    }
    return found;
  }

  // The line with the bend that it has at present.
  const lineAt = (id) => ({ ...lineOf.get(id), ...bundles.bend(id) });

  function rank(name) {
    if (name === pointed.node || isSelected(name)) return 0;
    if (lit.nodes.has(name)) return 1;
    return alive.has(name) ? 2 : null;
  }

  function view() {
    const { x: left, y: top } = network.DOMtoCanvas({ x: 0, y: 0 });
    const { x: right, y: bottom } = network.DOMtoCanvas({ x: container().clientWidth, y: container().clientHeight });
    return { left, right, top, bottom };
  }

  const placeLabels = (scale, seen, avoid = []) =>
    labels.place({ scale, view: seen, rank, words: wordsToShow(), dim: lit.nodes.size > 0, avoid });

  // The buttons and the legend, in the units of the drawing: what lies below them cannot be read.
  function covered() {
    const { left, top } = container().getBoundingClientRect();
    const corner = (x, y) => network.DOMtoCanvas({ x: x - left, y: y - top });
    return [...dom.byId("map").querySelectorAll(".tools > *, #legend")].map((one) => one.getBoundingClientRect())
      .map((box) => ({ from: corner(box.left, box.top), to: corner(box.right, box.bottom) }))
      .map(({ from, to }) => ({ left: from.x, top: from.y, right: to.x, bottom: to.y }));
  }

  function drawOver(ctx) {
    const scale = network.getScale();
    drawPointed(ctx, scale);
    boxes = placeLabels(scale, view(), covered());
    labels.draw(ctx, boxes, scale, colours);
    if (!performance.getEntriesByName("map-drawn").length) performance.mark("map-drawn");
  }

  function drawPointed(ctx, scale) {
    ctx.save();
    ctx.strokeStyle = colours.accent;
    if (pointed.node !== null) {
      const { x, y, size } = geometry.place(pointed.node);
      ctx.lineWidth = 3 / scale;
      ctx.beginPath();
      ctx.arc(x, y, size + 6 / scale, 0, 2 * Math.PI);
      ctx.stroke();
    }
    if (pointed.edge !== null && lineOf.has(pointed.edge)) {
      const edge = lineAt(pointed.edge);
      const [from, to] = geometry.between(edge);
      ctx.lineWidth = Math.max(edge.width * 2, 4 / scale);
      ctx.lineCap = "round";
      ctx.globalAlpha = 0.55;
      ctx.beginPath();
      for (let i = 0; i <= 24; i += 1) {
        const { x, y } = geometry.along(edge, from + ((to - from) * i) / 24);
        ctx.lineTo(x, y);
      }
      ctx.stroke();
    }
    ctx.restore();
  }

  // ── Showing ──────────────────────────────────────────────────────────────────────────────────────────────────────

  // What is lit, and which statements are lit one by one, so that no bundle may hide them.
  function light() {
    const { thing, statement } = state.selection ?? {};
    const one = statement && model.statement(statement);
    lit = { nodes: new Set(), edges: new Set() };
    const known = (name) => geometry.place(name) !== undefined;
    if (one) {
      if (lineOf.has(statement)) lit.edges.add(statement);
      [one.subject, one.object, statement].filter(known).forEach((name) => lit.nodes.add(name));
      geometry.edgesOf(statement).forEach((id) => lit.edges.add(id));
    } else if (thing && known(thing)) {
      geometry.edgesOf(thing).filter((id) => shown.has(id)).forEach((id) => lit.edges.add(id));
      lit.nodes.add(thing);
    } else if (thing) {
      model.about(thing).flatMap(([, some]) => some).filter((other) => shown.has(other.name) && lineOf.has(other.name))
        .forEach((other) => lit.edges.add(other.name));
    } else if (!state.selection) {
      for (const name of highlight.current() ?? []) {
        if (lineOf.has(name)) lit.edges.add(name);
        else if (known(name)) lit.nodes.add(name);
      }
    }
    bundles.fold(shown, thing ? new Set() : lit.edges);
    for (const id of lit.edges) {
      const edge = lineOf.get(id);
      if (edge) lit.nodes.add(edge.from).add(edge.to);
    }
    const seen = [...lineOf.values()].filter(({ id }) => isSeen(id));
    alive = new Set([...lit.nodes, ...seen.flatMap(({ from, to }) => [from, to])]);
  }

  // Once for all that asks for it before the next picture.
  let asked = false;
  function redraw() {
    if (!asked) requestAnimationFrame(() => { asked = false; network.redraw(); });
    asked = true;
  }

  // What a line or a thing looks like is written to where vis-network reads it when it draws, and only if it looks otherwise
  // than before: told by its data sets, it takes up to a second and a half for two thousand lines.
  const looks = new Map();
  function isNew(key, look) {
    const told = JSON.stringify(look);
    return looks.get(key) !== told && Boolean(looks.set(key, told));
  }

  function paintLines() {
    const bent = [...lineOf.keys()].filter((id) => "smooth" in bundles.bend(id) || "selfReference" in bundles.bend(id))
      .filter((id) => isNew(`bend ${id}`, bundles.bend(id)));
    edges.update(bent.map((id) => ({ id, ...bundles.bend(id) })));
    // A line that is bent anew is made anew, and looks as it did at first.
    bent.forEach((id) => looks.delete(`line ${id}`));
    for (const edge of lineOf.values()) {
      const { color, width, hidden } = edgeLook(edge);
      if (isNew(`line ${edge.id}`, [color, width, hidden])) {
        Object.assign(network.body.edges[edge.id].options, { width, hidden, color: { ...color, highlight: color.color, hover: color.color, opacity: 1 } });
      }
    }
    // In the order in which they are drawn: what is lit lies above what is not.
    const seen = [...lineOf.keys()].filter(isSeen);
    network.body.edgeIndices = [...seen.filter((id) => !isLit(id)), ...seen.filter(isLit)];
  }

  function paintThings() {
    for (const node of drawn().nodes) {
      const { color, opacity, borderWidth } = nodeLook(node);
      if (isNew(`thing ${node.id}`, [color, opacity, borderWidth])) {
        Object.assign(network.body.nodes[node.id].options, { opacity, borderWidth, color: { ...color, highlight: color, hover: color } });
      }
    }
  }

  function refresh() {
    if (!network) return;
    light();
    paintLines();
    paintThings();
    if (pointed.edge !== null && !isSeen(pointed.edge)) point({});
    redraw();
  }

  function show() {
    shown = narrow.shown;
    if (!network && isOpen()) {
      draw();
      reveal();
    } else if (isOpen()) refresh();
  }

  // Bring what is selected into view, if it was not chosen on the map and does not lie in view already.
  function reveal() {
    const ends = [...lit.nodes].filter((name) => geometry.place(name));
    if (!network || !isOpen() || !ends.length || ends.length > 40) return;
    const { clientWidth, clientHeight } = container();
    const points = ends.map((name) => network.canvasToDOM(geometry.place(name)));
    const inView = points.every(({ x, y }) => x > 20 && y > TOOLS && x < clientWidth - 20 && y < clientHeight - 40);
    const reach = (axis) => Math.max(...points.map((one) => one[axis])) - Math.min(...points.map((one) => one[axis]));
    const short = ends.length > 1 && Math.hypot(reach("x"), reach("y")) < SHORT;
    if (!inView || short) fit(ends, { most: 1, aside: 70, animation: still.matches ? false : { duration: 250 } });
  }

  // Show some things as large as they fit between the buttons above and the legend below.
  function fit(names, { most, aside, animation }) {
    const { clientWidth, clientHeight } = container();
    if (!clientWidth || !clientHeight) return;
    const spots = names.map(geometry.place);
    const reach = (axis) => [Math.min(...spots.map((one) => one[axis] - one.size)), Math.max(...spots.map((one) => one[axis] + one.size))];
    const [[left, right], [top, bottom]] = [reach("x"), reach("y")];
    const scale = Math.min(most, (clientWidth - 2 * aside) / (right - left || 1), (clientHeight - 2 * TOOLS) / (bottom - top || 1));
    network.moveTo({ scale: Math.max(scale, 0.02), position: { x: (left + right) / 2, y: (top + bottom) / 2 }, animation });
  }

  function whole() {
    if (!network || !isOpen()) return;
    moved = false;
    const names = drawn().nodes.map((node) => node.id);
    if (names.length) fit(names, { most: 1.2, aside: Math.min(60, container().clientWidth * 0.07), animation: false });
  }

  function zoom(factor) {
    moved = true;
    network.moveTo({ scale: network.getScale() * factor });
  }

  // Move what is seen by parts of the map's own width and height.
  function pan(right, down) {
    moved = true;
    const { x, y } = network.getViewPosition();
    const scale = network.getScale();
    network.moveTo({ position: { x: x + (right * container().clientWidth) / scale, y: y + (down * container().clientHeight) / scale } });
  }

  // Move a point of the drawing into view, if it is out of it.
  function bring(spot) {
    const { left, right, top, bottom } = view();
    const [wide, high] = [(right - left) * 0.1, (bottom - top) * 0.1];
    if (spot.x > left + wide && spot.x < right - wide && spot.y > top + high && spot.y < bottom - high) return;
    moved = true;
    network.moveTo({ position: spot, animation: still.matches ? false : { duration: 200 } });
  }

  // ── Pointing and choosing ────────────────────────────────────────────────────────────────────────────────────────

  // What lies at a point of the container: a shape, else a label, else the nearest line or shape within ``reach`` pixels.
  function pick(spot, reach) {
    const p = network.DOMtoCanvas(spot);
    const far = reach / network.getScale();
    let node = { least: far };
    for (const name of alive) {
      const { x, y, size } = geometry.place(name);
      const away = Math.hypot(x - p.x, y - p.y) - size;
      if (away <= node.least) node = { least: away, name };
    }
    if (node.least <= 0) return { node: node.name };
    let edge = { least: far };
    for (const { id } of lineOf.values()) {
      const away = isSeen(id) ? geometry.distance(lineAt(id), p, edge.least) : Infinity;
      if (away < edge.least) edge = { least: away, id };
    }
    const label = boxes.find((box) => p.x > box.left && p.x < box.right && p.y > box.top && p.y < box.bottom);
    if (label && edge.least > far / 4) return label.name === undefined ? { edge: label.edge } : { node: label.name };
    return edge.id !== undefined && edge.least <= node.least ? { edge: edge.id } : node.name !== undefined ? { node: node.name } : {};
  }

  function choose({ node, edge }) {
    if (bundles.isBundle(edge)) unfold(edge);
    else if (node ?? edge) state.choose(node ?? edge, "map");
    else if (bundles.foldAll() && !state.selection) refresh();
    else if (state.selection) state.clear("map");
  }

  function unfold(id) {
    bundles.unfold(id);
    point({});
    refresh();
    const { from, to } = lineOf.get(id);
    tell(`${bundles.count(id)} statements between ${model.label(from)} and ${model.label(to)} stand apart now.`);
  }

  const tell = (text) => { dom.byId("told").textContent = text; };

  function point({ node = null, edge = null }) {
    if (pointed.node === node && pointed.edge === edge) return;
    pointed = { node, edge };
    container().classList.toggle("pointing", node !== null || edge !== null);
    redraw();
  }

  function dragged({ nodes: [name] }) {
    if (name === undefined) return;
    geometry.move(name, network.getPosition(name));
  }

  // ── Starting ─────────────────────────────────────────────────────────────────────────────────────────────────────

  function start() {
    shown = narrow.shown;
    geometry.start(drawn().nodes, drawn().edges);
    bundles.start(drawn().edges);
    lineOf = new Map([...drawn().edges, ...bundles.lines].map((edge) => [edge.id, edge]));
    labels.start(drawn().nodes);
    steer.start();
    part.start();
  }

  // vis-network is started when the map is first seen: with no room of its own it could not find its place.
  function draw() {
    colours = look.read();
    light();
    nodes = new vis.DataSet(drawn().nodes.map(asNode));
    edges = new vis.DataSet([...lineOf.values()].map((edge) => ({ ...edge, ...edgeLook(edge) })));
    const options = drawn().options;
    if (edges.length > MANY) options.interaction = { ...options.interaction, hideEdgesOnDrag: true, hideEdgesOnZoom: true };
    network = new vis.Network(container(), { nodes, edges }, options);
    network.on("afterDrawing", drawOver);
    network.on("zoom", () => { moved = true; });
    network.on("dragging", dragged);
    network.on("dragEnd", (event) => { moved = true; dragged(event); network.unselectAll(); });
    network.on("resize", () => { if (!moved) whole(); });
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      matchMedia(query).addEventListener("change", () => { colours = look.read(); refresh(); });
    }
    steer.take(container().firstElementChild);
    dom.byId("loading").hidden = true;
    refresh();
    whole();
  }

  // Where a statement's line can be clicked, in the coordinates of the window; null where others cover all of it.
  function placeOf(name) {
    if (!lineOf.has(name) || !isSeen(name)) return null;
    const box = container().getBoundingClientRect();
    for (const part of ALONG) {
      const spot = network.canvasToDOM(geometry.along(lineAt(name), part));
      if (pick(spot, 7).edge === name) return { x: box.left + spot.x, y: box.top + spot.y };
    }
    return null;
  }

  return {
    start, show, refresh, reveal, whole, zoom, pan, bring, pick, choose, point, placeOf, placeLabels, isSeen, isLit, lineAt, nodeLook, edgeLook, tell,
    get network() { return network; }, get view() { return view(); }, get colours() { return colours; }, get pointed() { return pointed; },
    get alive() { return alive; }, get lines() { return [...lineOf.values()].filter(({ id }) => isSeen(id)); },
  };
})();
