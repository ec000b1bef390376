"""What Ray costs: `python bench/ray_engine.py [--reports 200] [--workers 2]`.

Codes the same made-up reports into two archives, with the local engine and with the Ray engine on
this machine, and prints one JSON object: reports a second by wall time, start-up included and
left out (from the first outcome to the last), the ratio Ray to local of each, the most memory of
all processes together while each ran (proportional shares, so that shared pages count once), and
whether every table holds the same rows. Machines are noisy: run it on a quiet one.
"""

from __future__ import annotations

import argparse
import json
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
    found = [int(Path("/proc/self").resolve().name)]
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


class Clock:
    """Passes on what an engine yields and keeps when each came."""

    def __init__(self, engine: Map) -> None:
        self._engine = engine
        self.came: list[tuple[float, int]] = []
        self.most = 0

    def map(self, units: Units) -> Iterator[list[Outcome]]:
        """Code units, and watch the memory meanwhile."""
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(done,))
        watcher.start()
        try:
            for outcomes in self._engine(units):
                self.came.append((time.perf_counter(), len(outcomes)))
                yield outcomes
        finally:
            done.set()
            watcher.join()

    def _watch(self, done: threading.Event) -> None:
        while not done.wait(1.0):
            self.most = max(self.most, megabytes())


def run(folder: Path, engine: Map, reports: list[Report]) -> dict[str, float]:
    store, book, clock = Store(folder), Codebook(), Clock(engine)
    with store.lock():
        keep_codebook(store, book)
        started = time.perf_counter()
        Ingest(store, clock.map, book.version).run(reports)
        taken = time.perf_counter() - started
    (first, size), (last, _) = clock.came[0], clock.came[-1]
    return {
        "reports_a_second": len(reports) / taken,
        "reports_a_second_after_the_first": (len(reports) - size) / max(last - first, 0.001),
        "seconds_to_the_first": first - started,
        "megabytes_of_all_processes": clock.most,
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
    for what in ("reports_a_second", "reports_a_second_after_the_first"):
        told[f"ray_to_local_{what}"] = round(told["ray"][what] / told["local"][what], 2)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
