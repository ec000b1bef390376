"""A run over many reports by the real command: `python bench/corpus_run.py [--reports 20000]`.

Makes short reports (some copied, some broken) as packed JSON Lines, and a crawl of local pages as
WARC, ingests both with `dragoman ingest` in a process of its own, and prints one JSON object:
whether each report is in the tables once or among the failures, the rate, and the most memory of
any one process in each quarter of the run. A second run over the same must find nothing new.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zstandard
from speed import texts
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from dragoman.archive.archive import Archive

PROGRAM = "from dragoman.cli import main; main()"
SENTENCES = 5  # of a report
BROKEN_EVERY, COPY_EVERY = 500, 50
PAGES_A_SITE = 40


def reports(count: int) -> Iterator[dict[str, Any]]:
    """Yield made reports; some tell what another told, some have no text."""
    dice = random.Random(7)
    lines = [line for text in texts(400) for line in text.split("\n")]
    last = ""
    for n in range(count):
        body = f"Bulletin {n}. " + " ".join(dice.sample(lines, SENTENCES))
        if n % COPY_EVERY == COPY_EVERY - 1:
            body = last
        day = f"2026-{n % 9 + 1:02d}-{n % 28 + 1:02d}"
        text = "" if n % BROKEN_EVERY == BROKEN_EVERY - 1 else body
        yield {"id": f"r{n}", "text": text, "published": day, "source": f"paper {n % 20}"}
        last = body


def write_lines(path: Path, count: int) -> None:
    packer = zstandard.ZstdCompressor()
    with path.open("wb") as file, packer.stream_writer(file) as packed:
        for report in reports(count):
            packed.write((json.dumps(report) + "\n").encode())


def write_crawl(path: Path, count: int) -> None:
    """Write pages as a crawler stores them, some with other content between them."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for n, report in enumerate(reports(count)):
            paragraphs = "".join(f"<p>{part}.</p>" for part in report["text"].split(". "))
            page = (
                f"<html><head><title>Bulletin {n}</title><meta property='article:published_time' "
                f"content='{report['published']}'></head><body><article>{paragraphs}</article></body>"
            )
            _record(writer, f"http://paper{n % PAGES_A_SITE}.example/{n}", "text/html", page)
            if n % 100 == 0:
                _record(writer, f"http://paper.example/{n}.png", "image/png", "no picture")


def _record(writer: WARCWriter, address: str, kind: str, body: str) -> None:
    head = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
    payload = io.BytesIO(body.encode())
    writer.write_record(
        writer.create_warc_record(address, "response", payload=payload, http_headers=head)
    )


def ingest(source: Path, archive: Path, workers: int) -> tuple[float, list[int]]:
    """Run the command; return its seconds and the most megabytes of one process each second."""
    command = [sys.executable, "-c", PROGRAM, "ingest", str(source), "--archive", str(archive)]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        running = subprocess.Popen([*command, "--workers", str(workers)], stdout=out, stderr=out)
        seen = []
        while running.poll() is None:
            seen.append(max((_resident(pid) for pid in _family(running.pid)), default=0))
            time.sleep(1)
    return time.perf_counter() - started, seen


def _family(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in task.read_text().split():
                found += _family(int(child))
        except OSError:
            continue
    return found


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")), 0)


def told(archive: Path) -> dict[str, int]:
    """Return how many reports are in the tables, how many of them twice, and how many failed."""
    counted = (
        Archive(archive).sql("select count(*) n, count(distinct id) d from reports").to_pylist()
    )
    failed = Archive(archive).sql("select count(*) n from failures").to_pylist()
    whole, distinct = counted[0]["n"], counted[0]["d"]
    return {"in_tables": whole, "twice": whole - distinct, "failures": failed[0]["n"]}


def measure(kind: str, count: int, workers: int) -> dict[str, Any]:
    """Make a source, ingest it twice, and say what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        ending, write = {
            "lines": ("jsonl.zst", write_lines),
            "crawl": ("warc.gz", write_crawl),
        }[kind]
        source, archive = Path(folder) / f"reports.{ending}", Path(folder) / "archive"
        write(source, count)
        seconds, seen = ingest(source, archive, workers)
        first = told(archive)
        again, _ = ingest(source, archive, workers)
        quarter = max(1, len(seen) // 4)
        return {
            "reports": count,
            **first,
            "lost": count - first["in_tables"] - first["failures"],
            "reports_a_second": round(count / seconds, 1),
            "megabytes_by_quarter": [
                max(seen[n : n + quarter]) for n in range(0, 4 * quarter, quarter)
            ]
            if len(seen) >= 4
            else seen,
            "nothing_new_again": told(archive) == first,
            "seconds_again": round(again, 1),
        }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--reports", type=int, default=20_000)
    options.add_argument("--pages", type=int, default=1_000)
    options.add_argument("--workers", type=int, default=2)
    chosen = options.parse_args()
    found = {
        "lines": measure("lines", chosen.reports, chosen.workers),
        "crawl": measure("crawl", chosen.pages, chosen.workers),
    }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
