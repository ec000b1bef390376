"""PLOVER contexts of an event, by the words of its clause."""

from __future__ import annotations

from dragoman.codebook.plover import PloverRules
from dragoman.extract.parties import lemma_of
from dragoman.extract.predicates import Candidate
from dragoman.language.document import Token

OTHER_CLAUSES = frozenset({"ccomp", "advcl", "relcl", "conj", "parataxis"})


def find_contexts(candidate: Candidate, rules: PloverRules) -> tuple[str, ...]:
    """Return the contexts of a candidate: its entry's own, then those its words tell."""
    tokens = clause_tokens(candidate)
    row = tuple(lemma_of(t) for t in tokens)
    found: set[str] = set()
    for n, word in enumerate(row):
        for name, phrase in rules.context_words.get(word, ()):
            if row[n : n + len(phrase)] == phrase:
                found.add(name)
    told = [name for name in rules.contexts if name in found]
    return tuple(dict.fromkeys((*candidate.contexts, *told)))


def clause_tokens(candidate: Candidate) -> list[Token]:
    """Return the words of an event's own clause, in order: its verb, parties, complements."""
    start = candidate.predicate
    found: set[Token] = set()
    todo = [start, candidate.trigger, *candidate.actor, *candidate.recipient]
    while todo:
        token = todo.pop()
        if token in found:
            continue
        found.add(token)
        swallowing = candidate.event_class.swallow
        todo += [c for c in token.children if swallowing or c.dep not in OTHER_CLAUSES]
    return sorted(found, key=lambda t: t.i)
