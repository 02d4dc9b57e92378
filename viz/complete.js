"use strict";
// Names offered while one writes a query: prefixed names with their labels, keywords, the query's own variables. A text field
// with a list box, as the ARIA practices have it: the arrows walk, Enter takes, Escape closes, and Tab leaves as ever.
const complete = (() => {
  const MOST = 8;
  const NAMES = "SELECT ?iri ?text WHERE { VALUES (?rank ?label) { (1 rdfs:label) (1 skos:prefLabel) (2 skos:altLabel) } "
    + "?iri ?label ?text FILTER NOT EXISTS { ?iri a skg:Statement } } ORDER BY ?rank ?text";
  const PROPERTIES = "SELECT DISTINCT ?iri WHERE { ?subject ?iri ?object }";
  const CLASSES = "SELECT DISTINCT ?iri WHERE { ?subject a ?iri }";
  const BASE = "https://w3id.org/severance-kg/";
  let known = null;

  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  // All that has a prefixed name, from the graph itself, each with what it is called: the first is its label.
  async function load() {
    if (known) return;
    const found = new Map(Object.keys(model.data.prefixes).map((prefix) => [`${prefix}:`, ["prefix"]]));
    for (const one of model.data.statements.values()) add(found, one.iri, one.gloss);
    for (const query of [NAMES, PROPERTIES, CLASSES]) {
      for (const { iri, text } of (await engine.query(query)).json.results.bindings) add(found, iri.value, text?.value);
    }
    known = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, called]) => ({ name, label: called[0] ?? "", called: called.map(folded) }));
  }

  function add(found, iri, text) {
    const name = queries.prefixed(iri);
    if (name) found.set(name, [...(found.get(name) ?? []), ...(text ? [text] : [])]);
  }

  // The project's own names in a query that the graph does not hold, each with the nearest one that it does.
  async function unknown(query) {
    await load();
    const own = [...new Set([...scan.tokens(query)].filter(({ kind }) => kind === "name").map(({ text }) => text))]
      .filter((name) => model.data.prefixes[name.split(":")[0]]?.startsWith(BASE) && name.split(":")[1]);
    const found = [];
    for (const name of own) {
      const { json } = await engine.query(`ASK { { ${name} ?p ?o } UNION { ?s ${name} ?o } }`);
      if (!json.boolean) found.push([name, scan.didYouMean(name, known.map((one) => one.name))]);
    }
    return found;
  }

  // The piece of a query that ends at a place: ``{from, text}``.
  function pieceAt(query, at) {
    const text = /[?$]?[\p{L}\p{N}_-]*(?::[\p{L}\p{N}_.-]*)?$/u.exec(query.slice(0, at))[0];
    return { from: at - text.length, text };
  }

  // What may stand in the place of a piece, the likeliest first.
  function offers(piece, query) {
    if (/^[?$]/.test(piece)) {
      const own = [...new Set(query.match(/[?$][\p{L}\p{N}_]+/gu) ?? [])].filter((name) => name !== piece && name.startsWith(piece));
      return own.map((name) => ({ name, label: "variable" })).slice(0, MOST);
    }
    const [prefix, local] = piece.includes(":") ? piece.split(":") : [null, piece];
    const sought = folded(local);
    const rank = ({ name, called }) => {
      const own = [folded(prefix === null ? name : name.slice(prefix.length + 1)), folded(name.split(":")[1] ?? "")];
      if (own[0].startsWith(sought)) return 0;
      if ([...own, ...called].some((one) => one.startsWith(sought))) return 1;
      return [...own, ...called].some((one) => one.includes(sought)) ? 2 : null;
    };
    const among = prefix === null
      ? [...scan.KEYWORDS.map((name) => ({ name, label: "keyword", called: [] })), ...(known ?? [])]
      : (known ?? []).filter(({ name }) => name.startsWith(`${prefix}:`) && name.length > prefix.length + 1);
    const ranked = among.map((one) => [rank(one), one]).filter(([place]) => place !== null);
    return ranked.sort(([a], [b]) => a - b).slice(0, MOST).map(([, one]) => one);
  }

  // Give a text field its list. ``place`` returns where in the field's frame the list is to stand.
  function attach(field, list, told, place) {
    let open = [];
    let at = -1;

    function close() {
      open = [];
      at = -1;
      list.hidden = true;
      list.replaceChildren();
      field.removeAttribute("aria-activedescendant");
      told.textContent = "";
    }

    function show(asked) {
      if (!known) load().catch(() => {});
      const { from, text } = pieceAt(field.value, field.selectionStart);
      const complete = asked ? true : text.includes(":") && text.split(":")[0] in model.data.prefixes;
      const found = complete && field.selectionStart === field.selectionEnd ? offers(text, field.value) : [];
      if (!found.length || (found.length === 1 && found[0].name === text)) {
        close();
        if (asked) told.textContent = "No name fits.";
        return;
      }
      open = found;
      list.replaceChildren(...found.map((one, i) => dom.make("li", { role: "option", id: `name-${i}`, "aria-selected": "false",
        pointerdown: (event) => { event.preventDefault(); take(i); } },
      dom.make("code", {}, dom.text(one.name)), " ", dom.make("small", {}, dom.text(one.label)))));
      const { left, top } = place(from);
      list.hidden = false;
      list.style.left = `${Math.max(Math.min(left, list.parentElement.clientWidth - list.offsetWidth), 0)}px`;
      list.style.top = `${top}px`;
      walk(0);
      told.textContent = `${found.length} ${found.length === 1 ? "name" : "names"}: arrows to walk, Enter to take, Escape to close.`;
    }

    function walk(to) {
      list.children[at]?.setAttribute("aria-selected", "false");
      at = (to + open.length) % open.length;
      list.children[at].setAttribute("aria-selected", "true");
      field.setAttribute("aria-activedescendant", `name-${at}`);
    }

    function take(i) {
      const { name } = open[i];
      const { from } = pieceAt(field.value, field.selectionStart);
      field.setRangeText(name, from, field.selectionStart, "end");
      close();
      field.focus();
      // A prefix alone is only the beginning of a name.
      if (name.endsWith(":")) show(false);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    function onKey(event) {
      if (event.ctrlKey && event.code === "Space") {
        event.preventDefault();
        show(true);
        return;
      }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!open.length || event.ctrlKey || event.metaKey || event.altKey) return;
      if (step) walk(at + step);
      else if (event.key === "Enter") take(at);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    }

    field.addEventListener("keydown", onKey);
    field.addEventListener("input", (event) => { if (event.isTrusted) show(false); });
    field.addEventListener("blur", close);
    field.addEventListener("click", close);
    return { show, close, get isOpen() { return open.length > 0; } };
  }

  return { load, unknown, attach, offers, pieceAt };
})();
