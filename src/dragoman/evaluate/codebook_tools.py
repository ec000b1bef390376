"""Tools for the one who writes the codebook: check it, test it, explain it, compare two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from dragoman.codebook import Codebook
from dragoman.evaluate.codebook_check import Problem, check, check_examples
from dragoman.evaluate.codebook_examples import Example, Judge, level, read_examples, run_examples
from dragoman.extract.choose import choose
from dragoman.extract.predicates import Candidate, near_misses, propose
from dragoman.language.document import Document
from dragoman.language.model import Annotator

__all__ = [
    "Change",
    "Example",
    "Explained",
    "Problem",
    "check",
    "check_examples",
    "diff",
    "explain",
    "read_examples",
    "run_examples",
]


@dataclass(frozen=True, slots=True)
class Explained:
    """What the codebook makes of a sentence.

    Attributes:
        fired: entries that made an event, each as a line.
        lost: entries that fired but gave way to another, or were swallowed.
        stopped: entries whose words stand there, with the line that stopped them.
    """

    fired: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    stopped: tuple[str, ...] = field(default=())


def explain(
    sentence: str, cb: Codebook, annotator: Annotator, weigh: Judge | None = None
) -> Explained:
    """Say which entries fired in a sentence, with their slots, and why others did not."""
    doc = next(iter(annotator.annotate([sentence])))
    proposed = propose(doc, cb)
    kept = choose(proposed, weigh)
    fired = tuple(_line(c, doc, cb) for c in kept)
    lost = tuple(f"{_line(c, doc, cb)}  ({_why(c, kept)})" for c in proposed if c not in kept)
    stopped = tuple(
        f"{m.rule}: {m.trigger.text!r} stands there; stopped by {m.reason}"
        for m in near_misses(doc, cb)
    )
    return Explained(fired, lost, stopped)


def _line(candidate: Candidate, doc: Document, cb: Codebook) -> str:
    words = " ".join(t.text for t in candidate.matched)
    if candidate.light is not None:
        words = f"{candidate.light.text} … {words}"
    cls = candidate.event_class
    parts = [f"{candidate.rule} ({Path(cls.file).name}:{cls.line}) on {words!r}"]
    for side, slot, tokens in (
        ("actor", candidate.actor_slot, candidate.actor),
        ("recipient", candidate.recipient_slot, candidate.recipient),
    ):
        parts.append(f"{side} {', '.join(t.text for t in tokens) or '-'} [{slot or 'none'}]")
    parts.append(f"mode {candidate.mode or '-'}, {level(candidate, doc, cb)}")
    return "; ".join(parts)


def _why(candidate: Candidate, kept: list[Candidate]) -> str:
    claimed = {*candidate.matched, candidate.light}
    for other in kept:
        if claimed & {*other.matched, other.light} - {None}:
            return f"{other.rule} has these words"
    return "swallowed by another event"


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between two codebooks on one text: came, went or changed."""

    kind: str
    text: str
    words: str
    old: str | None
    new: str | None


def diff(old: Codebook, new: Codebook, texts: Iterable[str], annotator: Annotator) -> list[Change]:
    """Code texts with two codebooks and list the events that came, went and changed."""
    found: list[Change] = []
    for doc in annotator.annotate(texts):
        before, after = _coded(doc, old), _coded(doc, new)
        for at in sorted({*before, *after}):
            a, b = before.get(at), after.get(at)
            if a != b:
                kind = "came" if a is None else "went" if b is None else "changed"
                sentence = doc.words(doc.sentence_of(doc.tokens[at]).span)
                found.append(Change(kind, sentence, doc.tokens[at].text, a, b))
    return found


def _coded(doc: Document, cb: Codebook) -> dict[int, str]:
    return {c.trigger.i: _summary(c, doc, cb) for c in choose(propose(doc, cb))}


def _summary(candidate: Candidate, doc: Document, cb: Codebook) -> str:
    actor = ", ".join(t.text for t in candidate.actor) or "-"
    recipient = ", ".join(t.text for t in candidate.recipient) or "-"
    kind = f"{candidate.type}{'/' + candidate.mode if candidate.mode else ''}"
    return f"{kind} {actor} → {recipient} ({level(candidate, doc, cb)}; {candidate.rule})"
