"""What SECURITY.md, CHANGELOG.md and CITATION.cff say is what the code does."""

from __future__ import annotations

import datetime
import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

import severance_kg as skg
from severance_kg import rules, scan, service, yaml_lines
from severance_kg.drafting import fetch
from severance_kg.limits import Limits, option_name

ROOT = Path(__file__).resolve().parents[1]
SECURITY = (ROOT / "SECURITY.md").read_text("utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")

EVERYWHERE = {
    "patterns in a query": scan.MOST_PATTERNS,
    "bytes of an annotation file": yaml_lines.MOST_BYTES,
    "depth of an annotation file": yaml_lines.MOST_DEPTH,
    "bytes of an article that is fetched": fetch.MOST_BYTES,
    "redirects on the way to it": fetch.MOST_REDIRECTS,
    "bytes of a service's answer": service.MOST_BYTES,
    "rounds of the inference rules": rules.MOST_ROUNDS,
}


def table(title: str) -> list[list[str]]:
    """The cells of the table of SECURITY.md whose head starts so, without the head."""
    lines = SECURITY.split(f"| {title}")[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_limits_of_the_endpoint_are_told_with_their_defaults() -> None:
    told = {name.strip("`-"): (default, says) for name, default, says in table("limit of the endpoint")}
    assert list(told) == [option_name(one) for one in fields(Limits)]
    assert told.pop("workers")[0] == "one a processor, at least 2"
    for one in fields(Limits):
        if one.name != "workers":
            assert told[option_name(one)] == (
                f"{one.default:g}" if one.type == "float" else str(one.default),
                one.metadata["help"],
            )


def test_the_other_limits_are_told() -> None:
    assert {name: int(value) for name, value in table("limit everywhere")} == EVERYWHERE


@pytest.mark.parametrize("heading", ["Promised", "Limits", "Not promised", "Whom to tell", "Compatibility", "Licences"])
def test_security_says_what_is_asked_of_it(heading: str) -> None:
    assert f"\n## {heading}\n" in SECURITY


@pytest.mark.parametrize("file", ["SECURITY.md", "CHANGELOG.md"])
def test_links_inside_lead_somewhere(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    links = re.findall(r"\]\((?!https?:)([^)]+)\)", text)
    assert links
    for link in links:
        path, _, anchor = link.partition("#")
        target = ROOT / path if path else ROOT / file
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"(?m)^#+ (.+)$", target.read_text("utf-8"))
            assert anchor in {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}, link


def test_the_changelog_has_a_section_for_what_comes_and_for_this_version() -> None:
    sections = re.findall(r"(?m)^## \[([^\]]+)\](?: – (.+))?$", CHANGELOG)
    assert sections[0] == ("Unreleased", "")
    versions = [name for name, _ in sections[1:]]
    assert skg.__version__ in versions
    assert versions == sorted(versions, key=lambda one: tuple(map(int, one.split("."))), reverse=True)
    for name, date in sections[1:]:
        assert date == "not yet published" or datetime.date.fromisoformat(date), name
        assert f"[{name}]:" in CHANGELOG
    kinds = set(re.findall(r"(?m)^### (.+)$", CHANGELOG))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_citation_is_one_of_this_version() -> None:
    found = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    # What the Citation File Format 1.2.0 requires, and the values that its schema allows for what is used here.
    assert {"authors", "cff-version", "message", "title"} <= set(found)
    assert found["cff-version"] == "1.2.0"
    assert found["type"] in ("software", "dataset")
    assert found["version"] in (skg.__version__, float(skg.__version__) if skg.__version__.count(".") < 2 else None)
    assert set(found["license"]) == {"MIT", "CC-BY-4.0"}
    assert all(set(author) <= {"name", "website", "given-names", "family-names", "orcid"} for author in found["authors"])
    known = {
        "abstract",
        "authors",
        "cff-version",
        "date-released",
        "doi",
        "keywords",
        "license",
        "message",
        "title",
        "type",
        "url",
        "version",
    }
    assert set(found) <= known
    assert all(isinstance(word, str) for word in found["keywords"])


def test_every_licence_that_is_named_is_there() -> None:
    assert "MIT License" in (ROOT / "LICENSE").read_text("utf-8")
    assert "Attribution 4.0" in (ROOT / "LICENSE-DATA").read_text("utf-8")
    texts = " ".join(path.read_text("utf-8") for path in (ROOT / "viz" / "licences").iterdir())
    assert "Apache License" in texts
    assert texts.count("Permission is hereby granted") >= 2
