"""The archive's derived tables `actors` and `actor_entities`, from sightings that were gathered.

A piece is what its sightings make an actor, after the decisions made by hand. Only pieces that got
or lost sightings, that changed their id, or that name such a one are told anew; and of those with
many sightings, links are written anew only where something differs.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
import pyarrow as pa

from dragoman.archive.decisions import read_decisions
from dragoman.archive.schema import Row, arrow
from dragoman.archive.sightings import assign, dirty, gather_dirty, groups, members
from dragoman.archive.state import State
from dragoman.resolve.actor_decisions import Decision, decided, in_force
from dragoman.resolve.actor_names import key_of
from dragoman.resolve.actor_sightings import Actor, Sighting, kind_of

LOADED = 20_000  # groups of sightings whose actors are told together
EVIDENCE = 20  # places in the reports that are kept for an office or relation
NEAR_DAYS = 400  # an office is taken to last so long after it was last told
# the id of an actor, as `Actor.id` makes it
_IDS = """
create or replace temp table numbered as
select piece, id as before, substr(sha256(stem || chr(0) || split
 || case when place > 1 then ' ' || place else '' end), 1, 16) as id
from (
 select piece, id, stem, split,
  row_number() over (partition by stem, split order by size desc, first) as place
 from d.pieces semi join (select distinct stem, split from d.dirty_stems) using (stem, split)
)
"""
_OF_PIECES = """
select s.piece, any_value(f.kind) as kind, any_value(f.name) as name, any_value(f.names) as names,
 any_value(f.country) as country, any_value(f.sectors) as sectors,
 any_value(f.external_id) as external_id, count(*) as count,
 min(s.report || ' ' || s.entity) as key, min(s.day) as day, max(s.day) as last_day
from d.sightings s semi join part using (piece) join d.forms f using (form)
group by s.piece, s.form order by key
"""
# what the reports say of the offices and the standing of actors, in the order of the reports
_TOLD = """
create or replace temp table mine as
select s.piece, t.*, p.id as actor from d.told t
join d.sightings s on s.report = t.report and s.entity = t.subject
semi join part on s.piece = part.piece
left join d.sightings o on o.report = t.report and o.entity = t.object
left join d.pieces p on p.piece = o.piece
"""
_GATHERED = f"""
select piece, predicate, coalesce(actor, '') as actor,
 first(literal order by day nulls last, report, id) as title,
 min(day) as first_day, max(day) as last_day, min(nullif(since, '')) as start,
 max(nullif(until, '')) as "end", count(distinct report) as reports,
 list({{'report': report, 'span': span, 'words': words}}
  order by day nulls last, report, id)[:{EVIDENCE}] as evidence
from mine group by piece, predicate, folded, coalesce(actor, '')
order by predicate, folded, coalesce(actor, '')
"""
_LINKS = """
create or replace temp table linked as
select s.rowid as rowid_, p.id as actor, s.report, s.entity, s.month,
 coalesce(f.country, c.country) as country,
 case when len(f.sectors) > 0 then f.sectors else c.sectors end as sectors,
 coalesce(w.office, o.office) as office, s.link
from d.sightings s join links_of c using (piece) join d.pieces p using (piece)
join d.forms f using (form)
left join (
 select piece, report, first(literal order by id) as office from mine
 where predicate = 'holds_office' and literal <> '' group by piece, report
) w on w.piece = s.piece and w.report = s.report
left join office_days o on o.piece = s.piece and o.day = s.day
where c.whole or s.link is null
"""


def settle(state: State) -> None:
    """Bring the actors up to the sightings and the decisions made by hand."""
    decisions = in_force(read_decisions(state.store))
    _hold_named(state, decisions)
    gather_dirty(state)
    _decide(state, decisions)
    for part in _sized(state, "d.dirty_pieces"):
        with state.commit():
            _sum_up(state, part)
    with state.commit():
        _name(state)
    for part in _sized(state, "d.stale"):
        with state.commit():
            _tell(state, part)


# --- decisions made by hand ---


def _hold_named(state: State, decisions: list[Decision]) -> None:
    """Make tables of the sightings and reports that decisions name: groups of their own."""
    seen = sorted({key for d in decisions for r in (d.actor, d.other) if r for key in r.seen})
    state.hold("named_sightings", pa.table({
        "report": pa.array([report for report, _ in seen], pa.string()),
        "entity": pa.array([entity for _, entity in seen], pa.string()),
    }))  # fmt: skip
    reports = sorted({report for d in decisions for report in d.reports})
    state.hold_values("named_reports", "report", reports, pa.string())


def _digest(decisions: list[Decision]) -> str:
    return hashlib.sha256(msgspec.json.encode(decisions)).hexdigest()


def _decide(state: State, decisions: list[Decision]) -> None:
    """Merge and split what decisions tell, and take back what they tell no more."""
    digest = _digest(decisions)
    known = state.column("select digest from d.decisions")
    waiting = state.run("select count(*) from d.dirty_pieces")[0][0]
    if known == [digest] and (not waiting or not decisions):
        return
    called = {
        (r.type, key_of(r.name)) for d in decisions for r in (d.actor, d.other) if r is not None
    }
    state.hold("called", pa.table({
        "kind": pa.array([kind for kind, _ in sorted(called)], pa.string()),
        "called": pa.array([name for _, name in sorted(called)], pa.string()),
    }))  # fmt: skip
    state.run(
        "create or replace temp table concerned as"
        " select base from d.sightings semi join named_sightings using (report, entity)"
        " union select base from d.bases semi join called using (kind, called)"
        " union select base from d.sightings where piece <> base"
    )
    with state.commit():
        members(state, "s.base in (select base from concerned)")
        found = groups(state)
        actors = decided(_bases(found.sightings, found.bases), decisions)
        pieces = assign(state, actors, found.numbers)
        dirty(state, "s.piece is distinct from a.piece")
        state.run(
            "update d.sightings set piece = a.piece, link = null"
            " from members m join assigned a using (number)"
            " where sightings.rowid = m.rowid_ and sightings.piece is distinct from a.piece"
        )
        _hold_splits(state, actors, pieces)
        state.run("delete from d.decisions")
        state.run("insert into d.decisions values (?)", [digest])


def _bases(sightings: list[Sighting], bases: dict[tuple[str, str], int]) -> list[Actor]:
    """Return the actors before any decision, in an order that hangs on them alone."""
    of: dict[int, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        of[bases[sighting.key]].append(sighting)
    actors = [Actor(kind_of(several[0]), several) for several in of.values()]
    return sorted(actors, key=lambda a: (a.id, -a.size, a.sightings[0].key))


def _hold_splits(state: State, actors: list[Actor], pieces: list[int]) -> None:
    splits = [(piece, actor.split) for actor, piece in zip(actors, pieces, strict=True)
              if actor.split]  # fmt: skip
    state.hold("splits", pa.table({
        "piece": pa.array([piece for piece, _ in splits], pa.int64()),
        "split": pa.array([split for _, split in splits], pa.string()),
    }))  # fmt: skip
    for one, other in (("d.splits", "splits"), ("splits", "d.splits")):
        state.run(f"insert into d.dirty_pieces select piece from {one}"
                  f" anti join {other} using (piece, split)")  # fmt: skip
    state.run("delete from d.splits")
    state.run("insert into d.splits select * from splits")


# --- what an actor is ---


def _sized(state: State, table: str) -> Iterator[list[int]]:
    """Yield the pieces of a table, so many that what is loaded of them is bounded."""
    found = state.run(
        f"select d.piece, coalesce(n.count, 0) from (select distinct piece from {table}) d"
        " left join (select piece, count(distinct form) as count from d.sightings"
        f" semi join {table} using (piece) group by piece) n using (piece) order by d.piece"
    )
    several: list[int] = []
    size = 0
    for piece, count in found:
        several.append(piece)
        size += 1 + count
        if size >= LOADED:
            yield several
            several, size = [], 0
    if several:
        yield several


def _sum_up(state: State, pieces: list[int]) -> None:
    """Say anew of pieces what they are called, and how many sightings they have."""
    state.hold_values("part", "piece", pieces, pa.int64())
    splits = dict(state.run("select piece, split from d.splits semi join part using (piece)"))
    query = (
        "select piece, count(distinct report) from d.sightings semi join part using (piece)"
        " group by piece"
    )
    reports = dict(state.run(query))
    of: dict[int, list[Sighting]] = defaultdict(list)
    for row in state.rows(_OF_PIECES):
        of[row["piece"]].append(_summed(row))
    actors = [Actor(kind_of(several[0]), several, splits.get(piece, ""))
              for piece, several in of.items()]  # fmt: skip
    told = [msgspec.msgpack.encode(_summary(a, reports[p]))
            for p, a in zip(of, actors, strict=True)]  # fmt: skip
    state.hold("summed", pa.table({
        "piece": pa.array(list(of), pa.int64()),
        "stem": pa.array([actor.stem for actor in actors], pa.string()),
        "split": pa.array([actor.split for actor in actors], pa.string()),
        "size": pa.array([actor.size for actor in actors], pa.int64()),
        "first": pa.array([" ".join(actor.sightings[0].key) for actor in actors], pa.string()),
        "summary": pa.array(told, pa.binary()),
    }))  # fmt: skip
    state.run("create or replace temp table before as"
              " select * from d.pieces semi join part using (piece)")  # fmt: skip
    state.run("insert into d.dirty_stems select stem, split from before"
              " union select stem, split from summed")  # fmt: skip
    state.retract("actors", "select id from before anti join summed using (piece)"
                  " where id is not null")  # fmt: skip
    state.run("delete from d.pieces using part where pieces.piece = part.piece")
    state.run("insert into d.pieces by name select s.*, b.id, b.digest, b.links"
              " from summed s left join before b using (piece)")  # fmt: skip
    state.run("insert into d.stale select piece from summed")
    state.run("delete from d.dirty_pieces using part where dirty_pieces.piece = part.piece")


def _summed(row: Row) -> Sighting:
    report, _, entity = row["key"].partition(" ")
    return Sighting(
        report, entity, row["day"], row["name"], row["kind"], row["country"],
        tuple(row["sectors"] or ()), row["external_id"], tuple(row["names"]),
        count=row["count"], last_day=row["last_day"],
    )  # fmt: skip


def _summary(actor: Actor, reports: int) -> Row:
    """Return what the row of an actor tells but for its id, offices and relations."""
    first, last = actor.days()
    names = sorted(actor.names.items(), key=lambda item: (-item[1], item[0]))
    external = sorted({s.external_id for s in actor.sightings if s.external_id})
    return {
        "name": actor.name,
        "type": actor.type,
        "country": actor.country,
        "sectors": list(actor.sectors),
        "external_id": external[0] if external else None,
        "names": [{"name": name, "count": count} for name, count in names],
        "reports": reports,
        "first_day": first,
        "last_day": last,
    }


def _name(state: State) -> None:
    """Give ids, numbered where several would have one; and find all that is to be told anew."""
    state.run(_IDS)
    state.run("create or replace temp table renamed as"
              " select * from numbered where before is distinct from id")  # fmt: skip
    state.retract("actors", "select before as id from renamed where before is not null")
    state.run("update d.pieces set id = r.id, digest = null, links = null"
              " from renamed r where pieces.piece = r.piece")  # fmt: skip
    state.run(
        "insert into d.stale select piece from renamed union"
        " select s.piece from d.told t join d.sightings s"
        "  on s.report = t.report and s.entity = t.subject join d.sightings o"
        "  on o.report = t.report and o.entity = t.object"
        " where o.piece in (select piece from renamed)"
        "  or (o.report, o.entity) in (select (report, entity) from d.moved)"
    )
    state.run("delete from d.moved")
    state.run("delete from d.dirty_stems")


# --- the rows ---


def _tell(state: State, pieces: list[int]) -> None:
    """Write anew what the tables tell of pieces, as far as it has changed."""
    state.hold_values("part", "piece", pieces, pa.int64())
    state.run(_TOLD)
    told: dict[int, list[Row]] = defaultdict(list)
    for row in state.rows(_GATHERED):
        told[row.pop("piece")].append({**row, "actor": row["actor"] or None})
    held = state.run("select piece, id, summary, digest, links from d.pieces"
                     " semi join part using (piece) order by piece")  # fmt: skip
    changed: list[tuple[int, Row, str]] = []
    links: list[tuple[int, Row, str, bool]] = []
    for piece, name, summary, digest, before in held:
        row = {"id": name, **msgspec.msgpack.decode(summary), **_standing(told[piece])}
        now = _hash(row)
        if now != digest:
            changed.append((piece, row, now))
        linked = _hash([row["id"], row["country"], row["sectors"], row["offices"]])
        links.append((piece, row, linked, linked != before))
    _write_actors(state, changed)
    _write_links(state, links)
    state.run("delete from d.stale using part where stale.piece = part.piece")


def _standing(told: list[Row]) -> Row:
    """Return offices and relations, in the order of their first days."""
    in_order = sorted(
        told, key=lambda row: (row["first_day"] or "", str(row["title"]), row["predicate"])
    )
    return {
        "offices": [row for row in in_order if row["predicate"] == "holds_office"],
        "relations": [row for row in in_order if row["predicate"] != "holds_office"],
    }


def _hash(value: Any) -> str:
    return hashlib.sha256(msgspec.msgpack.encode(value)).hexdigest()[:24]


def _write_actors(state: State, changed: list[tuple[int, Row, str]]) -> None:
    rows = arrow("actors", [row for _, row, _ in changed])
    state.hold("made", pa.table({
        "piece": pa.array([piece for piece, _, _ in changed], pa.int64()),
        "id": rows["id"],
        "digest": pa.array([digest for _, _, digest in changed], pa.string()),
    }))  # fmt: skip
    state.retract("actors", "select id from made")
    state.put("d.new_actors", rows)
    state.run("update d.pieces set digest = m.digest from made m where pieces.piece = m.piece")


def _write_links(state: State, links: list[tuple[int, Row, str, bool]]) -> None:
    """Write the links of sightings that are new, and of actors of which something else is told."""
    texts = pa.list_(pa.string())
    state.hold("links_of", pa.table({
        "piece": pa.array([piece for piece, *_ in links], pa.int64()),
        "country": pa.array([row["country"] for _, row, *_ in links], pa.string()),
        "sectors": pa.array([row["sectors"] for _, row, *_ in links], texts),
        "links": pa.array([digest for _, _, digest, _ in links], pa.string()),
        "whole": pa.array([whole for *_, whole in links], pa.bool_()),
    }))  # fmt: skip
    _hold_office_days(state, {piece: row["offices"] for piece, row, *_ in links if row["offices"]})
    state.run(_LINKS)
    state.run(
        "create or replace temp table relinked as select * from (select *,"
        " hash(actor, country, sectors, office) as now from linked) where now is distinct from link"
    )
    state.retract("actor_entities", "select report, entity, month from relinked")
    state.run("insert into d.new_actor_entities by name"
              " select * exclude (rowid_, link, now) from relinked")  # fmt: skip
    state.run("update d.sightings set link = r.now from relinked r"
              " where sightings.rowid = r.rowid_")  # fmt: skip
    state.run("update d.pieces set links = l.links from links_of l where pieces.piece = l.piece")


def _hold_office_days(state: State, offices: dict[int, list[Row]]) -> None:
    """Make a table of the office that each actor held on the days of its sightings."""
    state.hold_values("holders", "piece", sorted(offices), pa.int64())
    days = state.run("select distinct piece, day from d.sightings semi join holders using (piece)"
                     " where day is not null order by all")  # fmt: skip
    held = [(piece, day, office_at(offices[piece], day)) for piece, day in days]
    state.hold("office_days", pa.table({
        "piece": pa.array([piece for piece, _, _ in held], pa.int64()),
        "day": pa.array([day for _, day, _ in held], pa.string()),
        "office": pa.array([office for _, _, office in held], pa.string()),
    }))  # fmt: skip


def office_at(offices: list[Row], day: str | None) -> str | None:
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
