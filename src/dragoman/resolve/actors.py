"""Who is who across reports: entities of many reports gathered into actors.

Countries go by their code, bodies by their names and acronyms, persons by their full names in any
spelling; a name alone does not make two entities one where their countries differ, or where one
is of the state and the other of private life. A bare surname goes to the one person of that name
who fits by country, day and company, else it stays apart. The result depends on what the reports
say, not on the order in which they came. Entities are compared within blocks of like names, so
that the cost grows as n log n (Christen 2012, "Data Matching", ch. 4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dragoman.resolve.actor_names import (
    Parts,
    given_block,
    is_acronym,
    key_of,
    may_be_one,
    parts_of,
    surname_block,
    surname_fits,
)
from dragoman.resolve.actor_sightings import Actor, Sighting, kind_of, told_apart

NEAR = 400  # days around a person's sightings in which a bare surname may mean them
FAR_MORE = 5  # times as many sightings make a person the one who is meant
LARGE = 60  # names in a block from which given names divide it further


def find_actors(
    sightings: Iterable[Sighting], articles: AbstractSet[str] = frozenset()
) -> list[Actor]:
    """Gather entities of many reports into actors.

    Args:
        sightings: named entities; each comes out in exactly one actor.
        articles: parts of names that are not compared ("al", "de").

    Returns:
        Actors in order of their ids, those of one id told apart.
    """
    return told_apart(gather(sightings, articles))


def gather(sightings: Iterable[Sighting], articles: AbstractSet[str] = frozenset()) -> list[Actor]:
    """Gather entities of whole blocks (see `block_of`, `borne_by`) into actors of any ids."""
    by_type: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sorted(sightings, key=lambda s: s.key):
        by_type[kind_of(sighting)].append(sighting)
    found: list[Actor] = []
    for kind, several in sorted(by_type.items()):
        if kind == "country":
            found += _by_code(several)
        elif kind == "person":
            found += _People(articles).gather(several)
        else:
            found += _bodies(kind, several)
    return found


def block_of(sighting: Sighting, articles: AbstractSet[str] = frozenset()) -> str:
    """Return the block of a sighting: only within it, and what it bears, are actors gathered."""
    kind = kind_of(sighting)
    if kind == "country":
        return f"country {sighting.country}"
    if kind == "person":
        return f"person {surname_block(parts_of(sighting.name, articles))}"
    if _is_short(sighting):
        return _short_block(kind, sighting.name)
    return f"{kind} full {sighting.external_id or key_of(sighting.name)}"


def borne_by(sighting: Sighting) -> set[str]:
    """Return the blocks whose sightings may be of the same body: acronyms that it is called by."""
    kind = kind_of(sighting)
    if kind in ("country", "person") or _is_short(sighting):
        return set()
    return {_short_block(kind, n) for n in (sighting.name, *sighting.names) if is_acronym(n)}


def _short_block(kind: str, name: str) -> str:
    return f"{kind} short {key_of(name)}"


def _is_short(sighting: Sighting) -> bool:
    return all(is_acronym(name) for name in (sighting.name, *sighting.names))


def _by_code(sightings: list[Sighting]) -> list[Actor]:
    codes: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        codes[sighting.country or ""].append(sighting)
    return [Actor("country", several) for _, several in sorted(codes.items())]


# --- bodies: organisations, groups, others ---


def _bodies(kind: str, sightings: list[Sighting]) -> list[Actor]:
    """Gather bodies by their names; an acronym goes to the one body that bears it."""
    full: dict[str, list[Sighting]] = defaultdict(list)
    short: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        if _is_short(sighting):
            short[key_of(sighting.name)].append(sighting)
        else:
            full[sighting.external_id or key_of(sighting.name)].append(sighting)
    made = [a for _, several in sorted(full.items()) for a in _by_country(kind, several)]
    bearers: dict[str, list[Actor]] = defaultdict(list)
    for actor in made:
        for key in {key_of(n) for n in actor.names if is_acronym(n)}:
            bearers[key].append(actor)
    for key, several in sorted(short.items()):
        rest = _give(kind, several, bearers.get(key, []))
        made += _by_country(kind, [s for actor in rest for s in actor.sightings])
    return made


def _by_country(kind: str, sightings: list[Sighting]) -> list[Actor]:
    """Divide what has one name by country; what tells none goes to the only or the company's."""
    told: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        told[sighting.country or ""].append(sighting)
    unknown = told.pop("", [])
    made = [Actor(kind, several) for _, several in sorted(told.items())]
    return made + _give(kind, unknown, made)


class _Candidate(NamedTuple):
    """What is weighed of an actor that a sighting may be of."""

    country: str | None
    sectors: frozenset[str]
    size: int


def _give(kind: str, sightings: list[Sighting], actors: Sequence[Actor]) -> list[Actor]:
    """Give each sighting to the one actor that fits; return new actors of the others."""
    candidates = [_Candidate(a.country, frozenset(a.sectors), a.size) for a in actors]
    given: dict[int, list[Sighting]] = defaultdict(list)
    apart: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        fitting = _fitting(sighting, candidates)
        if len(fitting) == 1:
            given[fitting[0]].append(sighting)
        else:
            apart[sighting.country or ""].append(sighting)
    for number, several in given.items():
        actors[number].sightings += several
        actors[number].sightings.sort(key=lambda s: s.key)
    return [Actor(kind, several) for _, several in sorted(apart.items())]


def _fitting(sighting: Sighting, candidates: Sequence[_Candidate]) -> list[int]:
    """Return the candidates that agree in country; of several those that agree in more.

    That is in country told by both, in the report's company, in sectors; or the one who is told
    of so much more often than the others that a report need not say which is meant.
    """
    told, sectors = sighting.country, frozenset(sighting.sectors)
    fit = [n for n, c in enumerate(candidates) if not told or c.country in (None, told)]
    tests: tuple[Callable[[_Candidate], bool], ...] = (
        lambda c: bool(told) and c.country == told,
        lambda c: c.country in sighting.company,
        lambda c: bool(sectors & c.sectors),
        lambda c: c.size >= FAR_MORE * _second([candidates[n].size for n in fit]),
    )
    for test in tests:
        if len(fit) > 1:
            fit = [n for n in fit if test(candidates[n])] or fit
    return fit


def _second(sizes: list[int]) -> int:
    return sorted(sizes)[-2] if len(sizes) > 1 else 1


# --- persons ---


@dataclass(slots=True)
class _Person:
    """Sightings with full names that may be one person's."""

    forms: list[Parts]
    country: str | None
    world: str
    sightings: list[Sighting]
    size: int


class _People:
    """Gathers persons: full names first, bare surnames then."""

    def __init__(self, articles: AbstractSet[str]) -> None:
        self._articles = articles

    def gather(self, sightings: list[Sighting]) -> list[Actor]:
        blocks: dict[str, list[tuple[Parts, Sighting]]] = defaultdict(list)
        for sighting in sightings:
            parts = parts_of(sighting.name, self._articles)
            blocks[surname_block(parts)].append((parts, sighting))
        made: list[Actor] = []
        for _, block in sorted(blocks.items()):
            made += self._block(block)
        return made

    def _block(self, block: list[tuple[Parts, Sighting]]) -> list[Actor]:
        full = [(p, s) for p, s in block if len(p) > 1]
        people = [person for part in _divided(full) for person in _people(part)]
        actors = [Actor("person", sorted(p.sightings, key=lambda s: s.key)) for p in people]
        forms = [p.forms for p in people]
        bare: dict[Parts, list[Sighting]] = defaultdict(list)
        for parts, sighting in block:
            if len(parts) < 2:
                bare[parts].append(sighting)
        spans = [_span(a.sightings) for a in actors]
        rest: list[Actor] = []
        for parts, several in sorted(bare.items()):
            named = [n for n, own in enumerate(forms) if any(surname_fits(parts, f) for f in own)]
            rest += _give_by_day(several, [(actors[n], spans[n]) for n in named])
        return actors + rest


def _divided(full: list[tuple[Parts, Sighting]]) -> list[list[tuple[Parts, Sighting]]]:
    """Divide a large block further, by the first letter of the given name."""
    if len({parts for parts, _ in full}) <= LARGE:
        return [full]
    smaller: dict[str, list[tuple[Parts, Sighting]]] = defaultdict(list)
    for parts, sighting in full:
        smaller[given_block(parts)].append((parts, sighting))
    return [part for _, part in sorted(smaller.items())]


def _people(full: list[tuple[Parts, Sighting]]) -> list[_Person]:
    """Gather full names into persons, the most told forms first."""
    told: dict[tuple[Parts, str, str], list[Sighting]] = defaultdict(list)
    for parts, sighting in full:
        told[parts, sighting.country or "", sighting.world].append(sighting)
    sizes = {key: sum(s.count for s in several) for key, several in told.items()}
    order = sorted(told, key=lambda k: (not k[1], not k[2], -sizes[k], -len(k[0]), k))
    people: list[_Person] = []
    for parts, country, world in order:
        several = told[parts, country, world]
        few = FAR_MORE * sizes[parts, country, world]
        fitting = [p for p in people if _may_join(p, parts, country, world, few <= p.size)]
        if country or len(fitting) < 2:
            _join(people, fitting[:1], parts, country, world, several)
            continue
        apart: list[Sighting] = []
        for sighting in several:  # nothing tells which of the countries: the company may
            near = [p for p in fitting if p.country in sighting.company]
            if len(near) == 1:
                _join(people, near, parts, country, world, [sighting])
            else:
                apart.append(sighting)
        if apart:
            _join(people, [], parts, country, world, apart)
    return people


def _may_join(person: _Person, parts: Parts, country: str, world: str, far_less: bool) -> bool:
    if country and person.country and country != person.country:
        return False
    if world and person.world and world != person.world and not far_less:
        return False
    return any(form == parts or may_be_one(form, parts) for form in person.forms)


def _join(
    people: list[_Person],
    fitting: list[_Person],
    parts: Parts,
    country: str,
    world: str,
    sightings: list[Sighting],
) -> None:
    size = sum(s.count for s in sightings)
    if not fitting:
        people.append(_Person([parts], country or None, world, list(sightings), size))
        return
    person = fitting[0]
    person.sightings += sightings
    person.size += size
    person.country = person.country or country or None
    person.world = person.world or world
    if parts not in person.forms:
        person.forms.append(parts)


Span = tuple[int, int] | None


def _span(sightings: list[Sighting]) -> Span:
    days = [day for s in sightings if s.day for day in (s.day, s.last_day or s.day)]
    return (_ordinal(min(days)), _ordinal(max(days))) if days else None


def _ordinal(day: str) -> int:
    return date.fromisoformat(day[:10]).toordinal()


def _give_by_day(sightings: list[Sighting], candidates: list[tuple[Actor, Span]]) -> list[Actor]:
    """Give bare surnames to persons seen around their day."""
    by_fit: dict[tuple[int, ...], list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        fit = tuple(n for n, (_, span) in enumerate(candidates) if _is_near(sighting, span))
        by_fit[fit].append(sighting)
    rest: list[Actor] = []
    for fit, several in sorted(by_fit.items()):
        rest += _give("person", several, [candidates[n][0] for n in fit])
    return rest


def _is_near(sighting: Sighting, span: Span) -> bool:
    if sighting.day is None or span is None:
        return True
    day = _ordinal(sighting.day)
    return span[0] - NEAR <= day <= span[1] + NEAR
