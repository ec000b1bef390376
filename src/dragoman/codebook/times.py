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

    One of `date` ("12-25"), `month` with `weekday` and `nth`, `easter` or `orthodox_easter`
    (days from it), or `hijri_month` with `hijri_day` (the whole month where None).
    """

    date: str | None = None
    month: int | None = None
    weekday: int | None = None
    nth: int | None = None
    easter: int | None = None
    orthodox_easter: int | None = None
    hijri_month: int | None = None
    hijri_day: int | None = None


@dataclass(frozen=True, eq=False)
class TimeWords:
    """The words of time, each map from a lower-case word to what it stands for."""

    months: dict[str, int]
    weekdays: dict[str, int]
    units: dict[str, Unit]
    numbers: dict[str, float]
    ordinals: dict[str, int]
    vague: tuple[str, ...]
    seasons: dict[str, str]
    day_parts: dict[str, str]
    clock: dict[str, str]
    references: dict[str, str]
    days: dict[str, int]
    last: tuple[str, ...]
    next: tuple[str, ...]
    this: tuple[str, ...]
    that: tuple[str, ...]
    ago: tuple[str, ...]
    earlier: tuple[str, ...]
    later: tuple[str, ...]
    ahead: tuple[str, ...]
    modifiers: tuple[str, ...]
    sets: dict[str, str]
    every: tuple[str, ...]
    not_years_before: tuple[str, ...]
    holidays: dict[str, Holiday]
    hijri_months: dict[str, int]
    future_verbs: frozenset[str]
    future_auxiliaries: frozenset[str]

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
    plain = {name: tuple(map(str, data[name])) for name in _LISTS}
    return {
        **plain,
        "months": {w: int(n) for n, words in data["months"].items() for w in words},
        "weekdays": {w: int(n) for n, words in data["weekdays"].items() for w in words},
        "units": dict(_units(data["units"])),
        "numbers": {str(w): float(n) for w, n in data["numbers"].items()},
        "ordinals": {str(w): int(n) for w, n in data["ordinals"].items()},
        "vague": tuple(data["vague_numbers"]),
        "seasons": _turned(data["seasons"]),
        "day_parts": _turned(data["day_parts"]),
        "clock": {str(w): str(t) for w, t in data["clock_words"].items()},
        "references": _turned(data["references"]),
        "days": {str(w): int(n) for w, n in data["days"].items()},
        "sets": _turned(data["sets"]),
        "holidays": dict(_holidays(data["holidays"])),
        "hijri_months": {w: int(n) for n, words in data["hijri_months"].items() for w in words},
        "future_verbs": frozenset(data["future_verbs"]),
        "future_auxiliaries": frozenset(data["future_auxiliaries"]),
    }


_LISTS = (
    *("last", "next", "this", "that", "ago", "earlier", "later", "ahead"),
    *("modifiers", "every", "not_years_before"),
)


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
        if not rule:
            raise ValueError(f"the feast {facts['names']} has no date")
        for name in facts["names"]:
            yield name, Holiday(**rule)
