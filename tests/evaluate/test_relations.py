"""The evaluation of marked pairs: reading the gold, folds, matching, baselines and measures."""

from __future__ import annotations

import json

import pytest

from dragoman.evaluate.base import Evaluation
from dragoman.evaluate.baselines import most_frequent, ngram_types
from dragoman.evaluate.pairs import GoldPair, coarse, folds, read_pairs, unmark
from dragoman.evaluate.relations import best_types, compare_bare, is_pair
from dragoman.evaluate.scores import calibration_error, macro_f1, reliability
from dragoman.records import Entity, Event, Mention, Pipeline, Reading, Report

TEXT = "Chad praised Niger while Mali watched."
NAMES = {"chad": (0, 4), "niger": (13, 18), "mali": (25, 29)}


def reading(*events: Event) -> Reading:
    entities = tuple(
        Entity(
            id=name,
            name=name,
            type="country",
            mentions=(Mention(span=span, text=TEXT[slice(*span)], kind="name"),),
        )
        for name, span in NAMES.items()
    )
    return Reading(
        report=Report(id="r", text=TEXT),
        pipeline=Pipeline(dragoman="0", model="m", codebook="c"),
        entities=entities,
        events=events,
    )


def event(actor: tuple[str, ...], recipient: tuple[str, ...], **changes: str) -> Event:
    given = {"type": "SUPPORT", "factuality": "asserted", **changes}
    return Event(
        id="e", trigger=(5, 12), rule="SUPPORT/praise", actor=actor, recipient=recipient, **given
    )


def gold(label: str = "SUPPORT") -> GoldPair:
    return GoldPair(TEXT, (NAMES["chad"],), (NAMES["niger"],), label)


def test_marks_are_taken_out_and_may_lie_inside_each_other():
    text, spans = unmark("<s><t>Iraqi</t> fighters</s> left <t>Basra</t>.")
    assert text == "Iraqi fighters left Basra."
    assert sorted(spans) == [("s", (0, 14)), ("t", (0, 5)), ("t", (20, 25))]


def test_gold_is_read_with_a_side_left_out(tmp_path):
    path = tmp_path / "gold.jsonl"
    line = {"text": "Chad left.", "marked": "<s>Chad</s> left.", "type": "YIELD"}
    path.write_text(json.dumps(line) + "\n\n", encoding="utf-8")
    (pair,) = read_pairs(path)
    assert (pair.source, pair.target, pair.type) == ((0, 4), None, "YIELD")
    path.write_text(json.dumps({**line, "text": "Chad  left."}), encoding="utf-8")
    with pytest.raises(ValueError, match="line 1"):
        read_pairs(path)


def test_folds_spread_types_and_keep_a_text_together():
    pairs = [GoldPair(f"text {n}", (), (), "AID" if n % 3 else "ASSAULT") for n in range(30)]
    pairs += [GoldPair("text 0", ((0, 4),), (), "AID")]
    where = folds(pairs)
    assert where[0] == where[-1]
    aid = [where[n] for n in range(30) if n % 3]
    assert [aid.count(k) for k in range(5)] == [4, 4, 4, 4, 4]
    backwards = folds(pairs[::-1])
    assert backwards[::-1] == where


def test_concede_and_retreat_add_up_to_yield():
    guessed, sure = best_types([[0.3, 0.3, 0.4]], ["CONCEDE", "RETREAT", "AID"], ["AID", "YIELD"])
    assert guessed == ["YIELD"]
    assert sure == [pytest.approx(0.6)]
    assert best_types([[0.3, 0.4]], ["CONCEDE", "RETREAT"], ["CONCEDE", "RETREAT"])[0] == [
        "RETREAT"
    ]
    assert coarse("ASSAULT") == "ASSAULT"


def test_a_pair_fits_in_its_own_direction_only():
    found = reading()
    assert is_pair(event(("chad",), ("niger",)), gold(), found)
    assert not is_pair(event(("niger",), ("chad",)), gold(), found)
    assert not is_pair(event(("chad",), ()), gold(), found)
    assert is_pair(event(("niger", "chad"), ()), gold(), found)
    assert is_pair(event(("chad",), ()), GoldPair(TEXT, (NAMES["chad"],), (), "AID"), found)


def test_every_event_counts_and_a_pair_is_found_once():
    right = event(("chad",), ("niger",))
    outcome = Evaluation("relations")
    compare_bare(outcome, [gold()], [reading(right, right, event(("mali",), ("niger",)))])
    assert outcome.figures["pair_type_precision"] == pytest.approx(1 / 3)
    assert outcome.figures["pair_type_recall"] == 1.0
    other = Evaluation("relations")
    compare_bare(other, [gold("AID")], [reading(right)])
    assert other.figures["pair_f1"] == 1.0
    assert other.figures["pair_type_f1"] == 0.0


def test_negated_events_do_not_count():
    outcome = Evaluation("relations")
    denied = event(("chad",), ("niger",), factuality="negated")
    compare_bare(outcome, [gold(), gold()], [reading(denied), None])
    assert outcome.tallies["pair_type"].spurious == 0
    assert outcome.tallies["pair_type"].missed == 2


def test_the_ngram_baseline_is_held_out_and_learns():
    texts = [f"rebels bombed town {n}" for n in range(10)] + [
        f"donors gave rice {n}" for n in range(10)
    ]
    types = ["ASSAULT"] * 10 + ["AID"] * 10
    where = [n % 5 for n in range(20)]
    assert ngram_types(texts, types, where, 5) == types
    alone = ngram_types(["one", "two", "three", "four"], ["A", "B", "A", "A"], [0, 1, 0, 0], 2)
    assert alone[1] == "A"
    assert most_frequent(["B", "A", "B", "A"]) == "A"


def test_measures():
    assert macro_f1(["A", "A", "B"], ["A", "B", "B"]) == pytest.approx(2 / 3)
    assert macro_f1([], []) == 0.0
    assert calibration_error([0.9, 0.9, 0.1, 0.1], [True, True, False, False]) == pytest.approx(0.1)
    (row,) = reliability([0.95, 1.0], [True, False])
    assert (row["count"], row["right"]) == (2, 0.5)
