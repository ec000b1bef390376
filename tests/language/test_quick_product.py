"""No row of a product hangs on the rows beside it, so that no report hangs on its neighbours."""

from __future__ import annotations

import numpy as np
import pytest

from dragoman.language import load_annotator
from dragoman.language.quick_product import Weights
from dragoman.language.threads import one_core

TEXTS = [
    "Kenya thanked Uganda.",
    "No.",
    "The minister flew to Paris on Monday. He met her there, officials said, and left.",
    "Kenya thanked Uganda.\n\nChad, Niger and Mali signed it in Niamey in 2019.",
    "“We agreed,” the president of Peru said. Protesters burned tyres in Lima.",
]


@pytest.mark.parametrize("shape", [(288, 288), (96, 50), (64, 74), (96, 384), (5, 7)])
def test_a_row_is_the_same_alone_and_among_others(shape: tuple[int, int]) -> None:
    dice = np.random.default_rng(3)
    weights = dice.normal(size=shape).astype(np.float32)
    rows = dice.normal(size=(700, shape[0])).astype(np.float32)
    with one_core():
        of = Weights(weights)
        every = of.under(rows)
        assert np.allclose(every, rows @ weights, atol=1e-3)
        for count in (0, 1, 2, 13, 16, 17, 100, 333):
            assert np.array_equal(of.under(rows[7 : 7 + count]), every[7 : 7 + count])


def test_texts_are_parsed_alike_alone_and_together() -> None:
    annotator = load_annotator()
    alone = [next(iter(annotator.annotate([text]))) for text in TEXTS]
    for order in (1, -1):
        together = list(annotator.annotate(TEXTS[::order] * 5))
        for n, document in enumerate(together):
            expected = alone[::order][n % len(TEXTS)]
            assert document.text == expected.text
            assert [_told(t) for t in document.tokens] == [_told(t) for t in expected.tokens]


def _told(token: object) -> list[object]:
    names = ("text", "start", "lemma", "tag", "pos", "dep", "ent", "sent")
    head = getattr(token, "head", None)
    return [*(getattr(token, name) for name in names), head.start if head else None]
