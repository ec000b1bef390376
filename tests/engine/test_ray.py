"""The Ray engine gives what the local engine gives, whatever is killed."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dragoman.archive.archive import Archive
from dragoman.archive.ingest import Engine, Ingest, Outcome
from dragoman.archive.schema import DETAILS
from dragoman.archive.store import Store
from dragoman.engine.error import EngineError
from dragoman.engine.local import Crew, Limits
from dragoman.engine.ray import RayEngine
from dragoman.records import Reading, Report

HERE = Path(__file__).parent
READER = "trying_reader:TryingReader"
LIMITS = Limits(1.0, 3_000)


@pytest.fixture(scope="module", autouse=True)
def found_reader() -> Iterator[None]:
    """Let every process of the tests find the reader that needs no model."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(HERE))
        patch.syspath_prepend(str(HERE))
        yield


@pytest.fixture(scope="module")
def cluster(found_reader: None) -> Iterator[Any]:
    """Start Ray on this machine once for all tests; the engine uses what runs already."""
    ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'dragoman[ray]'")
    from dragoman.engine import ray as engine

    with engine._connected(None, 2):
        yield ray


def _texts(*texts: str) -> list[list[Report]]:
    reports = [Report(id=str(n), text=text) for n, text in enumerate(texts)]
    return [reports[n : n + 4] for n in range(0, len(reports), 4)]


def _locally(units: list[list[Report]], **options: Any) -> list[list[Outcome]]:
    crew = Crew(2, options, LIMITS, READER)
    try:
        return list(crew.outcomes(iter(units)))
    finally:
        crew.stop()


def _local_engine(units: Any) -> Iterator[list[Outcome]]:
    crew = Crew(1, {}, LIMITS, READER)
    try:
        yield from crew.outcomes(iter(units))
    finally:
        crew.stop()


def _ingest(folder: Path, engine: Engine, reports: list[Report]) -> None:
    store = Store(folder)
    with store.lock():
        Ingest(store, engine, "p").run(reports)


def _rows(folder: Path) -> dict[str, list[str]]:
    """Return every row that counts, batch included, as text."""
    archive = Archive(folder)
    found = {t: archive.sql(f"select * from {t}").to_pylist() for t in (*DETAILS, "reports")}
    found["failures"] = archive.sql("select distinct on (key) * from failures").to_pylist()
    return {table: sorted(map(repr, rows)) for table, rows in found.items()}


def _made(count: int) -> list[Report]:
    made: list[Report] = importlib.import_module("trying_reader").made(count)
    return made


@pytest.mark.slow
def test_ray_started_here_answers_this_machine_alone(cluster: Any) -> None:
    assert {node["NodeManagerAddress"] for node in cluster.nodes()} == {"127.0.0.1"}
    assert cluster.get_runtime_context().gcs_address.startswith("127.0.0.1:")


def test_an_address_where_nobody_answers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'dragoman[ray]'")
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    engine = RayEngine(1, address="127.0.0.1:1")
    with pytest.raises(EngineError, match=r"no Ray cluster at 127\.0\.0\.1:1"):
        list(engine.map(_texts("Kenya met Uganda.")))


def test_a_missing_token_is_told() -> None:
    from dragoman.engine.ray import _reason

    refused = ConnectionError("Failed to connect\nto it")
    assert _reason(refused) == "Failed to connect"
    refused.__cause__ = RuntimeError("RPC error: InvalidAuthToken: missing or incorrect")
    assert "RAY_AUTH_TOKEN" in _reason(refused)


@pytest.mark.slow
def test_poisoned_reports_fail_alone_and_as_they_do_locally(cluster: Any) -> None:
    """Two windows, one after the other."""
    texts = [f"Kenya met Uganda {n}." for n in range(18)]
    texts[8], texts[9], texts[10] = "hang", "die", "eat"
    units = _texts(*texts)
    found = list(RayEngine(1, {}, LIMITS, units_a_worker=3, reader=READER).map(units))
    assert found == _locally(units)
    flat = [outcome for unit in found for outcome in unit]
    assert [n for n, one in enumerate(flat) if not isinstance(one, Reading)] == [8, 9, 10]


@pytest.mark.slow
def test_a_killed_worker_changes_no_row(cluster: Any, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    seen.mkdir()
    engine = RayEngine(2, {"seen": str(seen), "pause": 0.02}, reader=READER)
    killed: list[int] = []

    def killing(units: Any) -> Iterator[list[Outcome]]:
        for count, unit in enumerate(engine.map(units)):
            if count == 2:
                killed.append(int(next(seen.iterdir()).name.split("-")[1]))
                os.kill(killed[0], signal.SIGKILL)
            yield unit

    _ingest(tmp_path / "ray", killing, _made(300))
    _ingest(tmp_path / "local", _local_engine, _made(300))
    assert _rows(tmp_path / "ray") == _rows(tmp_path / "local")
    parents = {int(file.name.split("-")[1]) for file in seen.iterdir()}
    assert len(parents - set(killed)) == 2, "the killed worker was replaced by another"


@pytest.mark.slow
def test_a_killed_driver_leaves_what_the_next_run_completes(cluster: Any, tmp_path: Path) -> None:
    """The driver uses a cluster that goes on running without it."""
    address = cluster.get_runtime_context().gcs_address
    program = str(HERE / "trying_reader.py")
    driver = subprocess.Popen([sys.executable, program, str(tmp_path / "ray"), "600", address])
    log = tmp_path / "ray" / "reports" / "_delta_log"
    until = time.monotonic() + 60
    while not list(log.glob("*.json")) and time.monotonic() < until and driver.poll() is None:
        time.sleep(0.05)
    driver.kill()
    assert driver.wait() == -signal.SIGKILL
    before = len(_rows(tmp_path / "ray")["reports"])
    assert 0 < before < 588
    _ingest(tmp_path / "ray", RayEngine(1, {}, reader=READER).map, _made(600))
    _ingest(tmp_path / "local", _local_engine, _made(600))
    assert _rows(tmp_path / "ray") == _rows(tmp_path / "local")


@pytest.mark.slow
def test_a_reader_that_cannot_be_loaded_ends_the_run(cluster: Any) -> None:
    engine = RayEngine(1, {"none": 1}, LIMITS, reader=READER)
    with pytest.raises(EngineError, match="could not be loaded"):
        list(engine.map(_texts("Kenya met Uganda.")))


@pytest.mark.slow
def test_a_worker_with_another_codebook_ends_the_run(cluster: Any) -> None:
    engine = RayEngine(1, {}, LIMITS, codebook="d", reader=READER)
    with pytest.raises(EngineError, match="codebook c, this run is for d"):
        list(engine.map(_texts("Kenya met Uganda.")))


def test_without_ray_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(EngineError, match=r"pip install 'dragoman\[ray\]'"):
        RayEngine(1)


def test_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from dragoman.cli import app

    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "a.txt").write_text("Kenya met Uganda.", encoding="utf-8")
    command = ["ingest", str(tmp_path / "a.txt"), "--archive", str(tmp_path / "x")]
    told = CliRunner().invoke(app, [*command, "--engine", "ray"])
    assert told.exit_code != 0
    assert "pip install 'dragoman[ray]'" in told.output
    told = CliRunner().invoke(app, [*command, "--ray-address", "auto"])
    assert "--ray-address is for --engine ray" in told.output
