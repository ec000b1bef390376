"""The typing of pairs: pieces, features, the linear model and the encoder against known sums."""

from __future__ import annotations

import numpy as np
import pytest

from dragoman.extract.typing_encoder import Encoder
from dragoman.extract.typing_features import head_of, known_ngrams, pair_features
from dragoman.extract.typing_linear import Linear
from dragoman.extract.typing_store import (
    load_arrays,
    pack_lines,
    quantise,
    restore,
    save_arrays,
    softmax,
    text_hash,
    unpack_lines,
)
from dragoman.extract.typing_wordpiece import LONGEST, WordPieces

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *(f"[unused{n}]" for n in range(4))]
PIECES += ["chad", "met", "##s", "meet", "niger", ".", "e"]


def test_pieces_are_the_longest_that_fit():
    cut = WordPieces(PIECES).cut("Chad meets Niger. Élan É")
    assert [PIECES[n] for n in cut] == ["chad", "meet", "##s", "niger", ".", "[UNK]", "e"]


def test_marks_stand_around_both_sides():
    text = "Chad met Niger."
    marked = WordPieces(PIECES).mark(text, (0, 4), (9, 14))
    shown = [PIECES[n] for n in marked.ids]
    words = "[CLS] [unused0] chad [unused1] met [unused2] niger [unused3] . [SEP]"
    assert shown == words.split()
    assert (marked.source, marked.target) == (1, 5)
    assert WordPieces(PIECES).mark(text, None, (9, 14)).source == 0


def test_a_long_text_is_shortened_around_its_pair():
    text = "met " * 200 + "Chad met Niger" + " met" * 200
    start = text.index("Chad")
    marked = WordPieces(PIECES).mark(text, (start, start + 4), (start + 9, start + 14))
    assert len(marked.ids) <= LONGEST
    assert PIECES[marked.ids[marked.source + 1]] == "chad"
    assert PIECES[marked.ids[marked.target + 1]] == "niger"


def test_weights_come_back_as_they_were_saved(tmp_path):
    dice = np.random.default_rng(3)
    matrix = dice.normal(size=(5, 64)).astype(np.float32)
    multiples, step = quantise(matrix, 127)
    assert np.abs(restore(multiples, step) - matrix).max() < np.abs(matrix).max() / 120
    arrays = {"a/multiples": multiples, "a/step": step, "words": pack_lines(["één", "two"])}
    save_arrays(tmp_path / "one", arrays)
    save_arrays(tmp_path / "two", dict(reversed(arrays.items())))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    back = load_arrays(tmp_path / "one")
    assert np.array_equal(back["a/multiples"], multiples)
    assert unpack_lines(back["words"]) == ["één", "two"]


def test_the_linear_model_adds_up_what_it_knows(tmp_path):
    model = Linear(
        labels=("AID", "ASSAULT"),
        index={"give": 0, "bomb": 1},
        rarity=np.array([3.0, 4.0], dtype=np.float32),
        weights=np.array([[2, 0], [0, 2]], dtype=np.float32),
        bias=np.array([0.5, 0], dtype=np.float32),
        trained_on=frozenset({text_hash("A text.")}),
    )
    assert model.scores([["bomb", "give", "unheard"]])[0].tolist() == pytest.approx([1.7, 1.6])
    assert model.scores([[]])[0].tolist() == [0.5, 0.0]
    model.save(tmp_path / "model")
    again = Linear.load(tmp_path / "model")
    assert again.trained_on == model.trained_on
    assert again.probabilities([["bomb"]])[0].argmax() == 1
    assert again.probabilities([]).shape == (0, 2)


def test_items_are_scored_alike_alone_and_among_thousands():
    dice = np.random.default_rng(7)
    words = [f"w{n}" for n in range(300)]
    model = Linear(
        labels=("AID", "ASSAULT", "none"),
        index={word: n for n, word in enumerate(words)},
        rarity=dice.uniform(1, 5, 300).astype(np.float32),
        weights=dice.normal(size=(300, 3)).astype(np.float32),
        bias=dice.normal(size=3).astype(np.float32),
        trained_on=frozenset(),
    )
    items = [
        set(dice.choice([*words, "unheard"], dice.integers(0, 60), replace=False).tolist())
        for _ in range(2_500)
    ]
    every = model.scores(items)
    for n in (0, 1, 999, 1_000, 2_499):
        assert np.array_equal(model.scores([items[n]])[0], every[n])
    rows = [model.index[word] for word in items[7] if word in model.index]
    values = model.rarity[rows] / np.linalg.norm(model.rarity[rows])
    assert np.allclose(every[7], values @ model.weights[rows] + model.bias, atol=1e-5)


def small_encoder() -> Encoder:
    """Two layers of random weights, wide enough for twelve heads."""
    dice = np.random.default_rng(5)
    width, inner = 24, 48

    def dense(rows: int, columns: int) -> dict[str, np.ndarray]:
        multiples, step = quantise(dice.normal(size=(rows, columns)).astype(np.float32), 31)
        bias = dice.normal(size=rows).astype(np.float32)
        return {"/multiples": multiples, "/step": step, "/bias": bias}

    arrays: dict[str, np.ndarray] = {
        "labels": pack_lines(["AID", "ASSAULT"]),
        "pieces": pack_lines(PIECES),
        "trained_on": pack_lines([]),
        "places": dice.normal(size=(LONGEST, width)).astype(np.float16),
    }
    parts = {"words": (len(PIECES), width), "head": (width, 4 * width), "out": (2, width)}
    for n in range(2):
        parts[f"{n}/qkv"], parts[f"{n}/mix"] = (3 * width, width), (width, width)
        parts[f"{n}/up"], parts[f"{n}/down"] = (inner, width), (width, inner)
    for name, shape in parts.items():
        arrays.update({name + end: array for end, array in dense(*shape).items()})
    for name in ("norm", "0/norm1", "0/norm2", "1/norm1", "1/norm2"):
        arrays[f"{name}/scale"] = np.ones(width, dtype=np.float32)
        arrays[f"{name}/bias"] = np.zeros(width, dtype=np.float32)
    return Encoder.from_arrays(arrays)


def test_the_encoder_gives_an_item_the_same_figures_in_any_batch():
    encoder = small_encoder()
    assert encoder.layers == 2
    short = ("Chad met Niger.", (0, 4), (9, 14))
    long = ("Niger meets Chad. " * 6, (0, 5), (12, 16))
    together = encoder.probabilities([long, short, long])
    assert together.sum(axis=1).tolist() == pytest.approx([1, 1, 1], abs=1e-5)
    assert np.allclose(together[1], encoder.probabilities([short])[0], atol=1e-5)
    assert np.array_equal(together[0], together[2])
    swapped = encoder.probabilities([("Chad met Niger.", (9, 14), (0, 4))])[0]
    assert not np.allclose(swapped, together[1], atol=1e-3)


def test_softmax_stands_large_numbers():
    assert softmax(np.array([[1000.0, 1000.0]])).tolist() == [[0.5, 0.5]]


def test_features_tell_source_from_target(annotator):
    text = "The Chadian army attacked rebels near the lake."
    document = next(iter(annotator.annotate([text])))
    army, rebels = (0, 16), (26, 32)
    forward = pair_features(document, army, rebels)
    assert forward == sorted(set(forward))
    assert "path:attack" in forward
    assert "order:st" in forward
    assert "order:ts" in pair_features(document, rebels, army)
    assert "t-none" in pair_features(document, army, None)
    head = head_of(document.tokens_in(army))
    assert head is not None
    assert head.text == "army"


def test_words_in_a_row_that_a_model_does_not_know_are_left_out(annotator):
    text = "The Chadian army attacked and chased rebels near the lake on Monday."
    document = next(iter(annotator.annotate([text])))
    sides = (0, 16), (37, 43)
    every = pair_features(document, *sides)
    known = [f for f in every if f.startswith(("w2:", "mid-st1:", "post3:", "path:"))][::2]
    assert any(f.startswith("w2:") for f in known)
    found = pair_features(document, *sides, known_ngrams([*known, "w2:never met", "words:2"]))
    in_a_row = [f for f in found if f.split(":")[0] in ("w1", "w2", "w3", "mid-st1", "mid-st2")]
    assert in_a_row == [f for f in known if not f.startswith("path:")]
    assert {f for f in every if f.startswith(("path:", "s-", "t-", "lemma:"))} <= {*found}
