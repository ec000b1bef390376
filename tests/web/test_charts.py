"""Timelines: where bars and labels lie."""

from __future__ import annotations

import itertools

import duckdb
import pytest
from starlette.testclient import TestClient

from dragoman.web import views
from dragoman.web.charts import FOOT, LEFT, RIGHT, TOP, timeline


def month(name: str, cooperation: float = 1.0, conflict: float = -1.0) -> dict[str, object]:
    return {"month": name, "cooperation": cooperation, "conflict": conflict}


def test_bars_lie_as_far_apart_as_their_months():
    bars = timeline([month("2024-11"), month("2024-12"), month("2026-03")]).bars
    near, far = bars[1].x - bars[0].x, bars[2].x - bars[1].x
    assert far == pytest.approx(15 * near, rel=0.01)


def test_bars_share_a_scale_and_fill_the_height():
    drawn = timeline([month("2026-01", 30.0, 0.0), month("2026-02", 6.0, -10.0)])
    assert drawn.bars[0].up == pytest.approx(3 * drawn.bars[1].down, abs=0.2)
    assert drawn.zero - drawn.bars[0].up == pytest.approx(TOP, abs=0.2)
    assert drawn.zero + drawn.bars[1].down == pytest.approx(FOOT, abs=0.2)


@pytest.mark.parametrize("last", ["2020-01", "2020-09", "2024-06", "2095-12", "9999-12"])
def test_labels_stand_clear_of_each_other(last: str):
    drawn = timeline([month("2020-01"), month(last)])
    places = [x for x, _ in drawn.ticks]
    assert places
    assert all(b - a >= 60 for a, b in itertools.pairwise(places))
    assert all(LEFT <= x <= RIGHT for x in places)
    assert all(LEFT <= b.x <= b.x + b.wide <= RIGHT + 2 for b in drawn.bars)


def test_undated_months_and_none_at_all():
    assert timeline([month("undated")]).bars == []
    assert timeline([]).ticks == []
    assert [b.month for b in timeline([month("1995"), month("undated")]).bars] == ["1995"]


def test_the_overview_draws_scores_by_month_of_report(caller: TestClient):
    shown = caller.get("/").text
    assert "2026-03: −7" in shown
    assert "2026-02: +2.5" in shown


def test_of_many_months_the_latest_are_kept():
    days = (
        "select strftime(date '1990-01-01' + to_months(n::int), '%Y-%m-%d') as day, 1.0 as score"
        " from range(300) t(n)"
    )
    found = duckdb.sql(views._DYAD_MONTHS.format(found=days)).fetchall()
    months = [row[0] for row in found]
    assert (len(months), months[0], months[-1]) == (240, "1995-01", "2014-12")
    assert months == sorted(months)
