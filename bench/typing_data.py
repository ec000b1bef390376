"""Training data of the learned parts: the codebook's examples, and pairs of a gold file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any, get_args

from dragoman.evaluate.codebook_examples import Example, example_files, read_file
from dragoman.evaluate.pairs import GoldPair
from dragoman.records import EventType, Span

ROOT = Path(__file__).parents[1]
CODEBOOK = ROOT / "codebook"
GOLD = ROOT.parent / "shared" / "gold" / "relations.jsonl"
MOST_PAIRS = 4
LABELS: tuple[str, ...] = tuple(sorted(get_args(EventType)))


@dataclass(frozen=True, slots=True)
class Item:
    """A pair to learn from; `label` is a PLOVER type, or YIELD where the gold has no finer one."""

    text: str
    source: Span | None
    target: Span | None
    label: str
    hash: str | None = None  # of the gold text; None for the project's own examples


def read_examples(codebook: Path = CODEBOOK) -> list[Example]:
    """Return every example sentence of a codebook once, in order of file and place."""
    found: dict[str, Example] = {}
    for path in example_files(codebook):
        for example in read_file(path):
            found.setdefault(example.text, example)
    return list(found.values())


def example_items(examples: list[Example]) -> list[Item]:
    """Return the pairs of the examples' events."""
    return [
        item for example in examples for event in example.events for item in _items(example, event)
    ]


def gold_item(pair: GoldPair) -> Item:
    """Return a gold pair as an item."""
    return Item(pair.text, pair.source, pair.target, pair.type, pair.hash)


def find_span(text: str, words: str) -> Span | None:
    """Return where some words first stand in a text."""
    start = text.find(words)
    return (start, start + len(words)) if start >= 0 else None


def _items(example: Example, event: dict[str, Any]) -> Iterator[Item]:
    sides = [
        [span for words in event.get(key) or () if (span := find_span(example.text, words))]
        for key in ("actor", "recipient")
    ]
    for source, target in list(_pairs(*sides))[:MOST_PAIRS]:
        yield Item(example.text, source, target, event["type"])


def _pairs(actors: list[Span], recipients: list[Span]) -> Iterator[tuple[Span | None, Span | None]]:
    if len(actors) > 1 and not recipients:
        yield from permutations(actors, 2)
    else:
        for actor in actors or [None]:
            for recipient in recipients or [None]:
                yield actor, recipient


def marks(items: list[Item]) -> frozenset[str]:
    """Return the hashes of the gold texts among the items."""
    return frozenset(item.hash for item in items if item.hash is not None)
