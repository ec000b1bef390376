"""What Ray costs: `python bench/ray_engine.py [--reports 200] [--workers 2]`.

Codes the same made-up reports into two archives, with the local engine and with the Ray engine on
this machine, and prints one JSON object: for each engine the reports a second by wall time and by
the CPU time of all its processes, start-up included, seconds to the first outcome, and the most
memory of all processes together (proportional shares, so that shared pages count once); then the
ratios Ray to local, and whether every table holds the same rows. Wall time is noisy: run it on a
quiet machine, or read the CPU time.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from scale import made_reports

from dragoman.archive.archive import Archive
from dragoman.archive.ingest import Ingest, Outcome
from dragoman.archive.recode import keep_codebook
from dragoman.archive.schema import DETAILS
from dragoman.archive.store import Store
from dragoman.codebook import Codebook
from dragoman.engine.local import Limits, LocalEngine
from dragoman.engine.ray import RayEngine
from dragoman.records import Report

Units = Iterable[list[Report]]
Map = Callable[[Units], Iterator[list[Outcome]]]


def descendants() -> list[int]:
    """Return this process and all that it started, directly or not."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        parents.setdefault(parent, []).append(int(stat.parent.name))
    found = [os.getpid()]
    for one in found:
        found.extend(parents.get(one, []))
    return found


def megabytes() -> int:
    total = 0
    for one in descendants():
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total // 1024


def cpu_seconds(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Watched:
    """An engine whose processes are watched twice a second for what they take."""

    def __init__(self, engine: Map) -> None:
        self._engine = engine
        self._cpu: dict[int, float] = {}
        self.first = 0.0
        self.megabytes = 0
        self.own = cpu_seconds(os.getpid())

    def map(self, units: Units) -> Iterator[list[Outcome]]:
        """Code units, and watch meanwhile."""
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(done,))
        watcher.start()
        try:
            for outcomes in self._engine(units):
                self.first = self.first or time.perf_counter()
                yield outcomes
        finally:
            done.set()
            watcher.join()

    def cpu(self) -> float:
        """Return the seconds that all processes took since the engine was made."""
        return sum(self._cpu.values()) - self.own

    def _watch(self, done: threading.Event) -> None:
        while not done.wait(0.5):
            self.megabytes = max(self.megabytes, megabytes())
            for one in descendants():
                self._cpu[one] = max(self._cpu.get(one, 0.0), cpu_seconds(one))


def run(folder: Path, engine: Map, reports: list[Report]) -> dict[str, float]:
    store, book, watched = Store(folder), Codebook(), Watched(engine)
    with store.lock():
        keep_codebook(store, book)
        started = time.perf_counter()
        Ingest(store, watched.map, book.version).run(reports)
        taken = time.perf_counter() - started
    return {
        "reports_a_second": len(reports) / taken,
        "reports_a_cpu_second": len(reports) / watched.cpu(),
        "seconds_to_the_first": watched.first - started,
        "megabytes_of_all_processes": watched.megabytes,
    }


def rows(folder: Path) -> dict[str, list[str]]:
    archive = Archive(folder)
    tables = (*DETAILS, "reports")
    return {t: sorted(map(repr, archive.sql(f"select * from {t}").to_pylist())) for t in tables}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--reports", type=int, default=200)
    options.add_argument("--workers", type=int, default=2)
    chosen = options.parse_args()
    reports = made_reports(chosen.reports)
    told: dict[str, Any] = {"reports": len(reports), "workers": chosen.workers}
    limits = Limits(60, 6_000)
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base)
        for name, kind in (("local", LocalEngine), ("ray", RayEngine)):
            cache = {"cache": str(Store(folder / name).parses)}
            found = run(folder / name, kind(chosen.workers, cache, limits).map, reports)
            told[name] = {what: round(value, 2) for what, value in found.items()}
        told["same_rows"] = rows(folder / "local") == rows(folder / "ray")
    for what in ("reports_a_second", "reports_a_cpu_second"):
        told[f"ray_to_local_{what}"] = round(told["ray"][what] / told["local"][what], 2)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
