"""Measures of labels: macro-F1, F1 of each label, calibration."""

from __future__ import annotations

from collections.abc import Sequence

from dragoman.evaluate.base import Tally


def label_tallies(wanted: Sequence[str], guessed: Sequence[str]) -> dict[str, Tally]:
    """Return right, spurious and missed of each label that occurs, in order of the alphabet."""
    found = {label: Tally() for label in sorted({*wanted, *guessed})}
    for label, guess in zip(wanted, guessed, strict=True):
        if label == guess:
            found[label].right += 1
        else:
            found[label].missed += 1
            found[guess].spurious += 1
    return found


def macro_f1(wanted: Sequence[str], guessed: Sequence[str]) -> float:
    """Return the mean F1 over the labels of the gold (0.0 where there is none)."""
    tallies = label_tallies(wanted, guessed)
    labels = sorted(set(wanted))
    return sum(tallies[label].f1 for label in labels) / len(labels) if labels else 0.0


def accuracy(wanted: Sequence[str], guessed: Sequence[str]) -> float:
    """Return the share of labels that are right (0.0 where there is none)."""
    right = sum(label == guess for label, guess in zip(wanted, guessed, strict=True))
    return right / len(wanted) if wanted else 0.0


def reliability(
    confidence: Sequence[float], right: Sequence[bool], bins: int = 10
) -> list[dict[str, float]]:
    """Return the reliability table: of each band of confidence its size, mean and share right."""
    table = []
    for band in range(bins):
        rows = [n for n, c in enumerate(confidence) if min(int(c * bins), bins - 1) == band]
        if rows:
            table.append(
                {
                    "from": band / bins,
                    "to": (band + 1) / bins,
                    "count": len(rows),
                    "confidence": sum(confidence[n] for n in rows) / len(rows),
                    "right": sum(right[n] for n in rows) / len(rows),
                }
            )
    return table


def calibration_error(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Return the expected calibration error (Naeini et al. 2015): mean gap over equal bands."""
    table = reliability(confidence, right, bins)
    total = sum(row["count"] for row in table)
    gaps = sum(row["count"] * abs(row["confidence"] - row["right"]) for row in table)
    return gaps / total if total else 0.0
