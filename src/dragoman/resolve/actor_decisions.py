"""Merges and splits of actors made by hand: kept apart, applied at every build, undoable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from dragoman.resolve.actor_names import key_of
from dragoman.resolve.actor_sightings import Actor, told_apart

REFERENCES = 5  # sightings that a decision names an actor by


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """An actor as a decision names it: by what it is called and where it was seen.

    Ids are not kept, for they change when its most told name does.

    Attributes:
        type, name, country: of the actor when the decision was made.
        seen: some of its sightings, (report, entity).
    """

    type: str
    name: str
    country: str | None = None
    seen: tuple[tuple[str, str], ...] = ()


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One decision.

    Attributes:
        number: counts from 1.
        what: "merge" (of `actor` and `other`), "split" (of what `name` or `reports` say off
            `actor`), or "undo" (of decision `undone`).
        who, when: who decided, and when (ISO, UTC).
    """

    number: int
    what: str
    who: str
    when: str
    actor: Reference | None = None
    other: Reference | None = None
    name: str | None = None
    reports: tuple[str, ...] = ()
    undone: int | None = None


def reference(actor: Actor) -> Reference:
    """Return what a decision names an actor by."""
    seen = tuple(s.key for s in actor.sightings[:REFERENCES])
    return Reference(type=actor.type, name=actor.name, country=actor.country, seen=seen)


def in_force(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the merges and splits that no later decision undid, in order."""
    every = sorted(decisions, key=lambda d: d.number)
    undone: set[int] = set()
    for decision in reversed(every):  # an undo can be undone
        if decision.what == "undo" and decision.number not in undone and decision.undone:
            undone.add(decision.undone)
    return [d for d in every if d.what != "undo" and d.number not in undone]


def apply(actors: Sequence[Actor], decisions: Iterable[Decision]) -> list[Actor]:
    """Return the actors after the decisions in force, those of one id told apart.

    A decision whose actors are no more is passed over; it counts again when they are back.
    """
    return told_apart(decided(actors, decisions))


def decided(actors: Sequence[Actor], decisions: Iterable[Decision]) -> list[Actor]:
    """Return the actors after the decisions in force; some may have one id.

    Others than those whose sightings or names a decision tells need not be given.
    """
    found = list(actors)
    for decision in in_force(decisions):
        if decision.what == "merge":
            found = _merged(found, decision)
        elif decision.what == "split":
            found = _split(found, decision)
    return found


def _find(actors: Sequence[Actor], wanted: Reference | None) -> Actor | None:
    """Return the actor that most of the reference's sightings are of, else one so called."""
    if wanted is None:
        return None
    seen = set(wanted.seen)
    hits = [(sum(s.key in seen for s in a.sightings), n) for n, a in enumerate(actors)]
    best = max(hits, key=lambda hit: (hit[0], -hit[1]), default=(0, 0))
    if best[0]:
        return actors[best[1]]
    name = key_of(wanted.name)
    called = [a for a in actors if a.type == wanted.type and key_of(a.name) == name]
    same = [a for a in called if a.country == wanted.country] or called
    return same[0] if len(same) == 1 else None


def _merged(actors: list[Actor], decision: Decision) -> list[Actor]:
    one, other = _find(actors, decision.actor), _find(actors, decision.other)
    if one is None or other is None or one is other:
        return actors
    joined = Actor(one.type, sorted([*one.sightings, *other.sightings], key=lambda s: s.key))
    return [*(a for a in actors if a is not one and a is not other), joined]


def _split(actors: list[Actor], decision: Decision) -> list[Actor]:
    whole = _find(actors, decision.actor)
    if whole is None:
        return actors
    name = key_of(decision.name) if decision.name else None
    off = [
        s
        for s in whole.sightings
        if s.report in decision.reports
        or (name is not None and name in {key_of(n) for n in (s.name, *s.names)})
    ]
    rest = [s for s in whole.sightings if s not in off]
    if not off or not rest:
        return actors
    parts = [
        Actor(whole.type, rest, whole.split),
        Actor(whole.type, off, f"split {decision.number}"),
    ]
    return [*(a for a in actors if a is not whole), *parts]
