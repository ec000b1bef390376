"""What lists are read from: each record beside what its report tells, as views or kept as tables.

A list, a count or a facet asks `listed_events`, `listed_statements`, … These are views over the
archive's files. A server that asks them all day keeps their rows in a database file of its own
(`Kept`) and asks the same views over that.

What a filter looks through stands in the columns `in_…` as one text, value beside value: DuckDB
searches and groups such texts many times faster than lists.
"""

from __future__ import annotations

import shutil
import tempfile
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import duckdb

from dragoman.archive.schema import DERIVED, UNDATED
from dragoman.archive.store import ArchiveError

if TYPE_CHECKING:
    from dragoman.archive.archive import Archive

BETWEEN = "chr(31)"  # stands before, between and after the values of an `in_…` column
DETAILED = ("events", "statements", "entities", "relations", "places")
KEPT = ("reports", *DETAILED, "stories", "actors")
_CODES = "{b} || array_to_string(list_distinct({values}), {b}) || {b}".replace("{b}", BETWEEN)
_WORDS = "lower(array_to_string({values}, {b}))".replace("{b}", BETWEEN)
_SIDES = "list_concat(t.actor_{what}, t.recipient_{what})"
_SECTORS = "flatten(" + _SIDES.format(what="sectors") + ")"
_DYADS = f"{BETWEEN} || array_to_string(t.dyads, {BETWEEN}) || {BETWEEN}"
_BOTH = {
    "in_names": _WORDS.format(values=_SIDES.format(what="name")),
    "in_countries": _CODES.format(values=_SIDES.format(what="country")),
    "in_sectors": _CODES.format(values=_SECTORS),
    "in_dyads": _DYADS,
    "in_words": "lower(t.words)",
}
_OWN_SECTORS = _CODES.format(values="t.sectors")
_MADE: dict[str, dict[str, str]] = {
    "events": {"day": "coalesce(t.date.start, t.date.end, r.published)", **_BOTH},
    "statements": {"in_names": "lower(t.source_name)", "in_words": "lower(t.words)"},
    "entities": {"in_names": "lower(t.name)", "in_sectors": _OWN_SECTORS},
    "relations": {
        "in_names": f"lower(concat_ws({BETWEEN}, t.subject_name, t.object_name))",
        "in_words": "lower(t.literal)",
    },
    "places": {},
    "stories": _BOTH,
    "actors": {
        "in_names": _WORDS.format(values="list_transform(t.names, lambda n: n.name)"),
        "in_sectors": _OWN_SECTORS,
        "number": "row_number() over (order by t.id)",  # in the order of ids: small to join by
    },
}
_UNLISTED = {"events": ", evidence"}  # columns that no list needs
_COUNTING = """
create view counting_reports as
select r.key, coalesce(v.batch, r.batch) as batch
from {counted} r left join reviewed_reports v on v.report = r.key
"""
_COUNTED = """(
 select key, batch from all_reports
 where key not in (select supersedes from all_reports where supersedes is not null)
)"""
# the reports that count, out of rows that were ever committed
REPORTS = """
select r.* replace (coalesce(c.copy_of, r.copy_of) as copy_of, n.batch as batch)
from {rows} r join counting_reports n on n.key = r.key
left join copies c on c.report = r.key
"""
_LISTED_REPORTS = f"""
select r.key as row_id, r.key, r.batch, r.month, r.id, r.published, r.source as publisher, r.url,
 r.title, r.language, length(r.text) as characters, r.copy_of,
 lower(concat_ws({BETWEEN}, r.title, r.text)) as in_words
from reports r
"""
_LISTED = """
select {row_id} as row_id, t.* exclude (batch, month{unlisted}){made},
 r.id as report_id, r.published, r.publisher, r.url, r.title
from {table} t join listed_reports r on t.report = r.key{batch}
"""
# events of reports that count, without their reports' columns; a day told by none is a month
_COUNTED_EVENTS = """
select t.* exclude (month){made} from held_events t
semi join counting_reports r on t.report = r.key and t.batch = r.batch
"""
_DAY = "coalesce(t.date.start, t.date.end)"
# not as one coalesce: that makes a text of the files' month for every row
_MONTH = f"case when {_DAY} is null then nullif(t.month, '{UNDATED}') else {_DAY} end"
# each event once for each pair of its parties: across its sides, or within the one it has
_PAIRS = """
with sides as (
  select row_id, report, unnest(actor) as entity,
   case when len(recipient) > 0 then recipient else actor end as others
  from {events}
 ),
 meetings as (select row_id, report, entity, unnest(others) as other from sides),
 named as (
  select l.report, l.entity, a.number from {links} l join {actors} a on a.id = l.actor
 )
select distinct m.row_id, least(a.number, b.number) as first, greatest(a.number, b.number) as second
from meetings m
join named a on a.report = m.report and a.entity = m.entity
join named b on b.report = m.report and b.entity = m.other
where a.number <> b.number
"""
_LISTED_PAIRS = _PAIRS.format(
    events="listed_events", links="listed_actor_entities", actors="listed_actors"
)
_KEPT_PAIRS = _PAIRS.format(
    events="(select rowid as row_id, * exclude (row_id) from kept.events)",
    links="kept.actor_entities",
    actors="kept.actors",
)
_DERIVED = "select t.id as row_id, t.*{made} from {table} t"


def make_views(connection: duckdb.DuckDBPyConnection, kept: Kept | None, *, changed: bool) -> None:
    """Make `counting_reports`, `reports` and the views that lists and counts are read from.

    Args:
        connection: has the tables' views, `reviewed_reports` and, where `changed`, the tables
            `reviewed_…`.
        kept: where the rows are kept, as they were coded; where None the files are read.
        changed: whether reviews change something.
    """
    if kept:
        file = str(kept.file).replace("'", "''")
        connection.execute(f"attach '{file}' as kept (read_only)")
    counted = "kept.reports" if kept else _COUNTED
    connection.execute(_COUNTING.format(counted=counted))
    connection.execute(f"create view reports as {REPORTS.format(rows='all_reports')}")
    for kind in KEPT:
        query = _as_kept(kind, changed=changed) if kept else _from_files(kind)
        connection.execute(f"create view listed_{kind} as {query}")
    events = "select * from listed_events" if kept else _COUNTED_EVENTS.format(made=_counted())
    connection.execute(f"create view counted_events as {events}")
    links = "kept.actor_entities" if kept else "actor_entities"
    connection.execute(f"create view listed_actor_entities as select * from {links}")
    pairs = _pairs_as_kept(changed=changed) if kept else _LISTED_PAIRS
    connection.execute(f"create view listed_event_pairs as {pairs}")


def columns(kind: str) -> str:
    """Return the columns of a derived table as they are in it, as SQL."""
    return f"t.* exclude ({', '.join(('row_id', *_MADE[kind]))})"


def _from_files(kind: str) -> str:
    if kind == "reports":
        return _LISTED_REPORTS
    if kind in DERIVED:
        return _DERIVED.format(table=kind, made=_made(kind))
    return _detail(kind, f"held_{kind}", "t.report || ' ' || t.id", " and t.batch = r.batch")


def _as_kept(kind: str, *, changed: bool) -> str:
    rows = f"select rowid as row_id, * exclude (row_id) from kept.{kind}"
    if kind not in DETAILED or not changed:
        return rows
    # the reviewed reports' rows stand in place of those kept
    reviewed = _detail(kind, f"reviewed_{kind}", "-1 - t.rowid", "")
    return (
        f"{rows} where report not in (select report from reviewed_reports)"
        f" union all by name {reviewed}"
    )


def _pairs_as_kept(*, changed: bool) -> str:
    """Return the query for pairs; those of reviewed reports' kept events are of no listed row."""
    rows = "select row_id, first, second from kept.event_pairs"
    if not changed:
        return rows
    reviewed = _PAIRS.format(
        events="(select -1 - rowid as row_id, report, actor, recipient from reviewed_events)",
        links="listed_actor_entities",
        actors="listed_actors",
    )
    return f"{rows} union all ({reviewed})"


def _detail(kind: str, table: str, row_id: str, batch: str) -> str:
    unlisted = _UNLISTED.get(kind, "")
    return _LISTED.format(
        table=table, row_id=row_id, made=_made(kind), batch=batch, unlisted=unlisted
    )


def _counted() -> str:
    return _as_columns({**_MADE["events"], "day": _MONTH})


def _made(kind: str) -> str:
    return _as_columns(_MADE[kind])


def _as_columns(made: dict[str, str]) -> str:
    return "".join(f", {value} as {name}" for name, value in made.items())


class Kept:
    """The rows of every list as they were coded, in a database file that goes with this object.

    Attributes:
        file: the database, in a folder of its own below the system's folder for such.
        seconds: how long it took to make.
    """

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="dragoman-"))
        self._gone = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.file = folder / "lists.duckdb"
        self.seconds = 0.0
        self._filling: duckdb.DuckDBPyConnection | None = None
        self._lock = Lock()
        self._stopped = False

    def fill(self, archive: Archive, *, memory: str = "1GB") -> None:
        """Read the archive's files and keep what lists show.

        Args:
            archive: opened without reviews.
            memory: what the making may take.

        Raises:
            ArchiveError: there is no room for it, or it was stopped.
        """
        started = time.monotonic()
        try:
            with archive.connect(memory=memory) as connection, self._filled_by(connection):
                for statement in self._statements():
                    if self._stopped:
                        raise ArchiveError("the lists were not made: the server stops")
                    connection.execute(statement)
        except duckdb.Error as error:
            raise ArchiveError(
                f"the lists of {archive.store.folder} cannot be kept in {self.file.parent.parent}"
                f" (set TMPDIR for another folder): {error}"
            ) from error
        self.seconds = time.monotonic() - started

    def stop(self) -> None:
        """End `fill`, which runs in another thread."""
        self._stopped = True
        with self._lock:
            if connection := self._filling:
                connection.interrupt()

    def remove(self) -> None:
        """Remove the file; it goes by itself with this object, unless the process is killed."""
        self._gone()

    @contextmanager
    def _filled_by(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Let `stop` interrupt the connection while it is open, and no longer."""
        self._filling = connection
        try:
            yield
        finally:
            with self._lock:
                self._filling = None

    def _statements(self) -> Iterator[str]:
        quoted = str(self.file).replace("'", "''")
        yield f"set temp_directory = '{quoted}.tmp'"
        yield f"attach '{quoted}' as kept"
        for kind in KEPT:
            yield f"create table kept.{kind} as select * from listed_{kind}"
        yield "create table kept.actor_entities as select * from actor_entities order by actor"
        yield f"create table kept.event_pairs as {_KEPT_PAIRS} order by row_id"
        yield "detach kept"
