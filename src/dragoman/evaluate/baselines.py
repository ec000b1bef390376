"""Plain baselines for typing a pair: n-grams of words, and the most frequent type."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_WORD = re.compile(r"\w+")
LONGEST = 2
RIDGE = 0.3

Matrix = npt.NDArray[Any]


def ngram_types(
    texts: Sequence[str], types: Sequence[str], where: Sequence[int], k: int
) -> list[str]:
    """Guess each text's type from its n-grams, held out: trained on the folds it is not in.

    One-against-rest ridge regression on TF-IDF weights of word n-grams, rarer types weighing
    more, solved through the matrix of similarities (Rifkin, Yeo and Poggio 2003, "Regularized
    least-squares classification").

    Args:
        texts, types: the labelled texts.
        where: fold of each.
        k: number of folds.
    """
    labels = sorted(set(types))
    grams = [Counter(_grams(text)) for text in texts]
    wanted = np.array([[1.0 if t == label else -1.0 for label in labels] for t in types])
    fold = np.array(where)
    guessed = np.zeros(len(texts), dtype=np.int64)
    for held in range(k):
        train, test = np.flatnonzero(fold != held), np.flatnonzero(fold == held)
        if len(train) and len(test):
            similar = _similarities(grams, train)
            counts = Counter(types[int(n)] for n in train)
            weight = np.sqrt([len(train) / (len(labels) * counts[types[int(n)]]) for n in train])
            inner = similar[np.ix_(train, train)] * np.outer(weight, weight)
            solved = np.linalg.solve(
                inner + RIDGE * np.eye(len(train)), wanted[train] * weight[:, None]
            )
            scores = (similar[np.ix_(test, train)] * weight) @ solved
            guessed[test] = scores.argmax(axis=1)
    return [labels[n] for n in guessed]


def most_frequent(types: Sequence[str]) -> str:
    """Return the most frequent type (the first of the alphabet among equals).

    Raises:
        ValueError: there are no types.
    """
    counts = Counter(types)
    return min(counts, key=lambda label: (-counts[label], label))


def _grams(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return [
        " ".join(words[n : n + size])
        for size in range(1, LONGEST + 1)
        for n in range(len(words) - size + 1)
    ]


def _similarities(grams: Sequence[Counter[str]], train: Matrix) -> Matrix:
    """Return the cosine of every two texts, with rarity counted in the training texts alone."""
    seen = Counter(gram for n in train for gram in grams[n])
    kept = {gram: n for n, gram in enumerate(sorted(seen))}
    rarity = {gram: float(np.log((1 + len(train)) / (1 + seen[gram])) + 1) for gram in kept}
    matrix = np.zeros((len(grams), len(kept)), dtype=np.float32)
    for row, found in enumerate(grams):
        for gram, count in found.items():
            if gram in kept:
                matrix[row, kept[gram]] = (1 + np.log(count)) * rarity[gram]
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)
    return (matrix @ matrix.T).astype(np.float64)
