"""The example sentences: well formed, and true to their own words."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from dragoman.records import EventType, Factuality

ROOT = Path(__file__).parents[2] / "codebook"
FILES = sorted((ROOT / "examples").glob("*.yaml"))
TYPES = set(get_args(EventType))
EVENT_KEYS = {
    "type", "mode", "trigger", "actor", "recipient", "factuality", "historical", "contexts",
    "quantities",
}  # fmt: skip
QUANTITY_KEYS = {"what", "value", "low", "high", "text"}


def load(path: Path) -> list[dict[str, Any]]:
    """Return the examples of a file."""
    examples: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return examples


@cache
def modes(event_type: str) -> set[str]:
    """Return the modes that a type file declares."""
    path = ROOT / "plover" / f"{event_type}.yaml"
    return set(yaml.safe_load(path.read_text(encoding="utf-8")).get("modes") or ())


def mistakes(example: dict[str, Any]) -> list[str]:
    """Return what is wrong with one example."""
    text, events = example["text"], example["events"]
    found = [f"unknown key {key!r}" for key in set(example) - {"text", "events", "why"}]
    if not events and not example.get("why"):
        found.append("no event and no why")
    for event in events:
        found += [f"unknown key {key!r}" for key in set(event) - EVENT_KEYS]
        if event["type"] not in TYPES:
            found.append(f"unknown type {event['type']!r}")
            continue
        if event.get("mode") and event["mode"] not in modes(event["type"]):
            found.append(f"{event['type']} has no mode {event['mode']!r}")
        if event.get("factuality", "asserted") not in get_args(Factuality):
            found.append(f"unknown factuality {event['factuality']!r}")
        words = [event["trigger"], *event.get("actor", ()), *event.get("recipient", ())]
        for quantity in event.get("quantities", ()):
            found += [f"unknown key {key!r}" for key in set(quantity) - QUANTITY_KEYS]
            words.append(quantity["text"])
        found += [f"{word!r} is not in the text" for word in words if str(word) not in text]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_examples_are_well_formed(path: Path) -> None:
    wrong = [(e["text"], found) for e in load(path) if (found := mistakes(e))]
    assert not wrong


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_say_that_they_are_made_up(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# All sentences here were written")


def test_no_sentence_stands_twice() -> None:
    counts = Counter(example["text"] for path in FILES for example in load(path))
    assert [text for text, count in counts.items() if count > 1] == []


def test_every_type_and_mode_has_examples() -> None:
    seen = Counter(
        (event["type"], event.get("mode"))
        for path in FILES
        for example in load(path)
        for event in example["events"]
    )
    missing = [
        (event_type, mode)
        for event_type in sorted(TYPES)
        for mode in sorted(modes(event_type) or {None})
        if not seen[event_type, mode]
    ]
    assert missing == []


def test_there_are_two_thousand_and_five_hundred_of_them_tell_of_nothing_new() -> None:
    examples = [example for path in FILES for example in load(path)]
    plain = [
        example
        for example in examples
        if any(
            event.get("factuality", "asserted") == "asserted" and not event.get("historical")
            for event in example["events"]
        )
    ]
    assert len(examples) >= 2000
    assert len(examples) - len(plain) >= 500
