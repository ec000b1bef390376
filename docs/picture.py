"""Draws docs/read.svg: what `make read` shows of the example report.

python docs/picture.py
"""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

import dragoman
from dragoman.terminal import show

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Read the example and draw the page."""
    text = (ROOT / "examples" / "port-visit.txt").read_text(encoding="utf-8")
    console = Console(record=True, width=110, file=io.StringIO(), highlight=False)
    show(dragoman.read(text, published="2026-03-02"), console)
    console.save_svg(str(ROOT / "docs" / "read.svg"), title="dragoman read examples/port-visit.txt")


if __name__ == "__main__":
    main()
