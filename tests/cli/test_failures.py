"""What could not be read is counted in full and named in part."""

from __future__ import annotations

import pytest
import typer

from dragoman.cli.app import NAMED, SOME_FAILED, Failures, end
from dragoman.sources import Failure


def test_many_failures_are_counted_and_the_first_are_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = Failures(Failure("a.jsonl", "no report", number) for number in range(1, 30_001))
    assert len(found.first) == NAMED
    with pytest.raises(typer.Exit) as left:
        end(found)
    said = capsys.readouterr().err.splitlines()
    assert left.value.exit_code == SOME_FAILED
    assert len(said) == NAMED + 1
    assert said[-1] == "dragoman: 30000 reports could not be read"


def test_no_failure_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    end([])
    assert capsys.readouterr().err == ""
