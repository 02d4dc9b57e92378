"use strict";
// Labels: which are drawn, and where. They keep their size on the screen at any zoom, and give way to one another.
const labels = (() => {
  const FONT = 12;
  const LINE = 14.5;
  const FAMILY = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
  // So many things keep their labels even where these cover other shapes.
  const HEAVY = 8;
  // A label keeps so many pixels away from the shapes of others: nearer, it would be taken for theirs.
  const APART = 5;
  const SPACE = 6;
  let all = [];
  let heavy = Infinity;
  const widths = new Map();
  const ruler = document.createElement("canvas").getContext("2d");

  // Marks that turn the writing direction have no place in a drawing, which cannot keep them apart.
  const plain = (label) => label.replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g, "");

  function start(nodes) {
    all = nodes.map((node) => ({ name: node.id, lines: plain(node.label).split("\n"), weight: node.weight }))
      .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
    heavy = all[Math.min(HEAVY, all.length) - 1]?.weight ?? Infinity;
  }

  const font = (style, size) => `${style} ${size}px ${FAMILY}`.trim();

  function width(text, style) {
    const key = `${style}|${text}`;
    if (!widths.has(key)) {
      ruler.font = font(style, FONT);
      widths.set(key, ruler.measureText(text).width);
    }
    return widths.get(key);
  }

  // Boxes by the squares of a grid that they lie on: whether one is free costs the same however many there are.
  function grid(side) {
    const squares = new Map();
    const keys = function* ({ left, right, top, bottom }) {
      for (let x = Math.floor(left / side); x <= Math.floor(right / side); x += 1) {
        for (let y = Math.floor(top / side); y <= Math.floor(bottom / side); y += 1) yield `${x},${y}`;
      }
    };
    const add = (box) => { for (const key of keys(box)) squares.has(key) ? squares.get(key).push(box) : squares.set(key, [box]); };
    const isFree = (box) => {
      for (const key of keys(box)) {
        for (const other of squares.get(key) ?? []) {
          // Only a thing's own shape and label may meet; the words of lines have no name.
          if ((box.name === undefined || other.name !== box.name) && box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom) return false;
        }
      }
      return true;
    };
    return { add, isFree };
  }

  // Where a label may stand: below its shape, above, right, left.
  function around({ x, y }, away, wide, high, name) {
    const box = (left, top) => ({ name, left, right: left + wide, top, bottom: top + high });
    return [
      box(x - wide / 2, y + away), box(x - wide / 2, y - away - high), box(x + away, y - high / 2), box(x - away - wide, y - high / 2),
    ];
  }

  const within = (box, view) => box.left > view.left && box.right < view.right && box.top > view.top && box.bottom < view.bottom;
  const isNear = ({ x, y }, view, by) => x > view.left - by && x < view.right + by && y > view.top - by && y < view.bottom + by;

  // What is written, as boxes with their lines, the most important first: the words of lines, then the names of things.
  // ``view`` is what of the drawing is to be seen, ``scale`` how large; ``rank`` tells of a name whether it is chosen (0),
  // lit (1), neither (2) or not to be seen (null); ``avoid`` is what covers the drawing.
  function place({ view, scale, rank, words, dim, avoid }) {
    const near = all.map((one) => ({ ...one, rank: rank(one.name) }))
      .filter((one) => one.rank !== null && isNear(geometry.place(one.name), view, 150 / scale));
    const bodies = grid(90 / scale);
    for (const { name } of near) {
      const { x, y, size } = geometry.place(name);
      const away = size + APART / scale;
      bodies.add({ name, left: x - away, right: x + away, top: y - away, bottom: y + away });
    }
    const taken = grid(90 / scale);
    avoid.forEach(taken.add);
    const placed = [];
    for (const one of words) {
      const boxes = one.points.map((point) => wordsBox(one, point, scale));
      const box = boxes.find((some) => taken.isFree(some)) ?? (one.firm ? boxes[0] : null);
      if (!box) continue;
      taken.add(box);
      placed.push(box);
    }
    for (const turn of [0, 1, 2]) {
      for (const one of near) {
        const box = one.rank === turn && nameBox(one, { scale, view, bodies, taken });
        if (!box) continue;
        taken.add(box);
        placed.push({ ...box, alpha: turn === 2 && dim ? 0.55 : 1 });
      }
    }
    return placed;
  }

  function wordsBox({ id, text, isCount, colour }, point, scale) {
    const style = isCount ? "600" : "italic 600";
    const [wide, high] = [width(text, style) / scale, LINE / scale];
    const pad = isCount ? 6 / scale : 0;
    const box = { left: point.x - wide / 2 - pad, right: point.x + wide / 2 + pad, top: point.y - high / 2, bottom: point.y + high / 2 };
    return { ...box, edge: id, lines: [text], style, isCount, colour, alpha: 1 };
  }

  function nameBox(one, { scale, view, bodies, taken }) {
    const style = one.rank === 0 ? "600" : "";
    const wide = Math.max(...one.lines.map((line) => width(line, style))) / scale;
    const spot = geometry.place(one.name);
    const boxes = around(spot, spot.size + 3 / scale, wide + SPACE / scale, (LINE * one.lines.length) / scale, one.name);
    const isClear = (box) => within(box, view) && taken.isFree(box);
    const box = boxes.find((some) => isClear(some) && bodies.isFree(some))
      ?? (one.rank < 2 || one.weight >= heavy ? boxes.find(isClear) : null)
      ?? (one.rank === 0 ? boxes[0] : null);
    return box && { ...box, lines: one.lines, style };
  }

  // The lines of a box, each with the middle of its top.
  const rows = (box, scale) => box.lines.map((text, i) => ({ text, x: (box.left + box.right) / 2, y: box.top + (LINE * i) / scale }));

  function write(ctx, box, scale, colours) {
    ctx.globalAlpha = box.alpha;
    ctx.font = font(box.style, FONT / scale);
    if (box.isCount) {
      ctx.beginPath();
      ctx.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, (LINE / 2) / scale);
      ctx.fillStyle = colours.paper;
      ctx.fill();
      ctx.lineWidth = 1.5 / scale;
      ctx.strokeStyle = box.colour;
      ctx.stroke();
    }
    for (const { text, x, y } of rows(box, scale)) {
      ctx.strokeStyle = colours.paper;
      ctx.lineWidth = 4 / scale;
      if (!box.isCount) ctx.strokeText(text, x, y);
      ctx.fillStyle = box.edge !== undefined && !box.isCount ? colours.accent : colours.ink;
      ctx.fillText(text, x, y);
    }
  }

  function draw(ctx, boxes, scale, colours) {
    ctx.save();
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    ctx.lineJoin = "round";
    for (const box of boxes) write(ctx, box, scale, colours);
    ctx.restore();
  }

  return { start, place, draw, rows, width, plain, FONT, LINE, FAMILY, get names() { return all.map((one) => one.name); } };
})();
