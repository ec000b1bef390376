"""Whose word an event rests on: the statement it lies in, and how it is hedged."""

from __future__ import annotations

from dragoman.codebook.factuality import FactualityWords
from dragoman.extract.predicates import Candidate
from dragoman.records import Attribution, Statement


def attribute(
    candidate: Candidate, statements: list[Statement], words: FactualityWords
) -> Attribution | None:
    """Return the innermost statement around an event, or the hedge beside it, or None.

    Args:
        statements: those that touch the event's sentence.
    """
    start, end = candidate.trigger.span
    around = [s for s in statements if any(a <= start and end <= b for a, b in s.content)]
    hedge = _hedge(candidate, words)
    if not around:
        return Attribution(hedge=hedge) if hedge is not None else None
    inner = min(around, key=lambda s: (sum(b - a for a, b in s.content), s.id))
    source = inner.source.entity if inner.source is not None else None
    return Attribution(source=source, statement=inner.id, hedge=inner.hedge or hedge)


def _hedge(candidate: Candidate, words: FactualityWords) -> str | None:
    near = [*candidate.predicate.children, *candidate.trigger.children]
    for token in sorted(near, key=lambda t: t.i):
        if token.lower in words.hedges and token.dep in ("advmod", "amod"):
            return token.text
    return None
