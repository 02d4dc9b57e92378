"""How much of an accepted source a draft of its text proposes, and how fast; prints counts and shares.

Run it with ``SKG_ARTICLE`` set to the text of the first source: ``uv run bench/draft.py``. The draft is made with the background
alone, as if nobody had annotated the source; only the name of its publication is given.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from draft_measure import measure

ROWS = (
    ("passage within a proposed one", "passages"),
    ("... with the right speaker", "speakers"),
    ("... and the right commitment suggested", "commitments"),
    ("... as the only one suggested", "sure"),
    ("subject among the candidates", "subjects"),
    ("object among the candidates", "objects"),
    ("property among the three", "predicates"),
    ("a theme of it suggested, or none wanted", "themes"),
)


def main() -> int:
    path = os.environ.get("SKG_ARTICLE")
    if not path:
        sys.stderr.write("set SKG_ARTICLE to the text of the first source\n")
        return 2
    start = time.process_time()
    found = measure(Path(path))
    seconds = time.process_time() - start
    sys.stdout.write(f"{found.statements} accepted statements, {found.proposals} proposals, {seconds:.1f} s of processor time\n")
    for told, name in ROWS:
        count = getattr(found, name)
        sys.stdout.write(f"{told:<42} {count:>4}  {count / found.statements:6.1%}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
