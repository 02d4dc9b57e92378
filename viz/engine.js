"use strict";
// Oxigraph in a worker: one query at a time, each of which can be ended. Ending means that the worker is thrown away, since
// the engine listens to nobody while it works; the next query makes a new one. A page that came from a server asks that instead.
const engine = (() => {
  const LIMIT = 10000;
  const MOST = 10000;
  const SECOND = 1000;
  let worker = null;
  let starting = null;
  let script = null;
  let waiting = new Map();
  let last = Promise.resolve();
  let lives = 0;
  let stops = 0;
  let id = 0;
  let is = "off";

  const isThere = () => service.isThere || dom.byId("engine-module") !== null;
  // What goes wrong with a query: ``what`` in words, a ``hint``, and where it is known ``line`` and ``column`` counted from
  // one, and the ``token`` there, with its place in the text.
  class QueryError extends Error {
    constructor(what, { hint = null, line = null, column = null, token = null, kind = "syntax" } = {}) {
      super(what);
      Object.assign(this, { name: "QueryError", what, hint, line, column, token, kind });
    }

    get where() { return this.line === null ? null : `line ${this.line}, column ${this.column}`; }
  }

  const packed = (part) => dom.byId(`engine-${part}`).textContent;

  async function scriptAddress() {
    script ??= URL.createObjectURL(new Blob([await dom.unpack("engine-script").arrayBuffer()], { type: "text/javascript" }));
    return script;
  }

  function send(job, given) {
    return new Promise((resolve, reject) => {
      id += 1;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, job, given });
    });
  }

  function receive({ data: { id: answered, found, error } }) {
    const one = waiting.get(answered);
    waiting.delete(answered);
    if (error) one?.reject(Object.assign(new Error(error.message), { broken: error.broken }));
    else one?.resolve(found);
  }

  // ── Starting and ending ──────────────────────────────────────────────────────────────────────────────────────────

  function start() {
    if (!isThere()) return Promise.reject(new QueryError("this page has no query engine", { kind: "missing" }));
    if (service.isThere) return Promise.resolve();
    starting ??= begin();
    return starting;
  }

  async function begin() {
    is = "starting";
    const life = lives;
    const address = await scriptAddress();
    if (life !== lives) throw stopped();
    worker = new Worker(address);
    worker.onmessage = (event) => { if (life === lives) receive(event); };
    worker.onerror = (event) => {
      event.preventDefault();
      if (life === lives) end(unstarted(event.message || "the browser does not let it"));
    };
    try {
      await send("start", { module: packed("module"), graph: packed("graph") });
    } catch (error) {
      const told = error instanceof QueryError ? error : unstarted(error.message);
      if (life === lives) end(told);
      throw told;
    }
    is = "ready";
  }

  const stopped = () => new QueryError("the query was stopped", { kind: "stopped" });
  const unstarted = (why) => new QueryError(`the query engine does not start: ${why}`, { kind: "broken" });

  function end(reason) {
    service.stop(reason);
    worker?.terminate();
    worker = null;
    starting = null;
    lives += 1;
    const left = [...waiting.values()];
    waiting = new Map();
    is = "off";
    left.forEach(({ reject }) => reject(reason));
  }

  // End what is under way, and what waits its turn.
  function stop() {
    stops += 1;
    end(stopped());
  }

  // ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────

  // Answers as ``{kind: "rows" | "boolean", json}`` with the W3C's JSON, or ``{kind: "triples", triples}``, each with its three
  // ``terms`` and its ``line`` of N-Triples; ``more`` tells that there was more than ``most``, and ``ms`` how long it took.
  function query(text, { limitMs = LIMIT, most = MOST } = {}) {
    const before = stops;
    const turn = last.catch(() => {}).then(() => {
      if (before !== stops) throw stopped();
      return ask(String(text), limitMs, most);
    });
    last = turn;
    return turn;
  }

  async function ask(text, limitMs, most) {
    const kind = scan.check(text);
    await start();
    is = "busy";
    const began = performance.now();
    const timer = setTimeout(() => end(tooLong(limitMs / SECOND)), limitMs);
    try {
      return { ...(await run(text, kind, { most, limitMs })), ms: performance.now() - began };
    } catch (error) {
      if (error.broken) end(stopped());
      throw error instanceof QueryError ? error : error.broken ? tooMuch() : scan.inWords(text, error.message);
    } finally {
      clearTimeout(timer);
      if (is === "busy") is = "ready";
    }
  }

  // The server knows the prefixes by itself.
  const work = (given) => (service.isThere ? service.query(given) : send("query", { ...given, text: scan.declared(given.text) }));

  async function run(text, kind, { most, limitMs }) {
    if (kind === "CONSTRUCT" || kind === "DESCRIBE") {
      const found = (await work({ text, ofTriples: true, most: most + 1, limitMs })).triples;
      return { kind: "triples", triples: found.slice(0, most), more: found.length > most };
    }
    const json = JSON.parse((await select(text, kind, { most, limitMs })).json);
    if ("boolean" in json) return { kind: "boolean", json: { head: {}, boolean: json.boolean }, more: false };
    const { vars } = json.head;
    const { bindings } = json.results;
    const rows = bindings.slice(0, most).map((row) => inOrder(row, vars));
    return { kind: "rows", json: { head: { vars }, results: { bindings: rows } }, more: bindings.length > most };
  }

  // In the order that Python gives, so that the same answer is the same file.
  const inOrder = (row, vars) => Object.fromEntries(vars.filter((name) => name in row).map((name) => {
    const { type, value, "xml:lang": language, datatype } = row[name];
    return [name, { type, value, ...(language ? { "xml:lang": language } : datatype ? { datatype } : {}) }];
  }));

  // The engine is told to find no more than is shown. Where it does not understand that, it gets the query as it stands, so
  // that an error is about what the reader wrote.
  async function select(text, kind, { most, limitMs }) {
    const short = kind === "SELECT" ? scan.limited(text, most + 1) : text;
    try {
      return await work({ text: short, limitMs });
    } catch (error) {
      if (short === text || error.broken || (error instanceof QueryError && error.kind !== "syntax")) throw error;
      return work({ text, limitMs });
    }
  }

  const tooLong = (seconds) => new QueryError(`the query was stopped after ${seconds} ${seconds === 1 ? "second" : "seconds"}`,
    { kind: "stopped", hint: "ask for less at once, or set a longer time limit" });
  const tooMuch = () =>
    new QueryError("the query was too much for the engine", { kind: "broken", hint: "write it flatter, or ask for less at once" });

  return {
    start, query, stop, QueryError, LIMIT,
    get isThere() { return isThere(); },
    get is() { return is === "off" && service.isThere ? "ready" : is; },
  };
})();
