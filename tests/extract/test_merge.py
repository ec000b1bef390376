"""Mentions of one event become one record; different events stay apart."""

import msgspec

from dragoman.extract.merge import merge_events, place_by_visit
from dragoman.records import Attribution, Entity, Event, EventDate, Mention

NEWS = EventDate(start="2020-05-04", end="2020-05-04", value="2020-05-04", basis="published")


def entity(entity_id: str, kind: str = "name") -> Entity:
    mention = Mention(span=(0, 1), text="x", kind=kind)  # type: ignore[arg-type]
    return Entity(id=entity_id, name=entity_id, type="person", mentions=(mention,))


ENTITIES = [entity("A"), entity("B"), entity("C"), entity("M", "nominal")]


def meeting(at: int, *actor: str, **changes: object) -> Event:
    made = Event(
        id="",
        type="CONSULT",
        cameo="040",
        actor=actor,
        trigger=(at, at + 3),
        evidence=((at, at + 9),),
        date=NEWS,
        rule="CONSULT/meet",
    )
    return msgspec.structs.replace(made, **changes)


def test_the_same_meeting_told_twice_is_one_event() -> None:
    (merged,) = merge_events([meeting(0, "A", "B"), meeting(20, "B", "A")], ENTITIES)
    assert merged.id == "ev1"
    assert merged.evidence == ((0, 9), (20, 29))


def test_meetings_with_others_or_on_other_days_stay_apart() -> None:
    other = EventDate(start="2019-01-02", end="2019-01-02", value="2019-01-02", basis="text")
    events = [
        meeting(0, "A", "B"),
        meeting(20, "A", "C"),
        meeting(40, "A", "B", date=other, historical=True),
        meeting(60, "A", "B", factuality="negated"),
    ]
    assert [e.id for e in merge_events(events, ENTITIES)] == ["ev1", "ev2", "ev3", "ev4"]


def test_a_summary_goes_into_the_meetings_it_sums_up() -> None:
    events = [meeting(0, "A", "M"), meeting(20, "A", "B"), meeting(40, "A", "C")]
    merged = merge_events(events, ENTITIES)
    assert [e.actor for e in merged] == [("A", "B"), ("A", "C")]
    assert all((0, 9) in e.evidence for e in merged)


def test_a_day_told_wins_over_the_reports_own() -> None:
    told = EventDate(start="2020-05-02", end="2020-05-02", value="2020-05-02", basis="text")
    (merged,) = merge_events([meeting(0, "A", "B"), meeting(20, "A", "B", date=told)], ENTITIES)
    assert merged.date == told


def test_what_the_report_tells_itself_needs_nobodys_word() -> None:
    said = Attribution(source="C", statement="s1")
    (merged,) = merge_events(
        [meeting(0, "A", "B", attribution=said), meeting(20, "A", "B")], ENTITIES
    )
    assert merged.attribution is None


def test_a_meeting_takes_the_place_of_the_visit_told_with_it() -> None:
    visit = meeting(10, "A", mode="visit", recipient=("C",), place="p1", evidence=((0, 9),))
    placed = place_by_visit([meeting(0, "A", "B"), visit, meeting(40, "A", "B")])
    assert [e.place for e in placed] == ["p1", "p1", None]


def test_a_visit_to_a_town_is_a_visit_to_its_country() -> None:
    town = Entity(id="T", name="Kisumu", type="other", country="KEN")
    country = Entity(id="N", name="Kenya", type="country", country="KEN")
    events = [
        meeting(0, "A", mode="visit", recipient=("T",)),
        meeting(20, "A", mode="visit", recipient=("N",)),
    ]
    (merged,) = merge_events(events, [*ENTITIES, town, country])
    assert merged.recipient == ("N",)


def test_the_last_days_of_the_calendar_are_compared_too() -> None:
    last = EventDate(start="9999-12-01", end="9999-12-31", value="9999-12", basis="text")
    first = EventDate(start="0001-01-01", end="0001-01-01", value="0001-01-01", basis="published")
    told = [meeting(0, "A", "B", date=last), meeting(20, "B", "A", date=first)]
    assert len(merge_events(told, ENTITIES)) == 2
    near = EventDate(start="9999-12-31", end="9999-12-31", value="9999-12-31", basis="published")
    assert len(merge_events([told[0], meeting(20, "B", "A", date=near)], ENTITIES)) == 1
