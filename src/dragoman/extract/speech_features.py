"""What the scorer of attribution sees of a word: as a cue, and as a part of a cue's statement.

The division into cues and the roles that hang on them follows PolNeAR (Newell, Margolin and
Ruths 2018): every attribution has a cue, and its source and content are found from there.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from dragoman.codebook.attribution import AttributionWords
from dragoman.language.document import Document, Sentence, Token

CUE_POS = frozenset({"VERB", "NOUN", "ADJ", "ADP"})
CUE_MARKS = frozenset({":", "―", "—", "–", "--"})
REACH = 140  # tokens to each side of a cue that may belong to its statement
CHAIN = 4  # heads above the cue that are looked at
PARAGRAPHS_BEHIND = 4
_BUCKETS = (1, 2, 3, 5, 8, 12, 20, 40)


_SIZES = tuple(sum(edge <= n for edge in _BUCKETS) for n in range(_BUCKETS[-1] + 1))


def bucket(n: int) -> int:
    """Return the order of magnitude of a distance, with its sign."""
    size = _SIZES[min(abs(n), _BUCKETS[-1])]
    return -size if n < 0 else size


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


def cue_features(view: View, token: Token) -> list[str]:
    """Return what is seen of a token that may be a cue."""
    lemma, cls = token.lemma.lower(), view.classes[token.i]
    head = token.head
    near = [view.word(token.i + d) for d in (-2, -1, 1, 2)]
    out = [
        "b",
        f"l={lemma}",
        f"t={token.tag}",
        f"c={cls}",
        f"d={token.dep}",
        f"ld={lemma}|{token.dep}",
        f"lt={lemma}|{token.tag}",
        f"cd={cls}|{token.dep}|{token.tag}",
        f"suf={lemma[-3:]}|{token.pos}",
        f"h={head.lemma}|{token.dep}",
        f"hc={view.classes[head.i]}|{token.dep}|{cls}",
        f"w-1={near[1]}",
        f"w+1={near[2]}",
        f"lw+1={lemma}|{near[2]}",
        f"lw-1={near[1]}|{lemma}",
        f"w-2={near[0]}|{near[1]}",
        f"w+2={near[2]}|{near[3]}",
        f"q={view.quote_kind(token)}",
        f"qc={view.quote_kind(token)}|{cls}",
        f"qd={view.quote_kind(token)}|{token.pos}|{token.dep}",
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


@dataclass(slots=True)
class Arm:
    """A branch of the tree around a cue: how far up it leaves, its top word and its label."""

    level: int
    dep: str
    top: Token
    cue: Token


def arms(cue: Token) -> dict[int, tuple[Arm, str]]:
    """Return for each token of the cue's tree its arm and the label of its second step."""
    chain = [cue]
    for above in cue.ancestors():
        chain.append(above)
        if len(chain) > CHAIN:
            break
    found: dict[int, tuple[Arm, str]] = {}
    for level, node in enumerate(chain):
        below = chain[level - 1] if level else None
        found[node.i] = (Arm(level, "self", node, cue), "")
        for child in node.children:
            if child is not below:
                _spread(child, Arm(level, child.dep, child, cue), found)
    return found


def _spread(child: Token, arm: Arm, found: dict[int, tuple[Arm, str]]) -> None:
    found[child.i] = (arm, "top")
    for second in child.children:
        label = second.dep + ("<" if second.i < child.i else ">")
        for token in second.subtree():
            found[token.i] = (arm, label)


def reach(view: View, cue: Token) -> list[Token]:
    """Return the tokens that may belong to a cue's statement, in order of the text.

    The cue's paragraph near it, and quotations of the paragraphs beside it.
    """
    doc = view.doc
    low = max(0, cue.i - REACH)
    home = doc.sentence_of(cue).paragraph
    found = []
    for token in doc.tokens[low : cue.i + 2 * REACH]:
        away = doc.sentence_of(token).paragraph - home
        if away == 0:
            if token.i <= cue.i + REACH:
                found.append(token)
        elif away == -1 or 0 < away <= PARAGRAPHS_BEHIND:
            if view.quote[token.i] >= 0 and doc.quotes[view.quote[token.i]].apart:
                found.append(token)
        elif away > 0:
            break
    return found


class Seen(NamedTuple):
    """What is seen of a token around a cue.

    Attributes:
        shared: features that several tokens have alike, each list with what tells it.
        own: the token's own.
    """

    shared: tuple[tuple[Hashable, list[str]], ...]
    own: list[str]

    @property
    def features(self) -> list[str]:
        """All of them."""
        return [*(name for _, names in self.shared for name in names), *self.own]


class RoleSight:
    """The features of every token around one cue, for its part in the cue's statement."""

    def __init__(self, view: View, cue: Token) -> None:
        self.view = view
        self.cue = cue
        self.cls = view.classes[cue.i] or cue.pos
        self.lemma = cue.lemma.lower()
        self.own = arms(cue)
        self.tokens = reach(view, cue)
        self.quote = view.quote[cue.i]
        self.takes = ".".join(
            sorted({c.dep for c in cue.children if c.dep in ("ccomp", "xcomp", "dobj", "nsubj")})
        )
        self._arms: dict[int, list[str]] = {}
        self._groups: dict[int, tuple[str, list[str]]] = {}
        self._slots: dict[tuple[str, str], list[str]] = {}

    def rows(self) -> list[Seen]:
        """Return what is seen of each token."""
        out = []
        for token in self.tokens:
            arm = self.own.get(token.i)
            if arm is not None:
                key = f"{arm[0].level}{arm[0].dep}{'<' if token.i < self.cue.i else '>'}"
                shared, second, top = self._arm(arm[0]), arm[1], arm[0].top
                branch: Hashable = ("arm", top.i)
            else:
                sentence = self.view.doc.sentence_of(token)
                key, shared = self._group(sentence)
                second, top = token.dep, sentence.root
                branch = ("sentence", sentence.i)
            slot = (key, second)
            if slot not in self._slots:
                self._slots[slot] = self._slot(key, second)
            groups = ((branch, shared), (slot, self._slots[slot]))
            out.append(Seen(groups, self._token(token, key, second, top)))
        return out

    def _slot(self, key: str, second: str) -> list[str]:
        return [
            f"s={key}|{second}",
            f"sc={key}|{second}|{self.cls}",
            f"sl={key}|{second}|{self.lemma}",
        ]

    def _arm(self, arm: Arm) -> list[str]:
        known = self._arms.get(arm.top.i)
        if known is not None:
            return known
        top, cls, lemma = arm.top, self.cls, self.lemma
        side = "<" if top.i < self.cue.i else ">"
        key = f"{arm.level}{arm.dep}{side}"
        opens = top.children[0].lower if top.children else ""
        near = bucket(top.i - self.cue.i)
        kind = self.view.quote_kind(top)
        out = [
            f"A={key}",
            f"Al={key}|{lemma}",
            f"Ac={key}|{cls}",
            f"At={key}|{self.takes}|{cls}",
            f"Ad={key}|{self.cue.dep}",
            f"Adc={key}|{self.cue.dep}|{cls}",
            f"Ap={key}|{top.pos}|{top.ent}",
            f"Aw={key}|{top.lower}",
            f"Awl={key}|{top.lower}|{lemma}",
            f"Ao={key}|{opens}",
            f"An={key}|{near}",
            f"Aq={key}|{kind}|{self.view.quote_kind(self.cue)}",
            f"Am={key}|{self.cue.pos}|{self.cue.tag}",
            f"Aj={key}|{self.view.classes[top.i]}|{self.view.cue_scores[top.i] > 0.5}|{cls}",
        ]
        self._arms[top.i] = out
        return out

    def _group(self, sentence: Sentence) -> tuple[str, list[str]]:
        """Sentences apart from the cue's tree: utterances, and sentences around."""
        known = self._groups.get(sentence.i)
        if known is not None:
            return known
        view, cue, doc = self.view, self.cue, self.view.doc
        n = view.quote[sentence.tokens[0].i]
        kind = "r" if n < 0 else ("u" if doc.quotes[n].apart else "q")
        same = n >= 0 and n == self.quote
        home = doc.sentence_of(cue)
        side = "<" if sentence.tokens[0].i < cue.i else ">"
        away = sentence.paragraph - home.paragraph
        inside = home.tokens[0].i < sentence.tokens[0].i < home.tokens[-1].i
        rival = self._rival(sentence, n)
        between = self._frames_between(sentence)
        key = f"G{kind}{side}{int(same)}{min(2, abs(away))}"
        continued = n >= 0 and doc.quotes[n].continues is not None
        shape = f"{between}|{int(inside)}|{int(continued)}"
        out = [
            f"{key}",
            f"{key}|{shape}",
            f"{key}|{shape}|{rival}",
            f"{key}|{rival}|{view.quote_kind(cue)}",
            f"{key}|l|{self.lemma}",
            f"{key}|c|{self.cls}|{between}",
            f"{key}|t|{self.takes}|{shape}",
            f"{key}|d|{cue.dep}|{between}|{self.takes}",
            f"{key}|h|{self._gap(sentence)}",
            f"{key}|a|{away}|{rival}|{home.tokens[-1].text}",
        ]
        self._groups[sentence.i] = (key, out)
        return key, out

    def _gap(self, sentence: Sentence) -> str:
        """The word nearest to the sentence on the cue's side, and its last."""
        first, last = sentence.tokens[0].i, sentence.tokens[-1].i
        if first > self.cue.i:
            return ">" + self.view.word(first - 1)
        return "<" + self.view.word(last) + self.view.word(last + 1)

    def _rival(self, sentence: Sentence, quote: int) -> str:
        """Whether another likely cue in the report's voice stands nearer to the sentence."""
        first, last = sentence.tokens[0].i, sentence.tokens[-1].i
        low, high = (self.cue.i + 1, first) if first > self.cue.i else (last + 1, self.cue.i)
        scores = self.view.cue_scores
        level = int(self.quote >= 0)
        best = max(
            (scores[i] for i in range(low, high) if int(self.view.quote[i] >= 0) <= level),
            default=0.0,
        )
        after = ""
        if first > self.cue.i:
            beyond = [
                scores[i]
                for i in range(last + 1, min(last + 12, len(scores)))
                if self.view.quote[i] < 0
            ]
            after = "+" if max(beyond, default=0.0) > 0.5 else ""
        return ("2" if best > 0.5 else "1" if best > 0.2 else "0") + after

    def _frames_between(self, sentence: Sentence) -> int:
        """How many sentences in the report's voice stand between this and the cue's."""
        home = self.view.doc.sentence_of(self.cue)
        low, high = sorted((sentence.i, home.i))
        count = 0
        for other in self.view.doc.sentences[low + 1 : high]:
            count += other.quote is None
        return min(3, count)

    def _token(self, token: Token, key: str, second: str, top: Token) -> list[str]:
        view, i = self.view, token.i
        kind = view.quote_kind(token)
        gap = bucket(i - self.cue.i)
        word, pos = token.lower, token.pos
        after = view.word(i + 1)
        return [
            f"w={word}",
            f"p={pos}|{kind}",
            f"sp={key}|{second}|{pos}",
            f"sw={key}|{second}|{word}",
            f"sq={key}|{second}|{kind}",
            f"n={gap}|{key}",
            f"nl={gap}|{self.lemma}|{word}",
            f"t={bucket(i - top.i)}|{key}",
            f"w+={after}|{key}",
            f"w-={view.word(i - 1)}|{key}",
            f"d={token.dep}|{key}|{self.cls}",
            f"x={token.dep}|{pos}|{second}",
            f"e={token.ent}|{key}",
        ]
