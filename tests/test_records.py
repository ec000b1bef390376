"""Records as JSON: what was written comes back; what is no record is told in one way."""

from __future__ import annotations

import pytest

from dragoman.records import NotAReadingError, Pipeline, Reading, Report

READING = Reading(
    report=Report(id="1", text="The council met."),
    pipeline=Pipeline(dragoman="0", model="m", codebook="c"),
)


def test_a_reading_comes_back_from_its_json() -> None:
    assert Reading.from_json(READING.to_json()) == READING


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"{}",
        b"[" * 100_000,
        b'{"report": ' * 50_000,
        b"\xff\xfe",
        b'{"report":{"id":"1","text":"\\ud800"},"pipeline":{}}',
        b'{"report":{"id":1,"text":"x"},"pipeline":{}}',
        "\ud800",
        READING.to_json()[:-1],
    ],
)
def test_what_is_no_reading_is_told(line: bytes | str) -> None:
    with pytest.raises(NotAReadingError):
        Reading.from_json(line)
