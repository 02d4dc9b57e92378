"use strict";
// SHA-256 (FIPS 180-4) of a text in UTF-8. The browser has its own only where it trusts the page's origin, which is not so
// in a notebook served over plain HTTP, and only for a whole text: a search for passages has to go on from where it was.
const digest = (() => {
  const BLOCK = 64;
  const LONG = 2 ** 32;

  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime)) primes.push(n);
  const fraction = (number) => ((number % 1) * LONG) | 0;
  const ROUNDS = primes.map((prime) => fraction(Math.cbrt(prime)));
  const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

  const turn = (word, by) => (word >>> by) | (word << (32 - by));

  const schedule = new Int32Array(64);

  function mix(state, bytes, at) {
    const w = schedule;
    for (let i = 0; i < 16; i += 1) {
      const j = at + 4 * i;
      w[i] = (bytes[j] << 24) | (bytes[j + 1] << 16) | (bytes[j + 2] << 8) | bytes[j + 3];
    }
    for (let i = 16; i < 64; i += 1) {
      const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[i] + w[i];
      const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] = (state[i] + word) | 0; });
  }

  // Half of a pair alone is written as its own three bytes, as Python's "surrogatepass" does it; TextEncoder would lose it.
  function bytesOf(text) {
    const half = /\p{Cs}/u;
    const encode = (some) => new TextEncoder().encode(some);
    const three = (point) => [0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63)];
    if (!half.test(text)) return encode(text);
    return Uint8Array.from([...text].flatMap((c) => (half.test(c) ? three(c.codePointAt(0)) : [...encode(c)])));
  }

  // A digest in the making: it can be read at any time, and goes on.
  function make() {
    const state = Int32Array.from(START);
    const rest = new Uint8Array(BLOCK);
    let length = 0;

    function update(text) {
      const bytes = bytesOf(text);
      let at = 0;
      for (let held = length % BLOCK; at < bytes.length; held = 0) {
        const taken = Math.min(BLOCK - held, bytes.length - at);
        if (taken === BLOCK) mix(state, bytes, at);
        else {
          rest.set(bytes.subarray(at, at + taken), held);
          if (held + taken === BLOCK) mix(state, rest, 0);
        }
        at += taken;
      }
      length += bytes.length;
    }

    function hex() {
      const held = length % BLOCK;
      const last = new Uint8Array(held < BLOCK - 8 ? BLOCK : 2 * BLOCK);
      last.set(rest.subarray(0, held));
      last[held] = 0x80;
      const bits = new DataView(last.buffer);
      bits.setUint32(last.length - 8, Math.floor((length * 8) / LONG));
      bits.setUint32(last.length - 4, (length * 8) % LONG);
      const end = Int32Array.from(state);
      for (let at = 0; at < last.length; at += BLOCK) mix(end, last, at);
      return [...end].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    }

    return { update, hex };
  }

  function of(text) {
    const made = make();
    made.update(text);
    return made.hex();
  }

  return { of, make };
})();
