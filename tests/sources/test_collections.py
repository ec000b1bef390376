"""Reports from packed files, tables, feeds, WARC files and addresses."""

from __future__ import annotations

import gzip
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyarrow as pa
import pytest
import zstandard
from pyarrow import parquet

from dragoman.records import Report
from dragoman.sources import Failure, read_files
from dragoman.sources.web import MAX_PAGE, read_url

TEXT = "The harbour council met the dockers' union on Tuesday and agreed to a new timetable."
PAGE = f"""<!doctype html><html lang="en"><head><title>Council</title></head><body><article>
<h1>Council</h1><p>{TEXT}</p><p>{TEXT} Both sides will meet again after the holidays.</p>
</article></body></html>"""
FEED = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour Gazette</title>
<link>https://gazette.example/</link><language>en-gb</language>
<item><guid>g1</guid><title>One</title><link>https://gazette.example/1</link>
<pubDate>Mon, 14 Aug 2017 10:00:00 GMT</pubDate>
<description><![CDATA[<p>{TEXT}</p><script>bad()</script><p>Second.</p>]]></description></item>
<item><guid>g2</guid><title>Empty</title></item></channel></rss>"""


def _both(path: Path | str, **options: object) -> tuple[list[Report], list[Failure]]:
    found = list(read_files([str(path)], **options))  # type: ignore[arg-type]
    reports = [one for one in found if isinstance(one, Report)]
    return reports, [one for one in found if isinstance(one, Failure)]


def test_packed_lines_are_read(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps({"id": str(n), "text": TEXT}) for n in range(3)).encode()
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines))
    (tmp_path / "b.jsonl.zst").write_bytes(zstandard.compress(lines))
    reports, failures = _both(tmp_path)
    assert [r.id for r in reports] == ["0", "1", "2"] * 2
    assert not failures


def test_a_packed_bomb_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"a" * 60_000_000))
    (tmp_path / "b.jsonl.zst").write_bytes(zstandard.compress(b"a" * 60_000_000 + b"\n{}"))
    reports, failures = _both(tmp_path)
    assert not reports
    assert [f.line for f in failures] == [None, 1, 2]


def test_a_broken_pack_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"text": "x"}\n' * 900)[:60])
    assert "cannot be read" in str(_both(tmp_path / "a.jsonl.gz")[1][-1])


def test_a_table_is_read_by_its_column_names(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f'headline;body;date\nOne;"{TEXT}";2017-08-14\nTwo;;2017-08-15\n')
    reports, failures = _both(file)
    assert [(r.title, r.published) for r in reports] == [("One", "2017-08-14")]
    assert failures[0].line == 3
    assert "empty" in failures[0].reason


def test_a_named_column_must_exist(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"wording,day\n{TEXT},2017-08-14\n")
    assert "name it" in _both(file)[1][0].reason
    assert "no column 'words'" in _both(file, columns={"text": "words"})[1][0].reason
    reports, _ = _both(file, columns={"text": "wording", "published": "day"})
    assert reports[0].published == "2017-08-14"


def test_parquet_is_read_with_typed_dates(tmp_path: Path) -> None:
    import datetime

    table = pa.table({"text": [TEXT, None], "published": [datetime.date(2017, 8, 14), None]})
    parquet.write_table(table, tmp_path / "a.parquet")
    reports, failures = _both(tmp_path / "a.parquet")
    assert reports[0].published == "2017-08-14"
    assert failures[0].line == 2


def test_what_is_no_table_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"not parquet at all")
    (tmp_path / "b.csv").write_bytes(b"text\n\xff\xfe\x00bad\n")
    assert len(_both(tmp_path)[1]) == 2


def test_a_feed_gives_its_entries(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(FEED)
    reports, failures = _both(tmp_path / "a.xml")
    (report,) = reports
    assert report.text == f"{TEXT}\nSecond."
    assert (report.published, report.source, report.language) == (
        "2017-08-14",
        "Harbour Gazette",
        "en",
    )
    assert failures[0].report == "g2"


def _warc(pages: list[tuple[str, int, str, bytes]]) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for address, status, kind, body in pages:
        headers = StatusAndHeaders(f"{status} X", [("Content-Type", kind)], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                address, "response", payload=io.BytesIO(body), http_headers=headers
            )
        )
    return out.getvalue()


def test_a_warc_gives_its_pages(tmp_path: Path) -> None:
    pages = [
        ("https://a.example/1", 200, "text/html; charset=utf-8", PAGE.encode()),
        ("https://a.example/i.png", 200, "image/png", b"\x89PNG"),
        ("https://a.example/gone", 404, "text/html", b"<html>gone</html>"),
        ("https://a.example/nav", 200, "text/html", b"<html><body></body></html>"),
    ]
    data = _warc(pages)
    (tmp_path / "a.warc.gz").write_bytes(data)
    reports, failures = _both(tmp_path / "a.warc.gz")
    assert [r.url for r in reports] == ["https://a.example/1"]
    assert [f.line for f in failures] == [4]
    (tmp_path / "cut.warc.gz").write_bytes(data[:-80])
    assert [r.url for r in _both(tmp_path / "cut.warc.gz")[0]] == ["https://a.example/1"]


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/page":
            self._answer(200, PAGE.encode())
        elif self.path == "/loop":
            self._answer(302, b"", "/loop")
        elif self.path == "/moved":
            self._answer(302, b"", "/page")
        elif self.path == "/huge":
            self._answer(200, b"a" * (MAX_PAGE + 10))
        else:
            self._answer(404, b"")

    def _answer(self, status: int, body: bytes, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_page_is_fetched_through_redirects(site: str) -> None:
    (report,) = read_url(f"{site}/moved", private=True)
    assert isinstance(report, Report)
    assert report.url == f"{site}/page"


@pytest.mark.parametrize(
    ("path", "reason"), [("/loop", "redirects"), ("/huge", "over 5 MB"), ("/none", "404")]
)
def test_what_cannot_be_fetched_says_why(site: str, path: str, reason: str) -> None:
    (failure,) = read_url(f"{site}{path}", private=True)
    assert isinstance(failure, Failure)
    assert reason in failure.reason


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x", "http://[::1]/x", "http://10.0.0.1/"])
def test_private_addresses_are_not_read(address: str) -> None:
    (failure,) = read_url(address)
    assert isinstance(failure, Failure)
    assert "private network" in failure.reason
