"""The codebook's example sentences: read, coded and compared with their labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dragoman.codebook import Codebook, CodebookError, load_yaml
from dragoman.codebook.plover_load import TYPES
from dragoman.evaluate.base import Evaluation, Tally
from dragoman.extract import syntax
from dragoman.extract.choose import choose
from dragoman.extract.factuality import find_factuality
from dragoman.extract.predicates import Candidate, propose
from dragoman.language.document import Document, Token
from dragoman.language.model import Annotator

EXAMPLE_KEYS = {"text", "events", "why", "note"}
WORST = 400
Judge = Callable[[Candidate], float]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled sentence of codebook/examples."""

    text: str
    events: tuple[dict[str, Any], ...]
    why: str | None
    file: str
    line: int


def example_files(folder: Path) -> list[Path]:
    """Return the files of example sentences of a codebook folder, by name."""
    return sorted((folder / "examples").glob("*.yaml"))


def read_file(path: Path) -> list[Example]:
    """Return the example sentences of one file.

    Raises:
        CodebookError: it is no list of sentences.
    """
    data = load_yaml(path)
    if not isinstance(data, list):
        raise CodebookError("a list of sentences is wanted", path, 1)
    found = []
    for node in data:
        if not isinstance(node, dict) or not isinstance(node.get("text"), str):
            raise CodebookError("a sentence needs 'text'", path, getattr(node, "line", None))
        for key in node:
            if key not in EXAMPLE_KEYS:
                raise CodebookError(f"there is no key {key!r} here", path, getattr(node, "line", 0))
        events = tuple(node.get("events") or ())
        found.append(
            Example(node["text"], events, node.get("why"), str(path), getattr(node, "line", 0))
        )
    return found


def read_examples(folder: Path) -> list[Example]:
    """Return the example sentences of a codebook folder, in the order of its files.

    Raises:
        CodebookError: a file is no list of sentences.
    """
    return [example for path in example_files(folder) for example in read_file(path)]


def run_examples(cb: Codebook, annotator: Annotator, weigh: Judge | None = None) -> Evaluation:
    """Code every example sentence and compare with its labels.

    An expected event is found where an event of the same type has a trigger that overlaps the
    labelled one, or parties that do on every labelled side. Figures: precision, recall and F1
    over all and per type; of those found, the share with the mode, the factuality and each side
    right; the share of sentences without events in which nothing asserted was coded.
    """
    examples = read_examples(cb.folder)
    result = Evaluation("codebook", len(examples))
    tallies = {name: Tally() for name in TYPES}
    right = {"mode": Tally(), "factuality": Tally(), "actor": Tally(), "recipient": Tally()}
    quiet = Tally()
    for example, doc in zip(examples, annotator.annotate(e.text for e in examples), strict=True):
        found = [c for c in choose(propose(doc, cb), weigh) if c.actor or c.recipient]
        _score(example, doc, found, cb, tallies, right, result)
        if not example.events:
            real = [c for c in found if level(c, doc, cb) == "asserted"]
            quiet.right += not real
            quiet.missed += bool(real)
    total = Tally()
    for name in TYPES:
        total.add(tallies[name])
        if tallies[name].right or tallies[name].missed or tallies[name].spurious:
            result.add_tally(name, tallies[name])
    result.add_tally("all", total)
    for name, tally in right.items():
        result.figures[f"{name}_accuracy"] = tally.recall
    result.figures["no_event_precision"] = quiet.recall
    result.worst = result.worst[:WORST]
    return result


def level(candidate: Candidate, doc: Document, cb: Codebook) -> str:
    """Return how a candidate is told (asserted, future, hypothetical, negated)."""
    return find_factuality(candidate, doc, cb.plover.factuality)


def _score(
    example: Example,
    doc: Document,
    found: list[Candidate],
    cb: Codebook,
    tallies: dict[str, Tally],
    right: dict[str, Tally],
    result: Evaluation,
) -> None:
    left = list(found)
    where = f"{Path(example.file).name}:{example.line}"
    for event in example.events:
        hit = next((c for c in left if _is(c, event, example.text)), None)
        if hit is None:
            tallies[event["type"]].missed += 1
            got = [f"{c.rule} {c.trigger.text}" for c in left]
            result.worst.append(
                {"at": where, "text": example.text, "missed": dict(event), "got": got}
            )
            continue
        left.remove(hit)
        tallies[event["type"]].right += 1
        _mark(right["mode"], hit.mode == event.get("mode"))
        _mark(right["factuality"], level(hit, doc, cb) == event.get("factuality", "asserted"))
        if event.get("actor"):
            _mark(right["actor"], _overlap(_parties(hit, "actor"), event["actor"], example.text))
        if event.get("recipient"):
            _mark(right["recipient"], _overlap(_recipients(hit), event["recipient"], example.text))
    for candidate in left:
        tallies[candidate.type].spurious += 1
        result.worst.append(
            {
                "at": where,
                "text": example.text,
                "spurious": f"{candidate.rule} {candidate.trigger.text}",
            }
        )


def _mark(tally: Tally, good: bool) -> None:
    tally.right += good
    tally.missed += not good


def _parties(candidate: Candidate, side: str) -> tuple[Token, ...]:
    tokens = candidate.actor if side == "actor" else candidate.recipient
    return tuple(c for t in tokens for c in syntax.conjuncts(t))


def _recipients(candidate: Candidate) -> tuple[Token, ...]:
    """The recipients; of a symmetric event the actors as well."""
    actors = candidate.actor if candidate.event_class.symmetric else ()
    return tuple(c for t in (*candidate.recipient, *actors) for c in syntax.conjuncts(t))


def _is(candidate: Candidate, event: dict[str, Any], text: str) -> bool:
    if candidate.type != event.get("type"):
        return False
    trigger = (*candidate.matched, *([candidate.light] if candidate.light else []))
    if _overlap(trigger, [str(event.get("trigger", ""))], text):
        return True
    sides = [(s, event[s]) for s in ("actor", "recipient") if event.get(s)]
    return bool(sides) and all(_overlap(_parties(candidate, s), words, text) for s, words in sides)


def _overlap(tokens: Iterable[Token], phrases: list[str], text: str) -> bool:
    """Whether one of the tokens stands within one of the phrases of the text."""
    spans = []
    for phrase in phrases:
        at = text.find(phrase)
        while phrase and at >= 0:
            spans.append((at, at + len(phrase)))
            at = text.find(phrase, at + 1)
        if phrase and phrase not in text:  # words that stand apart: "call … off"
            spans += [(text.find(w), text.find(w) + len(w)) for w in phrase.split()]
    return any(a < t.end and t.start < b for t in tokens for a, b in spans)
