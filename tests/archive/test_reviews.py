"""The journal of reviews: written durably, read whole, torn lines passed over, undone."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.archive.review_add import add
from dragoman.archive.reviews import (
    Journal,
    Subject,
    base_of,
    journal_path,
    judge,
    read_journal,
    standing_of,
    undo,
)
from dragoman.archive.schema import report_key
from dragoman.archive.store import Store
from dragoman.records import (
    Attribution,
    Entity,
    Event,
    EventDate,
    Mention,
    Party,
    Place,
    Reading,
    Relation,
    Report,
    Statement,
)
from dragoman.resolve.review_apply import apply_reviews
from dragoman.resolve.review_changes import ReviewError
from dragoman.resolve.reviews import Kind, Prints, Review, in_force
from tests.archive.made import PIPELINE

TEXT = "Kenyan police arrested 5 miners in Kisumu on Monday, Uganda said. Kenya denied it."
REPORT = Report(id="held", text=TEXT, published="2026-03-03", source="Harbour Wire")
KEY = report_key(REPORT)


def span(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def entity(key: str, words: str, country: str | None) -> Entity:
    mention = Mention(span=span(words), text=words, kind="name")
    return Entity(id=key, name=words, type="group", country=country, mentions=(mention,))


def coded(prefix: str = "e") -> Reading:
    """Return a reading; another prefix stands for another coding, whose ids are others."""
    police, miners, uganda, kenya = (f"{prefix}{n}" for n in range(1, 5))
    event = Event(
        id="ev1", type="COERCE", mode="arrest", cameo="173", score=-7.0, actor=(police,),
        recipient=(miners,), trigger=span("arrested"), evidence=((0, 65),), place="p1",
        date=EventDate(start="2026-03-02", end="2026-03-02", value="2026-03-02", basis="text",
                       text_span=span("Monday")),
        attribution=Attribution(source=uganda, statement="s1"), rule="COERCE/arrest",
    )  # fmt: skip
    other = Event(id="ev2", type="REJECT", actor=(kenya,), trigger=span("denied"), rule="REJECT/x")
    return Reading(
        report=REPORT,
        pipeline=PIPELINE,
        entities=(
            entity(police, "Kenyan police", "KEN"), entity(miners, "5 miners", None),
            entity(uganda, "Uganda", "UGA"), entity(kenya, "Kenya denied"[:5], "KEN"),
        ),
        events=(event, other),
        statements=(
            Statement(id="s1", kind="indirect", source=Party(entity=uganda), cue=span("said"),
                      content=(span("Kenyan police arrested 5 miners in Kisumu on Monday"),)),
        ),
        relations=(Relation(id="r1", subject=police, predicate="part_of", object=kenya,
                            evidence=(span("Kenyan police"),)),),
        places=(Place(id="p1", name="Kisumu", spans=(span("Kisumu"),), country="KEN"),),
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def review(store: Store, record: str, verdict: str, who: str = "amara", **more: object) -> Review:
    subject = Subject(KEY, Prints(coded()), record)
    values = {name: value if isinstance(value, list) else [value] for name, value in more.items()}
    return judge(store, subject, verdict, who, given=values or None)  # type: ignore[arg-type]


def now(store: Store, reading: Reading | None = None) -> Reading:
    held, prints = read_journal(store), Prints(reading or coded())
    return apply_reviews(base_of(held, KEY, prints), standing_of(held, KEY, prints))


def test_a_verdict_is_kept_with_who_when_and_what_was_seen(store: Store) -> None:
    made = review(store, "ev1", "confirm")
    assert read_journal(store) == Journal((made,))
    assert (made.number, made.who, made.kind) == (1, "amara", "events")
    assert made.at.endswith("+00:00")
    assert made.seen["actor"] == ["Kenyan police"]
    assert made.seen["date"] == {"start": "2026-03-02", "end": "2026-03-02", "value": "2026-03-02"}


def test_nothing_reviewed_is_an_empty_journal(store: Store) -> None:
    assert read_journal(store) == Journal()
    assert now(store) == coded()


def test_rejected_records_go_and_what_names_them_lets_go(store: Store) -> None:
    review(store, "ev2", "reject")
    review(store, "e1", "reject")
    review(store, "p1", "reject")
    found = now(store)
    assert [e.id for e in found.events] == ["ev1"]
    assert found.events[0].actor == ()
    assert found.events[0].place is None
    assert found.relations == ()
    assert "e1" not in {e.id for e in found.entities}


def test_corrections_change_what_they_name_and_what_goes_with_it(store: Store) -> None:
    review(store, "ev1", "correct", type="assault", date="2026-03", actor=["e4", "Kenyan police"],
           historical="true", contexts=["repression", "legal"])  # fmt: skip
    review(store, "s1", "correct", source="e4", content="arrested 5 miners")
    review(store, "e2", "correct", country="tza", sectors=["lab"])
    found = now(store)
    event = found.events[0]
    assert (event.type, event.mode, event.actor) == ("ASSAULT", None, ("e4", "e1"))
    assert (event.score, event.cameo) != (-7.0, "173")
    assert (event.date.start, event.date.end) == ("2026-03-01", "2026-03-31")
    assert (event.historical, event.contexts) == (True, ("legal", "repression"))
    assert event.place == "p1"
    assert found.statements[0].source == Party(entity="e4")
    assert found.words(found.statements[0].content[0]) == "arrested 5 miners"
    assert (found.entities[1].country, found.entities[1].sectors) == ("TZA", ("LAB",))


def test_a_reviewer_adds_to_what_stands(store: Store) -> None:
    review(store, "ev1", "correct", mode="seize")
    review(store, "ev1", "correct", "wim", date="2026-03-01")
    assert (now(store).events[0].mode, now(store).events[0].date.start) == ("seize", "2026-03-01")
    made = review(store, "ev1", "confirm", "zola")
    assert made.judged == "correct"
    assert now(store).events[0].mode == "seize"
    review(store, "ev1", "correct", mode="arrest")
    assert now(store).events[0].mode == "arrest"


def test_blind_reviews_take_no_account_of_others(store: Store) -> None:
    review(store, "ev1", "correct", mode="seize")
    subject = Subject(KEY, Prints(coded()), "ev1")
    made = judge(store, subject, "confirm", "wim", blind=True)
    assert (made.judged, made.changes) == ("confirm", {})
    (standing,) = standing_of(read_journal(store), KEY, Prints(coded()))
    assert standing.conflict
    assert now(store).events[0].mode == "arrest"


def test_reviews_hold_when_ids_move(store: Store) -> None:
    review(store, "ev1", "correct", actor="e4", recipient=["e1", "e2"])
    again = now(store, coded("x"))
    assert again.events[0].actor == ("x4",)
    assert again.events[0].recipient == ("x1", "x2")


def test_reviews_of_what_is_no_more_are_kept_but_not_applied(store: Store) -> None:
    review(store, "ev2", "reject")
    other = coded()
    changed = msgspec.structs.replace(other.events[1], type="ACCUSE")
    other = msgspec.structs.replace(other, events=(other.events[0], changed))
    assert now(store, other) == other
    (standing,) = standing_of(read_journal(store), KEY, Prints(other))
    assert (standing.state, standing.record) == ("changed", None)


@pytest.mark.parametrize(
    ("record", "field", "value", "told"),
    [
        ("ev1", "type", "WAR", "there is no type 'WAR'; there are: AGREE"),
        ("ev1", "mode", "visit", "COERCE has no mode 'visit'; its modes: seize"),
        ("ev1", "factuality", "maybe", "asserted, future"),
        ("ev1", "date", "2026-02-30", "is no date"),
        ("ev1", "date", "2026-03-05..2026-03-01", "ends before it begins"),
        ("ev1", "date", "२०२६", "is no date"),
        ("ev1", "actor", "France", "none is called 'France'; there are: e1 Kenyan police"),
        ("ev1", "place", "Paris", "p1 Kisumu"),
        ("ev1", "historical", "yes", "true, false"),
        ("ev1", "contexts", "weather", "there is no context"),
        ("ev1", "score", "1", "events have no score to correct"),
        ("ev1", "mode", "arrest", "changes nothing"),
        ("e1", "country", "KENYA", "no code of a country"),
        ("e1", "sectors", "XYZ", "there is no sector"),
        ("e1", "name", "a\u0007b", "printable"),
        ("s1", "content", "never said", "does not have the words"),
        ("r1", "predicate", "leads", "confirm or reject"),
        ("ev9", "type", "AID", "no record 'ev9'"),
    ],
)
def test_mistaken_corrections_are_refused(
    store: Store, record: str, field: str, value: str, told: str
) -> None:
    with pytest.raises(ReviewError) as raised:
        review(store, record, "correct", **{field: value})
    assert told in str(raised.value)
    assert read_journal(store) == Journal()


@pytest.mark.parametrize("who", ["", "  ", "x" * 101, "a\x1b[31mb", "a\u202eb"])
def test_mistaken_names_are_refused(store: Store, who: str) -> None:
    with pytest.raises(ReviewError):
        review(store, "ev1", "confirm", who)


def test_a_torn_line_is_passed_over_and_the_next_is_whole(store: Store) -> None:
    first = review(store, "ev1", "reject")
    path = journal_path(store)
    path.write_bytes(path.read_bytes() + b'{"number":2,"at":"2026')
    assert read_journal(store) == Journal((first,), (2,))
    second = review(store, "ev2", "confirm")
    assert read_journal(store) == Journal((first, second), (2,))
    assert path.read_bytes().count(b"\n") == 3


def test_many_can_review_at_once(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: review(store, "ev1", "confirm", f"r{n}"), range(40)))
    held = read_journal(store)
    assert sorted(line.number for line in held.lines) == list(range(1, 41))
    assert held.torn == ()


def test_undo_of_what_is_not_there_is_refused(store: Store) -> None:
    review(store, "ev1", "reject")
    undo(store, 1, "amara")
    for number in (1, 7):
        with pytest.raises(ReviewError):
            undo(store, number, "amara")


_STEPS = st.tuples(
    st.sampled_from(["ev1", "ev2", "s1", "e2", "p1", "added"]),
    st.sampled_from(["confirm", "reject", "correct", "add"]),
    st.sampled_from(["amara", "wim"]),
    st.integers(1, 9),
)
_FIELDS = {"ev1": "date", "ev2": "date", "s1": "source", "e2": "country"}


def take(store: Store, step: tuple[str, str, str, int]) -> None:
    """Take a step; a correction that changes nothing or cannot be is none."""
    record, verdict, who, number = step
    values = {"date": f"2026-01-0{number}", "source": f"e{number % 4 + 1}", "country": "TZA"}
    if record == "added":
        record = [e.id for e in now(store).events or coded().events][-1]
    field = _FIELDS.get(record, "date" if record.startswith("add") else None)
    try:
        if verdict == "add" and record in ("e2", "p1"):
            given = {"words": ["Monday" if number % 2 else "it"], "geonameid": ["none"]}
            party = {"words": given["words"], "type": ["group"], "country": ["TZA"]}
            table: Kind = "entities" if record == "e2" else "places"
            add(store, KEY, Prints(coded()), table, party if record == "e2" else given, who,
                blind=number > 5)  # fmt: skip
        elif verdict == "add":
            event = {"type": ["AID"], "trigger": ["denied"], "date": [values["date"]]}
            event["actor"] = [now(store).entities[-1].name]
            event["place"] = [now(store).places[-1].name] if now(store).places else ["none"]
            add(store, KEY, Prints(coded()), "events", event, who, blind=number > 5)
        elif verdict != "correct":
            review(store, record, verdict, who)
        elif field:
            review(store, record, verdict, who, **{field: values[field]})
    except ReviewError:
        return


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(_STEPS, min_size=1, max_size=6), seed=st.integers(0, 99))
def test_undo_restores(tmp_path_factory: pytest.TempPathFactory, steps: list, seed: int) -> None:
    store = Store(tmp_path_factory.mktemp("undo"))
    states = [now(store)]
    for step in steps:
        take(store, step)
        if len(read_journal(store).lines) == len(states):
            states.append(now(store))
    made = len(states) - 1
    for number in range(made, 0, -1):  # the last first: each undo goes one state back
        undo(store, number, "zola")
        assert now(store) == states[number - 1]
    numbers = list(range(1, made + 1))
    random.Random(seed).shuffle(numbers)
    undos = {line.undoes: line.number for line in read_journal(store).lines if line.undoes}
    for number in numbers:  # undo every undo, in any order: all is as it was
        undo(store, undos[number], "zola")
    assert now(store) == states[-1]
    assert len(in_force(read_journal(store).lines)) == made
