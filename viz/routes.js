"use strict";
// Chains of statements: what joins two things, and what is near one. The answers are those of ``severance_kg.paths``.
const routes = (() => {
  const statements = () => [...model.data.statements.values()];
  const isLiteral = (name) => name.startsWith('"');
  const isHedged = (one) => one.commitment === "Hedged" && one.polarity === "Affirmed" && one.reading === "Literal";

  // ── Near: as ``severance_kg.part`` has it ────────────────────────────────────────────────────────────────────────

  let beside = null;
  let named = null;

  // Each thing with those that a statement joins it to. A statement that others speak of is joined to its own ends as well.
  function neighbours() {
    if (beside) return beside;
    beside = new Map();
    const join = (one, other) => {
      for (const [a, b] of [[one, other], [other, one]]) beside.set(a, (beside.get(a) ?? new Set()).add(b));
    };
    for (const one of statements()) {
      join(one.subject, one.object);
      for (const content of [one.subject, one.object].map(model.statement).filter(Boolean)) {
        [content.subject, content.object].forEach((end) => join(content.name, end));
      }
    }
    return beside;
  }

  // Whether any statement has a thing at one of its ends: only then has it a place on the map.
  const touches = (name) => neighbours().has(name);

  // Whether anything is near it: it is a statement, or a statement has to do with it, at its ends or otherwise.
  function concerns(name) {
    named ??= new Set(statements().flatMap((one) => [...model.namedBy(one)]));
    return touches(name) || named.has(name) || Boolean(model.statement(name));
  }

  // Where the first hop leads to: of a theme, a speaker or a property, which stand at no end, to all that has to do with it.
  function beyond(name) {
    if (touches(name)) return [...neighbours().get(name)];
    const own = [model.statement(name), ...model.about(name).flatMap(([, some]) => some)].filter(Boolean);
    return own.flatMap((one) => [one.subject, one.object]);
  }

  // The things that lie within so many hops of one, itself among them.
  function within(name, hops) {
    const found = new Set([name]);
    let rim = [...found];
    for (let hop = 0; hop < hops; hop += 1) {
      rim = [...new Set(rim.flatMap(beyond))].filter((one) => !found.has(one));
      rim.forEach((one) => found.add(one));
    }
    return found;
  }

  // ── Chains ───────────────────────────────────────────────────────────────────────────────────────────────────────

  // The graph of things with, between any two, the first of the statements: that of the least cost, and of several the first
  // by address. Costs are whole numbers (minus the logarithm of the strength), so that sums of them are exact.
  function stepGraph(steps, costOf, avoid) {
    const sorted = [...steps].sort((a, b) => costOf(a) - costOf(b) || model.byCode(a.iri, b.iri));
    const spokenOf = new Set(sorted.map((one) => one.object));
    const graph = new Map();
    const at = (name) => graph.get(name) ?? graph.set(name, new Map()).get(name);
    sorted.forEach((statement, rank) => {
      const cost = costOf(statement);
      for (const [one, other] of ends(statement, spokenOf)) {
        if (avoid.has(one) || avoid.has(other) || at(one).has(other)) continue;
        const step = { statement, rank, cost };
        at(one).set(other, step);
        at(other).set(one, step);
      }
    });
    return graph;
  }

  function ends(one, spokenOf) {
    if (isLiteral(one.object)) return [];
    const itself = spokenOf.has(one.name) ? [[one.name, one.subject], [one.name, one.object]] : [];
    return [[one.subject, one.object], ...itself];
  }

  // Weights are pairs of whole numbers, of which the second only decides where the first are equal.
  const plus = ([a, b], [c, d]) => [a + c, b + d];
  const less = ([a, b], [c, d]) => a < c || (a === c && b < d);
  const same = ([a, b], [c, d]) => a === c && b === d;

  // How far everything is from a thing (Dijkstra).
  function distances(graph, from, weigh) {
    const found = new Map();
    const ahead = [[[0, 0], from]];
    while (ahead.length) {
      const [far, name] = ahead.pop();
      if (found.has(name)) continue;
      found.set(name, far);
      for (const [other, step] of graph.get(name)) if (!found.has(other)) insert(ahead, [plus(far, weigh(step)), other]);
    }
    return found;
  }

  // The nearest stands last.
  function insert(ahead, entry) {
    let [low, high] = [0, ahead.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (less(entry[0], ahead[middle][0])) low = middle + 1;
      else high = middle;
    }
    ahead.splice(low, 0, entry);
  }

  // The steps of a best chain from one thing to another, or null. Of equal ones it is that whose steps come first by rank
  // and then by where they lead.
  function chain(graph, start, end, weigh) {
    if (!graph.has(start) || !graph.has(end)) return null;
    const far = distances(graph, end, weigh);
    if (!far.has(start)) return null;
    const found = [];
    for (let here = start; here !== end;) {
      const isOnward = ([to, step]) => far.has(to) && same(plus(far.get(to), weigh(step)), far.get(here));
      const onward = [...graph.get(here)].filter(isOnward);
      const [to, step] = onward.reduce((best, one) => (isBefore(one, best) ? one : best));
      found.push({ ...step, to });
      here = to;
    }
    return found;
  }

  const address = (name) => (model.thing(name) ?? model.statement(name))?.iri ?? name;
  const isBefore = ([to, { rank }], [other, { rank: its }]) =>
    rank < its || (rank === its && model.byCode(address(to), address(other)) < 0);

  function chainOver(graph, stops, weigh) {
    const parts = stops.slice(1).map((stop, i) => chain(graph, stops[i], stop, weigh));
    return parts.includes(null) ? null : parts.flat();
  }

  // A shortest or the strongest chain from one thing to another, or null. ``avoid`` names things and statements that it must
  // not touch, ``via`` things that it must pass in this order.
  function find(start, end, { strongest = false, hedged = false, avoid = [], via = [] } = {}) {
    const shunned = new Set(avoid);
    const steps = statements().filter((one) => (one.is_edge || (hedged && isHedged(one))) && !shunned.has(one.name));
    const graph = stepGraph(steps, (one) => one.cost, shunned);
    const weigh = strongest ? ({ cost }) => [cost, 0] : ({ cost }) => [1, cost];
    const found = start === end && !via.length ? [] : chainOver(graph, [start, ...via, end], weigh);
    return found && {
      things: [start, ...found.map((step) => step.to)],
      statements: found.map((step) => step.statement.name),
      strength: found.reduce((product, step) => product * step.statement.strength, 1),
    };
  }

  // What comes nearest to a chain: the fewest statements that are no edges, and then the fewest steps, over all statements.
  function approach(start, end, { avoid = [], via = [] } = {}) {
    const shunned = new Set(avoid);
    const graph = stepGraph(statements().filter((one) => !shunned.has(one.name)), (one) => (one.is_edge ? 0 : 1), shunned);
    const found = chainOver(graph, [start, ...via, end], ({ cost }) => [cost, 1]) ?? [];
    const names = found.map((step) => step.statement.name);
    return { statements: names, missing: [...new Set(names)].filter((name) => !model.statement(name).is_edge) };
  }

  // What a chain would have to pass and to avoid at once.
  const contradiction = (start, end, { avoid = [], via = [] }) => [start, ...via, end].find((stop) => avoid.includes(stop));

  return { touches, concerns, within, find, approach, contradiction };
})();
