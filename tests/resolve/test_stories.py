"""Reports of one event become one story; others stay apart; the order does not matter."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from dragoman.resolve.stories import Story, count_sources, find_stories
from dragoman.resolve.stories_agree import Actor, Figure, Telling, Where, days_agree, score
from dragoman.resolve.stories_near import LEAST, agreeing, blocks_of

KENYA, UGANDA = Actor("Kenya", "KEN", ("GOV",)), Actor("Uganda", "UGA", ("GOV",))
TOGO = Actor("Togo", "TGO", ("GOV",))
GULU = Where("Gulu", "UGA", 2.77, 32.30, "PPL")
JINJA = Where("Jinja", "UGA", 0.42, 33.20, "PPL")
UGANDA_ITSELF = Where("Uganda", "UGA", 1.0, 32.0, "PCLI")


def _told(report: str, **changed: Any) -> Telling:
    given: dict[str, Any] = {
        "event": "ev1",
        "type": "AID",
        "actors": (KENYA,),
        "recipients": (UGANDA,),
        "since": "2026-03-03",
        "until": "2026-03-03",
        "basis": "text",
        "published": "2026-03-04",
        "place": GULU,
        "words": "Kenya sent 40 tents to Uganda after the flood in Gulu",
        "source": f"Paper {report}",
    }
    return Telling(report=report, **{**given, **changed})


def _together(*told: Telling) -> list[list[str]]:
    return sorted([t.report for t in (*s.tellings, *s.historical)] for s in find_stories(told))


@pytest.mark.parametrize(
    "left_out",
    [
        {"place": None},
        {"recipients": ()},
        {"actors": ()},
        {"basis": "published", "since": "2026-03-04", "until": "2026-03-04"},
        {"basis": "unknown", "since": None, "until": None},
        {"place": UGANDA_ITSELF},
        {"since": "2026-03-02", "until": "2026-03-08"},
    ],
)
def test_what_one_report_leaves_out_agrees_with_anything(left_out: dict[str, Any]) -> None:
    assert _together(_told("a"), _told("b", **left_out)) == [["a", "b"]]


@pytest.mark.parametrize(
    "other",
    [
        {"recipients": (TOGO,)},
        {"actors": (TOGO,)},
        {"place": JINJA},
        {"since": "2026-03-09", "until": "2026-03-09"},
        {"type": "ASSAULT"},
        {"published": "2026-05-04", "basis": "published"},
        {"factuality": "hypothetical"},
    ],
)
def test_what_both_know_must_agree(other: dict[str, Any]) -> None:
    groups = _together(_told("a"), _told("b", **other))
    assert ["a"] in groups
    assert ["a", "b"] not in groups


def test_other_words_about_other_matters_stay_apart() -> None:
    plain = {"place": None, "basis": "published", "figures": ()}
    tents = _told("a", **plain)
    wells = _told("b", **plain, words="Kenya drilled wells for Uganda's cattle herders")
    assert _together(tents, wells) == [["a"], ["b"]]


def test_a_middle_one_joins_no_two_that_exclude_each_other() -> None:
    vague = _told("v", place=None)
    groups = _together(_told("a"), _told("b", place=JINJA), vague)
    assert ["a", "b", "v"] not in groups
    assert len(groups) == 2


def _one(*told: Telling) -> Story:
    (story,) = find_stories(told)
    return story


def test_copies_count_once_and_the_first_is_the_earliest() -> None:
    story = _one(
        _told("c", published="2026-03-06"),
        _told("b", published="2026-03-05", copy_of="a"),
        _told("a"),
    )
    assert (story.reports, story.sources, story.first_report) == (3, 2, "a")
    same = [_told("x", source="Paper"), _told("y", source="Paper"), _told("z", source=None)]
    assert count_sources(same) == 2


def test_retellings_are_linked_and_not_counted() -> None:
    recalled = _told("old", historical=True, published="2026-02-01")
    story = _one(_told("a"), recalled, _told("b"))
    assert [t.report for t in story.historical] == ["old"]
    assert (story.reports, story.sources, story.first_report) == (2, 2, "a")
    alone = _one(recalled)
    assert (alone.first_report, alone.reports) == (None, 0)


def test_disagreements_stand_side_by_side() -> None:
    figures = {
        "a": (Figure("tents", 40, 40),),
        "b": (Figure("tents", 60, 60),),
        "c": (Figure("tents", 30, float("inf")),),
    }
    told = [_told(name, figures=given) for name, given in figures.items()]
    told += [_told("d", factuality="negated", told_by="Kenya", since="2026-03-04", until=None)]
    found = {one.about: one.versions for one in _one(*told).disagreements}
    assert sorted(found) == ["claim", "date", "tents"]
    assert [(v.value, v.reports) for v in found["tents"]] == [
        ("40", ("a",)),
        ("60", ("b",)),
        ("30 or more", ("c",)),
    ]
    assert [(v.value, v.reports) for v in found["claim"]] == [
        ("told", ("a", "b", "c")),
        ("denied by Kenya", ("d",)),
    ]
    assert [v.value for v in found["date"]] == ["2026-03-03", "2026-03-04"]


def test_figures_that_fit_are_no_disagreement() -> None:
    least = _told("a", figures=(Figure("tents", 30, float("inf")),))
    assert _one(least, _told("b", figures=(Figure("tents", 40, 40),))).disagreements == ()


def _many(count: int) -> list[Telling]:
    dice = random.Random(4)
    told = []
    for n in range(count):
        day = f"2026-03-{dice.randint(1, 20):02}"
        told.append(
            _told(
                f"r{n}",
                type=dice.choice(["AID", "CONSULT", "ACCUSE"]),
                actors=dice.choice([(), (KENYA,), (KENYA, TOGO)]),
                recipients=tuple(dice.sample([UGANDA, TOGO], dice.randint(0, 2))),
                since=day,
                until=day,
                published=day,
                basis=dice.choice(["text", "published", "unknown"]),
                place=dice.choice([None, GULU, JINJA, UGANDA_ITSELF]),
                historical=dice.random() < 0.1,
                words=" ".join(dice.sample(["tents", "wells", "flood", "cattle", "roads"], 3)),
            )
        )
    return told


def test_only_pairs_that_cannot_agree_are_passed_over() -> None:
    told = sorted(_many(150), key=lambda t: t.order)
    told = [replace(one, mode=None if n % 3 else "fight",
                    figures=(Figure("tents", n % 2, n % 2),) if n % 5 else ())
            for n, one in enumerate(told)]  # fmt: skip
    expected = {
        (a, b): score(told[a], told[b])
        for a, b in combinations(range(len(told)), 2)
        if blocks_of(told[a]) & blocks_of(told[b])
        and days_agree(told[a].days, told[b].days) is not None
        and (score(told[a], told[b]) or 0) >= LEAST
    }
    found = list(agreeing(told, range(len(told))))
    assert {(a, b): value for a, b, value in found} == expected
    assert 50 < len(found) == len(expected)
    fresh = {n for n in range(len(told)) if n % 4 == 0}
    some = {(a, b) for a, b, _ in agreeing(told, fresh)}
    assert some == {pair for pair in expected if fresh & set(pair)}


def test_the_order_of_reports_does_not_matter() -> None:
    told = _many(150)
    expected = find_stories(told)
    assert 10 < len(expected) < 150
    for seed in range(4):
        assert find_stories(random.Random(seed).sample(told, len(told))) == expected


def test_a_story_keeps_its_id_when_a_later_report_joins() -> None:
    before = _one(_told("a"), _told("b"))
    assert _one(_told("b"), _told("c", published="2026-03-07"), _told("a")).id == before.id


def test_sides_turned_about_count_less_than_the_same() -> None:
    first = _told("a")
    turned = replace(first, report="b", actors=(UGANDA,), recipients=(KENYA,))
    same, about = score(first, first), score(first, turned)
    assert same is not None
    assert about is not None
    assert about < same


def test_no_tellings_make_no_stories() -> None:
    assert find_stories([]) == []
