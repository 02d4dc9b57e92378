"""Builds on a disk that fills up, in a mount namespace of its own: run as ``unshare -rm python full_disk.py FOLDER SMALL LARGE``.

A file system of 24 MB is mounted on FOLDER. A store of the corpus SMALL is built in it, and then with less and less of it taken
up by something else one of the corpus LARGE. Writes as JSON what became of each build, and of the store.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import severance_kg as skg

SIZE = 24_000_000
ROOMS = (0, 60_000, 700_000, 2_500_000, SIZE)
"""Bytes that are left: for nothing, for the lock, for parts, for a part of the database, for everything."""


def build(corpus: str, store: Path) -> subprocess.CompletedProcess[str]:
    """Build a store as a user does."""
    command = [str(Path(sys.executable).with_name("severance-kg")), "build", "--data", corpus, "--only", "--store", str(store)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def graph(store: Path) -> str:
    """Return the digest of the graph that answers, each triple of which the engine has, too."""
    kg = skg.open(store)
    content = kg.store.dump()
    assert int(str(kg.select("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")[0][0])) == content.count(b"\n")
    return hashlib.sha256(content).hexdigest()


def leave(room: int, folder: Path) -> None:
    """Fill a file system up to some bytes."""
    ballast = folder / "ballast"
    ballast.unlink(missing_ok=True)
    found = subprocess.run(["df", "--output=avail", "-B1", folder], check=True, capture_output=True, text=True)
    free = int(found.stdout.split()[-1])
    ballast.write_bytes(bytes(max(0, free - room)))


def main() -> None:
    """Do it all."""
    folder, small, large = Path(sys.argv[1]), *sys.argv[2:]
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], check=True)
    store = folder / "store"
    first = build(small, store)
    assert first.returncode == 0, first.stderr
    told: list[dict[str, object]] = [{"room": None, "status": 0, "stderr": "", "graph": graph(store), "left": []}]
    for room in ROOMS:
        leave(room, folder)
        ended = build(large, store)
        left = [one.name for one in store.rglob("*") if one.name.startswith("new-") or one.name.endswith(".new")]
        told.append({"room": room, "status": ended.returncode, "stderr": ended.stderr, "graph": graph(store), "left": left})
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
