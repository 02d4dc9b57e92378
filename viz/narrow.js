"use strict";
// What is to be seen: each feature that narrows the graph brings a test, and a statement is shown if it passes them all.
const narrow = (() => {
  const tests = [];
  let shown = new Set();
  let things = new Set();

  // ``make`` returns a test of one statement, or null where it has nothing to say in the present state.
  const add = (make) => tests.push(make);

  function apply() {
    const present = tests.map((make) => make()).filter(Boolean);
    const fitting = [...model.data.statements.values()].filter((one) => present.every((test) => test(one)));
    shown = new Set(fitting.map((one) => one.name));
    things = isNarrowed() ? concerned(fitting) : new Set(model.data.things.keys());
    return shown;
  }

  const isNarrowed = () => shown.size < model.data.statements.size;

  // The things that the search finds by name.
  const sought = () => (state.get("q").trim() ? model.thingsCalled(state.get("q")).map(([name]) => name) : []);

  // A thing is shown with the statements that concern it, and where the search finds it by name: in the list as in the table.
  function concerned(some) {
    const named = some.flatMap((one) => [one.subject, one.object, ...model.namedBy(one)]);
    return new Set([...named, ...sought()].filter((name) => model.data.things.has(name)));
  }

  return {
    add, apply,
    get shown() { return shown; }, get things() { return things; }, get sought() { return sought(); }, get isNarrowed() { return isNarrowed(); },
  };
})();

// What is lit on the map beside a selection: the steps of a path, the answer of a question, the hits of a query.
const highlight = (() => {
  const givers = [];

  // ``give`` returns the names of statements and things to light, or null where it has none in the present state.
  const add = (give) => givers.push(give);
  const current = () => givers.map((give) => give()).find(Boolean) ?? null;

  return { add, current };
})();
