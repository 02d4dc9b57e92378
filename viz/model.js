"use strict";
// The data: unpacked once, with what can be looked up in it.
const model = (() => {
  let data = null;
  let searchable = new Map();
  let names = new Map(); // by IRI
  let bearers = new Map(); // by label or other name, letter case aside
  let broader = new Map(); // from a theme to itself and those above it

  async function load() {
    const found = await dom.unpack("data").json();
    // Names come from the data: a Map has no inherited names for them to meet.
    const byName = (some) => new Map(Object.entries(some));
    const { statements } = found;
    data = {
      ...found,
      statements: new Map(statements.map((one) => [one.name, one])),
      things: byName(found.things),
      sources: byName(found.sources),
      themes: byName(found.themes),
    };
    searchable = new Map(statements.map((one) => [one.name, folded(wordsOf(one))]));
    index();
  }

  // Of several things of one name it is the entity, and then the first by address: as in Python's ``resolve``.
  function index() {
    const some = [...data.things].filter(([, one]) => one.iri);
    const { sev } = data.prefixes;
    some.sort(([, a], [, b]) => b.iri.startsWith(sev) - a.iri.startsWith(sev) || byCode(a.iri, b.iri));
    names = new Map(some.map(([name, one]) => [one.iri, name]));
    for (const one of data.statements.values()) names.set(one.iri, one.name);
    broader = new Map();
    for (const [theme, within] of data.themes) for (const one of within) broader.set(one, [...(broader.get(one) ?? []), theme]);
    bearers = new Map();
    for (const [name, one] of some) {
      for (const text of [one.label, ...one.names].map(caseless)) if (!bearers.has(text)) bearers.set(text, name);
    }
  }

  // The name of the thing or statement that somebody means: by local name, prefixed name, address, label or other name.
  function resolve(text) {
    const { sev, theme, src, skg, st } = data.prefixes;
    const addresses = text.includes(":") ? [expanded(text)] : [sev, theme, src, skg].map((space) => space + text);
    const address = [...addresses, st + text].find((one) => names.has(one));
    return names.get(address) ?? bearers.get(caseless(text)) ?? null;
  }

  function expanded(text) {
    const bare = text.replace(/^[<>]+|[<>]+$/g, "");
    const [prefix, local] = [bare.slice(0, bare.indexOf(":")), bare.slice(bare.indexOf(":") + 1)];
    return Object.hasOwn(data.prefixes, prefix) && !local.startsWith("//") ? data.prefixes[prefix] + local : bare;
  }

  // Python compares strings by their characters, JavaScript by halves of them.
  function byCode(a, b) {
    let i = 0;
    while (i < a.length && a[i] === b[i]) i += 1;
    return (a.codePointAt(i) ?? -1) - (b.codePointAt(i) ?? -1);
  }

  // As Python's casefold: letter by letter, and through the capitals, of which ß has two.
  const caseless = (text) => Array.from(text, (one) => (one === "ı" ? one : caselessLetter(one))).join("");
  const caselessLetter = (one) => one.toLowerCase().toUpperCase().toLowerCase();

  const statement = (name) => data.statements.get(name);
  const thing = (name) => data.things.get(name);
  const label = (name) => thing(name)?.label ?? statement(name)?.gloss ?? String(name ?? "");
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const called = (name) => (thing(name) ? [thing(name).label, ...thing(name).names] : [label(name)]);

  const wordsOf = (one) =>
    [one.id, one.gloss, label(one.predicate), ...called(one.subject), ...called(one.object), label(one.said_by)].join(" ");

  const fits = (text, sought) => folded(sought).split(/\s+/).every((word) => text.includes(word));

  const matches = (one, sought) => !sought.trim() || fits(searchable.get(one.name), sought.trim());

  const thingsCalled = (search) => [...data.things].filter(([name, one]) =>
    !search.trim() || fits(folded([name, one.label, one.definition ?? "", ...one.names].join(" ")), search.trim()));

  // Edges before what is only said; within each, the order of the graph.
  const edgesFirst = (some) => [...some.filter((one) => one.is_edge), ...some.filter((one) => !one.is_edge)];

  // The things that a statement names beside its subject and object.
  function namedBy(one) {
    return new Set([
      one.predicate, one.said_by, one.said_to, one.held_by, one.time.at, one.time.from, one.time.until, one.rule, one.source,
      ...themesOf(one), ...one.resolutions.map((given) => given.refers_to),
    ]);
  }

  // The themes that a statement carries, and those that take them in.
  const themesOf = (one) => one.themes.flatMap((given) => broader.get(given.theme) ?? [given.theme]);

  // A command of the terminal's, told of which graph it is to speak.
  function command(...words) {
    const { endpoint, says } = data;
    const options = endpoint ? `--endpoint ${new URL(endpoint, location.href.split("#")[0]).href}` : says.options;
    return ["severance-kg", ...words, options].filter(Boolean).join(" ");
  }

  // All statements that have to do with a thing, grouped by what it is to them; none is in two groups.
  function about(name) {
    const within = new Set(data.themes.get(name) ?? []);
    const groups = [
      ["", (one) => one.subject === name || one.object === name],
      ["Said by it", (one) => one.said_by === name],
      ["Its view, as told by others", (one) => one.held_by === name],
      ["Said to it", (one) => one.said_to === name],
      ["Carrying this theme", (one) => one.themes.some((given) => within.has(given.theme))],
      ["Of this time", (one) => [one.time.at, one.time.from, one.time.until].includes(name)],
      ["With words that mean it", (one) => one.resolutions.some((given) => given.refers_to === name)],
      ["With this property", (one) => one.predicate === name],
      ["By this rule", (one) => one.rule === name],
      ["From this source", (one) => one.source === name],
    ];
    const taken = new Set();
    return groups.map(([title, test]) => {
      const some = [...data.statements.values()].filter((one) => !taken.has(one.name) && test(one));
      some.forEach((one) => taken.add(one.name));
      return [title, edgesFirst(some)];
    }).filter(([, some]) => some.length);
  }

  // How other statements bear on one, told from its side: [words, name] pairs, each once.
  function related(one) {
    const found = one.relations.map((given) => [words.relation[given.relation]?.[0] ?? given.relation, given.statement]);
    for (const other of data.statements.values()) {
      for (const given of other.relations) {
        if (given.statement === one.name) found.push([words.relation[given.relation]?.[1] ?? given.relation, other.name]);
      }
      if (other.premises.includes(one.name)) found.push(["From this follows", other.name]);
      if (other.subject === one.name || other.object === one.name) found.push(["Spoken of in", other.name]);
    }
    if (statement(one.subject)) found.push(["Speaks of", one.subject]);
    if (statement(one.object)) found.push(["Speaks of", one.object]);
    return [...new Map(found.map((pair) => [JSON.stringify(pair), pair])).values()];
  }

  return {
    load, statement, thing, label, resolve, byCode, matches, thingsCalled, command, namedBy, themesOf, about, related,
    get data() { return data; },
  };
})();
