"""How the archive does at size: `python bench/scale.py [--reports 400] [--events 10000000]`.

Prints one JSON object: reports a second with one and with two workers (wall time, start-up left
out of neither), how many times as much two do as one, that without the start, and the same of spaCy
alone in two processes on this machine; how much sooner a changed codebook is applied than reports
are coded first, the memory of the reading process at the beginning and the end, bytes an archive
takes a report, and how long a count by dyad and month takes over made-up rows of events. Machines
are noisy: run it on a quiet one. `--only` runs one part alone.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from speed import texts

from dragoman.archive.archive import Archive
from dragoman.archive.ingest import Ingest
from dragoman.archive.recode import Recode, keep_codebook
from dragoman.archive.schema import arrow
from dragoman.archive.store import Store
from dragoman.codebook import Codebook
from dragoman.engine.local import Limits, LocalEngine
from dragoman.language.model import DEFAULT_MODEL
from dragoman.language.quick import PIECES_AT_ONCE
from dragoman.reader import Reader
from dragoman.records import Report

CHANGE = (
    "\n  - id: scale-test\n    verbs: [serenade]\n    actor: [subject]\n    recipient: [object]\n"
)
ROWS = 250_000  # events of one written file
PARTS = ("workers", "recoding", "memory", "counting")


def seconds(run: Callable[[], Any]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def made_reports(count: int) -> list[Report]:
    return [
        Report(id=f"r{n}", text=f"Report {n}.\n{text}", published=f"2026-0{n % 9 + 1}-11")
        for n, text in enumerate(texts(count))
    ]


@dataclass
class Rate:
    """How quickly reports were ingested.

    Attributes:
        seconds: wall time of all, with start-up.
        steady: reports a second from when every worker had yielded a unit.
        main: share of the main process in the CPU time of all processes.
    """

    seconds: float
    steady: float
    main: float


def ingest(folder: Path, reports: list[Report], workers: int) -> Rate:
    store = Store(folder)
    book = Codebook()
    engine = LocalEngine(workers, {"codebook": None, "cache": str(store.parses)}, Limits(60, None))
    done: list[tuple[float, int]] = []

    def noted(units: Any) -> Any:
        for coded in engine.map(units):
            done.append((time.perf_counter(), len(coded)))
            yield coded

    before = _cpu()
    with store.lock():
        keep_codebook(store, book)
        whole = seconds(lambda: Ingest(store, noted, book.version).run(reports))
    own, children = (now - then for now, then in zip(_cpu(), before, strict=True))
    warm, rest = done[workers - 1][0], sum(count for _, count in done[workers:])
    return Rate(whole, rest / (done[-1][0] - warm), own / (own + children))


def _cpu() -> tuple[float, float]:
    """Return the CPU seconds of this process, and of its children that have ended."""
    times = os.times()
    return times.user + times.system, times.children_user + times.children_system


def workers(folder: Path, reports: list[Report]) -> dict[str, float]:
    one = ingest(folder / "one", reports, 1)
    two = ingest(folder / "two", reports, 2)
    size = sum(f.stat().st_size for f in (folder / "one").rglob("*.parquet"))
    kept = (folder / "one" / "_dragoman").glob("parses.sqlite*")
    parses = sum(f.stat().st_size for f in kept)
    return {
        "reports_a_second_one_worker": round(len(reports) / one.seconds, 2),
        "reports_a_second_two_workers": round(len(reports) / two.seconds, 2),
        "two_workers_to_one": round(one.seconds / two.seconds, 2),
        "two_workers_to_one_without_start": round(two.steady / one.steady, 2),
        "two_processes_to_one_spacy_alone": round(ceiling([r.text for r in reports]), 2),
        "main_process_share_of_cpu": round(two.main, 3),
        "bytes_a_report_tables": round(size / len(reports)),
        "bytes_a_report_parses": round(parses / len(reports)),
    }


def ceiling(made: list[str]) -> float:
    """Return how much sooner two processes do with spaCy alone what one does, start-up left out."""
    one = _plainly([made])
    return one / _plainly([made[::2], made[1::2]])


def _plainly(parts: list[list[str]]) -> float:
    """Return the seconds that processes take for a part each, from when all are ready."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(len(parts) + 1)
    running = [context.Process(target=_parse, args=(part, ready)) for part in parts]
    for process in running:
        process.start()
    ready.wait()
    return seconds(lambda: [process.join() for process in running])


def _parse(part: list[str], ready: Any) -> None:
    import spacy

    plain = spacy.load(DEFAULT_MODEL)
    plain(part[0])
    ready.wait()
    for _ in plain.pipe(part, batch_size=PIECES_AT_ONCE):
        pass


def recoding(folder: Path, reports: list[Report]) -> dict[str, float]:
    """Time the first coding, a change of one entry, and coding all again, start-up left out."""
    store = Store(folder / "recode")
    reader = Reader(cache=store.parses)
    book = reader.codebook
    changed = folder / "changed"
    shutil.copytree(book.folder, changed)
    path = changed / "plover" / "SUPPORT.yaml"
    path.write_text(path.read_text(encoding="utf-8").rstrip() + CHANGE, encoding="utf-8")

    def engine(units: Any) -> Any:
        return (list(reader.outcomes(unit)) for unit in units)

    list(reader.outcomes([Report(id="warm", text="Kenya thanked Uganda.")]))
    with store.lock():
        keep_codebook(store, book)
        first = seconds(lambda: Ingest(store, engine, book.version).run(reports))
        other = Reader(annotator=reader.annotator, codebook=changed)
        small = seconds(Recode(store, engine, other.pipeline, Codebook(changed)).run)
        every = Recode(store, engine, reader.pipeline, book, everything=True)
        whole = seconds(every.run)
    return {
        "first_coding_to_recode_of_one_entry": round(first / small, 1),
        "first_coding_to_recode_of_all": round(first / whole, 1),
    }


def memory(reports: list[Report]) -> dict[str, int]:
    """Read all reports in this process; return the most memory it took by half time and in all."""
    reader = Reader()
    half = len(reports) // 2
    peaks = []
    for part in (reports[:half], reports[half:]):
        list(reader.outcomes(part))
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    return {"megabytes_after_half": peaks[0], "megabytes_at_the_end": peaks[1]}


def counting(folder: Path, count: int) -> dict[str, float]:
    """Write made-up events as the archive's tables and time a count by dyad and month."""
    store = Store(folder / "events")
    dice = np.random.default_rng(7)
    codes = np.array([a + b + c for a in "ABC" for b in "DEFG" for c in "HIJK"])
    for start in range(0, count, ROWS):
        size = min(ROWS, count - start)
        batch = f"b{start}"
        keys = [f"{start + n:024x}" for n in range(0, size, 10)]
        reports = [{"key": k, "batch": batch, "month": "2026-01", "id": k} for k in keys]
        first, second = (codes[dice.integers(0, len(codes), size)] for _ in range(2))
        days = dice.integers(1, 29, size), dice.integers(1, 13, size)
        told = pa.array([f"2026-{m:02d}-{d:02d}" for d, m in zip(*days, strict=True)])
        empty = arrow("events", [])
        date = pa.StructArray.from_arrays(
            [told if f.name in ("start", "end", "value") else pa.nulls(size, f.type)
             for f in empty.schema.field("date").type],
            fields=list(empty.schema.field("date").type),
        )  # fmt: skip
        columns = {
            "report": pa.array([keys[n // 10] for n in range(size)]),
            "batch": pa.array([batch] * size),
            "month": pa.array(["2026-01"] * size),
            "id": pa.array([f"ev{n % 10}" for n in range(size)]),
            "type": pa.array(["CONSULT"] * size),
            "factuality": pa.array(["asserted"] * size),
            "historical": pa.array([False] * size),
            "score": pa.array(dice.integers(-10, 11, size).astype(float)),
            "dyads": pa.array([[f"{a}-{b}"] for a, b in zip(first, second, strict=True)]),
            "date": date,
        }
        data = pa.table({f.name: columns.get(f.name, pa.nulls(size, f.type)) for f in empty.schema})
        store._write("events", data.cast(empty.schema), batch)
        store.append("reports", reports, batch)
    archive = Archive(store.folder)
    archive.count("type")
    return {
        "events": count,
        "seconds_to_count_by_dyad_and_month": round(
            min(seconds(lambda: archive.count("dyad", "month")) for _ in range(3)), 2
        ),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--reports", type=int, default=400)
    options.add_argument("--events", type=int, default=10_000_000)
    options.add_argument("--only", choices=PARTS, help="one part alone")
    chosen = options.parse_args()
    parts = [chosen.only] if chosen.only else PARTS
    reports = made_reports(chosen.reports)
    told: dict[str, Any] = {"reports": len(reports)}
    told["words"] = sum(len(r.text.split()) for r in reports)
    with tempfile.TemporaryDirectory() as folder:
        if "workers" in parts:
            told |= workers(Path(folder), reports)
        if "recoding" in parts:
            told |= recoding(Path(folder), reports)
        if "memory" in parts:
            told |= memory(reports)
        if "counting" in parts:
            told |= counting(Path(folder), chosen.events)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
