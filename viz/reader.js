"use strict";
// The reader's own copy of an article: read here, compared with the passages, shown beside the statements. It is held in
// this script's memory alone: it goes to no network, no storage and no address, and is gone with the page.
const reader = (() => {
  const AROUND = 1500;
  const SLICE = 30;
  const INVITATION = "Compare with your own copy";
  // Source → its copy: {name, text, verdicts: Map(statement → found or why not)}.
  const copies = new Map();
  let turn = 0;

  const statementsOf = (source) => [...model.data.statements.values()].filter((one) => one.passage && one.source === source);
  const sources = () => [...new Set([...model.data.statements.values()].filter((one) => one.passage && one.source).map((one) => one.source))];
  const matched = (verdicts) => [...verdicts.values()].filter((verdict) => verdict.span).length;
  const plural = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;

  // ── Comparing ────────────────────────────────────────────────────────────────────────────────────────────────────

  // The browser is let breathe between passages; what was begun before a newer text or before forgetting is dropped.
  async function compare(text, source, mine) {
    const verdicts = new Map();
    let began = performance.now();
    for (const one of statementsOf(source)) {
      if (performance.now() - began > SLICE) {
        await new Promise((done) => { setTimeout(done); });
        began = performance.now();
      }
      if (mine !== turn) return null;
      verdicts.set(one.name, verdict(text, one.passage));
    }
    return verdicts;
  }

  function verdict(text, passage) {
    return passage.sha256 ? passages.locate(text, passage)
      : { error: "PassageError", what: "the passage has no digest yet, so that nothing can prove it" };
  }

  // A text is a copy of the source of which most passages are found; where none is, the reader says.
  async function read(name, content) {
    turn += 1;
    const mine = turn;
    tell(`Reading ${name} …`);
    await new Promise((done) => { setTimeout(done); });
    const text = passages.read(content);
    const found = [];
    for (const source of sources()) found.push([source, await compare(text, source, mine)]);
    if (mine !== turn) return;
    const [source, verdicts] = found.reduce((best, one) => (matched(one[1]) > matched(best[1]) ? one : best), found[0] ?? []);
    if (!source) return tell("No statement here rests on a passage: there is nothing to compare with.");
    if (!matched(verdicts) && found.length > 1) copies.set("", { name, text, verdicts: new Map() });
    else copies.set(source, { name, text, verdicts });
    refresh();
    tell(told(), { seen: false });
  }

  async function assign(held, source) {
    const { name, text } = copies.get(held);
    turn += 1;
    const verdicts = await compare(text, source, turn);
    if (!verdicts) return;
    copies.delete(held);
    copies.set(source, { name, text, verdicts });
    refresh();
    tell(told(), { seen: false });
    dom.byId("reader-found").querySelector("select, summary, button")?.focus();
  }

  function forget() {
    turn += 1;
    copies.clear();
    dom.byId("reader-text").value = "";
    dom.byId("reader-file").value = "";
    tell("");
    refresh();
  }

  async function take(files) {
    dom.byId("reader").open = true;
    for (const file of files) {
      const { text, refused } = await article.fromFile(file);
      if (refused) tell(refused);
      else await read(`“${file.name}”`, text);
    }
  }

  async function paste(event) {
    event.preventDefault();
    const field = dom.byId("reader-text");
    const { text, refused } = article.fromText(field.value);
    if (refused) return tell(refused);
    field.value = "";
    await read("the text that was pasted", text);
  }

  // ── Telling ──────────────────────────────────────────────────────────────────────────────────────────────────────

  // What the report says in sight is told for the ear alone.
  function tell(words, { seen = true } = {}) {
    dom.byId("reader-told").textContent = words;
    dom.byId("reader-told").classList.toggle("unseen", !seen);
  }
  const share = ({ verdicts }) => `${matched(verdicts)} of ${plural(verdicts.size, "passage")} found`;
  const told = () => [...copies].map(([source, copy]) => (source
    ? `${copy.name}: ${share(copy)} of ${model.data.sources.get(source)?.title ?? model.label(source)}.`
    : `${copy.name} holds no passage of any source: say which one it is a copy of.`)).join(" ");

  function refresh() {
    dom.byId("reader-found").replaceChildren(...[...copies].map(([source, copy]) => report(source, copy)));
    dom.byId("reader-forget").hidden = !copies.size;
    fold(copies.size > 0);
    const shares = [...copies].map(([source, copy]) => (source ? share(copy) : "of which source?")).join(", ");
    dom.byId("reader-summary").textContent = copies.size ? `Your copy: ${shares}` : INVITATION;
    evidence.refresh();
  }

  // Where a text has been taken, the form folds away; who stood in it goes on at what has been found.
  function fold(taken) {
    const form = dom.byId("reader-form");
    const stoodThere = form.contains(document.activeElement);
    form.open = !taken;
    if (taken && stoodThere) dom.byId("reader-summary").focus();
  }

  function report(source, copy) {
    const lost = [...copy.verdicts].filter(([, verdict]) => !verdict.span);
    const full = copy.verdicts.size && !lost.length;
    return dom.make("section", { class: "report" },
      sources().length > 1 || !source ? chooser(source) : null,
      dom.make("p", { class: full ? "verdict is-edge" : "verdict no-edge" }, dom.text(copy.name), ": ",
        source ? `${share(copy)}${full ? ", each word for word." : "."}` : "no passage of any source is in it. Say which one it is a copy of."),
      lost.length ? dom.make("details", { open: lost.length <= 5 },
        dom.make("summary", {}, `${plural(lost.length, "passage")} not found, and why`),
        dom.make("ul", { class: "plain" }, lost.map(([name, verdict]) => lostItem(name, verdict)))) : null);
  }

  const lostItem = (name, verdict) => dom.make("li", {},
    dom.button(dom.make("span", {}, dom.text(model.statement(name).gloss), dom.make("small", { class: "why" }, dom.text(reason(verdict)))),
      () => state.choose(name, "panel"), { class: "statement" }));

  // That none of its words is there says no more of a phrase than that it is not.
  const reason = ({ what, hint }) => `${what}${hint?.includes('"') ? `; ${hint}` : ""}`;

  function chooser(source) {
    const select = dom.make("select", { change: (event) => event.target.value && assign(source, event.target.value) },
      source ? null : dom.make("option", { value: "" }, "Choose a source"),
      sources().map((name) => dom.make("option", { value: name }, model.data.sources.get(name)?.title ?? model.label(name))));
    select.value = source;
    return dom.make("label", { class: "of" }, "A copy of ", select);
  }

  // ── Beside a statement ───────────────────────────────────────────────────────────────────────────────────────────

  // The words that a statement rests on as they stand in the reader's copy, or why they do not; null without a copy.
  function beside(one) {
    const copy = copies.get(one.source);
    const verdict = copy?.verdicts.get(one.name);
    if (!verdict) return dom.make("p", { class: "small" }, dom.button(INVITATION, invite));
    if (!verdict.span) {
      return dom.make("p", { class: "verdict no-edge beside" }, dom.make("strong", {}, "Your copy does not match here: "), dom.text(`${reason(verdict)}.`));
    }
    const number = passages.paragraphAt(copy.text, verdict.span[0]);
    return dom.make("div", { class: "beside" }, dom.make("h4", {}, `In your copy, paragraph ${number}`),
      dom.make("div", { class: "copy", tabindex: 0, role: "region", "aria-label": "The passage in your copy" }, ...shown(copy.text, verdict.span)));
  }

  // The paragraphs around a passage, the passage marked.
  function shown(text, span) {
    const { original } = text;
    const [start, end] = passages.originalSpan(text, span);
    const [from, to] = [Math.max(0, start - AROUND), Math.min(original.length, end + AROUND)];
    const near = text.paragraphs.map((paragraph) => passages.originalSpan(text, paragraph)).filter(([a, b]) => a < to && b > from);
    return near.map(([a, b]) => {
      const [first, last] = [Math.max(a, from), Math.min(b, to)];
      const cut = (one, other) => original.slice(Math.max(one, first), Math.min(other, last));
      const mark = start < last && end > first ? dom.make("mark", {}, cut(start, end)) : null;
      return dom.make("p", { dir: "auto" }, first > a ? "… " : null, mark ? cut(first, start) : cut(first, last), mark,
        mark ? cut(end, last) : null, last < b ? " …" : null);
    });
  }

  // Bring the marked words into view within their box, which must not move the panel.
  function reveal() {
    const mark = document.querySelector("#panel .copy mark");
    const box = mark?.closest(".copy");
    if (box) box.scrollTop += mark.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 4;
  }

  function invite() {
    dom.byId("reader").open = true;
    dom.byId("reader-form").open = true;
    dom.byId("reader").scrollIntoView({ block: "nearest" });
    dom.byId("reader-choose").focus();
  }

  // ── Taking ───────────────────────────────────────────────────────────────────────────────────────────────────────

  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const hover = (on) => { dom.byId("drop").hidden = !on; };

  function watchDrops() {
    addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      hover(true);
    });
    addEventListener("dragleave", (event) => { if (!event.relatedTarget) hover(false); });
    addEventListener("drop", (event) => {
      hover(false);
      if (!hasFiles(event)) return;
      // Else the browser would leave this page and open the file.
      event.preventDefault();
      take([...event.dataTransfer.files]);
    });
  }

  function form() {
    const file = dom.make("input", { type: "file", id: "reader-file", hidden: true, multiple: true,
      accept: ".txt,.text,.md,.html,.htm,.xhtml,text/plain,text/html", change: (event) => take([...event.target.files]) });
    return [
      dom.make("p", { class: "small" }, "Drop the article anywhere on this page, as text or as a saved web page, choose its file, or paste its words. "
        + "Each passage is looked for in it, word for word. The text stays in this page and goes with it: it is not sent and not stored."),
      dom.make("p", {}, dom.button("Choose a file", () => file.click(), { id: "reader-choose" }), file),
      dom.make("form", { submit: paste }, dom.make("label", { for: "reader-text" }, "Or paste the text"),
        dom.make("textarea", { id: "reader-text", rows: 3, autocomplete: "off", spellcheck: "false" }),
        dom.make("button", { type: "submit" }, "Find its passages")),
    ];
  }

  function start() {
    dom.byId("reader").append(
      dom.make("summary", { id: "reader-summary" }, INVITATION),
      dom.make("p", { id: "reader-told", role: "status" }),
      dom.make("div", { id: "reader-found" }),
      dom.button("Forget the text", () => {
        forget();
        tell("The text is forgotten.");
        dom.byId("reader-choose").focus();
      }, { id: "reader-forget", hidden: true }),
      dom.make("details", { id: "reader-form", open: true }, dom.make("summary", {}, "Bring a text"), ...form()));
    document.body.append(dom.make("p", { id: "drop", hidden: true, "aria-hidden": "true" }, "Drop your copy of the article"));
    watchDrops();
    // A page that is kept for going back to must not keep the text.
    addEventListener("pagehide", forget);
  }

  return { start, beside, reveal, verdict };
})();
