"""Copies of reports are found, and told from reports on the same matter."""

from __future__ import annotations

import random

from dragoman.resolve.duplicates import Copy, Text, find_copies, shingles, similarity

WIRE = (
    "Ghana and Togo agreed on Tuesday to reopen the three border posts that were closed in "
    "spring, the interior ministry in Accra said. Customs officers return to their desks next "
    "week, and lorries that carry fresh fruit are let through first. Traders in the region had "
    "asked for the step since April. The two governments want to review it after six months."
)
OTHER = (
    "Togo's parliament voted on Tuesday for a law on border posts and customs that Ghana had "
    "asked for. Members of the opposition stayed away from the vote, and called the new duties "
    "on fruit too high. The interior ministry said that lorries wait for two days at most."
)


def _text(key: str, text: str, day: str | None = "2026-03-04") -> Text:
    return Text(key, day, text)


def test_an_edited_a_shortened_and_a_reheaded_copy() -> None:
    edited = WIRE.replace("lorries", "trucks").replace("Tuesday", "Tuesday evening")
    short = WIRE.split(" Traders", maxsplit=1)[0]
    headed = "Fruit may pass again. LOMÉ, our correspondent. " + WIRE
    found = find_copies(
        [
            _text("a", WIRE),
            _text("b", edited, "2026-03-05"),
            _text("c", short, "2026-03-05"),
            _text("d", headed, "2026-03-06"),
            _text("e", OTHER, "2026-03-06"),
        ]
    )
    assert [(copy.report, copy.copy_of) for copy in found] == [("b", "a"), ("c", "a"), ("d", "a")]
    assert all(0.45 <= copy.similarity <= 1 for copy in found)


def test_a_chain_points_to_its_first() -> None:
    sentences = WIRE.split(". ")
    second = ". ".join(sentences[1:]) + " The price of fruit rose by a tenth since spring began."
    third = ". ".join(second.split(". ")[1:]) + " Farmers near the river sell less of it this year."
    jaccard, contained = similarity(shingles(WIRE), shingles(third))
    assert max(jaccard, contained) < 1
    found = find_copies(
        [_text("x", third, "2026-03-09"), _text("y", second, "2026-03-08"), _text("z", WIRE)]
    )
    assert {(copy.report, copy.copy_of) for copy in found} == {("x", "z"), ("y", "z")}


def test_the_order_of_ingest_does_not_matter() -> None:
    texts = [_text(f"k{n}", WIRE + f" Note {n}.", f"2026-03-{n + 1:02}") for n in range(9)]
    texts += [_text("u", WIRE, None), _text("o", OTHER)]
    expected = find_copies(texts)
    assert len(expected) == 9
    assert {copy.copy_of for copy in expected} == {"k0"}
    for seed in range(5):
        shuffled = random.Random(seed).sample(texts, len(texts))
        assert find_copies(shuffled) == expected


def test_short_texts_are_copies_only_where_they_are_the_same() -> None:
    found = find_copies(
        [_text("a", "Talks go on."), _text("b", "talks go on"), _text("c", "Talks go on today.")]
    )
    assert found == [Copy("b", "a", 1.0)]


def test_empty_texts_do_not_break() -> None:
    assert find_copies([_text("a", ""), _text("b", "One word."), _text("c", WIRE)]) == []
    assert find_copies([]) == []


def test_two_reports_of_one_template_are_no_copies() -> None:
    text = (
        "On {day}, {town} in {country} was the place of a meeting of farmers, as it was said. "
        "Nobody wanted to say more about it on the record, and it was not clear what comes next. "
        "Shops near the centre were open all the same until late in the evening."
    )
    first = text.format(day="3 March", town="Gulu", country="Uganda")
    second = text.format(day="7 May", town="Arica", country="Chile")
    assert find_copies([_text("a", first), _text("b", second)]) == []
    again = first.replace("Shops", "Many shops").replace("evening", "night")
    assert [c.copy_of for c in find_copies([_text("a", first), _text("b", again)])] == ["a"]
