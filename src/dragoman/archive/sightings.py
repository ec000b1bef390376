"""Named entities of an archive's reports, gathered into actors block by block.

What tells the same of an entity is weighed once, with a count: an actor that a hundred thousand
reports name is some hundred forms. Decisions made by hand come after (`pieces`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from dragoman.archive.schema import Row
from dragoman.archive.state import State, gathered, parts_of
from dragoman.extract.coref_names import fold
from dragoman.resolve.actor_names import key_of
from dragoman.resolve.actor_names import parts_of as parts_of_name
from dragoman.resolve.actor_sightings import Actor, Sighting
from dragoman.resolve.actors import block_of, borne_by, gather

LOADED = 100_000  # entities whose blocks are gathered together
_SEEN = """
create or replace temp table seen as
select e.report, e.id as entity, e.month, r.published as day, e.type as kind, e.name, m.names,
 e.country, coalesce(e.sectors, []) as sectors, e.external_id,
 hash(e.type, e.name, m.names, e.country, coalesce(e.sectors, []), e.external_id) as form
from held_entities e join chunk r on e.report = r.report and e.batch = r.batch
join (
 select report, batch, entity, list(distinct text order by text) as names from held_mentions
 where kind = 'name' and month in (select distinct month from chunk)
 group by report, batch, entity
) m on m.report = e.report and m.batch = e.batch and m.entity = e.id
where e.month in (select distinct month from chunk)
"""
_TOLD = """
create or replace temp table told_now as
select t.report, t.id, r.published as day, t.subject, t.object, t.predicate, t.literal,
 t.start as since, t.end as until, t.evidence[1] as span, t.words
from held_relations t join chunk r on t.report = r.report and t.batch = r.batch
where t.month in (select distinct month from chunk)
"""
# of what a country is told, the company does not matter; of others, but in countries of the block
_MEMBERS = """
create or replace temp table members as
select m.rowid_ as rowid_, hash(m.form, m.near, m.on_day, m.apart) as number, m.* exclude (rowid_)
from (
 select s.rowid as rowid_, s.report || ' ' || s.entity as key, s.form, s.day, s.base, s.piece,
  case when f.country is not null then null
   when contains(f.block, ' short ') then s.company
   else list_sort(list_intersect(s.company, coalesce(l.lands, []))) end as near,
  case when f.bare then s.day end as on_day,
  case when s.report in (select report from named_reports)
   or (s.report, s.entity) in (select (report, entity) from named_sightings)
   then s.report || ' ' || s.entity end as apart
 from d.sightings s join d.forms f using (form)
 left join (
  select block, list(distinct country) as lands from d.forms where country is not null
  group by block
 ) l on l.block = f.block
 where {chosen}
) m
"""
_GROUPS = """
select g.*, f.kind, f.name, f.names, f.country, f.sectors, f.external_id from (
 select number, any_value(form) as form, any_value(near) as near, count(*) as count,
  min(key) as key, min(day) as day, max(day) as last_day, any_value(base) as base
 from members group by number
) g join d.forms f using (form) order by key
"""


def remove(state: State) -> None:
    """Forget the entities of the reports `gone`; their blocks are to be gathered anew."""
    state.run(
        "insert into d.dirty_blocks select distinct block from d.forms"
        " semi join (select form from d.sightings semi join gone using (report)) s using (form)"
    )
    state.run("insert into d.dirty_pieces select distinct piece from d.sightings"
              " semi join gone using (report) where piece is not null")  # fmt: skip
    state.retract(
        "actor_entities", "select report, entity, month from d.sightings semi join gone"
        " using (report) where link is not null"
    )  # fmt: skip
    for table in ("sightings", "told", "moved"):
        state.run(f"delete from d.{table} using gone where {table}.report = gone.report")


def add(state: State) -> None:
    """Take in the entities of the reports of `chunk`, and what is told of them."""
    state.run(_SEEN)
    fresh = state.rows(
        "select distinct form, kind, name, names, country, sectors, external_id from seen"
        " anti join d.forms using (form)"
    )
    articles = state.articles
    forms = [(row, _sighting(row)) for row in fresh]
    blocks = [block_of(form, articles) for _, form in forms]
    bare = [
        form.type == "person" and len(parts_of_name(form.name, articles)) < 2 for _, form in forms
    ]
    state.put("d.forms", _forms(fresh, blocks, bare))
    borne = {(block, other) for block, (_, form) in zip(blocks, forms, strict=True)
             for other in borne_by(form)}  # fmt: skip
    state.hold("borne", pa.table({
        "full_block": pa.array([full for full, _ in sorted(borne)], pa.string()),
        "short_block": pa.array([short for _, short in sorted(borne)], pa.string()),
    }))  # fmt: skip
    state.run("insert into d.bearing select * from borne"
              " anti join d.bearing using (full_block, short_block)")  # fmt: skip
    state.run("insert into d.dirty_blocks"
              " select distinct block from d.forms semi join seen using (form)")  # fmt: skip
    state.run(
        "insert into d.sightings by name select s.report, s.entity, s.month, s.day, s.form,"
        " case when s.country is null then coalesce(c.company, []) end as company from seen s"
        " left join (select report, list(distinct country order by country) as company from seen"
        " where country is not null group by report) c using (report)"
    )
    _add_told(state)


def _add_told(state: State) -> None:
    state.run(_TOLD)
    titles = state.column("select distinct literal from told_now where literal is not null")
    state.hold("folds", pa.table({
        "literal": pa.array(titles, pa.string()),
        "folded": pa.array([fold(title) for title in titles], pa.string()),
    }))  # fmt: skip
    state.run("insert into d.told by name select t.*, coalesce(f.folded, '') as folded"
              " from told_now t left join folds f using (literal)")  # fmt: skip


def _forms(fresh: list[Row], blocks: list[str], bare: list[bool]) -> pa.Table:
    texts = pa.list_(pa.string())
    kinds = {"form": pa.uint64(), "names": texts, "sectors": texts}
    named = ("form", "kind", "name", "names", "country", "sectors", "external_id")
    columns = {
        name: pa.array([row[name] for row in fresh], kinds.get(name, pa.string())) for name in named
    }
    return pa.table({
        **columns, "block": pa.array(blocks, pa.string()), "bare": pa.array(bare, pa.bool_())
    })  # fmt: skip


def gather_dirty(state: State) -> None:
    """Gather the blocks anew that something has changed in."""
    state.run("create or replace temp table reached as select distinct block from d.dirty_blocks")
    _reach(state)
    for part in _parts(state):
        with state.commit():
            _gather(state, part)


def _reach(state: State) -> None:
    """Add to `reached` the bodies that bear its acronyms, and the acronyms that it bears."""
    while True:
        state.run(
            "create or replace temp table more as select distinct block from ("
            " select short_block as block from d.bearing b semi join reached r"
            "  on b.full_block = r.block where short_block in (select block from d.forms)"
            " union select full_block from d.bearing b semi join reached r"
            "  on b.short_block = r.block) anti join reached using (block)"
        )
        if not state.run("select count(*) from more")[0][0]:
            return
        state.run("insert into reached select block from more")


def _parts(state: State) -> Iterator[list[str]]:
    """Yield the blocks that were reached, so many that what is loaded of them is bounded."""
    found = state.run(
        "select r.block, coalesce(n.count, 0) from reached r left join (select f.block,"
        " count(*) as count from d.sightings s join d.forms f using (form)"
        " semi join reached using (block) group by f.block) n using (block) order by r.block"
    )
    at = {block: n for n, (block, _) in enumerate(found)}
    pairs = [
        (at[full], at[short])
        for full, short in state.run("select full_block, short_block from d.bearing")
        if full in at and short in at
    ]
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    sizes = np.array([1 + count for _, count in found], dtype=np.int64)
    for chosen in gathered(parts_of(len(found), ends[:, 0], ends[:, 1]), LOADED, sizes):
        yield [found[n][0] for n in chosen.tolist()]


def _gather(state: State, blocks: list[str]) -> None:
    state.hold_values("part", "block", blocks, pa.string())
    members(state, "f.block in (select block from part)")
    articles = state.articles
    found = groups(state)
    actors = gather(found.sightings, articles)
    bases = assign(state, actors, found.numbers)
    dirty(state, "s.base is distinct from a.piece")
    state.run(
        "update d.sightings set base = a.piece, piece = a.piece, link = null"
        " from members m join assigned a using (number)"
        " where sightings.rowid = m.rowid_ and sightings.base is distinct from a.piece"
    )
    state.run("delete from d.bases using part where bases.block = part.block")
    first = [block_of(actor.sightings[0], articles) for actor in actors]
    state.put("d.bases", pa.table({
        "base": pa.array(bases, pa.int64()),
        "block": pa.array(first, pa.string()),
        "kind": pa.array([actor.type for actor in actors], pa.string()),
        "called": pa.array([key_of(actor.name) for actor in actors], pa.string()),
    }))  # fmt: skip
    state.run("delete from d.dirty_blocks using part where dirty_blocks.block = part.block")


# --- groups: what tells the same of an entity ---


def members(state: State, chosen: str) -> None:
    """Make the table `members`: the sightings chosen, each with the number of its group."""
    state.run(_MEMBERS.format(chosen=chosen))


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of `members`.

    Attributes:
        sightings: one that stands for each.
        numbers: of the groups, and `bases` what they are of before decisions made by hand, by the
            key of that one.
    """

    sightings: list[Sighting]
    numbers: dict[tuple[str, str], int]
    bases: dict[tuple[str, str], int]


def groups(state: State) -> Groups:
    """Return the groups of `members`."""
    rows = state.rows(_GROUPS)
    sightings = [_group(row) for row in rows]
    keys = [sighting.key for sighting in sightings]
    return Groups(
        sightings,
        dict(zip(keys, (row["number"] for row in rows), strict=True)),
        dict(zip(keys, (row["base"] for row in rows), strict=True)),
    )


def _group(row: Row) -> Sighting:
    report, _, entity = row["key"].partition(" ")
    return Sighting(
        report=report,
        entity=entity,
        day=row["day"],
        name=row["name"],
        type=row["kind"],
        country=row["country"],
        sectors=tuple(row["sectors"] or ()),
        external_id=row["external_id"],
        names=tuple(row["names"]),
        company=frozenset(row["near"] or ()),
        count=row["count"],
        last_day=row["last_day"],
    )


def _sighting(row: Row) -> Sighting:
    sectors, names = tuple(row["sectors"] or ()), tuple(row["names"])
    return Sighting(
        "", "", None, row["name"], row["kind"], row["country"], sectors, row["external_id"], names
    )


def number_of(actor: Actor) -> int:
    """Return the number of an actor: that of its first sighting, which no other actor has."""
    told = " ".join(actor.sightings[0].key)
    return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=8).digest()) >> 1


def assign(state: State, actors: list[Actor], numbers: dict[tuple[str, str], int]) -> list[int]:
    """Make the table `assigned`: the groups of actors, with the numbers of these; return them."""
    pieces = [number_of(actor) for actor in actors]
    of = [
        (numbers[one.key], piece)
        for actor, piece in zip(actors, pieces, strict=True)
        for one in actor.sightings
    ]
    state.hold("assigned", pa.table({
        "number": pa.array([number for number, _ in of], pa.uint64()),
        "piece": pa.array([piece for _, piece in of], pa.int64()),
    }))  # fmt: skip
    return pieces


def dirty(state: State, changed: str) -> None:
    """Note which sightings go to another actor, and the actors that lose or get them.

    Args:
        changed: a condition on the member `s` and what it is assigned to, `a`.
    """
    state.run(
        "create or replace temp table moving as select s.key, s.piece as old, a.piece as new"
        f" from members s join assigned a using (number) where {changed}"
    )
    state.run("insert into d.moved select split_part(key, ' ', 1), split_part(key, ' ', 2)"
              " from moving")  # fmt: skip
    state.run("insert into d.dirty_pieces select distinct piece from (select old as piece"
              " from moving union select new from moving) where piece is not null")  # fmt: skip
