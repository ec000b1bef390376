"""Parties and places named by hand: words of the text, who or where they are."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from dragoman.archive.review_gold import gold
from dragoman.archive.reviewed import Reviewed
from dragoman.archive.reviews import Journal, journal_path, read_journal, standing_of, undo
from dragoman.archive.store import Store
from dragoman.evaluate.agreement import review_agreement
from dragoman.evaluate.report import Comparison
from dragoman.records import Place, Reading
from dragoman.resolve.review_changes import ReviewError
from dragoman.resolve.review_named import SeveralError
from dragoman.resolve.reviews import Prints
from dragoman.verify import check_spans
from tests.archive.test_review_add import put
from tests.archive.test_reviews import KEY, coded, entity, now, review, span, store

__all__ = ["store"]
FORCE = {"words": "police", "name": "Police of the Lake", "type": "organization",
         "country": "ken", "sectors": ["GOV"]}  # fmt: skip
EVENT = {"type": "AID", "trigger": "denied", "recipient": "Kenya"}


def test_a_party_is_named_and_takes_part(store: Store) -> None:
    made = put(store, "entities", **FORCE)
    put(store, "events", **EVENT, actor="Police of the Lake")
    review(store, "ev2", "correct", recipient=made.record)
    found = now(store)
    check_spans(found)
    party = found.entities[-1]
    assert party.id == made.record
    assert party.id.startswith("add-")
    assert (party.name, party.type, party.country, party.sectors) == (
        "Police of the Lake", "organization", "KEN", ("GOV",))  # fmt: skip
    (mention,) = party.mentions
    assert (mention.text, mention.kind, mention.span) == ("police", "nominal", span("police"))
    assert found.events[-1].actor == (party.id,)
    assert found.events[1].recipient == (party.id,)
    line = read_journal(store).lines[0]
    assert line.changes["mentions"] == [
        {"span": list(span("police")), "text": "police", "kind": "nominal"}]  # fmt: skip


def test_a_place_is_looked_up(store: Store) -> None:
    made = put(store, "places", words="Monday", name="Lodwar")
    (_, place) = now(store).places
    check_spans(now(store))
    assert (place.id, place.name, place.country, place.feature, place.confidence) == (
        made.record, "Lodwar", "KEN", "PPL", 1.0)  # fmt: skip
    assert place.spans == (span("Monday"),)
    assert place.geonameid
    assert place.latitude == pytest.approx(3.12, abs=0.1)
    review(store, "ev1", "correct", place="Lodwar")
    assert now(store).events[0].place == made.record


def test_of_several_places_one_is_chosen(store: Store) -> None:
    with pytest.raises(SeveralError) as raised:
        put(store, "places", words="Monday", name="Tripoli")
    several = dict(raised.value.places)
    assert "LBY" in next(iter(several.values()))
    number = next(n for n, about in several.items() if "LBN" in about)
    assert number in str(raised.value)
    put(store, "places", words="Monday", name="Tripoli", geonameid=number)
    assert now(store).places[-1].country == "LBN"
    with pytest.raises(ReviewError, match="already, as add-"):
        put(store, "places", words="Uganda", name="Tripoli", geonameid=number)


def test_a_place_that_no_gazetteer_has(store: Store) -> None:
    put(store, "places", words="Monday", name="Upper Ford", geonameid="none", country="KEN")
    place = now(store).places[-1]
    assert (place.name, place.geonameid, place.country, place.latitude) == (
        "Upper Ford", None, "KEN", None)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "given", "told"),
    [
        ("entities", {**FORCE, "words": "polices"}, "does not have the words 'polices'"),
        ("entities", {**FORCE, "words": " "}, "an added party needs its words"),
        ("entities", {"words": "police"}, "an added party needs its type"),
        ("entities", {**FORCE, "type": "band"}, "there is no type 'band'"),
        ("entities", {**FORCE, "country": "XYZ"}, "is no code of a country"),
        ("entities", {**FORCE, "sectors": ["GOV", "POP"]}, "there is no sector 'POP'"),
        ("entities", {**FORCE, "name": "x" * 201}, "1 to 200 characters"),
        ("entities", {**FORCE, "nth": "2"}, "stand 1 times"),
        ("entities", {**FORCE, "words": "Uganda"}, "already, as e3"),
        ("entities", {**FORCE, "name": "Kenya", "type": "group"}, "already, as e4"),
        ("entities", {**FORCE, "geonameid": "1"}, "have no geonameid"),
        ("places", {"words": "Monday"}, "has no place called 'Monday'; give another name"),
        ("places", {"words": "Monday", "name": "Lodwar", "country": "UGA"}, "'Lodwar' in UGA"),
        ("places", {"words": "Monday", "name": "Lodwar", "geonameid": "7"}, "with the number 7"),
        ("places", {"words": "Monday", "name": "Kisumu", "geonameid": "none"}, "already, as p1"),
        ("places", {"name": "Lodwar"}, "an added place needs its words"),
    ],
)
def test_mistakes_are_refused(store: Store, kind: str, given: dict[str, Any], told: str) -> None:
    with pytest.raises(ReviewError) as raised:
        put(store, kind, **given)
    assert told in str(raised.value)
    assert read_journal(store) == Journal()


def test_what_names_a_party_goes_with_it(store: Store) -> None:
    put(store, "entities", **FORCE)
    put(store, "events", **EVENT, actor="Police of the Lake")
    undo(store, 1, "amara")
    assert now(store) == coded()
    (event,) = standing_of(read_journal(store), KEY, Prints(coded()))
    assert event.state == "changed"
    undo(store, 3, "amara")
    assert len(now(store).events) == 3
    review(store, now(store).entities[-1].id, "reject", "wim")
    assert now(store).events[-1].actor == ()
    assert now(store).entities == coded().entities


def test_a_party_is_corrected_like_another(store: Store) -> None:
    made = put(store, "entities", **FORCE)
    review(store, made.record, "correct", "wim", country="UGA", name="Lake Police")
    party = now(store).entities[-1]
    assert (party.id, party.name, party.country) == (made.record, "Lake Police", "UGA")
    assert party.mentions[0].text == "police"
    (standing,) = standing_of(read_journal(store), KEY, Prints(coded()))
    assert standing.conflict


def found_since() -> Reading:
    """Return a coding that has the party and the place that were missed."""
    reading = coded("x")
    club = msgspec.structs.replace(entity("x9", "Monday", None), name="The Monday Club")
    place = Place(id="p9", name="Lodwar", spans=(span("Monday"),), geonameid=189280)
    return msgspec.structs.replace(
        reading, entities=(*reading.entities, club), places=(*reading.places, place)
    )


def test_what_the_program_finds_since_takes_their_place(store: Store) -> None:
    put(store, "entities", words="Monday", type="other", name="Monday Club")
    put(store, "places", words="Monday", name="Lodwar")
    put(store, "events", **EVENT, actor="Monday Club", place="Lodwar")
    found = now(store, found_since())
    assert [(e.id, e.name) for e in found.entities[4:]] == [("x9", "Monday Club")]
    assert found.events[-1].actor == ("x9",)
    assert [p.id for p in found.places] == ["p1", "p9"]
    assert found.events[-1].place == "p9"
    assert found.events[-1].recipient == ("x4",)


def test_two_reviewers_name_one_party(store: Store) -> None:
    for who in ("amara", "wim"):
        put(store, "entities", who, blind=True, **FORCE)
        put(store, "events", who, blind=True, **EVENT, actor="Police of the Lake")
    put(store, "places", words="Monday", name="Lodwar")
    put(store, "places", "wim", blind=True, words="Monday", name="Kakuma")
    found = now(store)
    assert len(found.entities) == 5
    assert len(found.events) == 3
    standing = standing_of(read_journal(store), KEY, Prints(coded()))
    assert not any(one.conflict for one in standing)
    agreed = review_agreement(standing)
    # the party and the event are of both, each place of one
    assert (agreed["added"].units, agreed["added"].same) == (4, 0.5)
    assert agreed["events.actor"].same == 1.0
    assert agreed["entities.country"].same == 1.0


def test_parties_and_places_are_gold_and_measured(store: Store) -> None:
    put(store, "entities", **FORCE)
    put(store, "places", words="Monday", name="Lodwar")
    put(store, "events", **EVENT, actor="Police of the Lake", place="Lodwar")
    held, prints = read_journal(store), Prints(coded())
    standing = {KEY: standing_of(held, KEY, prints)}
    (line,) = gold(Reviewed(held, {KEY: ("b", prints)}, standing))
    assert line["entities"] == [
        {"name": "Police of the Lake", "type": "organization", "country": "KEN",
         "sectors": ["GOV"], "variants": ["police"]}]  # fmt: skip
    assert (line["places"][0]["name"], line["places"][0]["country"]) == ("Lodwar", "KEN")
    assert (line["events"][0]["actor"], line["events"][0]["place"]) == (
        ["Police of the Lake"], "Lodwar")  # fmt: skip
    figures = {}
    for name, reading in (("coded", coded()), ("reviewed", now(store))):
        compared = Comparison()
        compared.add(reading, line)
        figures[name] = compared.outcome("reviews", every=False).figures
    for figure in ("places_recall", "entities_recall", "events_recall"):
        assert (figures["coded"][figure], figures["reviewed"][figure]) == (0, 1)


def test_lines_that_make_no_party_are_passed_over(store: Store) -> None:
    put(store, "entities", **FORCE)
    line = journal_path(store).read_bytes()
    at = ",".join(map(str, span("police"))).encode()
    assert line.count(at) > 1
    for old, new in ((at, b"5,5"), (at, b"70,76"), (b'"kind":"nominal"', b'"kind":"x"'),
                     (b'"organization"', b'"band"'), (at, b"0,9999")):  # fmt: skip
        journal_path(store).write_bytes(line.replace(old, new))
        assert now(store) == coded()
