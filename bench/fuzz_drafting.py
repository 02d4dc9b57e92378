"""Feed the intake and the rules what no interview holds, for some minutes, and see that only errors of our own come back.

Run it with ``uv run bench/fuzz_drafting.py [--minutes M] [--seed N]``. It makes texts of pieces of prose, markup and noise,
mutates them, and reads them in every form. It stops at the first foreign error, prints what caused it, and exits with 1. For
each reading it keeps the processor time per kilobyte, and prints the slowest at the end.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback

from severance_kg.drafting import read_bytes
from severance_kg.drafting.interview import Form
from severance_kg.errors import SevError

PIECES = (
    "Ada Finch", "“", "”", "‘", "’", '"', "'", "«", "»", "„", " said ", "he added", ", who plays ", "Q: ", "A: ", "Weekly: ",
                        "\n",
                        "\n\n",
    "**", "*", "_", "[", "]", "](", ")", "> ", "- ", "# ", "<p>", "</p>", "<b>", "<div>", "<br>", "<blockquote>", "<li>",
                        "<!--",
                        "-->",
    "<![CDATA[", "&amp;", "&#x110000;", "&#0;", "00:00:01 ", "?", "!", ".", "…", "—", ":", ",", "Mr. ", "Ms. ", "\u200b",
                        "\u00ad",
                        "\ufeff",
    "a\u0301", "\U0001f600", "\u202e", "\u2028", "\x85", "\t", "  ", "    ", "\r\n", "\r", "I think", "according to ", "you",
                        "ß",
                        "İ",
                        "½",
    "the showrunner", "Share on Facebook", "Photo: ", "é", "漢字", "שלום", "0", "'s ", "\x0b", "<q>", "</", "<table><td>", "|",
                        "\\",
                        "`",
                        "~~~\n",
    "---\ntitle: x\n---\n", "=====\n",
)  # fmt: skip


def made(source: random.Random) -> bytes:
    """Return a text that nobody has written, as bytes in some encoding or in none."""
    words = "".join(source.choice(PIECES) * (source.choice((1, 1, 1, 2, 40))) for _ in range(source.randrange(1, 120)))
    if source.random() < 0.1:
        words *= source.randrange(2, 200)
    encoding = source.choice(("utf-8", "utf-8", "utf-8", "utf-16", "utf-8-sig", "cp1252", "utf-32", "latin-1"))
    content = bytearray(words.encode(encoding, "replace"))
    for _ in range(source.choice((0, 0, 1, 5))):
        if content:
            content[source.randrange(len(content))] = source.randrange(256)
    return bytes(content)


def main() -> int:
    """Fuzz until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    source = random.Random(arguments.seed)
    ends = time.monotonic() + 60 * arguments.minutes
    done = refused = 0
    slowest = (0.0, 0, Form.PLAIN)
    while time.monotonic() < ends:
        content, form = made(source), source.choice((None, *Form))
        start = time.process_time()
        try:
            read_bytes(content, form=form)
        except SevError:
            refused += 1
        except Exception:
            traceback.print_exc()
            print(f"reading {form} after {done} texts: {content[:2000]!r}", file=sys.stderr)
            return 1
        done += 1
        taken = (time.process_time() - start) / (1 + len(content) / 1024)
        slowest = max(slowest, (taken, len(content), form or Form.PLAIN))
    print(f"{done} texts read, {refused} of them refused, no foreign error")
    print(f"slowest: {slowest[0] * 1000:.1f} ms of processor time per kilobyte, a text of {slowest[1]} bytes, {slowest[2]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
