"""What the scorer of attribution sees of sentences that the tree of a cue does not reach.

Each is an utterance, or a sentence around it.
"""

from __future__ import annotations

from itertools import accumulate

from dragoman.extract.speech_features import View
from dragoman.language.document import Sentence, Token

_TAKES = frozenset({"ccomp", "xcomp", "dobj", "nsubj"})


class Apart:
    """The sentences of a document, as its cues see them.

    Args:
        view: the document as the scorer sees it, the cues scored.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        voiced = zip(view.cue_scores, view.quote, strict=True)
        self._voiced = [score if quote < 0 else 0.0 for score, quote in voiced]
        self._frames = list(accumulate((s.quote is None for s in view.doc.sentences), initial=0))

    def told(self, cue: Token, sentence: Sentence) -> tuple[str, tuple[str, ...]]:
        """Return what tells a sentence apart from a cue's tree, and what its words have alike."""
        view, doc = self._view, self._view.doc
        at, dep, taken = cue.i, cue.dep, takes(cue)
        first = sentence.tokens[0].i
        n = view.quote[first]
        kind = "r" if n < 0 else ("u" if doc.quotes[n].apart else "q")
        same = n >= 0 and n == view.quote[at]
        home = doc.sentence_of(cue)
        side = "<" if first < at else ">"
        away = sentence.paragraph - home.paragraph
        inside = home.tokens[0].i < first < home.tokens[-1].i
        rival = self._rival(at, sentence)
        between = self._frames_between(home, sentence)
        key = f"G{kind}{side}{int(same)}{min(2, abs(away))}"
        continued = n >= 0 and doc.quotes[n].continues is not None
        shape = f"{between}|{int(inside)}|{int(continued)}"
        shared = (
            f"{key}",
            f"{key}|{shape}",
            f"{key}|{shape}|{rival}",
            f"{key}|{rival}|{view.quote_kind(cue)}",
            f"{key}|l|{cue.lemma.lower()}",
            f"{key}|c|{view.classes[at] or cue.pos}|{between}",
            f"{key}|t|{taken}|{shape}",
            f"{key}|d|{dep}|{between}|{taken}",
            f"{key}|h|{self._gap(at, sentence)}",
            f"{key}|a|{away}|{rival}|{home.tokens[-1].text}",
        )
        return key, shared

    def _gap(self, cue: int, sentence: Sentence) -> str:
        """The word nearest to the sentence on the cue's side, and its last."""
        first, last = sentence.tokens[0].i, sentence.tokens[-1].i
        if first > cue:
            return ">" + self._view.word(first - 1)
        return "<" + self._view.word(last) + self._view.word(last + 1)

    def _rival(self, at: int, sentence: Sentence) -> str:
        """Whether another likely cue in the report's voice stands nearer to the sentence."""
        first, last = sentence.tokens[0].i, sentence.tokens[-1].i
        low, high = (at + 1, first) if first > at else (last + 1, at)
        scores = self._view.cue_scores if self._view.quote[at] >= 0 else self._voiced
        best = max(scores[low:high], default=0.0)
        after = ""
        if first > at and max(self._voiced[last + 1 : last + 12], default=0.0) > 0.5:
            after = "+"
        return ("2" if best > 0.5 else "1" if best > 0.2 else "0") + after

    def _frames_between(self, home: Sentence, sentence: Sentence) -> int:
        """How many sentences in the report's voice stand between this and the cue's, up to 3."""
        low, high = sorted((sentence.i, home.i))
        return min(3, self._frames[high] - self._frames[min(low + 1, high)])


def takes(cue: Token) -> str:
    """Return the labels of what a cue takes."""
    return ".".join(sorted({c.dep for c in cue.children if c.dep in _TAKES}))
