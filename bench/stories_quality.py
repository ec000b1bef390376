"""Measures how well copies and stories are found, on made reports (bench/stories).

python bench/stories_quality.py           copies; stories in the wordings of half b (held out)
python bench/stories_quality.py --tune    stories in half a by threshold; nothing of half b
python bench/stories_quality.py --speed   10,000 events and 20,000 reports, in seconds

Stories are made from what the reader finds in the texts, through an archive, as users make them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bench" / "stories"))

import make  # noqa: E402

from dragoman.archive.archive import Archive  # noqa: E402
from dragoman.archive.derive import derive  # noqa: E402
from dragoman.archive.ingest import Ingest  # noqa: E402
from dragoman.archive.store import Store  # noqa: E402
from dragoman.archive.stories import tellings  # noqa: E402
from dragoman.records import Reading, Report  # noqa: E402
from dragoman.resolve.duplicates import Text, find_copies  # noqa: E402
from dragoman.resolve.stories import LEAST, Story, find_stories  # noqa: E402
from dragoman.resolve.stories_agree import Telling  # noqa: E402
from dragoman.sources import Failure  # noqa: E402

CACHE = ROOT / ".cache" / "parses.sqlite"
STORIES = {"a": 110, "b": 120}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tune", action="store_true")
    options.add_argument("--speed", action="store_true")
    options.add_argument("--json", action="store_true", help="one object, for other programs")
    options.add_argument("--errors", action="store_true", help="what went wrong (half a alone)")
    chosen = options.parse_args()
    if chosen.tune or chosen.errors:
        tune(chosen.errors)
        return
    if chosen.speed:
        speed()
        return
    figures = {"copies": copies(range(10, 15)), "stories": stories("b")}
    if chosen.json:
        print(json.dumps(figures))
        return
    for name, found in figures.items():
        print(name, "  ".join(f"{key} {value}" for key, value in found.items()))


def copies(seeds: Iterable[int]) -> dict[str, Any]:
    """Precision and recall of pairs (copy, first of its chain), over several made sets."""
    gold: set[tuple[int, str, str]] = set()
    found: set[tuple[int, str, str]] = set()
    reports = 0
    for seed in seeds:
        made = make.copies(seed)
        reports += len(made)
        gold |= {(seed, one.key, origin) for one, origin in made if origin}
        texts = [Text(one.key, one.published, one.text) for one, _ in made]
        found |= {(seed, copy.report, copy.copy_of) for copy in find_copies(texts)}
    right = len(gold & found)
    ways = Counter(key.split(".")[1] for _, key, _ in gold - found)
    return {
        "reports": reports,
        "copies": len(gold),
        "precision": round(right / max(len(found), 1), 3),
        "recall": round(right / len(gold), 3),
        "missed": dict(sorted(ways.items())),
    }


def stories(half: str) -> dict[str, Any]:
    """B-cubed of a half at the threshold in use, beside two plain baselines."""
    made = make.stories(half, STORIES[half], seed=1)
    told = read(made)
    gold = {one.key: one.story for one in made}
    found = _clusters(made, told, find_stories(told))
    kinds = {t.report: f"{t.type} {t.published}" for t in _leads(told).values()}
    return {
        "stories": len(set(gold.values())),
        "reports": len(gold),
        "without an event": len(gold) - len(_leads(told)),
        **_figures(gold, found),
        "baseline: type and day alone": _figures(gold, {k: kinds.get(k, k) for k in gold})["f1"],
        "baseline: each alone": _figures(gold, {k: k for k in gold})["f1"],
    }


def read(made: list[make.Made]) -> list[Telling]:
    """Read reports with the real reader into an archive; return what it tells, by made key."""
    from dragoman.reader import Reader

    reader = Reader(cache=CACHE)

    def engine(units: Iterable[list[Report]]) -> Iterator[list[Reading | Failure]]:
        for unit in units:
            yield list(reader.outcomes(unit))

    reports = [
        Report(id=one.key, text=one.text, published=one.published, source=one.source)
        for one in made
    ]
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        with store.lock():
            Ingest(store, engine, "bench").run(reports)
            derive(store)
        archive = Archive(folder)
        names = {r["key"]: r["id"] for r in archive.sql("select key, id from reports").to_pylist()}
        told = tellings(archive)
    return [_renamed(one, names) for one in told]


def _renamed(one: Telling, names: Mapping[str, str]) -> Telling:
    from dataclasses import replace

    copy_of = names.get(one.copy_of or "")
    return replace(one, report=names[one.report], copy_of=copy_of)


def _leads(told: list[Telling]) -> dict[str, Telling]:
    """Return the first event of each report."""
    found: dict[str, Telling] = {}
    for one in sorted(told, key=lambda t: t.order):
        if not one.historical:
            found.setdefault(one.report, one)
    return found


def _clusters(made: list[make.Made], told: list[Telling], found: list[Story]) -> dict[str, str]:
    """Return for each report the story that its first event is in; none is a story of its own."""
    story_of = {(t.report, t.event): story.id for story in found for t in story.tellings}
    leads = _leads(told)
    return {
        one.key: story_of.get((one.key, leads[one.key].event), one.key)
        if one.key in leads
        else one.key
        for one in made
    }


def _figures(gold: Mapping[str, str], found: Mapping[str, str]) -> dict[str, float]:
    """Return B-cubed precision, recall and F1 (Bagga and Baldwin 1998) over reports."""
    groups: dict[str, dict[str, set[str]]] = {"gold": defaultdict(set), "found": defaultdict(set)}
    for name, clusters in (("gold", gold), ("found", found)):
        for key, cluster in clusters.items():
            groups[name][cluster].add(key)
    precision = recall = 0.0
    for key in gold:
        mine, real = groups["found"][found[key]], groups["gold"][gold[key]]
        shared = len(mine & real)
        precision += shared / len(mine) / len(gold)
        recall += shared / len(real) / len(gold)
    f1 = 2 * precision * recall / (precision + recall)
    return {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3)}


def tune(errors: bool) -> None:
    """Print the figures of half a by threshold, and of copies with another seed."""
    print("copies", copies(range(5)))
    made = make.stories("a", STORIES["a"], seed=1)
    told = read(made)
    gold = {one.key: one.story for one in made}
    for least in [n / 20 for n in range(6, 19)]:
        found = _clusters(made, told, find_stories(told, least))
        print(f"{least:.2f}", _figures(gold, found), "<" if least == LEAST else "")
    if errors:
        _show_errors(made, told, _clusters(made, told, find_stories(told)))


def _show_errors(made: list[make.Made], told: list[Telling], found: dict[str, str]) -> None:
    leads = _leads(told)
    clusters: dict[str, set[str]] = defaultdict(set)
    for one in made:
        clusters[one.story].add(found[one.key])
    for one in sorted(made, key=lambda m: (m.story, found[m.key])):
        if len(clusters[one.story]) > 1:
            lead = leads.get(one.key)
            days = lead and (lead.since, lead.until, lead.basis)
            parties = lead and (
                [a.country for a in lead.actors],
                [a.country for a in lead.recipients],
            )
            where = lead and lead.place and lead.place.name
            kind = lead and (lead.type, lead.mode)
            print(
                one.story,
                found[one.key][:6],
                one.published,
                one.text[:110],
                kind,
                days,
                parties,
                where,
            )


def speed() -> None:
    """Print the seconds that 10,000 events and 20,000 reports take."""
    from dataclasses import replace

    told = read(make.stories("a", STORIES["a"], seed=1))
    many = [
        replace(one, report=f"{one.report} {n}", published=_shifted(one.published, n),
                since=_shifted(one.since, n), until=_shifted(one.until, n), copy_of=None)
        for n in range(10_000 // len(told) + 1)
        for one in told
    ][:10_000]  # fmt: skip
    started = time.perf_counter()
    found = find_stories(many)
    print(f"{len(many):,} events, {len(found):,} stories: {time.perf_counter() - started:.1f} s")
    texts = [
        Text(f"{one.key} {seed}", one.published, one.text)
        for seed in range(100)
        for one, _ in make.copies(seed)
    ][:20_000]
    started = time.perf_counter()
    copied = find_copies(texts)
    print(f"{len(texts):,} reports, {len(copied):,} copies: {time.perf_counter() - started:.1f} s")


def _shifted(day: str | None, times: int) -> str | None:
    """Return a day moved on by some weeks, so that the same number falls on each."""
    from datetime import date, timedelta

    return day and (date.fromisoformat(day) + timedelta(days=17 * times)).isoformat()


if __name__ == "__main__":
    main()
