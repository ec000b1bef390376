"""Decides between candidates that fire on the same words, and drops what is swallowed."""

from __future__ import annotations

from collections.abc import Callable, Collection

from dragoman.extract import syntax
from dragoman.extract.predicates import Candidate
from dragoman.extract.syntax import children, is_verb
from dragoman.language.document import Token

Weight = Callable[[Candidate], float]
COMPLEMENT = frozenset({"xcomp", "ccomp", "pcomp", "dobj", "obj", "pobj", "acl", "conj", "advcl"})
OWN_VOICE = frozenset({"advcl", "relcl"})
ATTACHED = ("for", "of", "on", "to", "with", "from", "in", "over", "by", "against", "about")


def rank(candidate: Candidate) -> tuple[float, ...]:
    """Return how specific a candidate is; the highest of those on the same words is kept."""
    cls = candidate.event_class
    told = _told(candidate.actor_slot) + (_told(candidate.recipient_slot) or _both(candidate))
    return (
        told,
        len(candidate.matched) + (candidate.light is not None),
        len(cls.only),
        -len(candidate.recipient_slot),
    )


def _told(slot: str) -> bool:
    return bool(slot) and not slot.endswith("?") and slot != "below"


def _both(candidate: Candidate) -> bool:
    return candidate.event_class.symmetric and len(candidate.actor) > 1


def choose(
    candidates: list[Candidate],
    weight: Weight | None = None,
    silent: Collection[Candidate] = (),
) -> list[Candidate]:
    """Keep one candidate for each group of words, and none that another one swallows.

    Args:
        candidates: what `propose` returned.
        weight: a learned judgement to decide by, before `rank`.
        silent: those that make no event and leave their words to others, but still swallow.

    Returns:
        The candidates kept, in order of their triggers.
    """
    ordered = sorted(candidates, key=lambda c: _key(c, weight), reverse=True)
    taken: dict[Token, Candidate] = {}
    kept: list[Candidate] = []
    for candidate in ordered:
        claims = _claims(candidate)
        if candidate in silent:
            kept.append(candidate)
        elif not any(token in taken for token in claims):
            taken.update(dict.fromkeys(claims, candidate))
            kept.append(candidate)
    swallowed = {t: c for c in kept for t in _swallowed(c)}
    left = [c for c in kept if c.trigger not in swallowed and c not in silent]
    return sorted(left, key=lambda c: (c.trigger.i, c.rule))


def _key(candidate: Candidate, weight: Weight | None) -> tuple[float, ...]:
    learned = weight(candidate) if weight is not None else 0.0
    return (learned, *rank(candidate), -candidate.trigger.i)


def _claims(candidate: Candidate) -> list[Token]:
    tokens = [t for t in candidate.matched if t.pos not in ("ADP", "PART", "DET", "PRON")]
    return [*tokens, candidate.light] if candidate.light is not None else tokens


def _swallowed(candidate: Candidate) -> set[Token]:
    """Return the words of the complement of a candidate that leaves no event in it."""
    found: set[Token] = set()
    if candidate.event_class.swallow:
        start = [t for m in candidate.matched for t in _complements(m)]
        for token in start:
            _collect(token, found)
        found.difference_update(candidate.matched)
    return found


def _complements(token: Token) -> list[Token]:
    found = [t for t in syntax.clauses(token) if not _beside(t, token)]
    if is_verb(token):
        found += syntax.objects(token)
    for word in ATTACHED:
        found += syntax.prep_objects(token, word)
    return found


def _beside(clause: Token, verb: Token) -> bool:
    """Whether a clause before a verb that has its object stands on its own ("A fell; B rose")."""
    has_all = verb.child("dobj") is not None and clause.child(*syntax.SUBJECT) is not None
    return has_all and clause.i < verb.i


def _collect(token: Token, found: set[Token]) -> None:
    """Add a token and what hangs on it, but not clauses with a subject and tense of their own."""
    found.add(token)
    for child in token.children:
        own = child.dep in OWN_VOICE and bool(children(child, *syntax.SUBJECT))
        if not own and child not in found:
            _collect(child, found)
