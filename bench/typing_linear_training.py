"""Trains the linear models of dragoman.extract.typing_linear with scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from dragoman.extract.typing_linear import Linear

LEAST_ITEMS = 2


def _same(features: Sequence[str]) -> Sequence[str]:
    return features


def fit_linear(
    items: Sequence[Sequence[str]],
    labels: Sequence[str],
    *,
    strictness: float = 50.0,
    weights: Sequence[float] | None = None,
    balanced: bool = True,
    trained_on: frozenset[str] = frozenset(),
) -> Linear:
    """Fit multinomial logistic regression over features that at least two items have.

    Args:
        items: features of each item.
        labels: label of each item.
        strictness: inverse of the strength of the L2 penalty.
        weights: how much each item counts.
        balanced: whether rare labels count for more.
        trained_on: hashes of the gold texts among the items.
    """
    counter = TfidfVectorizer(analyzer=_same, min_df=LEAST_ITEMS, binary=True)
    matrix = counter.fit_transform(items)
    model = LogisticRegression(
        C=strictness, class_weight="balanced" if balanced else None, max_iter=400
    )
    model.fit(matrix, list(labels), sample_weight=None if weights is None else np.asarray(weights))
    coefficients, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients = np.vstack([-coefficients / 2, coefficients / 2])
        bias = np.concatenate([-bias / 2, bias / 2])
    return Linear(
        labels=tuple(str(c) for c in model.classes_),
        index={str(f): int(n) for f, n in counter.vocabulary_.items()},
        rarity=counter.idf_.astype(np.float32),
        weights=coefficients.T.astype(np.float32),
        bias=bias.astype(np.float32),
        trained_on=trained_on,
    )
