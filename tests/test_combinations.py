"""No option is without effect and without a word."""

from __future__ import annotations

import shlex
import tomllib
from pathlib import Path

import pytest

from conftest import Run
from severance_kg import cli, combinations
from severance_kg.errors import InputError

CASES = tomllib.loads((Path(__file__).parent / "cases" / "combinations.toml").read_text("utf-8"))


def refused(command: str) -> str:
    arguments = cli._parser().parse_args(shlex.split(command))
    with pytest.raises(InputError) as caught:
        combinations.check(arguments)
    assert caught.value.hint
    return caught.value.what


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: str(case["command"]))
def test_an_option_that_has_no_effect_is_refused(case: dict[str, str]) -> None:
    assert case["why"] and case["told"] in refused(case["command"])


@pytest.mark.parametrize("case", CASES["passed"], ids=lambda case: str(case["command"]))
def test_an_option_that_has_one_is_not(case: dict[str, str]) -> None:
    assert case["why"]
    combinations.check(cli._parser().parse_args(shlex.split(case["command"])))


def test_every_option_of_the_table_is_an_option_and_has_a_case() -> None:
    parser = cli._parser()
    assert isinstance(parser, cli._Parser)
    parsers = parser.known_commands()
    told = [case["told"] for case in CASES["refused"]]
    for one in combinations.MOOT:
        for command in one.commands.split():
            assert set(one.options.split()) <= {action.dest for action in parsers[command]._actions}, one
        assert sum(one.why.partition(":")[0].partition(",")[0] in line for line in told) >= len(one.options.split()), one


def test_the_command_says_so(run: Run, tmp_path: Path) -> None:
    done = run("build", "--store", tmp_path / "a", "--out", tmp_path / "b")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--out has no effect with --store" in done.stderr
    assert list(tmp_path.iterdir()) == []
