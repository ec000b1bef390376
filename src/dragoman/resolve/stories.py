"""Reports of one real event brought together into one story.

Tellings that share a party or a place within the same days are weighed in pairs (see
`stories_agree`); the pairs are then joined from the best down, a group only with a group whose
tellings agree with its own on average and of which none is excluded (average link). Everything
is sorted first, so that the stories depend on the set of reports alone.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dragoman.resolve.stories_agree import Actor, Telling, Where, score
from dragoman.resolve.stories_differ import Disagreement, disagreements
from dragoman.resolve.stories_near import LEAST, agreeing


@dataclass(frozen=True)
class Story:
    """One real event as all reports tell it.

    `tellings` are news, `historical` the reports that recall it later; `sources` counts
    publishers whose report is no copy; `first_report` is the earliest that is news, None where
    there is none.
    """

    id: str
    type: str
    mode: str | None
    actors: tuple[Actor, ...]
    recipients: tuple[Actor, ...]
    since: str | None
    until: str | None
    place: Where | None
    tellings: tuple[Telling, ...]
    historical: tuple[Telling, ...]
    reports: int
    sources: int
    first_report: str | None
    disagreements: tuple[Disagreement, ...]

    @property
    def words(self) -> str:
        """The words of the telling that came first."""
        return (self.tellings or self.historical)[0].words


def find_stories(tellings: Iterable[Telling], least: float = LEAST) -> list[Story]:
    """Return the stories that tellings make, by day and id.

    Args:
        tellings: events of reports; hypothetical ones are left out.
        least: how much must speak for one event on average (see `stories_agree.score`).
    """
    found = sorted((t for t in tellings if t.factuality != "hypothetical"), key=lambda t: t.order)
    return stories_of(found, list(agreeing(found, range(len(found)), least)), least)


def stories_of(
    found: Sequence[Telling], agreed: Iterable[tuple[int, int, float]], least: float = LEAST
) -> list[Story]:
    """Return the stories of tellings of which it is known which pairs agree, by day and id.

    Args:
        found: tellings in their order; where some are left out, none that is agrees with another.
        agreed: the pairs of them that `agreeing` tells.
    """
    made = [_story([found[n] for n in group]) for group in _clusters(found, agreed, least)]
    return sorted(made, key=lambda story: (story.since or "9999", story.id))


def _clusters(
    found: Sequence[Telling], agreed: Iterable[tuple[int, int, float]], least: float
) -> list[list[int]]:
    """Return groups of indexes, joined from the best pair down."""
    scores: dict[tuple[int, int], float | None] = {(a, b): value for a, b, value in agreed}

    def weigh(pair: tuple[int, int]) -> float | None:
        if pair not in scores:
            scores[pair] = score(found[pair[0]], found[pair[1]])
        return scores[pair]

    edges = sorted(
        ((pair, value or 0.0) for pair, value in scores.items()),
        key=lambda e: (any(found[n].historical for n in e[0]), -round(e[1], 9), e[0]),
    )
    group_of = list(range(len(found)))
    members = {n: [n] for n in range(len(found))}
    for (first, second), _ in edges:
        one, other = sorted((group_of[first], group_of[second]))
        if one == other:
            continue
        across = ((min(a, b), max(a, b)) for a in members[one] for b in members[other])
        if not _agree(map(weigh, across), least):
            continue
        for n in members[other]:
            group_of[n] = one
        members[one] += members.pop(other)
    return [sorted(group) for _, group in sorted(members.items())]


def _agree(scores: Iterable[float | None], least: float) -> bool:
    """Whether none is excluded and they are enough on average."""
    values: list[float] = []
    for value in scores:
        if value is None:
            return False
        values.append(value)
    return math.fsum(values) >= least * len(values)


def _story(told: list[Telling]) -> Story:
    news = tuple(t for t in told if not t.historical)
    historical = tuple(t for t in told if t.historical)
    main = news or historical
    since, until = _dates(main)
    first = main[0]
    digest = hashlib.sha256(f"{first.report}\0{first.event}".encode()).hexdigest()
    return Story(
        id=digest[:16],
        type=_most(t.type for t in main) or first.type,
        mode=_most(t.mode for t in main),
        actors=_parties(t.actors for t in main),
        recipients=_parties(t.recipients for t in main),
        since=since,
        until=until,
        place=_place(main),
        tellings=news,
        historical=historical,
        reports=len({t.report for t in news}),
        sources=count_sources(news),
        first_report=news[0].report if news else None,
        disagreements=disagreements(news),
    )


def count_sources(told: Iterable[Telling]) -> int:
    """Return the number of independent sources: publishers, a copy counted with its original."""
    publishers: dict[str, str | None] = {}
    for telling in sorted(told, key=lambda t: (t.copy_of is not None, t.order)):
        origin = telling.copy_of or telling.report
        publishers.setdefault(origin, telling.source)
    return len({source or f"report {origin}" for origin, source in publishers.items()})


def _most(values: Iterable[str | None]) -> str | None:
    """Return the value given most often, the first in the alphabet among equals."""
    counts = Counter(value for value in values if value is not None)
    return min(counts, key=lambda value: (-counts[value], value), default=None)


def _dates(told: tuple[Telling, ...]) -> tuple[str | None, str | None]:
    """Return the days that most reports name, else those of the first report's own date."""
    named = Counter((t.since or t.until, t.until or t.since) for t in told if t.basis == "text")
    named.pop((None, None), None)
    if named:
        return min(named, key=lambda days: (-named[days], days))
    dated = [(t.since or t.published, t.until or t.since or t.published) for t in told]
    return next((days for days in dated if days[0]), (None, None))


def _place(told: tuple[Telling, ...]) -> Where | None:
    """Return the place named most often, one nearer than a country before countries."""
    known = [t.place for t in told if t.place]
    counts = Counter(place.name for place in known)
    return min(known, key=lambda p: (p.is_country, -counts[p.name], p.name), default=None)


def _parties(sides: Iterable[tuple[Actor, ...]]) -> tuple[Actor, ...]:
    """Return the parties of a side, one a country and sectors, under the name most often given."""
    names: dict[tuple[str, tuple[str, ...]], Counter[str]] = defaultdict(Counter)
    best: dict[tuple[str, tuple[str, ...], str], Actor] = {}
    for side in sides:
        for party in side:
            key = (party.country or party.name.casefold(), party.sectors)
            names[key][party.name] += 1
            best[(*key, party.name)] = party
    chosen = [
        best[(*key, min(counts, key=lambda name: (-counts[name], name)))]
        for key, counts in sorted(names.items())
    ]
    known = {actor.country for actor in chosen if actor.sectors}
    return tuple(a for a in chosen if a.sectors or a.country is None or a.country not in known)
