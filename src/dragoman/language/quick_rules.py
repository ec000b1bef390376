"""Lemma, tag and part of speech as spaCy's attribute ruler and lemmatizer tell them, sooner.

What the rules say is kept for a word with its tag and dependency, and of the ruler's for all words
at once that no rule names. A pipeline whose rules look further is not taken.
"""

from __future__ import annotations

from typing import Any

REPLACED = ["attribute_ruler", "lemmatizer"]
MOST_ANSWERS = 300_000
Answer = tuple[str, str, str]  # lemma, tag, part of speech
# what a rule may look at for its answer to be the same wherever a word stands
_LEXICAL = {"ORTH", "TEXT", "LOWER", "NORM", "SHAPE", "TAG", "DEP", "IS_SPACE"}


class Rules:
    """What the attribute ruler and the lemmatizer say of a token, asked once for each kind.

    Raises:
        ValueError: the pipeline has others, or their rules look further than the token, its
            tag and its dependency.
    """

    def __init__(self, nlp: Any) -> None:
        names = [name for name, _ in nlp.pipeline]
        if [name for name in names if name in REPLACED] != REPLACED:
            raise ValueError("no attribute ruler and lemmatizer")
        self._steps = [nlp.get_pipe(name) for name in REPLACED]
        _index(self._steps[1])
        if getattr(self._steps[1], "mode", None) not in ("rule", "lookup"):
            raise ValueError("the lemmatizer looks at more than the token")
        self._vocab = nlp.vocab
        self._answers: dict[tuple[int, ...], Answer] = {}  # by word, tag and dependency
        self._ruled: dict[tuple[Any, ...], tuple[str, str, Any, str]] = {}
        self._words = _words(self._steps[0])
        self._several = self._rules_over_several(nlp.vocab)

    def _rules_over_several(self, vocab: Any) -> Any:
        """Return a matcher of the rules over several tokens; note what each cannot do without."""
        from spacy.matcher import Matcher

        matcher = Matcher(vocab)
        self._needed: list[tuple[str, frozenset[int]]] = []
        for number, rule in enumerate(self._steps[0].patterns):
            for pattern in rule["patterns"]:
                if any(set(token) - _LEXICAL for token in pattern):
                    raise ValueError("a rule looks at more than the token")
                if len(pattern) > 1:
                    matcher.add(str(number), [pattern])
                    self._needed.append(_needed(pattern, vocab.strings))
        return matcher

    def _may_hold_several(self, doc: Any) -> bool:
        """Whether a document has what one of the rules over several tokens cannot do without."""
        if not self._needed:
            return False
        columns = doc.to_array(["DEP", "LOWER"]).T.tolist()
        held = dict(zip(("DEP", "LOWER"), columns, strict=True))
        return any(not needed.isdisjoint(held[kind]) for kind, needed in self._needed)

    def __call__(self, doc: Any) -> list[Answer]:
        """Return lemma, tag and part of speech of each token."""
        if self._may_hold_several(doc) and self._several(doc):
            for step in self._steps:
                doc = step(doc)
            return [(token.lemma_, token.tag_, token.pos_) for token in doc]
        if len(self._answers) > MOST_ANSWERS:
            self._answers.clear()
            self._ruled.clear()
        known, found = self._answers, []
        for n, kind in enumerate(map(tuple, doc.to_array(["ORTH", "TAG", "DEP"]).tolist())):
            answer = known.get(kind)
            if answer is None:
                answer = known[kind] = self._ask(doc[n])
            found.append(answer)
        return found

    def _ask(self, token: Any) -> Answer:
        """Ask the ruler, once for all words that none of its rules names, then the lemmatizer."""
        named = token.orth if self._names_word(token) else None
        key = (named, token.is_space, token.tag, token.dep)
        ruled = self._ruled.get(key)
        if ruled is None:
            ruled = self._ruled[key] = self._rule(token)
        tag, pos, morph, lemma = ruled
        if not lemma or self._steps[1].overwrite:
            token.pos_, token.morph = pos, morph
            lemma = self._steps[1].lemmatize(token)[0]
        return lemma, tag, pos

    def _names_word(self, token: Any) -> bool:
        """Whether a rule asks for more of a word than its tag, dependency and being white space."""
        return self._words is None or token.lower_ in self._words

    def _rule(self, token: Any) -> tuple[str, str, Any, str]:
        """Return the tag, part of speech, morphology and lemma that the ruler gives to a word."""
        from spacy.tokens import Doc

        alone = Doc(
            self._vocab,
            words=[token.text],
            spaces=[False],
            tags=[token.tag_],
            deps=[token.dep_],
            heads=[0],
        )
        one = self._steps[0](alone)[0]
        return one.tag_, one.pos_, one.morph, one.lemma_


def _index(lemmatizer: Any) -> None:
    """Let the lemmatizer look words up in sets; it has lists of up to 60,000 of them."""
    table = lemmatizer.lookups.get_table("lemma_index", {})
    for key, words in table.items():
        table[key] = frozenset(words)


def _words(ruler: Any) -> frozenset[str] | None:
    """Return the words, in small letters, that rules name; None where they ask otherwise."""
    found: set[str] = set()
    for token in (t for rule in ruler.patterns for p in rule["patterns"] for t in p):
        test = token.get("LOWER", [])
        if set(token) - {"LOWER", "TAG", "DEP", "IS_SPACE"} or not _is_list(test):
            return None
        found.update(_values(test))
    return frozenset(found)


def _is_list(test: Any) -> bool:
    """Whether a matcher's test passes the values it names and no others."""
    return not isinstance(test, dict) or set(test) == {"IN"}


def _values(test: Any) -> list[str]:
    """Return the strings that a matcher's test names."""
    if isinstance(test, str | list):
        return [test] if isinstance(test, str) else test
    return [value for values in test.values() for value in values]


def _needed(pattern: list[dict[str, Any]], strings: Any) -> tuple[str, frozenset[int]]:
    """Return what a rule cannot do without: an attribute and the values of which it needs one.

    Raises:
        ValueError: it names none.
    """
    for token in pattern:
        for kind in ("DEP", "LOWER"):
            test = token.get(kind)
            if isinstance(test, str) or (isinstance(test, dict) and set(test) == {"IN"}):
                return kind, frozenset(strings[value] for value in _values(test))
    raise ValueError("a rule over several tokens names no word")
