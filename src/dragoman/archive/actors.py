"""The archive's derived tables `actors` and `actor_entities`, made anew from all reports."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from dragoman.archive.archive import Archive
from dragoman.archive.listed import columns
from dragoman.archive.schema import Row, arrow
from dragoman.archive.store import ArchiveError, Store
from dragoman.codebook import Codebook
from dragoman.extract.coref_names import fold
from dragoman.resolve.actor_decisions import Decision, apply, in_force, reference
from dragoman.resolve.actors import Actor, Sighting, find_actors

EVIDENCE = 20  # places in the reports that are kept for an office or relation
NEAR_DAYS = 400  # an office is taken to last so long after it was last told
_ENTITIES = """
select e.report, e.id, r.published, e.name, e.type, e.country, e.sectors, e.external_id, m.names
from entities e
join reports r on r.key = e.report
join (
  select report, entity, list(distinct text order by text) as names
  from mentions where kind = 'name' group by report, entity
) m on m.report = e.report and m.entity = e.id
"""
_COMPANY = f"select distinct report, country from ({_ENTITIES}) where country is not null"
_RELATIONS = """
select r.published, t.report, t.subject, t.predicate, t.object, t.literal, t.start, t.end,
 t.evidence[1] as span, t.words
from relations t join reports r on r.key = t.report order by r.published nulls last, t.report, t.id
"""


@dataclass(frozen=True, slots=True)
class Built:
    """How many rows the tables have, and how many decisions made by hand are in force."""

    entities: int
    actors: int
    decisions: int


def build(store: Store) -> Built:
    """Make the tables anew from all that the archive holds now; the caller holds its lock.

    Raises:
        ArchiveError: the folder is no archive, or cannot be written to.
    """
    archive = Archive(store.folder)
    sightings = list(_sightings(archive))
    decisions = read_decisions(store)
    actors = apply(find_actors(sightings, Codebook().actors.articles), decisions)
    ids = {s.key: actor.id for actor in actors for s in actor.sightings}
    told = _relations(archive, ids)
    store.replace("actors", arrow("actors", [_row(a, told.get(a.id, [])) for a in actors]))
    links = [link for actor in actors for link in _links(actor, told.get(actor.id, []))]
    store.replace("actor_entities", arrow("actor_entities", links))
    return Built(len(sightings), len(actors), len(in_force(decisions)))


def _sightings(archive: Archive) -> Iterator[Sighting]:
    company: dict[str, set[str]] = defaultdict(set)
    for row in archive.stream(_COMPANY):
        company[row["report"]].add(row["country"])
    frozen = {report: frozenset(codes) for report, codes in company.items()}
    for row in archive.stream(_ENTITIES):
        yield Sighting(
            report=row["report"],
            entity=row["id"],
            day=row["published"],
            name=row["name"],
            type=row["type"],
            country=row["country"],
            sectors=tuple(row["sectors"] or ()),
            external_id=row["external_id"],
            names=tuple(row["names"]),
            company=frozen.get(row["report"], frozenset()),
        )


def _relations(archive: Archive, ids: dict[tuple[str, str], str]) -> dict[str, list[Row]]:
    """Return what the reports say of each actor's offices and standing, by the actor's id."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in archive.sql(_RELATIONS).to_pylist():
        subject = ids.get((row["report"], row["subject"]))
        if subject is not None:
            row["actor"] = ids.get((row["report"], row["object"])) if row["object"] else None
            found[subject].append(row)
    return found


def _row(actor: Actor, told: list[Row]) -> Row:
    first, last = actor.days()
    names = sorted(actor.names.items(), key=lambda item: (-item[1], item[0]))
    offices = [row for row in told if row["predicate"] == "holds_office"]
    others = [row for row in told if row["predicate"] != "holds_office"]
    external = sorted({s.external_id for s in actor.sightings if s.external_id})
    return {
        "id": actor.id,
        "name": actor.name,
        "type": actor.type,
        "country": actor.country,
        "sectors": list(actor.sectors),
        "external_id": external[0] if external else None,
        "names": [{"name": name, "count": count} for name, count in names],
        "reports": len({s.report for s in actor.sightings}),
        "first_day": first,
        "last_day": last,
        "offices": _gathered(offices),
        "relations": _gathered(others),
    }


def _gathered(told: Iterable[Row]) -> list[Row]:
    """Join what several reports say alike, with the days on which they said it."""
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in told:
        title = fold(row["literal"] or "")
        groups[row["predicate"], title, row["actor"] or ""].append(row)
    made = []
    for (predicate, _, actor), rows in sorted(groups.items()):
        days = sorted(row["published"] for row in rows if row["published"])
        made.append(
            {
                "predicate": predicate,
                "title": rows[0]["literal"],
                "actor": actor or None,
                "first_day": days[0] if days else None,
                "last_day": days[-1] if days else None,
                "start": min((row["start"] for row in rows if row["start"]), default=None),
                "end": max((row["end"] for row in rows if row["end"]), default=None),
                "reports": len({row["report"] for row in rows}),
                "evidence": [
                    {"report": row["report"], "span": row["span"], "words": row["words"]}
                    for row in rows[:EVIDENCE]
                ],
            }
        )
    return sorted(
        made, key=lambda row: (row["first_day"] or "", str(row["title"]), row["predicate"])
    )


def _links(actor: Actor, told: list[Row]) -> Iterator[Row]:
    """Yield each entity with its actor, and with what other reports tell where its own does not."""
    offices = _gathered(row for row in told if row["predicate"] == "holds_office")
    own: dict[str, str] = {}
    for row in told:
        if row["predicate"] == "holds_office" and row["literal"]:
            own.setdefault(row["report"], row["literal"])
    for sighting in actor.sightings:
        yield {
            "actor": actor.id,
            "report": sighting.report,
            "entity": sighting.entity,
            "country": sighting.country or actor.country,
            "sectors": list(sighting.sectors or actor.sectors),
            "office": own.get(sighting.report) or office_at(offices, sighting.day),
        }


def office_at(offices: Iterable[Row], day: str | None) -> str | None:
    """Return the office that somebody held on a day, by the reports nearest before or around it.

    Args:
        offices: rows of `actors.offices`.
        day: ISO date; None for no day.
    """
    if day is None:
        return None
    wanted = _ordinal(day)
    near: list[tuple[int, str]] = []
    for office in offices:
        if not office["first_day"] or not office["title"] or (office["end"] or day) < day:
            continue
        first, last = _ordinal(office["first_day"]), _ordinal(office["last_day"])
        away = max(first - wanted, wanted - last, 0)
        if away <= NEAR_DAYS:
            near.append((away, office["title"]))
    return min(near)[1] if near else None


def _ordinal(day: str) -> int:
    return datetime.fromisoformat(day[:10]).toordinal()


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


# --- decisions made by hand ---


def _file(store: Store) -> Path:
    return store.parses.with_name("actor-decisions.jsonl")


def read_decisions(store: Store) -> list[Decision]:
    """Return the decisions made by hand, in order.

    Raises:
        ArchiveError: a line is no decision.
    """
    path = _file(store)
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            found.append(msgspec.json.decode(line, type=Decision))
        except msgspec.DecodeError as error:
            raise ArchiveError(f"{path}:{number}: no decision: {error}") from error
    return found


def _decide(store: Store, decision: Decision) -> Decision:
    """Write a decision down, durably."""
    path = _file(store)
    try:
        with path.open("ab") as file:
            file.write(msgspec.json.encode(decision) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written to: {error}") from error
    return decision


def _next(store: Store) -> tuple[int, str]:
    number = max((d.number for d in read_decisions(store)), default=0) + 1
    return number, datetime.now(UTC).isoformat(timespec="seconds")


def _current(store: Store) -> dict[str, Actor]:
    """Return the actors as they are now, by id."""
    found = find_actors(_sightings(Archive(store.folder)), Codebook().actors.articles)
    return {actor.id: actor for actor in apply(found, read_decisions(store))}


def _one(actors: dict[str, Actor], actor_id: str) -> Actor:
    found = [actor for key, actor in actors.items() if key.startswith(actor_id)]
    if len(found) != 1 or not actor_id:
        what = "more than one actor begins" if found else "no actor begins"
        raise ArchiveError(f"{what} with {actor_id!r}; `dragoman actors` lists them")
    return found[0]


def merge(store: Store, one: str, other: str, who: str) -> Decision:
    """Decide that two actors are one; the caller holds the lock and builds anew.

    Raises:
        ArchiveError: there are no such two actors, or the archive cannot be written to.
    """
    actors = _current(store)
    first, second = _one(actors, one), _one(actors, other)
    if first is second:
        raise ArchiveError("an actor cannot be merged with itself")
    number, when = _next(store)
    made = Decision(number=number, what="merge", who=who, when=when,
                    actor=reference(first), other=reference(second))  # fmt: skip
    return _decide(store, made)


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
    whole = _one(_current(store), actor_id)
    rows = Archive(store.folder).sql("select key, id from reports").to_pylist()
    keys = tuple(sorted(r["key"] for r in rows if r["key"] in reports or r["id"] in reports))
    if name is None and not keys:
        raise ArchiveError("say what is split off: a name, or reports that the archive has")
    number, when = _next(store)
    made = Decision(number=number, what="split", who=who, when=when,
                    actor=reference(whole), name=name, reports=keys)  # fmt: skip
    if len(apply([whole], [made])) < 2:
        raise ArchiveError("that would split nothing off, or all of it")
    return _decide(store, made)


def undo(store: Store, number: int, who: str) -> Decision:
    """Take a decision back.

    Raises:
        ArchiveError: there is no such decision.
    """
    if number not in {d.number for d in read_decisions(store)}:
        raise ArchiveError(f"there is no decision {number}; `dragoman actors decisions` lists them")
    following, when = _next(store)
    return _decide(
        store, Decision(number=following, what="undo", who=who, when=when, undone=number)
    )
