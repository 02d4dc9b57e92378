"use strict";
// Finds the sections of the docs that hold every word that is asked for, or one that begins with it; in titles first.

const MOST = 40, AROUND = 80;
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const asked = plain(new URLSearchParams(location.search).get("q") ?? "").match(/[\p{L}\p{N}_]+/gu) ?? [];

/** How well a section fits: the sum over the words, and nothing if one is missing. */
function weight({ title, text }) {
  let sum = 0;
  for (const word of asked) {
    const begins = new RegExp(`(?<![\\p{L}\\p{N}])${word}`, "gu");
    const hits = 20 * (plain(title).match(begins)?.length ?? 0) + Math.min(plain(text).match(begins)?.length ?? 0, 9);
    if (!hits) return 0;
    sum += hits;
  }
  return sum;
}

function entry({ location: address, title, page, text }) {
  const item = document.createElement("li"), link = document.createElement("a"), told = document.createElement("p");
  link.href = address;
  link.textContent = page && page !== title ? `${page}: ${title}` : title;
  const at = Math.max(plain(text).search(new RegExp(`(?<![\\p{L}\\p{N}])${asked[0]}`, "u")), 0);
  told.textContent = `${at > AROUND ? "…" : ""}${text.slice(Math.max(at - AROUND, 0), at + 2 * AROUND)}…`;
  item.append(link, told);
  return item;
}

const found = asked.length
  ? SECTIONS.map((one) => [weight(one), one]).filter(([sum]) => sum).sort((one, other) => other[0] - one[0]).map(([, one]) => one)
  : [];
document.querySelector("[name=q]").value = new URLSearchParams(location.search).get("q") ?? "";
document.getElementById("told").textContent = !asked.length
  ? "Write the words to find into the field above."
  : `${found.length || "No"} section${found.length === 1 ? " holds" : "s hold"} `
    + asked.map((word) => `“${word}”`).join(" and ")
    + (found.length > MOST ? `; these are the first ${MOST}.` : ".");
document.getElementById("found").append(...found.slice(0, MOST).map(entry));
