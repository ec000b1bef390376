"""Timelines, drawn on the server: bars by month on a true axis of time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.archive.query import Filters, unordered
from dragoman.archive.schema import Row
from dragoman.web.desk import Desk

LEFT, RIGHT, TOP, FOOT = 40, 712, 12, 152  # the bars' room in a drawing 720 by 176
_FEWEST = 8  # months of the axis, so that two bars do not fill it
_WIDEST, _NARROWEST = 36.0, 1.2  # of a bar
_APART = 62  # of the labels under the axis
_EVERY = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 12_000)  # months between labels
_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)
MONTHS = ("month", "events", "cooperation", "conflict")  # columns of a table of months
_REPORTED = """
select substring(d.published, 1, 7) as month, sum(d.events)::bigint as events,
 coalesce(sum(d.cooperation), 0) as cooperation, coalesce(sum(d.conflict), 0) as conflict
from (  -- by day first: many events share one, and its text is cut once
 select f.published, count(*) as events,
  sum(f.score) filter (f.score > 0) as cooperation, sum(f.score) filter (f.score < 0) as conflict
 from ({found}) f where f.published is not null group by 1
) d group by 1 order by 1 desc limit 36
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """A month: the sums of its scores, and its place and heights in the drawing."""

    month: str
    cooperation: float
    conflict: float
    x: float
    wide: float
    up: float
    down: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over and under a line at `zero`; `ticks` are the labels under the axis."""

    bars: list[Bar]
    ticks: list[tuple[float, str]]
    zero: float
    highest: float
    lowest: float


def reported(desk: Desk) -> list[Row]:
    """Return the sums of scores by month of report, the last 36 months; no background."""
    query = unordered("events", Filters(historical=False))
    return desk.run(_REPORTED.format(found=query.sql), query.parameters)[::-1]


def timeline(months: Sequence[Row]) -> Chart:
    """Return months as bars; a month without events leaves its room empty.

    Args:
        months: rows with `month` (as 2026-03; others are left out), `cooperation` and
            `conflict` (sums of PLOVER scores, the second zero or less).
    """
    dated = [(n, row) for row in months if (n := _number(row["month"])) is not None]
    first = min((n for n, _ in dated), default=0)
    last = max((n for n, _ in dated), default=0)
    step = (RIGHT - LEFT) / max(last - first + 1, _FEWEST)
    highest = max((row["cooperation"] for _, row in dated), default=0.0)
    lowest = min((row["conflict"] for _, row in dated), default=0.0)
    scale = (FOOT - TOP) / ((highest - lowest) or 1)
    bars = [_bar(row, LEFT + (n - first) * step, step, scale) for n, row in dated]
    zero = round(TOP + highest * scale, 1)
    return Chart(bars, _ticks(first, last, step) if dated else [], zero, highest, lowest)


def _number(month: str) -> int | None:
    found = _MONTH.fullmatch(month)
    return 12 * int(found[1]) + int(found[2] or 1) - 1 if found else None


def _bar(row: Row, left: float, step: float, scale: float) -> Bar:
    wide = max(_NARROWEST, min(0.8 * step, _WIDEST))
    x = round(left + max(0.0, step - wide) / 2, 1)
    up, down = round(scale * row["cooperation"], 1), round(-scale * row["conflict"], 1)
    return Bar(row["month"], row["cooperation"], row["conflict"], x, round(wide, 1), up, down)


def _ticks(first: int, last: int, step: float) -> list[tuple[float, str]]:
    every = next((e for e in _EVERY if e * step >= _APART), _EVERY[-1])
    shown = range(-(-first // every) * every, last + 1, every)
    return [(round(LEFT + (n - first + 0.5) * step, 1), _label(n, every)) for n in shown or [first]]


def _label(number: int, every: int) -> str:
    year, month = divmod(number, 12)
    return f"{year}" if every >= 12 else f"{year}-{month + 1:02}"
