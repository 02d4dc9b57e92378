"use strict";
// Passages: normalise a text and find the words again that a statement rests on, by the rule of severance_kg.passages and
// with its digests. Nothing here is a guess: a passage that differs by one letter is not found. Places are counted in the
// units of JavaScript's strings within this file, and in code points, as the graph counts them, where it tells of them.
const passages = (() => {
  const SINGLE = "‘’‚‛′‹›❛❜＇`´\u1ffd";
  const DOUBLE = "“”„‟″«»❝❞〝〞＂";
  const DASHES = "‐‑‒–—―−⁃﹘﹣－";
  const SIGNS = new Map([..."'\"-"].flatMap((plain, i) => [...[SINGLE, DOUBLE, DASHES][i]].map((c) => [c, plain])));
  const SOFT_HYPHEN = "\u00ad";
  const MOST_KEPT = 4096;
  // Where first and last words stand thousands of times each, the pairs are hashed no longer than a reader would wait.
  const MOST_HASHED = 4_000_000;

  // ── Normalising ──────────────────────────────────────────────────────────────────────────────────────────────────

  const kept = new Map();
  const plainSigns = (text) => Array.from(text, (c) => SIGNS.get(c) ?? c).join("");

  function normaliseCluster(cluster) {
    const known = kept.get(cluster);
    if (known !== undefined) return known;
    const shown = plainSigns([...cluster].filter((c) => !unicode.isFormat(c)).join(""));
    const folded = Array.from(plainSigns(unicode.nfkc(shown)), unicode.casefold).join("");
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(cluster, unicode.nfkc(folded));
    return kept.get(cluster);
  }

  const separates = (before, c) => normaliseCluster(before + c) === normaliseCluster(before) + normaliseCluster(c);

  // Cut a text where normalising the parts is the same as normalising the whole.
  function eachCluster(text, take) {
    let start = 0;
    let size = 1;
    const characterAt = (at) => String.fromCodePoint(text.codePointAt(at));
    for (let i = text ? characterAt(0).length : 1; i < text.length; i += size) {
      const c = characterAt(i);
      size = c.length;
      // White space joins with nothing: a mark at the head of a line belongs to the line, not to the break before it.
      const plain = (c < "\u0300" && c !== SOFT_HYPHEN) || unicode.isSpace(text[start]);
      if (!plain && (unicode.clings(c) || !separates(text.slice(start, i), c))) continue;
      take(start, text.slice(start, i));
      start = i;
    }
    if (text) take(start, text.slice(start));
  }

  // The first place in a sorted list at which a value stands that is not less than, or is greater than, the one sought.
  function placeIn(sorted, fits) {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (fits(sorted[middle])) high = middle;
      else low = middle + 1;
    }
    return low;
  }
  const notLess = (sorted, sought) => placeIn(sorted, (value) => value >= sought);
  const greater = (sorted, sought) => placeIn(sorted, (value) => value > sought);

  function wordsOf(text, offsets) {
    const found = [];
    for (const match of unicode.wordsIn(text)) {
      const last = found.at(-1);
      const end = match.index + match[0].length;
      // What one character became, as the three of "½", is in one word.
      if (last && offsets[match.index] === offsets[last[1] - 1]) last[1] = end;
      else found.push([match.index, end]);
    }
    return found;
  }

  // Blocks between blank lines where the text has blank lines, else its lines.
  function paragraphsOf(original, offsets) {
    const lines = unicode.linesOf(original).map((line) => ({ ...line, blank: isBlank(line.text) }));
    const parted = lines.slice(0, -1).some((line) => line.blank);
    const first = lines.filter((line, i) => !line.blank && (!parted || i === 0 || lines[i - 1].blank));
    const begins = first.map((line) => notLess(offsets, line.start));
    return begins.map((begin, i) => [begin, begins[i + 1] ?? offsets.length]).filter(([begin]) => begin < offsets.length);
  }

  const isBlank = (line) => Array.from(line).every((c) => unicode.isSpace(c) || unicode.isFormat(c));

  // A normalised text, and which original character each of its own came from.
  function read(original) {
    const units = [];
    const offsets = [];
    eachCluster(original, (at, cluster) => {
      for (const c of normaliseCluster(cluster).split("")) {
        const space = unicode.isSpace(c);
        if (space && (!units.length || units.at(-1) === " ")) continue;
        units.push(space ? " " : c);
        offsets.push(at);
      }
    });
    if (units.at(-1) === " ") {
      units.pop();
      offsets.pop();
    }
    const text = units.join("");
    const found = { original, text, words: wordsOf(text, offsets), paragraphs: paragraphsOf(original, offsets) };
    offsets.push(original.length);
    return { ...found, offsets, points: pointsOf(text) };
  }

  // How many code points stand before each place, where that is not the place itself.
  function pointsOf(text) {
    if (!/[\ud800-\udfff]/.test(text)) return null;
    const points = new Uint32Array(text.length + 1);
    let count = 0;
    for (let i = 0; i < text.length; i += 1) {
      points[i] = count;
      if (text.codePointAt(i) <= 0xffff) count += 1;
    }
    points[text.length] = count;
    return points;
  }

  const normalise = (text) => read(text).text;
  const pointAt = (text, at) => (text.points ? text.points[at] : at);
  const inPoints = (text, span) => span.map((at) => pointAt(text, at));

  // The span of the original text that a span of the normalised one came from.
  function originalSpan({ original, offsets }, [start, end]) {
    let last = offsets[greater(offsets, offsets[end - 1])];
    while (last > offsets[start] + 1 && unicode.isSpace(original[last - 1])) last -= 1;
    return [offsets[start], last];
  }

  const paragraphAt = (text, at) => placeIn(text.paragraphs, ([start]) => start > at);

  // ── Finding ──────────────────────────────────────────────────────────────────────────────────────────────────────

  function isBoundary({ text, offsets, words }, at) {
    if (at === 0 || at === text.length) return true;
    // There is none within what one character became, before a mark that sits on the character before it, or in a word.
    if (offsets[at - 1] === offsets[at] || unicode.isMark(String.fromCodePoint(text.codePointAt(at)))) return false;
    const before = placeIn(words, ([start]) => start >= at) - 1;
    return before < 0 || words[before][1] <= at;
  }

  function occurrences(text, phrase, [from, to]) {
    const found = [];
    for (let at = phrase ? text.text.indexOf(phrase, from) : -1; at >= 0; at = text.text.indexOf(phrase, at + 1)) {
      const end = at + phrase.length;
      if (end > to) break;
      if (isBoundary(text, at) && isBoundary(text, end)) found.push([at, end]);
    }
    return found;
  }

  const whole = (text) => [0, text.text.length];

  // The spans with a passage's first words, last words and digest.
  function places(text, passage) {
    const starts = occurrences(text, normalise(passage.starts), whole(text));
    const ends = passage.ends ? occurrences(text, normalise(passage.ends), whole(text)) : null;
    return placesOfLength(text, passage, starts, ends) ?? placesOfAnyLength(text, passage, starts, ends);
  }

  // Equal digests mean equal lengths: where one of the recorded length is found, there is none of another.
  function placesOfLength(text, passage, starts, ends) {
    if (!passage.characters) return null;
    const length = passage.characters[1] - passage.characters[0];
    const byPoint = new Map((ends ?? starts).map((end) => [pointAt(text, end[1]), end]));
    const pairs = starts.map(([start]) => [start, byPoint.get(pointAt(text, start) + length)])
      .filter(([start, end]) => end && end[0] >= start)
      .slice(0, Math.ceil(MOST_HASHED / Math.max(length, 64)))
      .map(([start, [, end]]) => [start, end]);
    const found = pairs.filter(([start, end]) => digest.of(text.text.slice(start, end)) === passage.sha256);
    return found.length ? found : null;
  }

  function placesOfAnyLength(text, passage, starts, ends) {
    const found = [];
    let hashed = 0;
    for (const start of starts) {
      // Each end goes on from the one before.
      const made = digest.make();
      let reached = start[0];
      for (const end of ends ?? [start]) {
        if (end[0] < start[0]) continue;
        made.update(text.text.slice(reached, end[1]));
        hashed += Math.max(end[1] - reached, 64);
        reached = Math.max(reached, end[1]);
        if (made.hex() === passage.sha256) found.push([start[0], end[1]]);
        if (hashed > MOST_HASHED) return found;
      }
    }
    return found;
  }

  // Choose among equals: by the paragraph, by the occurrence in it, by the recorded position.
  function chosen(text, passage, found) {
    const phrase = normalise(passage.starts);
    const byParagraph = new Map();
    const occurrence = ([start]) => {
      const paragraph = paragraphAt(text, start);
      if (!byParagraph.has(paragraph)) byParagraph.set(paragraph, occurrences(text, phrase, text.paragraphs[paragraph - 1]));
      return placeIn(byParagraph.get(paragraph), ([at]) => at > start);
    };
    const tests = [
      ([start]) => paragraphAt(text, start) === passage.paragraph,
      (span) => occurrence(span) === passage.occurrence,
      (span) => String(inPoints(text, span)) === String(passage.characters),
    ];
    return tests.reduce((some, fits) => {
      const fitting = some.length > 1 ? some.filter(fits) : some;
      return fitting.length ? fitting : some;
    }, found);
  }

  const missing = (error, what, hint = "") => ({ error, what, hint });
  const notHeld = (text, where, phrase, within) =>
    missing("PassageNotFound", `${where} does not hold "${phrase}"`, nearest(text, phrase, within));
  const tooOften = (what, some) => missing("PassageAmbiguous", `${what} ${some.length} times`);

  // Find a passage: ``{span}``, or ``{error, what, hint}`` by the name and in the words of the command line's error.
  function locate(text, passage) {
    if (!passage.sha256) return inParagraph(text, passage);
    const found = chosen(text, passage, places(text, passage));
    if (found.length === 1) return { span: found[0] };
    const { starts, ends } = passage;
    if (found.length) return tooOften(`the passage that starts with "${starts}" stands in the text`, found);
    const lost = [starts, ends].find((phrase) => phrase && !occurrences(text, normalise(phrase), whole(text)).length);
    return lost ? notHeld(text, "the text", lost, whole(text))
      : missing("PassageAltered", `the passage from "${starts}" to "${ends || starts}" is not the one that was annotated`);
  }

  // A passage without a digest is looked for in its paragraph.
  function inParagraph(text, { paragraph: number, starts, ends, occurrence }) {
    const where = `paragraph ${number}`;
    const paragraph = text.paragraphs[number - 1];
    if (!paragraph) return missing("PassageNotFound", `there is no ${where}`, `the text has ${text.paragraphs.length} paragraphs`);
    const begins = occurrences(text, normalise(starts), paragraph);
    if (!begins.length) return notHeld(text, where, starts, paragraph);
    if (!occurrence && begins.length > 1) return tooOften(`${where} holds "${starts}"`, begins);
    const begin = begins[(occurrence ?? 1) - 1];
    if (!begin) return missing("PassageNotFound", `${where} holds "${starts}" only ${begins.length} times`);
    if (!ends) return { span: begin };
    // The last words come after the first ones; in a short passage the two may overlap.
    const after = (from) => occurrences(text, normalise(ends), [from, paragraph[1]]).filter((one) => one[1] >= begin[1]);
    const end = after(begin[1])[0] ?? after(begin[0])[0];
    if (end) return { span: [begin[0], end[1]] };
    const { what, hint } = notHeld(text, where, ends, [begin[0], paragraph[1]]);
    const inside = occurrences(text, normalise(ends), [begin[0], paragraph[1]]).length
      && "it stands there only inside the first words: leave ends: out, or give the words at the end";
    return missing("PassageNotFound", `${what} after "${starts}"`, inside || hint);
  }

  // The longest run of a phrase's own words that the text does hold.
  function nearest(text, phrase, within) {
    const some = normalise(phrase).split(" ");
    for (let length = some.length - 1; length > 0; length -= 1) {
      for (let first = 0; first + length <= some.length; first += 1) {
        const run = some.slice(first, first + length).join(" ");
        if (occurrences(text, run, within).length) return `the longest part of it there is "${run}"`;
      }
    }
    return "none of its words is there";
  }

  return { read, normalise, locate, places, originalSpan, paragraphAt, inPoints };
})();
