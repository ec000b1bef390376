"""The archive's derived table `stories`, from the events of reports and what is a copy."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from dragoman.archive.archive import Archive
from dragoman.archive.listed import columns as listed_columns
from dragoman.archive.schema import Row, arrow, dyads, month_of_day
from dragoman.archive.state import Numbers, State, gathered, parts_of
from dragoman.archive.store import ArchiveError
from dragoman.resolve.stories import Story, stories_of
from dragoman.resolve.stories_agree import DAYS_APART, Actor, Figure, Telling, Where
from dragoman.resolve.stories_near import WIDE, agreeing, blocks_of

AT_ONCE = 5_000  # tellings in memory together, but for those that hang together
LOADED = 10_000  # tellings that stories are made of together
_TELLINGS = r"""
select t.report, t.id as event, t.type, t.mode, t.trigger[1] as start, t.words,
 t.actor_name, t.actor_country, t.actor_sectors,
 t.recipient_name, t.recipient_country, t.recipient_sectors,
 t.date.start as since, t.date.end as until, t.date.basis as basis, r.published,
 t.place_name, t.place_country, t.latitude, t.longitude, p.feature,
 t.factuality, t.historical, t.told_by, t.quantities,
 coalesce(r.source, nullif(regexp_extract(r.url, '://(?:www\.)?([^/:]+)', 1), '')) as source
from held_events t join chunk r on t.report = r.report and t.batch = r.batch
left join held_places p on p.report = t.report and p.batch = t.batch and p.id = t.place
 and p.month in (select distinct month from chunk)
where t.factuality <> 'hypothetical' and t.month in (select distinct month from chunk)
"""
_NEAR = f"""
select t.id, t.told from d.tellings t semi join (
 select distinct b.id from d.telling_blocks b join fresh_blocks f on b.block = f.block
  and b.since <= f.until + {DAYS_APART} and b.until >= f.since - {DAYS_APART}
 where b.since between ? and ?) near using (id)
anti join fresh f using (id)
"""
_TOLD = """
select e.report as key, e.report_id, e.published, e.publisher as source, e.url, e.title,
 o.id as copy_of, e.id as event, e.type, e.mode, e.factuality, e.told_by, e.date, e.place_name,
 e.quantities, e.words, u.historical as historical
from (
  select unnest(events) as told, false as historical from listed_stories where id = ?
  union all select unnest(historical), true from listed_stories where id = ?
) u
join listed_events e on e.report = u.told.report and e.id = u.told.event
join listed_reports r on r.key = e.report
left join listed_reports o on o.key = r.copy_of
where e.report in ({keys})
order by historical, e.published nulls last, e.report, e.trigger[1]
"""


def remove(state: State) -> None:
    """Forget what the reports `gone` tell; the stories they are in are to be told anew."""
    state.run(
        "create or replace temp table leaving as"
        " select id, part, story from d.tellings semi join gone using (report)"
    )
    state.run("update d.tellings set dirty = true"
              " where part in (select part from leaving where part is not null)")  # fmt: skip
    for table, columns in (("tellings", ("id",)), ("telling_blocks", ("id",)),
                           ("telling_matches", ("one", "other"))):  # fmt: skip
        for column in columns:
            state.run(f"delete from d.{table} using leaving where {table}.{column} = leaving.id")
    _retract(state, "select story as id from leaving where story is not null")


def add(state: State) -> None:
    """Take in what the reports of `chunk` tell, and find which other tellings agree with it."""
    found = [_telling(row) for row in state.rows(_TELLINGS)]
    found.sort(key=lambda t: t.days or (0, 0))
    for start in range(0, len(found), AT_ONCE):
        fresh = {number_of(t): t for t in found[start : start + AT_ONCE]}
        state.put("d.tellings", _held(fresh))
        blocks = _blocks(fresh)
        state.put("d.telling_blocks", blocks)
        state.hold("fresh_blocks", blocks)
        state.hold_values("fresh", "id", fresh, pa.int64())
        _match(state, fresh)


def _match(state: State, fresh: dict[int, Telling]) -> None:
    """Find the pairs that agree, of which at least one is fresh."""
    days = [told.days for told in fresh.values() if told.days]
    first = min((since for since, _ in days), default=0) - WIDE - DAYS_APART
    last = max((until for _, until in days), default=0) + DAYS_APART
    held = {number: _decoded(told) for number, told in state.run(_NEAR, [first, last])}
    several = sorted([*fresh.items(), *held.items()], key=lambda one: one[1].order)
    numbers = [number for number, _ in several]
    new = [n for n, number in enumerate(numbers) if number in fresh]
    matches = [
        (numbers[one], numbers[other], value)
        for one, other, value in agreeing([told for _, told in several], new)
    ]
    columns = list(zip(*matches, strict=True)) or [(), (), ()]
    kinds = (("one", pa.int64()), ("other", pa.int64()), ("score", pa.float64()))
    state.put("d.telling_matches", pa.table(
        {name: pa.array(values, kind)
         for (name, kind), values in zip(kinds, columns, strict=True)}))  # fmt: skip
    ends = {end for one, other, _ in matches for end in (one, other)}
    state.hold_values("marked", "id", sorted(ends), pa.int64())
    state.run("update d.tellings set dirty = true from marked"
              " where tellings.id = marked.id and not tellings.dirty")  # fmt: skip


def settle(state: State) -> None:
    """Tell the stories anew that something has changed in."""
    state.run(
        "create or replace temp table reached as select id from d.tellings where dirty or part in"
        " (select part from d.tellings where dirty and part is not null)"
    )
    [numbers] = state.numbers("select id from reached order by id")
    one, other = state.numbers(
        "select one, other from d.telling_matches semi join reached on one = id"
    )
    one, other = np.searchsorted(numbers, one), np.searchsorted(numbers, other)
    part_of = parts_of(len(numbers), one, other)
    _, first = np.unique(part_of, return_index=True)
    for chosen in gathered(part_of, LOADED):
        with state.commit():
            _settle(state, numbers[chosen], numbers[first[part_of[chosen]]])


def _settle(state: State, numbers: Numbers, part_of: Numbers) -> None:
    state.hold_values("part", "id", numbers, pa.int64())
    several = sorted(_told(state), key=lambda one: one[1].order)
    at = {number: n for n, (number, _) in enumerate(several)}
    query = "select one, other, score from d.telling_matches semi join part on one = id"
    matches = [
        (min(at[one], at[other]), max(at[one], at[other]), value)
        for one, other, value in state.run(query)
    ]
    stories = stories_of([told for _, told in several], matches)
    story_of = {
        number_of(told): story.id
        for story in stories
        for told in (*story.tellings, *story.historical)
    }
    _publish(state, [_story_row(story) for story in stories])
    state.hold("settled", pa.table({
        "id": pa.array(numbers, pa.int64()),
        "part": pa.array(part_of, pa.int64()),
        "story": pa.array([story_of[n] for n in numbers.tolist()], pa.string()),
    }))  # fmt: skip
    state.run("update d.tellings set part = s.part, story = s.story, dirty = false"
              " from settled s where tellings.id = s.id")  # fmt: skip


def _told(state: State) -> list[tuple[int, Telling]]:
    """Return the tellings of `part`, with what their reports are copies of."""
    query = (
        "select t.id, t.told, c.copy_of from d.tellings t semi join part using (id)"
        " left join d.copies c using (report)"
    )
    return [
        (number, replace(_decoded(told), copy_of=copy_of))
        for number, told, copy_of in state.run(query)
    ]


def _publish(state: State, rows: list[Row]) -> None:
    """Let what was told of the tellings of `part` go, and what is told now come."""
    digests = [hashlib.sha256(msgspec.msgpack.encode(row)).hexdigest()[:24] for row in rows]
    made = arrow("stories", rows)
    state.hold("made", pa.table({"id": made["id"], "digest": pa.array(digests, pa.string())}))
    before = (
        "select s.* from d.stories s semi join"
        " (select distinct story from d.tellings semi join part using (id)) t on s.id = t.story"
    )
    same = set(state.column(f"select id from ({before}) semi join made using (id, digest)"))
    _retract(state, f"select id from ({before}) anti join made using (id, digest)")
    changed = pa.array([i not in same for i in made["id"].to_pylist()], pa.bool_())
    fresh = made.filter(changed)
    state.put("d.new_stories", fresh)
    state.hold("fresh_stories", pa.table(
        {"id": fresh["id"], "month": fresh["month"],
         "digest": pa.array(digests, pa.string()).filter(changed)}))  # fmt: skip
    state.run("insert into d.stories by name select * from fresh_stories")
    # what was in one of these and is in another now must not take it with it
    state.run("update d.tellings set story = null from made where tellings.story = made.id"
              " and tellings.id not in (select id from part)")  # fmt: skip


def _retract(state: State, chosen: str) -> None:
    """Let stories go; the query gives their ids."""
    state.run(f"create or replace temp table lost as {chosen}")
    state.retract("stories", "select id, month from d.stories semi join lost using (id)")
    state.run("delete from d.stories using lost where stories.id = lost.id")


def number_of(telling: Telling) -> int:
    """Return a number that tells a telling from all others."""
    return _number(f"{telling.report} {telling.event}")


def _number(words: str) -> int:
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest()) >> 1


def _decoded(told: bytes) -> Telling:
    return msgspec.msgpack.decode(told, type=Telling)


def _held(fresh: dict[int, Telling]) -> pa.Table:
    """Return tellings as rows; undated ones stand at no day."""
    size = len(fresh)
    days = [told.days or (None, None) for told in fresh.values()]
    return pa.table(
        {
            "id": pa.array(list(fresh), pa.int64()),
            "report": pa.array([told.report for told in fresh.values()], pa.string()),
            "since": pa.array([since for since, _ in days], pa.int32()),
            "until": pa.array([until for _, until in days], pa.int32()),
            "told": pa.array([msgspec.msgpack.encode(t) for t in fresh.values()], pa.binary()),
            "dirty": pa.array([True] * size, pa.bool_()),
        }
    )


def _blocks(fresh: dict[int, Telling]) -> pa.Table:
    rows = [
        (_number(f"{group} {key}"), *(told.days or (0, 0)), number)
        for number, told in fresh.items()
        for group, key in sorted(blocks_of(told))
    ]
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    kinds = (("block", pa.int64()), ("since", pa.int32()), ("until", pa.int32()),
             ("id", pa.int64()))  # fmt: skip
    return pa.table(
        {name: pa.array(values, kind) for (name, kind), values in zip(kinds, columns, strict=True)}
    )


def tellings(archive: Archive) -> list[Telling]:
    """Return the events of all reports that count now, as stories are made from."""
    with archive.connect() as connection:
        connection.execute("create temp table chunk as select key as report, batch, month,"
                           " published, source, url, copy_of from reports")  # fmt: skip
        found = connection.sql(_TELLINGS).to_arrow_table().to_pylist()
        copies = dict(connection.execute("select report, copy_of from chunk").fetchall())
    return [replace(_telling(row), copy_of=copies[row["report"]]) for row in found]


def story(archive: Archive, story_id: str) -> tuple[Row, list[Row]]:
    """Return a story and its tellings, one a report and event, in order.

    Args:
        story_id: the story's id, or the beginning of it where no other begins so.

    Raises:
        ArchiveError: there is no such story, or more than one.
    """
    shown = listed_columns("stories")
    query = f"select {shown} from listed_stories t where starts_with(id, ?) limit 2"
    found = archive.sql(query, [story_id])
    if found.num_rows != 1:
        what = "more than one story begins" if found.num_rows else "no story begins"
        raise ArchiveError(f"{what} with {story_id!r}; `dragoman stories` lists them")
    row: Row = found.to_pylist()[0]
    keys = sorted({told["report"] for told in (*row["events"], *row["historical"])})
    query = _TOLD.format(keys=", ".join("?" * len(keys)) or "null")
    return row, archive.sql(query, [row["id"], row["id"], *keys]).to_pylist()


def _telling(row: Row) -> Telling:
    """Return a row of `_TELLINGS` as stories are made from."""
    same = ("report", "event", "type", "mode", "start", "since", "until", "published")
    more = ("factuality", "historical", "told_by", "source")
    place = Where(
        row["place_name"] or "",
        row["place_country"],
        row["latitude"],
        row["longitude"],
        row["feature"],
    )
    return Telling(
        **{name: row[name] for name in (*same, *more)},
        basis=row["basis"] or "unknown",
        words=row["words"] or "",
        actors=_actors(row, "actor"),
        recipients=_actors(row, "recipient"),
        place=place if place.name else None,
        figures=tuple(_figure(given) for given in row["quantities"] or ()),
    )


def _actors(row: Row, side: str) -> tuple[Actor, ...]:
    columns = (row[f"{side}_{what}"] or () for what in ("name", "country", "sectors"))
    return tuple(
        _actor(name or "", country, tuple(sectors or ()))
        for name, country, sectors in zip(*columns, strict=True)
    )


@lru_cache(maxsize=100_000)
def _actor(name: str, country: str | None, sectors: tuple[str, ...]) -> Actor:
    """Return the one object for an actor that many tellings name."""
    return Actor(name, country, sectors)


def _figure(given: dict[str, Any]) -> Figure:
    low, high, value = given["low"], given["high"], given["value"]
    if low is None and high is None:
        return Figure(given["what"], value or 0.0, value or 0.0)
    return Figure(given["what"], 0.0 if low is None else low, math.inf if high is None else high)


def _story_row(story: Story) -> Row:
    """Return a story as a row of the table."""
    row: Row = {"id": story.id, "type": story.type, "mode": story.mode, "words": story.words}
    for side, parties in (("actor", story.actors), ("recipient", story.recipients)):
        row[f"{side}_name"] = [party.name for party in parties]
        row[f"{side}_country"] = [party.country for party in parties]
        row[f"{side}_sectors"] = [list(party.sectors) for party in parties]
    row["dyads"] = dyads(row["actor_country"], row["recipient_country"])
    row["date_start"], row["date_end"] = story.since, story.until
    if story.place:
        row["place_name"], row["place_country"] = story.place.name, story.place.country
        row["latitude"], row["longitude"] = story.place.latitude, story.place.longitude
    row["month"] = month_of_day(story.since)
    row["reports"], row["sources"] = story.reports, story.sources
    row["first_report"] = story.first_report
    row["first_published"] = story.tellings[0].published if story.tellings else None
    row["events"] = [{"report": t.report, "event": t.event} for t in story.tellings]
    row["historical"] = [{"report": t.report, "event": t.event} for t in story.historical]
    row["disagreements"] = [
        {
            "about": one.about,
            "values": [{"value": v.value, "reports": list(v.reports)} for v in one.versions],
        }
        for one in story.disagreements
    ]
    return row
