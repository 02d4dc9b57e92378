"use strict";
// The map: pyvis's nodes, edges and options, drawn by vis-network; the labels are drawn here, the same size at any zoom.
const map = (() => {
  const FONT = 12;
  const LINE = 14.5;
  const MOST_WORDS = 9;
  const SHORT = 110;
  // So many things keep their labels even where these cover other shapes.
  const HEAVY = 8;
  const MANY = 400;
  let network = null;
  let nodes = null;
  let edges = null;
  let colours = {};
  let shown = new Set();
  let lit = { nodes: new Set(), edges: new Set() };
  let hovered = { node: null, edge: null };
  let moved = false;
  let labels = [];

  const drawn = () => model.data.network;
  const container = () => dom.byId("network");
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  function readColours() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    colours = Object.fromEntries(
      ["paper", "ink", "accent", "faint", "line-edge", "line-said", "line-inferred"].map((name) => [name, colour(name)]));
    colours.kinds = Object.fromEntries(Object.keys(model.data.kinds).map((kind) => [kind, colour(`kind-${kind}`) || colours.ink]));
  }

  // ── What vis-network is given ────────────────────────────────────────────────────────────────────────────────────

  function nodeLook(node) {
    const isLit = lit.nodes.has(node.id);
    const apart = lit.nodes.size > 0 && !isLit;
    const { filled } = model.data.legend.shapes[node.group];
    const own = colours.kinds[node.group];
    const background = filled ? own : colours.paper;
    const border = isSelected(node.id) ? colours.accent : own;
    const colour = { background, border };
    return {
      color: { ...colour, highlight: { ...colour, border: colours.accent }, hover: { ...colour, border: colours.accent } },
      opacity: reached(node.id) ? (apart ? 0.45 : 1) : 0.12,
      borderWidth: isSelected(node.id) ? 5 : 2.5,
    };
  }

  function edgeLook(edge) {
    const isLit = lit.edges.has(edge.id);
    const own = colours[`line-${edge.look}`];
    const color = isLit ? (state.selection?.statement ? colours.accent : own) : lit.edges.size ? colours.faint : own;
    return {
      color: { color, highlight: colours.accent, hover: colours.accent, inherit: false },
      width: edge.width * (isLit ? 1.9 : 1),
      hidden: !shown.has(edge.id) && !isLit,
    };
  }

  // vis-network has no bar and no cross: a literal and a thing of another kind.
  function ownShape({ ctx, x, y, style, state: { selected } }) {
    const half = style.size;
    const draw = () => {
      ctx.save();
      ctx.fillStyle = style.color;
      ctx.strokeStyle = selected ? colours.accent : style.borderColor;
      ctx.lineWidth = style.borderWidth;
      ctx.beginPath();
      ctx.rect(x - half, y - half * 0.3, half * 2, half * 0.6);
      if (style.isCross) ctx.rect(x - half * 0.3, y - half, half * 0.6, half * 2);
      ctx.fill();
      ctx.stroke();
      ctx.restore();
    };
    return { drawNode: draw, nodeDimensions: { width: half * 2, height: half * 0.7 } };
  }

  function asNode({ label, weight, ...node }) {
    const own = node.shape === "custom"
      ? { ctxRenderer: (given) => ownShape({ ...given, style: { ...given.style, isCross: node.group === "Other" } }) }
      : {};
    return { ...node, ...own, label: undefined, ...nodeLook(node) };
  }

  const reached = (name) => drawnEdgesOf(name).some((id) => shown.has(id) || lit.edges.has(id));
  const isSelected = (name) => [state.selection?.thing, state.selection?.statement].includes(name);

  let touching = new Map();
  const drawnEdgesOf = (name) => touching.get(name) ?? [];

  function indexEdges() {
    touching = new Map(drawn().nodes.map((node) => [node.id, []]));
    for (const edge of drawn().edges) {
      for (const end of new Set([edge.from, edge.to])) touching.get(end).push(edge.id);
    }
  }

  // ── Labels ───────────────────────────────────────────────────────────────────────────────────────────────────────

  // Marks that turn the writing direction have no place on a canvas, which cannot keep them apart.
  const plain = (label) => label.replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g, "");

  function prepareLabels() {
    labels = drawn().nodes.map((node) => ({
      name: node.id, lines: plain(node.label).split("\n"), size: node.size, weight: node.weight, group: node.group,
    })).sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
  }

  const rank = ({ name }) => (name === hovered.node || isSelected(name) ? 0 : lit.nodes.has(name) ? 1 : 2);
  const within = (a, b) => a.left > b.left && a.right < b.right && a.top > b.top && a.bottom < b.bottom;
  const overlaps = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

  function drawLabels(ctx) {
    const scale = network.getScale();
    const places = network.getPositions();
    const placed = [];
    const bodies = labels.length > MANY ? [] : labels.filter((one) => reached(one.name)).map(({ name, size }) => {
      const { x, y } = places[name];
      return { name, left: x - size, right: x + size, top: y - size, bottom: y + size };
    });
    ctx.save();
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    ctx.lineJoin = "round";
    const heavy = labels[Math.min(HEAVY, labels.length) - 1]?.weight;
    const { x: left, y: top } = network.DOMtoCanvas({ x: 0, y: 0 });
    const { x: right, y: bottom } = network.DOMtoCanvas({ x: container().clientWidth, y: container().clientHeight });
    const view = { left, right, top, bottom };
    drawWords(ctx, scale, placed);
    for (const one of [...labels].sort((a, b) => rank(a) - rank(b))) {
      if (!reached(one.name)) continue;
      const firm = rank(one) === 0;
      ctx.font = `${firm ? "600 " : ""}${FONT / scale}px system-ui, sans-serif`;
      const wide = Math.max(...one.lines.map((line) => ctx.measureText(line).width));
      const boxes = around(places[one.name], one.size + 3 / scale, wide, (LINE * one.lines.length) / scale);
      const clear = (box, some) => within(box, view) && !some.some((other) => other.name !== one.name && overlaps(box, other));
      const box = boxes.find((box) => clear(box, placed) && clear(box, bodies))
        ?? (firm ? boxes[0] : one.weight >= heavy || lit.nodes.has(one.name) ? boxes.find((box) => clear(box, placed)) : null);
      if (!box) continue;
      placed.push(box);
      ctx.globalAlpha = rank(one) === 2 && lit.nodes.size ? 0.55 : 1;
      write(ctx, one.lines, (box.left + box.right) / 2, box.top, scale, colours.ink);
    }
    ctx.restore();
  }

  // Where a label may stand: below its shape, above, right, left.
  function around({ x, y }, away, wide, high) {
    const box = (left, top) => ({ left, right: left + wide, top, bottom: top + high });
    return [
      box(x - wide / 2, y + away), box(x - wide / 2, y - away - high), box(x + away, y - high / 2), box(x - away - wide, y - high / 2),
    ];
  }

  function write(ctx, lines, x, top, scale, colour) {
    lines.forEach((line, i) => {
      const y = top + (LINE * i) / scale;
      ctx.strokeStyle = colours.paper;
      ctx.lineWidth = 4 / scale;
      ctx.strokeText(line, x, y);
      ctx.fillStyle = colour;
      ctx.fillText(line, x, y);
    });
  }

  // The words of a line are shown when it is pointed at or selected; those of a thing's lines when there are few.
  function drawWords(ctx, scale, placed) {
    const wanted = new Set(lit.edges.size <= MOST_WORDS ? lit.edges : state.selection?.statement ? [state.selection.statement] : []);
    if (hovered.edge) wanted.add(hovered.edge);
    ctx.font = `italic 600 ${FONT / scale}px system-ui, sans-serif`;
    for (const id of wanted) {
      const edge = edges.get(id);
      const point = edge && middle(id);
      if (!point) continue;
      const words = plain(edge.words);
      const wide = ctx.measureText(words).width;
      const top = point.y - LINE / 2 / scale;
      const box = { left: point.x - wide / 2, right: point.x + wide / 2, top, bottom: top + LINE / scale };
      if (id !== hovered.edge && placed.some((other) => overlaps(box, other))) continue;
      placed.push(box);
      write(ctx, [words], point.x, top, scale, colours.accent);
    }
  }

  const middle = (id, part = 0.5) => network.body.edges[id]?.edgeType?.getPoint(part);

  // ── Showing and choosing ─────────────────────────────────────────────────────────────────────────────────────────

  function light() {
    const { thing, statement } = state.selection ?? {};
    const one = statement && model.statement(statement);
    lit = { nodes: new Set(), edges: new Set() };
    if (one) {
      lit.edges.add(statement);
      [one.subject, one.object, statement].filter((name) => touching.has(name)).forEach((name) => lit.nodes.add(name));
      drawnEdgesOf(statement).forEach((id) => lit.edges.add(id));
    } else if (thing && touching.has(thing)) {
      drawnEdgesOf(thing).filter((id) => shown.has(id)).forEach((id) => lit.edges.add(id));
      lit.nodes.add(thing);
    } else if (thing) {
      model.about(thing).flatMap(([, some]) => some).filter((other) => shown.has(other.name))
        .forEach((other) => lit.edges.add(other.name));
    } else if (!state.selection) {
      for (const name of highlight.current() ?? []) (edges.get(name) ? lit.edges : lit.nodes).add(name);
    }
    for (const id of lit.edges) {
      const edge = edges.get(id);
      if (edge) lit.nodes.add(edge.from).add(edge.to);
    }
  }

  function refresh() {
    light();
    edges.update(drawn().edges.map((edge) => ({ id: edge.id, ...edgeLook(edge) })));
    nodes.update(drawn().nodes.map((node) => ({ id: node.id, ...nodeLook(node) })));
    const names = [...lit.nodes].filter(isSelected);
    network.setSelection({ nodes: names, edges: [] }, { highlightEdges: false });
  }

  // Bring what is selected into view, if it was not chosen on the map and does not lie in view already.
  function reveal() {
    const ends = [...lit.nodes];
    if (!ends.length || ends.length > 40) return;
    const { clientWidth, clientHeight } = container();
    const points = ends.map((name) => network.canvasToDOM(network.getPosition(name)));
    const inView = points.every(({ x, y }) => x > 20 && y > 20 && x < clientWidth - 20 && y < clientHeight - 40);
    const reach = (axis) => Math.max(...points.map((point) => point[axis])) - Math.min(...points.map((point) => point[axis]));
    const short = ends.length > 1 && Math.hypot(reach("x"), reach("y")) < SHORT;
    if (!inView || short) network.fit({ nodes: ends, maxZoomLevel: 1, animation: still.matches ? false : { duration: 250 } });
  }

  function whole() {
    moved = false;
    network.fit({ animation: false });
    network.moveTo({ scale: network.getScale() * 0.95 });
  }

  function zoom(factor) {
    moved = true;
    network.moveTo({ scale: network.getScale() * factor });
  }

  function show() {
    shown = narrow.shown;
    refresh();
  }

  function start() {
    shown = narrow.shown;
    readColours();
    indexEdges();
    prepareLabels();
    nodes = new vis.DataSet(drawn().nodes.map(asNode));
    edges = new vis.DataSet(drawn().edges.map((edge) => ({ ...edge, ...edgeLook(edge) })));
    network = new vis.Network(container(), { nodes, edges }, drawn().options);
    const frame = container().firstElementChild;
    frame.tabIndex = 0;
    frame.setAttribute("role", "img");
    frame.setAttribute("aria-label",
      `${nodes.length} things and ${edges.length} statements, drawn as a network. Arrow keys move it, plus and minus zoom. `
      + "The list of statements holds the same.");
    network.on("afterDrawing", drawLabels);
    network.on("hoverNode", ({ node }) => point("node", node));
    network.on("blurNode", () => point("node", null));
    network.on("hoverEdge", ({ edge }) => point("edge", edge));
    network.on("blurEdge", () => point("edge", null));
    network.on("click", ({ nodes: [node], edges: [edge] }) => {
      if (node ?? edge) state.choose(node ?? edge, "map");
      else state.clear("map");
    });
    network.on("zoom", () => { moved = true; });
    network.on("dragEnd", () => { moved = true; });
    network.on("resize", () => { if (!moved) whole(); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); refresh(); });
    dom.byId("closer").addEventListener("click", () => zoom(1.3));
    dom.byId("farther").addEventListener("click", () => zoom(1 / 1.3));
    dom.byId("whole").addEventListener("click", whole);
    dom.byId("loading").hidden = true;
    whole();
  }

  function point(what, name) {
    hovered = { ...hovered, [what]: name };
    container().classList.toggle("pointing", Boolean(hovered.node ?? hovered.edge));
    network.redraw();
  }

  // Where a statement's line can be clicked, in the coordinates of the window; null where others cover all of it.
  function placeOf(name) {
    const box = container().getBoundingClientRect();
    for (const part of [0.5, 0.4, 0.6, 0.3, 0.7, 0.25, 0.75]) {
      const at = middle(name, part);
      const { x, y } = network.canvasToDOM(at);
      if (!network.getNodeAt({ x, y }) && network.getEdgeAt({ x, y }) === name) return { x: box.left + x, y: box.top + y };
    }
    return null;
  }

  return { start, show, refresh, reveal, placeOf, get network() { return network; } };
})();
