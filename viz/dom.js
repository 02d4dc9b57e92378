"use strict";
// Elements, made one by one. A string from the data becomes a text node or nothing: no function here takes markup.
const dom = (() => {
  const SVG = "http://www.w3.org/2000/svg";

  const byId = (id) => document.getElementById(id);

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name, value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return element;
  }

  // Attributes are the page's own words; what comes from the data goes in as a child.
  const make = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
  const draw = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

  // Text of the data, kept apart from its surroundings: a mark that turns the writing direction ends with it.
  const text = (value) => make("bdi", {}, String(value ?? ""));

  function safeAddress(address) {
    try {
      const url = new URL(address);
      return ["http:", "https:"].includes(url.protocol) ? url.href : null;
    } catch {
      return null;
    }
  }

  // A link that opens in its own tab, or plain text where the address is no http or https one.
  function link(address, label = address) {
    const href = safeAddress(address);
    if (!href) return text(label);
    return make("a", { href, target: "_blank", rel: "noopener noreferrer" }, text(label),
      make("span", { class: "unseen" }, " (opens in a new tab)"));
  }

  const button = (label, onclick, attributes = {}) =>
    make("button", { type: "button", click: onclick, ...attributes }, typeof label === "string" ? text(label) : label);

  // Whether the text is on the clipboard now.
  async function copy(value) {
    try {
      await navigator.clipboard.writeText(value);
      return true;
    } catch {
      // Without leave for the clipboard, and in browsers that deny it to files.
      const field = make("textarea", { class: "unseen", readonly: true });
      field.value = value;
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  }

  // Copy a text, and tell in ``told`` whether that was done.
  async function copyTo(told, label, value) {
    told.textContent = (await copy(value)) ? `Copied: ${label}.` : "This browser does not let the page copy.";
  }

  // Of many buttons in a box one is a Tab stop, and the arrows, Home and End lead from it to the others. ``open`` gives those
  // that are to be seen; call what is returned when these are others, with the one that is to be the stop, if any is.
  function rove(box, open) {
    const isStop = (one) => one.tabIndex === 0;
    function stop(one) {
      for (const other of box.querySelectorAll('button[tabindex="0"]')) other.tabIndex = -1;
      if (one) one.tabIndex = 0;
    }
    box.addEventListener("keydown", (event) => {
      const some = open();
      const at = some.indexOf(event.target.closest("button"));
      const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: some.length - 1 }[event.key];
      if (at < 0 || next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      some[next]?.focus();
    });
    box.addEventListener("focusin", (event) => stop(event.target.closest("button")));
    return (wanted) => {
      const some = open();
      stop(some.includes(wanted) ? wanted : some.find(isStop) ?? some[0]);
    };
  }

  // What the page carries packed, in the element of an id: base64 of gzip.
  function unpack(id) {
    const packed = Uint8Array.from(atob(byId(id).textContent.trim()), (c) => c.charCodeAt(0));
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")));
  }

  // Say why there is no page.
  function fail(error) {
    const failure = byId("failure");
    failure.textContent = typeof DecompressionStream === "undefined"
      ? "This browser is too old for this page: it cannot unpack its data. Any browser of 2023 or later can."
      : `The page could not be shown: ${error.message}`;
    failure.hidden = false;
    const loading = byId("loading");
    if (loading) loading.hidden = true;
  }

  return { byId, make, draw, text, link, button, copyTo, rove, unpack, fail };
})();
