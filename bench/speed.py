"""Times Dragoman's whole coding against plain spaCy over the same reports, in one run.

    python bench/speed.py [--reports 60] [--rounds 3] [--texts examples/corpus/reports.jsonl …]

Timed are the codebook's examples, joined to the length of a news report (every sentence holds an
event, or tempts to one), then the reports of each file of JSON Lines that is named. CPU time, the
best of some rounds; machines are noisy, so only the ratios mean much.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from dragoman.language import load_annotator
from dragoman.language.model import DEFAULT_MODEL
from dragoman.language.quick import PIECES_AT_ONCE
from dragoman.reader import Reader
from dragoman.records import Report

ROOT = Path(__file__).resolve().parents[1]
WORDS_A_REPORT = 300


def texts(count: int) -> list[str]:
    """Return so many made reports of some 300 words."""
    examples = (ROOT / "codebook" / "examples").glob("*.yaml")
    lines = [
        match.group(1)
        for path in sorted(examples)
        for match in re.finditer(r'^- text: "(.*)"$', path.read_text(encoding="utf-8"), re.M)
    ]
    made: list[str] = []
    at = 0
    while len(made) < count:
        words, part = 0, []
        while words < WORDS_A_REPORT:
            part.append(lines[at % len(lines)])
            words += len(part[-1].split())
            at += 7
        made.append("\n".join(part))
    return made


def best(runs: list[Callable[[], object]], rounds: int) -> list[float]:
    """Return the least CPU time of each run in some rounds, in seconds.

    The runs take turns, so that what else the machine does falls on all of them.
    """
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(rounds):
        for run, taken in zip(runs, times, strict=True):
            started = time.process_time()
            run()
            taken.append(time.process_time() - started)
    return [min(taken) for taken in times]


def drain(found: Iterable[object]) -> None:
    for _ in found:
        pass


def start_up() -> tuple[float, float]:
    """Return wall seconds of `dragoman --version`, and of a first read less the model's loading."""
    command = [sys.executable, "-c", "from dragoman.cli import main; main()"]
    started = time.perf_counter()
    subprocess.run([*command, "--version"], check=True, capture_output=True)
    bare = time.perf_counter() - started
    started = time.perf_counter()
    subprocess.run([*command, "read", "-"], input=b"Kenya thanked Uganda.", check=True,
                   capture_output=True)  # fmt: skip
    whole = time.perf_counter() - started
    started = time.perf_counter()
    load = f"import spacy; spacy.load({DEFAULT_MODEL!r})('Kenya thanked Uganda.')"
    subprocess.run([sys.executable, "-c", load], check=True)
    return bare, whole - (time.perf_counter() - started)


def timed(plain: Any, reader: Reader, made: list[str], rounds: int) -> dict[str, float]:
    """Time plain spaCy, Dragoman's annotation and its whole coding over the same texts."""
    reports = [Report(id=str(n), text=t, published="2026-03-02") for n, t in enumerate(made)]
    base, parse, whole = best(
        [
            lambda: drain(plain.pipe(made, batch_size=PIECES_AT_ONCE)),
            lambda: drain(reader.annotator.annotate(made)),
            lambda: drain(reader.read_all(reports)),
        ],
        rounds,
    )
    words = sum(len(t.split()) for t in made)
    return {
        "reports": len(made),
        "words": words,
        "spacy_words_per_second": round(words / base),
        "dragoman_words_per_second": round(words / whole),
        "dragoman_to_spacy_cpu": round(whole / base, 3),
        "annotation_to_spacy_cpu": round(parse / base, 3),
    }


def texts_of(path: Path, count: int) -> list[str]:
    """Return the first texts of a file of JSON Lines."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in islice(lines, count)]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--reports", type=int, default=60, help="of each set")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--texts", type=Path, nargs="+", default=[], help="JSON Lines of reports")
    chosen = options.parse_args()
    import spacy

    plain, reader = spacy.load(DEFAULT_MODEL), Reader(annotator=load_annotator())
    sets = {"the codebook's examples": texts(chosen.reports)}
    sets |= {str(path): texts_of(path, chosen.reports) for path in chosen.texts}
    drain(reader.read_all([made[0] for made in sets.values()]))
    told = {}
    for name, made in sets.items():
        print(f"timing {name} …", file=sys.stderr, flush=True)
        told[name] = timed(plain, reader, made, chosen.rounds)
    version, first = start_up()
    print(json.dumps({
        "version_seconds": round(version, 2),
        "start_beyond_model_seconds": round(first, 2),
        "texts": told,
    }, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
