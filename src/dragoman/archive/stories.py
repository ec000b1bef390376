"""The archive's derived tables `copies` and `stories`, made anew from reports and events."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dragoman.archive.archive import Archive
from dragoman.archive.listed import columns
from dragoman.archive.schema import Row, arrow, dyads
from dragoman.archive.store import ArchiveError, Store
from dragoman.resolve.duplicates import Copy, Text, find_copies
from dragoman.resolve.stories import Story, find_stories
from dragoman.resolve.stories_agree import Actor, Figure, Telling, Where

_TEXTS = "select key, published, text from reports"
_TELLINGS = r"""
select t.report, t.id as event, t.type, t.mode, t.trigger[1] as start, t.words,
 t.actor_name, t.actor_country, t.actor_sectors,
 t.recipient_name, t.recipient_country, t.recipient_sectors,
 t.date.start as since, t.date.end as until, t.date.basis as basis, r.published,
 t.place_name, t.place_country, t.latitude, t.longitude, p.feature,
 t.factuality, t.historical, t.told_by, t.quantities, r.copy_of,
 coalesce(r.source, nullif(regexp_extract(r.url, '://(?:www\.)?([^/:]+)', 1), '')) as source
from events t join reports r on t.report = r.key
left join places p on p.report = t.report and p.batch = t.batch and p.id = t.place
where t.factuality <> 'hypothetical'
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


@dataclass(frozen=True, slots=True)
class Built:
    """How many rows the derived tables have."""

    reports: int
    copies: int
    events: int
    stories: int


def build(store: Store) -> Built:
    """Make `copies` and `stories` anew from all that the archive holds now.

    The caller holds the archive's lock. What comes out depends on the reports alone, not on the
    order in which they came.

    Raises:
        ArchiveError: the folder is no archive, or cannot be written to.
    """
    archive = Archive(store.folder)
    reports = archive.sql("select count(*) n from reports").to_pylist()[0]["n"]
    texts = (Text(row["key"], row["published"], row["text"]) for row in archive.stream(_TEXTS))
    copies = find_copies(texts)
    store.replace("copies", arrow("copies", [_copy_row(copy) for copy in copies]))
    told = tellings(Archive(store.folder))
    stories = find_stories(told)
    store.replace("stories", arrow("stories", [_story_row(story) for story in stories]))
    return Built(reports, len(copies), len(told), len(stories))


def tellings(archive: Archive) -> list[Telling]:
    """Return the events of all reports that count now, as stories are made from."""
    return [_telling(row) for row in archive.stream(_TELLINGS)]


def story(archive: Archive, story_id: str) -> tuple[Row, list[Row]]:
    """Return a story and its tellings, one a report and event, in order.

    Args:
        story_id: the story's id, or the beginning of it where no other begins so.

    Raises:
        ArchiveError: there is no such story, or more than one.
    """
    query = f"select {columns('stories')} from listed_stories t where starts_with(id, ?) limit 2"
    found = archive.sql(query, [story_id])
    if found.num_rows != 1:
        what = "more than one story begins" if found.num_rows else "no story begins"
        raise ArchiveError(f"{what} with {story_id!r}; `dragoman stories` lists them")
    row: Row = found.to_pylist()[0]
    keys = sorted({told["report"] for told in (*row["events"], *row["historical"])})
    query = _TOLD.format(keys=", ".join("?" * len(keys)) or "null")
    return row, archive.sql(query, [row["id"], row["id"], *keys]).to_pylist()


def _copy_row(copy: Copy) -> Row:
    return {"report": copy.report, "copy_of": copy.copy_of, "similarity": copy.similarity}


def _telling(row: Row) -> Telling:
    """Return a row of `_TELLINGS` as stories are made from."""
    same = ("report", "event", "type", "mode", "start", "since", "until", "published")
    more = ("factuality", "historical", "told_by", "source", "copy_of")
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
