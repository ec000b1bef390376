"""Words that a reviewer gives, found in the text: as they stand, whichever is meant, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.resolve.review_changes import ReviewError, find_words

TEXTS = st.text(st.sampled_from("ab .\n’é-"), min_size=1, max_size=40)


def whole(text: str, start: int, end: int) -> bool:
    """Whether no word is cut at the edges."""
    edges = [(start - 1, start), (end - 1, end)]
    return not any(
        a >= 0 and b < len(text) and (text[a].isalnum() and text[b].isalnum()) for a, b in edges
    )


@given(TEXTS, st.integers(0, 39), st.integers(1, 40))
def test_what_stands_in_the_text_is_found_by_its_number(text: str, start: int, length: int) -> None:
    end = min(len(text), start + length)
    words = text[start:end].strip()
    start = text.index(words, start) if words else start
    if not words or not whole(text, start, start + len(words)):
        return
    spans = []
    for nth in range(1, 50):
        try:
            spans.append(find_words(text, words.replace("\n", "  "), nth=nth))
        except ReviewError:
            break
    assert all(text[a:b].split() == words.split() for a, b in spans)
    assert spans == sorted(set(spans))
    # it is among them, unless one that lies over it comes before
    assert any(a < start + len(words) and start < b for a, b in spans)
    near = find_words(text, words, near=start)
    assert near in spans
    assert abs(near[0] - start) == min(abs(a - start) for a, _ in spans)


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("metal met met.", "met", None),
        ("metal, met", "met", (7, 10)),
        ("a  line\nbroken", "line broken", (3, 14)),
        ("A Line", "line", None),
        ("U.S. said", "U.S.", (0, 4)),
        ("(x) [y]", "[y]", (4, 7)),
        ("x", "  ", None),
        ("", "x", None),
    ],
)
def test_words_are_whole_and_to_the_letter(
    text: str, words: str, found: tuple[int, int] | None
) -> None:
    if found:
        assert find_words(text, words) == found
    else:
        with pytest.raises(ReviewError):
            find_words(text, words)
