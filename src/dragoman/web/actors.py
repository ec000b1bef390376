"""The page of an actor: names, offices, whom they deal with, what they said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dragoman.archive.actors import actor_row
from dragoman.archive.schema import Row
from dragoman.archive.store import ArchiveError
from dragoman.web.asked import AskedError
from dragoman.web.desk import Desk

_MINE = """
select e.report, e.id, e.type, e.score, e.actor, e.recipient, e.historical, e.day
from listed_events e join (
 select report, list(entity) as mine from listed_actor_entities where actor = ? group by report
) l on l.report = e.report
where e.factuality in ('asserted', 'future')
 and list_has_any(list_concat(e.actor, e.recipient), l.mine)
"""
_PARTNERS = f"""
with mine as ({_MINE}),
 sides as (
  select report, id, type, score, unnest(list_concat(actor, recipient)) as entity from mine
 )
select a.id, a.name, a.country, count(distinct s.report || s.id) as events,
 round(avg(s.score), 1) as score, mode(s.type) as type
from sides s join listed_actor_entities p on p.report = s.report and p.entity = s.entity
join listed_actors a on a.id = p.actor where p.actor <> ?
group by all order by events desc, a.name, a.id limit 25
"""
PARTNERS = ("id", "name", "country", "events", "score", "type")  # columns of the table
_MONTHS = f"""
from (
select coalesce(substring(m.day, 1, 7), 'undated') as month,
 count(*) as events, coalesce(sum(m.score) filter (m.score > 0), 0) as cooperation,
 coalesce(sum(m.score) filter (m.score < 0), 0) as conflict
from ({_MINE}) m where not m.historical
group by 1 order by 1 desc limit 240  -- the latest
) order by 1
"""
_SAID = """
select s.report as key, s.id, s.kind, s.words, s.cue_words, s.addressee_name, s.published,
 s.publisher as source
from listed_statements s
join listed_actor_entities l on l.report = s.report and l.entity = s.source.entity
where l.actor = ?
order by s.published desc nulls last, s.report, s.id limit 20
"""


@dataclass(frozen=True, slots=True)
class ActorPage:
    """An actor of the archive with what its reports tell of them."""

    row: Row
    partners: list[Row]
    months: list[Row]
    said: list[Row]


def actor_page(desk: Desk, given: str) -> ActorPage:
    """Return what an archive has on an actor.

    Raises:
        AskedError: there is no such actor (404).
    """
    row = _row(desk, given)
    known = row["id"]
    return ActorPage(
        row,
        desk.run(_PARTNERS, [known, known]),
        desk.run(_MONTHS, [known]),
        desk.run(_SAID, [known]),
    )


def actor_months(desk: Desk, given: str) -> list[Row]:
    """Return an actor's events by month.

    Raises:
        AskedError: there is no such actor (404).
    """
    return desk.run(_MONTHS, [_row(desk, given)["id"]])


def actor_ids(desk: Desk, report: str) -> dict[str, Any]:
    """Return the actor of each entity of a report."""
    rows = desk.run("select entity, actor from listed_actor_entities where report = ?", [report])
    return {row["entity"]: row["actor"] for row in rows}


def _row(desk: Desk, given: str) -> Row:
    if not given.isascii() or not given.isalnum() or not 4 <= len(given) <= 64:
        raise AskedError("there is no such actor here", "not_found", 404)
    try:
        return actor_row(desk.archive, given)
    except ArchiveError as error:
        raise AskedError("there is no such actor here", "not_found", 404) from error
