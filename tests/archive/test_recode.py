"""A changed codebook, applied to what the archive holds."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from dragoman.archive.archive import Archive
from dragoman.archive.care import check, compact, counts, history
from dragoman.archive.ingest import Ingest, Outcome
from dragoman.archive.readings import readings
from dragoman.archive.recode import Recode, keep_codebook
from dragoman.archive.store import Store
from dragoman.codebook import Codebook
from dragoman.language import Annotator
from dragoman.language.cache import CachedAnnotator
from dragoman.reader import Reader
from dragoman.records import Reading, Report

SHIPPED = Path(__file__).parents[2] / "codebook"
TEXTS = {
    "a": "Kenya thanked Uganda for wheat on Friday. The ministers met in Nairobi.",
    "b": "The Chadian army serenaded rebels near the border on Monday.",
    "c": "Rain fell on the hills all week.",
}


def _reports() -> list[Report]:
    return [
        Report(id=name, text=text, published="2026-03-02", source="Example")
        for name, text in TEXTS.items()
    ]


class _Engine:
    """Reads in this process, and counts."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.read: list[str] = []

    def __call__(self, units: Iterable[list[Report]]) -> Iterator[list[Outcome]]:
        for unit in units:
            self.read += [report.id for report in unit]
            yield list(self.reader.outcomes(unit))


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A codebook in which to serenade is to assault."""
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "codebook"))
    path = folder / "plover" / "ASSAULT.yaml"
    entry = (
        "\n  - id: serenade\n    verbs: [serenade]\n    actor: [subject]\n    recipient: [object]\n"
    )
    path.write_text(path.read_text(encoding="utf-8").rstrip() + entry, encoding="utf-8")
    return folder


@pytest.fixture
def archive(tmp_path: Path, annotator: Annotator) -> Path:
    store = Store(tmp_path / "archive")
    reader = Reader(annotator=CachedAnnotator(annotator, store.parses))
    keep_codebook(store, reader.codebook)
    with store.lock():
        Ingest(store, _Engine(reader), reader.pipeline.codebook).run(_reports())
    return store.folder


def _recode(folder: Path, codebook: Path | None, annotator: Annotator) -> tuple[Recode, _Engine]:
    store = Store(folder)
    reader = Reader(annotator=CachedAnnotator(annotator, store.parses), codebook=codebook)
    engine = _Engine(reader)
    run = Recode(store, engine, reader.pipeline, reader.codebook)
    with store.lock():
        run.run()
    return run, engine


def _told(folder: Path, version: int | None = None) -> dict[str, Reading]:
    return {reading.report.id: reading for reading in readings(Archive(folder, version))}


def test_readings_come_back_as_they_were(archive: Path, annotator: Annotator) -> None:
    reader = Reader(annotator=annotator)
    found = _told(archive)
    assert {k: v.to_json() for k, v in found.items()} == {
        report.id: reader.read(report).to_json() for report in _reports()
    }


def test_only_what_is_touched_is_coded_again(
    archive: Path, changed: Path, annotator: Annotator
) -> None:
    before = _told(archive)
    run, engine = _recode(archive, changed, annotator)
    assert engine.read == ["b"]
    assert (run.done.reports, run.done.coded, run.done.failures) == (3, 1, [])
    after = _told(archive)
    assert [event.rule for event in after["b"].events] == ["ASSAULT/serenade"]
    assert after["a"].events == before["a"].events
    assert {r.pipeline.codebook for r in after.values()} == {Codebook(changed).version}
    assert not list(check(Store(archive)))


def test_recoding_equals_coding_anew(archive: Path, changed: Path, annotator: Annotator) -> None:
    _recode(archive, changed, annotator)
    fresh = Reader(annotator=annotator, codebook=changed)
    assert {k: v.to_json() for k, v in _told(archive).items()} == {
        report.id: fresh.read(report).to_json() for report in _reports()
    }


def test_again_does_nothing_and_the_old_version_stays(
    archive: Path, changed: Path, annotator: Annotator
) -> None:
    before = Archive(archive).version
    _recode(archive, changed, annotator)
    _, engine = _recode(archive, changed, annotator)
    assert engine.read == []
    versions = history(Store(archive))
    assert [v.what for v in versions] == ["recode", "ingest"]
    assert _told(archive, before)["b"].events == ()


def test_a_stopped_run_changes_nothing_and_can_be_repeated(
    archive: Path, changed: Path, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Store, "rewrite", stop)
        with pytest.raises(KeyboardInterrupt):
            _recode(archive, changed, annotator)
    assert _told(archive)["b"].events == ()
    assert not list(check(Store(archive)))
    _recode(archive, changed, annotator)
    assert len(_told(archive)["b"].events) == 1
    assert not list(check(Store(archive)))


def test_purging_leaves_what_counts(archive: Path, changed: Path, annotator: Annotator) -> None:
    _recode(archive, changed, annotator)
    before, held = _told(archive), counts(Archive(archive))
    store = Store(archive)
    done = list(compact(store, purge=True))
    assert sum(one.purged for one in done) > 0
    assert _told(archive) == before
    assert counts(Archive(archive)) == held
    assert not list(check(store))


def test_check_finds_lost_files_and_wrong_words(archive: Path) -> None:
    store = Store(archive)
    table = store.open("events")
    broken = table.to_pyarrow_table().to_pylist()
    table.delete()
    store.append("events", [{**row, "trigger": [0, 9_999]} for row in broken], "x")
    store.open("events").update(updates={"batch": f"'{broken[0]['batch']}'"})
    assert any("span" in found.what for found in check(store))
    for file in store.open("mentions").file_uris():
        Path(file).unlink()
    assert [found.table for found in check(store)] == ["mentions"]
