"""The comparison with other tools, on two made-up texts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench"
TEXTS = [
    {"text": "Kenya accused Uganda of cheating.", "published": "2026-03-02"},
    {"text": "The weather was mild.", "published": "2026-03-02"},
]


def _run(tool: str, folder: Path) -> dict[str, object]:
    path = folder / "texts.json"
    path.write_text(json.dumps(TEXTS), encoding="utf-8")
    command = [sys.executable, str(BENCH / "compare_tools.py"), tool, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def test_the_naive_coder_takes_the_verb_and_the_nearest_names(tmp_path: Path) -> None:
    assert _run("naive coder", tmp_path)["found"] == [[["ACCUSE", [0, 5], [14, 20]]], []]


def test_dragoman_is_run_the_same_way(tmp_path: Path) -> None:
    told = _run("Dragoman", tmp_path)
    assert told["found"] == [1, 0]
    assert isinstance(told["megabytes"], int)
