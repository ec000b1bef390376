"""Actors of an archive: one looked at, two merged, one split, a decision undone."""

from __future__ import annotations

from dragoman.archive.archive import Archive
from dragoman.archive.decisions import next_decision, read_decisions, write_decision
from dragoman.archive.derive import derive
from dragoman.archive.listed import columns
from dragoman.archive.schema import Row
from dragoman.archive.state import State
from dragoman.archive.store import ArchiveError, Store
from dragoman.resolve.actor_decisions import REFERENCES, Decision, Reference
from dragoman.resolve.actor_names import key_of


def actor_row(archive: Archive, actor_id: str) -> Row:
    """Return a row of `actors`, with the ids of its evidence's reports and the names of others.

    Args:
        actor_id: the actor's id, or the beginning of it where no other begins so.

    Raises:
        ArchiveError: there is no such actor, or more than one.
    """
    query = f"select {columns('actors')} from listed_actors t where starts_with(id, ?) limit 2"
    rows = archive.sql(query, [actor_id])
    if rows.num_rows != 1 or not actor_id:
        what = "more than one actor begins" if rows.num_rows else "no actor begins"
        raise ArchiveError(f"{what} with {actor_id!r}; `dragoman actors` lists them")
    row: Row = rows.to_pylist()[0]
    told = [*row["offices"], *row["relations"]]
    others = _looked_up(archive, "listed_actors", "id", "name", {one["actor"] for one in told})
    keys = {evidence["report"] for one in told for evidence in one["evidence"]}
    reports = _looked_up(archive, "listed_reports", "key", "id", keys)
    for one in told:
        one["actor_name"] = others.get(one["actor"])
        for evidence in one["evidence"]:
            evidence["report_id"] = reports.get(evidence["report"])
    return row


def _looked_up(
    archive: Archive, table: str, key: str, value: str, wanted: set[str | None]
) -> dict[str, str]:
    keys = sorted(one for one in wanted if one)
    marks = ", ".join("?" * len(keys)) or "null"
    rows = archive.sql(f"select {key}, {value} from {table} where {key} in ({marks})", [*keys])
    return {row[key]: row[value] for row in rows.to_pylist()}


def _one(state: State, actor_id: str) -> tuple[int, Reference]:
    """Return an actor's number in the state, and what a decision names it by."""
    rows = state.rows("select p.piece, p.id from d.pieces p where starts_with(p.id, ?) limit 2",
                      [actor_id])  # fmt: skip
    if len(rows) != 1 or not actor_id:
        what = "more than one actor begins" if rows else "no actor begins"
        raise ArchiveError(f"{what} with {actor_id!r}; `dragoman actors` lists them")
    piece = rows[0]["piece"]
    [actor] = state.rows("select name, type, country from actors where id = ?", [rows[0]["id"]])
    seen = state.run("select report, entity from d.sightings where piece = ?"
                     " order by report, entity limit ?", [piece, REFERENCES])  # fmt: skip
    return piece, Reference(**actor, seen=tuple(seen))


def merge(store: Store, one: str, other: str, who: str) -> Decision:
    """Decide that two actors are one; the caller holds the lock and derives anew.

    Raises:
        ArchiveError: there are no such two actors, or the archive cannot be written to.
    """
    derive(store)
    state = State(store)
    try:
        (piece, first), (another, second) = _one(state, one), _one(state, other)
    finally:
        state.close()
    if piece == another:
        raise ArchiveError("an actor cannot be merged with itself")
    number, when = next_decision(store)
    made = Decision(number=number, what="merge", who=who, when=when, actor=first, other=second)
    return write_decision(store, made)


def split(
    store: Store, actor_id: str, who: str, *, name: str | None = None, reports: tuple[str, ...] = ()
) -> Decision:
    """Decide that what a name or some reports tell is another actor.

    Args:
        actor_id: the actor's id, or its beginning.
        name: a name of it that is somebody else's.
        reports: ids or keys of reports that tell of somebody else.

    Raises:
        ArchiveError: there is no such actor, or nothing would be split off.
    """
    derive(store)
    state = State(store)
    try:
        piece, whole = _one(state, actor_id)
        state.run("create or replace temp table theirs as select distinct key from reports"
                  " where list_contains(?, key) or list_contains(?, id)",
                  [list(reports), list(reports)])  # fmt: skip
        keys = tuple(state.column("select key from theirs order by key"))
        if name is None and not keys:
            raise ArchiveError("say what is split off: a name, or reports that the archive has")
        off, held = _split_off(state, piece, name)
    finally:
        state.close()
    if not 0 < off < held:
        raise ArchiveError("that would split nothing off, or all of it")
    number, when = next_decision(store)
    made = Decision(number=number, what="split", who=who, when=when,
                    actor=whole, name=name, reports=keys)  # fmt: skip
    return write_decision(store, made)


def _split_off(state: State, piece: int, name: str | None) -> tuple[int, int]:
    """Return how many of an actor's sightings would be split off, and how many it has."""
    rows = state.run(
        "select f.name, f.names, s.report in (select key from theirs), count(*)"
        " from d.sightings s join d.forms f using (form) where s.piece = ? group by all", [piece]
    )  # fmt: skip
    wanted = key_of(name) if name else None
    counts = [
        (theirs or (wanted is not None and wanted in {key_of(n) for n in (own, *names)}), count)
        for own, names, theirs, count in rows
    ]
    return sum(count for hit, count in counts if hit), sum(count for _, count in counts)


def undo(store: Store, number: int, who: str) -> Decision:
    """Take a decision back.

    Raises:
        ArchiveError: there is no such decision.
    """
    if number not in {d.number for d in read_decisions(store)}:
        raise ArchiveError(f"there is no decision {number}; `dragoman actors decisions` lists them")
    following, when = next_decision(store)
    return write_decision(
        store, Decision(number=following, what="undo", who=who, when=when, undone=number)
    )
