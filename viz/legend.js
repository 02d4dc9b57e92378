"use strict";
// Small drawings of the shapes and lines, the same as on the map, with what they mean.
const legend = (() => {
  // A sample is as long as a short line on the map, so its dashes are shorter.
  const DASH = 0.5;
  const POINTS = {
    hexagon: "9,2 15.1,5.5 15.1,12.5 9,16 2.9,12.5 2.9,5.5",
    square: "3,3 15,3 15,15 3,15",
    triangle: "9,2 16,15 2,15",
    triangleDown: "2,3 16,3 9,16",
    diamond: "9,1.5 16.5,9 9,16.5 1.5,9",
    star: "9,1 11,6.6 17,6.7 12.3,10.3 14,16 9,12.6 4,16 5.7,10.3 1,6.7 7,6.6",
    bar: "2,7 16,7 16,11 2,11",
    cross: "7,2 11,2 11,7 16,7 16,11 11,11 11,16 7,16 7,11 2,11 2,7 7,7",
  };

  function shape(kind) {
    const given = model.data.legend.shapes[kind];
    if (!given) return "";
    const look = { class: `kind ${given.filled ? "filled" : "hollow"}`, "data-kind": kind };
    const body = given.shape === "dot"
      ? dom.draw("circle", { ...look, cx: 9, cy: 9, r: 7 })
      : dom.draw("polygon", { ...look, points: POINTS[given.shape] });
    return dom.draw("svg", { class: "sample", width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true" }, body);
  }

  // Any element may be put at the end or the middle of the line.
  function line(look, dashes, ...marks) {
    return dom.draw("svg", { class: "sample", width: 52, height: 14, viewBox: "0 0 52 14", "aria-hidden": "true" },
      dom.draw("line", { class: `line ${look}`, x1: 1, y1: 7, x2: 46, y2: 7, "stroke-dasharray": dashes.map((length) => length * DASH).join(" ") || null }),
      ...marks);
  }

  const arrow = (look) => dom.draw("polygon", { class: `head ${look}`, points: "44,3 51,7 44,11" });
  const bar = () => dom.draw("rect", { class: "head said", x: 45, y: 1, width: 3, height: 12 });
  const dot = () => dom.draw("circle", { class: "head inferred", cx: 24, cy: 7, r: 3.2 });
  const lozenge = () => dom.draw("polygon", { class: "head said", points: "24,2 29,7 24,12 19,7" });

  const commitment = (name) => {
    const look = name === "Asserted" ? "edge" : "said";
    return line(look, model.data.legend.lines[name], arrow(look));
  };

  function statement(one) {
    const look = one.kind === "InferredStatement" ? "inferred" : one.is_edge ? "edge" : "said";
    const marks = [one.polarity === "Negated" ? bar() : arrow(look)];
    if (look === "inferred") marks.push(dot());
    if (one.reading === "Figurative") marks.push(lozenge());
    return line(look, model.data.legend.lines[one.commitment], ...marks);
  }

  const item = (sample, ...said) => dom.make("li", {}, sample, dom.make("span", {}, ...said));
  const block = (title, items) => dom.make("section", {}, dom.make("h4", {}, title), dom.make("ul", {}, items));

  function show() {
    const lines = Object.keys(model.data.legend.lines);
    const drawn = new Set(model.data.network.nodes.map((node) => node.group));
    dom.byId("legend-body").append(
      block(words.lines, lines.map((name) => item(commitment(name),
        name === "Asserted" ? `${words.commitment[name]}: an edge of the graph` : `${words.commitment[name]}: not an edge`))),
      block(words.marks, [
        item(line("said", [], bar()), "Ends in a bar: denied, not an edge"),
        item(line("said", [], arrow("said"), lozenge()), "Lozenge: a figure of speech, not an edge"),
        item(line("inferred", [], arrow("inferred"), dot()), "Thin with a dot: an edge that follows by a rule"),
      ]),
      block(words.shapes, Object.keys(model.data.kinds).filter((kind) => drawn.has(kind)).map((kind) =>
        item(shape(kind), dom.text(model.data.kinds[kind])))),
    );
  }

  return { show, shape, statement, commitment };
})();
