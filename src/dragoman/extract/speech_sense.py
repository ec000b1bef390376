"""Whether what a cue claims can be somebody's words: near enough to it, and no mere deed.

The scorer of the words around a cue sees each by itself; these look at what it claimed as a whole.
"""

from __future__ import annotations

from collections import defaultdict

from dragoman.codebook.attribution import AttributionWords
from dragoman.extract.speech_features import View
from dragoman.extract.syntax import is_verb
from dragoman.language.document import Token

_MOST_OF_SENTENCE = (
    0.6  # an unquoted sentence beside that of the cue is content whole or not at all
)
_CLAUSES = frozenset({"ccomp", "xcomp"})


def in_reach(view: View, cue: Token, content: list[Token]) -> list[Token]:
    """Leave out stray words of other sentences.

    What nobody quotes goes beyond the sentence of the cue only by whole sentences in a row.
    """
    by_sentence: dict[int, list[Token]] = defaultdict(list)
    for token in content:
        by_sentence[token.sent].append(token)
    kept = {cue.sent}
    for step in (-1, 1):
        sent = cue.sent + step
        while _is_whole(view, by_sentence.get(sent, ())):
            kept.add(sent)
            sent += step
    return [t for t in content if t.sent in kept or view.quote[t.i] >= 0]


def _is_whole(view: View, claimed: list[Token] | tuple[Token, ...]) -> bool:
    if not claimed:
        return False
    sentence = view.doc.sentence_of(claimed[0])
    return len(claimed) > _MOST_OF_SENTENCE * len(sentence.tokens)


def is_deed(
    view: View, words: AttributionWords, cue: Token, source: list[Token], content: list[Token]
) -> bool:
    """Whether a cue tells what somebody did, not what was said.

    A clause or a quotation tells words whatever the verb: "ordered, banned or approved that …".
    """
    if any(view.quote[t.i] >= 0 for t in content):
        return False
    tells = any(t.dep in _CLAUSES and t.head is cue for t in content)
    if tells:
        return False
    mute = any(t.lemma.lower() in words.mute for t in source if t.head not in source)
    return is_verb(cue) and (mute or cue.lemma.lower() in words.deeds)
