"""Measures everything that Dragoman finds, beside plain baselines, in one run.

python bench/quality.py                  every figure; those of the gold where it is there
python bench/quality.py --gate           the figures that need no gold, against the baseline
python bench/quality.py --keep-baseline  the same, written to bench/quality-baseline.json
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
BASELINE = ROOT / "bench" / "quality-baseline.json"
CACHE = ROOT / ".cache" / "parses.sqlite"
MOST_LOST = 0.005  # half a point
DRAGOMAN = [sys.executable, "-c", "from dragoman.cli import main; main()"]
# what holds without gold: command, and the figures that may not fall
GATED: dict[str, tuple[list[str], tuple[str, ...]]] = {
    "codebook": (
        [*DRAGOMAN, "codebook", "test", "--json", "--cache", str(CACHE)],
        ("all_f1", "mode_accuracy", "factuality_accuracy", "no_event_precision"),
    ),
    "entities": (
        [*DRAGOMAN, "evaluate", "entities", "bench/coref", "--json", "--cache", str(CACHE)],
        (),  # every figure of the part that is kept out of development
    ),
}
# what needs the gold; each prints figures that are held out, or says what was seen
MEASURED: dict[str, list[str]] = {
    "report": [*DRAGOMAN, "evaluate", "report", "{shared}/reports/haftar-moscow.gold.json"],
    "participants of events": [sys.executable, "bench/participants.py"],
    "times": [*DRAGOMAN, "evaluate", "times", "{shared}/gold/times.jsonl", "--baseline"],
    "places": [sys.executable, "bench/train_places.py", "--folds", "5"],
    "attribution": [sys.executable, "bench/train_attribution.py", "--folds", "5"],
    "typing a given pair": [sys.executable, "bench/train_typing.py", "--only-validate"],
    "weighing": [sys.executable, "bench/train_weigh.py", "--only-validate"],
    "bare sentences": [sys.executable, "bench/train_weigh.py", "--reading"],
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--gate", action="store_true")
    options.add_argument("--keep-baseline", action="store_true")
    chosen = options.parse_args()
    found = {name: _figures(command) for name, (command, _) in GATED.items()}
    for name, figures in found.items():
        _show(name, figures)
    if chosen.keep_baseline:
        BASELINE.write_text(json.dumps(_gated(found), indent=1, sort_keys=True) + "\n")
    elif chosen.gate:
        _gate(_gated(found))
    else:
        _measure()


def _figures(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[1:])} failed:\n{done.stderr}")
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _show(name: str, figures: dict[str, Any]) -> None:
    print(f"== {name}")
    for key, value in figures.items():
        print(f"  {key}: {value:.3f}" if isinstance(value, float) else f"  {key}: {value}")


def _gated(found: dict[str, dict[str, Any]]) -> dict[str, float]:
    """Return the figures that may not fall, named by their area."""
    kept = {}
    for name, figures in found.items():
        wanted = GATED[name][1] or tuple(_held_out(figures))
        kept.update({f"{name}.{key}": figures[key] for key in wanted if key in figures})
    return kept


def _held_out(figures: dict[str, Any]) -> Iterator[str]:
    return (k for k, v in figures.items() if k.startswith("test_") and isinstance(v, float))


def _gate(now: dict[str, float]) -> None:
    """Leave with 1 where a figure is more than half a point under the baseline."""
    before = json.loads(BASELINE.read_text())
    lost = {
        name: (value, now.get(name, 0.0))
        for name, value in before.items()
        if now.get(name, 0.0) < value - MOST_LOST
    }
    for name, (was, value) in lost.items():
        print(f"fell: {name} from {was:.3f} to {value:.3f}", file=sys.stderr)
    if lost:
        sys.exit(1)
    print(f"{len(before)} figures held")


def _measure() -> None:
    if not SHARED.is_dir():
        print("the gold is not beside the checkout: what needs it was left out")
        return
    for name, command in MEASURED.items():
        print(f"== {name}", flush=True)
        filled = [part.format(shared=SHARED) if "{shared}" in part else part for part in command]
        if "evaluate" in filled:
            filled += ["--cache", str(CACHE), "--errors", str(CACHE.with_name(f"{name}.jsonl"))]
        subprocess.run(filled, cwd=ROOT, check=False)


if __name__ == "__main__":
    main()
