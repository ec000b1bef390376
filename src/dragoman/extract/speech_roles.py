"""What the scorer of attribution sees of the words around a cue, for their part in its statement.

The roles that hang on a cue follow PolNeAR (Newell, Margolin and Ruths 2018): every attribution has
a cue, and its source and content are found from there.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

from dragoman.extract.speech_features import CHAIN, View, bucket
from dragoman.language.document import Sentence, Token

REACH = 140  # tokens to each side of a cue that may belong to its statement
PARAGRAPHS_BEHIND = 4


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
