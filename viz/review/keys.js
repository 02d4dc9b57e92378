"use strict";
// The keyboard. Single keys count where nobody types, and can be switched off.
const keys = (() => {
  const ALL = [
    [["j", "↓"], "the next statement", () => cards.step(1)],
    [["k", "↑"], "the one before", () => cards.step(-1)],
    [["n"], "the next that is undecided", () => cards.nextUndecided()],
    [["a"], "accept it", () => cards.accept()],
    [["e"], "edit it", () => cards.edit()],
    [["r"], "reject it", () => cards.reject()],
    [["u"], "undo the last step", () => cards.undo()],
    [["s"], "save the decisions as a file", () => dom.byId("save").click()],
    [["?"], "these keys", () => help()],
  ];
  const ARROWS = { ArrowDown: "j", ArrowUp: "k" };
  const does = new Map(ALL.flatMap(([names, , act]) => names.map((name) => [name, act])));

  const isTyping = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;

  function pressed(event) {
    if (dom.byId("help").open || event.isComposing) return;
    if (editor.openId) return inEditor(event);
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const isArrow = Object.hasOwn(ARROWS, event.key);
    if (isArrow ? document.activeElement?.closest("#source, summary") : !dom.byId("single").checked && event.key !== "?") return;
    const act = does.get(isArrow ? ARROWS[event.key] : event.key);
    if (!act || !cards.current) return;
    event.preventDefault();
    act();
  }

  function inEditor(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      editor.close();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      editor.finish("accept");
    } else if (event.key === "Enter" && event.target.matches?.("input")) {
      // Else a name that was chosen from a list would accept the statement.
      event.preventDefault();
    }
  }

  const help = () => dom.byId("help").showModal();

  function start() {
    const more = [[["Ctrl ↵"], "in the form: accept it as changed"], [["Esc"], "in the form: leave it as it was"]];
    dom.byId("help-keys").replaceChildren(...[...ALL, ...more].flatMap(([names, what]) =>
      [dom.make("dt", {}, names.map((name, i) => [i ? " or " : "", dom.make("kbd", {}, name)]).flat()), dom.make("dd", {}, what)]));
    document.addEventListener("keydown", pressed);
    dom.byId("keys").addEventListener("click", help);
    dom.byId("close").addEventListener("click", () => dom.byId("help").close());
  }

  return { start };
})();
