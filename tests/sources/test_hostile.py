"""Hostile files and bytes: each becomes reports, or reasons why not, and nothing else."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman.language import Annotator
from dragoman.reader import Reader
from dragoman.records import Reading
from dragoman.sources import read_files

FUZZ = Path(__file__).resolve().parents[2] / "fuzz"
sys.path.insert(0, str(FUZZ))

import hostile  # noqa: E402
from edits import edited  # noqa: E402
from targets import TARGETS, check_found  # noqa: E402

HEAVY = {"warc_bombs", "lines_of_10_mb", "million_columns", "crowded_pages", "parquet_bombs"}
CODED = ("bidi_controls", "repeated_words", "huge_dates", "terminal_codes", "stacked_accents")


def _written(folder: Path, name: str, number: int) -> Path:
    (folder / "secret").write_text("a secret")
    return Path(hostile.write(folder, name, number))


@pytest.fixture(autouse=True)
def _quiet() -> None:
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)


@pytest.mark.parametrize("name", sorted(hostile.classes()))
def test_a_hostile_file_becomes_reports_or_reasons(name: str, tmp_path: Path) -> None:
    for number in range(1 if name in HEAVY else 2):
        file = _written(tmp_path, name, number)
        watch = hostile.Watch()
        for found in read_files([str(file)], "2026-03-02"):
            check_found(found)
            assert "a secret" not in getattr(found, "text", "")
            watch.tick()
        watch.tick()
        assert watch.processor <= hostile.SLOW


@pytest.mark.parametrize("name", CODED)
def test_a_hostile_text_is_coded(name: str, tmp_path: Path, annotator: Annotator) -> None:
    reader = Reader(annotator=annotator)
    for number in range(2):
        file = _written(tmp_path, name, number)
        for found in reader.outcomes(f for f in read_files([str(file)]) if hasattr(f, "text")):
            if isinstance(found, Reading):
                assert Reading.from_json(found.to_json()) == found
            else:
                assert "could not be coded" not in str(found)


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_edited_seeds_raise_nothing(name: str) -> None:
    target = TARGETS[name]
    seeds = target.seeds()

    @settings(
        max_examples=15, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(edited(seeds) | st.sampled_from(seeds))
    def run(data: bytes) -> None:
        target.run(data)

    run()


def test_the_same_files_are_made_each_time() -> None:
    assert hostile.make("broken_pages", 3) == hostile.make("broken_pages", 3)
    assert sum(hostile.shares(list(hostile.classes()), 5000).values()) == 5000
