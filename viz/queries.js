"use strict";
// Queries to start from: what finds a statement with its evidence, or all that is said of a thing. Their texts stand in files.
const queries = (() => {
  const SIMPLE_LOCAL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?$/;

  // The shortest prefixed name of an IRI, or null where no prefix fits.
  function prefixed(iri) {
    for (const [prefix, space] of Object.entries(model.data.prefixes)) {
      if (iri.startsWith(space) && SIMPLE_LOCAL.test(iri.slice(space.length))) return `${prefix}:${iri.slice(space.length)}`;
    }
    return null;
  }

  const filled = (query, mark, iri) => (iri ? model.data.queries[query].replace(mark, () => prefixed(iri) ?? `<${iri}>`) : null);

  // Each takes a name of the page's and returns a query, or null where the name has no IRI, as a literal has none.
  const statement = (name) => filled("statement", "st:STATEMENT", model.statement(name)?.iri);
  const thing = (name) => filled("thing", "sev:THING", model.thing(name)?.iri ?? model.statement(name)?.iri);

  return { statement, thing, prefixed };
})();
