"""What the scorer of attribution sees of the words around a cue, for their part in its statement.

The roles that hang on a cue follow PolNeAR (Newell, Margolin and Ruths 2018): every attribution has
a cue, and its source and content are found from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from dragoman.extract.speech_features import CHAIN, FRAME_END, View, bucket, gap_name
from dragoman.language.document import Sentence, Token

REACH = 140  # tokens to each side of a cue that may belong to its statement
PARAGRAPHS_BEHIND = 4
MOST_SLOTS = 20_000  # kept


@dataclass(slots=True)
class Arm:
    """A branch of the tree around a cue.

    Attributes:
        level: how far up it leaves.
        dep: label of its top word.
        top: that word.
        before, after: what tells the branch, for its tokens before the cue and after.
    """

    level: int
    dep: str
    top: Token
    before: str
    after: str

    @classmethod
    def at(cls, level: int, dep: str, top: Token) -> Arm:
        """Return the branch below a word."""
        return cls(level, dep, top, f"{level}{dep}<", f"{level}{dep}>")


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
        found[node.i] = (Arm.at(level, "self", node), "")
        for child in node.children:
            if child is not below:
                _spread(child, Arm.at(level, child.dep, child), found)
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


@dataclass(frozen=True, eq=False, slots=True)
class Slot:
    """A place in the tree around a cue that several tokens may share.

    Attributes:
        key, second: how the tree gets there: its arm, and the second step.
        shared: features that its tokens have alike.
        frames: the frames of the features that each token has of its own.
    """

    key: str
    second: str
    shared: list[str]
    frames: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen of the tokens around a cue.

    Attributes:
        shared: features that the tokens of a branch of the tree have alike, branch by branch.
        branch: the number of each token's branch.
        slots: the place of each token, with further features.
        values: each token's own values, one for each frame of its slot.
    """

    shared: list[list[str]]
    branch: list[int]
    slots: list[Slot]
    values: list[tuple[str, ...]]

    def features(self) -> Iterator[list[str]]:
        """Yield all features of each token."""
        for branch, slot, values in zip(self.branch, self.slots, self.values, strict=True):
            own = zip(slot.frames, values, strict=True)
            named = (f"{frame}{FRAME_END}{value}" for frame, value in own)
            yield [*self.shared[branch], *slot.shared, *named]


@lru_cache(maxsize=MOST_SLOTS)
def _slot(key: str, second: str, cls: str, lemma: str) -> Slot:
    shared = [f"s={key}|{second}", f"sc={key}|{second}|{cls}", f"sl={key}|{second}|{lemma}"]
    frames = (
        "w=",
        "p=",
        f"sp={key}|{second}",
        f"sw={key}|{second}",
        f"sq={key}|{second}",
        f"w+={key}",
        f"w-={key}",
        f"x={second}",
        f"e={key}",
        f"d={key}|{cls}",
        f"n={key}",
        f"nl={lemma}",
        f"t={key}",
    )
    return Slot(key, second, shared, frames)


def _values(view: View, i: int) -> tuple[str, ...]:
    """Return a token's values in the first ten frames of a slot, the same for every cue."""
    token = view.doc.tokens[i]
    kind = view.quote_kind(token)
    word, pos = token.lower, token.pos
    return (
        word,
        f"{pos}|{kind}",
        pos,
        word,
        kind,
        view.word(i + 1),
        view.word(i - 1),
        f"{token.dep}|{pos}",
        token.ent,
        token.dep,
    )


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
        self._groups: dict[int, tuple[str, list[str]]] = {}

    def seen(self) -> Seen:
        """Return what is seen of each token."""
        found = Seen([], [], [], [])
        branches: dict[int, int] = {}  # by top word, or by sentence (negative)
        own, cue, view = self.own, self.cue.i, self.view
        cls, lemma, known = self.cls, self.lemma, view.values
        for token in self.tokens:
            i = token.i
            arm = own.get(i)
            if arm is not None:
                way, second = arm
                key, top = way.before if i < cue else way.after, way.top.i
                branch = top
            else:
                sentence = view.doc.sentences[token.sent]
                key, second, top = self._group(sentence)[0], token.dep, sentence.root.i
                branch = -1 - token.sent
            number = branches.get(branch)
            if number is None:
                number = branches[branch] = len(found.shared)
                found.shared.append(self._arm(way) if branch >= 0 else self._group(sentence)[1])
            values = known.get(i)
            if values is None:
                values = known[i] = _values(view, i)
            gap = gap_name(i - cue)
            found.branch.append(number)
            found.slots.append(_slot(key, second, cls, lemma))
            found.values.append((*values, gap, f"{gap}|{token.lower}", gap_name(i - top)))
        return found

    def _arm(self, arm: Arm) -> list[str]:
        top, cls, lemma = arm.top, self.cls, self.lemma
        key = arm.before if top.i < self.cue.i else arm.after
        opens = top.children[0].lower if top.children else ""
        near = bucket(top.i - self.cue.i)
        kind = self.view.quote_kind(top)
        return [
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
