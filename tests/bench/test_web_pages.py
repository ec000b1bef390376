"""The pages over an archive of 10,000 events, as `bench/web_pages.py` makes and asks it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dragoman.web.app import create_app

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from web_pages import PAGES, ask, fill

_MOST = 3_000.0  # ms; ten times what a million events may take, for a machine with other work


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    folder = tmp_path_factory.mktemp("pages") / "archive"
    fill(folder, 10_000)
    guard = create_app(folder)
    assert isinstance(guard.app, Starlette)
    guard.app.state.desk.settle()
    assert guard.app.state.desk.archive.kept
    return TestClient(guard, "http://127.0.0.1")


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_answered_in_time(caller: TestClient, name: str) -> None:
    took = ask(caller, PAGES[name], 1)
    assert 0 < took["first"] < _MOST


def test_the_lists_have_what_was_made(caller: TestClient) -> None:
    assert caller.get("/api/events?factuality=any").json()["total"] == 10_000
    assert caller.get("/api/statements").json()["total"] == 5_000
    assert caller.get("/api/stories").json()["total"] == 500
    assert caller.get("/api/events?text=the+1234th").json()["total"] == 1
