"use strict";
// The order of things: unpack, draw, take over what this browser has kept, then wait for the reviewer.
const review = (() => {
  function message(...children) {
    const element = dom.byId("message");
    element.replaceChildren(...children, " ", dom.button("Close", () => {
      element.hidden = true;
      dom.byId("list").focus({ preventScroll: true });
    }));
    element.hidden = false;
  }

  function progress() {
    const states = [...material.statements.keys()].map(decisions.stateOf);
    const count = (state) => states.filter((one) => one === state).length;
    const done = states.length - count("undecided");
    dom.byId("bar").max = Math.max(states.length, 1);
    dom.byId("bar").value = done;
    const parts = [["accept", "accepted"], ["edit", "changed"], ["reject", "rejected"]].filter(([state]) => count(state)).map(([state, word]) => `${count(state)} ${word}`);
    dom.byId("progress").textContent = `${done} of ${states.length} decided${parts.length ? `: ${parts.join(", ")}` : ""}`;
  }

  function save() {
    if (editor.openId) return cards.say("Save or cancel the changes first.");
    const reviewer = dom.byId("reviewer");
    if (!/\p{L}/u.test(reviewer.value)) {
      reviewer.focus();
      message("Whoever decides signs for it: write your name beside “Reviewer”, then save.");
      return null;
    }
    if (!decisions.size) {
      message("Nothing is decided yet.");
      return null;
    }
    decisions.save(reviewer.value.replace(/\s+/g, " ").trim());
    const command = `${material.data.command} ${material.data.decisions}`;
    message(dom.make("strong", {}, `${cards.plural(decisions.size, "decision")} saved as `, dom.text(material.data.decisions)), ". To apply them to the draft: ",
      dom.make("code", {}, dom.text(command)), " ", dom.button("Copy the command", async (event) => {
        event.target.closest("button").textContent = await dom.copy(command) ? "Copied" : "Select it and copy it yourself";
      }));
    return null;
  }

  function taken({ refused, taken: count, lost, reviewer }, from) {
    if (refused) return message(dom.make("strong", {}, "Not loaded. "), refused);
    if (reviewer && !dom.byId("reviewer").value) dom.byId("reviewer").value = reviewer;
    source.draw();
    cards.select(cards.current, { quiet: true });
    if (!count && !lost.length) return null;
    return message(`${cards.plural(count, "decision")} taken over ${from}.`, lost.length ? dom.make("details", {},
      dom.make("summary", {}, `${cards.plural(lost.length, "decision")} not taken over: applied already, or changed since`),
      dom.make("ul", { class: "plain" }, lost.map((one) => dom.make("li", {}, dom.text(one))))) : null);
  }

  async function load(event) {
    const [file] = event.target.files;
    if (!file) return;
    event.target.value = "";
    if (editor.openId) return cards.say("Save or cancel the changes first.");
    try {
      taken(decisions.take(await file.text()), "from the file");
    } catch {
      message("The file cannot be read.");
    }
    return null;
  }

  function skip(event) {
    const target = event.target.closest("[data-skip]");
    if (!target) return;
    event.preventDefault();
    dom.byId(target.dataset.skip).focus();
  }

  async function start() {
    await material.load();
    const { title, source: name, reviewer } = material.data;
    document.title = `Review: ${title}`;
    dom.byId("title").replaceChildren("Review: ", dom.text(title || name));
    dom.byId("reviewer").value = reviewer;
    editor.start();
    cards.start();
    source.start((id) => cards.select(id));
    keys.start();
    decisions.onChange(progress);
    progress();
    dom.byId("save").addEventListener("click", save);
    dom.byId("load").addEventListener("click", () => dom.byId("file").click());
    dom.byId("file").addEventListener("change", load);
    dom.byId("reviewer").addEventListener("change", decisions.keep);
    dom.byId("discard").addEventListener("click", () => {
      decisions.discard();
      source.draw();
      dom.byId("help").close();
      cards.say("All decisions are discarded; u brings them back.");
    });
    addEventListener("click", skip);
    addEventListener("beforeunload", (event) => { if (decisions.isUnsaved || editor.openId) event.preventDefault(); });
    const kept = decisions.kept();
    if (kept) taken(decisions.take(kept), "that this browser had kept");
    if (cards.current) cards.select(cards.current, { quiet: true });
    document.documentElement.dataset.ready = "true";
  }

  const ready = start().catch(dom.fail);
  return { ready };
})();
globalThis.review = review;
