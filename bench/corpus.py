"""Measures a reading of the example corpus (examples/corpus) against its gold.

python bench/corpus.py            a table
python bench/corpus.py --json     one object, for other programs
python bench/corpus.py --errors   the gold events that were missed, too

The corpus is ingested into an archive as users do it. A gold event is found where a coded event of
its report has a trigger that overlaps its trigger; it is right where the type is the same too. The
gold holds the main events alone, so precision is a lower bound. Fields are those of right events.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from itertools import combinations
from pathlib import Path
from typing import Any

from dragoman.archive.archive import Archive
from dragoman.evaluate.base import Tally

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "examples" / "corpus"
Row = dict[str, Any]


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--errors", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = ingest(Path(folder) / "archive")
        figures = measure(archive)
        missed = missed_events(archive) if chosen.errors else []
    if chosen.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:28} {value}")
    for line in missed:
        print(line)


def ingest(folder: Path) -> Archive:
    """Code the corpus into a new archive in `folder`."""
    source = [str(CORPUS / "reports.jsonl"), "--archive", str(folder)]
    run = "from dragoman.cli import main; main()"
    subprocess.run([sys.executable, "-c", run, "ingest", *source], check=True, capture_output=True)
    return Archive(folder)


def load_lines(name: str) -> list[Row]:
    """Return the objects of a JSON Lines file of the corpus."""
    return [json.loads(line) for line in (CORPUS / name).read_text().splitlines()]


def measure(archive: Archive) -> dict[str, float]:
    """Return all figures, by name."""
    return {**measure_events(archive), **measure_copies(archive), **measure_stories(archive)}


def coded_events(archive: Archive) -> dict[str, list[Row]]:
    """Return the coded events of each report, by its id, with the words of their places."""
    query = """select r.id as report_id, r.text, e.*, p.spans from all_events e
        join reports r on r.key = e.report
        left join all_places p on p.report = e.report and p.id = e.place order by r.id, e.id"""
    found: dict[str, list[Row]] = {}
    for row in archive.sql(query).to_pylist():
        found.setdefault(row["report_id"], []).append(row)
    return found


def pairs(archive: Archive) -> list[tuple[Row, Row | None, str]]:
    """Return each gold event, the coded event on its trigger where there is one, and its report."""
    texts = {report["id"]: report["text"] for report in load_lines("reports.jsonl")}
    coded, result = coded_events(archive), []
    for line in load_lines("gold.jsonl"):
        free = list(coded.get(line["id"], []))
        for gold in line["events"]:
            start = texts[line["id"]].index(gold["trigger"])
            event = _best(gold, (start, start + len(gold["trigger"])), free)
            if event is not None:
                free.remove(event)
            result.append((gold, event, line["id"]))
    return result


def _best(gold: Row, span: tuple[int, int], free: list[Row]) -> Row | None:
    near = [one for one in free if one["trigger"][0] < span[1] and span[0] < one["trigger"][1]]
    return max(near, key=lambda one: one["type"] == gold["type"], default=None)


def measure_events(archive: Archive) -> dict[str, float]:
    """Return how many gold events are found and right, and their fields."""
    matched = pairs(archive)
    right = [(gold, one) for gold, one, _ in matched if one and one["type"] == gold["type"]]
    coded = coded_events(archive)
    tally = Tally(
        right=len(right),
        spurious=sum(map(len, coded.values())) - len(right),
        missed=len(matched) - len(right),
    )
    empty = {line["id"] for line in load_lines("gold.jsonl") if not line["events"]}
    return {
        "gold events": len(matched),
        "found, any type": _share([one is not None for _, one, _ in matched]),
        "events precision": round(tally.precision, 3),
        "events recall": round(tally.recall, 3),
        "events F1": round(tally.f1, 3),
        "events in the two non-events": sum(len(coded.get(key, [])) for key in empty),
        **_fields(right),
    }


def _fields(right: list[tuple[Row, Row]]) -> dict[str, float]:
    return {
        "mode": _share([one["mode"] == gold["mode"] for gold, one in right if gold["mode"]]),
        "actor country": _share(
            [_countries(gold, one, "actor") for gold, one in right if _known(gold["actor"])]
        ),
        "recipient country": _share(
            [_countries(gold, one, "recipient") for gold, one in right if _known(gold["recipient"])]
        ),
        "date": _share(
            [
                (one["date"]["start"] or "").startswith(gold["date"])
                for gold, one in right
                if gold["date"]
            ]
        ),
        "place": _share([_same_place(gold, one) for gold, one in right if gold["place"]]),
        "factuality": _share([one["factuality"] == gold["factuality"] for gold, one in right]),
        "told as background": _share(
            [one["historical"] for gold, one in right if gold["historical"]]
        ),
        "told as news": _share(
            [not one["historical"] for gold, one in right if not gold["historical"]]
        ),
    }


def _known(parties: list[Row]) -> bool:
    return any(party["country"] for party in parties)


def _countries(gold: Row, one: Row, side: str) -> bool:
    wanted = {party["country"] for party in gold[side] if party["country"]}
    return wanted <= set(one[f"{side}_country"] or ())


def _same_place(gold: Row, one: Row) -> bool:
    words = {one["text"][start:end] for start, end in one["spans"] or ()}
    return any(gold["place"] in word or word in gold["place"] for word in words)


def _share(values: list[bool]) -> float:
    return round(sum(values) / len(values), 3) if values else 0.0


def measure_copies(archive: Archive) -> dict[str, float]:
    """Return precision and recall of the copies."""
    query = """select o.id as one, c.id as copy from copies
        join reports c on c.key = copies.report join reports o on o.key = copies.copy_of"""
    found = {frozenset(row.values()) for row in archive.sql(query).to_pylist()}
    stories = json.loads((CORPUS / "stories.json").read_text())
    gold = {frozenset(pair) for story in stories.values() for pair in story["copies"]}
    return _precision_recall("copies", found, gold)


def measure_stories(archive: Archive) -> dict[str, float]:
    """Return how well the reports that tell one thing are joined, by pairs of reports.

    Dragoman's story is one event, the corpus's is several of a few days: a pair counts as joined
    where any of Dragoman's stories has both reports.
    """
    names = {row["key"]: row["id"] for row in archive.sql("select * from reports").to_pylist()}
    found: set[frozenset[str]] = set()
    for row in archive.sql("select events from stories").to_pylist():
        reports = sorted({names[event["report"]] for event in row["events"]})
        found |= {frozenset(pair) for pair in combinations(reports, 2)}
    stories = json.loads((CORPUS / "stories.json").read_text())
    gold = {frozenset(p) for story in stories.values() for p in combinations(story["reports"], 2)}
    return _precision_recall("stories, pairs", found, gold)


def _precision_recall(
    name: str, found: set[frozenset[str]], gold: set[frozenset[str]]
) -> dict[str, float]:
    tally = Tally(len(found & gold), len(found - gold), len(gold - found))
    return {
        f"{name}, precision": round(tally.precision, 3),
        f"{name}, recall": round(tally.recall, 3),
    }


def missed_events(archive: Archive) -> list[str]:
    """Return a line for each gold event that was missed or given another type."""
    return [
        f"{key} {gold['type']} {gold['trigger']!r}: {one['type'] if one else 'nothing'}"
        for gold, one, key in pairs(archive)
        if one is None or one["type"] != gold["type"]
    ]


if __name__ == "__main__":
    main()
