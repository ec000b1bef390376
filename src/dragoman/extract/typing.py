"""Types a given pair: which of the 16 PLOVER types holds from a source to a target.

Two models are combined: a linear one over words and grammar, and a small encoder that reads the
sentence with the pair marked. Either alone is weaker (docs/model-card.md has the figures).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from dragoman.extract.typing_encoder import Encoder
from dragoman.extract.typing_features import pair_features
from dragoman.extract.typing_linear import Linear
from dragoman.extract.typing_store import WEIGHTS, Floats, softmax
from dragoman.language.document import Document
from dragoman.records import Span

LINEAR_FILE = WEIGHTS / "typing_linear.npz.zst"
ENCODER_FILE = WEIGHTS / "typing_encoder.npz.zst"
ENCODER_SHARE = 0.6  # of the log-probability; this and the next by bench/train_typing.py
SHARPNESS = 1.3  # both models were trained to doubt themselves; this calibrates them

Pair = tuple[Span | None, Span | None]


@lru_cache(maxsize=1)
def linear_model() -> Linear:
    """Return the linear model, loaded once.

    Raises:
        OSError: its weights are missing.
    """
    return Linear.load(LINEAR_FILE)


@lru_cache(maxsize=1)
def encoder_model() -> Encoder:
    """Return the encoder, loaded once (0.1 GB).

    Raises:
        OSError: its weights are missing.
    """
    return Encoder.load(ENCODER_FILE)


def type_pairs(items: Sequence[tuple[Document, Pair]]) -> Floats:
    """Return (items, 16): the probability of each type for each pair, in order of `labels()`.

    Args:
        items: documents, each with the spans of a source and a target; a side that the text
            leaves out is None.
    """
    linear = linear_model()
    seen = [pair_features(doc, *pair, linear.ngrams) for doc, pair in items]
    quick = linear.probabilities(seen)
    slow = encoder_model().probabilities([(sentence_of(doc, pair)) for doc, pair in items])
    return combine(quick, slow)


def labels() -> tuple[str, ...]:
    """Return the types in the order of the columns of `type_pairs`."""
    return linear_model().labels


def trained_on() -> frozenset[str]:
    """Return the hashes of the gold texts that either model was trained on."""
    return linear_model().trained_on | encoder_model().trained_on


def combine(quick: Floats, slow: Floats, share: float = ENCODER_SHARE) -> Floats:
    """Return the weighted geometric mean of two models' probabilities, sharpened and normed."""
    tiny = np.float32(1e-9)
    mean = (1 - share) * np.log(quick + tiny) + share * np.log(slow + tiny)
    return softmax(np.float32(SHARPNESS) * mean)


def sentence_of(doc: Document, pair: Pair) -> tuple[str, Span | None, Span | None]:
    """Return the sentences a pair stands in, with the pair's spans counted from their start."""
    spans = [span for span in pair if span is not None]
    tokens = [t for span in spans for t in doc.tokens_in(span)]
    if not tokens:
        return (doc.text, *pair)
    sents = [doc.sentences[t.sent] for t in tokens]
    start = min([s.start for s in sents] + [span[0] for span in spans])
    end = max([s.end for s in sents] + [span[1] for span in spans])
    moved = [(s[0] - start, s[1] - start) if s is not None else None for s in pair]
    return (doc.text[start:end], moved[0], moved[1])
