"use strict";
// The scan that every query passes before the engine sees it, and the engine's complaints in words: the same rules and the
// same words as the command line's (scan.py and store.py, where the reasons stand).
const scan = (() => {
  const MOST_CHARACTERS = 100000;
  const MOST_NESTING = 60;
  const MOST_PATTERNS = 400;
  const MOST_OPERATORS = 400;

  // Python's \w, and its \w without digits.
  const WORD = "[\\p{L}\\p{N}_]";
  const LETTER = "(?!\\p{Nd})[\\p{L}\\p{N}_]";
  const KINDS_OF_TOKEN = {
    comment: "#[^\\n\\r]*",
    iri: "<(?:[^<>\"{}|^`\\\\\\x00-\\x20]|\\\\[uU][0-9A-Fa-f]+)*>",
    string: "\"\"\"(?:(?:\"|\"\")?(?:[^\"\\\\]|\\\\.))*\"\"\"|'''(?:(?:'|'')?(?:[^'\\\\]|\\\\.))*'''"
      + "|\"(?:[^\"\\\\\\n\\r]|\\\\.)*\"|'(?:[^'\\\\\\n\\r]|\\\\.)*'",
    variable: `[?$]${WORD}+`,
    tag: "@[A-Za-z]+(?:-+[A-Za-z0-9]+)*",
    name: `(?:${LETTER}(?:${WORD}|-){0,99})?:(?:(?:${WORD}|[:%\\-]|\\\\\\S)+(?:\\.+(?:${WORD}|[:%\\-]|\\\\\\S)+)?)?`,
    word: `${LETTER}${WORD}*`,
    number: "\\p{Nd}+(?:\\.\\p{Nd}+)?(?:[eE][+\\-]?\\p{Nd}+)?",
    open: "[(\\{\\[]",
    close: "[)\\}\\]]",
    stop: "[.;,]",
    operator: "\\|\\||&&|[|\\/^!+*=<>~\\-]",
    stray: "\\\\",
  };
  const TOKEN = new RegExp(Object.entries(KINDS_OF_TOKEN).map(([kind, form]) => `(?<${kind}>${form})`).join("|"), "gsu");
  const SIGNS_IN_IRI = /[(\[!&*+/-]/g;
  const SERVICE_IN_IRI = /\)[^\n]*SERVICE[^\n]*#/i;
  const UPDATES = new Set(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"]);
  const CHAINED = /UNION|OPTIONAL|LATERAL|MINUS|FILTER|BIND|VALUES|EXISTS|SELECT/gi;
  const KINDS = ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"];
  const KEYWORDS = (
    "SELECT ASK CONSTRUCT DESCRIBE WHERE DISTINCT REDUCED FILTER OPTIONAL UNION MINUS BIND VALUES ORDER GROUP HAVING LIMIT "
    + "OFFSET PREFIX BASE NOT EXISTS ASC DESC SEPARATOR COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT CONTAINS REGEX REPLACE STR "
    + "STRSTARTS STRENDS STRLEN STRBEFORE STRAFTER SUBSTR LCASE UCASE LANG LANGMATCHES DATATYPE BOUND COALESCE CONCAT IRI ISIRI "
    + "ISLITERAL SAMETERM ABS CEIL FLOOR ROUND YEAR MONTH DAY"
  ).split(" ");

  const count = (text, form) => text.match(form)?.length ?? 0;
  const prefixes = () => model.data.prefixes;

  function* tokens(query) {
    for (const match of query.matchAll(TOKEN)) {
      const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
      yield { kind, text: match[0], at: match.index, end: match.index + match[0].length };
    }
  }

  // ── What may not run ─────────────────────────────────────────────────────────────────────────────────────────────

  // Let a query pass and return its kind, such as SELECT, or throw a QueryError that says why it may not run.
  function check(query) {
    if ([...query].length > MOST_CHARACTERS) {
      throw new engine.QueryError(`the query is longer than ${MOST_CHARACTERS.toLocaleString("en")} characters`, { hint: "ask for less at once" });
    }
    const opened = [];
    let operators = 0;
    let patterns = 0;
    let kind = null;
    let before = null;
    let last = null;
    let values = false;
    let data = 0;
    for (const token of tokens(query)) {
      const inside = opened.at(-1) === "(" && !data;
      operators += operatorsOf(token, kind === "DESCRIBE" && !opened.length);
      if (token.kind === "open") {
        operators += token.text === "{" && before === "}" ? 1 : 0;
        opened.push(token.text);
        if (values && token.text === "{") [values, data] = [false, opened.length];
        if (opened.length > MOST_NESTING) throw refused(query, token, `brackets are nested more than ${MOST_NESTING} deep`, "write it flatter");
      } else if (token.kind === "close") {
        opened.pop();
        if (opened.length < data) data = 0;
      }
      if (token.kind === "word" && kind === null && KINDS.includes(token.text.toUpperCase())) kind = token.text.toUpperCase();
      values ||= token.text.toUpperCase() === "VALUES";
      forbid(query, token, kind);
      if (inside && isItem(query, token, last, before)) patterns += 2;
      patterns += token.kind === "stop" && (token.text !== "," || opened.at(-1) !== "(") ? 1 : 0;
      if (token.kind !== "comment") [before, last] = [token.text, token.kind];
      if (patterns > MOST_PATTERNS) throw refused(query, token, `it has more than ${MOST_PATTERNS} patterns`, "split the query");
      if (operators > MOST_OPERATORS) throw refused(query, token, `it chains more than ${MOST_OPERATORS} operators`, "split the query");
    }
    if (kind === null) throw noQuery(query);
    return kind;
  }

  const TERMS = new Set(["iri", "string", "variable", "name", "word", "number"]);
  const BETWEEN = new Set(["AS", "DISTINCT", "IN", "NOT"]);

  // Whether a token within parentheses is one more item of a collection, which is two patterns.
  function isItem(query, { kind, text, at }, last, before) {
    if (BETWEEN.has(text.toUpperCase()) || BETWEEN.has((before ?? "").toUpperCase())) return false;
    if (kind === "number" && (before === "+" || before === "-")) return query[at - 1] === before;
    const follows = TERMS.has(last) || last === "tag" || before === ")" || before === "]";
    return follows && (TERMS.has(kind) || ((text === "(" || text === "[") && (before === ")" || before === "]")));
  }

  function operatorsOf({ kind, text }, described) {
    if (described && ["iri", "name", "variable"].includes(kind)) return 1;
    if (kind === "iri") return count(text, /[([]/g);
    if (kind === "word") return count(text, CHAINED);
    return kind === "operator" || (kind === "open" && text !== "{") ? 1 : 0;
  }

  function forbid(query, token, kind) {
    if (token.kind === "iri") {
      if (SERVICE_IN_IRI.test(token.text) || count(token.text, SIGNS_IN_IRI) > MOST_NESTING) {
        throw refused(query, token, "this may be an IRI or a comparison", 'write %29 for ")" in an IRI, or put a space after "<"');
      }
    } else if (token.kind === "stray") {
      throw refused(query, token, "a backslash stands outside of texts and names", "take it out, or quote the text");
    } else if (token.kind === "word" || token.kind === "name") {
      const [word] = token.text.toUpperCase().split(":");
      const isName = token.text.includes(":");
      const no = (what, hint) => { throw refused(query, token, what, hint); };
      if (word.includes("SERVICE")) no("SERVICE is not allowed", "the graph is asked as it is here, and nothing else");
      if (word.includes("FROM")) no("FROM is not allowed", "there is one default graph: leave FROM out");
      if (word.includes("GRAPH") && !isName) no("GRAPH is not allowed", "everything is in the default graph: leave GRAPH out");
      if (kind === null && UPDATES.has(word) && !isName) {
        no(`${word} is an update, and the graph is read only`, "change the annotation files instead");
      }
    }
  }

  function noQuery(query) {
    const first = [...tokens(query)].find(({ kind, text }) => kind === "word" && /^\p{L}+$/u.test(text));
    const meant = first ? didYouMean(first.text.toUpperCase(), KINDS) : null;
    const place = first && meant ? position(query, first.at) : {};
    return new engine.QueryError("there is no SELECT, ASK, CONSTRUCT or DESCRIBE in it",
      { ...place, token: meant ? first : null, hint: meant ?? "see 'severance-kg question' for examples", kind: "refused" });
  }

  const refused = (query, token, what, hint) =>
    new engine.QueryError(what, { ...position(query, token.at), token, hint, kind: "refused" });

  // ── Places ───────────────────────────────────────────────────────────────────────────────────────────────────────

  // Lines and columns count from one, and in characters as readers see them: not in halves of one beyond the first plane.
  function position(query, at) {
    const lines = query.slice(0, at).split("\n");
    return { line: lines.length, column: [...lines.at(-1)].length + 1 };
  }

  function offset(query, line, column) {
    const lines = query.split("\n");
    const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    return before + [...(lines[line - 1] ?? "")].slice(0, Math.max(column - 1, 0)).join("").length;
  }

  function tokenAt(query, line, column) {
    const at = offset(query, line, column);
    return [...tokens(query)].find(({ end, kind }) => end > at && kind !== "comment") ?? null;
  }

  // ── What the engine is given ─────────────────────────────────────────────────────────────────────────────────────

  // All on the first line, so that the engine counts the reader's lines.
  const preamble = () => Object.entries(prefixes()).map(([name, space]) => `PREFIX ${name}: <${space}> `).join("");
  const declared = (query) => preamble() + query;

  // The same query with a limit: its own, if that is lower.
  function limited(query, most) {
    let depth = 0;
    let limit = null;
    let values = null;
    let before = null;
    for (const token of tokens(query)) {
      if (token.kind === "comment") continue;
      if (token.kind === "open") depth += 1;
      else if (token.kind === "close") depth -= 1;
      else if (depth === 0 && token.kind === "word" && token.text.toUpperCase() === "VALUES") values ??= token;
      else if (depth === 0 && token.kind === "number" && before?.text.toUpperCase() === "LIMIT") limit = token;
      before = token;
    }
    if (limit) return Number(limit.text) <= most ? query : query.slice(0, limit.at) + most + query.slice(limit.end);
    const at = values?.at ?? query.length;
    return `${query.slice(0, at)}\nLIMIT ${most}\n${query.slice(at)}`;
  }

  // ── The engine's complaints, in words ────────────────────────────────────────────────────────────────────────────

  const MEANINGS = {
    "IRI parsing failed": "an IRI is not whole",
    "SELECT * is not authorized with GROUP BY": "SELECT * and GROUP BY do not go together",
    "The SELECT contains a variable that is unbound": "a variable of SELECT is neither grouped by nor counted",
  };

  function inWords(query, told) {
    const found = /^error at (\d+):(\d+): ([^]*)/.exec(told);
    if (!found) return new engine.QueryError(`the query cannot be run: ${told}`);
    const line = Number(found[1]);
    const column = Number(found[2]) - (line === 1 ? [...preamble()].length : 0);
    const expected = found[3];
    const error = (what, at, hint = null) => new engine.QueryError(what, { line, column: at, token: tokenAt(query, line, at), hint });
    const undeclared = undeclaredPrefix(query);
    if (undeclared) return undeclared;
    if (expected.includes("Prefix not found")) {
      return new engine.QueryError("a prefix is not declared", { hint: "declare it with PREFIX name: <…>" });
    }
    if (expected === "expected [_]") {
      const word = tokenAt(query, line, column - 1)?.text ?? "";
      return error(`something is wrong at or before "${word}"`, column - 1,
        "look for a bracket too many, and for a variable that BIND or AS sets again");
    }
    const meaning = Object.keys(MEANINGS).find((words) => expected.includes(words));
    if (meaning) return error(MEANINGS[meaning], column, "mend what stands before");
    const word = tokenAt(query, line, column)?.text;
    const what = word ? `unexpected "${word}"` : "the query ends too early";
    return error(`${what}: expected ${plain(expected)}`, column, misspelt(query, line, column));
  }

  function undeclaredPrefix(query) {
    const own = new Set([...query.matchAll(/\bPREFIX\s+([\p{L}\p{N}_-]*):/giu)].map((found) => found[1]).concat(Object.keys(prefixes())));
    const names = [...tokens(query)].filter(({ kind }) => kind === "name");
    const wrong = names.find(({ text }) => !own.has(text.split(":")[0]) && text.split(":")[0] !== "_");
    if (!wrong) return null;
    const [prefix] = wrong.text.split(":");
    const hint = didYouMean(prefix, [...own]) ?? `declare it: PREFIX ${prefix}: <…>`;
    return new engine.QueryError(`the prefix "${prefix}:" is not declared`,
      { ...position(query, wrong.at), token: wrong, hint });
  }

  // The last bare word before an error that is no keyword, but near one.
  function misspelt(query, line, column) {
    const at = offset(query, line, column + 1);
    const text = query.slice(0, at) + (/^[\p{L}\p{N}_]*/u.exec(query.slice(at))?.[0] ?? "");
    const words = [...text.matchAll(/(?<![\p{L}\p{N}_?$@:<#"'])([A-Za-z]{3,})(?![\p{L}\p{N}_:])/gu)].map((found) => found[1].toUpperCase());
    for (const word of words.reverse()) {
      const hint = KEYWORDS.includes(word) ? null : didYouMean(word, KEYWORDS);
      if (hint) return hint;
    }
    return null;
  }

  const GROUPS = [
    ["a variable", ["?", "$"]],
    ["a literal", ["'", '"', "'''", '"""', "+", "-"]],
    ["an IRI or a prefixed name", ["<", ":", "_"]],
  ];

  // The engine's grammar names single characters where people think of terms.
  function plain(expected) {
    const parts = expected.replace(/^expected /, "").replace(/^one of /, "").split(/, (?![^[]*\])/).map((part) => part.trim());
    let signs = new Set(parts.filter((part) => part.length > 2 && part.startsWith('"') && part.endsWith('"'))
      .map((part) => part.slice(1, -1).replaceAll('\\"', '"')));
    const found = [];
    for (const [kind, of] of GROUPS) {
      if (!of.some((sign) => signs.has(sign))) continue;
      found.push(kind);
      signs = new Set([...signs].filter((sign) => !of.includes(sign)));
    }
    if (found.length) signs.delete(".");
    found.push(...[...signs].sort().map((sign) => `"${sign}"`));
    found.push(...parts.filter((part) => part && !/^[["]/.test(part) && !part.includes("\\u")));
    return found.slice(0, 8).join(" or ") || "something else";
  }

  // ── Near words, as Python's difflib finds them ───────────────────────────────────────────────────────────────────

  function didYouMean(name, known) {
    const folded = new Map([...known].sort().map((one) => [one.toLowerCase(), one]));
    let best = null;
    for (const one of folded.keys()) {
      const near = ratio(one, name.toLowerCase());
      if (near >= 0.6 && (!best || near > best.near || (near === best.near && one > best.one))) best = { near, one };
    }
    return best ? `did you mean "${folded.get(best.one)}"?` : null;
  }

  const ratio = (a, b) => (a.length + b.length ? (2 * common(a, b)) / (a.length + b.length) : 1);

  // How many characters are in the longest block that both have, and in those to the left and the right of it.
  function common(a, b) {
    let longest = { at: 0, there: 0, size: 0 };
    for (let at = 0; at < a.length; at += 1) {
      for (let there = 0; there < b.length; there += 1) {
        let size = 0;
        while (at + size < a.length && there + size < b.length && a[at + size] === b[there + size]) size += 1;
        if (size > longest.size) longest = { at, there, size };
      }
    }
    const { at, there, size } = longest;
    return size ? size + common(a.slice(0, at), b.slice(0, there)) + common(a.slice(at + size), b.slice(there + size)) : 0;
  }

  return { check, tokens, position, offset, declared, limited, inWords, didYouMean, KEYWORDS };
})();
