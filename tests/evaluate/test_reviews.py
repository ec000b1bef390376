"""Gold made of reviews, and a reading measured against it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.archive.test_reviews import KEY, TEXT, coded

from dragoman.archive.review_gold import gold
from dragoman.archive.reviewed import Reviewed
from dragoman.archive.reviews import Subject, judge, read_journal, standing_of
from dragoman.archive.store import Store
from dragoman.evaluate.report import Comparison
from dragoman.records import Reading
from dragoman.resolve.reviews import Prints


class Desk:
    """A store whose one report is reviewed."""

    def __init__(self, folder: Path) -> None:
        self.store, self.prints = Store(folder), Prints(coded())

    def review(self, record: str, verdict: str, who: str = "amara", **given: list[str]) -> None:
        subject = Subject(KEY, self.prints, record)
        judge(self.store, subject, verdict, who, given=given or None, blind=True)  # type: ignore[arg-type]

    def gold(self, *, agreed: bool = False) -> list[dict]:
        held = read_journal(self.store)
        standing = {KEY: standing_of(held, KEY, self.prints)}
        return list(gold(Reviewed(held, {KEY: ("b", self.prints)}, standing), agreed=agreed))

    def measure(self, reading: Reading) -> Comparison:
        (line,) = self.gold()
        compared = Comparison()
        compared.add(reading, line)
        return compared


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_gold_has_what_was_said_and_no_more(desk: Desk) -> None:
    desk.review("ev1", "correct", type=["ASSAULT"], date=["2026-03"])
    desk.review("s1", "confirm")
    desk.review("e1", "confirm")
    desk.review("ev2", "reject")
    (line,) = desk.gold()
    assert (line["text"], line["report"], line["reviewers"]) == (TEXT, KEY, ["amara"])
    (event,) = line["events"]
    assert (event["type"], event["mode"], event["date"]) == ("ASSAULT", None, "2026-03")
    assert (event["actor"], event["trigger"]) == (["Kenyan police"], "arrested")
    assert TEXT.startswith(event["in"])
    assert [(e["type"], e["actor"]) for e in line["wrong"]["events"]] == [
        ("COERCE", ["Kenyan police"]), ("REJECT", ["Kenya"])]  # fmt: skip
    assert line["statements"][0]["source"] == "Uganda"
    assert [e["name"] for e in line["entities"]] == ["Kenyan police"]
    assert [e["name"] for e in line["names"]] == ["5 miners", "Uganda", "Kenya"]


def test_what_reviewers_disagree_on_can_be_left_out(desk: Desk) -> None:
    desk.review("ev1", "confirm")
    desk.review("ev1", "reject", "wim")
    desk.review("ev2", "confirm")
    assert [len(line["events"]) for line in desk.gold()] == [1]
    (line,) = desk.gold(agreed=True)
    assert [e["type"] for e in line["events"]] == ["REJECT"]
    assert line["wrong"]["events"] == []


def test_confirmed_and_found_again_is_perfect(desk: Desk) -> None:
    for record in ("ev1", "s1", "r1", "e1"):
        desk.review(record, "confirm")
    found = desk.measure(coded()).outcome("reviews").figures
    for name in ("events_f1", "statements_f1", "relations_recall", "events_details_right"):
        assert found[name] == 1


def test_what_is_judged_wrong_is_spurious_and_the_rest_is_not_counted(desk: Desk) -> None:
    desk.review("ev1", "correct", recipient=["none"])
    compared = desk.measure(coded())
    events = compared.tallies["events"]
    # the corrected event has a party fewer, so it is found; ev2 was never judged
    assert (events.right, events.missed, events.spurious) == (1, 0, 0)
    assert compared.unjudged == 4 - 1  # ev2, s1, r1
    desk.review("ev1", "correct", type=["AID"])
    events = desk.measure(coded()).tallies["events"]
    assert (events.right, events.missed, events.spurious) == (0, 1, 1)


def test_details_are_compared_with_the_corrected_ones(desk: Desk) -> None:
    desk.review("ev1", "correct", date=["2026-03-01"], place=["none"], mode=["seize"])
    assert desk.measure(coded()).tallies["events_details_right"].recall == 0
    before = coded()
    event = before.events[0]
    date = msgspec.structs.replace(event.date, start="2026-03-01", value="2026-03-01")
    better = msgspec.structs.replace(event, date=date, mode="seize")
    now = msgspec.structs.replace(before, events=(better,))
    assert desk.measure(now).tallies["events_details_right"].recall == 1
