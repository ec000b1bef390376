"""PLOVER contexts of an event, by the words of its clause."""

from __future__ import annotations

from dragoman.codebook.plover import PloverRules
from dragoman.codebook.plover_words import WordTest
from dragoman.extract.parties import lemma_of
from dragoman.extract.predicates import Candidate
from dragoman.language.document import Token

OTHER_CLAUSES = frozenset({"ccomp", "advcl", "relcl", "conj", "parataxis"})


def find_contexts(candidate: Candidate, rules: PloverRules) -> tuple[str, ...]:
    """Return the contexts of a candidate: its entry's own, then those its words tell."""
    tokens = clause_tokens(candidate)
    row = [lemma_of(t) for t in tokens]
    told = [name for name, test in rules.contexts.items() if _stands(row, test)]
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


def _stands(row: list[str], test: WordTest) -> bool:
    if not test.words.isdisjoint(row):
        return True
    return any(
        tuple(row[i : i + len(phrase)]) == phrase
        for i, word in enumerate(row)
        for phrase in test.starts.get(word, ())
    )
