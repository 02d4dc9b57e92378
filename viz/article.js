"use strict";
// A copy of an article that a reader brings: its text, plain or out of a saved page, or why it cannot be read.
const article = (() => {
  const MOST_BYTES = 5 * 1024 * 1024;
  // Blocks, and what shows no text, as severance_kg.verify has them.
  const BLOCKS = new Set(("address article aside blockquote body br dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    + "header hr li main nav ol p pre section table td th tr ul title").split(" "));
  const SILENT = new Set(["script", "style", "template", "noscript"]);
  const RAW = new Set(["script", "style"]);
  const TAG = /<(\/?)([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^'">])*|[^>]*)>/iy;
  const OTHER = /<!--[^]*?-->|<![^>]*>|<\?[^>]*>|<\/[^>]*>/y;
  // A sign that no text may hold: what it parts is not read as one character reference.
  const APART = "\ufdd0";

  // The text of a saved page, a paragraph for each block, read as Python's parser reads it: no element of the page is ever made.
  function textOf(html) {
    const parts = [];
    let silent = 0;
    const match = (pattern, at) => {
      pattern.lastIndex = at;
      return pattern.exec(html);
    };
    for (let at = 0, open = html.indexOf("<"); at < html.length; open = html.indexOf("<", at)) {
      const next = open < 0 ? html.length : open;
      if (!silent) parts.push(html.slice(at, next), APART);
      const token = open < 0 ? null : match(TAG, open) ?? match(OTHER, open);
      at = token ? open + token[0].length : next + 1;
      if (!token && open >= 0 && !silent) parts.push("<");
      const name = token?.[2]?.toLowerCase();
      if (!name) continue;
      const ends = token[1] === "/";
      const alone = !ends && token[3].endsWith("/");
      if (BLOCKS.has(name)) parts.push("\n\n");
      if (SILENT.has(name) && !alone) silent = Math.max(0, silent + (ends ? -1 : 1));
      if (RAW.has(name) && !ends && !alone) at = rawEnd(html, name, at);
    }
    return decoded(parts.join(""));
  }

  function rawEnd(html, name, from) {
    const end = new RegExp(`</${name}`, "gi");
    end.lastIndex = from;
    return end.exec(html)?.index ?? html.length;
  }

  // Character references, by the browser's own table; there is no tag left in the text.
  const decoded = (text) =>
    new DOMParser().parseFromString(`<body>.${text.replaceAll("<", "&lt;")}`, "text/html").body.textContent.slice(1).replaceAll(APART, "");

  const looksLikeHtml = (text) => /^\s*(<!--|<!doctype html|<html|<head|<body|<\?xml[^>]*>\s*<)/i.test(text);

  // ``{text}`` of a file, or ``{refused}``: why not, in words.
  async function fromFile(file) {
    if (file.size > MOST_BYTES) return { refused: `“${file.name}” is larger than 5 MB: save the article alone, as text.` };
    let bytes;
    try {
      bytes = await file.arrayBuffer();
    } catch {
      return { refused: `“${file.name}” cannot be read. A folder is no text; a file that has been moved must be chosen again.` };
    }
    const text = fromBytes(bytes);
    if (text === null) return { refused: `“${file.name}” is no text in UTF-8. Save the article as text or as a web page, or paste it.` };
    const isHtml = /\.x?html?$/i.test(file.name) || /html/.test(file.type) || looksLikeHtml(text);
    return fromText(isHtml ? textOf(text) : text, `“${file.name}”`);
  }

  function fromText(text, name = "What was pasted") {
    if (text.length > MOST_BYTES) return { refused: `${name} is larger than 5 MB: take the article alone.` };
    return /[\p{L}\p{N}]/u.test(text) ? { text } : { refused: `${name} holds no words.` };
  }

  function fromBytes(bytes) {
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      return text.includes("\0") ? null : text;
    } catch {
      return null;
    }
  }

  return { fromFile, fromText, textOf };
})();
