"""Events of a whole report: merged, dated, attributed, with parties resolved."""

from datetime import date

import pytest

from dragoman.codebook import Codebook
from dragoman.language import Annotator
from dragoman.reader import Reader
from dragoman.records import Event, Reading

REPORT = """The Ruritanian foreign minister met his Kenyan counterpart in Nairobi on Tuesday.

The minister asked Kenya for military aid, he told reporters after the meeting.

Ruritania's president had visited Kenya in March 2015.

Kenyan police arrested at least 12 students on Monday. They did not arrest the rector.
"""


@pytest.fixture(scope="module")
def reading(reader: Reader) -> Reading:
    return reader.read(REPORT.replace("Ruritania", "Zambia"), published="2020-05-06")


@pytest.fixture(scope="module")
def reader(annotator: Annotator, codebook: Codebook) -> Reader:
    return Reader(annotator=annotator, codebook=codebook.folder)


def one(reading: Reading, rule: str) -> Event:
    (found,) = [e for e in reading.events if e.rule == rule]
    return found


def test_ids_follow_the_text(reading: Reading) -> None:
    assert [e.id for e in reading.events] == [f"ev{n + 1}" for n in range(len(reading.events))]
    starts = [e.trigger[0] for e in reading.events]
    assert starts == sorted(starts)


def test_a_meeting_is_told_once_with_all_its_evidence(reading: Reading) -> None:
    meeting = one(reading, "CONSULT/meet")
    assert len(meeting.actor) == 2
    assert not meeting.recipient
    assert meeting.date.start == "2020-05-05"


def test_a_request_is_one_event(reading: Reading) -> None:
    request = one(reading, "REQUEST/ask-for")
    assert (request.type, request.mode) == ("REQUEST", "assist")
    assert [reading.entity(i).country for i in request.recipient] == ["KEN"]
    assert "AID" not in {e.type for e in reading.events}


def test_what_lies_long_back_is_historical(reading: Reading) -> None:
    visit = one(reading, "CONSULT/visit")
    assert visit.historical
    assert visit.date.value == "2015-03"
    assert date.fromisoformat(visit.date.end or "") < date(2015, 4, 1)


def test_arrests_and_their_denial(reading: Reading) -> None:
    arrests = [e for e in reading.events if e.rule == "COERCE/arrest"]
    assert [e.factuality for e in arrests] == ["asserted", "negated"]
    (quantity,) = arrests[0].quantities
    assert (quantity.what, quantity.low, quantity.value) == ("arrested", 12, None)
    assert arrests[0].cameo == "173"
    assert arrests[0].score == -7


def test_every_span_lies_in_the_text(reading: Reading) -> None:
    for event in reading.events:
        start, end = event.trigger
        assert any(a <= start and end <= b for a, b in event.evidence)
        assert reading.words(event.trigger).strip() == reading.words(event.trigger)


VIOLENCE = [
    ("A bomb killed seven people at a bus station in Quetta.", "killed", "explosives"),
    ("Residents said that artillery shelled a market and wounded six.", "shelled", "heavy-weapons"),
    ("Fifteen worshippers died in a suicide bombing in Peshawar.", "died", "suicide-attack"),
    ("An air strike killed four children in Idlib.", "killed", "aerial"),
]


@pytest.mark.parametrize(("text", "trigger", "mode"), VIOLENCE)
def test_violence_is_told_by_its_weapon_alone(
    text: str, trigger: str, mode: str, reader: Reader
) -> None:
    events = reader.read(text, published="2026-03-02").events
    found = [(text[slice(*e.trigger)], e.mode) for e in events if e.type == "ASSAULT"]
    assert (trigger, mode) in found


def test_an_accident_is_no_violence(reader: Reader) -> None:
    text = "A falling crane killed a welder at the shipyard. Two hikers died in a rock fall."
    assert not reader.read(text, published="2026-03-02").events


def test_a_candidate_that_tells_too_little_gives_way(reader: Reader) -> None:
    text = "The foreign minister of Malta arrived in Tripoli for talks."
    events = reader.read(text, published="2026-03-02").events
    assert [(e.type, e.mode) for e in events] == [("CONSULT", "visit")]
