"""Compares what a command printed with the sample of it that a page shows.

What differs from one run or machine to the next is taken out of both: durations, rates, times of
the clock, sizes, progress bars, folders for temporary files, and how wide a column is. An ellipsis
in a sample stands for whatever was left out there.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.pages import ROOT, Block

CHANGING = (
    (re.compile(r"\x1b\[[0-9;]*[A-Za-z]"), ""),
    (re.compile(r"^.*[━╸╺].*\n?", re.M), ""),  # a progress bar
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?"), "TIME"),
    (re.compile(r"\d[\d,.]* ?(?:ms|s|seconds|MB|GB|reports/s)\b"), "AMOUNT"),
    (re.compile(r"(?:/[\w.+-]+)+/(?=[\w.-])"), "/"),  # the folders of an absolute path
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:PORT"),
)
RULE = re.compile(r"[─-]{4,}")


def plain(text: str) -> str:
    """Take out what differs from run to run, and the widths of columns."""
    for pattern, instead in CHANGING:
        text = pattern.sub(instead, text)
    lines = (" ".join(line.split()) for line in RULE.sub("─", text).splitlines())
    return "\n".join(line for line in lines if line)


def fits(sample: str, printed: str) -> bool:
    """Tell whether the output is that of the sample, piece by piece where it was shortened."""
    pieces = [re.escape(piece.strip()) for piece in plain(sample).split("…")]
    return (
        re.fullmatch(r".*?".join(rf"\s*{piece}\s*" for piece in pieces), plain(printed), re.S)
        is not None
    )


def write_anew(page: str, made: list[tuple[Block, str]]) -> None:
    """Put what was printed in the place of a page's samples, save the shortened ones."""
    path = Path(ROOT / page)
    text = path.read_text("utf-8")
    for block, printed in sorted(made, key=lambda one: one[0].place, reverse=True):
        if block.sample is not None and "…" not in block.sample:
            start, end = block.place
            text = text[:start] + _tidy(printed) + text[end:]
    path.write_text(text, "utf-8")


def _tidy(printed: str) -> str:
    lines = (line.rstrip() for line in printed.splitlines() if not re.search("[━╸╺]", line))
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8000", "\n".join(lines).strip("\n") + "\n")
