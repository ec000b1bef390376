"""Agreement between reviewers: Krippendorff's alpha for nominal data.

K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011, section B: any number of
observers, values missing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from dragoman.resolve.review_changes import FIELDS
from dragoman.resolve.reviews import Standing, wanted


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the values of several observers agree.

    Attributes:
        alpha: 1 for perfect agreement, 0 for none beyond chance; None where it is not defined:
            nothing was judged twice, or every value is the same.
        units: how many units have two values or more.
        values: how many values these units have.
        same: share of the pairs of values of a unit that are the same; None where there is none.
    """

    alpha: float | None
    units: int
    values: int
    same: float | None


def krippendorff(units: Iterable[Iterable[Hashable | None]]) -> Agreement:
    """Return Krippendorff's alpha for nominal data.

    Args:
        units: of each unit the values that observers gave it, in any order; None where an
            observer gave none.
    """
    coincidences: Counter[tuple[Hashable, Hashable]] = Counter()
    paired = values = 0
    for unit in units:
        given = [value for value in unit if value is not None]
        if len(given) < 2:
            continue
        paired, values = paired + 1, values + len(given)
        for pair in permutations(given, 2):
            coincidences[pair] += Fraction(1, len(given) - 1)  # type: ignore[assignment]
    if not paired:
        return Agreement(None, 0, 0, None)
    totals: Counter[Hashable] = Counter()
    for (first, _), count in coincidences.items():
        totals[first] += count
    n = Fraction(values)
    observed = sum(c for (a, b), c in coincidences.items() if a != b)
    expected = n * n - sum(Fraction(count) ** 2 for count in totals.values())
    alpha = 1 - (n - 1) * observed / expected if expected else None
    return Agreement(
        None if alpha is None else float(alpha), paired, values, float(1 - observed / n)
    )


def review_agreement(standing: Iterable[Standing], who: Iterable[str] = ()) -> dict[str, Agreement]:
    """Return how far reviewers agree: in verdicts, and in each field that one of them corrected.

    A verdict is on the record as it was coded: who confirms a correction corrects, who adds a
    record holds it for right. A field's values are those that each reviewer wants in the end; who
    rejects a record wants none.

    `added` is of the records that are there by hand alone, over the reviewers who judged or added
    records of their kind in the same report: the share of pairs who both have the record. It has
    no alpha, for what neither found cannot be counted.

    Args:
        standing: where each reviewed record stands.
        who: these reviewers alone; all where empty.
    """
    names, every = set(who), list(standing)
    units = [[r for r in one.latest if not names or r.who in names] for one in every]
    found = {"verdict": krippendorff([r.vote for r in unit] for unit in units)}
    if any(one.added for one in every):
        found["added"] = _added(every, names)
    for kind, fields in FIELDS.items():
        own = [unit for unit in units if unit and unit[0].kind == kind]
        for field in fields:
            if any(field in r.changes for unit in own for r in unit):
                values = ([wanted(r, field) for r in unit] for unit in own)
                found[f"{kind}.{field}"] = krippendorff(values)
    return found


def _added(standing: Iterable[Standing], names: set[str]) -> Agreement:
    """Return for how many records that one reviewer added another has them as well."""
    every = list(standing)
    looked: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in every:
        seen = {r.who for r in one.latest if not names or r.who in names}
        looked[one.review.report, one.review.kind] |= seen
    units = []
    for one in (one for one in every if one.added):
        have = {r.who for r in one.latest if r.vote != "reject"}
        units.append([who in have for who in looked[one.review.report, one.review.kind]])
    whole = krippendorff(units)
    return Agreement(None, whole.units, whole.values, whole.same)
