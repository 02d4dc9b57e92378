"""What is released: built once, looked into, and installed into an empty environment, away from the checkout."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

import severance_kg as skg
from required import missing

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TOP = set(
    """
    PKG-INFO pyproject.toml hatch_build.py .gitignore README.md LICENSE LICENSE-DATA SECURITY.md CHANGELOG.md CITATION.cff
    CONTRIBUTING.md properdocs.yml src ontology data viz docs tests bench engine
    """.split()
)


def built(target: str, root: Path, out: Path) -> Path:
    """Build the wheel or the sdist of a folder."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(out)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = out.iterdir()
    return found


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="session")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with tarfile.open(sdist) as archive:
        archive.extractall(folder := tmp_path_factory.mktemp("unpacked"), filter="data")
    (root,) = folder.iterdir()
    return root


@pytest.fixture(scope="session")
def wheel(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the sdist, as whoever builds a distribution of it makes it."""
    return built("wheel", unpacked, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, in an environment that holds the wheel and what it depends on, and nothing else."""
    uv = shutil.which("uv") or missing("uv")
    folder = tmp_path_factory.mktemp("user")
    python = folder / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder / "venv"], check=True, capture_output=True)
    offline = [] if os.environ.get("CI") == "true" else ["--offline"]
    told = [uv, "pip", "install", "--quiet", *offline, "--exclude-newer", "2026-11-21", "--python", str(python), str(wheel)]
    done = subprocess.run(told, capture_output=True, text=True, check=False, cwd=folder)
    if done.returncode:
        missing(f"what the wheel depends on ({done.stderr.strip()[:200]})")
    return python.with_name("severance-kg")


def user(command: Path, *arguments: object, cwd: Path) -> str:
    """Run the command as somebody who has nothing of the project but the wheel."""
    env = {"PATH": os.environ["PATH"], "HOME": str(cwd), "SEVERANCE_KG_CACHE": str(cwd / "cache")}
    done = subprocess.run(
        [command, *map(str, arguments)], cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout


def test_the_sdist_holds_what_is_needed_and_nothing_else(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        members = archive.getmembers()
    names = {member.name.partition("/")[2] for member in members}
    assert {name.partition("/")[0] for name in names} <= TOP
    assert {"pyproject.toml", "hatch_build.py", "SECURITY.md", "CHANGELOG.md", "CITATION.cff", "data/dataset.ttl"} <= names
    assert not [
        name for name in names if re.search(r"uv\.lock|__pycache__|\.pyc$|node_modules|\.venv|(^|/)build/|\.coverage", name)
    ]
    assert not [member.name for member in members if member.issym() or member.islnk() or member.mode & 0o022]


def test_the_wheel_holds_the_graph_the_page_and_the_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = archive.read(next(name for name in names if name.endswith("dist-info/METADATA"))).decode()
    assert re.search(rf"(?m)^Version: {re.escape(skg.__version__)}$", metadata)
    inside = "severance_kg/"
    wanted = [
        "py.typed",
        "shells/severance-kg.zsh",
        "agents/guide.md",
        "server/pages/style.css",
        "sparql/labels.rq",
        "blank.yaml",
    ]
    wanted += [
        f"_bundled/{name}" for name in ("data/dataset.ttl", "ontology/shapes.ttl", "viz/main.js", "viz/licences/Apache-2.0.txt")
    ]
    assert not {inside + name for name in wanted} - names
    assert {name.rpartition("/")[2] for name in names if "/licenses/" in name} >= {"LICENSE", "LICENSE-DATA", "Apache-2.0.txt"}
    assert len([name for name in names if name.startswith(f"{inside}_compiled/")]) == 1
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"severance_kg"}


def test_the_same_checkout_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    again = built("wheel", ROOT, tmp_path)
    assert hashlib.sha256(again.read_bytes()).hexdigest() == hashlib.sha256(wheel.read_bytes()).hexdigest()


def test_a_user_of_the_wheel_builds_asks_and_reads(installed: Path, tmp_path: Path) -> None:
    told = user(installed, "--version", cwd=tmp_path).splitlines()
    assert told[0] == f"severance-kg {skg.__version__}"
    assert "build/severance.nt" in user(installed, "build", cwd=tmp_path).replace("\\", "/")
    content = (tmp_path / "build" / "severance.nt").read_bytes()
    assert told[2].endswith(hashlib.sha256(content).hexdigest())
    assert (tmp_path / "build" / "severance.html").stat().st_size > 500_000
    rows = json.loads(user(installed, "query", "SELECT ?x { sev:InnieMark skg:chooses ?x }", "--json", cwd=tmp_path))
    assert len(rows["results"]["bindings"]) == 2
    assert "Evidence" in user(installed, "question", "what-each-mark-wants", cwd=tmp_path)
    assert not (tmp_path / "cache").exists()  # the graph that the wheel ships is the one that is asked


def test_the_library_is_typed_and_light_there(installed: Path, tmp_path: Path) -> None:
    asked = "import severance_kg as skg; print(len(skg.load().evidence('InnieMark', 'chooses', 'HisOwnLife')))"
    done = subprocess.run([installed.with_name("python"), "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert int(done.stdout) >= 1


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_do_little_and_run_what_is_there(path: Path) -> None:
    text = path.read_text("utf-8")
    found = yaml.safe_load(text)
    assert found["permissions"] == {"contents": "read"}
    for name, job in found["jobs"].items():
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step), name
            assert "@" in step.get("uses", "@")
            # What a stranger can name must not be put into a script by the template.
            assert not re.search(r"\$\{\{\s*github\.(event|head_ref)", step.get("run", "")), name
    assert "secrets." not in text
    for script in re.findall(r"\.ci/\w+", text):
        assert os.access(ROOT / script, os.X_OK)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("check-jsonschema", ["--builtin-schema", "vendor.github-workflows", *WORKFLOWS]),
        ("check-jsonschema", ["--builtin-schema", "vendor.citation-file-format", ROOT / "CITATION.cff"]),
        ("zizmor", ["--offline", "--no-progress", "--quiet", *WORKFLOWS]),
    ],
    ids=["form", "citation", "safety"],
)
def test_what_only_runs_elsewhere_is_well_formed_and_safe(tool: str, arguments: list[object]) -> None:
    # No platform runs them here: their form is held against its schema, and what is dangerous in them is known.
    program = shutil.which(tool, path=str(Path(sys.executable).parent)) or missing(tool)
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_actions_are_pinned_to_commits_and_say_which_version_that_is() -> None:
    used = [line for path in WORKFLOWS for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    assert len(used) > 10
    assert [line for line in used if not re.search(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$", line)] == []


def test_a_release_is_attested_and_nobody_holds_a_token() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8"))["jobs"]
    used = [step.get("uses", "").partition("@")[0] for job in jobs.values() for step in job["steps"]]
    assert "actions/attest-build-provenance" in used
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert all("password" not in step.get("with", {}) for step in jobs["publish"]["steps"])
