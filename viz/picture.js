"use strict";
// The map as a picture to keep: a true SVG with its texts as text, and a PNG made from it.
const picture = (() => {
  const MARGIN = 24;
  const SHARP = 2;
  // Browsers draw no larger canvas than this many pixels a side.
  const LARGEST = 8000;

  // What XML cannot hold at all, and marks that turn the writing direction.
  const clean = (text) => labels.plain(String(text)).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
  const title = (text) => dom.draw("title", {}, clean(text));
  const round = (value) => Math.round(value * 100) / 100;

  function text(words, x, y, size, fill, attributes = {}) {
    return dom.draw("text", { x: round(x), y: round(y), "font-size": round(size), fill, ...attributes }, clean(words));
  }

  // ── Lines ────────────────────────────────────────────────────────────────────────────────────────────────────────

  // The part of a line from ``start`` to ``end`` of 0..1, as the data of a path.
  function path({ from, via, to, loop }, start, end) {
    const at = (t) => geometry.pointOf({ from, via, to, loop }, t);
    const told = ({ x, y }) => `${round(x)} ${round(y)}`;
    if (loop) return `M${told(at(start))}A${loop.r} ${loop.r} 0 1 1 ${told(at(end))}`;
    if (!via) return `M${told(at(start))}L${told(at(end))}`;
    const [a, b, c] = [(1 - start) * (1 - end), (1 - start) * end + start * (1 - end), start * end];
    return `M${told(at(start))}Q${told({ x: a * from.x + b * via.x + c * to.x, y: a * from.y + b * via.y + c * to.y })} ${told(at(end))}`;
  }

  // A mark at a point of the line, turned along it: points as [along, across] from there.
  function mark(shape, t, points, fill) {
    const here = geometry.pointOf(shape, t);
    const before = geometry.pointOf(shape, t - 0.02);
    const [dx, dy] = [here.x - before.x, here.y - before.y];
    const length = Math.hypot(dx, dy) || 1;
    const told = points.map(([along, across]) => `${round(here.x + (along * dx - across * dy) / length)},${round(here.y + (along * dy + across * dx) / length)}`);
    return dom.draw("polygon", { points: told.join(" "), fill });
  }

  const head = (shape, t, width, fill) => mark(shape, t, [[0, 0], [-9 - width, 3.4 + width / 2], [-7 - width, 0], [-9 - width, -3.4 - width / 2]], fill);
  const bar = (shape, t, width, fill) => mark(shape, t, [[0, 8], [-2 - width / 2, 8], [-2 - width / 2, -8], [0, -8]], fill);
  const lozenge = (shape, width, fill) => mark(shape, 0.5, [[-6 - width, 0], [0, 4 + width / 2], [6 + width, 0], [0, -4 - width / 2]], fill);

  function dot(shape, width, fill) {
    const { x, y } = geometry.pointOf(shape, 0.5);
    return dom.draw("circle", { cx: round(x), cy: round(y), r: 2.5 + width / 2, fill });
  }

  function line(id) {
    const edge = map.lineAt(id);
    const { color: { color }, width } = map.edgeLook(edge);
    const { shape } = geometry.curveOf(edge);
    const [start, end] = geometry.between(edge);
    const isBar = edge.arrows.to.type === "bar";
    // The line ends within its head, so that a thick one does not show beside the tip.
    const away = geometry.pointOf(shape, end);
    let inner = end;
    while (!isBar && inner > (start + end) / 2 && Math.hypot(geometry.pointOf(shape, inner).x - away.x, geometry.pointOf(shape, inner).y - away.y) < 6 + width) inner -= 0.01;
    const one = model.statement(id);
    const told = one ? `${one.gloss} ${evidence.summary(one)}` : `${bundles.count(id)} statements between ${model.label(edge.from)} and ${model.label(edge.to)}`;
    const marks = [isBar ? bar(shape, end, width, color) : head(shape, end, width, color)];
    if (edge.arrows.from?.enabled) marks.push(head({ ...shape, from: shape.to, to: shape.from }, 1 - start, width, color));
    if (edge.arrows.middle?.type === "circle") marks.push(dot(shape, width, color));
    if (edge.arrows.middle?.type === "diamond") marks.push(lozenge(shape, width, color));
    return dom.draw("g", { class: "line" }, title(told), dom.draw("path", {
      d: path(shape, start, inner), fill: "none", stroke: color, "stroke-width": round(width), "stroke-dasharray": edge.dashes ? edge.dashes.join(" ") : null,
    }), marks);
  }

  // ── Things ───────────────────────────────────────────────────────────────────────────────────────────────────────

  const regular = (count, turn, r) => Array.from({ length: count }, (_, i) => turn + (i * 2 * Math.PI) / count)
    .map((angle, i) => [(Array.isArray(r) ? r[i % r.length] : r) * Math.cos(angle), (Array.isArray(r) ? r[i % r.length] : r) * Math.sin(angle)]);
  const box = (wide, high) => [[-wide, -high], [wide, -high], [wide, high], [-wide, high]];
  // As vis-network draws them, for a shape of size 1.
  const POINTS = {
    square: box(1, 1),
    diamond: regular(4, 0, 1),
    triangle: [[0, -1.01], [1.15, 0.98], [-1.15, 0.98]],
    triangleDown: [[0, 1.01], [1.15, -0.98], [-1.15, -0.98]],
    hexagon: regular(6, 0, 1),
    star: regular(10, -Math.PI / 2, [1.07, 0.41]).map(([x, y]) => [x, y + 0.08]),
    bar: box(1, 0.3),
    cross: [[-0.3, -1], [0.3, -1], [0.3, -0.3], [1, -0.3], [1, 0.3], [0.3, 0.3], [0.3, 1], [-0.3, 1], [-0.3, 0.3], [-1, 0.3], [-1, -0.3], [-0.3, -0.3]],
  };

  function shapeAt(kind, { x, y, size }, look) {
    const { shape } = model.data.legend.shapes[kind];
    return shape === "dot"
      ? dom.draw("circle", { cx: round(x), cy: round(y), r: size, ...look })
      : dom.draw("polygon", { points: POINTS[shape].map(([a, b]) => `${round(x + a * size)},${round(y + b * size)}`).join(" "), "stroke-linejoin": "round", ...look });
  }

  function thing(node) {
    const { color, opacity, borderWidth } = map.nodeLook(node);
    const look = { fill: color.background, stroke: color.border, "stroke-width": borderWidth, opacity: opacity < 1 ? opacity : null };
    return dom.draw("g", { class: "thing" }, title(model.label(node.id)), shapeAt(node.group, geometry.place(node.id), look));
  }

  // ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────────

  function label(one, scale) {
    const size = labels.FONT / scale;
    const isWords = one.edge !== undefined && !one.isCount;
    const look = {
      "text-anchor": "middle", "font-weight": one.style.includes("600") ? 600 : null, "font-style": one.style.includes("italic") ? "italic" : null,
      "paint-order": "stroke", stroke: map.colours.paper, "stroke-width": round(4 / scale), "stroke-linejoin": "round", opacity: one.alpha < 1 ? one.alpha : null,
    };
    const pill = one.isCount && dom.draw("rect", {
      x: round(one.left), y: round(one.top), width: round(one.right - one.left), height: round(one.bottom - one.top),
      rx: round(labels.LINE / 2 / scale), fill: map.colours.paper, stroke: one.colour, "stroke-width": round(1.5 / scale),
    });
    return [pill, ...labels.rows(one, scale).map(({ text: words, x, y }) =>
      text(words, x, y + size * 0.86, size, isWords ? map.colours.accent : map.colours.ink, look))].filter(Boolean);
  }

  // A row of samples with what they mean, wrapped to a width: returned with its height, in pixels.
  function legendRows(width) {
    const { colours } = map;
    const sample = (look, dashes, marks) => (x, y) => {
      const shape = { from: { x, y }, to: { x: x + 34, y } };
      const color = colours[`line-${look}`];
      return [dom.draw("path", { d: `M${x} ${y}H${x + 30}`, stroke: color, "stroke-width": 2, "stroke-dasharray": dashes.length ? dashes.map((one) => one / 2).join(" ") : null }),
        ...marks(shape, color)];
    };
    const lines = Object.entries(model.data.legend.lines).map(([name, dashes]) =>
      [34, sample(name === "Asserted" ? "edge" : "said", dashes, (shape, color) => [head(shape, 1, 0, color)]), words.short[name] + (name === "Asserted" ? " (an edge)" : "")]);
    const marks = [
      [34, sample("said", [], (shape, color) => [bar(shape, 1, 0, color)]), "denied"],
      [34, sample("said", [], (shape, color) => [head(shape, 1, 0, color), lozenge(shape, -2, color)]), "figurative"],
      [34, sample("inferred", [], (shape, color) => [head(shape, 1, 0, color), dot(shape, 0, color)]), "follows by a rule"],
    ];
    const present = new Set(model.data.network.nodes.filter((node) => map.alive.has(node.id)).map((node) => node.group));
    const kinds = Object.keys(model.data.kinds).filter((kind) => present.has(kind)).map((kind) => {
      const look = { fill: model.data.legend.shapes[kind].filled ? colours.kinds[kind] : colours.paper, stroke: colours.kinds[kind], "stroke-width": 1.6 };
      return [14, (x, y) => [shapeAt(kind, { x: x + 7, y, size: 5.5 }, look)], model.data.kinds[kind]];
    });
    const drawn = [];
    let [x, y] = [0, 0];
    for (const [wide, draw, said] of [...lines, ...marks, ...kinds]) {
      const needed = wide + 6 + labels.width(clean(said), "") + 18;
      if (x && x + needed > width) [x, y] = [0, y + 20];
      drawn.push(...draw(x, y), text(said, x + wide + 6, y + 4, 12, colours.ink));
      x += needed;
    }
    return { drawn, height: y + 20 };
  }

  // ── The whole ────────────────────────────────────────────────────────────────────────────────────────────────────

  // The room that everything takes up which is to be seen, in units of the drawing.
  function extent(boxes) {
    const shapes = [...map.alive].map(geometry.place).map(({ x, y, size }) => ({ left: x - size, right: x + size, top: y - size, bottom: y + size }));
    const all = [...boxes, ...shapes, ...map.lines.map(({ id }) => geometry.curveOf(map.lineAt(id)))];
    const edge = (side, pick) => all.reduce((sum, one) => pick(sum, one[side]), all.length ? all[0][side] : 0);
    return { left: edge("left", Math.min), right: edge("right", Math.max), top: edge("top", Math.min), bottom: edge("bottom", Math.max) };
  }

  const narrowed = () => {
    const { thing: name, statement } = state.selection ?? {};
    const count = map.lines.reduce((sum, { id }) => sum + (bundles.isBundle(id) ? bundles.count(id) : 1), 0);
    const all = model.data.statements.size;
    return [`${count < all ? `${count} of ${all}` : all} statements`, statement ? model.label(statement) : name && model.label(name)].filter(Boolean).join(" · ");
  };

  const credit = () => ["Drawn by severance-kg", [...model.data.sources.values()].map((one) => one.title).filter(Boolean).join("; ")].filter(Boolean).join(" from: ");

  const shortened = (said, width) => {
    const [most, whole] = [width / 6.2, clean(said)];
    return whole.length > most ? `${[...whole].slice(0, most - 1).join("")}…` : whole;
  };

  // ``isWhole``: all that is to be seen, at its own size; else what the map shows now, as it shows it.
  function make(isWhole) {
    map.point({});
    const { colours } = map;
    const scale = isWhole ? 1 : map.network.getScale();
    const boundless = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };
    const boxes = map.placeLabels(scale, isWhole ? boundless : map.view);
    const { left, right, top, bottom } = isWhole ? extent(boxes) : map.view;
    const inner = Math.max((right - left) * scale, 480);
    const drawingHigh = (bottom - top) * scale;
    const below = legendRows(inner);
    const [wide, high] = [inner + 2 * MARGIN, drawingHigh + below.height + 130];
    const clip = { x: round(left), y: round(top), width: round(right - left), height: round(bottom - top) };
    const drawing = dom.draw("svg", {
      x: MARGIN, y: 68, width: round(inner), height: round(drawingHigh), viewBox: Object.values(clip).join(" "), preserveAspectRatio: "xMidYMid meet",
    },
    map.lines.map(({ id }) => line(id)),
    model.data.network.nodes.filter((node) => map.alive.has(node.id)).map(thing),
    boxes.flatMap((one) => label(one, scale)));
    return dom.draw("svg", {
      xmlns: "http://www.w3.org/2000/svg", width: Math.ceil(wide), height: Math.ceil(high), viewBox: `0 0 ${Math.ceil(wide)} ${Math.ceil(high)}`,
      "font-family": labels.FAMILY, role: "img", "xml:lang": "en",
    },
    title(model.data.says.title), dom.draw("desc", {}, clean(`${narrowed()}. ${credit()}.`)),
    dom.draw("rect", { width: "100%", height: "100%", fill: colours.paper }),
    text(shortened(model.data.says.title, inner * 0.6), MARGIN, 32, 18, colours.ink, { "font-weight": 700 }),
    text(shortened(narrowed(), inner), MARGIN, 52, 12, colours.soft),
    drawing,
    dom.draw("g", { transform: `translate(${MARGIN} ${round(drawingHigh + 92)})` }, below.drawn),
    text(shortened(credit(), inner), MARGIN, high - 16, 11, colours.soft));
  }

  const written = (svg) => `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`;
  const blobOf = (svg) => new Blob([written(svg)], { type: "image/svg+xml;charset=utf-8" });

  async function asPng(svg) {
    const [wide, high] = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))];
    const sharp = Math.min(SHARP, LARGEST / Math.max(wide, high));
    const address = URL.createObjectURL(blobOf(svg));
    try {
      const image = new Image(wide, high);
      image.src = address;
      await image.decode();
      const canvas = dom.make("canvas", { width: Math.round(wide * sharp), height: Math.round(high * sharp) });
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      return await new Promise((give, fail) => { canvas.toBlob((blob) => (blob ? give(blob) : fail(new Error("too large"))), "image/png"); });
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  async function save(isWhole, kind) {
    dom.byId("save").open = false;
    const name = `${model.data.says.file}-map${isWhole ? "" : "-view"}.${kind}`;
    try {
      const svg = make(isWhole);
      const address = URL.createObjectURL(kind === "svg" ? blobOf(svg) : await asPng(svg));
      dom.make("a", { href: address, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60000);
      map.tell(`The picture is saved as ${name}.`);
    } catch (error) {
      map.tell(`The picture could not be made: ${error.message}`);
    }
  }

  function start() {
    const menu = dom.byId("save");
    for (const [label_, isWhole, kind] of [["Whole map, SVG", true, "svg"], ["Whole map, PNG", true, "png"], ["This view, SVG", false, "svg"], ["This view, PNG", false, "png"]]) {
      dom.byId("save-as").append(dom.button(label_, () => { save(isWhole, kind); dom.byId("save").firstElementChild.focus(); }));
    }
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.firstElementChild.focus();
    });
    addEventListener("pointerdown", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  }

  return { start, make, written };
})();
