# ruff: noqa: E501
"""How fast the pages are at size: `python bench/web_pages.py [--events 1000000] [--folder DIR]`.

Makes an archive of so many events (a report for every ten, with a statement and an entity for
every two, a place for each report, a story for every twenty, an actor for every thousand), joins
its files, starts the application in this process and asks each address once that was not asked
before and some times again, no socket between. Prints one JSON object: times in milliseconds (of
the clock, and for the first also of the processor, for other work may run beside), what the server
keeps for lists, and `over_300_ms`, the pages that took longer when first asked. `--files` asks
before that is kept, as in the first seconds. A folder that already holds such an archive is asked
as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, cast

import duckdb
import pyarrow as pa
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dragoman.archive.archive import Archive
from dragoman.archive.care import compact
from dragoman.archive.schema import arrow
from dragoman.archive.store import Store
from dragoman.web.app import create_app
from dragoman.web.desk import Desk

ROWS = 250_000  # events of one written file
_TYPES = "['CONSULT','COOPERATE','AID','PROTEST','COERCE','ASSAULT','ACCUSE','REQUEST']"
_CODE = "chr(65 + ({0}) % 3) || chr(68 + ({0}) % 4) || chr(72 + ({0}) % 5)"
_DAY = "strftime(date '2020-01-01' + ({0} % 2400)::int, '%Y-%m-%d')"
_KEY = "printf('%024x', n // 10)"
_MONTH = _DAY.format("(n // 10)") + "[1:7] as month"  # its report's, as an ingest has it
_A, _B = (
    _CODE.format("(n * 7919 % 100003)::int % 60"),
    _CODE.format("((n + 7) * 7919 % 100003)::int % 60"),
)
_EVENTS = f"""
select {_KEY} as report, {_MONTH}, 'ev' || n % 10 as id, {_TYPES}[1 + ((n * 7919 % 100003)::int % 8)::int] as type,
 'asserted' as factuality, n % 17 = 0 as historical, ((n * 7919 % 100003)::int % 21)::double - 10 as score,
 {_DAY.format("(n // 10)")} as told, ['e' || n % 5] as actor, ['e' || (n + 1) % 5] as recipient,
 ['Government of ' || {_A}] as actor_name, [{_A}] as actor_country, [['GOV']] as actor_sectors,
 ['Ministry of ' || {_B}] as recipient_name, [{_B}] as recipient_country,
 [['GOV', 'MIL']] as recipient_sectors, [({_A}) || '-' || ({_B})] as dyads,
 'Town ' || (n * 7919 % 100003)::int % 900 as place_name, {_A} as place_country,
 ((n * 7919 % 100003)::int % 900 / 10.0 - 45) as latitude, ((n * 7919 % 100003)::int % 900 / 3.0 - 150) as longitude,
 0.5 + ((n * 7919 % 100003)::int % 50) / 100.0 as confidence, 'made' as rule,
 'met the ministers of the region for the ' || n || 'th time' as words, [0, 6] as trigger
"""
_MADE = {
    "events": _EVENTS + " from range(FIRST, LAST) t(n)",
    "statements": f"""select {_KEY} as report, {_MONTH}, 's' || n % 10 as id, 'indirect' as kind,
 {{'entity': 'e' || n % 5}} as source, 'Government of ' || {_A} as source_name,
 'said' as cue_words, 'that the talks go on for the ' || n || 'th time' as words
 from range(FIRST, LAST) t(n) where n % 2 = 0""",
    "entities": f"""select {_KEY} as report, {_MONTH}, 'e' || n % 10 as id, 'Government of ' || {_A} as name,
 'organization' as type, {_A} as country, ['GOV'] as sectors
 from range(FIRST, LAST) t(n) where n % 10 < 5""",
    "places": f"""select {_KEY} as report, {_MONTH}, 'p1' as id, 'Town ' || (n * 7919 % 100003)::int % 900 as name,
 {_A} as country, 0.9 as confidence, ((n * 7919 % 100003)::int % 900 / 10.0 - 45) as latitude,
 ((n * 7919 % 100003)::int % 900 / 3.0 - 150) as longitude from range(FIRST, LAST) t(n) where n % 10 = 0""",
    "reports": f"""select {_KEY} as key, {_MONTH}, 'made-' || n // 10 as id,
 {_DAY.format("(n // 10)")} as published, 'Paper ' || (n * 7919 % 100003)::int % 40 as source,
 'Talks, part ' || n // 10 as title, 'en' as language,
 '1' as dragoman, 'm' as model, 'c' as codebook, repeat('The ministers met again. ', 40) as text
 from range(FIRST, LAST) t(n) where n % 10 = 0""",
}
_STORIES = f"""
select printf('%016x', n) as id, {_TYPES}[1 + ((n * 7919 % 100003)::int % 8)::int] as type,
 ['Government of ' || {_A}] as actor_name, [{_A}] as actor_country, [['GOV']] as actor_sectors,
 ['Ministry of ' || {_B}] as recipient_name, [{_B}] as recipient_country,
 [({_A}) || '-' || ({_B})] as dyads, {_DAY.format("n")} as date_start, 2 as reports, 2 as sources,
 printf('%024x', 2 * n) as first_report, 'met the ministers' as words,
 [{{'report': printf('%024x', 2 * n), 'event': 'ev1'}},
  {{'report': printf('%024x', 2 * n + 1), 'event': 'ev2'}}] as events from range(0, LAST) t(n)
"""
_ACTORS = f"""
select printf('%016x', n) as id, 'Government of ' || n as name, 'organization' as type,
 {_A} as country, ['GOV'] as sectors, [{{'name': 'Government ' || n, 'count': 100}}] as names,
 100 as reports, '2020-01-01' as first_day, '2026-06-01' as last_day from range(0, LAST) t(n)
"""
_LINKS = """
select printf('%016x', (n * 5 + e) % ACTORS) as actor, printf('%024x', n) as report,
 'e' || e as entity from range(0, REPORTS) t(n), range(0, 5) u(e)
"""
PAGES = {
    "overview": "/",
    "search events": "/search",
    "search events of a country": "/search?kind=events&country=AEJ",
    "search events by words": "/search?kind=events&text=12345",
    "search events, page 100": "/search?kind=events&page=100",
    "search statements": "/search?kind=statements",
    "search events of a name": "/search?kind=events&actor=ministry+of+b",
    "search events of a dyad and time": "/search?kind=events&dyad=ADH-*&since=2024-02&until=2024-11",
    "search events, the last page": "/search?kind=events&per=200&page=5000",
    "search statements by words": "/search?kind=statements&text=54321",
    "search entities": "/search?kind=entities",
    "search relations": "/search?kind=relations",
    "search places": "/search?kind=places",
    "search reports": "/search?kind=reports",
    "search reports by words": "/search?kind=reports&text=part+777",
    "search stories": "/search?kind=stories",
    "search actors": "/search?kind=actors",
    "reader": "/reports/" + f"{77:024x}",
    "dyad": "/dyads/ADH-BEI",
    "actor": "/actors/" + f"{7:016x}",
    "story": "/stories/" + f"{7:016x}",
    "map": "/map",
    "network": "/network",
    "network of actors": "/network/actors",
    "map of a country": "/map?country=AEJ",
}


def made(sql: str, table: str, batch: str | None = None) -> pa.Table:
    """Return the rows of a query as a table's rows, the columns it does not tell left empty."""
    found = duckdb.sql(sql).to_arrow_table()
    wanted = arrow(table, []).schema
    size = len(found)
    fixed = {"batch": pa.array([batch] * size)}
    columns = {}
    for field in wanted:
        if field.name in found.column_names:
            columns[field.name] = found[field.name].combine_chunks()
        elif field.name == "date" and "told" in found.column_names:
            columns["date"] = _dates(found["told"].combine_chunks(), field.type)
        else:
            columns[field.name] = fixed.get(field.name, _nothing(size, field.type))
        if pa.types.is_struct(field.type) and field.name == "source":
            columns[field.name] = _struct(columns[field.name], field.type)
    return pa.table(columns).cast(wanted)


def _nothing(size: int, kind: pa.DataType) -> pa.Array:
    several = pa.types.is_list(kind) and not pa.types.is_integer(kind.value_type)  # no span
    return pa.array([[]] * size, kind) if several else pa.nulls(size, kind)


def _dates(told: pa.Array, kind: pa.StructType) -> pa.Array:
    known = dict.fromkeys(("start", "end", "value"), told)
    known["basis"] = pa.array(["text"] * len(told))
    days = [known.get(f.name, pa.nulls(len(told), f.type)) for f in kind]
    return pa.StructArray.from_arrays(days, fields=list(kind))


def _struct(given: pa.Array, kind: pa.StructType) -> pa.Array:
    has = {f.name for f in given.type}
    parts = [given.field(f.name) if f.name in has else pa.nulls(len(given), f.type) for f in kind]
    return pa.StructArray.from_arrays(parts, fields=list(kind))


def fill(folder: Path, count: int) -> None:
    """Write the made-up archive and join its files."""
    store = Store(folder)
    for first in range(0, count, ROWS):
        last, batch = min(first + ROWS, count), f"b{first}"
        for table, sql in _MADE.items():
            told = sql.replace("FIRST", str(first)).replace("LAST", str(last))
            store._write(table, made(told, table, batch), batch)
    for table in ("mentions", "relations", "times"):
        store._write(table, arrow(table, []), "b0")
    actors = max(1, count // 1000)
    store.replace("stories", made(_STORIES.replace("LAST", str(count // 20)), "stories"))
    store.replace("actors", made(_ACTORS.replace("LAST", str(actors)), "actors"))
    links = _LINKS.replace("ACTORS", str(actors)).replace("REPORTS", str(count // 10))
    store.replace("actor_entities", made(links, "actor_entities"))
    list(compact(store))


def ask(client: TestClient, address: str, times: int) -> dict[str, Any]:
    """Ask one address; return the first time, the median and the worst of the others."""
    took = []
    spent = time.process_time()
    for n in range(times + 1):
        started = time.perf_counter()
        answer = client.get(address)
        took.append(1000 * (time.perf_counter() - started))
        if answer.status_code != 200:
            return {"status": answer.status_code}
        if n == 0:
            spent = time.process_time() - spent
    told = {
        "first": took[0],
        "first_processor": 1000 * spent,
        "median": statistics.median(took[1:]),
        "worst": max(took[1:]),
    }
    return {name: round(value, 1) for name, value in told.items()}


def _keeping(desk: Desk) -> dict[str, Any]:
    """Wait for what lists are read from; return what it took and takes."""
    spent = time.process_time()
    desk.settle()
    kept = desk.archive.kept
    assert kept
    return {
        "seconds": round(kept.seconds, 1),
        "processor_seconds": round(time.process_time() - spent, 1),
        "disk_mb": round(kept.file.stat().st_size / 1e6),
    }


def main() -> None:
    """Fill, ask, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--folder", type=Path)
    options.add_argument("--times", type=int, default=5)
    options.add_argument("--files", action="store_true")
    options.add_argument("--megabytes", type=int, default=1_000)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.folder or Path(scratch) / "archive"
        if not folder.exists():
            fill(folder, chosen.events)
        told: dict[str, Any] = {"events": len(Archive(folder).sql("select 1 from events"))}
        if chosen.files:
            Desk._refresh = lambda _: None  # type: ignore[method-assign]
        guard = create_app(folder, seconds=60, megabytes=chosen.megabytes)
        client = TestClient(guard, "http://127.0.0.1")
        if not chosen.files:
            told["kept"] = _keeping(cast(Starlette, guard.app).state.desk)
        started = time.perf_counter()
        client.get("/api/reports?per=1")
        told["opening_ms"] = round(1000 * (time.perf_counter() - started))
        pages = {name: ask(client, address, chosen.times) for name, address in PAGES.items()}
    told["resident_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    told["load"] = round(os.getloadavg()[0], 1)
    told["over_300_ms"] = [name for name, took in pages.items() if took.get("first", 999) > 300]
    print(json.dumps({**told, "pages_ms": pages}, indent=1))


if __name__ == "__main__":
    main()
