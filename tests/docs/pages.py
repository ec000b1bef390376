"""The pages of the documentation, taken apart into what is to run and what it is said to print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "examples/corpus/README.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")),
]
BLOCK = re.compile(
    r"(?:<!-- not run: (?P<why>[^>]*) -->\n)?```(?P<kind>sh|python)\n(?P<body>.*?)^```$"
    r"(?:\n\n```(?:text|json)\n(?P<sample>.*?)^```$)?",
    re.S | re.M,
)


@dataclass(frozen=True)
class Block:
    """A fenced block of commands, why it is not run, and the sample of its output below it."""

    kind: str
    body: str
    why: str | None
    sample: str | None
    place: tuple[int, int]  # where the sample stands in its page


def text_of(page: str) -> str:
    """Return the text of a page, named from the root of the checkout."""
    return (ROOT / page).read_text("utf-8")


def blocks(page: str) -> list[Block]:
    """Return every block of a page, in order, those that are not run too."""
    return [
        Block(one["kind"], one["body"], one["why"], one["sample"], one.span("sample"))
        for one in BLOCK.finditer(text_of(page))
    ]


def to_run(page: str, kind: str) -> list[Block]:
    """Return the blocks of a kind that are run."""
    return [one for one in blocks(page) if one.kind == kind and one.why is None]
