"use strict";
// Story time: what is known to hold at a moment, and what changed between two. The answers are those of
// ``severance_kg.storytime``. The order of the moments is partial: where no chain joins two, neither comes first.
const storytime = (() => {
  // ``pairs``: moments of which the first precedes the second.
  function order(pairs) {
    const next = new Map();
    for (const [earlier, later] of pairs) next.set(earlier, [...(next.get(earlier) ?? []), later]);
    const known = new Map();

    function after(moment) {
      if (known.has(moment)) return known.get(moment);
      const seen = new Set();
      const ahead = [...(next.get(moment) ?? [])];
      while (ahead.length) {
        const one = ahead.pop();
        if (seen.has(one)) continue;
        seen.add(one);
        ahead.push(...(next.get(one) ?? []));
      }
      known.set(moment, seen);
      return seen;
    }

    const precedes = (earlier, later) => after(earlier).has(later);
    const notAfter = (one, other) => one === other || precedes(one, other);
    const unordered = (one, other) => one !== other && !precedes(one, other) && !precedes(other, one);

    // Whether a time is known to take in a moment.
    function covers({ always, at, from, until }, moment) {
      if (always || at === moment) return true;
      if (at || !(from || until)) return false;
      return (!from || notAfter(from, moment)) && (!until || notAfter(moment, until));
    }

    return { precedes, notAfter, unordered, covers };
  }

  const momentsOf = ({ at, from, until }) => [at, from, until].filter(Boolean);
  const denies = (one) => one.commitment === "Asserted" && one.polarity === "Negated" && one.reading === "Literal";

  // The statements that are known to hold at a moment, by how they hold, and those of which it cannot be told.
  function holding(moment, statements, moments) {
    const edges = statements.filter((one) => one.is_edge);
    const held = edges.filter((one) => moments.covers(one.time, moment));
    return {
      atPoint: held.filter((one) => one.time.at === moment),
      through: held.filter((one) => !one.time.at && !one.time.always),
      always: held.filter((one) => one.time.always),
      denied: statements.filter((one) => denies(one) && moments.covers(one.time, moment)),
      notKnown: edges.filter((one) => !one.time.always && !momentsOf(one.time).length),
      unordered: edges.filter((one) => momentsOf(one.time).some((other) => moments.unordered(other, moment))),
    };
  }

  const allOf = ({ atPoint, through, always }) => [...atPoint, ...through, ...always];
  const triplesOf = (some) => new Set(some.map((one) => one.triple));

  // What is known to have changed from one moment to another.
  function changes(start, end, statements, moments) {
    const [then, now] = [holding(start, statements, moments), holding(end, statements, moments)];
    const ordered = moments.precedes(start, end);
    const [deniedThen, deniedNow] = [triplesOf(then.denied), triplesOf(now.denied)];
    const [triplesThen, triplesNow] = [triplesOf(allOf(then)), triplesOf(allOf(now))];
    const starts = ({ from }) => from && moments.precedes(start, from) && moments.notAfter(from, end);
    const ends = ({ until }) => until && moments.notAfter(start, until) && moments.precedes(until, end);
    const began = allOf(now).filter((one) => ordered && (deniedThen.has(one.triple) || starts(one.time)));
    const ended = allOf(then).filter((one) => ordered && (deniedNow.has(one.triple) || ends(one.time)));
    return {
      ordered, began, ended,
      turned: turned([...allOf(then), ...then.denied], [...allOf(now), ...now.denied]),
      throughout: allOf(now).filter((one) => triplesThen.has(one.triple)),
      onlyThen: allOf(then).filter((one) => !triplesNow.has(one.triple) && !ended.includes(one)),
      onlyNow: allOf(now).filter((one) => !triplesThen.has(one.triple) && !began.includes(one)),
    };
  }

  const OPPOSED = ["inTensionWith", "ratherThan", "revises"];
  const opposes = (one, other) =>
    one.relations.some((given) => OPPOSED.includes(given.relation) && given.statement === other.name);
  const isDenial = (one, other) => one.triple === other.triple && one.polarity !== other.polarity;

  // Two statements of one and the same moment may pull against each other; that is no change.
  const turned = (then, now) => then.flatMap((one) => now
    .filter((other) => isDenial(one, other) || opposes(one, other) || opposes(other, one))
    .filter((other) => one.time.at !== other.time.at)
    .map((other) => [one, other]));

  return { order, holding, changes };
})();
