"""A report the whole way: the same records whatever the order, batch or process."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dragoman.evaluate import report as report_evaluation
from dragoman.extract import speech, steps
from dragoman.language import Annotator
from dragoman.reader import Reader
from dragoman.records import Event, Reading, Report
from dragoman.sources import Failure, SourceError

from .conftest import CHECKOUT

EXAMPLE = (CHECKOUT / "examples" / "port-visit.txt").read_text(encoding="utf-8")
SENTENCES = [line for line in EXAMPLE.splitlines() if line]


@pytest.fixture(scope="module")
def reader(annotator: Annotator) -> Reader:
    return Reader(annotator=annotator)


@pytest.fixture(scope="module")
def example(reader: Reader) -> Reading:
    return reader.read(EXAMPLE, published="2026-03-02")


def _reports() -> list[Report]:
    return [
        Report(id=f"r{n}", text="\n".join(SENTENCES[n:]), published="2026-03-02")
        for n in range(len(SENTENCES) - 2)
    ]


def _event(reading: Reading, kind: str, words: str) -> Event:
    found = [
        event
        for event in reading.events
        if event.type == kind and any(words in reading.words(span) for span in event.evidence)
    ]
    assert found, [(e.type, [reading.words(s) for s in e.evidence]) for e in reading.events]
    return found[0]


def _names(reading: Reading, ids: tuple[str, ...]) -> set[str]:
    return {reading.entity(i).name for i in ids}


def test_reading_twice_gives_the_same_bytes(reader: Reader, example: Reading) -> None:
    assert reader.read(EXAMPLE, published="2026-03-02").to_json() == example.to_json()


def test_order_and_batch_change_nothing(reader: Reader) -> None:
    reports = _reports()
    alone = {report.id: reader.read(report).to_json() for report in reports}
    shuffled = reports * 3
    random.Random(5).shuffle(shuffled)
    for reading in reader.read_all(shuffled):
        assert reading.to_json() == alone[reading.report.id]


def test_another_process_gives_the_same_bytes(example: Reading) -> None:
    code = (
        "import dragoman, pathlib, sys;"
        "text = pathlib.Path(sys.argv[1]).read_text(encoding='utf-8');"
        "sys.stdout.write(dragoman.read(text, published='2026-03-02').to_json())"
    )
    command = [sys.executable, "-c", code, str(CHECKOUT / "examples" / "port-visit.txt")]
    made = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    assert made.stdout == example.to_json()


def test_the_meeting_its_day_and_place(example: Reading) -> None:
    event = _event(example, "CONSULT", "held talks")
    assert _names(example, event.actor) == {"Amina Otieno", "Joseph Mrema"}
    assert (event.date.start, event.date.basis) == ("2026-03-01", "text")
    assert [p.name for p in example.places if p.id == event.place] == ["Dar es Salaam"]
    assert event.factuality == "asserted"
    assert not event.historical


def test_a_request_is_an_event_and_what_is_asked_is_none(example: Reading) -> None:
    event = _event(example, "REQUEST", "reopen the border")
    assert _names(example, event.actor) == {"Amina Otieno"}
    assert _names(example, event.recipient) == {"Tanzania"}


def test_background_and_plans_are_told_apart(example: Reading) -> None:
    arrest = _event(example, "COERCE", "arrested 14 Kenyan drivers")
    assert arrest.historical
    assert arrest.date.value == "2025-11"
    assert [(q.what, q.value) for q in arrest.quantities] == [("arrested", 14)]
    assert _event(example, "CONSULT", "will travel to Kampala").factuality == "future"
    denied = [e for e in example.events if e.factuality == "negated"]
    assert any("did not meet" in example.words(s) for e in denied for s in e.evidence)


def test_words_have_their_speaker_and_hedge(example: Reading) -> None:
    by_source = {
        example.words(s.content[0]).strip("“”., "): s for s in example.statements if s.content
    }
    quote = by_source["We want our traders to cross again before Easter"]
    assert quote.kind == "direct"
    assert quote.source is not None
    assert quote.source.entity is not None
    assert example.entity(quote.source.entity).name == "Amina Otieno"
    hedged = next(s for words, s in by_source.items() if "never aimed" in words)
    assert hedged.hedge == "reportedly"


def test_who_is_who(example: Reading) -> None:
    coded = {e.name: (e.country, e.sectors) for e in example.entities}
    assert coded["Amina Otieno"] == ("KEN", ("GOV",))
    assert coded["Joseph Mrema"] == ("TZA", ("GOV",))
    told = {(example.entity(r.subject).name, r.predicate) for r in example.relations}
    assert ("Amina Otieno", "holds_office") in told
    assert ("Peter Kilonzo", "leads") in told
    assert ("Kenya Transporters Union", "based_in") in told


def test_without_a_date_nothing_is_dated_by_guess(reader: Reader) -> None:
    reading = reader.read(EXAMPLE)
    sunday = next(t for t in reading.times if reading.words(t.span) == "Sunday")
    assert (sunday.value, sunday.start, sunday.end) == ("XXXX-WXX-7", None, None)
    event = _event(reading, "CONSULT", "held talks")
    assert (event.date.start, event.date.end) == (None, None)
    assert not any(e.date.basis == "published" for e in reading.events)


def test_a_bad_report_loses_no_other(reader: Reader) -> None:
    french = "Le président a rencontré mardi à Paris la ministre des affaires étrangères. " * 3
    failures: list[Failure] = []
    found = list(reader.read_all([EXAMPLE, "", french, EXAMPLE], on_failure=failures.append))
    assert len(found) == 2
    assert "empty" in failures[0].reason
    assert "another language (fr)" in failures[1].reason
    with pytest.raises(SourceError):
        list(reader.read_all([french]))


@pytest.mark.parametrize("step", ["find_speech_in", "find_places", "find_events"])
def test_a_step_that_fails_costs_its_report_alone(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    reports = _reports()
    whole = [found.to_json() for found in reader.read_all(reports)]
    module = speech if step == "find_speech_in" else steps
    real, bad = getattr(module, step), reports[1].text

    def failing(first: Any, *others: Any, **named: Any) -> Any:
        told = first if isinstance(first, list) else [first]
        if any(doc.text == bad for doc in told):
            raise ValueError("nothing fits")
        return real(first, *others, **named)

    monkeypatch.setattr(module, step, failing)
    found = list(reader.outcomes(reports))
    failure = found.pop(1)
    assert isinstance(failure, Failure)
    assert (failure.report, failure.reason) == (
        "r1",
        "could not be coded: ValueError: nothing fits",
    )
    assert [other.to_json() for other in found] == [whole[0], *whole[2:]]


@pytest.mark.parametrize("day", ["16 December 2016", "2016-02-31", "x" * 9_999])
def test_a_day_that_is_no_iso_date_is_named(reader: Reader, day: str) -> None:
    made = Report(id="r", text="Kenya thanked Uganda for its aid.", published=day)
    [failure] = reader.outcomes([made])
    assert isinstance(failure, Failure)
    assert failure.reason.startswith(f"`published` is '{day[:10]}")
    assert len(failure.reason) < 200


@pytest.mark.shared
def test_the_seed_report(reader: Reader, shared: Path) -> None:
    path = shared / "reports" / "haftar-moscow.gold.json"
    figures = report_evaluation.evaluate(path, reader.annotator, reader.codebook).figures
    assert figures["events_need_recall"] == 1.0
    assert figures["events_precision"] == 1.0
    assert figures["events_details_right"] == 1.0
    assert figures["statements_with_source"] >= 8 / 9
    assert figures["relations_recall"] == 1.0
    assert figures["entities_country"] == 1.0
