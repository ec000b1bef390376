"""Draws the reliability plot of the confidence: `python bench/reliability.py`.

Reads what `python bench/train_weigh.py --only-validate` finds on held-out candidates and writes
docs/reliability.svg: of the candidates given a confidence, how many are right. A dot on the
diagonal is a confidence that means what it says; its area is the number of candidates.
"""

from __future__ import annotations

import math
from pathlib import Path

from train_weigh import GOLD, cross_validate

from dragoman.codebook import Codebook

PLOT = Path(__file__).resolve().parents[1] / "docs" / "reliability.svg"
SIZE, EDGE = 360, 56
STYLE = (
    "text{font:13px sans-serif;fill:#555}line{stroke:#999}.dot{fill:#7a2a1d;fill-opacity:.75}"
    "@media(prefers-color-scheme:dark){text{fill:#bbb}line{stroke:#777}.dot{fill:#e8a08f}}"
)


def place(confidence: float, right: float) -> tuple[float, float]:
    return EDGE + confidence * SIZE, 16 + (1 - right) * SIZE


def svg(table: list[dict[str, float]], error: float) -> str:
    """Return the plot of a reliability table with its expected calibration error."""
    most = max(row["count"] for row in table)
    (x0, y0), (x1, y1) = place(0, 0), place(1, 1)
    parts = [
        f'<line x1="{x0}" y1="{y0}" x2="{x1}" y2="{y0}"/>',
        f'<line x1="{x0}" y1="{y0}" x2="{x0}" y2="{y1}"/>',
        f'<line x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}" stroke-dasharray="4 4"/>',
    ]
    for share in (0, 0.2, 0.4, 0.6, 0.8, 1):
        x, y = place(share, share)
        parts.append(f'<text x="{x:.0f}" y="{y0 + 18}" text-anchor="middle">{share:g}</text>')
        parts.append(f'<text x="{x0 - 8}" y="{y + 4:.0f}" text-anchor="end">{share:g}</text>')
    for row in table:
        x, y = place(row["confidence"], row["right"])
        radius = 4 + 14 * math.sqrt(row["count"] / most)
        told = f"{row['count']:.0f} candidates near {row['confidence']:.2f}: {row['right']:.2f}"
        dot = f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}">'
        parts.append(f"{dot}<title>{told} are right</title></circle>")
    middle = EDGE + SIZE / 2
    parts += [
        f'<text x="{middle}" y="{y0 + 40}" text-anchor="middle">confidence</text>',
        f'<text x="{middle}" y="{y0 + 58}" text-anchor="middle">held out; ECE {error:.3f}</text>',
        f'<text transform="translate(14 {16 + SIZE / 2}) rotate(-90)" text-anchor="middle">'
        "share that is right</text>",
    ]
    width, height = EDGE + SIZE + 24, SIZE + 84
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
    title = "<title>Confidence of events against the share that is right</title>"
    return "\n".join([head, title, f"<style>{STYLE}</style>", *parts, "</svg>", ""])


def main() -> None:
    found = cross_validate(GOLD, Codebook())
    PLOT.write_text(svg(found["reliability"], found["ece"]), encoding="utf-8")
    for row in found["reliability"]:
        print(f"{row['confidence']:.2f}  {row['right']:.2f}  {row['count']:>5.0f}")
    print(f"ECE {found['ece']:.3f} over {found['candidates']} candidates; {PLOT.name} written")


if __name__ == "__main__":
    main()
