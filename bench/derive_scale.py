"""What copies, stories and actors cost at size: `python bench/derive_scale.py [--reports 100000]`.

Fills an archive with rows of made reports over a year (nothing is parsed): each of some 110 words
drawn as words of a language are, one in fifty a copy, with entities told as often as names are,
events and offices. Then measures in processes of their own, in CPU seconds and megabytes:

- nothing: opening what is up to date;
- whole: making all derived tables from nothing;
- added: bringing them up to 100 more reports of the last days, then of all the year's days.

Prints one JSON object for each size.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from dragoman.archive.derive import derive
from dragoman.archive.schema import DETAILS, arrow
from dragoman.archive.store import Store
from dragoman.archive.tidy import tidy

ROWS = 10_000  # reports of one written batch
ADDED = 100
DAYS = 365
VOCABULARY, WORDS = 30_000, 110
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or", "il")]
TYPES = ["CONSULT", "COOPERATE", "AID", "PROTEST", "COERCE", "ASSAULT", "ACCUSE", "REQUEST"]
LANDS = [a + b + c for a in "ABCDE" for b in "KLMN" for c in "RST"]
OFFICES = ["prime minister", "foreign minister", "mayor", "general", "spokesman"]


def word(number: int, parts: int = 3) -> str:
    """Return the nth made word."""
    said = ""
    for _ in range(parts):
        number, rest = divmod(number * 7919 + 13, len(SYLLABLES))
        said += SYLLABLES[rest]
    return said


def often(dice: Generator, size: int, count: int) -> np.ndarray[Any, Any]:
    """Return numbers below a size, the small ones as often as common words are (Zipf)."""
    return np.minimum((size + 1) ** dice.random(count) - 1, size - 1).astype(int)


class Maker:
    """Makes the rows of reports."""

    def __init__(self, count: int) -> None:
        self.words = [word(n, 2 + n % 3) for n in range(VOCABULARY)]
        self.surnames = [word(n, 3).capitalize() for n in range(max(200, count // 20))]
        self.given = [word(n + 5, 2).capitalize() for n in range(400)]
        self.count = count

    def rows(self, first: int, last: int, days: tuple[int, int]) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of some reports, by table, spread over some days of the year."""
        dice = np.random.default_rng(first)
        made: dict[str, list[dict[str, Any]]] = {table: [] for table in (*DETAILS, "reports")}
        before = ""
        for n in range(first, last):
            day = days[0] + (n - first) * (days[1] - days[0]) // max(last - first, 1)
            text = before if n % 50 == 49 else self._text(dice, n)
            before = text
            self._report(made, dice, n, np.datetime64("2025-01-01") + day, text)
        return made

    def _text(self, dice: Generator, n: int) -> str:
        drawn = [self.words[k] for k in often(dice, VOCABULARY, WORDS)]
        name = self.surnames[n % len(self.surnames)]
        return f"Bulletin {n} of {name}. " + " ".join(drawn) + "."

    def _report(
        self, made: dict[str, list[dict[str, Any]]], dice: Generator, n: int, day: Any, text: str
    ) -> None:
        key, published = f"{n:024x}", str(day)
        link = {"report": key, "batch": f"b{n // ROWS}", "month": published[:7]}
        made["reports"].append({
            "key": key, "batch": link["batch"], "month": link["month"], "id": f"made-{n}",
            "text": text, "published": published, "source": f"paper {n % 40}",
            "dragoman": "1", "model": "m", "codebook": "c",
        })  # fmt: skip
        entities = [*self._lands(dice), *self._people(dice, 3), *self._bodies(dice)]
        for number, entity in enumerate(entities):
            names = entity.pop("names")
            made["entities"].append({**link, "id": f"e{number}", **entity})
            made["mentions"] += [{**link, "entity": f"e{number}", "span": [0, 4], "text": name,
                                  "kind": "name"} for name in names]  # fmt: skip
        for number in range(3):
            made["events"].append({**link, **self._event(dice, number, published, entities)})
        if dice.random() < 0.3:
            made["relations"].append({
                **link, "id": "x1", "subject": "e2", "predicate": "holds_office",
                "literal": OFFICES[int(dice.integers(len(OFFICES)))], "evidence": [[0, 9]],
                "confidence": 0.9, "words": text[:20],
            })  # fmt: skip

    def _lands(self, dice: Generator) -> list[dict[str, Any]]:
        chosen = [LANDS[k] for k in often(dice, len(LANDS), 2)]
        return [{"name": f"Land of {code}", "names": [f"Land of {code}"], "type": "country",
                 "country": code, "sectors": []} for code in chosen]  # fmt: skip

    def _people(self, dice: Generator, count: int) -> list[dict[str, Any]]:
        made = []
        for k in often(dice, len(self.surnames), count):
            surname, given = self.surnames[k], self.given[(k * 31) % len(self.given)]
            full = surname if dice.random() < 0.2 else f"{given} {surname}"
            land = None if dice.random() < 0.3 else LANDS[k % len(LANDS)]
            sectors = [["GOV"], ["MIL"], ["BUS"], []][k % 4]
            made.append({"name": full, "names": [full, surname], "type": "person",
                         "country": land, "sectors": sectors})  # fmt: skip
        return made

    def _bodies(self, dice: Generator) -> list[dict[str, Any]]:
        [k] = often(dice, len(self.surnames), 1)
        name = f"{self.surnames[k]} {self.given[k % 400]} Council"
        short = "".join(part[0] for part in name.split()) + chr(65 + k % 26)
        names = [[name], [name, short], [short]][int(dice.integers(3))]
        land = None if dice.random() < 0.3 else LANDS[k % len(LANDS)]
        return [{"name": names[0], "names": names, "type": "organization", "country": land,
                 "sectors": []}]  # fmt: skip

    def _event(
        self, dice: Generator, number: int, day: str, entities: list[dict[str, Any]]
    ) -> dict[str, Any]:
        one, other = dice.choice(len(entities), 2, replace=False)
        row: dict[str, Any] = {"id": f"ev{number}", "type": TYPES[int(often(dice, 8, 1)[0])]}
        for side, k in (("actor", one), ("recipient", other)):
            row[side] = [f"e{k}"]
            row[f"{side}_name"] = [entities[k]["name"]]
            row[f"{side}_country"] = [entities[k]["country"]]
            row[f"{side}_sectors"] = [entities[k]["sectors"]]
        row["trigger"], row["factuality"], row["historical"] = [0, 6], "asserted", False
        row["date"] = {"start": day, "end": day, "basis": ["text", "published"][number % 2]}
        row["words"] = " ".join(self.words[k] for k in often(dice, VOCABULARY, 8))
        return row


def write(store: Store, made: dict[str, list[dict[str, Any]]], batch: str) -> None:
    """Write rows as an ingest writes them."""
    for table, rows in made.items():
        store._write(table, arrow(table, rows), batch)


def fill(store: Store, count: int) -> None:
    """Write the rows of so many reports, a year of them."""
    maker = Maker(count)
    for first in range(0, count, ROWS):
        last = min(first + ROWS, count)
        days = (first * DAYS // count, last * DAYS // count)
        write(store, maker.rows(first, last, days), f"b{first // ROWS}")
    tidy(store, many=2)


def measure(folder: Path) -> dict[str, Any]:
    """Bring the tables up to date in a process of its own."""
    command = [sys.executable, __file__, "--derive", str(folder)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, Any] = json.loads(said)
    return found


def derive_here(folder: Path) -> None:
    """Bring the tables up to date, and print what it took."""
    started = time.perf_counter()
    made = derive(Store(folder))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "seconds": round(time.perf_counter() - started, 1),
        "megabytes": round(used.ru_maxrss / 1024),
        "copies": made.copies, "stories": made.stories, "actors": made.actors,
    }))  # fmt: skip


def size(folder: Path) -> int:
    """Return the megabytes that the state takes on the disk."""
    return round((folder / "_dragoman" / "derived.duckdb").stat().st_size / 2**20)


def run(count: int) -> dict[str, Any]:
    """Fill, make all, add some, and say what each took."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        store = Store(folder)
        store.own.mkdir()
        fill(store, count)
        found: dict[str, Any] = {"reports": count, "whole": measure(folder)}
        found["state_megabytes"] = size(folder)
        found["nothing"] = measure(folder)
        maker = Maker(count)
        for name, first, days in (
            ("added_last_days", count, (DAYS - 3, DAYS)),
            ("added_all_year", count + 10 * ROWS, (0, DAYS)),
        ):
            write(store, maker.rows(first, first + ADDED, days), f"b{first // ROWS}")
            found[name] = measure(folder)
        return found


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--reports", type=int, nargs="+", default=[100_000])
    options.add_argument("--derive", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.derive:
        derive_here(chosen.derive)
        return
    for count in chosen.reports:
        print(json.dumps(run(count)), flush=True)


if __name__ == "__main__":
    main()
