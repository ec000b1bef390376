"""What is refused, and how: hosts, tokens, paths, sizes, hostile requests."""

from __future__ import annotations

import random
import time
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest
from starlette.testclient import TestClient

from dragoman.archive.store import ArchiveError
from dragoman.cli.serve import is_loopback
from dragoman.web.app import create_app
from dragoman.web.asked import KINDS, PARAMETERS, AskedError
from dragoman.web.desk import Desk

TOKEN = "k" * 32


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "", "127.0.0.1.x", "[::2]"]
)
def test_other_hosts_are_refused(caller: TestClient, host: str):
    assert caller.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000"])
def test_loopback_hosts_are_served(caller: TestClient, host: str):
    assert caller.get("/static/style.css", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/nothing", "/api/nothing", "/static/style.css"])
def test_every_answer_has_the_headers(caller: TestClient, path: str):
    headers = caller.get(path).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_pages_need_no_inline_style_or_script(caller: TestClient, plain: str):
    for path in ("/", "/search", f"/reports/{plain}", "/codebook/AID", "/dyads/KEN-TZA", "/api"):
        html = caller.get(path).text
        assert not any(
            bad in html for bad in ("<style", "style=", "<script", " onclick", "http://")
        )


@pytest.fixture(scope="module")
def guarded(folder: Path) -> TestClient:
    app = create_app(folder, hosts=("news.example",), token=TOKEN)
    return TestClient(app, base_url="http://news.example", follow_redirects=False)


def test_token(guarded: TestClient):
    right = {"authorization": f"Bearer {TOKEN}"}
    assert guarded.get("/").status_code == 401
    assert guarded.get("/api/events").json()["error"]["code"] == "no_token"
    assert guarded.get("/api/events", headers=right).status_code == 200
    assert guarded.get("/", headers={"authorization": "Bearer x"}).status_code == 401
    assert (
        guarded.get("/", headers={"cookie": "dragoman_token=é".encode("latin-1")}).status_code
        == 401
    )
    assert guarded.get("/?token=wrong").status_code == 401


def test_token_in_an_address_becomes_a_cookie(guarded: TestClient):
    answer = guarded.get(f"//evil.example?token={TOKEN}&type=AID")
    assert answer.status_code == 303
    assert TOKEN not in answer.headers["location"]
    assert not answer.headers["location"].startswith("//")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/%2e%2e%2fapp.py", "/static/..%5capp.py",
        "/codebook/..%2fwords",
        "/codebook/words", "/codebook/ASSAULT?version=..", "/codebook/ASSAULT?version=../../..",
        "/reports/../../etc/passwd", "/reports/%00", "/stories/..%2f..%2fetc", "/api/../static/x",
    ],
)  # fmt: skip
def test_no_path_reaches_the_file_system(caller: TestClient, path: str):
    answer = caller.get(path)
    assert answer.status_code in (400, 404)
    assert "import" not in answer.text


@pytest.mark.parametrize(
    "query",
    ["per=201", "per=0", "page=0", "page=99999999999", "per=x", "confidence=2", "confidence=nan",
     "since=yesterday", "factuality=maybe", "dyad=RUS", "nothing=1", "type=" + "x" * 201,
     "text=%00", "historical=1", "page=²"],
)  # fmt: skip
def test_mistaken_values_have_one_error_shape(caller: TestClient, query: str):
    answer = caller.get(f"/api/events?{query}")
    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"code", "message"}
    assert caller.get(f"/search?{query}").status_code == 400


def test_long_addresses_and_writing_are_refused(caller: TestClient):
    assert caller.get("/api/events?text=" + "x" * 3_000).status_code == 414
    refused = caller.post("/api/events")
    assert refused.status_code == 405
    assert "GET" in refused.headers["allow"]


def test_a_query_that_takes_long_is_stopped(folder: Path):
    started = time.monotonic()
    with pytest.raises(AskedError) as raised:
        Desk(folder, seconds=0.3).run("select sum(a.range * b.range) from range(100000000) a,"
                                      " range(100000) b")  # fmt: skip
    assert (raised.value.code, raised.value.status) == ("too_slow", 503)
    assert time.monotonic() - started < 10


def test_queries_see_no_file_outside_the_archive(folder: Path):
    with pytest.raises(duckdb.PermissionException):
        Desk(folder).run("select * from read_text('/etc/hostname')")


def test_no_archive_is_said(tmp_path: Path):
    with pytest.raises(ArchiveError):
        create_app(tmp_path)


def test_loopback():
    assert all(map(is_loopback, ("127.0.0.1", "::1", "localhost", "127.8.9.1")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "10.0.0.1", "example.org")))


_BAD = ["'", '"', "--", ";drop table events", "%", "_", "\\", "\x00", "\x1b", "<script>",
        "../",
        "\u202e",
        "😀", "null", "-1", "1e309", "nan", "*", "*-*", "A-B", "ÿ", "{{7*7}}", "${x}",
        "' or 1=1 --",
        "2026-99-99", "2026-02", "true", "KEN", "ev1", "9" * 40]  # fmt: skip


def hostile_path(rng: random.Random, keys: list[str]) -> str:
    """Return a random address: a true one, a bent one, or nonsense."""

    def piece() -> str:
        text = "".join(rng.choices([*_BAD, *keys], k=rng.randint(1, 3)))
        return quote(text, safe=rng.choice(["", "/?&="]))

    path = rng.choice(
        ["/", "/search", "/map", "/api", "/api/openapi.json", f"/api/{rng.choice(KINDS)}",
         f"/api/{rng.choice(KINDS)}.csv", f"/reports/{piece()}", f"/codebook/{piece()}",
         f"/dyads/{piece()}", f"/stories/{piece()}", f"/api/reports/{piece()}", f"/{piece()}",
         f"/api/dyads/{piece()}.csv", f"/static/{piece()}", "/dyads/KEN-TZA", "/dyads/a-b"]
    )  # fmt: skip
    names = [*(p.name for p in PARAMETERS), "page", "per", "kind", "version", "token", piece()]
    query = "&".join(f"{rng.choice(names)}={piece()}" for _ in range(rng.choice([0, 1, 1, 2])))
    return f"{path}?{query}" if query else path


@pytest.mark.slow
def test_hostile_requests_never_fail(caller: TestClient, plain: str):
    rng = random.Random(7)
    seen = set()
    for _ in range(400):
        path = hostile_path(rng, [plain, *KINDS])
        answer = caller.get(path)
        seen.add(answer.status_code)
        assert answer.status_code in (200, 400, 404, 414), path
        assert "Traceback" not in answer.text
    assert {200, 400, 404} <= seen
