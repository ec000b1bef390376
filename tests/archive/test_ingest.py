"""Each report once, whatever stops the run."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest

from dragoman.archive.archive import Archive
from dragoman.archive.ingest import COMMIT, Ingest, failed_reports
from dragoman.archive.schema import DETAILS
from dragoman.archive.store import ArchiveError, Store
from dragoman.records import Report
from dragoman.sources import Failure

from .made import engine, reading, report

HERE = Path(__file__).parent


def _ingest(folder: Path, found: list[Report | Failure], **options: bool) -> Ingest:
    store = Store(folder)
    with store.lock():
        run = Ingest(store, engine, "p", **options)
        run.run(found)
    return run


def _rows(folder: Path) -> dict[str, list[str]]:
    """Return every row that counts, as text, sorted."""
    archive = Archive(folder)
    tables = (*DETAILS, "reports")
    found = {t: archive.sql(f"select * from {t}").to_pylist() for t in tables}
    found["failures"] = archive.sql("select distinct on (key) * from failures").to_pylist()
    return {table: sorted(map(repr, rows)) for table, rows in found.items()}


def test_what_went_in_comes_out(tmp_path: Path) -> None:
    _ingest(tmp_path, [report(n) for n in range(20)])
    found = Archive(tmp_path).sql("select id, text, published from reports order by id").to_pylist()
    assert len(found) == 20
    assert found[0] == {"id": "r0", "text": report(0).text, "published": None}
    events = Archive(tmp_path).sql("select * from events").to_pylist()
    assert {tuple(e["trigger"]) for e in events} == {(6, 9)}
    assert events[0]["actor"] == ["e1", "e2"]


def test_only_what_is_new_is_coded(tmp_path: Path) -> None:
    _ingest(tmp_path, [report(n) for n in range(10)])
    again = _ingest(tmp_path, [report(n) for n in range(12)]).progress
    assert (again.known, again.coded) == (10, 2)
    assert _ingest(tmp_path, [report(n) for n in range(12)]).progress.coded == 0


def test_a_report_given_twice_in_one_run_counts_once(tmp_path: Path) -> None:
    assert _ingest(tmp_path, [report(1), report(1)]).progress.coded == 1


def test_a_correction_supersedes_and_both_are_kept(tmp_path: Path) -> None:
    first = Report(id="a", url="https://a.example/1", text="Kenya met Uganda, first.")
    second = Report(id="b", url="https://a.example/1", text="Kenya met Uganda, corrected.")
    _ingest(tmp_path, [first])
    assert _ingest(tmp_path, [second]).progress.superseding == 1
    archive = Archive(tmp_path)
    assert archive.sql("select id from reports").to_pylist() == [{"id": "b"}]
    assert archive.sql("select count(*) n from all_reports").to_pylist() == [{"n": 2}]
    assert archive.sql("select count(*) n from events").to_pylist() == [{"n": 1}]


def test_failures_are_kept_and_taken_up_again(tmp_path: Path) -> None:
    bad = Failure("a.jsonl", "this line is not JSON", 3)
    run = _ingest(tmp_path, [report(1), report(2, "poison"), bad])
    assert (run.progress.coded, run.progress.failed) == (1, 2)
    assert _ingest(tmp_path, [report(2, "poison"), bad]).progress.known == 2
    (waiting,) = failed_reports(Store(tmp_path))
    assert waiting == report(2, "poison")
    store = Store(tmp_path)
    healed = Ingest(store, lambda units: ([reading(r) for r in u] for u in units), "p2", retry=True)
    assert healed.run(failed_reports(store)).coded == 1
    assert list(failed_reports(store)) == []


def test_a_batch_repeated_is_written_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    rows = [{"report": "k", "batch": "b1", "month": "2017-08", "id": "e1"}]
    assert store.append("entities", rows, "b1")
    assert not store.append("entities", rows, "b1")
    store.open("entities").delete("batch = 'b1'")
    assert store.append("entities", rows, "b1")
    assert store.open("entities").to_pyarrow_table().num_rows == 1


def test_no_reader_sees_half_of_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ingest(tmp_path, [report(0)])
    write = Store._write

    def stop_before_reports(self: Store, table: str, *rest: object) -> None:
        if table == "reports":
            raise ArchiveError("the disk is full")
        write(self, table, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "_write", stop_before_reports)
    with pytest.raises(ArchiveError):
        _ingest(tmp_path, [report(1)])
    assert Archive(tmp_path).sql("select count(*) n from events").to_pylist() == [{"n": 1}]
    assert Archive(tmp_path).sql("select count(*) n from all_events").to_pylist() == [{"n": 2}]
    monkeypatch.undo()
    assert _ingest(tmp_path, [report(1)]).progress.coded == 1
    assert Archive(tmp_path).sql("select count(*) n from all_events").to_pylist() == [{"n": 2}]


def test_two_ingests_at_once_are_refused(tmp_path: Path) -> None:
    with (
        Store(tmp_path).lock(),
        pytest.raises(ArchiveError, match="another process"),
        Store(tmp_path).lock(),
    ):
        pass


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ArchiveError, match="cannot be written"), Store(tmp_path / "file").lock():
        pass


def test_a_folder_that_is_no_archive_says_so(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive"):
        Archive(tmp_path)


def _spawn(
    folder: Path, count: int, pause: float, *, before: str = "", stderr: int | None = None
) -> subprocess.Popen[bytes]:
    code = f"import sys; sys.path.insert(0, {str(HERE.parent)!r}); from archive.made import main; "
    return subprocess.Popen(
        [sys.executable, "-c", f"{code}{before}main({str(folder)!r}, {count}, {pause})"],
        stderr=stderr,
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_killed_at_random_moments_nothing_is_lost_or_doubled(tmp_path: Path, seed: int) -> None:
    """Five archives, each killed ten times."""
    count = 3 * COMMIT + 40
    assert _spawn(tmp_path / "calm", count, 0).wait() == 0
    chance = random.Random(seed)
    for _ in range(10):
        process = _spawn(tmp_path / "killed", count, 0.0005)
        time.sleep(chance.uniform(0.6, 2.2))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert _spawn(tmp_path / "killed", count, 0).wait() == 0
    assert _rows(tmp_path / "killed") == _rows(tmp_path / "calm")


@pytest.mark.parametrize("bytes_at_most", [600, 3_000, 12_000])
def test_a_disk_that_is_full_loses_nothing(tmp_path: Path, bytes_at_most: int) -> None:
    """No file may grow beyond a limit, as on a disk that fills up while a batch is written."""
    count = COMMIT + 40
    assert _spawn(tmp_path / "calm", count, 0).wait() == 0
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes_at_most}, {bytes_at_most})); "
    )
    full = _spawn(tmp_path / "full", count, 0, before=code, stderr=subprocess.PIPE)
    told = full.communicate()[1].decode()
    assert full.returncode == 1
    assert "cannot be written to" in told
    assert _spawn(tmp_path / "full", count, 0).wait() == 0
    assert _rows(tmp_path / "full") == _rows(tmp_path / "calm")


def test_a_derived_table_is_replaced_whole(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.replace("actors", pa.table({"id": ["a", "b"]}))
    first = store.open("actors").version()
    store.replace("actors", pa.table({"id": ["c"], "name": ["C"]}))
    assert store.open("actors").version() > first
    assert store.open("actors").to_pyarrow_table().to_pylist() == [{"id": "c", "name": "C"}]
    assert store.open("actors", first).to_pyarrow_table().num_rows == 2
