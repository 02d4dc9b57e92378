"use strict";
// A list of small mappings to edit, one a row: themes, resolved words, what is inferred.
const rows = (() => {
  const KINDS = {
    themes: {
      title: "Themes", one: "theme",
      fields: [{ key: "theme", label: "Theme", list: "themes" }, { key: "weight", label: "Weight", options: ["Major", "Minor"] }, { key: "why", label: "Why, in one sentence", wide: true }],
    },
    resolves: {
      title: "Words that refer", one: "referring word",
      fields: [{ key: "form", label: "Form", options: ["Pronoun", "Description", "Name"] }, { key: "to", label: "Means", list: "things" },
        { key: "words", label: "The words" }, { key: "why", label: "Why", wide: true }],
      optional: ["words", "why"],
    },
    inferred: {
      title: "Not named in the passage", one: "thing that is inferred",
      fields: [{ key: "what", label: "What", list: "things" }, { key: "why", label: "Why it may be inferred", wide: true }],
    },
  };

  function control({ key, label, list, options }, value) {
    const named = { name: key, "aria-label": label, placeholder: options ? null : label };
    if (!options) return withValue(dom.make("input", { type: "text", autocomplete: "off", list: list ? `choices-${list}` : null, ...named }), value);
    return withValue(dom.make("select", named, options.map((one) => dom.make("option", { value: one }, one))), value ?? options[0]);
  }

  function withValue(element, value) {
    element.value = String(value ?? "");
    return element;
  }

  // ``{element, add, value}``: what is shown, a way to put a row in, and what stands there.
  function make(kind, given, changed) {
    const { title, one, fields, optional = [] } = KINDS[kind];
    const body = dom.make("div", { class: "rows" });
    const kept = new WeakMap();

    function add(value = {}, focus = false) {
      const row = dom.make("div", { class: `row-of ${kind}`, role: "group", "aria-label": title });
      kept.set(row, value);
      row.append(...fields.map((field) => control(field, value[field.key])),
        dom.button("Remove", () => {
          row.remove();
          more.focus();
          changed();
        }, { "aria-label": `Remove this ${one}` }));
      body.append(row);
      changed();
      if (focus) row.querySelector("input, select").focus();
    }

    const more = dom.button(`Add a ${one}`, () => add({}, true));
    given.forEach((value) => add(value));

    function value() {
      return [...body.children].map((row) => {
        const found = { ...kept.get(row) };
        for (const { key } of fields) {
          const typed = row.querySelector(`[name="${key}"]`).value.replace(/\s+/g, " ").trim();
          // What is no string stays what it is where nobody has touched it.
          if (String(found[key] ?? "") === typed && found[key] !== undefined) continue;
          if (typed || !optional.includes(key)) found[key] = typed;
          else delete found[key];
        }
        return found;
      });
    }

    const element = dom.make("fieldset", { class: "many" }, dom.make("legend", {}, title), body, dom.make("p", {}, more));
    return { element, add, value };
  }

  return { make };
})();
