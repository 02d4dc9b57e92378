"""A corpus built into a store is the graph that an ordinary build makes, whatever was built before, and however that ended."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

import severance_kg as skg
from conftest import ROOT, Run
from severance_kg import disk
from severance_kg.build import compile_inputs, problems_of
from severance_kg.check import check_records
from severance_kg.compile import lines
from severance_kg.corpus import Summary, build_store
from severance_kg.errors import CheckFailed, InputErrors
from severance_kg.graph_check import check_edges
from severance_kg.resources import Inputs, gather

LINUX = sys.platform == "linux" and shutil.which("unshare") is not None
GENERATOR = ROOT / "bench" / "corpus_generator.py"


def generate(folder: Path, statements: int, seed: int = 1) -> None:
    subprocess.run(
        [sys.executable, GENERATOR, "--statements", str(statements), "--seed", str(seed), "--out", folder, "--texts"],
        check=True,
        capture_output=True,
    )


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sources on a made-up series: background and some interviews."""
    folder = tmp_path_factory.mktemp("generated")
    generate(folder, 300)
    return folder


@pytest.fixture
def corpus(generated: Path, tmp_path: Path) -> Path:
    """A copy of the corpus, to be changed."""
    return Path(shutil.copytree(generated, tmp_path / "corpus"))


def inputs(corpus: Path) -> Inputs:
    return gather(corpus, only=True)


def ordinary(corpus: Path) -> bytes:
    """Return what an ordinary build makes, before SHACL."""
    return "".join(lines(compile_inputs(inputs(corpus)).triples)).encode()


def assert_same(corpus: Path, store: Path) -> None:
    """Compare the store's lines, and what its engine holds, with an ordinary build."""
    import pyoxigraph as ox

    wanted = ordinary(corpus)
    kg = skg.open(store)
    assert kg.store.dump() == wanted
    held = {f"{one[0].n3()} {one[1]}" for one in kg.select("SELECT ?s ?p WHERE { ?s ?p ?o }") if isinstance(one[0], skg.IRI)}
    memory = ox.Store()
    memory.bulk_load(input=wanted, format=ox.RdfFormat.N_TRIPLES)
    assert str(kg.select("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")[0][0]) == str(len(memory))
    assert held == {f"{quad.subject} {quad.predicate.value}" for quad in memory}


# ── The same graph ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_generated_corpus_is_valid_and_its_passages_are_found(corpus: Path, run: Run) -> None:
    made = compile_inputs(inputs(corpus))
    assert list(check_records(made.corpus, made.ontology, made.inferred)) == []
    assert list(check_edges(made.triples, made.ontology)) == []
    text = next(corpus.glob("talk-*.txt"))
    found = run("verify", "--data", corpus, "--only", "--text", text)
    assert (found.returncode, "each exactly once" in found.stdout) == (0, True)


def test_the_generator_makes_the_same_from_the_same_seed(generated: Path, tmp_path: Path) -> None:
    generate(tmp_path / "again", 300)
    assert {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()} == {
        path.name: path.read_bytes() for path in generated.iterdir()
    }


def test_a_corpus_is_what_an_ordinary_build_makes(corpus: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    done = build_store(inputs(corpus), store)
    assert (done.sources, done.unchanged) == (len(list(corpus.glob("*.yaml"))), 0)
    assert done.statements == len(skg.open(store).statements())
    assert_same(corpus, store)


def test_in_processes_of_its_own_it_is_the_same(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("severance_kg.pool.BATCH", 1)
    build_store(inputs(corpus), tmp_path / "store")
    assert_same(corpus, tmp_path / "store")


def _source(name: str, statement: str, more: str = "") -> str:
    return f"source: {{id: {name}, title: Notes}}\n{more}statements:\n{statement}"


def _statement(name: str, triple: str, **more: str) -> str:
    told = "".join(f", {key}: {value}" for key, value in more.items())
    return (
        f"  - {{id: {name}, triple: [{triple}], gloss: It is so., references: ['https://example.org/'],\n"
        f"     commitment: Asserted, frame: StoryWorld{told}}}\n"
    )


def _touch(corpus: Path) -> None:
    for path in corpus.glob("*.yaml"):
        os.utime(path, (1, 1))


def _reword(corpus: Path) -> None:
    path = next(corpus.glob("talk-*.yaml"))
    path.write_text(path.read_text("utf-8").replace("gloss: ", "gloss: Xo ", 1).replace('gloss: Xo "', 'gloss: "Xo '), "utf-8")


def _doubt(corpus: Path) -> None:
    path = corpus / "series-0000.yaml"
    path.write_text(path.read_text("utf-8").replace("commitment: Asserted", "commitment: Hedged", 40), "utf-8")


def _add(corpus: Path) -> None:
    more = "entities:\n  Lamp: {type: Object, label: a lamp}\n  Keeper: {type: FictionalPerson, label: the keeper}\n"
    more += "themes:\n  Light: {label: light, definition: What a lamp gives., broader: [Mystery]}\n"
    text = _source("lamp", _statement("s1", "Keeper, seeks, Lamp", themes="[{theme: Light, weight: Major, why: It is.}]"), more)
    text += _statement("s2", "Lamp, 'schema:alternateName', {value: the lantern}")
    (corpus / "lamp.yaml").write_text(text, "utf-8")


def _lean_on_another(corpus: Path) -> None:
    _add(corpus)
    text = _source("more", _statement("s1", "Keeper, seeks, Lamp", agrees_with="[lamp-s1]", because="[lamp-s2]"))
    (corpus / "more.yaml").write_text(text, "utf-8")


def _define_again(corpus: Path) -> None:
    _add(corpus)
    more = "entities:\n  Lamp: {type: Object, label: a lamp, definition: It gives light., also_called: [the lantern]}\n"
    (corpus / "a-first.yaml").write_text(_source("first", _statement("s1", "Lamp, 'schema:alternateName', old"), more), "utf-8")


def _remove(corpus: Path) -> None:
    next(corpus.glob("talk-*.yaml")).unlink()


def _rename(corpus: Path) -> None:
    path = next(corpus.glob("talk-*.yaml"))
    path.rename(corpus / "under-another-name.yaml")


def _agree(corpus: Path) -> None:
    """Say of one of another source's statements that it says the same, which is to be seen on that one, too."""
    more = "entities:\n  Keeper: {type: FictionalPerson, label: the keeper}\n  Lamp: {type: Object, label: a lamp}\n"
    text = _source("agreeing", _statement("s1", "Keeper, seeks, Lamp", agrees_with="[series-0000-makers-1]"), more)
    (corpus / "agreeing.yaml").write_text(text, "utf-8")


CHANGES: list[tuple[Callable[[Path], None], int]] = [
    (_touch, 0),
    (_reword, 1),
    (_doubt, 1),
    (_add, 1),
    (_lean_on_another, 2),
    (_define_again, 2),
    (_agree, 2),
    (_rename, 0),
]


@pytest.mark.parametrize(("change", "changed"), CHANGES)
def test_only_what_has_changed_is_compiled_again(
    corpus: Path, tmp_path: Path, change: Callable[[Path], None], changed: int
) -> None:
    store = tmp_path / "store"
    build_store(inputs(corpus), store)
    change(corpus)
    done = build_store(inputs(corpus), store)
    assert done.sources - done.unchanged == changed
    assert_same(corpus, store)


def test_any_changes_one_after_another_give_the_same_graph(corpus: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    build_store(inputs(corpus), store)
    for change in (_lean_on_another, _reword, _doubt, _remove, _define_again, _rename):
        change(corpus)
        build_store(inputs(corpus), store)
    assert_same(corpus, store)
    names = {one.name for one in (store / disk.PARTS).iterdir()}
    assert {name for name in names if name.endswith(".nt")} == set(skg.open(store).store.about.parts)  # type: ignore[attr-defined]


def test_a_literal_that_goes_does_not_take_its_equal_along(tmp_path: Path) -> None:
    """To the engine 07 and 7 are one; the graph holds two edges, and one of them stays."""
    corpus, store = tmp_path / "corpus", tmp_path / "store"
    corpus.mkdir()
    entity = "entities:\n  Lamp: {type: Work, label: The Lamp}\n"
    kept = _statement("s1", "Lamp, 'schema:episodeNumber', {value: '07', datatype: 'xsd:integer'}")
    gone = _statement("s1", "Lamp, 'schema:episodeNumber', 7")
    (corpus / "a.yaml").write_text(_source("a", kept, entity), "utf-8")
    (corpus / "b.yaml").write_text(_source("b", gone), "utf-8")
    (corpus / "c.yaml").write_text(_source("c", _statement("s1", "Lamp, 'schema:alternateName', light")), "utf-8")
    build_store(inputs(corpus), store)
    (corpus / "b.yaml").unlink()
    build_store(inputs(corpus), store)
    assert_same(corpus, store)


# ── The same checks ──────────────────────────────────────────────────────────────────────────────────────────────────


def problems(corpus: Path) -> list[str]:
    """Return what an ordinary build finds."""
    try:
        return sorted(map(str, problems_of(compile_inputs(inputs(corpus)), inputs(corpus))))
    except InputErrors as errors:
        return sorted(map(str, errors.problems))


ENTITIES = "entities:\n  Lamp: {type: Object, label: a lamp}\n  Keeper: {type: FictionalPerson, label: the keeper}\n"
MOMENTS = "entities:\n  Dusk: {type: Moment, label: dusk}\n  Dawn: {type: Moment, label: dawn}\n"
BAD: dict[str, dict[str, str]] = {
    "a source is there twice": {
        "a": _source("one", _statement("s1", "Lamp, partOf, Lamp"), ENTITIES),
        "b": _source("one", _statement("s2", "Lamp, partOf, Lamp")),
    },
    "an id is there twice, by way of two sources": {
        "a": _source("one-b", _statement("s1", "Keeper, seeks, Lamp"), ENTITIES),
        "b": _source("one", _statement("b-s1", "Keeper, seeks, Lamp")),
    },
    "an entity is two things": {
        "a": _source("one", _statement("s1", "Keeper, seeks, Lamp"), ENTITIES),
        "b": _source("two", _statement("s1", "Keeper, seeks, Lamp"), "entities: {Lamp: {type: Place, label: a lamp}}\n"),
    },
    "a theme is there twice": {
        "a": _source("one", _statement("s1", "Keeper, seeks, Lamp"), ENTITIES + "themes: {Light: {label: l, definition: d}}\n"),
        "b": _source("two", _statement("s1", "Keeper, seeks, Lamp"), "themes: {Light: {label: l, definition: d}}\n"),
    },
    "names that nothing bears": {
        "a": _source("one", _statement("s1", "Keeper, seeks, Lamp"), ENTITIES),
        "b": _source("two", _statement("s1", "Keepr, seeks, Lump", because="[one-s2]", holds_at="Noon")),
    },
    "an entity that goes with its source": {"b": _source("two", _statement("s1", "Keeper, seeks, Lamp"))},
    "a denial of another source's edge": {
        "a": _source("one", _statement("s1", "Keeper, seeks, Lamp"), ENTITIES),
        "b": _source("two", _statement("s1", "Keeper, seeks, Lamp", polarity="Negated")),
    },
    "moments that run in a circle over two sources": {
        "a": _source("one", _statement("s1", "Dusk, precedes, Dawn"), MOMENTS),
        "b": _source("two", _statement("s1", "Dawn, precedes, Dusk")),
    },
    "a time that ends before it begins, as another source has it": {
        "a": _source("one", _statement("s1", "Dusk, precedes, Dawn"), MOMENTS + ENTITIES.removeprefix("entities:\n")),
        "b": _source("two", _statement("s1", "Keeper, seeks, Lamp", holds_from="Dawn", holds_until="Dusk")),
    },
    "a belief whose content another source asserts": {
        "a": _source("one", _statement("s1", "Keeper, seeks, Lamp"), ENTITIES),
        "b": _source("two", _statement("s1", "Keeper, believes, one-s1")),
    },
    "an edge the wrong way round": {
        "a": _source("one", _statement("s1", "Keeper, seeks, Lamp"), ENTITIES),
        "b": _source("two", _statement("s1", "Lamp, seeks, Keeper")),
    },
    "a file that is no YAML and one of another shape": {
        "a": "source: {id: one, title: [",
        "b": "source: {id: two, title: Two}\n",
        "c": _source("three", _statement("s1", "Keeper, seks, Lamp"), ENTITIES),
    },
}


@pytest.mark.parametrize("name", BAD)
def test_what_an_ordinary_build_refuses_a_corpus_refuses_in_the_same_words(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for file, text in BAD[name].items():
        (corpus / f"{file}.yaml").write_text(text, "utf-8")
    wanted = problems(corpus)
    assert wanted
    for batch in (400_000, 1):
        monkeypatch.setattr("severance_kg.pool.BATCH", batch)
        with pytest.raises((InputErrors, CheckFailed)) as raised:
            build_store(inputs(corpus), tmp_path / f"store-{batch}")
        assert sorted(map(str, getattr(raised.value, "problems", ()))) == wanted
        with pytest.raises(skg.StoreError, match="there is no store"):
            skg.open(tmp_path / f"store-{batch}")


def test_a_corpus_that_fails_leaves_the_store_as_it_was(corpus: Path, tmp_path: Path, run: Run) -> None:
    store = tmp_path / "store"
    build_store(inputs(corpus), store)
    before = skg.open(store).store.dump()
    (corpus / "bad.yaml").write_text(_source("bad", _statement("s1", "Nobody, seeks, Nothing")), "utf-8")
    found = run("build", "--data", corpus, "--only", "--store", store)
    assert (found.returncode, 'no entity "Nobody"' in found.stderr) == (2, True)
    assert f"{corpus / 'bad.yaml'}:3" in found.stderr
    assert skg.open(store).store.dump() == before
    assert not list(store.glob("new-*"))


# ── However it ends ──────────────────────────────────────────────────────────────────────────────────────────────────


def _build_command(command: str, corpus: Path, store: Path) -> list[str]:
    return [command, "build", "--data", str(corpus), "--only", "--store", str(store)]


KILL = """\
import os, signal, sys, threading, time
threading.Timer(float(sys.argv[1]), lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
from severance_kg.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_build_that_is_killed_at_any_moment_harms_nothing(corpus: Path, tmp_path: Path, command: str) -> None:
    store = tmp_path / "store"
    build_store(inputs(corpus), store)
    answers = [ordinary(corpus)]
    chance = random.Random(5)
    killed = 0
    for i in range(8):
        [_reword, _add, _remove, _doubt, _lean_on_another, _define_again][i % 6](corpus)
        if not list(corpus.glob("talk-*.yaml")):
            generate(corpus, 300, seed=i)
        answers.append(ordinary(corpus))
        after = str(chance.uniform(0.05, 3.0))
        ended = subprocess.run(
            [sys.executable, "-c", KILL, after, *_build_command(command, corpus, store)[1:]], check=False, capture_output=True
        )
        killed += ended.returncode == -signal.SIGKILL
        assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
        assert skg.open(store).store.dump() in answers, "neither an old graph nor the new one answers"
    assert killed
    build_store(inputs(corpus), store)
    assert_same(corpus, store)
    assert not list(store.glob("new-*"))
    assert not list(store.rglob("*.new"))


FULL = """\
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from severance_kg.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no RLIMIT_FSIZE")
@pytest.mark.parametrize("room", [1_000, 800_000])
def test_a_full_disk_says_so_and_harms_nothing(corpus: Path, tmp_path: Path, command: str, room: int) -> None:
    store = tmp_path / "store"
    _remove(corpus)
    build_store(inputs(corpus), store)
    before = skg.open(store).store.dump()
    generate(corpus, 500, seed=9)
    ended = subprocess.run(
        [sys.executable, "-c", FULL, str(room), *_build_command(command, corpus, store)[1:]],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, "Traceback" in ended.stderr) == (2, False), ended.stderr
    assert "cannot be written" in ended.stderr
    assert "make room on the disk" in ended.stderr
    assert skg.open(store).store.dump() == before
    build_store(inputs(corpus), store)
    assert_same(corpus, store)


def test_a_disk_that_fills_up_says_so_and_harms_nothing(generated: Path, tmp_path: Path) -> None:
    """The same on a file system that is really full, which fails where it likes: the engine writes from threads of its own."""
    apart, full = ["unshare", "--map-root-user", "--mount"], tmp_path / "full"
    full.mkdir()
    mounts = subprocess.run([*apart, "mount", "-t", "tmpfs", "tmpfs", full], check=False, capture_output=True) if LINUX else None
    if mounts is None or mounts.returncode:
        pytest.skip("nothing may be mounted here; test_a_full_disk_says_so_and_harms_nothing stands for it")
    generate(tmp_path / "large", 600, seed=9)
    command = [*apart, sys.executable, *map(str, (ROOT / "tests" / "full_disk.py", full, generated, tmp_path / "large"))]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    first, *full_ones, last = json.loads(ended.stdout)
    for one in full_ones:
        assert (one["status"], one["graph"], one["left"]) == (2, first["graph"], []), one
        assert "cannot be written" in one["stderr"]
        assert "make room on the disk" in one["stderr"]
    assert last["status"] == 0
    assert last["graph"] != first["graph"]
    assert len(full_ones) == 4


def _damage_parts(store: Path) -> None:
    for path in (store / disk.PARTS).iterdir():
        path.write_bytes(path.read_bytes()[:-20])


def _damage_database(store: Path) -> None:
    for path in (store / disk.current(store) / disk.DATABASE).glob("*.sst"):
        with path.open("r+b") as file:
            file.seek(path.stat().st_size // 2)
            file.write(b"\0" * 64)


@pytest.mark.parametrize("damage", [_damage_parts, _damage_database])
def test_a_damaged_store_is_mended_by_the_next_build(corpus: Path, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    store = tmp_path / "store"
    build_store(inputs(corpus), store)
    damage(store)
    build_store(inputs(corpus), store)
    assert_same(corpus, store)


def told(given: Iterable[tuple[int, int, str]]) -> list[str]:
    return [f"{done} of {of} {at}" for done, of, at in given]


def test_a_build_tells_how_far_it_has_come(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("severance_kg.pool.BATCH", 1)
    seen: list[tuple[int, int, str]] = []
    build_store(inputs(corpus), tmp_path / "store", told=lambda *now: seen.append(now))
    count = len(list(corpus.glob("*.yaml")))
    assert {f"{count} of {count} read", f"{count} of {count} compiled", "1 of 1 loaded"} <= set(told(seen))


def test_a_summary_is_a_line() -> None:
    line = str(Summary(1200, 1199, 100_000, 60_000, 12, 4.25))
    assert line == "1,200 sources (1,199 unchanged), 100,000 statements (12 inferred), 60,000 edges, in 4.2 s"


def test_a_corpus_that_is_loaded_in_many_gulps_is_the_same(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("severance_kg.loading.GULP", 50_000)
    build_store(inputs(corpus), tmp_path / "store")
    assert_same(corpus, tmp_path / "store")
