"""Who stands behind the entities of reports: actors of the archive, else the report's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from dragoman.archive.archive import Archive
from dragoman.archive.readings import AT_ONCE
from dragoman.export.selection import Row, Selection, read
from dragoman.records import Entity, Event, Reading

_ACTORS = """
select l.report, l.entity, a.id, a.name, a.type, a.country, a.sectors,
 list_transform(a.names, lambda n: n.name) as names
from actor_entities l join actors a on a.id = l.actor where l.report in ({marks})
"""


@dataclass(frozen=True, slots=True)
class Party:
    """One that acts in events.

    Attributes:
        id: the actor's id where the archive's actors are built (`dragoman actors build`) and hold
            the entity; else the report's key and the entity's id.
        names: other names it goes by.
        shared: whether it is an actor, who may be met in other reports.
    """

    id: str
    name: str
    type: str
    country: str | None
    sectors: tuple[str, ...]
    names: tuple[str, ...] = ()
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A report with its chosen events and the party of each of its entities."""

    key: str
    reading: Reading
    events: tuple[Event, ...]
    parties: dict[str, Party]

    def sides(self, event: Event) -> tuple[list[Party], list[Party]]:
        """Return actors and recipients of an event, each once."""
        actors = {self.parties[one].id: self.parties[one] for one in event.actor}
        recipients = {self.parties[one].id: self.parties[one] for one in event.recipient}
        return list(actors.values()), list(recipients.values())


def told(chosen: Selection) -> Iterator[Told]:
    """Yield each report that has a chosen event, some hundred in memory at a time."""
    found = read(chosen.archive, chosen.reports())
    while part := list(islice(found, AT_ONCE)):
        actors = actors_of(chosen.archive, [key for key, _, _ in part])
        for key, wanted, reading in part:
            known = {
                one.id: actors.get((key, one.id)) or of_report(key, one) for one in reading.entities
            }
            events = tuple(event for event in reading.events if event.id in wanted)
            yield Told(key, reading, events, known)


def actors_of(archive: Archive, keys: Sequence[str]) -> dict[tuple[str, str], Party]:
    """Return the actor behind each entity of some reports, by the report's key and entity's id."""
    query = _ACTORS.format(marks=", ".join("?" * len(keys)))
    rows: Iterable[Row] = archive.sql(query, list(keys)).to_pylist() if keys else ()
    return {(row["report"], row["entity"]): _actor(row) for row in rows}


def _actor(row: Row) -> Party:
    names = tuple(name for name in row["names"] or () if name != row["name"])
    sectors = tuple(row["sectors"] or ())
    return Party(row["id"], row["name"], row["type"], row["country"], sectors, names, shared=True)


def of_report(key: str, entity: Entity) -> Party:
    """Return an entity that no actor stands behind, as a party of its report alone."""
    return Party(f"{key}-{entity.id}", entity.name, entity.type, entity.country, entity.sectors)
