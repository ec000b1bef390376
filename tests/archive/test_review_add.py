"""Records added by hand: checked against the text, the same for two who add them, undone."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from dragoman.archive.review_add import add
from dragoman.archive.review_gold import gold
from dragoman.archive.reviewed import Reviewed
from dragoman.archive.reviews import (
    Journal,
    base_of,
    journal_path,
    read_journal,
    standing_of,
    undo,
)
from dragoman.archive.store import Store
from dragoman.codebook import Codebook
from dragoman.evaluate.agreement import review_agreement
from dragoman.evaluate.report import Comparison
from dragoman.records import Event, EventDate, Reading, Statement
from dragoman.resolve.review_changes import ReviewError
from dragoman.resolve.reviews import Prints, Review
from dragoman.verify import check_spans
from tests.archive.test_reviews import KEY, REPORT, TEXT, coded, entity, now, review, span

EVENT = {"type": "accuse", "trigger": "Uganda said", "actor": "Uganda", "recipient": "Kenya"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def put(
    store: Store, table: str, who: str = "amara", *, blind: bool = False, **given: object
) -> Review:
    values = {k: v if isinstance(v, list) else [v] for k, v in given.items()}
    return add(store, KEY, Prints(coded()), table, values, who, blind=blind)  # type: ignore[arg-type]


def test_an_event_is_added_with_all_that_goes_with_it(store: Store) -> None:
    made = put(store, "events", **EVENT, date="2026-03", place="Kisumu", historical="true",
               contexts=["legal"])  # fmt: skip
    event = now(store).events[-1]
    check_spans(now(store))
    assert (event.id, event.rule, event.confidence) == (made.record, "review", 1.0)
    assert (event.type, event.mode, event.actor, event.recipient) == (
        "ACCUSE", None, ("e3",), ("e4",))  # fmt: skip
    plover = Codebook().plover
    assert (event.score, event.cameo) == (
        plover.score("ACCUSE", None), plover.types["ACCUSE"].cameo)  # fmt: skip
    assert (event.date.start, event.date.end) == ("2026-03-01", "2026-03-31")
    assert (event.place, event.historical, event.contexts) == ("p1", True, ("legal",))
    assert TEXT[slice(*event.trigger)] == "Uganda said"
    # no coded sentence is around it: from the beginning to the first stop
    assert [TEXT[slice(*s)] for s in event.evidence] == [TEXT.split(" Kenya denied")[0]]
    assert event.id.startswith("add-")
    assert [e.id for e in now(store).events] == ["ev1", "ev2", event.id]


def test_a_statement_and_a_relation_are_added(store: Store) -> None:
    said = put(store, "statements", source="e4", cue="denied", content=["Kenya denied it"],
               kind="indirect")  # fmt: skip
    put(store, "relations", subject="Kenyan police", predicate="based_in", object="e4",
        evidence="Kenyan police")  # fmt: skip
    put(store, "relations", subject="e3", predicate="holds_office", literal="chair",
        evidence=["Uganda", "denied"])  # fmt: skip
    found = now(store)
    check_spans(found)
    statement = found.statements[-1]
    assert (statement.id, statement.source.entity) == (said.record, "e4")  # type: ignore[union-attr]
    assert found.words(statement.cue) == "denied"  # type: ignore[arg-type]
    assert [found.words(s) for s in statement.content] == ["Kenya denied it"]
    assert [(r.subject, r.predicate, r.object, r.literal) for r in found.relations[1:]] == [
        ("e1", "based_in", "e4", None), ("e3", "holds_office", None, "chair")]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "given", "told"),
    [
        ("events", {**EVENT, "trigger": "arrested 6"}, "does not have the words 'arrested 6'"),
        ("events", {**EVENT, "trigger": "arreste"}, "does not have the words 'arreste'"),
        ("events", {**EVENT, "trigger": "on"}, None),
        ("events", {**EVENT, "trigger": "i n"}, "does not have the words"),
        ("events", {**EVENT, "trigger": ["said", "denied"]}, "one trigger can be given, not 2"),
        ("events", {**EVENT, "trigger": "said", "nth": "2"}, "stand 1 times"),
        ("events", {**EVENT, "trigger": "said", "nth": "0"}, "one number, from 1"),
        ("events", {**EVENT, "trigger": "said", "nth": "²"}, "one number, from 1"),
        ("events", {"type": "AID"}, "an added event needs the words that tell it"),
        ("events", {"trigger": "said"}, "an added event needs its type"),
        ("events", {**EVENT, "type": " "}, "an added event needs its type"),
        ("events", {**EVENT, "type": "none"}, "there is no type None"),
        ("events", {**EVENT, "mode": "arrest"}, "ACCUSE has no mode 'arrest'"),
        ("events", {**EVENT, "actor": "France"}, "none is called 'France'"),
        ("events", {**EVENT, "evidence": "never"}, "does not have the words 'never'"),
        ("events", {**EVENT, "score": "1"}, "events have no score; what can be given: type"),
        ("statements", {"source": "e4"}, "needs the words of what was said"),
        ("statements", {"content": "never"}, "does not have the words"),
        ("relations", {"subject": "e1", "predicate": "leads", "evidence": "said"}, "object and"),
        ("relations", {"subject": "e1", "predicate": "leads", "evidence": "said", "object": "e1"},
         "are the same"),
        ("relations", {"subject": "none", "predicate": "leads", "evidence": "said", "object": "e1"},
         "needs its subject"),
        ("relations", {"subject": "e1", "predicate": "x", "evidence": "said"}, "no predicate 'x'"),
        ("times", {"name": "x"}, "times cannot be added; what can be: events"),
        ("events", {"type": "COERCE", "trigger": "police arrested", "actor": "e1",
                    "recipient": "5 miners"}, "has that record already, as ev1"),
    ],
)  # fmt: skip
def test_mistakes_are_refused(store: Store, kind: str, given: dict, told: str | None) -> None:
    if told is None:
        assert put(store, kind, **given).verdict == "add"
        return
    with pytest.raises(ReviewError) as raised:
        put(store, kind, **given)
    assert told in str(raised.value)
    assert read_journal(store) == Journal()


def test_words_that_stand_twice_are_told_apart(store: Store) -> None:
    with pytest.raises(ReviewError) as raised:
        put(store, "relations", subject="e3", predicate="opposed_to", object="e4", evidence=".")
    assert "'.' stand 2 times" in str(raised.value)
    assert "2: …nda said. Kenya denied it[.]…" in str(raised.value)
    put(store, "relations", subject="e3", predicate="opposed_to", object="e4", evidence=".",
        nth="2")  # fmt: skip
    assert now(store).relations[-1].evidence == ((len(TEXT) - 1, len(TEXT)),)


def test_an_added_record_is_judged_and_corrected_like_another(store: Store) -> None:
    record = put(store, "events", **EVENT).record
    with pytest.raises(ReviewError, match="already, as add-"):
        put(store, "events", "wim", **EVENT)
    review(store, record, "correct", "wim", type="threaten", date="2026-03-01")
    assert (now(store).events[-1].type, now(store).events[-1].id) == ("THREATEN", record)
    review(store, record, "reject", "zola")
    assert [e.id for e in now(store).events] == ["ev1", "ev2"]
    undo(store, 3, "zola")
    undo(store, 2, "wim")
    assert now(store).events[-1].type == "ACCUSE"
    assert review(store, record, "confirm", "wim").changes == {}
    undo(store, 1, "amara")  # wim's word for it is left
    assert now(store).events[-1].id == record
    undo(store, 6, "wim")
    assert now(store) == coded()
    undo(store, 7, "amara")  # the undo of the undo
    assert now(store).events[-1].id == record


def test_added_records_hold_when_ids_move(store: Store) -> None:
    record = put(store, "events", **EVENT, place="p1").record
    event = now(store, coded("x")).events[-1]
    assert (event.id, event.actor, event.recipient, event.place) == (record, ("x3",), ("x4",), "p1")
    lost = msgspec.structs.replace(coded(), entities=coded().entities[:3], relations=())
    lost = msgspec.structs.replace(lost, events=lost.events[:1])
    (standing,) = standing_of(read_journal(store), KEY, Prints(lost))
    assert (standing.state, standing.record) == ("changed", None)
    assert now(store, lost) == lost


def found_since(**more: object) -> Reading:
    """Return a coding that has what was missed."""
    event = Event(id="ev3", type="ACCUSE", actor=("e3",), recipient=("e4",), trigger=span("said"),
                  rule="ACCUSE/say", confidence=0.7, cameo="1121", score=-2.5, **more)  # type: ignore[arg-type]  # fmt: skip
    return msgspec.structs.replace(coded(), events=(*coded().events, event))


def test_what_the_program_finds_since_is_one_record(store: Store) -> None:
    put(store, "events", **EVENT, date="2026-03-01")
    date = EventDate(start="2026-03-03", end="2026-03-03", basis="text")
    event = now(store, found_since(date=date)).events[-1]
    assert len(now(store, found_since()).events) == 3
    assert (event.id, event.rule, event.confidence, event.cameo) == (
        "ev3",
        "ACCUSE/say",
        0.7,
        "1121",
    )
    assert event.trigger == span("said")
    assert event.date.start == "2026-03-01"  # as the reviewer wants it
    (standing,) = standing_of(read_journal(store), KEY, Prints(found_since()))
    assert (standing.state, standing.record, standing.added) == ("applied", "ev3", False)
    add(store, KEY, Prints(found_since()), "events", {
        "type": ["AID"], "trigger": ["denied"]}, "amara")  # fmt: skip
    with pytest.raises(ReviewError, match="already, as ev3"):
        add(store, KEY, Prints(found_since()), "events", {k: [v] for k, v in EVENT.items()}, "wim")


def test_a_report_that_is_gone_takes_them_along(store: Store) -> None:
    put(store, "events", **EVENT)
    base = base_of(read_journal(store), "0" * 24, Prints(coded()))
    assert base.reading == coded()


def gone_wrong(store: Store) -> list[bytes]:
    """Return journals whose one line is spoilt, each in another way."""
    line = journal_path(store).read_bytes()
    bad = ("[53,6400]", "[5,5]", '"x"', "[-4,9]", "[1,2,3]", "null")
    made = [line.replace(b'"trigger":[53,64]', f'"trigger":{one}'.encode()) for one in bad]
    changed = (("trigger", "xx"), ("date", "xate"), ('"ACCUSE"', '"WAR"'))
    return made + [line.replace(old.encode(), new.encode()) for old, new in changed]


def test_lines_that_make_no_record_are_passed_over(store: Store) -> None:
    put(store, "events", **EVENT, date="2026-03")
    assert len(set(gone_wrong(store))) == 9
    for line in gone_wrong(store):
        journal_path(store).write_bytes(line)
        assert now(store) == coded()
        (standing,) = standing_of(read_journal(store), KEY, Prints(coded()))
        assert standing.state == "changed"


def test_two_who_add_the_same_add_one_record(store: Store) -> None:
    first = put(store, "events", **EVENT)
    second = put(store, "events", "wim", blind=True, **{**EVENT, "trigger": "said"})
    third = put(store, "events", "zola", blind=True, **EVENT)
    assert second.record != first.record == third.record
    found = now(store)
    assert [e.id for e in found.events] == ["ev1", "ev2", first.record]
    (standing,) = standing_of(read_journal(store), KEY, Prints(coded()))
    assert [r.who for r in standing.latest] == ["amara", "wim", "zola"]
    assert not standing.conflict
    with pytest.raises(ReviewError, match="already"):
        put(store, "events", "wim", blind=True, **EVENT)


def test_they_disagree_where_what_they_give_differs(store: Store) -> None:
    put(store, "events", **EVENT, date="2026-03-01")
    put(store, "events", "wim", blind=True, **EVENT, date="2026-03-02")
    (standing,) = standing_of(read_journal(store), KEY, Prints(coded()))
    assert standing.conflict
    assert now(store).events[-1].date.start == "2026-03-02"  # the latest counts
    undo(store, 2, "wim")
    (standing,) = standing_of(read_journal(store), KEY, Prints(coded()))
    assert not standing.conflict
    review(store, standing.record or "", "confirm", "wim")
    (standing,) = standing_of(read_journal(store), KEY, Prints(coded()))
    assert not standing.conflict


def test_agreement_counts_what_both_added(store: Store) -> None:
    for who in ("amara", "wim"):
        put(store, "events", who, blind=True, **EVENT)
    put(store, "events", type="AID", trigger="arrested")
    put(store, "statements", content="Kenya denied it")  # wim looked at no statement
    found = review_agreement(standing_of(read_journal(store), KEY, Prints(coded())))
    assert (found["verdict"].units, found["verdict"].same) == (1, 1.0)
    # of the two events that amara added, wim has one
    assert (found["added"].alpha, found["added"].units, found["added"].same) == (None, 2, 0.5)
    assert found["events.actor"].same == 1.0


def test_gold_has_what_was_missed_and_measuring_counts_it(store: Store) -> None:
    review(store, "ev1", "confirm")
    put(store, "events", **EVENT)
    put(store, "statements", source="e4", cue="denied", content="Kenya denied it")
    put(store, "relations", subject="e1", predicate="based_in", object="e4",
        evidence="Kenyan police")  # fmt: skip
    held, prints = read_journal(store), Prints(coded())
    standing = {KEY: standing_of(held, KEY, prints)}
    (line,) = gold(Reviewed(held, {KEY: ("b", prints)}, standing))
    assert [e["type"] for e in line["events"]] == ["COERCE", "ACCUSE"]
    assert line["events"][1]["trigger"] == "Uganda said"
    assert line["wrong"] == {t: [] for t in line["wrong"]}
    compared = Comparison()
    compared.add(coded(), line)
    figures = compared.outcome("reviews").figures
    assert (figures["events_recall"], figures["events_precision"]) == (0.5, 1)
    assert (figures["statements_recall"], figures["relations_recall"]) == (0, 0)
    better = Comparison()
    better.add(now(store), line)
    assert better.outcome("reviews").figures["events_recall"] == 1


def test_words_are_compared_where_they_stand() -> None:
    text = "They met. Nobody knew. They met."
    report = msgspec.structs.replace(REPORT, text=text)
    people = (entity("e1", "Uganda", "UGA"),)
    said = Statement(id="s1", kind="indirect", content=((23, 32),))
    reading = Reading(report=report, pipeline=coded().pipeline, entities=people, statements=(said,))
    wanted = {"kind": "indirect", "source": None, "content": "They met."}
    for at, recall in ((None, 0), (0, 0), (23, 1), (7, 0)):
        compared = Comparison()
        compared.add(reading, {"statements": [{**wanted, "at": at}], "wrong": {}})
        assert compared.outcome("reviews").figures["statements_recall"] == recall
