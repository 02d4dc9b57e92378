"use strict";
// What a query found: as a table, as the W3C's CSV and JSON, as N-Triples, and as what it lights on the map. The formats are
// byte for byte the command line's.
const results = (() => {
  const ROWS = 50;
  let names = null;

  // ── The formats ──────────────────────────────────────────────────────────────────────────────────────────────────

  const json = (found) => `${JSON.stringify(found.json, null, 2)}\n`;

  function csv({ kind, json: { boolean, head, results: some } }) {
    if (kind === "boolean") return `${boolean}\r\n`;
    const line = (cells) => (cells.length === 1 && cells[0] === "" ? '""' : cells.map(quoted).join(","));
    const rows = some.bindings.map((row) => head.vars.map((name) => written(row[name])));
    return [head.vars, ...rows].map((cells) => `${line(cells)}\r\n`).join("");
  }

  const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const written = (term) => (term ? (term.type === "bnode" ? `_:${term.value}` : term.value) : "");
  const ntriples = (found) => found.triples.map(({ line }) => line).join("");

  // The kinds of file that an answer can be written as: [label, ending, media type, text].
  const files = (found) => (found.kind === "triples"
    ? [["N-Triples", "nt", "application/n-triples", ntriples]]
    : [["CSV", "csv", "text/csv", csv], ["JSON", "json", "application/sparql-results+json", json]]);

  function save(text, ending, type, name) {
    const href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
    const link = dom.make("a", { href, download: `${name}.${ending}`, class: "unseen" });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(href), 60000);
  }

  // Buttons that copy an answer or save it as a file; what they did is told in the last element.
  function ways(found, name) {
    const told = dom.make("span", { role: "status", class: "small" });
    const buttons = files(found).flatMap(([label, ending, type, write]) => [
      dom.button(`Copy ${label}`, () => dom.copyTo(told, label, write(found))),
      dom.button(`Save ${label}`, () => { save(write(found), ending, type, name); told.textContent = `Saved as ${name}.${ending}.`; }),
    ]);
    return dom.make("p", { class: "ways" }, buttons, told);
  }

  // ── The table ────────────────────────────────────────────────────────────────────────────────────────────────────

  // The page's name of what an IRI stands for, or undefined.
  function nameOf(iri) {
    names ??= new Map([
      ...[...model.data.things].filter(([, one]) => one.iri).map(([name, one]) => [one.iri, name]),
      ...[...model.data.statements].map(([name, one]) => [one.iri, name]),
    ]);
    return names.get(iri);
  }

  function cell(term, from) {
    if (!term) return dom.make("span", { class: "small" }, "–");
    if (term.type === "bnode") return dom.text(`_:${term.value}`);
    if (term.type === "literal") {
      return term.datatype?.endsWith("#anyURI") ? dom.link(term.value) : dom.text(term.value);
    }
    const name = nameOf(term.value);
    if (name !== undefined) return choice(name, from);
    const short = queries.prefixed(term.value);
    return short ? dom.make("code", {}, dom.text(short)) : dom.link(term.value);
  }

  function choice(name, from) {
    const one = model.statement(name);
    if (!one) return dom.button(model.label(name), () => state.choose(name, from), { class: "go" });
    return dom.button(dom.make("span", {}, dom.text(one.id), dom.make("span", { class: "unseen" }, `: ${one.gloss}`)),
      () => state.choose(name, from), { class: "go statement-id" });
  }

  // A sentence is not to stand in a column one word wide.
  const isLong = (term) => term?.type === "literal" && term.value.length > 24;

  const headOf = (found) => (found.kind === "triples" ? ["subject", "predicate", "object"] : found.json.head.vars);
  const rowsOf = (found) => (found.kind === "triples" ? found.triples.map(({ terms }) => terms)
    : found.json.results.bindings.map((row) => found.json.head.vars.map((name) => row[name])));

  // A table of ROWS rows at a time; ``label`` names it, and ``from`` tells where a choice in it was made.
  function table(found, label, from) {
    const rows = rowsOf(found);
    const body = dom.make("tbody", {});
    const place = dom.make("span", { role: "status" });
    let first = 0;
    const turn = (step) => {
      first = Math.min(Math.max(first + step, 0), Math.max(rows.length - 1, 0));
      const some = rows.slice(first, first + ROWS);
      body.replaceChildren(...some.map((row) => dom.make("tr", {}, row.map((term) => dom.make("td", { class: isLong(term) && "long" }, cell(term, from))))));
      place.textContent = `Rows ${first + 1} to ${first + some.length} of ${rows.length.toLocaleString("en")}`;
      back.disabled = first === 0;
      on.disabled = first + ROWS >= rows.length;
    };
    const back = dom.button("Previous rows", () => turn(-ROWS));
    const on = dom.button("Next rows", () => turn(ROWS));
    const head = dom.make("thead", {}, dom.make("tr", {}, headOf(found).map((name) => dom.make("th", { scope: "col" }, dom.text(name)))));
    turn(0);
    return dom.make("div", { class: "found" },
      dom.make("div", { class: "scroll", role: "region", "aria-label": label, tabindex: 0 }, dom.make("table", {}, head, body)),
      rows.length > ROWS ? dom.make("p", { class: "pages" }, back, on, place) : null);
  }

  // ── What is lit ──────────────────────────────────────────────────────────────────────────────────────────────────

  // What an answer names of all that is drawn, and the statements whose three terms stand in one row of it.
  function named(found) {
    const drawn = new Set([...model.data.network.nodes, ...model.data.network.edges].map(({ id }) => id));
    const lit = new Set();
    const byTriple = new Map();
    for (const one of model.data.statements.values()) {
      const key = JSON.stringify([one.subject, one.predicate, one.object]);
      byTriple.set(key, [...(byTriple.get(key) ?? []), one.name]);
    }
    for (const row of found.kind === "boolean" ? [] : rowsOf(found)) {
      const own = [...new Set(row.map(pageName).filter((name) => name !== null))];
      own.filter((name) => drawn.has(name)).forEach((name) => lit.add(name));
      for (const property of own.filter((name) => model.thing(name)?.kind === "EdgeProperty")) {
        for (const subject of own) {
          for (const object of own) (byTriple.get(JSON.stringify([subject, property, object])) ?? []).forEach((name) => lit.add(name));
        }
      }
    }
    return lit;
  }

  function pageName(term) {
    if (term?.type === "uri") return nameOf(term.value) ?? null;
    if (term?.type !== "literal") return null;
    const name = term.datatype ? `"${term.value}" (${term.datatype.split(/[#/]/).at(-1)})` : `"${term.value}"`;
    return model.thing(name) ? name : null;
  }

  return { csv, json, ntriples, table, ways, named, cell };
})();
