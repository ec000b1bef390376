"""No record leaves the reader whose words are not in the text."""

import pytest

from dragoman.records import Entity, Event, Mention, Pipeline, Reading, Report, Time
from dragoman.verify import RecordError, check_spans

TEXT = "Kenya thanked Uganda."
PIPELINE = Pipeline(dragoman="1", model="m", codebook="c")


def _reading(**records: object) -> Reading:
    return Reading(report=Report(id="r", text=TEXT), pipeline=PIPELINE, **records)  # type: ignore[arg-type]


def _entity(span: tuple[int, int], text: str) -> Entity:
    mention = Mention(span=span, text=text, kind="name")
    return Entity(id="e1", name="Kenya", type="country", mentions=(mention,))


def test_right_spans_pass() -> None:
    check_spans(_reading(entities=(_entity((0, 5), "Kenya"),)))


@pytest.mark.parametrize(
    "records",
    [
        {"entities": (_entity((0, 5), "Uganda"),)},
        {"entities": (_entity((0, 0), ""),)},
        {"times": (Time(span=(5, 99), type="DATE", value="2017"),)},
        {"events": (Event(id="v1", type="SUPPORT", trigger=(6, 13), actor=("e9",), rule="x"),)},
        {"events": (Event(id="v1", type="SUPPORT", trigger=(13, 6), rule="x"),)},
        {"events": (Event(id="v1", type="SUPPORT", trigger=(6, 13), place="p1", rule="x"),)},
    ],
)
def test_wrong_spans_and_ids_do_not(records: dict[str, object]) -> None:
    with pytest.raises(RecordError):
        check_spans(_reading(**records))


def test_a_reading_survives_its_json() -> None:
    reading = _reading(entities=(_entity((0, 5), "Kenya"),))
    assert Reading.from_json(reading.to_json()) == reading
