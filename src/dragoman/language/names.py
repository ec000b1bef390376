"""Names carried through a document: a surname alone is who bore it with a full name.

The small model labels a surname by its sentence alone, and calls the same man a person here and
a nation there; the full name elsewhere in the text is better evidence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dragoman.language.document import Token

PERSON = "PERSON"
_SHORTEST = 3


def carry_names(tokens: list[Token]) -> None:
    """Label as a person every lone surname of somebody whom the text names in full.

    Args:
        tokens: a document's tokens in order; their entity labels are mended in place.
    """
    runs = list(_runs(tokens))
    surnames = {
        run[-1].text
        for run in runs
        if run[0].ent == PERSON and len(run) > 1 and _is_surname(run[-1])
    }
    if not surnames:
        return
    places = Counter(run[0].text for run in runs if len(run) == 1 and run[0].ent in ("GPE", "LOC"))
    people = Counter(run[-1].text for run in runs if run[0].ent == PERSON)
    alone = {run[0].i for run in runs if len(run) == 1}
    for token in tokens:
        if token.text not in surnames or token.ent == PERSON or not token.tag.startswith("NNP"):
            continue
        if places[token.text] > people[token.text] or (token.ent and token.i not in alone):
            continue
        if not _in_name(token, tokens):
            token.ent, token.ent_start = PERSON, True


def _is_surname(token: Token) -> bool:
    return len(token.text) >= _SHORTEST and token.text[0].isupper() and token.text.isalpha()


def _in_name(token: Token, tokens: list[Token]) -> bool:
    """Whether a token is part of a longer name ("Haftar Street", "the Haftar family")."""
    after = tokens[token.i + 1] if token.i + 1 < len(tokens) else None
    return token.dep == "compound" and after is not None and after.tag.startswith("NNP")


def _runs(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each entity of the model."""
    run: list[Token] = []
    for token in tokens:
        if run and (not token.ent or token.ent_start or token.ent != run[0].ent):
            yield run
            run = []
        if token.ent:
            run.append(token)
    if run:
        yield run
