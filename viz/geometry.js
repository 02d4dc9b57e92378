"use strict";
// Where things and lines are, in the units of the drawing: what pointing, labels and saved pictures need to know.
const geometry = (() => {
  const PARTS = 16;
  const places = new Map();
  const curves = new Map();
  let touching = new Map();

  function start(nodes, edges) {
    touching = new Map(nodes.map((node) => [node.id, []]));
    for (const { id, x, y, size } of nodes) places.set(id, { x, y, size });
    for (const edge of edges) {
      for (const end of new Set([edge.from, edge.to])) touching.get(end).push(edge.id);
    }
  }

  const place = (name) => places.get(name);
  const edgesOf = (name) => touching.get(name) ?? [];

  function move(name, { x, y }) {
    Object.assign(places.get(name), { x, y });
    for (const [id, { edge }] of curves) {
      if (edge.from === name || edge.to === name) curves.delete(id);
    }
  }

  // A line as vis-network draws it: straight, bent by one point beside it, or a circle at the thing's edge.
  function shapeOf(edge) {
    const from = places.get(edge.from);
    const to = places.get(edge.to);
    if (edge.from === edge.to) {
      const { size, angle } = edge.selfReference ?? { size: 20, angle: Math.PI / 4 };
      return { from, to, loop: { x: from.x + Math.cos(angle) * from.size, y: from.y - Math.sin(angle) * from.size, r: size, angle } };
    }
    if (!edge.smooth?.enabled) return { from, to };
    const turn = (edge.smooth.type === "curvedCW" ? 1 : -1) * edge.smooth.roundness;
    const angle = Math.atan2(from.y - to.y, to.x - from.x) + (turn + 1) * 0.5 * Math.PI;
    const away = (edge.smooth.roundness + 1) * 0.5 * Math.hypot(to.x - from.x, to.y - from.y);
    return { from, to, via: { x: from.x + away * Math.sin(angle), y: from.y + away * Math.cos(angle) } };
  }

  function point({ from, via, to, loop }, t) {
    if (loop) {
      const turn = Math.PI - loop.angle + t * 2 * Math.PI;
      return { x: loop.x + loop.r * Math.cos(turn), y: loop.y + loop.r * Math.sin(turn) };
    }
    const [a, b, c] = via ? [(1 - t) ** 2, 2 * t * (1 - t), t * t] : [1 - t, 0, t];
    return { x: a * from.x + b * (via?.x ?? 0) + c * to.x, y: a * from.y + b * (via?.y ?? 0) + c * to.y };
  }

  function curveOf(edge) {
    const known = curves.get(edge.id);
    if (known && known.smooth === edge.smooth && known.self === edge.selfReference) return known;
    const shape = shapeOf(edge);
    const points = Array.from({ length: PARTS + 1 }, (_, i) => point(shape, i / PARTS));
    const reach = (axis) => [Math.min(...points.map((one) => one[axis])), Math.max(...points.map((one) => one[axis]))];
    const [[left, right], [top, bottom]] = [reach("x"), reach("y")];
    const curve = { edge, smooth: edge.smooth, self: edge.selfReference, shape, points, left, right, top, bottom };
    curves.set(edge.id, curve);
    return curve;
  }

  const along = (edge, t) => point(curveOf(edge).shape, t);

  function toSegment(p, a, b) {
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const t = Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
  }

  // How far a point is from a line, or infinity where that is more than ``reach``.
  function distance(edge, p, reach) {
    const { points, left, right, top, bottom } = curveOf(edge);
    if (p.x < left - reach || p.x > right + reach || p.y < top - reach || p.y > bottom + reach) return Infinity;
    let least = Infinity;
    for (let i = 0; i < PARTS; i += 1) least = Math.min(least, toSegment(p, points[i], points[i + 1]));
    return least <= reach ? least : Infinity;
  }

  // The part of a line between its things, as [start, end] in 0..1: the rest lies under their shapes.
  function between(edge) {
    const { from, to } = curveOf(edge).shape;
    const leaves = (end, t) => Math.hypot(along(edge, t).x - end.x, along(edge, t).y - end.y) - end.size;
    const find = (end, inside, outside) => {
      let [a, b] = [inside, outside];
      for (let i = 0; i < 18; i += 1) {
        const middle = (a + b) / 2;
        if (leaves(end, middle) < 0) a = middle;
        else b = middle;
      }
      return b;
    };
    return [find(from, 0, 0.5), find(to, 1, 0.5)];
  }

  return { start, place, pointOf: point, edgesOf, move, along, curveOf, distance, between };
})();
