"use strict";
// What is reviewed: the text, the statements of the draft, the names that they may use. Nothing here changes.
const material = (() => {
  let data = null;
  let statements = new Map();

  async function load() {
    const found = await dom.unpack("data").json();
    // A Map has no inherited names for those of the data to meet.
    const byName = (some) => new Map(Object.entries(some));
    const { things, properties, moments, themes } = found.names;
    data = {
      ...found,
      things: byName(things),
      properties: byName(properties),
      moments: byName(moments),
      themes: byName(themes),
      classes: found.names.classes,
      isText: new RegExp(found.rules.text, "u"),
      isEntityName: new RegExp(found.rules.entityName, "u"),
    };
    statements = new Map(found.statements.map((one) => [one.id, one]));
  }

  // One string for one value, whatever the order of its keys.
  function canonical(value) {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (!value || typeof value !== "object") return JSON.stringify(value ?? null);
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  const same = (one, other) => canonical(one) === canonical(other);

  // Of a passage the digest counts: its paragraph may have moved.
  const comparable = (was) => (was?.passage?.sha256 ? { ...was, passage: was.passage.sha256 } : was);
  const isSame = (one, other) => same(comparable(one), comparable(other));

  // A statement with changes made: null takes a key away, or empties what has to be decided.
  function changed(was, changes) {
    const found = { ...was };
    for (const [key, value] of Object.entries(changes)) {
      if (value !== null) found[key] = value;
      else if (data.wanted.includes(key) && Object.hasOwn(was, key)) found[key] = null;
      else delete found[key];
    }
    return found;
  }

  // The keys that are still to be decided, as severance_kg.drafting.undecided has them.
  function openKeys(statement) {
    const empty = Object.keys(statement).filter((key) => statement[key] === null);
    if (Array.isArray(statement.triple) && statement.triple.includes(null)) empty.push("triple");
    return [...new Set([...empty, ...data.wanted.filter((key) => !Object.hasOwn(statement, key))])];
  }

  // What stands in a triple, as it is written and typed.
  const partText = (part) => String(part?.value ?? part ?? "");
  const labelOf = (name) => data.things.get(String(name).replace(/^sev:/, ""))?.[0] ?? null;

  // The words of the text that a span of the original touches, as places in the table of words.
  function wordsAt([start, end]) {
    const first = data.words.findIndex((word) => word[1] > start);
    let last = data.words.findIndex((word) => word[0] >= end);
    if (last < 0) last = data.words.length;
    return first < 0 || first >= last ? null : [first, last];
  }
  const spanOfWords = ([first, last]) => [data.words[first][0], data.words[last - 1][1]];
  const charactersOfWords = ([first, last]) => [data.words[first][2], data.words[last - 1][3]];

  function spanOfCharacters([start, end]) {
    const first = data.words.findIndex((word) => word[2] >= start);
    const last = data.words.findLastIndex((word) => word[3] <= end);
    return first < 0 || last < first ? null : [data.words[first][0], data.words[last][1]];
  }

  const paragraphOf = (at) => data.paragraphs.findLastIndex(([start]) => start <= at);

  return {
    load, same, isSame, changed, openKeys, partText, labelOf,
    wordsAt, spanOfWords, charactersOfWords, spanOfCharacters, paragraphOf,
    get data() { return data; },
    get statements() { return statements; },
  };
})();
