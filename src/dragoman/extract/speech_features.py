"""What the scorer of attribution sees of a word as a cue.

The division into cues and the roles that hang on them follows PolNeAR (Newell, Margolin and
Ruths 2018): every attribution has a cue, and its source and content are found from there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dragoman.codebook.attribution import AttributionWords
from dragoman.language.document import Document, Sentence, Token

CUE_POS = frozenset({"VERB", "NOUN", "ADJ", "ADP"})
CUE_MARKS = frozenset({":", "―", "—", "–", "--"})
CHAIN = 4  # heads above the cue that are looked at
FRAME_END = "\t"  # between the frame of a feature and its value
_BUCKETS = (1, 2, 3, 5, 8, 12, 20, 40)


_SIZES = tuple(sum(edge <= n for edge in _BUCKETS) for n in range(_BUCKETS[-1] + 1))


def bucket(n: int) -> int:
    """Return the order of magnitude of a distance, with its sign."""
    size = _SIZES[min(abs(n), _BUCKETS[-1])]
    return -size if n < 0 else size


GAPS = tuple(str(n) for n in range(-len(_BUCKETS), len(_BUCKETS) + 1))  # names of magnitudes
_GAP_OF = np.array([bucket(n) + len(_BUCKETS) for n in range(-_BUCKETS[-1], _BUCKETS[-1] + 1)])


def gaps(distances: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the order of magnitude of each distance, as an index in `GAPS`."""
    return np.asarray(_GAP_OF[np.clip(distances, -_BUCKETS[-1], _BUCKETS[-1]) + _BUCKETS[-1]])


@dataclass(slots=True)
class View:
    """A document as the scorer sees it.

    Attributes:
        doc: the document.
        classes: cue class of each token, or "".
        quote: index of the outer quotation around each token, or -1.
        cue_scores: probability that a token is a cue; filled after the first step.
    """

    doc: Document
    classes: list[str]
    quote: list[int]
    cue_scores: list[float]
    _quoted: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, doc: Document, words: AttributionWords) -> View:
        """Look at a document."""
        quote = [-1] * len(doc.tokens)
        for n, found in enumerate(doc.quotes):
            if found.depth == 0:
                for token in doc.tokens_in(found.outer):
                    quote[token.i] = n
        classes = [words.class_of(t.pos, t.lemma) for t in doc.tokens]
        return cls(doc, classes, quote, [0.0] * len(doc.tokens))

    def size(self) -> int:
        """The words of the document."""
        return len(self.doc.tokens)

    def word(self, i: int) -> str:
        """Return a word in small letters, or "" outside the text."""
        return self.doc.tokens[i].lower if 0 <= i < len(self.doc.tokens) else ""

    def quote_kind(self, token: Token) -> str:
        """Return "u" in an utterance, "q" in a few quoted words, "" in the report's voice."""
        n = self.quote[token.i]
        if n < 0:
            return ""
        return "u" if self.doc.quotes[n].apart else "q"

    def quoted(self, sentence: Sentence) -> str:
        """Return how quotations stand before, in and after a sentence."""
        known = self._quoted.get(sentence.i)
        if known is not None:
            return known
        before = after = inside = ""
        first, last = sentence.tokens[0].i, sentence.tokens[-1].i
        if first:
            before = self.quote_kind(self.doc.tokens[first - 1])
        if last + 1 < len(self.doc.tokens):
            after = self.quote_kind(self.doc.tokens[last + 1])
        if any(self.quote[t.i] >= 0 for t in sentence.tokens):
            inside = "i"
        if last - first + 1 != len(sentence.tokens):
            inside += "c"
        found = self._quoted[sentence.i] = f"{before}.{inside}.{after}"
        return found


def is_candidate(token: Token) -> bool:
    """Whether a token may be the head of a cue."""
    if token.pos in CUE_POS:
        return True
    if token.pos == "AUX":
        return token.dep not in ("aux", "auxpass")
    return token.text in CUE_MARKS or (token.pos == "PROPN" and token.dep == "ROOT")


class Word(NamedTuple):
    """What a word is by itself, whatever stands around it."""

    lemma: str
    tag: str
    pos: str
    dep: str
    cls: str


def word_of(view: View, token: Token) -> Word:
    """Return what a token is by itself."""
    return Word(token.lemma.lower(), token.tag, token.pos, token.dep, view.classes[token.i])


def cue_features(view: View, token: Token) -> list[str]:
    """Return what is seen of a token that may be a cue."""
    return word_features(word_of(view, token)) + context_features(view, token)


def word_features(word: Word) -> list[str]:
    """Return what is seen of a word that may be a cue by itself."""
    lemma, tag, pos, dep, cls = word
    return [
        "b",
        f"l={lemma}",
        f"t={tag}",
        f"c={cls}",
        f"d={dep}",
        f"ld={lemma}|{dep}",
        f"lt={lemma}|{tag}",
        f"cd={cls}|{dep}|{tag}",
        f"suf={lemma[-3:]}|{pos}",
    ]


def context_features(view: View, token: Token) -> list[str]:
    """Return what is seen around a token that may be a cue."""
    lemma, cls = token.lemma.lower(), view.classes[token.i]
    head = token.head
    near = [view.word(token.i + d) for d in (-2, -1, 1, 2)]
    kind = view.quote_kind(token)
    out = [
        f"h={head.lemma}|{token.dep}",
        f"hc={view.classes[head.i]}|{token.dep}|{cls}",
        f"w-1={near[1]}",
        f"w+1={near[2]}",
        f"lw+1={lemma}|{near[2]}",
        f"lw-1={near[1]}|{lemma}",
        f"w-2={near[0]}|{near[1]}",
        f"w+2={near[2]}|{near[3]}",
        f"q={kind}",
        f"qc={kind}|{cls}",
        f"qd={kind}|{token.pos}|{token.dep}",
        f"s0={token.sent == 0}",
    ]
    out += _around(view, token, cls, lemma)
    for child in token.children:
        out += _child_features(view, child, cls, lemma, token.pos)
    return out + _understood(view, token, cls, lemma)


def _around(view: View, token: Token, cls: str, lemma: str) -> list[str]:
    """Quotations beside the token's sentence."""
    sentence = view.doc.sentence_of(token)
    key = view.quoted(sentence)
    size = bucket(len(sentence.tokens))
    return [f"a={key}", f"ac={key}|{cls}", f"al={key}|{lemma}", f"as={key}|{size}|{token.dep}"]


def _child_features(view: View, child: Token, cls: str, lemma: str, pos: str) -> list[str]:
    dep, side = child.dep, "<" if child.i < child.head.i else ">"
    out = [f"k={dep}{side}|{pos}", f"kc={dep}{side}|{cls}"]
    if dep in ("nsubj", "nsubjpass", "poss", "agent"):
        out += [
            f"ks={dep}|{child.lemma.lower()}",
            f"kle={dep}|{child.ent}|{lemma}",
            f"ke={dep}|{child.ent}|{child.pos}|{cls}",
        ]
        out.append(f"ksc={dep}|{child.lemma.lower()}|{cls}")
    elif dep in ("prep", "prt", "dobj", "neg", "aux", "mark", "acomp", "advmod"):
        out += [f"kw={dep}|{child.lower}", f"kl={lemma}|{dep}|{child.lower}", f"kx={lemma}|{dep}"]
        if dep == "prep":
            out += [f"kp={child.lower}|{c.lemma}|{pos}" for c in child.children]
        elif dep == "dobj":
            out += [f"kd={view.classes[child.i]}|{cls}", f"kdl={child.lemma}|{cls}"]
    elif dep in ("ccomp", "xcomp", "acl", "relcl"):
        out.append(f"kv={dep}|{child.lemma}|{cls}")
        opens = child.children[0].lower if child.children else ""
        out += [f"kl={lemma}|{dep}", f"ko={dep}|{opens}|{pos}", f"koc={dep}|{opens}|{cls}"]
    return out


def _understood(view: View, token: Token, cls: str, lemma: str) -> list[str]:
    """The subject of a verb without its own, and where the token hangs."""
    out = []
    if token.pos in ("VERB", "AUX") and token.child("nsubj", "nsubjpass") is None:
        for above in list(token.ancestors())[:3]:
            subject = above.child("nsubj", "nsubjpass")
            if subject is not None:
                out.append(f"u={subject.ent}|{subject.pos}|{cls}|{token.dep}")
                break
    for n, above in enumerate(token.ancestors()):
        if view.classes[above.i]:
            out += [f"up={view.classes[above.i]}|{n}|{cls}", f"ul={above.lemma}|{cls}"]
            break
        if n > CHAIN:
            break
    else:
        out.append(f"top|{cls}|{lemma}")
    return out


def second_look(view: View, token: Token) -> list[str]:
    """Return what the first scores of a candidate and of those around it tell."""
    scores, i = view.cue_scores, token.i
    own = _tenth(scores[i])
    kid, label = max(((scores[c.i], c.dep) for c in token.children), default=(0.0, ""))
    left = max(scores[max(0, i - 4) : i], default=0.0)
    right = max(scores[i + 1 : i + 5], default=0.0)
    beside = [scores[t.i] for t in view.doc.sentence_of(token).tokens if t is not token]
    above = [scores[t.i] for t in islice(token.ancestors(), CHAIN)]
    head = _tenth(scores[token.head.i])
    return [
        f"z={own}",
        f"zh={own}|{head}|{token.dep}",
        f"zk={own}|{_tenth(kid)}|{label}",
        f"zl={own}|{_tenth(left)}",
        f"zr={own}|{_tenth(right)}",
        f"zs={own}|{_tenth(max(beside, default=0.0))}",
        f"zu={_tenth(max(above, default=0.0))}|{token.dep}|{view.classes[i]}",
        f"zd={head}|{token.dep}|{token.pos}",
        f"zq={own}|{view.quote_kind(token)}",
    ]


def _tenth(score: float) -> int:
    return min(9, int(score * 10))
