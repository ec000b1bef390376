"""The same reports coded again come out the same, and what does not is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pytest

from dragoman.archive.archive import Archive
from dragoman.archive.ingest import Ingest, Outcome
from dragoman.archive.reproduce import (
    differences,
    make_lock,
    read_lock,
    version_differences,
)
from dragoman.archive.store import ArchiveError, Store
from dragoman.records import Reading, Report
from dragoman.sources import Failure

from .made import engine, report


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = Store(tmp_path / "archive")
    with store.lock():
        Ingest(store, engine, "p").run([report(n) for n in range(40)])
    return store.folder


def _changed(units: Iterable[list[Report]]) -> Iterator[list[Outcome]]:
    """Leave the events out of one report, and fail with another."""
    for unit, outcomes in zip(units := list(units), engine(iter(units)), strict=True):
        assert len(unit) == len(outcomes)
        yield [_change(one) for one in outcomes]


def _change(one: Outcome) -> Outcome:
    assert isinstance(one, Reading)
    if one.report.id == report(3).id:
        return msgspec.structs.replace(one, entities=(), events=(), statements=(), relations=())
    if one.report.id == report(5).id:
        return Failure("report", "broken", report=one.report.id)
    return one


def test_nothing_differs(folder: Path) -> None:
    assert list(differences(Archive(folder), engine)) == []


def test_what_differs_is_named(folder: Path) -> None:
    found = {one.report: one.what for one in differences(Archive(folder), _changed)}
    assert set(found) == {report(3).id, report(5).id}
    assert "could not be read: broken" in found[report(5).id]
    assert "gone or changed" in found[report(3).id]


def test_the_lock_names_versions_and_comes_back(folder: Path, tmp_path: Path) -> None:
    lock = make_lock(Archive(folder))
    assert lock.reports == 40
    path = tmp_path / "dragoman.lock"
    path.write_bytes(msgspec.json.encode(lock))
    assert read_lock(path) == lock
    now = {"dragoman": lock.dragoman, "model": lock.model, "codebook": "other"}
    assert version_differences(lock, now) == [f"codebook is other, the lock names {lock.codebook}"]


def test_a_change_of_a_record_changes_the_digest(folder: Path, tmp_path: Path) -> None:
    other = Store(tmp_path / "other")
    with other.lock():
        Ingest(other, engine, "p").run([report(n) for n in range(1, 41)])
    assert make_lock(Archive(folder)).digest != make_lock(Archive(other.folder)).digest


def test_a_broken_lock_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dragoman.lock"
    path.write_text("{}")
    with pytest.raises(ArchiveError, match="is no lock file"):
        read_lock(path)
