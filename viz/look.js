"use strict";
// What things on the map look like: the colours of the style sheet in numbers, and the shapes that vis-network has not.
const look = (() => {
  // A mixed colour is told as color(srgb …), of which vis-network makes nothing.
  function inNumbers(colour) {
    const mixed = /^color\(srgb ([\d.]+) ([\d.]+) ([\d.]+)/.exec(colour);
    return mixed ? `rgb(${mixed.slice(1).map((part) => Math.round(part * 255)).join(", ")})` : colour;
  }

  // A custom property may name a colour of the system's, which only an element can tell in numbers.
  function read() {
    const probe = dom.make("i", { class: "probe", hidden: true });
    document.body.append(probe);
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => {
      const given = style.getPropertyValue(`--${name}`).trim();
      probe.style.color = given;
      return given && inNumbers(getComputedStyle(probe).color);
    };
    const colours = Object.fromEntries(
      ["paper", "ink", "soft", "accent", "faint", "line-edge", "line-said", "line-inferred"].map((name) => [name, colour(name)]));
    colours.kinds = Object.fromEntries(Object.keys(model.data.kinds).map((kind) => [kind, colour(`kind-${kind}`) || colours.ink]));
    probe.remove();
    return colours;
  }

  // vis-network has no bar and no cross: a literal and a thing of another kind.
  function ownShape({ ctx, x, y, style }) {
    const half = style.size;
    const draw = () => {
      ctx.save();
      ctx.fillStyle = style.color;
      ctx.strokeStyle = style.borderColor;
      ctx.lineWidth = style.borderWidth;
      ctx.beginPath();
      ctx.rect(x - half, y - half * 0.3, half * 2, half * 0.6);
      if (style.isCross) ctx.rect(x - half * 0.3, y - half, half * 0.6, half * 2);
      ctx.fill();
      ctx.stroke();
      ctx.restore();
    };
    return { drawNode: draw, nodeDimensions: { width: half * 2, height: half * 0.7 } };
  }

  return { read, ownShape };
})();
