"""What the check of the packages tells; the check itself is `make install-check`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture(scope="module")
def install() -> Any:
    spec = importlib.util.spec_from_file_location("install_check", BENCH / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_failed_check_is_told_with_its_last_line(install: Any, tmp_path: Path) -> None:
    failing = [sys.executable, "-c", "import sys; sys.exit('no such thing')"]
    assert install.outcome(failing, tmp_path, {}).endswith("exit code 1: no such thing")


def test_a_check_that_writes_nothing_is_told(install: Any, tmp_path: Path) -> None:
    assert install.outcome(["true"], tmp_path, {}) == "wrote nothing"


def test_a_failed_check_and_a_large_one_are_not_good(install: Any) -> None:
    fine = {"version": "3.12.1", "installed_mb": 480, "read": "ok"}
    assert install.good(fine)
    assert not install.good({**fine, "read": "exit code 1: no"})
    assert not install.good({**fine, "installed_mb": 601})


def test_no_network_is_seen_by_a_check(install: Any, tmp_path: Path) -> None:
    if not install.alone():
        pytest.skip("no network can be cut off here")
    program = "import socket; print([name for _, name in socket.if_nameindex()])"
    assert install.run([*install.alone(), sys.executable, "-c", program], tmp_path) == "['lo']\n"
