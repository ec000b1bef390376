"""Hostile requests: `python bench/hostile_requests.py ARCHIVE [--requests 10000] [--seed 1]`.

Asks the application, in this process and without a socket, for addresses made of markup, SQL,
paths, nulls, half characters, huge numbers, repeated parameters, bad encodings and long strings,
with odd methods and headers. Prints one JSON object: answers by status, and every answer that is
a failure (500) or tells of the server's inside (a traceback, a path of the file system).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
from starlette.types import Message

from dragoman.web.app import create_app
from dragoman.web.asked import KINDS, PAGING, PARAMETERS

BAD = [
    b"<script>alert(1)</script>", b"\"><img src=x onerror=1>", b"{{7*7}}", b"${7*7}", b"%(a)s",
    b"' or 1=1 --", b"'; drop table events; --", b"union select * from reports", b"$1", b"?", b"%",
    b"../../../../etc/passwd", b"..\\..\\boot.ini", b"/etc/passwd", b"file:///etc/passwd",
    b"read_csv('/etc/passwd')", b"\x00", b"a\x00b", b"\xed\xa0\x80", b"\xff\xfe", b"\xc0\xaf",
    "\u202e\u0000\u200b".encode(), "\U0001f600".encode(), "İıſ".encode(), b"\r\nX-Evil: 1",
    b"9" * 40, b"-1", b"0", b"1e309", b"NaN", b"inf", b"0x10", "١٢".encode(), b"2026-13-45",
    b"9999-99-99", b"0000-00", b"true", b"null", b"[]", b"*-*", b"*-", b"-", b"A-*", b"ABC-DEF",
    b"a" * 190, b"a" * 201, b"(" * 150, b"%25%32%65", b"any", b"yes", b"200", b"10000",
]  # fmt: skip
FIXED = ["/", "/search", "/map", "/network", "/network/actors", "/api", "/api/openapi.json",
         "/api/map.csv", "/api/network.csv", "/api/network/actors.csv", "/api/months.csv",
         "/static/base.svg"]  # fmt: skip
ROOTS = ["/reports/", "/codebook/", "/dyads/", "/stories/", "/actors/", "/static/", "/api/",
         "/api/reports/", "/api/dyads/", "/api/actors/", "/"]  # fmt: skip
ENDS = [b"", b"", b".csv", b"/partners.csv"]
METHODS = ["GET"] * 16 + ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"]
HEADERS = [b"host", b"cookie", b"authorization", b"accept", b"range", b"content-length",
           b"x-forwarded-host", b"transfer-encoding", b"if-none-match", b"origin"]  # fmt: skip
INSIDE = (b"Traceback (most", b'File "/', b"site-packages", b"root:x:", b"duckdb", b".parquet")
NAMES = [p.name for p in (*PARAMETERS, *PAGING)]
Request = tuple[str, bytes, bytes, list[tuple[bytes, bytes]]]


def requests(count: int, seed: int) -> Iterator[Request]:
    """Make so many requests: method, path, query, headers; the same ones for the same seed."""
    dice = random.Random(seed)
    lists = [f"/api/{kind}{end}" for kind in KINDS for end in ("", ".csv")]
    for _ in range(count):
        path = dice.choice(FIXED + lists).encode()
        if dice.random() < 0.3:
            path = dice.choice(ROOTS).encode() + dice.choice(BAD) + dice.choice(ENDS)
        pairs = [(dice.choice(NAMES).encode(), dice.choice(BAD)) for _ in range(dice.randrange(4))]
        if dice.random() < 0.2:
            pairs.append((dice.choice(BAD), dice.choice(BAD)))
        if path == b"/search":
            pairs.append((b"kind", dice.choice([*KINDS, "<b>"]).encode()))
        escape = dice.random() < 0.8
        query = b"&".join(_pair(name, value, escape) for name, value in pairs)
        headers = [(b"host", b"127.0.0.1")]
        if dice.random() < 0.15:
            headers.append((dice.choice(HEADERS), dice.choice(BAD)))
        if dice.random() < 0.02:
            headers = headers[1:]
        yield dice.choice(METHODS), path, query, headers


def _pair(name: bytes, value: bytes, escape: bool) -> bytes:
    return b"=".join((quote(name).encode(), quote(value).encode()) if escape else (name, value))


async def answer(app: Any, request: Request) -> tuple[int, bytes]:
    """Return the status and body of one answer, as a server would have handed on the request."""
    method, path, query, headers = request
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
        "method": method,
        "scheme": "http", "path": path.decode("utf-8", "replace"), "raw_path": path,
        "query_string": query, "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    told: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        told.append(message)

    await app(scope, receive, send)
    return told[0]["status"], b"".join(m.get("body", b"") for m in told[1:])


def wrong(folder: Path, status: int, body: bytes) -> str | None:
    """Return what is wrong with an answer, if anything."""
    if status == 500:
        return "failed"
    inside = (*INSIDE, str(folder.resolve()).encode())
    return next((f"tells {t.decode()}" for t in inside if t in body), None)


async def attack(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """Ask all; return answers by status and what was wrong, with its request."""
    app = create_app(folder)
    statuses: Counter[int] = Counter()
    found: list[dict[str, str]] = []
    for request in requests(count, seed):
        try:
            status, body = await answer(app, request)
            said = wrong(folder, status, body)
        except Exception as error:
            status, said = 500, repr(error)
        statuses[status] += 1
        if said:
            found.append({"request": repr(request), "wrong": said})
    return {"requests": count, "answers": dict(sorted(statuses.items())), "wrong": found}


def main() -> None:
    """Ask and print; leave with 1 where anything is wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("archive", type=Path)
    options.add_argument("--requests", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    told = anyio.run(attack, chosen.archive, chosen.requests, chosen.seed)
    print(json.dumps({**told, "wrong": told["wrong"][:20]}, indent=1))
    sys.exit(bool(told["wrong"]))


if __name__ == "__main__":
    main()
