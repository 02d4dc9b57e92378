"use strict";
// The graph as two tables, for who would rather read than look: every statement and every thing, sorted and filtered by
// column, each row the way to its evidence. They show what the narrowing leaves, and are written when first asked for.
const tables = (() => {
  // Rows are written so many at a time, so that the first stand there at once and the page answers meanwhile.
  const PIECE = 150;
  const FEW = 25;
  const pause = () => new Promise((done) => { setTimeout(done); });
  const inOrder = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  // ── Columns: a title, the text of a row, its width, and ``choice`` where few different texts are to be chosen from ─────

  const label = (name) => (name ? model.label(name) : "");
  const column = (title, text, more = {}) => ({ title, text, ...more });

  function storyTime({ always, at, from, until }) {
    if (always) return "always";
    return [["at", at], ["from", from], ["until", until]].filter(([, name]) => name).map(([word, name]) => `${word} ${label(name)}`).join(" ");
  }

  const STATEMENTS = [
    column("Statement", (one) => one.gloss, { width: "wide" }),
    column("Subject", (one) => label(one.subject)),
    column("Property", (one) => label(one.predicate)),
    column("Object", (one) => label(one.object)),
    column("Edge", (one) => (one.is_edge ? "edge" : "no edge"), { choice: true, width: "slim" }),
    column("Said by", (one) => label(one.said_by), { choice: true }),
    column("Said to", (one) => label(one.said_to), { choice: true }),
    column("Whose view", (one) => label(one.held_by), { choice: true }),
    column("How firmly", (one) => words.short[one.commitment], { choice: true, width: "slim" }),
    column("Affirmed or denied", (one) => words.polarity[one.polarity], { choice: true }),
    column("Reading", (one) => words.reading[one.reading], { choice: true }),
    column("About", (one) => words.frame[one.frame], { choice: true }),
    column("Story time", (one) => storyTime(one.time), { choice: true }),
    column("Themes", (one) => one.themes.map((given) => label(given.theme)).join("; ")),
    column("Kind", (one) => words.kind[one.kind], { choice: true }),
    column("Source", (one) => label(one.source), { choice: true, width: "wide" }),
    column("Paragraph", (one) => (one.passage ? String(one.passage.paragraph) : ""), { width: "slim" }),
    column("Id", (one) => one.id),
  ];

  const THINGS = [
    column("Thing", (one) => one.label, { width: "wide" }),
    column("Kind", (one) => model.data.kinds[one.kind], { choice: true }),
    column("Also called", (one) => one.names.join("; ")),
    column("Definition", (one) => one.definition ?? "", { width: "wide" }),
    column("Statements", (one) => String(one.count.own), { width: "slim" }),
    column("Edges", (one) => String(one.count.edges), { width: "slim" }),
    column("Named elsewhere", (one) => String(one.count.other), { width: "slim" }),
    column("Id", (one) => one.name),
  ];

  // ── What is in them ──────────────────────────────────────────────────────────────────────────────────────────────

  // The things, each with how many statements concern it.
  function things() {
    const found = new Map([...model.data.things].map(([name, one]) =>
      [name, { ...one, name, count: { own: 0, edges: 0, other: 0 } }]));
    for (const one of model.data.statements.values()) {
      const own = new Set([one.subject, one.object]);
      for (const name of new Set([...own, ...model.namedBy(one)])) {
        const thing = found.get(name);
        if (!thing) continue;
        thing.count[own.has(name) ? "own" : "other"] += 1;
        thing.count.edges += Number(own.has(name) && one.is_edge);
      }
    }
    return [...found.values()].sort((a, b) => inOrder.compare(a.label, b.label));
  }

  const statements = () => [...model.data.statements.values()];

  // ── A table ──────────────────────────────────────────────────────────────────────────────────────────────────────

  // ``rows`` is asked for when the table is first shown; ``shown`` gives the names that the narrowing leaves; ``mark`` makes what
  // stands before a row's name.
  function make(view, { noun, columns, rows, shown, mark }) {
    const panel = dom.byId(view);
    const told = dom.make("p", { role: "status", class: "small" });
    const body = dom.make("tbody", { role: "rowgroup" });
    const filters = columns.map(() => "");
    let entries = null;
    let written = 0;
    let current = null;
    let turn = 0;
    let sorted = { column: null, direction: 1 };

    function head() {
      const cells = columns.map((one, i) => dom.make("th", { scope: "col", role: "columnheader" },
        dom.button(one.title, () => sort(i))));
      return dom.make("thead", { role: "rowgroup" }, dom.make("tr", { role: "row" }, cells));
    }

    function row(entry) {
      const { one, texts } = entry;
      const button = dom.button(dom.make("span", {}, mark(one) || dom.make("span", {}), dom.text(texts[0])), () => state.choose(one.name, "table"), { tabindex: -1 });
      entry.button = button;
      entry.row = dom.make("tr", { role: "row" }, dom.make("th", { scope: "row", role: "rowheader" }, button),
        texts.slice(1).map((text) => dom.make("td", { role: "cell" }, text)));
      entry.row.addEventListener("click", (event) => {
        if (!event.target.closest("button") && getSelection().isCollapsed) state.choose(one.name, "table");
      });
      return entry.row;
    }

    // In pieces; a table that is left before the last is written goes on when it is shown again.
    async function write() {
      while (written < entries.length && !panel.hidden) {
        const piece = entries.slice(written, written + PIECE);
        written += piece.length;
        body.append(...piece.map(row));
        apply();
        await pause();
      }
    }

    function columnFilter(one, i) {
      const change = (event) => {
        filters[i] = event.target.value;
        apply();
      };
      const values = one.choice ? [...new Set(entries.map(({ texts }) => texts[i]))].sort(inOrder.compare) : [];
      const field = one.choice
        ? dom.make("select", { change }, dom.make("option", { value: "" }, "all"),
          values.map((text) => dom.make("option", { value: `=${text}` }, text || "(none)")))
        : dom.make("input", { type: "search", autocomplete: "off", spellcheck: "false", input: change });
      return dom.make("label", {}, one.title, field);
    }

    const passes = ({ texts }) => filters.every((wanted, i) => !wanted
      || (columns[i].choice ? texts[i] === wanted.slice(1) : texts[i].toLowerCase().includes(wanted.toLowerCase())));

    function apply() {
      const names = shown();
      for (const entry of entries) {
        entry.shown = passes(entry) && names.has(entry.one.name);
        if (!entry.row || entry.row.hidden === !entry.shown) continue;
        entry.row.hidden = !entry.shown;
        entry.row.classList.remove("laid");
      }
      const count = entries.filter((entry) => entry.shown).length;
      const sentence = count === entries.length ? `${count} ${noun}s` : `${count} of ${entries.length} ${noun}s`;
      if (told.textContent !== sentence) told.textContent = sentence;
      rove(entries.find(({ button }) => button?.tabIndex === 0 && !button.closest("tr").hidden) ?? shownEntries()[0]);
      layOut();
    }

    // Rows out of sight are laid out a few at a time, since laying out thousands at once would hold the page; until it is,
    // a row has no cells for a screen reader (measured in Chromium 156).
    async function layOut() {
      turn += 1;
      const mine = turn;
      const waiting = shownEntries().filter(({ row }) => !row.classList.contains("laid"));
      for (let i = 0; i < waiting.length; i += FEW) {
        await pause();
        if (mine !== turn || panel.hidden) return;
        waiting.slice(i, i + FEW).forEach(({ row }) => row.classList.add("laid"));
      }
    }

    function sort(i) {
      const next = sorted.column !== i ? 1 : -sorted.direction;
      sorted = sorted.column === i && sorted.direction < 0 ? { column: null, direction: 1 } : { column: i, direction: next };
      panel.querySelectorAll("thead th").forEach((cell, at) => {
        if (at === sorted.column) cell.setAttribute("aria-sort", sorted.direction > 0 ? "ascending" : "descending");
        else cell.removeAttribute("aria-sort");
      });
      // What has no value stands last, whichever way.
      const empty = (a, b) => Number(!a.texts[i]) - Number(!b.texts[i]);
      const order = (a, b) => empty(a, b) || sorted.direction * inOrder.compare(a.texts[i], b.texts[i]) || a.at - b.at;
      entries.sort(sorted.column === null ? (a, b) => a.at - b.at : order);
      body.append(...entries.map((entry) => entry.row ?? row(entry)));
      entries.forEach((entry) => entry.row.classList.remove("laid"));
      written = entries.length;
      apply();
    }

    // One row can be reached by Tab, the others from it by arrows: a table of thousands is one stop, as the map is.
    const shownEntries = () => entries.filter((entry) => entry.shown && entry.row);
    function rove(entry) {
      for (const { button } of entries) if (button?.tabIndex === 0 && button !== entry?.button) button.tabIndex = -1;
      if (entry) entry.button.tabIndex = 0;
    }

    function walk(event) {
      const some = shownEntries();
      const at = some.findIndex(({ button }) => button === event.target);
      const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: some.length - 1 }[event.key];
      if (at < 0 || !some[next]) return;
      event.preventDefault();
      rove(some[next]);
      some[next].button.focus();
    }

    function selected() {
      const { statement, thing } = state.selection ?? {};
      const name = statement ?? thing;
      for (const { one, button } of entries) {
        if (!button) continue;
        if (one.name === name) button.setAttribute("aria-current", "true");
        else button.removeAttribute("aria-current");
      }
      if (name !== current) reveal(entries.find(({ one, row }) => row && one.name === name));
      current = name;
    }

    // Bring the row of what was selected elsewhere into view, within its box alone.
    function reveal(entry) {
      if (!entry?.shown) return;
      const box = entry.row.closest(".table-box");
      const [here, there] = [entry.row.getBoundingClientRect(), box.getBoundingClientRect()];
      const head = box.querySelector("thead").offsetHeight;
      if (here.top < there.top + head || here.bottom > there.bottom) box.scrollTop += here.top - there.top - head - box.clientHeight / 3;
    }

    const csv = () => [columns.map(({ title }) => title), ...entries.filter((entry) => entry.shown).map(({ texts }) => texts)]
      .map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");

    function build() {
      entries = rows().map((one, at) => ({ one, at, texts: columns.map(({ text }) => text(one)), shown: true }));
      const done = dom.make("span", { role: "status", class: "small" });
      // A row is a grid, so that those out of sight need not be laid out; the roles say what a browser then forgets.
      const table = dom.make("table", { role: "table" }, dom.make("caption", { class: "unseen" }, `The ${noun}s of the graph. `
        + "A row’s button opens its evidence; the buttons of the head sort."), head(), body);
      table.style.setProperty("--tracks", columns.map((one) => `var(--${one.width ?? "usual"})`).join(" "));
      panel.append(
        dom.make("div", { class: "table-tools" }, told,
          dom.button("Copy as CSV", () => dom.copyTo(done, "CSV", csv())),
          dom.button("Download CSV", () => download(`${noun}s.csv`, csv())), done,
          dom.make("details", { class: "column-filters" }, dom.make("summary", {}, "Filter by column"),
            dom.make("div", {}, columns.map(columnFilter)))),
        dom.make("div", { class: "table-box", tabindex: 0, role: "region", "aria-label": `Table of ${noun}s` },
          table));
      body.addEventListener("keydown", walk);
      body.addEventListener("focusin", (event) => rove(entries.find(({ button }) => button === event.target)));
    }

    function show() {
      if (panel.hidden) return;
      if (!entries) build();
      apply();
      write().then(selected);
    }

    return { show };
  }

  // As RFC 4180 has it. A cell that a spreadsheet would take for a formula is marked as text, as OWASP advises.
  function cell(text) {
    const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.]+$/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  function download(name, text) {
    const address = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
    dom.make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  let made = [];
  const show = () => made.forEach((table) => table.show());

  function start() {
    made = [
      make("statements-table", { noun: "statement", columns: STATEMENTS, rows: statements, shown: () => narrow.shown, mark: (one) => legend.statement(one) }),
      make("things-table", { noun: "thing", columns: THINGS, rows: things, shown: () => narrow.things, mark: (one) => legend.shape(one.kind) }),
    ];
  }

  return { start, show };
})();
