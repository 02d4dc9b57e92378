"use strict";
// The SPARQL service of the server that the page came from, where it came from one: queries go there by the SPARQL 1.1
// Protocol, and nowhere else, since the page's policy allows no other address.
const service = (() => {
  const ROWS = "application/sparql-results+json";
  const TRIPLES = "application/n-triples";
  const TERM = /\s*(?:<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?)/y;
  const SIGNS = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };
  let under = null;

  const address = () => model.data.endpoint;

  // As the worker answers: ``{json}``, or ``{triples}`` of which there are no more than ``most``.
  async function query({ text, ofTriples, most, limitMs }) {
    const mine = new AbortController();
    under = mine;
    try {
      const response = await fetch(`${address()}?timeout=${limitMs / 1000}`, {
        method: "POST", body: text, signal: mine.signal, cache: "no-store", redirect: "error",
        headers: { "Content-Type": "application/sparql-query", Accept: ofTriples ? TRIPLES : ROWS },
      });
      const told = await response.text();
      if (!response.ok) throw refusal(response, told);
      return ofTriples ? { triples: triples(told, most) } : { json: told };
    } catch (error) {
      // Browsers differ in what they throw when they are told to stop, and in the words for a server that is gone.
      if (mine.signal.aborted) throw mine.signal.reason;
      throw error instanceof engine.QueryError ? error : gone();
    }
  }

  // End what is under way: the server sees that nobody waits any longer, and ends it, too.
  const stop = (reason) => under?.abort(reason);

  // Every refusal of the server's has one shape: ``{error, where, hint}``. What stands between it and the page may answer otherwise.
  function refusal(response, told) {
    const kind = response.status === 400 ? "syntax" : [503, 504, 507].includes(response.status) ? "stopped" : "broken";
    try {
      const { error, where, hint } = JSON.parse(told);
      const [line = null, column = null] = /^line (\d+), column (\d+)$/.exec(where)?.slice(1).map(Number) ?? [];
      return new engine.QueryError(String(error), { hint, line, column, kind });
    } catch {
      return new engine.QueryError(`the server answers ${response.status} ${response.statusText}`.trim(), { hint: "try it again later", kind });
    }
  }

  const gone = () => new engine.QueryError("the server that this page came from cannot be reached",
    { hint: "start it again, or open the page where it runs", kind: "broken" });

  // ── N-Triples ────────────────────────────────────────────────────────────────────────────────────────────────────

  function triples(told, most) {
    const lines = told.split("\n").filter((line) => line.trim()).sort().slice(0, most);
    return lines.map((line) => ({ line: `${line}\n`, terms: terms(line) }));
  }

  function terms(line) {
    TERM.lastIndex = 0;
    return [TERM.exec(line), TERM.exec(line), TERM.exec(line)].map((found) => term(found ?? []));
  }

  function term([, iri, bnode, value = "", language, datatype]) {
    if (iri !== undefined) return { type: "uri", value: plain(iri) };
    if (bnode !== undefined) return { type: "bnode", value: bnode };
    return { type: "literal", value: plain(value), ...(language ? { "xml:lang": language } : datatype ? { datatype } : {}) };
  }

  const plain = (text) => text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g,
    (_, short, long, sign) => (sign === undefined ? String.fromCodePoint(parseInt(short ?? long, 16)) : SIGNS[sign] ?? sign));

  return { query, stop, get isThere() { return Boolean(address()); } };
})();
