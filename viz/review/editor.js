"use strict";
// The form in which a statement is changed. Nothing is decided until it is saved.
const editor = (() => {
  const JUDGED = {
    commitment: ["Asserted", "Hedged", "Reported", "Hypothetical"],
    polarity: ["Affirmed", "Negated"],
    reading: ["Literal", "Figurative"],
    frame: ["StoryWorld", "Production", "Interpretation"],
  };
  const USUAL = { polarity: "Affirmed", reading: "Literal" };
  const PARTS = ["subject", "predicate", "object"];
  const LABELS = {
    gloss: "Gloss: the statement as one sentence of your own", subject: "Subject", predicate: "Property", object: "Object",
    commitment: "Commitment", polarity: "Polarity", reading: "Reading", frame: "Frame", said_by: "Said by", held_by: "Held by",
    holds_at: "Holds at", holds_from: "From", holds_until: "Until", note: "Note",
    speaker_note: "Why these are the speaker’s words", reviewer_note: "Why you let it in against a cue",
  };
  const LISTS = { subject: "things", object: "things", predicate: "properties", said_by: "things", held_by: "things", holds_at: "moments", holds_from: "moments", holds_until: "moments" };
  const FREE = ["gloss", "note", "speaker_note", "reviewer_note"];
  const LONGEST = 600;
  let open = null; // {id, form, …}

  const tidy = (text) => text.replace(/\s+/g, " ").trim();

  // ── Fields ───────────────────────────────────────────────────────────────────────────────────────────────────────

  function fieldOf(one, now, key) {
    const id = `field-${key}`;
    const value = PARTS.includes(key) ? material.partText(now.triple?.[PARTS.indexOf(key)]) : now[key] ?? "";
    const input = JUDGED[key] ? select(key, id, now) : dom.make(FREE.includes(key) ? "textarea" : "input",
      { id, name: key, type: FREE.includes(key) ? null : "text", rows: FREE.includes(key) ? 2 : null, autocomplete: "off", maxlength: LONGEST,
        list: LISTS[key] ? `choices-${LISTS[key]}` : null, spellcheck: FREE.includes(key) ? "true" : "false", "aria-describedby": `${id}-about` });
    if (!JUDGED[key]) input.value = value;
    return dom.make("div", { class: "field" }, dom.make("label", { for: id }, LABELS[key]), input,
      dom.make("div", { class: "about", id: `${id}-about` }, dom.make("small", { class: "told" }), suggestions(one, key, input), whyOf(one, key)));
  }

  function select(key, id, now) {
    const given = Object.hasOwn(now, key) ? now[key] : USUAL[key] ?? null;
    const input = dom.make("select", { id, name: key, "aria-describedby": `${id}-about` },
      given === null ? dom.make("option", { value: "" }, "Choose") : null,
      JUDGED[key].map((value) => dom.make("option", { value }, value)));
    input.value = given ?? "";
    return input;
  }

  function suggestions(one, key, input) {
    const some = one.notes.choices?.[key];
    if (!Array.isArray(some) || !some.length) return null;
    return dom.make("span", { class: "suggested" }, "Suggested: ", some.map((value) => dom.button(String(value), () => {
      input.value = String(value);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    })));
  }

  function whyOf(one, key) {
    const why = one.notes.why?.[PARTS.includes(key) ? (key === "subject" ? "triple" : "") : key];
    return typeof why === "string" ? dom.make("small", { class: "why" }, "Why: ", dom.text(why)) : null;
  }

  // ── The passage ──────────────────────────────────────────────────────────────────────────────────────────────────

  function passageField() {
    const shown = dom.make("q", { class: "words", dir: "auto" });
    const told = dom.make("p", { class: "small", role: "status" });
    const { data } = material;

    function set(words) {
      const span = words && material.spanOfWords(words);
      const isOne = span && material.paragraphOf(span[0]) === material.paragraphOf(span[1] - 1);
      told.textContent = !span ? "There is no word there." : !isOne ? "A passage lies in one paragraph." : "";
      if (!isOne) return;
      open.words = words;
      shown.textContent = data.text.slice(...span);
    }
    const moved = (end, by) => () => {
      const words = [...(open.words ?? [0, 1])];
      words[end] += by;
      if (words[0] >= 0 && words[1] <= data.words.length && words[0] < words[1]) set(words);
    };
    const span = decisions.spanOf(open.id);
    const takes = dom.button("Take the words selected in the source", () => (source.chosen ? set(material.wordsAt(source.chosen)) : (told.textContent = "Select words in the source first.")),
      { id: "take-words", pointerdown: (event) => event.preventDefault() });
    const element = dom.make("fieldset", { class: "passage-field" }, dom.make("legend", {}, "Passage"), dom.make("p", {}, shown),
      dom.make("p", { class: "ways" }, takes,
        dom.button("◂ start", moved(0, -1), { "aria-label": "Start one word earlier" }), dom.button("start ▸", moved(0, 1), { "aria-label": "Start one word later" }),
        dom.button("◂ end", moved(1, -1), { "aria-label": "End one word earlier" }), dom.button("end ▸", moved(1, 1), { "aria-label": "End one word later" })), told);
    if (span) {
      set(material.wordsAt(span));
      open.before = open.words;
    } else told.textContent = "The passage is not in this text.";
    return element;
  }

  // ── Names that nothing bears yet ─────────────────────────────────────────────────────────────────────────────────

  function declares() {
    const element = dom.make("div", { class: "declares" });
    const kept = new Map();

    function refresh() {
      const wanted = ["subject", "object", "said_by", "held_by", "holds_at", "holds_from", "holds_until"]
        .map((key) => tidy(open.form.elements[key].value)).filter((name) => material.data.isEntityName.test(name) && name !== "Always" && !isKnown(name));
      const names = [...new Set([...wanted, ...open.many.inferred.value().map(({ what }) => String(what)), ...open.many.resolves.value().map(({ to }) => String(to))])]
        .filter((name) => material.data.isEntityName.test(name) && !isKnown(name));
      for (const row of [...element.children]) if (!names.includes(row.dataset.name)) row.remove();
      for (const name of names.filter((one) => ![...element.children].some((row) => row.dataset.name === one))) element.append(row(name));
    }

    function row(name) {
      const given = kept.get(name) ?? { type: "", label: name.replace(/(?<=[a-z])(?=[A-Z])/g, " ") };
      kept.set(name, given);
      const type = dom.make("select", { "aria-label": `What ${name} is`, change: (event) => { given.type = event.target.value; } },
        dom.make("option", { value: "" }, "Not declared"), material.data.classes.map((value) => dom.make("option", { value }, value)));
      const label = dom.make("input", { type: "text", "aria-label": `The label of ${name}`, maxlength: LONGEST, input: (event) => { given.label = event.target.value; } });
      type.value = given.type;
      label.value = given.label;
      return dom.make("p", { class: "row-of declare", "data-name": name }, dom.make("span", {}, "Nothing is called ", dom.text(name), " yet. It is a "), type, dom.make("span", {}, "called"), label);
    }

    const value = () => [...element.children].map((one) => [one.dataset.name, kept.get(one.dataset.name)])
      .filter(([, given]) => given.type).map(([name, given]) => [name, { type: given.type, label: tidy(given.label) || name }]);
    return { element, refresh, value };
  }

  const isKnown = (name) => material.data.things.has(name) || decisions.entities.has(name);

  // ── The form ─────────────────────────────────────────────────────────────────────────────────────────────────────

  function make(id, done) {
    const one = material.statements.get(id);
    const now = decisions.statement(id);
    const form = dom.make("form", { class: "editor", "aria-label": `Change ${id}`, submit: (event) => { event.preventDefault(); finish("accept"); } });
    const field = (key) => fieldOf(one, now, key);
    open = { id, one, now, form, done, words: null, before: null };
    const told = () => open?.declares?.refresh();
    open.many = Object.fromEntries(["themes", "resolves", "inferred"].map((kind) => [kind, rows.make(kind, now[kind] ?? [], () => setTimeout(told))]));
    open.declares = declares();
    const needs = /unsupported|speaker|voices|firm|negation|figure|roles|thing-twice|time/.test(one.problems.map(({ code }) => code).join(" "))
      || ["resolves", "inferred", "speaker_note", "reviewer_note"].some((key) => now[key]?.length);
    form.append(...[
      field("gloss"), dom.make("div", { class: "three" }, PARTS.map(field)), open.declares.element,
      dom.make("div", { class: "four" }, Object.keys(JUDGED).map(field)), dom.make("div", { class: "two" }, field("said_by"), field("held_by")),
      passageField(), dom.make("div", { class: "three" }, field("holds_at"), field("holds_from"), field("holds_until")),
      suggestedThemes(one), open.many.themes.element, field("note"),
      dom.make("details", { open: needs }, dom.make("summary", {}, "What the passage leaves open"), open.many.resolves.element, open.many.inferred.element, field("speaker_note"), field("reviewer_note")),
      dom.make("p", { class: "ways acts" }, dom.make("button", { type: "submit", class: "main" }, "Accept as changed ", dom.make("kbd", { "aria-hidden": "true" }, "Ctrl ↵")),
        dom.button("Save, leave open", () => finish("edit")), dom.button("Cancel", () => close())),
    ].filter(Boolean));
    form.addEventListener("input", (event) => {
      event.target.setCustomValidity?.("");
      tell(event.target);
      open.declares.refresh();
    });
    for (const element of form.elements) tell(element);
    return form;
  }

  function suggestedThemes(one) {
    const some = one.notes.choices?.themes;
    if (!Array.isArray(some) || !some.length) return null;
    return dom.make("p", { class: "suggested" }, "Suggested themes: ", some.map((theme) => dom.button(String(theme), () => open.many.themes.add({ theme: String(theme) }, true),
      { title: one.notes.why?.[`theme ${theme}`] ?? null })));
  }

  // What a name that was typed stands for.
  function tell(element) {
    const told = element.parentElement?.querySelector(".told");
    if (!told) return;
    const value = tidy(element.value ?? "");
    const { things, properties, moments } = material.data;
    const found = { things: things.get(value), properties: properties.get(value), moments: [moments.get(value)] }[LISTS[element.name]];
    const text = found?.[0] ? found.filter(Boolean).join(" · ") : "";
    told.replaceChildren(...(text && text !== value ? [dom.text(text)] : []));
  }

  // ── What was changed ─────────────────────────────────────────────────────────────────────────────────────────────

  function collected() {
    const { one: { was }, form, many } = open;
    const found = {};
    const value = (key) => tidy(form.elements[key].value);
    const triple = PARTS.map((key, i) => {
      const before = was.triple?.[i] ?? null;
      return value(key) === material.partText(before) ? before : value(key) || null;
    });
    if (!material.same(triple, was.triple ?? [null, null, null])) found.triple = triple;
    for (const key of [...FREE, ...Object.keys(JUDGED), "said_by", "held_by", "holds_at", "holds_from", "holds_until"]) {
      const typed = value(key) || null;
      const isThere = Object.hasOwn(was, key);
      const isOpen = isThere && was[key] === null;
      if (typed === (was[key] ?? null) && !(isOpen && !material.data.wanted.includes(key) && !JUDGED[key])) continue;
      if (!isThere && typed === (USUAL[key] ?? null)) continue;
      found[key] = typed;
    }
    for (const [kind, list] of Object.entries(many)) {
      const listed = list.value();
      if (!material.same(listed, was[kind] ?? [])) found[kind] = listed.length ? listed : null;
    }
    const kept = decisions.changesOf(open.id).passage;
    if (open.words && !material.same(open.words, open.before)) found.passage = { characters: material.charactersOfWords(open.words) };
    else if (kept) found.passage = kept;
    return found;
  }

  // The first thing that cannot stand, as [element, why].
  function wrong(changes, decision) {
    const { form, one } = open;
    const texts = [...form.querySelectorAll("textarea, .many input")].filter(({ value }) => tidy(value));
    const bad = texts.find(({ value }) => !material.data.isText.test(tidy(value)) || tidy(value).length > LONGEST);
    if (bad) return [bad, "Markup, control characters and marks that turn the direction have no place here."];
    const spaced = ["subject", "predicate", "said_by", "held_by", "holds_at", "holds_from", "holds_until"].map((key) => form.elements[key]).find(({ value }) => /\s/.test(tidy(value)));
    if (spaced) return [spaced, "A name has no spaces: take the local name, such as InnieMark."];
    const predicate = form.elements.predicate;
    const isKept = tidy(predicate.value) === material.partText(one.was.triple?.[1]);
    if (tidy(predicate.value) && !isKept && !material.data.properties.has(tidy(predicate.value).replace(/^skg:/, ""))) return [predicate, "There is no such property: choose one of the list."];
    const empty = [...form.querySelectorAll(".many :is(input, select)")].find(({ name, value }) => !tidy(value) && ["theme", "to", "what"].includes(name))
      ?? [...form.querySelectorAll(":is(.themes, .inferred) [name=why]")].find(({ value }) => !tidy(value));
    if (empty) return [empty, "Fill it in, or remove the row."];
    if (decision !== "accept") return null;
    const left = material.openKeys(material.changed(one.was, changes));
    if (!left.length) return null;
    const part = PARTS.find((key) => !tidy(form.elements[key].value));
    return [form.elements[left[0] === "triple" ? part : left[0]] ?? form.elements.gloss, "Still to be decided."];
  }

  function finish(decision) {
    const changes = collected();
    const found = wrong(changes, decision);
    if (found) {
      const [element, why] = found;
      element.closest("details")?.setAttribute("open", "");
      element.setCustomValidity(why);
      element.reportValidity();
      element.focus();
      return;
    }
    const { id, declares: { value }, done } = open;
    const declared = value();
    open = null;
    decisions.set(id, decision, { changes, declared });
    source.draw();
    done(decision);
  }

  function close() {
    const { done } = open;
    open = null;
    done(null);
  }

  // The lists from which fields suggest; made once.
  function start() {
    const { things, properties, moments, themes } = material.data;
    const list = (name, some) => dom.make("datalist", { id: `choices-${name}` }, [...some].map(([value, label]) => dom.make("option", { value, label })));
    const labels = (some) => [...some].map(([name, [label, more]]) => [name, `${label} (${more})`]);
    dom.byId("choices").replaceChildren(list("things", labels(things)), list("properties", labels(properties)),
      list("moments", [...moments, ["Always", "Always"]]), list("themes", themes));
  }

  return {
    start, make, finish, close,
    get openId() { return open?.id ?? null; },
    get chosen() { return open?.words ? material.charactersOfWords(open.words) : null; },
  };
})();
