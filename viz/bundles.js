"use strict";
// Where much is said between the same two things, the map draws one line with a number, which unfolds when it is chosen.
const bundles = (() => {
  // So many lines can be told apart side by side.
  const MOST = 6;
  const STEP = 0.2;
  const FAN = 1.1;
  let pairs = [];
  let lines = [];
  let pairOf = new Map();
  let apart = new Map();
  const unfolded = new Set();

  // ``edges`` are the network's, one for each statement. A bundle is called by a number, which no statement is.
  function start(edges) {
    const between = new Map();
    for (const edge of edges) {
      const key = JSON.stringify([edge.from, edge.to].sort());
      between.set(key, [...(between.get(key) ?? []), edge]);
    }
    pairs = [...between.values()].filter((some) => some.length > MOST).map((some, id) => ({ id, edges: some }));
    pairOf = new Map(pairs.flatMap((pair) => pair.edges.map((edge) => [edge.id, pair])));
    lines = pairs.map(lineOf);
  }

  const isBundle = (id) => typeof id === "number";
  const of = (id) => (isBundle(id) ? pairs[id] : pairOf.get(id));

  // The line of each bundle: an edge's where one of its statements is an edge, else that of the first.
  const lineOf = ({ id, edges }) => {
    const telling = edges.find((edge) => edge.look === "edge") ?? edges.find((edge) => edge.look === "inferred") ?? edges[0];
    const { from, to, look, dashes } = telling;
    const both = edges.some((edge) => edge.from === to && edge.to === from) && from !== to;
    const arrow = { enabled: true, type: "arrow", scaleFactor: 0.5 };
    const loop = from === to ? { selfReference: edges[0].selfReference } : {};
    return { id, from, to, look, dashes, width: 4, words: "", arrows: both ? { to: arrow, from: arrow } : { to: arrow }, ...loop };
  };

  const withShown = (pair, shown) => pair.edges.filter((edge) => shown.has(edge.id));

  // Work out which bundles stand folded: those with many statements that are to be seen, none of them lit by itself.
  function fold(shown, lit) {
    apart = new Map();
    for (const pair of pairs) {
      const seen = withShown(pair, shown);
      pair.count = seen.length;
      pair.folded = seen.length > MOST && !unfolded.has(pair.id) && !seen.some((edge) => lit.has(edge.id));
      if (pair.folded) continue;
      const step = Math.min(STEP, FAN / seen.length);
      seen.forEach((edge, i) => apart.set(edge.id, bent(edge, (i - (seen.length - 1) / 2) * step, pair.edges[0].from)));
    }
  }

  // As in ``drawing.py``: to the right of the direction from ``first``, so that lines both ways stay apart too.
  function bent(edge, bend, first) {
    if (edge.from === edge.to) return { selfReference: { size: 22, angle: bend * 6 } };
    const own = edge.from === first ? bend : -bend;
    return { smooth: { enabled: true, type: own > 0 ? "curvedCW" : "curvedCCW", roundness: Math.abs(own) } };
  }

  const isFolded = (id) => Boolean(of(id)?.folded);
  const isHidden = (id) => (isBundle(id) ? !isFolded(id) : isFolded(id));
  const bend = (id) => apart.get(id) ?? {};
  const count = (id) => of(id)?.count ?? 1;

  function unfold(id) {
    unfolded.add(id);
  }

  function foldAll() {
    const some = unfolded.size > 0;
    unfolded.clear();
    return some;
  }

  return { start, fold, unfold, foldAll, isBundle, isFolded, isHidden, bend, count, of, get lines() { return lines; } };
})();
