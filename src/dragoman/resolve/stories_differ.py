"""What reports of one event disagree in: figures, days, places, whether it happened at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from dragoman.resolve.stories_agree import Figure, Telling, Where, iso, places_agree

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Version:
    """One of the things told, and the reports that tell it."""

    value: str
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What reports give differently: "killed", "money", …, "date", "place" or "claim"."""

    about: str
    versions: tuple[Version, ...]


def disagreements(told: Sequence[Telling]) -> tuple[Disagreement, ...]:
    """Return what tellings of one event do not agree in, each with all its versions."""
    found = [
        _differ(about, pairs, _figures_apart, say_figure)
        for about, pairs in sorted(_figures(told).items())
    ]
    days = [(t.days, t.report) for t in told if t.basis == "text" and t.days]
    found.append(_differ("date", days, _days_apart, _say_days))
    places = [(t.place, t.report) for t in told if t.place]
    found.append(_differ("place", places, _places_apart, lambda place: place.name))
    claims = [((t.factuality == "negated", t.told_by), t.report) for t in told]
    found.append(_differ("claim", claims, lambda a, b: a[0] != b[0], _say_claim))
    return tuple(one for one in found if one is not None)


def _figures(told: Sequence[Telling]) -> dict[str, list[tuple[Figure, str]]]:
    found: dict[str, list[tuple[Figure, str]]] = defaultdict(list)
    for telling in told:
        for figure in telling.figures:
            found[figure.what].append((figure, telling.report))
    return found


def _differ(
    about: str,
    pairs: Iterable[tuple[T, str]],
    apart: Callable[[T, T], bool],
    say: Callable[[T], str],
) -> Disagreement | None:
    reports: dict[str, set[str]] = defaultdict(set)
    values: dict[str, T] = {}
    for value, report in pairs:
        values[say(value)] = value
        reports[say(value)].add(report)
    if not any(apart(a, b) for a, b in combinations(values.values(), 2)):
        return None
    versions = (Version(said, tuple(sorted(reports[said]))) for said in values)
    return Disagreement(about, tuple(versions))


def _figures_apart(first: Figure, second: Figure) -> bool:
    return max(first.low, second.low) > min(first.high, second.high)


def say_figure(figure: Figure) -> str:
    """Return a figure in words of few characters: "12", "12 or more", "10 to 20"."""
    if figure.low == figure.high:
        return f"{figure.low:,.15g}"
    if figure.high == float("inf"):
        return f"{figure.low:,.15g} or more"
    if figure.low == 0:
        return f"up to {figure.high:,.15g}"
    return f"{figure.low:,.15g} to {figure.high:,.15g}"


def _days_apart(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return max(first[0], second[0]) > min(first[1], second[1])


def _say_days(days: tuple[int, int]) -> str:
    first, last = map(iso, days)
    return first if first == last else f"{first} to {last}"


def _places_apart(first: Where, second: Where) -> bool:
    if first.is_country or second.is_country:
        return bool(first.country and second.country and first.country != second.country)
    agreed = places_agree(first, second)
    return agreed is None or agreed < 0.5


def _say_claim(claim: tuple[bool, str | None]) -> str:
    denied, by = claim
    return ("denied" if denied else "told") + (f" by {by}" if by else "")
