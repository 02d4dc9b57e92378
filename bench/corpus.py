"""How fast a corpus becomes a store: statements a second, and in how much memory.

Run it with ``uv run bench/corpus.py [--statements N]``. The corpus is ``corpus_generator``'s. Each build is a process of its own,
run as a user runs it. What counts is ratios: of the processors' time to that of reading the YAML alone, on the same cores, and
of a build in which nothing has changed to the first. On a busy machine the seconds say little, and the processors' time more.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import corpus_generator

GOAL, GOAL_UNCHANGED, GOAL_MEMORY = 2_000, 20, 1_000


@dataclass(frozen=True)
class Run:
    """Seconds on the clock, seconds of all processors, and the peak of the largest process in MB."""

    clock: float
    processors: float
    peak: float

    def told(self, statements: int) -> str:
        """Return it in words, with the speed on the clock and that of the processors if they had nothing else to do."""
        cores = os.cpu_count() or 1
        free = statements / (self.processors / cores)
        return (
            f"{self.clock:7.1f} s on the clock, {self.processors:7.1f} s of processors; {statements / self.clock:9,.0f} "
            f"statements a second, {free:9,.0f} if all {cores} cores were free; peak {self.peak:5.0f} MB"
        )


CHILD = """\
import resource, sys
from severance_kg.cli import main
status = main(sys.argv[1:])
own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
spent = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
print(spent, max(own.ru_maxrss, others.ru_maxrss) / 1024, file=sys.stderr)
sys.exit(status)
"""


def build(corpus: Path, store: Path) -> Run:
    """Build a store in a process of its own."""
    start = time.perf_counter()
    command = [sys.executable, "-c", CHILD, "build", "--data", str(corpus), "--only", "--store", str(store)]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    clock = time.perf_counter() - start
    spent, peak = ended.stderr.split()[-2:]
    print(f"  {ended.stdout.splitlines()[0]}")
    return Run(clock, float(spent), float(peak))


def read_yaml_alone(corpus: Path) -> float:
    """Return the processor's seconds that reading all annotation files takes, and nothing else."""
    import gc

    import yaml

    gc.disable()
    start = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    for path in corpus.glob("*.yaml"):
        yaml.compose(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - start


def main() -> None:
    """Build a corpus, build it again, change one source and build it once more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=10_000)
    count = parser.parse_args().statements
    with tempfile.TemporaryDirectory() as folder:
        corpus, store = Path(folder, "corpus"), Path(folder, "store")
        made = corpus_generator.write(corpus, count)
        files = sorted(corpus.glob("*.yaml"))
        size = sum(path.stat().st_size for path in files) / 1e6
        print(f"{made:,} statements in {len(files):,} files, {size:.0f} MB of YAML")
        alone = read_yaml_alone(corpus)
        first = build(corpus, store)
        again = build(corpus, store)
        changed = files[len(files) // 2]
        changed.write_text(changed.read_text("utf-8").replace("commitment: Asserted", "commitment: Hedged", 1), "utf-8")
        one = build(corpus, store)
        held = sum(path.stat().st_size for path in store.rglob("*") if path.is_file()) / 1e6
        shutil.rmtree(store)
    print(f"first      {first.told(made)} (goals: {GOAL:,} a second, {GOAL_MEMORY:,} MB)")
    print(f"unchanged  {again.told(made)}; {first.clock / again.clock:.0f} times as fast (goal: {GOAL_UNCHANGED})")
    print(f"one source {one.told(made)}; {first.clock / one.clock:.1f} times as fast")
    print(f"reading the YAML alone takes {alone:.1f} s of a processor: {alone / first.processors:.2f} of all the work")
    print(f"the store takes {held:.0f} MB")


if __name__ == "__main__":
    main()
