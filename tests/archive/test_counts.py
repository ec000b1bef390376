"""Counts of events: the same whether their reports' columns are joined or not."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from dragoman.archive.archive import Archive
from dragoman.archive.ingest import Ingest
from dragoman.archive.store import Store
from tests.archive.made import engine, report


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Reports of several months and undated ones; one was corrected, one batch never ended."""
    store = Store(tmp_path)
    address = "https://news.example/a"
    first = msgspec.structs.replace(report(1), url=address)
    with store.lock():
        Ingest(store, engine, "p").run([first, *(report(n) for n in range(2, 30))])
        Ingest(store, engine, "p").run(
            [msgspec.structs.replace(first, text="Kenya met Uganda again.")]
        )
        store.append(
            "events", [{"report": "x", "batch": "lost", "month": "2017-03", "id": "e"}], "l"
        )
    return Archive(tmp_path)


def test_months_hold_what_their_days_hold(archive: Archive) -> None:
    by_day = archive.count("day", "type", factuality="any").to_pylist()
    by_month = archive.count("month", "type", factuality="any").to_pylist()
    expected: Counter[str | None] = Counter()
    for row in by_day:
        expected[row["day"] and row["day"][:7]] += row["events"]
    assert {row["month"]: row["events"] for row in by_month} == expected
    assert sum(expected.values()) == 29
    assert expected[None] == 4  # undated reports


def test_a_filter_by_day_and_none_count_the_same(archive: Archive) -> None:
    every = archive.count("type").to_pylist()
    assert archive.count("type", since="0001-01-01").to_pylist()[0]["events"] == 25
    assert every[0]["events"] == 29


def test_several_threads_ask_one_archive(archive: Archive) -> None:
    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(lambda _: archive.count("month").to_pylist(), range(12)))
    assert all(one == told[0] for one in told)
