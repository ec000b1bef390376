"""Events: who did what to whom, coded from the candidates that the codebook proposes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import msgspec

from dragoman.codebook import Codebook
from dragoman.extract.attribution import attribute
from dragoman.extract.choose import choose
from dragoman.extract.contexts import find_contexts
from dragoman.extract.event_place import place_event, place_of_visit, place_struck
from dragoman.extract.event_time import date_event
from dragoman.extract.factuality import find_factuality
from dragoman.extract.history import is_old, told_as_past
from dragoman.extract.merge import merge_events, place_by_visit
from dragoman.extract.parties import Lexicon, lexicon_of, parties
from dragoman.extract.predicates import Candidate, name, propose
from dragoman.extract.quantities import Numbers
from dragoman.extract.weigh import least_confidence, weigh
from dragoman.language.document import Document, Token, span_of
from dragoman.records import Event, EventDate, Span, Statement, Time

if TYPE_CHECKING:
    from dragoman.extract.entities import Entities
    from dragoman.extract.places import Places
    from dragoman.extract.speech import Speech

T = TypeVar("T")
PLURAL = frozenset({"NNS", "NNPS"})


@dataclass(frozen=True, slots=True)
class _Coder:
    """What coding one document's candidates needs."""

    doc: Document
    cb: Codebook
    entities: Entities
    places: Places
    times: dict[int, list[Time]]
    statements: dict[int, list[Statement]]
    published: date | None
    lexicon: Lexicon
    numbers: Numbers


def find_events(
    doc: Document,
    cb: Codebook,
    entities: Entities,
    places: Places,
    times: list[Time],
    speech: list[Speech],
    statements: list[Statement],
    published: date | None,
) -> list[Event]:
    """Return the events of a report, merged where it tells one several times.

    Args:
        doc: the annotated report.
        cb: the codebook.
        entities: who was found in it.
        places: where, as found in it.
        times: when, as found in it.
        speech: who speaks where, before entities are known (kept for the flow's signature).
        statements: its statements; an event inside one is attributed to its source.
        published: the day the report came out, where known.

    Returns:
        Events in order of their triggers, with ids "ev1", "ev2", ….
    """
    coder = _Coder(
        doc,
        cb,
        entities,
        places,
        _by_sentence(doc, [(time, (time.span,)) for time in times]),
        _by_sentence(doc, [(statement, statement.content) for statement in statements]),
        published,
        lexicon_of(cb),
        Numbers(doc, cb.plover.quantities),
    )
    separate = cb.plover.word_set("separate")
    coded = [part for c, event in _coded(coder) for part in _apart(event, c, separate)]
    return merge_events(place_by_visit(coded), entities.records())


def _by_sentence(doc: Document, told: list[tuple[T, tuple[Span, ...]]]) -> dict[int, list[T]]:
    """Return what touches each sentence, in the order given."""
    found: dict[int, list[T]] = {}
    for one, spans in told:
        for sentence in sorted({t.sent for span in spans for t in doc.tokens_in(span)}):
            found.setdefault(sentence, []).append(one)
    return found


def _coded(coder: _Coder) -> list[tuple[Candidate, Event]]:
    """Return the candidates that are likely events with the events they make.

    A candidate that tells too few parties gives way to the next on its words.

    Raises:
        OSError: the weights of `weigh` are missing.
    """
    proposed = propose(coder.doc, coder.cb)
    sure = {w.candidate: w.confidence for w in weigh(proposed, coder.doc, coder.cb)}
    likely = [c for c in proposed if sure[c] >= least_confidence(c)]
    made: dict[Candidate, Event | None] = {}
    untold: set[Candidate] = set()
    while True:
        kept = choose(likely, sure.__getitem__, untold)
        new = [c for c in kept if c not in made]
        made.update((c, _code(c, coder, sure[c])) for c in new)
        untold.update(c for c in new if made[c] is None)
        if all(made[c] is not None for c in new):
            return [(c, event) for c in kept if (event := made[c]) is not None]


def _code(candidate: Candidate, coder: _Coder, confidence: float) -> Event | None:
    rules = coder.cb.plover
    actor = _resolved(candidate.actor, candidate.actor_slot, coder)
    recipient = _recipients(candidate, actor, coder)
    if not is_told(candidate, actor, recipient):
        return None
    when, historical = _when(candidate, coder)
    factuality = find_factuality(candidate, coder.doc, rules.factuality)
    if factuality in ("future", "hypothetical") and when.basis == "published":
        when = EventDate()  # what is to come has no day until one is told
    return Event(
        id="",
        type=candidate.type,
        mode=candidate.mode,
        contexts=find_contexts(candidate, rules),
        cameo=candidate.cameo,
        score=rules.score(candidate.type, candidate.mode),
        actor=actor,
        recipient=recipient,
        trigger=trigger_span(candidate),
        evidence=(coder.doc.sentence_of(candidate.trigger).span,),
        factuality=factuality,
        historical=historical,
        date=when,
        place=_where(candidate, coder, historical),
        attribution=attribute(
            candidate, coder.statements.get(candidate.sentence, []), rules.factuality
        ),
        quantities=coder.numbers.of(candidate),
        confidence=confidence,
        rule=candidate.rule,
    )


def _apart(event: Event, candidate: Candidate, separate: frozenset[str]) -> list[Event]:
    """Return one event for each other side, where "separate talks" were held with several."""
    words = {t.lower for m in (*candidate.matched, candidate.predicate) for t in m.children}
    if len(event.actor) < 3 or not candidate.event_class.symmetric or not words & separate:
        return [event]
    first, *others = event.actor
    return [msgspec.structs.replace(event, actor=(first, other)) for other in others]


def _when(candidate: Candidate, coder: _Coder) -> tuple[EventDate, bool]:
    words = coder.cb.plover.factuality
    past = told_as_past(candidate.predicate, coder.doc, words)
    when = date_event(
        candidate.trigger,
        coder.doc,
        coder.times.get(candidate.sentence, []),
        coder.published,
        coder.cb.times,
        past,
    )
    return when, past or is_old(when, coder.published, words)


def _resolved(heads: tuple[Token, ...], slot: str, coder: _Coder) -> tuple[str, ...]:
    """Return the ids of the entities that noun phrases stand for, each once, in order.

    Where a head stands for nobody, the parties inside its phrase are asked; an abstract thing
    ("steps", "a decision") is nobody.
    """
    found: dict[str, None] = {}
    for head in heads:
        nobody = slot.endswith("?") and coder.entities.at(head) is None
        ids = () if nobody else coder.entities.resolve(head)
        if not ids:
            inside = [t for t in parties(head, coder.lexicon) if t is not head]
            ids = tuple(i for t in inside for i in coder.entities.resolve(t))
        found.update(dict.fromkeys(ids))
    return tuple(found)


def _recipients(candidate: Candidate, actor: tuple[str, ...], coder: _Coder) -> tuple[str, ...]:
    """Return whom it was done to; where the entry allows it, the site or the place."""
    suffers = candidate.event_class.sites_suffer
    heads = _sites(candidate, coder) if suffers else []
    if not heads:
        done_to = _resolved(candidate.recipient, candidate.recipient_slot, coder)
        found = tuple(r for r in done_to if r not in actor)
        if found or not suffers:
            return found
        slots = (candidate.slots.get(name(path), ()) for path in candidate.event_class.recipient)
        heads = [t for tokens in slots for t in tokens]
    sites = (tuple(s for s in coder.entities.sites(head) if s not in actor) for head in heads)
    return next((found for found in sites if found), ())


def _sites(candidate: Candidate, coder: _Coder) -> list[Token]:
    """Return the sites where the recipients are but the places of them: "a hotel in Lima"."""
    words = coder.cb.actors
    heads = []
    for token in candidate.recipient:
        head = token.head.head
        site = words.sites.get(head.lemma.lower())
        in_it = token.dep == "pobj" and token.head.lower in words.scenes
        if site is None or not site.sectors or not in_it or coder.places.at(token) is None:
            return []
        heads.append(head)
    return heads


def is_told(candidate: Candidate, actor: tuple[str, ...], recipient: tuple[str, ...]) -> bool:
    """Whether enough parties are told.

    The actor, save with verbs of types where it is often left open; the recipient where PLOVER
    or the entry needs it; of a symmetric event two, or one that is several ("both governments").
    """
    needed = candidate.event_class.actor_required or candidate.kind == "noun"
    if not actor and (needed or not recipient):
        return False
    if candidate.event_class.symmetric:
        return len(actor) + len(recipient) > 1 or any(t.tag in PLURAL for t in candidate.actor)
    return bool(recipient) or not candidate.event_class.recipient_required


def _where(candidate: Candidate, coder: _Coder, historical: bool) -> str | None:
    """Return the place told with an event: with its word, with what hangs on that by a
    preposition ("talks, including in Oslo"), or with the light verb that carries it.
    """
    if candidate.mode == "visit":
        visited = place_of_visit(candidate.recipient, coder.places)
        if visited is not None and coder.places.is_local(visited):
            return visited
    around = [t for t in candidate.trigger.children if t.dep == "prep"]
    light = [candidate.light] if candidate.light is not None else []
    for token in (candidate.trigger, *around, *light):
        found = place_event(token, coder.doc, coder.places, historical=historical)
        if found is not None:
            return found
    if candidate.event_class.sites_suffer and candidate.recipient:
        found = place_struck(candidate.recipient, coder.places)
        if found is not None:
            return found
    return place_of_visit(candidate.recipient, coder.places) if candidate.mode == "visit" else None


def trigger_span(candidate: Candidate) -> tuple[int, int]:
    """Return the span of the words that fired; the head word where others stand far off."""
    tokens = candidate.matched
    close = tokens[-1].i - tokens[0].i < len(tokens) + 1
    return span_of(tokens) if close else candidate.trigger.span
