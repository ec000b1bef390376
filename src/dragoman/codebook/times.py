"""Words of time: time.yaml, compiled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dragoman.codebook.source import CodebookError, load_yaml


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of time.

    Attributes:
        name: its name ("decade").
        code: letter of ISO 8601 durations.
        factor: how many of that letter it is (a decade is 10 Y).
        clock: whether it stands behind the T of a duration.
    """

    name: str
    code: str
    factor: int = 1
    clock: bool = False


@dataclass(frozen=True, slots=True)
class Holiday:
    """A feast: a rule that gives its day in a year.

    One of `date` ("12-25"); `month` with `weekday` and `nth`, or with the first such weekday
    from a day of the month (`from_day`); `easter`, `orthodox_easter` or
    `hebrew_new_year` (days from it); `hijri_month` with `hijri_day` (the whole month where
    None); or `new_moon` (between two days of the year; the evening on which the moon is dark
    where `dusk`) at a longitude `east` (hours from Greenwich).
    """

    date: str | None = None
    month: int | None = None
    weekday: int | None = None
    nth: int | None = None
    from_day: int = 1
    easter: int | None = None
    orthodox_easter: int | None = None
    hebrew_new_year: int | None = None
    hijri_month: int | None = None
    hijri_day: int | None = None
    new_moon: tuple[str, str] | None = None
    dusk: bool = False
    east: float = 0.0


@dataclass(frozen=True, eq=False)
class TimeWords:
    """The words of time, each map from a lower-case word to what it stands for.

    `ways` says how a word before a unit places it (last, past, previous, next, coming,
    following, this, that).
    """

    months: dict[str, int]
    weekdays: dict[str, int]
    units: dict[str, Unit]
    numbers: dict[str, float]
    ordinals: dict[str, int]
    halves: tuple[str, ...]
    vague_numbers: tuple[str, ...]
    seasons: dict[str, str]
    day_parts: dict[str, str]
    clock_words: dict[str, str]
    references: dict[str, str]
    reference_not_before: tuple[str, ...]
    days: dict[str, int]
    days_with_part: dict[str, str]
    ways: dict[str, str]
    ago: tuple[str, ...]
    earlier: tuple[str, ...]
    later: tuple[str, ...]
    earlier_at_end: tuple[str, ...]
    later_at_end: tuple[str, ...]
    ahead: tuple[str, ...]
    modifiers: tuple[str, ...]
    parts_of: tuple[str, ...]
    placed_modifiers: tuple[str, ...]
    sets: dict[str, str]
    repeats: frozenset[str]
    every: tuple[str, ...]
    not_years_before: tuple[str, ...]
    holidays: dict[str, Holiday]
    hijri_months: dict[str, int]
    solar_hijri_months: dict[str, int]
    future_verbs: frozenset[str]
    planned: frozenset[str]
    planning_verbs: frozenset[str]
    deferring_verbs: frozenset[str]
    past_auxiliaries: frozenset[str]
    future_auxiliaries: frozenset[str]
    future_prepositions: frozenset[str]
    ahead_phrases: frozenset[str]
    scheduled_nouns: frozenset[str]
    days_of_clock: tuple[str, ...]
    ranges: dict[str, frozenset[str]]
    open_ended: frozenset[str]
    open_beginning: frozenset[str]

    @classmethod
    def load(cls, path: Path) -> TimeWords:
        """Load and check time.yaml.

        Raises:
            CodebookError: the file is missing or mistaken.
        """
        data = load_yaml(path)
        try:
            return cls(**_compile(data))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise CodebookError(f"a key is missing or mistaken: {error}", path) from error


def _compile(data: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {name: tuple(map(str, data[name])) for name in _LISTS}
    made.update({name: frozenset(map(str, data[name])) for name in _SETS})
    made.update({name: _turned(data[name]) for name in _TURNED})
    made.update({name: _numbered(data[name]) for name in _NUMBERED})
    return {
        **made,
        "units": dict(_units(data["units"])),
        "numbers": {str(w): float(n) for w, n in data["numbers"].items()},
        "ordinals": {str(w): int(n) for w, n in data["ordinals"].items()},
        "clock_words": {str(w): str(t) for w, t in data["clock_words"].items()},
        "days": {str(w): int(n) for w, n in data["days"].items()},
        "days_with_part": {str(w): str(p) for w, p in data["days_with_part"].items()},
        "ranges": {str(w): frozenset(map(str, ends)) for w, ends in data["ranges"].items()},
        "holidays": dict(_holidays(data["holidays"])),
    }


_LISTS = (
    "halves", "parts_of", "vague_numbers", "ago", "earlier", "later", "earlier_at_end",
    "later_at_end", "ahead",
    "modifiers", "placed_modifiers", "every", "not_years_before", "reference_not_before",
    "days_of_clock",
)  # fmt: skip
_SETS = (
    "future_verbs", "planned", "planning_verbs", "deferring_verbs", "past_auxiliaries",
    "future_auxiliaries",
    "future_prepositions", "open_ended", "open_beginning",
    "ahead_phrases", "scheduled_nouns", "repeats",
)  # fmt: skip
_TURNED = ("seasons", "day_parts", "references", "sets", "ways")
_NUMBERED = ("months", "weekdays", "hijri_months", "solar_hijri_months")


def _numbered(data: dict[int, list[str]]) -> dict[str, int]:
    return {str(word): int(number) for number, words in data.items() for word in words}


def _turned(data: dict[str, list[str]]) -> dict[str, str]:
    return {str(word): str(value) for value, words in data.items() for word in words}


def _units(data: dict[str, dict[str, Any]]) -> Iterable[tuple[str, Unit]]:
    for name, facts in data.items():
        unit = Unit(name, facts["code"], int(facts.get("factor", 1)), bool(facts.get("time")))
        for word in facts["words"]:
            yield word, unit


def _holidays(data: list[dict[str, Any]]) -> Iterable[tuple[str, Holiday]]:
    for facts in data:
        rule = {key: value for key, value in facts.items() if key != "names"}
        if "new_moon" in rule:
            rule["new_moon"] = tuple(map(str, rule["new_moon"]))
        if not rule:
            raise ValueError(f"the feast {facts['names']} has no date")
        for name in facts["names"]:
            yield name, Holiday(**rule)
