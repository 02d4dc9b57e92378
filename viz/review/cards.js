"use strict";
// The statements of the draft, one card each; the current one is open.
const cards = (() => {
  const STATES = { undecided: ["○", "Undecided"], accept: ["✓", "Accepted"], edit: ["✎", "Changed, still open"], reject: ["✗", "Rejected"] };
  const KEYS = { said_by: "Said by", said_to: "Said to", held_by: "Held by", commitment: "Commitment", polarity: "Polarity", reading: "Reading",
    frame: "Frame", holds_at: "Holds at", holds_from: "From", holds_until: "Until", note: "Note", speaker_note: "Speaker’s note", reviewer_note: "Reviewer’s note" };
  let current = null;
  const elements = new Map();

  const plural = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;

  // ── One card ─────────────────────────────────────────────────────────────────────────────────────────────────────

  function draw(id) {
    const state = decisions.stateOf(id);
    const element = elements.get(id);
    element.dataset.state = state;
    if (id === current) element.setAttribute("aria-current", "true");
    else element.removeAttribute("aria-current");
    element.tabIndex = id === current ? 0 : -1;
    element.replaceChildren(...head(id, state), ...(id === current ? body(id, state) : []));
  }

  function head(id, state) {
    const now = decisions.statement(id);
    const left = material.openKeys(now);
    const problems = material.statements.get(id).problems.length;
    const isOpen = state === "undecided" || state === "edit";
    const [sign, words] = STATES[state];
    return [
      dom.make("h3", { id: `head-${id}` }, dom.make("span", { class: "state" }, dom.make("span", { "aria-hidden": "true" }, `${sign} `), words), dom.text(id)),
      dom.make("p", { class: "gloss" }, now.gloss ? dom.text(now.gloss) : dom.make("span", { class: "lacks" }, "No gloss yet")),
      dom.make("p", { class: "triple" }, ...triple(now)),
      isOpen && (left.length || problems) ? dom.make("p", { class: "badges" },
        left.length ? dom.make("span", { class: "badge" }, `${left.length} to decide`) : null,
        problems ? dom.make("span", { class: "badge against" }, `${problems} against it`) : null) : null,
    ].filter(Boolean);
  }

  function triple(now) {
    const parts = now.triple ?? [null, null, null];
    return parts.flatMap((part, i) => {
      const text = material.partText(part);
      const label = i === 1 ? material.data.properties.get(text)?.[0] : material.labelOf(text);
      const made = part === null ? dom.make("span", { class: "lacks" }, "…") : dom.make("span", { class: i === 1 ? "property" : "part", title: label ? text : null }, dom.text(label ?? text));
      return i ? [" ", made] : [made];
    });
  }

  function body(id, state) {
    const one = material.statements.get(id);
    const now = decisions.statement(id);
    const left = material.openKeys(now);
    return [
      left.length && state !== "reject" ? dom.make("p", { class: "small" }, "Still to be decided: ", left.map((key, i) => [i ? ", " : "", dom.text(key.replace("_", " "))]).flat()) : null,
      judged(now), themes(now), ...against(one, now), notes(one),
      state === "reject" ? reason(id) : null,
      dom.make("p", { class: "ways acts" },
        act("Accept", "a", () => accept(id), state === "accept"), act("Edit", "e", () => edit(id)), act("Reject", "r", () => reject(id), state === "reject"),
        state === "undecided" ? null : act("Undo", "u", undo)),
    ].filter(Boolean);
  }

  const act = (label, key, does, pressed = null) => dom.button(dom.make("span", {}, label, " ", dom.make("kbd", { "aria-hidden": "true" }, key)), does,
    { "aria-pressed": pressed === null ? null : String(pressed), "aria-keyshortcuts": key });

  function judged(now) {
    const rows = Object.entries(KEYS).filter(([key]) => now[key] !== undefined && now[key] !== null);
    return rows.length ? dom.make("dl", {}, rows.flatMap(([key, label]) => [dom.make("dt", {}, label), dom.make("dd", {}, dom.text(material.labelOf(now[key]) ?? now[key]))])) : null;
  }

  function themes(now) {
    const some = (now.themes ?? []).map(({ theme, weight, why }) =>
      dom.make("li", {}, dom.text(material.data.themes.get(String(theme)) ?? theme), ` (${String(weight).toLowerCase()}): `, dom.text(why)));
    return some.length ? dom.make("ul", { class: "plain small" }, some) : null;
  }

  function against(one, now) {
    if (!one.problems.length) return [];
    const isChanged = !material.same(one.was, now);
    return [dom.make("div", { class: "against" },
      dom.make("h4", {}, isChanged ? "As it stood before your changes, it would have been refused" : "As it stands, it would be refused"),
      dom.make("ul", { class: "plain" }, one.problems.map(({ code, what, hint }) =>
        dom.make("li", {}, dom.make("code", {}, code), " ", dom.text(what), hint ? dom.make("small", { class: "hint" }, dom.text(hint)) : null))),
      isChanged ? dom.make("p", { class: "small" }, "It is held against the text again when the decisions are applied.") : null)];
  }

  function notes({ notes: { why, choices, cues, mentions } }) {
    const items = [
      ...Object.entries(typeof why === "object" && why ? why : { why }).filter(([, told]) => told).map(([key, told]) => [key.replace("_", " "), String(told)]),
      ...Object.entries(choices ?? {}).map(([key, some]) => [`${key} may be`, (some ?? []).join(", ")]),
      ...(cues ?? []).map((cue) => [`cue: ${cue.kind ?? ""}`, `“${cue.words ?? ""}” ${cue.suggests ? `suggests ${[].concat(cue.suggests).join(", ")}` : ""}`]),
      ...(mentions ?? []).map((one) => ["mention", `“${one.words ?? ""}” may be ${[].concat(one.may_be ?? []).join(", ")}${one.why ? `: ${one.why}` : ""}`]),
    ];
    if (!items.length) return null;
    return dom.make("details", { class: "notes" }, dom.make("summary", {}, "What the rules suggest, and why"),
      dom.make("dl", {}, items.flatMap(([key, told]) => [dom.make("dt", {}, dom.text(key)), dom.make("dd", {}, dom.text(told))])));
  }

  function reason(id) {
    const field = dom.make("input", { type: "text", maxlength: 600, autocomplete: "off", input: typed });
    // What no text of an annotation file may hold is told at once, where it can still be put otherwise.
    function typed() {
      if (field.value && !material.data.isText.test(field.value)) {
        field.value = field.value.replaceAll("<", "‹").replace(/[\p{Cc}\p{Cf}]/gu, "");
        say("Markup has no place in a reason: ‹ stands for it.");
      }
      decisions.setReason(id, field.value);
    }
    field.value = decisions.get(id)?.reason ?? "";
    return dom.make("label", { class: "reason" }, "Why, if you like ", field);
  }

  // ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────

  function accept(id = current) {
    const left = material.openKeys(decisions.statement(id));
    if (left.length) {
      edit(id);
      say(`Not yet: ${left.map((key) => key.replace("_", " ")).join(", ")} to be decided.`);
      return;
    }
    decisions.set(id, "accept");
    onward(id, `${id} accepted.`);
  }

  function reject(id = current) {
    const isMoved = Boolean(decisions.changesOf(id).passage);
    decisions.set(id, "reject", { changes: {} });
    if (isMoved) source.draw();
    onward(id, `${id} rejected.`);
  }

  function undo() {
    const id = decisions.undo();
    if (id === null) return say("There is nothing to undo.");
    source.draw();
    select(id, { told: `Undone. ` });
    return null;
  }

  function edit(id = current) {
    if (editor.openId && editor.openId !== id) return;
    if (id !== current) select(id);
    const element = elements.get(id);
    const form = editor.make(id, (decision) => finished(id, decision));
    element.replaceChildren(...head(id, decisions.stateOf(id)), form);
    const left = material.openKeys(decisions.statement(id));
    const first = [...form.querySelectorAll("textarea, input, select")].find(({ name, value }) => !value && (left.includes(name) || (left.includes("triple") && ["subject", "predicate", "object"].includes(name))));
    (first ?? form.elements.gloss).focus();
    reveal(element);
  }

  function finished(id, decision) {
    if (decision === "accept") return onward(id, `${id} accepted.`);
    draw(id);
    focus(id);
    say(decision ? `${id} changed, and still open.` : "Left as it was.");
    return null;
  }

  // On to the next that is undecided; where none is left, the reviewer stays.
  function onward(id, told) {
    const ids = inSight();
    const from = ids.indexOf(id);
    const next = [...ids.slice(from + 1), ...ids.slice(0, Math.max(from, 0))].find((one) => decisions.stateOf(one) === "undecided");
    if (next) return select(next, { told: `${told} Next: ` });
    draw(id);
    focus(id);
    say(`${told} Nothing is left undecided.`);
    return null;
  }

  // ── Going about ──────────────────────────────────────────────────────────────────────────────────────────────────

  const inSight = () => [...elements].filter(([, element]) => !element.parentElement.hidden).map(([id]) => id);
  const say = (words) => { dom.byId("told").textContent = words; };

  function select(id, { told = "", quiet = false } = {}) {
    if (editor.openId && editor.openId !== id) return say("Save or cancel the changes first.");
    const before = current;
    current = id;
    if (elements.get(id).parentElement.hidden) filter("");
    if (before && before !== id) draw(before);
    if (editor.openId !== id) draw(id);
    source.show(id);
    if (quiet) return null;
    if (editor.openId !== id) focus(id);
    const { gloss } = decisions.statement(id);
    say(`${told}${id}, ${STATES[decisions.stateOf(id)][1].toLowerCase()}. ${gloss ?? "No gloss yet."}`);
    return null;
  }

  function focus(id) {
    elements.get(id).focus({ preventScroll: true });
    reveal(elements.get(id));
  }

  // On a wide screen the list scrolls by itself; on a narrow one the page does, below the source.
  const reveal = (element) => element.scrollIntoView({ block: "nearest" });

  function step(by) {
    const ids = inSight();
    const next = ids[Math.min(Math.max(ids.indexOf(current) + by, 0), ids.length - 1)];
    if (next) select(next);
  }

  function nextUndecided() {
    const ids = inSight();
    const from = ids.indexOf(current);
    const next = [...ids.slice(from + 1), ...ids.slice(0, from + 1)].find((id) => decisions.stateOf(id) === "undecided");
    if (next) select(next);
    else say("Nothing is left undecided.");
  }

  function filter(wanted) {
    dom.byId("shown").value = wanted;
    for (const [id, element] of elements) {
      const { problems } = material.statements.get(id);
      element.parentElement.hidden = Boolean(wanted) && !(wanted === "against" ? problems.length : decisions.stateOf(id) === wanted);
    }
    const some = inSight();
    dom.byId("none").hidden = some.length > 0;
    if (some.length && !some.includes(current)) select(some[0], { quiet: true });
    if (wanted) say(`${plural(some.length, "statement")} shown.`);
  }

  function changed(ids) {
    for (const id of ids) {
      if (editor.openId !== id) draw(id);
      source.refresh(id);
    }
  }

  function start() {
    for (const id of material.statements.keys()) {
      const element = dom.make("article", { class: "card", id: `card-${id}`, "aria-labelledby": `head-${id}`,
        click: (event) => { if (id !== current && !event.target.closest("button, a, input, select, textarea, summary")) select(id); } });
      elements.set(id, element);
    }
    dom.byId("statements").replaceChildren(...[...elements.values()].map((element) => dom.make("li", {}, element)));
    current = elements.keys().next().value ?? null;
    for (const id of elements.keys()) draw(id);
    dom.byId("none").hidden = elements.size > 0;
    dom.byId("shown").addEventListener("change", (event) => filter(event.target.value));
    decisions.onChange(changed);
  }

  return { start, select, accept, reject, undo, edit, step, nextUndecided, say, plural, get current() { return current; } };
})();
