"use strict";
// The console: a query of one's own, run by the engine in the page or the server that it came from, with its answer in a table and on the map.
const ask = (() => {
  const START = "SELECT ?subject ?property ?object\nWHERE {\n  ?property a skg:EdgeProperty .\n  ?subject ?property ?object .\n}\nLIMIT 20\n";
  const MOST_SECONDS = 300;
  let hits = null;
  let run = 0;
  let names = null;

  const field = () => dom.byId("query");
  const mirror = () => dom.byId("query-mirror");

  // ── The editor ───────────────────────────────────────────────────────────────────────────────────────────────────

  function editor() {
    const text = dom.make("textarea", {
      id: "query", rows: 9, spellcheck: "false", autocomplete: "off", autocapitalize: "off", autocorrect: "off", wrap: "soft",
      "aria-describedby": "query-help query-error", "aria-autocomplete": "list", "aria-controls": "names", "aria-haspopup": "listbox",
      input: changed, scroll: () => { mirror().scrollTop = text.scrollTop; }, keydown: onKey,
    });
    return dom.make("div", { class: "editor" }, dom.make("pre", { id: "query-mirror", "aria-hidden": "true" }), text,
      dom.make("ul", { id: "names", role: "listbox", "aria-label": "Names", hidden: true }));
  }

  // The mirror lies behind the field and has the same text in the same places, unseen: it marks a place, and measures one.
  function mark(at, end) {
    const query = field().value;
    mirror().replaceChildren(query.slice(0, at), dom.make("mark", {}, query.slice(at, end) || " "), `${query.slice(end)}\n`);
    mirror().scrollTop = field().scrollTop;
  }

  function unmark() {
    mirror().replaceChildren();
    field().removeAttribute("aria-invalid");
    dom.byId("query-error").hidden = true;
  }

  function placeOf(at) {
    const here = dom.make("span", {}, "\u200b");
    mirror().replaceChildren(field().value.slice(0, at), here, `${field().value.slice(at)}\n`);
    const found = { left: here.offsetLeft, top: here.offsetTop + here.offsetHeight - field().scrollTop + 2 };
    mirror().replaceChildren();
    return found;
  }

  function changed() {
    unmark();
    grow();
  }

  function write(text) {
    field().value = text;
    field().setSelectionRange(0, 0);
    changed();
  }

  // As high as its text, within reason.
  function grow() {
    const text = field();
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight + 4, 340)}px`;
  }

  function onKey(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      start();
    }
  }

  // ── Running ──────────────────────────────────────────────────────────────────────────────────────────────────────

  function seconds() {
    const given = Number(dom.byId("limit").value);
    return given > 0 ? Math.min(given, MOST_SECONDS) : engine.LIMIT / 1000;
  }

  // Run what stands in the editor, and put it into the address; what was selected makes room for what is found.
  function start() {
    names.close();
    const text = field().value;
    hits = null;
    state.set({ tab: "ask", ask: text, statement: "", thing: "" }, { from: "ask" });
    return answer(text);
  }

  async function answer(text) {
    run += 1;
    const mine = run;
    unmark();
    hits = null;
    busy(true);
    tell(engine.is === "off" ? "Starting the engine …" : "Asking …");
    try {
      const found = await engine.query(text, { limitMs: seconds() * 1000 });
      if (mine === run) show(found);
    } catch (error) {
      if (mine === run) complain(error);
    } finally {
      if (mine === run) busy(false);
    }
  }

  function busy(now) {
    dom.byId("run").disabled = now;
    dom.byId("stop").disabled = !now;
    dom.byId("ask-found").setAttribute("aria-busy", String(now));
  }

  const tell = (words) => { dom.byId("ask-told").textContent = words; };
  const counted = (count, one, more) => `${count.toLocaleString("en")} ${count === 1 ? one : more}`;

  function summary(found) {
    const took = `${found.ms < 10 ? found.ms.toFixed(1) : Math.round(found.ms)} ms`;
    if (found.kind === "boolean") return `${found.json.boolean ? "Yes" : "No"}: the answer is ${found.json.boolean}. ${took}.`;
    const count = found.kind === "triples" ? counted(found.triples.length, "triple", "triples")
      : counted(found.json.results.bindings.length, "row", "rows");
    return found.more ? `The first ${count}; there are more. ${took}.` : `${count}. ${took}.`;
  }

  function show(found) {
    tell(summary(found));
    const some = found.kind === "boolean" ? 0 : (found.triples ?? found.json.results.bindings).length;
    dom.byId("ask-found").replaceChildren(...[
      some ? results.table(found, "What was found", "ask") : null,
      results.ways(found, `${model.data.says.file}-answer`),
    ].filter(Boolean));
    light(results.named(found));
    if (!some && found.kind === "rows") missing();
  }

  // Nothing was found: it may be a slip in a name.
  async function missing() {
    const mine = run;
    const unknown = await complete.unknown(state.get("ask")).catch(() => []);
    if (mine !== run) return;
    for (const [name, hint] of unknown) tell(`${dom.byId("ask-told").textContent} The graph has no ${name}${hint ? `; ${hint}` : "."}`);
  }

  function light(names) {
    hits = names?.size ? names : null;
    map.refresh();
    if (hits && !state.selection) map.reveal();
  }

  // An error in words, with its place marked in the text.
  function complain(error) {
    tell("");
    dom.byId("ask-found").replaceChildren();
    light(null);
    const told = dom.byId("query-error");
    told.hidden = false;
    told.replaceChildren(dom.make("strong", {}, dom.text(sentence(error.what ?? error.message))),
      error.where ? " " : "", error.where ? dom.button(`Go to ${error.where}`, () => goTo(error)) : "",
      error.hint ? dom.make("span", {}, " ", dom.text(sentence(error.hint))) : "");
    if (!error.where) return;
    field().setAttribute("aria-invalid", "true");
    mark(...placeIn(error));
  }

  const sentence = (words) => `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.?!…]$/.test(words) ? "" : "."}`;

  // From where to where in the text: the word at the place, or the place alone.
  function placeIn(error) {
    const at = error.token?.at ?? scan.offset(field().value, error.line, error.column);
    return [at, error.token?.end ?? at + 1];
  }

  function goTo(error) {
    field().focus();
    field().setSelectionRange(...placeIn(error));
  }

  // ── On the page ──────────────────────────────────────────────────────────────────────────────────────────────────

  // Take over a query from elsewhere and run it.
  function take(text) {
    state.set({ tab: "ask" }, { from: "ask" });
    write(text);
    field().focus();
    return start();
  }

  function panel() {
    const limit = dom.make("input", { id: "limit", type: "number", min: 1, max: MOST_SECONDS, step: 1, value: engine.LIMIT / 1000 });
    const examples = dom.make("select", { id: "examples", change: pick }, dom.make("option", { value: "" }, "Choose an example …"),
      model.data.examples.map((one, i) => dom.make("option", { value: i }, one.title)));
    return [
      dom.make("label", { for: "query" }, "Query in SPARQL"),
      editor(),
      dom.make("p", { id: "query-error", class: "notice", role: "alert", hidden: true }),
      dom.make("p", { id: "query-help", class: "small" },
        "Prefixes such as skg:, sev: and st: are known. Ctrl+Enter runs, Ctrl+Space completes a name. ",
        service.isThere ? "The query goes to the server that this page came from." : "Nothing leaves this page."),
      dom.make("p", { class: "ways" },
        dom.button("Run", start, { id: "run", class: "main" }),
        dom.button("Stop", engine.stop, { id: "stop", disabled: true }),
        dom.button("Names", completeName, { "aria-label": "Names: complete the name before the cursor" }),
        dom.make("span", {}, dom.make("label", { for: "limit" }, "Stop after "), limit, " seconds")),
      dom.make("p", { class: "ways" }, dom.make("label", { for: "examples" }, "Examples"), examples),
      dom.make("p", { id: "ask-told", role: "status" }),
      dom.make("p", { id: "names-told", class: "unseen", role: "status" }),
      dom.make("div", { id: "ask-found" }),
    ];
  }

  async function completeName() {
    field().focus();
    await complete.load();
    names.show(true);
  }

  function pick(event) {
    const one = model.data.examples[event.target.value];
    event.target.value = "";
    if (one) take(one.query);
  }

  // A query that this graph answers: the first edge's, or the shortest of all.
  function example() {
    const one = [...model.data.statements.values()].find((each) => each.is_edge && model.thing(each.subject)?.iri && model.thing(each.predicate)?.iri);
    const [subject, property] = one ? [one.subject, one.predicate].map((name) => queries.prefixed(model.thing(name).iri)) : [];
    return subject && property ? `SELECT ?what WHERE { ${subject} ${property} ?what }` : "SELECT * WHERE { ?statement skg:gloss ?gloss }";
  }

  const without = () => [
    dom.make("p", {}, "This page has no query engine of its own. The same graph answers SPARQL in a terminal:"),
    dom.make("pre", { tabindex: 0, role: "region", "aria-label": "A command" },
      dom.make("code", {}, dom.text(model.command("query", `'${example()}'`)))),
    dom.make("p", {}, "Any SPARQL program takes the files ", dom.make("code", {}, "severance.ttl"), " and ",
      dom.make("code", {}, "severance.nt"), " beside this page."),
  ];

  // The tab is opened, or the address brings a query: what another page was told to ask is asked here, too.
  function follow(changed, from) {
    if (state.get("tab") !== "ask") return;
    if (changed.has("tab")) complete.load().catch(() => {});
    if (from === "ask" || !(changed.has("ask") || changed.has("tab"))) return;
    const text = state.get("ask");
    if (!text || text === field().value) return;
    write(text);
    severance.ready.then(() => answer(text));
  }

  function footer() {
    dom.byId("engine").replaceChildren(service.isThere
      ? "SPARQL is answered by the server that this page came from; nothing else is asked of any server. "
      : engine.isThere ? "SPARQL is answered by Oxigraph, which is part of this page: nothing leaves it. "
      : dom.make("span", {}, "This page was written without an in-page SPARQL engine. To ask the graph in SPARQL, use ",
        dom.make("code", {}, dom.text(model.command("query"))), " or the file ", dom.make("code", {}, "severance.ttl"), ". "), licences());
  }

  function licences() {
    const dialog = dom.make("dialog", { id: "licences", "aria-labelledby": "licences-title" },
      dom.make("h2", { id: "licences-title" }, "Licences"),
      dom.make("p", {}, "The page’s own programs: MIT. What the graph says: CC BY 4.0. Within the page there are besides:"),
      model.data.licences.map((one) => dom.make("details", {}, dom.make("summary", {}, dom.text(one.name), " – ", dom.text(one.what)),
        dom.make("pre", { tabindex: 0, role: "region", "aria-label": `Licence of ${one.name}` }, dom.text(one.text)))),
      dom.button("Close", () => dialog.close()));
    document.body.append(dialog);
    return dom.button("Licences", () => dialog.showModal(), { class: "go", "aria-haspopup": "dialog" });
  }

  function begin() {
    Object.assign(severance, { engine, queries });
    footer();
    dom.byId("ask").replaceChildren(...(engine.isThere ? panel() : without()));
    if (!engine.isThere) return;
    field().value = START;
    names = complete.attach(field(), dom.byId("names"), dom.byId("names-told"), placeOf);
    highlight.add(() => (state.get("tab") === "ask" ? hits : null));
    state.onChange(follow);
  }

  return { start: begin, take };
})();
