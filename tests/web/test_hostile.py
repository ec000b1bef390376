"""Hostile requests in number: none fails, none is told of the server's inside."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import anyio
import pytest
from starlette.testclient import TestClient

from tests.web.conftest import PLAIN

BENCH = Path(__file__).parents[2] / "bench" / "hostile_requests.py"


@pytest.fixture(scope="module")
def attacks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hostile_requests", BENCH)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_1500_hostile_requests_neither_fail_nor_tell(folder: Path, attacks: ModuleType) -> None:
    told = anyio.run(attacks.attack, folder, 1_500, 1)
    assert told["wrong"] == []
    assert told["answers"][200] > 100
    assert told["answers"][400] > 100


def test_an_answer_that_tells_of_the_inside_is_found(folder: Path, attacks: ModuleType) -> None:
    assert attacks.wrong(folder, 500, b"") == "failed"
    assert attacks.wrong(folder, 400, b'File "/srv/app.py", line 3')
    assert attacks.wrong(folder, 400, b"in " + str(folder.resolve()).encode())
    assert attacks.wrong(folder, 200, PLAIN.text.encode()) is None


def test_a_query_that_is_no_text_is_refused(folder: Path, attacks: ModuleType) -> None:
    app = attacks.create_app(folder)
    asked = ("GET", b"/api/events", b"text=\xff\xfe", [(b"host", b"127.0.0.1")])
    status, body = anyio.run(attacks.answer, app, asked)
    assert status == 400
    assert b"UTF-8" in body


def test_the_same_query_is_answered_anew_after_the_archive_changed(folder: Path) -> None:
    from dragoman.web.desk import Desk

    desk = Desk(folder)
    desk.settle()  # lists are kept by now, and nothing changes by itself
    first = desk.archive.sql("select count(*) as n from reports")
    assert desk.archive.sql("select count(*) as n from reports") is first
    desk.renew()
    assert desk.archive.sql("select count(*) as n from reports") is not first


def test_csv_holds_the_whole_list_and_refuses_one_that_is_too_long(
    caller: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = caller.get("/api/reports.csv").text.splitlines()
    assert len(lines) == 1 + caller.get("/api/reports").json()["total"] == 3
    assert len(caller.get("/api/reports.csv?per=1").text.splitlines()) == 2
    monkeypatch.setattr("dragoman.web.lists.MOST_WHOLE", 1)
    answer = caller.get("/api/reports.csv")
    assert answer.status_code == 503
    assert "2 rows" in answer.json()["error"]["message"]
