"""Gold of marked pairs: reads it, and divides it into folds."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dragoman.extract.typing_store import text_hash
from dragoman.records import Span

YIELD = "YIELD"
YIELDING = ("CONCEDE", "RETREAT")
_MARK = re.compile(r"(</?[st]>)")


@dataclass(frozen=True, slots=True)
class GoldPair:
    """A sentence with a source and a target.

    Attributes:
        text: the sentence.
        sources, targets: spans of each side; empty where the text leaves that side out.
        type: its label; YIELD stands for CONCEDE and RETREAT together.
    """

    text: str
    sources: tuple[Span, ...]
    targets: tuple[Span, ...]
    type: str

    @property
    def source(self) -> Span | None:
        """The first span of the source."""
        return self.sources[0] if self.sources else None

    @property
    def target(self) -> Span | None:
        """The first span of the target."""
        return self.targets[0] if self.targets else None

    @property
    def hash(self) -> str:
        """The mark of its text, as weights keep it."""
        return text_hash(self.text)


def read_pairs(path: Path) -> list[GoldPair]:
    """Read a file of marked pairs, one JSON object a line with `text`, `marked` and `type`.

    Raises:
        OSError: the file cannot be read.
        ValueError: a line is no JSON, or its marked text is not its text.
        KeyError: a line lacks one of the three keys.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_read(json.loads(line), n) for n, line in enumerate(lines, 1) if line.strip()]


def _read(item: dict[str, str], line: int) -> GoldPair:
    text, spans = unmark(item["marked"])
    if text != item["text"]:
        raise ValueError(f"line {line}: `marked` without its marks is not `text`")
    sides = [tuple(span for side, span in spans if side == s) for s in "st"]
    return GoldPair(text, sides[0], sides[1], item["type"])


def unmark(marked: str) -> tuple[str, list[tuple[str, Span]]]:
    """Return a text without <s>, </s>, <t>, </t>, and the spans they enclosed, in order."""
    text, opened = "", {}
    spans: list[tuple[str, Span]] = []
    for part in _MARK.split(marked):
        if part in ("<s>", "<t>"):
            opened[part[1]] = len(text)
        elif part in ("</s>", "</t>"):
            spans.append((part[2], (opened.get(part[2], len(text)), len(text))))
        else:
            text += part
    return text, sorted(spans, key=lambda s: s[1])


def folds(pairs: Sequence[GoldPair], k: int = 5) -> list[int]:
    """Return the fold of each pair: every type spread evenly, one text in one fold only.

    The order of the file plays no part: pairs are dealt out in order of their texts' hashes.
    """
    fold_of: dict[str, int] = {}
    for label in sorted({pair.type for pair in pairs}):
        hashes = sorted({pair.hash for pair in pairs if pair.type == label})
        for n, digest in enumerate(hashes):
            fold_of.setdefault(digest, n % k)
    return [fold_of[pair.hash] for pair in pairs]


def coarse(label: str) -> str:
    """Return the label that the gold has for a PLOVER type."""
    return YIELD if label in YIELDING else label
