"""Tools for the one who writes the codebook: check it, test it, explain it, compare two."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from dragoman.codebook import Codebook, CodebookError, load_yaml
from dragoman.codebook.plover import TYPES, load_type
from dragoman.codebook.plover_words import WordClasses
from dragoman.evaluate.base import Evaluation, Tally
from dragoman.extract import syntax
from dragoman.extract.choose import choose
from dragoman.extract.factuality import LEVELS_SHOWN, find_factuality
from dragoman.extract.predicates import Candidate, near_misses, propose
from dragoman.language.document import Document, Token
from dragoman.language.model import Annotator

EXAMPLE_KEYS = {"text", "events", "why", "note"}
EVENT_KEYS = {
    "type", "mode", "trigger", "actor", "recipient", "factuality", "historical", "contexts",
    "quantities",
}  # fmt: skip
WORST = 400


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in the codebook: where it stands and what is wrong."""

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled sentence of codebook/examples."""

    text: str
    events: tuple[dict[str, Any], ...]
    why: str | None
    file: str
    line: int


# --- check ---------------------------------------------------------------------------------


def check(folder: Path) -> list[Problem]:
    """Return every mistake in a codebook folder, in the order of its files.

    The type files, the words they share, contexts, factuality, quantities, the other parts of
    the codebook, and the example sentences (their words have to stand in their text).
    """
    problems: list[Problem] = []
    book = Codebook(folder)
    words = _tried(lambda: WordClasses.load(folder / "plover" / "words.yaml"), problems)
    contexts = _tried(lambda: load_yaml(folder / "contexts.yaml"), problems)
    for name in TYPES if words is not None and contexts is not None else ():
        _tried(partial(load_type, folder / "plover" / f"{name}.yaml", words, contexts), problems)
    if not problems:
        parts: tuple[Callable[[], Any], ...] = (
            lambda: book.plover.contexts,
            lambda: book.plover.factuality,
            lambda: book.plover.quantities,
        )
        for part in parts:
            _tried(part, problems)
    for attribute in ("times", "places", "attribution", "actors", "relations"):
        _tried(partial(getattr, book, attribute), problems)
    problems += check_examples(folder)
    return problems


def _tried(load: Callable[[], Any], problems: list[Problem]) -> Any:
    try:
        return load()
    except CodebookError as error:
        problems.append(Problem(error.file, error.line, error.message))
        return None


def check_examples(folder: Path) -> list[Problem]:
    """Return the mistakes in the example sentences of a codebook folder."""
    problems: list[Problem] = []
    seen: dict[str, Example] = {}
    modes = _tried(lambda: {n: set(t.modes) for n, t in Codebook(folder).plover.types.items()}, [])
    for path in _example_files(folder):
        for example in _tried(partial(_read_examples, path), problems) or ():
            for message in _example_faults(example, modes or {}):
                problems.append(Problem(example.file, example.line, message))
            if example.text in seen:
                first = seen[example.text]
                where = f"{Path(first.file).name}:{first.line}"
                problems.append(
                    Problem(example.file, example.line, f"the sentence stands in {where} already")
                )
            seen[example.text] = example
    return problems


def _example_faults(example: Example, modes: dict[str, set[str]]) -> Iterable[str]:
    for event in example.events:
        for key in event:
            if key not in EVENT_KEYS:
                yield f"there is no key {key!r} in an event"
        if event.get("type") not in TYPES:
            yield f"there is no type {event.get('type')!r}"
        elif modes and event.get("mode") is not None and event["mode"] not in modes[event["type"]]:
            yield f"{event['type']} has no mode {event['mode']!r}"
        if event.get("factuality", "asserted") not in LEVELS_SHOWN:
            yield f"there is no factuality {event.get('factuality')!r}"
        quoted = [
            event.get("trigger"),
            *(event.get("actor") or ()),
            *(event.get("recipient") or ()),
        ]
        for words in quoted:
            if not isinstance(words, str) or not _stands(words, example.text):
                yield f"{words!r} does not stand in the text"
    if not example.events and not example.why:
        yield "a sentence without events needs 'why'"


def _stands(words: str, text: str) -> bool:
    return words in text or all(w in text for w in words.split())


def _example_files(folder: Path) -> list[Path]:
    return sorted((folder / "examples").glob("*.yaml"))


def _read_examples(path: Path) -> list[Example]:
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
    return [example for path in _example_files(folder) for example in _read_examples(path)]


# --- test ----------------------------------------------------------------------------------

Judge = Callable[[Candidate], float]


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
            real = [c for c in found if _level(c, doc, cb) == "asserted"]
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


def _level(candidate: Candidate, doc: Document, cb: Codebook) -> str:
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
        _mark(right["factuality"], _level(hit, doc, cb) == event.get("factuality", "asserted"))
        if event.get("actor"):
            _mark(right["actor"], _overlap(_parties(hit, "actor"), event["actor"], example.text))
        if event.get("recipient"):
            _mark(right["recipient"], _overlap(hit.recipient, event["recipient"], example.text))
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


# --- explain -------------------------------------------------------------------------------


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
    parts.append(f"mode {candidate.mode or '-'}, {_level(candidate, doc, cb)}")
    return "; ".join(parts)


def _why(candidate: Candidate, kept: list[Candidate]) -> str:
    claimed = {*candidate.matched, candidate.light}
    for other in kept:
        if claimed & {*other.matched, other.light} - {None}:
            return f"{other.rule} has these words"
    return "swallowed by another event"


# --- diff ----------------------------------------------------------------------------------


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
    return f"{kind} {actor} → {recipient} ({_level(candidate, doc, cb)}; {candidate.rule})"
