"""One event told several times in a report becomes one record with several evidences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce

import msgspec

from dragoman.records import Attribution, Entity, Event, EventDate, Quantity, Span

VERBAL = frozenset({"AGREE", "SUPPORT", "CONCEDE", "REQUEST", "ACCUSE", "REJECT", "THREATEN"})
ONE_ACT = frozenset({"ASSAULT"})  # "attacked a base and killed ten": one in a sentence
SYMMETRIC = "CONSULT"
SOFT_DAYS = 30


def merge_events(events: Iterable[Event], entities: Iterable[Entity]) -> list[Event]:
    """Merge the mentions of one event and number what is left.

    Args:
        events: coded mentions, in order of their triggers.
        entities: the report's entities; a party without a name ("ministers") is taken for a
            named one of another mention.

    Returns:
        Events in order of their triggers, with ids "ev1", "ev2", ….
    """
    known = list(entities)
    named = frozenset(e.id for e in known if any(m.kind == "name" for m in e.mentions))
    hosts = _countries_of_places(known)
    kept: list[Event] = []
    for event in (_hosted(e, hosts) for e in events):
        for i, other in enumerate(kept):
            if _same(other, event, named):
                kept[i] = _join(other, event)
                break
        else:
            kept.append(event)
    kept = _dissolve(kept, named)
    kept.sort(key=lambda e: (e.trigger, e.rule))
    return [msgspec.structs.replace(e, id=f"ev{n}") for n, e in enumerate(kept, 1)]


def _countries_of_places(entities: list[Entity]) -> dict[str, str]:
    """Return the country's entity for each place that is an entity, by id."""
    by_code = {e.country: e.id for e in entities if e.type == "country" and e.country}
    own = set(by_code.values())
    places = [e for e in entities if e.type in ("other", "country") and e.id not in own]
    return {e.id: by_code[e.country] for e in places if e.country in by_code}


def _hosted(event: Event, hosts: dict[str, str]) -> Event:
    """Let the country be host of a visit to its town ("in Moscow" is with Russia)."""
    if event.mode != "visit" or not any(r in hosts for r in event.recipient):
        return event
    recipient = tuple(dict.fromkeys(hosts.get(r, r) for r in event.recipient))
    return msgspec.structs.replace(event, recipient=recipient)


def place_by_visit(events: list[Event]) -> list[Event]:
    """Give a meeting without a place that of the visit told with it ("met X on a visit to Y")."""
    return [_placed(event, events) for event in events]


def _placed(event: Event, events: list[Event]) -> Event:
    if event.type != SYMMETRIC or event.place is not None or event.mode == "visit":
        return event
    for visit in events:
        together = visit.mode == "visit" and visit.evidence == event.evidence
        if together and visit.place is not None and set(visit.actor) & set(event.actor):
            return msgspec.structs.replace(event, place=visit.place)
    return event


def _same(a: Event, b: Event, named: frozenset[str]) -> bool:
    kind = a.type == b.type and a.factuality == b.factuality and _modes_fit(a, b)
    if not kind or not _dates_fit(a.date, b.date):
        return False
    same_day = _dated(a.date) and a.date.start == b.date.start
    other_act = a.type in VERBAL and (a.cameo != b.cameo or a.rule != b.rule)
    if (a.historical != b.historical and not same_day) or other_act:
        return False
    if a.type in ONE_ACT and a.evidence == b.evidence:
        return not a.actor or not b.actor or a.actor == b.actor
    if not a.recipient and not b.recipient:
        return _sets_fit(a.actor, b.actor) and bool(a.actor) and bool(b.actor)
    if a.type == SYMMETRIC and a.mode != "visit" and b.mode != "visit":
        return _sets_fit((*a.actor, *a.recipient), (*b.actor, *b.recipient))
    return _side_fits(a.actor, b.actor) and _side_fits(a.recipient, b.recipient)


def _modes_fit(a: Event, b: Event) -> bool:
    if a.mode == b.mode:
        return True
    return "visit" not in (a.mode, b.mode) and None in (a.mode, b.mode)


def _dated(when: EventDate) -> bool:
    return when.start is not None and when.basis == "text"


def _dates_fit(a: EventDate, b: EventDate) -> bool:
    """Whether two dates may be one: a day taken from the report's own yields to one told."""
    if a.start is None or b.start is None:
        return not (a.basis == "text" and b.basis == "text") or a.value == b.value
    (a0, a1), (b0, b1) = _days(a), _days(b)
    if a.basis == "text" and b.basis == "text":
        return a0 <= b1 and b0 <= a1
    return (a0 - b1).days <= SOFT_DAYS and (b0 - a1).days <= SOFT_DAYS


def _days(when: EventDate) -> tuple[date, date]:
    start = date.fromisoformat(when.start or "0001-01-01")
    return start, date.fromisoformat(when.end) if when.end else start


def _sets_fit(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether the parties of one are among those of the other, and two at least are shared."""
    x, y = set(a), set(b)
    smaller = min(len(x), len(y))
    return (x <= y or y <= x) and smaller > 0 and (smaller > 1 or x == y)


def _side_fits(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    x, y = set(a), set(b)
    return not x or not y or x <= y or y <= x


def _join(a: Event, b: Event) -> Event:
    """Put two mentions together; the one with more parties lends its trigger and rule."""
    main, other = (b, a) if _parties(b) > _parties(a) else (a, b)
    return msgspec.structs.replace(
        main,
        mode=main.mode or other.mode,
        contexts=tuple(dict.fromkeys((*main.contexts, *other.contexts))),
        actor=main.actor or other.actor,
        recipient=_recipients(main, other),
        evidence=_spans(a.evidence, b.evidence),
        historical=a.historical and b.historical,
        date=_better_date(main.date, other.date),
        place=main.place or other.place,
        attribution=_told_by(a, b),
        quantities=_quantities(a.quantities, b.quantities),
        confidence=max(a.confidence, b.confidence),
    )


def _recipients(main: Event, other: Event) -> tuple[str, ...]:
    """The recipients of an act told by two verbs in a sentence together, else the fuller ones."""
    if main.type in ONE_ACT and main.evidence == other.evidence:
        both = dict.fromkeys((*main.recipient, *other.recipient))
        return tuple(r for r in both if r not in main.actor)
    return main.recipient or other.recipient


def _parties(event: Event) -> int:
    return len(event.actor) + len(event.recipient)


def _spans(a: tuple[Span, ...], b: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple(sorted(dict.fromkeys((*a, *b))))


def _better_date(a: EventDate, b: EventDate) -> EventDate:
    order = {"text": 0, "published": 1, "unknown": 2}
    return min((a, b), key=lambda d: (order[d.basis], d.start is None))


def _told_by(a: Event, b: Event) -> Attribution | None:
    """What the report tells in its own voice as well needs nobody's word.

    What was only said (a request, a threat) keeps the word of who told it.
    """
    if a.type in VERBAL or (a.attribution is not None and b.attribution is not None):
        return a.attribution or b.attribution
    return None


def _quantities(a: tuple[Quantity, ...], b: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    found = {(q.what, q.value, q.low, q.high): q for q in (*b, *a)}
    return tuple(sorted(found.values(), key=lambda q: (q.span or (0, 0), q.what)))


def _dissolve(events: list[Event], named: frozenset[str]) -> list[Event]:
    """Let a summary ("met the two ministers") go into the events that tell it one by one."""
    left: list[Event] = []
    gone: dict[int, list[int]] = {}
    for n, event in enumerate(events):
        parts = [m for m, other in enumerate(events) if m != n and _is_part(other, event, named)]
        if parts and not any(n in sources for sources in gone.values()):
            gone[n] = parts
    for n, event in enumerate(events):
        if n in gone:
            continue
        wholes = [events[whole] for whole, parts in gone.items() if n in parts]
        left.append(reduce(_absorb, wholes, event))
    return left


def _is_part(part: Event, whole: Event, named: frozenset[str]) -> bool:
    if part.type != whole.type or part.mode != whole.mode or part.factuality != whole.factuality:
        return False
    if part.historical != whole.historical or not _dates_fit(part.date, whole.date):
        return False
    theirs, ours = _named(whole, named), _named(part, named)
    unnamed = len({*whole.actor, *whole.recipient}) - len(theirs)
    if whole.recipient and part.recipient and not set(whole.actor) & set(part.actor):
        return False
    if unnamed:
        return bool(theirs) and theirs < ours
    return whole.type == SYMMETRIC and len(ours) > 1 and ours < theirs


def _named(event: Event, named: frozenset[str]) -> frozenset[str]:
    return frozenset(p for p in (*event.actor, *event.recipient) if p in named)


def _absorb(event: Event, whole: Event) -> Event:
    return msgspec.structs.replace(
        event,
        evidence=_spans(event.evidence, whole.evidence),
        date=_better_date(event.date, whole.date),
        place=event.place or whole.place,
        attribution=_told_by(event, whole),
    )
