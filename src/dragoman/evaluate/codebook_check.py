"""Checks a codebook folder: every mistake in it, with file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from dragoman.codebook import Codebook, CodebookError, load_yaml
from dragoman.codebook.factuality import LEVELS
from dragoman.codebook.plover_load import TYPES, load_type
from dragoman.codebook.plover_words import WordClasses
from dragoman.evaluate.codebook_examples import Example, example_files, read_file

EVENT_KEYS = {
    "type", "mode", "trigger", "actor", "recipient", "factuality", "historical", "contexts",
    "quantities",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in the codebook: where it stands and what is wrong."""

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message}"


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
    for path in example_files(folder):
        for example in _tried(partial(read_file, path), problems) or ():
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
        if event.get("factuality", "asserted") not in LEVELS:
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
