"""Schemathesis against the API, over a loopback socket; skipped where it is not installed.

It makes requests from the description, such as fit it and such as do not, and checks status,
media type, headers and body of each answer.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from dragoman.web import app as web
from dragoman.web.app import create_app
from dragoman.web.openapi import describe
from tests.web.serving import serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("schemathesis") is None, reason="Schemathesis is not installed"),
]
CONFIG = Path(__file__).with_name("schemathesis.toml")
SECONDS = 300  # a run is stopped; alone on a machine the whole API takes half a minute


def run(address: str, folder: Path, *more: str) -> tuple[int, str]:
    """Run Schemathesis with every check; return its exit code and what it printed."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG),
               "--no-color", "run", f"{address}/api/openapi.json", "--checks", "all",
               "--mode", "all", "--seed", "1", "--warnings", "off", *more]  # fmt: skip
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_whole_api_is_as_described(folder: Path, tmp_path: Path):
    with serving(create_app(folder), log="critical") as address:
        code, said = run(address, tmp_path, "--max-examples", "10")
    assert code == 0, said[-4_000:]
    tested = len(describe()["paths"]) - 1  # it leaves out the address of the description itself
    assert re.search(rf"Tested: +{tested}\n", said), said[-4_000:]
    made, passed = re.search(r"(\d+) generated, (\d+) passed", said).groups()  # type: ignore[union-attr]
    assert int(made) == int(passed) > 1_000


def test_a_token_is_asked_for_everywhere(folder: Path, tmp_path: Path):
    with serving(create_app(folder, token="a-token-of-this-test"), log="critical") as address:
        code, said = run(
            address, tmp_path, "--max-examples", "2", "--phases", "fuzzing",
            "-H", "Authorization: Bearer a-token-of-this-test",
        )  # fmt: skip
    assert code == 0, said[-4_000:]


def wrong_document(**_: Any) -> dict[str, Any]:
    """Return a description that is wrong in a row and in a parameter."""
    import copy

    found = copy.deepcopy(describe())
    found["components"]["schemas"]["EventsPage"]["properties"]["total"] = {"type": "string"}
    for one in found["paths"]["/api/places"]["get"]["parameters"]:
        one["schema"] = {"type": "integer", "minimum": 100}
    found["paths"] = {p: found["paths"][p] for p in ("/api/events", "/api/places")}
    return found


def test_it_finds_what_is_not_as_described(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(web, "describe", wrong_document)
    with serving(create_app(folder), log="critical") as address:
        code, said = run(address, tmp_path, "--max-examples", "10", "--phases", "fuzzing",
                         "--continue-on-failure")  # fmt: skip
    assert code == 1
    assert "Response violates schema" in said
    assert "Schema-valid request rejected" in said
