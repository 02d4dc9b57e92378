"use strict";
// What this page leaves out, and how to get it: nobody should take a part for the whole.
const part = (() => {
  const hops = (count) => `${count} ${count === 1 ? "hop" : "hops"}`;
  const command = (focus, ...more) => dom.make("code", {}, model.command("page", focus && `--focus ${quoted(focus.name)}`, ...more));
  const quoted = (name) => (/^[\w.:-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);

  function ofGraph({ focus, hops: reach, held, within, all }) {
    const left = within - held;
    const farther = all - within;
    return [
      `This page holds ${held} of ${all} statements`,
      focus ? [": the nearest to ", dom.text(focus.label), `, within ${hops(reach)} of it.`] : ": what is said of the things of which most is said.",
      left ? ` ${left} more are left out.` : null,
      focus && farther ? ` ${farther} lie farther away.` : null,
      " For more: ", left ? command(focus, focus && reach > 1 && `--hops ${reach}`, `--limit ${held * 2}`) : focus ? command(focus, `--hops ${reach + 1}`) : null,
      left || focus ? ", or " : null, command(null), " for the whole graph.",
    ];
  }

  function start() {
    const { part: told, network, statements } = model.data;
    if (told && told.held < told.all) {
      dom.byId("part").append(...ofGraph(told).flat().filter(Boolean));
      dom.byId("part").hidden = false;
    }
    if (network.edges.length < statements.size) {
      dom.byId("map-note").append(`The map draws ${network.edges.length} of ${statements.size} statements, those about the things of which most is said; the lists hold all. For the surroundings of one thing: `,
        dom.make("code", {}, model.command("page", "--focus NAME")));
      dom.byId("map-note").hidden = false;
    }
  }

  return { start };
})();
