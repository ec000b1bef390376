"""An entity that reports name, and a real-world actor as what reports tell of it."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from dragoman.resolve.actor_names import key_of

STATE = frozenset({"GOV", "MIL", "COP", "JUD", "LEG", "PTY", "OPP", "REB", "SPY", "PRM", "UAF",
                   "ELI", "PRE", "REF"})  # fmt: skip
PRIVATE = frozenset({"BUS", "AGR", "EDU", "JRN", "MED", "REL"})


@dataclass(frozen=True, slots=True)
class Sighting:
    """An entity of one report, or the first of several that tell the same of theirs.

    Attributes:
        report, entity: keys of the report and of its entity.
        day: the day the report came out, ISO; None where unknown.
        name: its canonical name in the report; `names` every name it has there.
        type, country, sectors, external_id: as the record has them.
        company: countries of the other entities of the report.
        count: how many it stands for; `last_day` is the last of their days.
    """

    report: str
    entity: str
    day: str | None
    name: str
    type: str
    country: str | None = None
    sectors: tuple[str, ...] = ()
    external_id: str | None = None
    names: tuple[str, ...] = ()
    company: frozenset[str] = frozenset()
    count: int = 1
    last_day: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others."""
        return (self.report, self.entity)

    @property
    def world(self) -> str:
        """ "state", "private", or "" where no sector is told."""
        if not self.sectors:
            return ""
        if STATE.intersection(self.sectors):
            return "state"
        return "private" if PRIVATE.intersection(self.sectors) else ""


@dataclass(slots=True)
class Actor:
    """A real-world actor: its sightings, in order of their keys.

    Attributes:
        split: a word that tells it from one of the same name, where a hand set them apart.
    """

    type: str
    sightings: list[Sighting]
    split: str = ""

    @property
    def size(self) -> int:
        """How many entities it is."""
        return sum(s.count for s in self.sightings)

    @property
    def names(self) -> Counter[str]:
        """Every name, with in how many sightings it stands."""
        return _counted((name, s) for s in self.sightings for name in {s.name, *s.names})

    @property
    def name(self) -> str:
        """The name most told, of several the shortest that has more than one part."""
        told = _counted((s.name, s) for s in self.sightings)
        full = {n: c for n, c in told.items() if len(n.split()) > 1} or told
        return min(full, key=lambda n: (-full[n], len(n), n))

    @property
    def country(self) -> str | None:
        """The country most sightings tell."""
        told = _counted((s.country, s) for s in self.sightings if s.country)
        return min(told, key=lambda c: (-told[c], c)) if told else None

    @property
    def sectors(self) -> tuple[str, ...]:
        """The sectors told, the most told first."""
        told = _counted((sector, s) for s in self.sightings for sector in s.sectors)
        return tuple(sorted(told, key=lambda sector: (-told[sector], sector)))

    @property
    def stem(self) -> str:
        """Its type, country and name, as far as they tell it from others."""
        return "\0".join((self.type, self.country or "", key_of(self.name) or self.name))

    @property
    def id(self) -> str:
        """A digest of type, country and name: it stays as long as these are the most told."""
        return id_of(self.stem, self.split)

    def days(self) -> tuple[str | None, str | None]:
        """The first and the last day on which a report told of it."""
        first = min((s.day for s in self.sightings if s.day), default=None)
        return first, max((s.last_day or s.day for s in self.sightings if s.day), default=None)


def _counted(told: Iterable[tuple[str, Sighting]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for value, sighting in told:
        counts[value] += sighting.count
    return counts


def id_of(stem: str, split: str) -> str:
    """Return the id of an actor: a digest of its stem and what tells it from others of that."""
    return hashlib.sha256(f"{stem}\0{split}".encode()).hexdigest()[:16]


def told_apart(actors: list[Actor]) -> list[Actor]:
    """Return actors in order of their ids, those that would have one id numbered."""
    same: dict[str, list[Actor]] = defaultdict(list)
    for actor in actors:
        same[actor.id].append(actor)
    for several in same.values():
        several.sort(key=lambda a: (-a.size, a.sightings[0].key))
        for number, actor in enumerate(several[1:], 2):
            actor.split = numbered(actor.split, number)
    return sorted(actors, key=lambda a: a.id)


def numbered(split: str, number: int) -> str:
    """Return what tells the second, third, … of those that would have one id."""
    return f"{split} {number}"


def kind_of(sighting: Sighting) -> str:
    """Return the type of the actor that it is of; a country without a code is something else."""
    if sighting.type == "country" and not sighting.country:
        return "other"
    return sighting.type
