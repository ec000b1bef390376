"""The tables that are made from all reports together, brought up to the reports there are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import msgspec
import pyarrow as pa

from dragoman.archive import copies, pieces, sightings, stories
from dragoman.archive.decisions import read_decisions
from dragoman.archive.publish import publish
from dragoman.archive.schema import DERIVED
from dragoman.archive.state import State, quoted, remove_state
from dragoman.archive.store import ArchiveError, Store
from dragoman.resolve.actor_decisions import in_force

CHUNK = 4_000  # reports that are taken in together
MUCH = 0.5  # of the reports: when more of them have changed, everything is made anew
_COUNTING = """
create or replace temp table counting as
select n.key as report, any_value(n.batch) as batch, any_value(r.month) as month,
 any_value(n.batch || coalesce(' ' || v.digest, '')) as mark,
 any_value(r.published) as published
from counting_reports n join all_reports r on r.key = n.key
left join reviewed_digests v on v.report = n.key group by n.key
"""
_CHUNK = """
create or replace temp table chunk as
select c.report, c.batch, c.month, c.mark, r.published, r.source, r.url
from (select * from coming order by month, published, report limit ? offset ?) c
join all_reports r on r.key = c.report where r.month in ({months})
"""

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Derived:
    """How many rows the derived tables have now, what they are made from, and how many
    decisions made by hand are in force."""

    reports: int
    copies: int
    events: int
    stories: int
    entities: int
    actors: int
    decisions: int


def derive(store: Store, *, anew: bool = False, on_progress: Tell = lambda *_: None) -> Derived:
    """Bring `copies`, `stories`, `actors` and `actor_entities` up to the archive's reports.

    What comes out depends on the reports and the decisions made by hand alone, not on the order
    in which they came, nor on how many came together. The caller holds the archive's lock. A run
    that was stopped goes on where it was.

    Args:
        anew: forget what is known, and make everything anew.
        on_progress: is told what is done, how much of it is, and how much there is.

    Raises:
        ArchiveError: the folder is no archive, or cannot be written to.
    """
    store.open("reports")
    if anew:
        remove_state(store)
    state = State(store)
    try:
        _take_in(state, on_progress)
        for n, (what, settle) in enumerate(
            (("copies", copies.settle), ("stories", stories.settle), ("actors", pieces.settle))
        ):
            on_progress(what, n, 3)
            settle(state)
        for table in DERIVED:
            publish(state, table)
        on_progress("actors", 3, 3)
        return _derived(state)
    except duckdb.Error as error:  # a full disk is one
        raise ArchiveError(
            f"copies, stories and actors of {store.folder} cannot be brought up to its reports:"
            f" {error}; run it again, it goes on where it was"
        ) from error
    finally:
        state.close()


def _take_in(state: State, tell: Tell) -> None:
    """Forget the reports that count no more or otherwise, and take in those that are new."""
    reviewed = state.archive.reviewed.readings
    digests = [hashlib.sha256(msgspec.json.encode(one)).hexdigest() for one in reviewed.values()]
    state.hold("reviewed_digests", pa.table(
        {"report": pa.array(list(reviewed), pa.string()),
         "digest": pa.array(digests, pa.string())}))  # fmt: skip
    state.run(_COUNTING)
    if _changed(state, "d.reports anti join counting") > MUCH * _changed(state, "d.reports"):
        state.start_again()
        _take_in(state, tell)
        return
    state.run("create or replace temp table gone as"
              " select report from d.reports anti join counting using (report, mark)")  # fmt: skip
    if state.run("select count(*) from gone")[0][0]:
        with state.commit():
            for part in (copies, stories, sightings):
                part.remove(state)
            state.run("delete from d.reports using gone where reports.report = gone.report")
    state.run("create or replace temp table coming as"
              " select * from counting anti join d.reports using (report, mark)")  # fmt: skip
    total = int(state.run("select count(*) from coming")[0][0])
    for done in range(0, total, CHUNK):
        tell("reports taken in", done, total)
        with state.commit():
            _take_chunk(state, done)
    if total:
        tell("reports taken in", total, total)


def _take_chunk(state: State, offset: int) -> None:
    months = state.column(
        "select distinct month from (select month from coming order by month, published, report"
        " limit ? offset ?)", [CHUNK, offset])  # fmt: skip
    named = ", ".join(map(quoted, months))
    state.run(_CHUNK.format(months=named), [CHUNK, offset])
    for part in (copies, stories, sightings):
        part.add(state)
    state.run("insert into d.reports by name select report, mark from chunk")


def _changed(state: State, what: str) -> int:
    using = " using (report, mark)" if "anti join" in what else ""
    return int(state.run(f"select count(*) from {what}{using}")[0][0])


def _derived(state: State) -> Derived:
    def count(table: str) -> int:
        return int(state.run(f"select count(*) from d.{table}")[0][0])

    return Derived(
        reports=count("reports"),
        copies=count("copies"),
        events=count("tellings"),
        stories=count("stories"),
        entities=count("sightings"),
        actors=count("pieces"),
        decisions=len(in_force(read_decisions(state.store))),
    )
