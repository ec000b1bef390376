"""What one step calls in another is counted for the other alone."""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"


def test_a_step_within_a_step_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    spec = importlib.util.spec_from_file_location("parts", BENCH / "parts.py")
    assert spec is not None
    assert spec.loader is not None
    parts = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "parts", parts)
    spec.loader.exec_module(parts)
    now = iter([0.0, 1.0, 3.0, 4.0, 8.0, 9.0])
    monkeypatch.setattr(time, "process_time", lambda: next(now))
    clock = parts.Clock()
    inner = clock.time(lambda: "done", "who is who")
    outer = clock.time(inner, "events")
    assert outer() == "done"
    assert dict(clock.spent) == {"events": 2.0 + 4.0, "who is who": 1.0}
