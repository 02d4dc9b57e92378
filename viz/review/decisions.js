"use strict";
// What the reviewer has decided: kept in this browser as it is made, saved as a file, read back from one.
const decisions = (() => {
  const FORM = "severance-kg decisions 1";
  const VERDICTS = ["accept", "edit", "reject"];
  const MOST = 1000;
  const listeners = new Set();
  // Statement → {decision, changes, reason}.
  let made = new Map();
  // Name → {type, label}: what is declared on the way.
  let entities = new Map();
  const past = [];
  let saved = "";

  const onChange = (listener) => listeners.add(listener);
  const get = (id) => made.get(id) ?? null;
  const changesOf = (id) => made.get(id)?.changes ?? {};
  const stateOf = (id) => made.get(id)?.decision ?? "undecided";
  const statement = (id) => material.changed(material.statements.get(id).was, changesOf(id));

  // The words in which a passage is shown, where it has been chosen anew or stands as it was.
  function spanOf(id) {
    const chosen = changesOf(id).passage;
    return chosen ? material.spanOfCharacters(chosen.characters) : material.statements.get(id).span;
  }

  // ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────

  function remember(what) {
    past.push({ made: new Map(made), entities: new Map(entities), what });
    if (past.length > MOST) past.shift();
  }

  function set(id, decision, { changes = changesOf(id), reason = "", declared = new Map() } = {}) {
    remember(id);
    for (const [name, given] of declared) entities.set(name, given);
    const isNothing = decision === "edit" && !Object.keys(changes).length;
    if (isNothing) made.delete(id);
    else made.set(id, { decision, changes: decision === "reject" ? {} : changes, reason: decision === "reject" ? reason : "" });
    told([id]);
  }

  // A reason is typed letter by letter, which is no step to undo.
  function setReason(id, reason) {
    made.set(id, { ...made.get(id), reason });
    keep();
  }

  // Take the last step back; returns the statement that it was about.
  function undo() {
    const last = past.pop();
    if (!last) return null;
    const ids = new Set([...made.keys(), ...last.made.keys()]);
    ({ made, entities } = last);
    told([...ids]);
    return last.what;
  }

  function discard() {
    const ids = [...made.keys()];
    remember(ids[0] ?? null);
    made = new Map();
    entities = new Map();
    told(ids);
  }

  function told(ids) {
    keep();
    listeners.forEach((listener) => listener(ids));
  }

  // ── As a file ────────────────────────────────────────────────────────────────────────────────────────────────────

  const day = () => {
    const now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  };

  function line(id) {
    const { decision, changes, reason } = made.get(id);
    const found = { statement: id, decision, was: material.statements.get(id).was };
    if (Object.keys(changes).length) found.changes = changes;
    if (reason.trim()) found.reason = reason.trim();
    return `  ${JSON.stringify(found)}`;
  }

  // A decision a line, as the command line writes it.
  function written(reviewer) {
    const { source, draft, digest } = material.data;
    const head = { form: FORM, source, draft, text: digest, reviewer, on: day(), entities: Object.fromEntries(entities) };
    const fields = Object.entries(head).map(([key, value]) => ` ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
    const ids = [...material.statements.keys()].filter((id) => made.has(id));
    fields.push(` "decisions": ${ids.length ? `[\n${ids.map(line).join(",\n")}\n ]` : "[]"}`);
    return `{\n${fields.join(",\n")}\n}\n`;
  }

  const content = () => material.data.statements.filter(({ id }) => made.has(id)).map(({ id }) => line(id)).join("\n");
  const isUnsaved = () => content() !== saved;

  function save(reviewer) {
    const address = URL.createObjectURL(new Blob([written(reviewer)], { type: "application/json" }));
    const link = dom.make("a", { href: address, download: material.data.decisions });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    saved = content();
  }

  // Take over decisions that still fit; returns how many, and why not the others.
  function take(text) {
    let given;
    try {
      given = JSON.parse(text);
    } catch {
      return { refused: "It is no whole JSON: the file is damaged, or something else." };
    }
    if (given?.form !== FORM || !Array.isArray(given.decisions)) return { refused: "It holds no decisions of a review." };
    const { source, digest } = material.data;
    if (given.source !== source) return { refused: `It holds decisions on “${given.source}”, and this is “${source}”.` };
    const lost = [];
    const found = new Map();
    for (const one of given.decisions) {
      const why = unfit(one, given.text === digest);
      if (why) lost.push(`${typeof one?.statement === "string" ? one.statement : "a decision without a statement"}: ${why}`);
      else found.set(one.statement, { decision: one.decision, changes: one.decision === "reject" ? {} : one.changes ?? {}, reason: one.reason ?? "" });
    }
    remember(null);
    made = new Map([...made, ...found]);
    entities = new Map([...entities, ...declared(given.entities)]);
    told([...found.keys()]);
    return { taken: found.size, lost, reviewer: typeof given.reviewer === "string" ? given.reviewer : "" };
  }

  function unfit(one, sameText) {
    const here = typeof one?.statement === "string" ? material.statements.get(one.statement) : null;
    if (!here) return "there is no such statement here";
    if (!VERDICTS.includes(one.decision) || (one.reason !== undefined && typeof one.reason !== "string")) return "this is no decision";
    if (!material.isSame(here.was, one.was)) return "the statement has changed since";
    const changes = one.changes ?? {};
    if (typeof changes !== "object" || Array.isArray(changes)) return "this is no decision";
    if (Object.keys(changes).some((key) => !material.data.editable.includes(key) || !fits(key, changes[key]))) return "its changes cannot be read";
    if (changes.passage && (!sameText || !material.spanOfCharacters(changes.passage.characters))) return "its passage was chosen in another text";
    return null;
  }

  const isList = (value, test) => Array.isArray(value) && value.every(test);
  function fits(key, value) {
    if (value === null) return true;
    if (key === "triple") return Array.isArray(value) && value.length === 3;
    if (key === "passage") return isList(value.characters, Number.isInteger) && value.characters.length === 2;
    if (["themes", "resolves", "inferred"].includes(key)) return isList(value, (one) => one && typeof one === "object");
    return typeof value === "string";
  }

  const declared = (given) => Object.entries(given ?? {})
    .filter(([name, one]) => material.data.isEntityName.test(name) && typeof one?.type === "string" && typeof one.label === "string");

  // ── In this browser ──────────────────────────────────────────────────────────────────────────────────────────────

  // The decisions alone, never the text. A browser may keep nothing for a file, and the page goes on without it.
  const key = () => `severance-kg review ${material.data.source} ${material.data.file}`;

  function keep() {
    try {
      if (made.size) localStorage.setItem(key(), written(dom.byId("reviewer").value));
      else localStorage.removeItem(key());
    } catch { /* as above */ }
  }

  function kept() {
    try {
      return localStorage.getItem(key());
    } catch {
      return null;
    }
  }

  return {
    onChange, get, changesOf, stateOf, statement, spanOf, set, setReason, undo, discard, written, save, take, keep, kept,
    get size() { return made.size; },
    get entities() { return entities; },
    get isUnsaved() { return isUnsaved(); },
    markSaved() { saved = content(); },
  };
})();
