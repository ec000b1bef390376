"""What is seen around cues as arrays is what the tree and the names tell word by word."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.codebook import Codebook
from dragoman.extract.speech_columns import Column, Named
from dragoman.extract.speech_features import CHAIN, View, is_candidate
from dragoman.extract.speech_ground import Ground
from dragoman.extract.speech_model import Framed, Linear
from dragoman.extract.speech_roles import Sights
from dragoman.extract.speech_rows import RowTable
from dragoman.language import Annotator
from dragoman.language.document import Token

TEXT = (
    "The harbour ministry said on Monday that two ferries, which the governor had praised, were "
    "late. “The bridge will open again in the spring,” the mayor told reporters. “We have the "
    "money; nobody doubts it.”\nAccording to the union, exports of barley fell."
)
KEYS = st.dictionaries(
    st.tuples(st.integers(1, 50), st.integers(1, 50)), st.integers(0, 9_999), min_size=1
)


@given(KEYS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 50)), min_size=1))
def test_a_table_finds_the_rows_of_its_keys_and_no_others(
    known: dict[tuple[int, int], int], asked: list[tuple[int, int]]
) -> None:
    first, second = np.array(list(known), dtype=np.int64).T
    table = RowTable(first, second, np.array(list(known.values()), dtype=np.int64), -7)
    # a second number beyond those of the keys is never asked for: it would have no number
    largest = int(second.max())
    wanted = [*known, *((one, two) for one, two in asked if two <= largest)]
    one, two = np.array(wanted, dtype=np.int64).T
    assert table.find(one, two).tolist() == [known.get(key, -7) for key in wanted]


def test_names_joined_are_those_of_each_item() -> None:
    words, kinds = Named.of(["a", "b", "a", "c"]), Named.of(["x", "x", "y", "y"])
    assert [*words.joined(kinds).each()] == ["a|x", "b|x", "a|y", "c|y"]
    assert [*words[np.array([3, 0])].each()] == ["c", "a"]
    assert [*Column("w", words, kinds).features()][1] == "w=b\tx"


def test_weights_are_summed_over_the_features_that_are_known() -> None:
    weights = np.array([[1.0], [10.0], [0.0]], dtype=np.float32)
    model = Framed(Linear({"w=a\tx": 0, "v=\tb": 1}, weights, np.zeros(1, np.float32)))
    words, kinds = Named.of(["a", "a", "b"]), Named.of(["x", "y", "x"])
    nothing = Named.alike("", 3)
    columns = [Column("w", words, kinds), Column("v", nothing, words), Column("u", words, kinds)]
    assert model.sums(columns)[:, 0].tolist() == [1.0, 0.0, 10.0]
    assert model.linear().rows == {"w=a\tx": 0, "v=\tb": 1}


@pytest.fixture
def view(annotator: Annotator, codebook: Codebook) -> View:
    return View.of(next(iter(annotator.annotate([TEXT]))), codebook.attribution)


def way(cue: Token, word: Token) -> tuple[int, list[Token]] | None:
    """Return how far above a cue the way to a word leaves, and its steps down, word by word."""
    up = [word, *word.ancestors()]
    for level, node in enumerate([cue, *cue.ancestors()][: CHAIN + 1]):
        if node in up:
            return level, up[: up.index(node)][::-1]
    return None


def test_ways_through_the_tree_are_those_of_its_heads(view: View) -> None:
    tokens = view.doc.tokens
    ground = Ground([view])
    around = ground.around([t.i for t in tokens if is_candidate(t)])
    ways = ground.ways(around)
    led = 0
    for n, (owner, i) in enumerate(zip(around.owner, around.tokens, strict=True)):
        known = way(tokens[around.cues[owner]], tokens[i])
        if known is None:
            assert ways.level[n] == -1
            continue
        led += 1
        level, steps = known
        assert ways.level[n] == level
        assert bool(ways.itself[n]) == (not steps)
        assert ways.top[n] == (steps[0].i if steps else i)
        assert ways.second[n] == (steps[1].i if len(steps) > 1 else -1)
    assert 0 < led < len(around.tokens)


def test_each_word_around_a_cue_has_named_features(view: View) -> None:
    cue = next(t for t in view.doc.tokens if t.text == "said")
    sights = Sights([view], [[cue]])
    features = [*sights.features()]
    assert len(features) == len(sights.around.tokens)
    at = sights.around.tokens.tolist().index(cue.i)
    assert "A=0self>\t" in features[at]
    assert "w=\tsaid" in features[at]
    assert f"w-=0self>\t{view.word(cue.i - 1)}" in features[at]
