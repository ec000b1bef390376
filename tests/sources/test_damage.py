"""Damaged and hostile sources: each of these once ended a run, hung, or lost a neighbour."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
import zstandard
from pyarrow import parquet

from dragoman.records import Report
from dragoman.sources import Failure, make_report, read_files
from dragoman.sources.base import SourceError
from dragoman.sources.feed import links_of
from dragoman.sources.html import MOST_ATTRIBUTES
from dragoman.sources.text import MOST_TAGS

TEXT = "The harbour council met the dockers' union on Tuesday and agreed to a new timetable."
LINE = json.dumps({"text": TEXT}).encode() + b"\n"


def _read(file: Path, data: bytes) -> tuple[list[Report], list[Failure]]:
    file.write_bytes(data)
    found = list(read_files([str(file)]))
    return (
        [one for one in found if isinstance(one, Report)],
        [one for one in found if isinstance(one, Failure)],
    )


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.txt"])
@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_damaged_pack_is_told(tmp_path: Path, name: str, pack: object) -> None:
    packed = bytearray(pack(b"text,id\n" + LINE * 5000))  # type: ignore[operator]
    packed[len(packed) // 2 :] = b"\xff" * 40
    suffix = ".gz" if pack is gzip.compress else ".zst"
    _, failures = _read(tmp_path / (name + suffix), bytes(packed))
    assert "packed file" in str(failures[-1])


def test_a_zstandard_file_that_breaks_off_is_told(tmp_path: Path) -> None:
    lines = b"".join(json.dumps({"text": f"{TEXT} {n * n}"}).encode() + b"\n" for n in range(9000))
    packed = zstandard.compress(lines)
    reports, failures = _read(tmp_path / "a.jsonl.zst", packed[:-200])
    assert "breaks off" in str(failures[-1])
    assert reports


def test_all_frames_of_a_zstandard_file_are_read(tmp_path: Path) -> None:
    reports, failures = _read(tmp_path / "a.jsonl.zst", zstandard.compress(LINE) * 3)
    assert (len(reports), failures) == (3, [])


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_a_bomb_keeps_what_stood_before_it(tmp_path: Path, name: str) -> None:
    head = gzip.compress(b"text\n" + TEXT.encode() + b"\n" if name == "a.csv" else LINE)
    bomb = gzip.compress(b"0" * 90_000_000, 9)
    reports, failures = _read(tmp_path / f"{name}.gz", head + bomb)
    assert [report.text for report in reports] == [TEXT]
    assert failures


def test_a_bomb_is_stopped_by_its_ratio(tmp_path: Path) -> None:
    _, failures = _read(tmp_path / "a.jsonl.gz", gzip.compress(b"0" * 200_000_000, 9))
    assert "times its size" in str(failures[-1])


def test_deep_json_is_told_and_costs_no_other_line(tmp_path: Path) -> None:
    deep = b'{"text": ' + b"[" * 100_000 + b"\n"
    reports, failures = _read(tmp_path / "a.jsonl", LINE + deep + LINE)
    assert len(reports) == 2
    assert "nested too deeply" in str(failures[0])
    assert failures[0].line == 2
    assert _read(tmp_path / "a.json", deep)[1]


def test_a_row_in_another_encoding_costs_no_other(tmp_path: Path) -> None:
    bad = "Le conseil a été réuni à Nairobi.".encode("latin-1")
    data = b"text,id\n" + TEXT.encode() + b",1\n" + bad + b",2\n" + TEXT.encode() + b",3\n"
    reports, failures = _read(tmp_path / "a.csv", data)
    assert [report.id for report in reports] == ["1", "3"]
    assert (failures[0].line, failures[0].report) == (3, "2")


def test_a_row_that_is_too_long_costs_no_other(tmp_path: Path) -> None:
    long = b'"' + b"x" * 9_000_000 + b'",2\n'
    data = b"text,id\n" + TEXT.encode() + b",1\n" + long + TEXT.encode() + b",3\n"
    reports, failures = _read(tmp_path / "a.csv", data)
    assert [report.id for report in reports] == ["1", "3"]
    assert len(failures) == 1


def test_a_million_columns_are_read(tmp_path: Path) -> None:
    names = ",".join(f"c{n}" for n in range(1_000_000))
    data = f"text,{names}\n{TEXT}{',' * 1_000_000}\n".encode()
    reports, failures = _read(tmp_path / "a.csv", data)
    assert ([report.text for report in reports], failures) == ([TEXT], [])


def _parquet(table: pa.Table, **options: object) -> bytes:
    out = io.BytesIO()
    parquet.write_table(table, out, **options)
    return out.getvalue()


def test_a_cell_that_is_no_value_costs_no_other_row(tmp_path: Path) -> None:
    days = pa.array([0, 2**58, 0], pa.timestamp("ms"))
    data = _parquet(pa.table({"text": [TEXT] * 3, "published": days}))
    reports, failures = _read(tmp_path / "a.parquet", data)
    assert [report.published for report in reports] == ["1970-01-01"] * 2
    assert failures[0].line == 2


def test_words_that_are_no_utf_8_are_told(tmp_path: Path) -> None:
    bad = pa.array([b"\xff\xfe", TEXT.encode()]).view(pa.string())
    reports, failures = _read(tmp_path / "a.parquet", _parquet(pa.table({"text": bad})))
    assert (len(reports), len(failures)) == (1, 1)


def test_a_group_of_rows_that_is_damaged_costs_no_other(tmp_path: Path) -> None:
    table = pa.table({"text": [f"{TEXT} {n}" for n in range(30)]})
    data = bytearray(_parquet(table, row_group_size=10, compression="zstd"))
    second = parquet.ParquetFile(io.BytesIO(bytes(data))).metadata.row_group(1).column(0)
    start = second.dictionary_page_offset or second.data_page_offset
    data[start : start + second.total_compressed_size] = b"\xff" * second.total_compressed_size
    reports, failures = _read(tmp_path / "a.parquet", bytes(data))
    assert len(reports) == 20
    assert "group 2" in str(failures[0])


def test_a_dictionary_that_unpacks_without_end_is_stopped(tmp_path: Path) -> None:
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 3000), pa.array(["x" * 5_000_000]))
    _, failures = _read(
        tmp_path / "a.parquet", _parquet(pa.table({"text": words}), compression="zstd")
    )
    assert "times its size" in str(failures[-1])
    assert len(failures) < 300


def test_a_dictionary_of_one_long_text_is_not_read_over_and_over(tmp_path: Path) -> None:
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 10_000), pa.array(["x" * 1_000_000]))
    reports, failures = _read(
        tmp_path / "a.parquet", _parquet(pa.table({"text": words}), compression="zstd")
    )
    assert 0 < len(reports) < 100
    assert "times its size" in str(failures[-1])


def test_a_feed_of_too_many_tags_is_refused(tmp_path: Path) -> None:
    item = b"<rss><channel><item><description>"
    _, failures = _read(tmp_path / "a.xml", item + b"<a:b xmlns:a='c'>" * MOST_TAGS)
    assert "the feed has over" in str(failures[0])


def test_half_characters_beside_the_text_are_replaced() -> None:
    report = make_report(TEXT, id="\ud8001", title="Council \udc00", source="\ud800", url="\ud800")
    assert report.title == "Council ?"
    assert report.id == "?1"
    with pytest.raises(SourceError, match="surrogate"):
        make_report("half \ud800 a character")


def test_a_date_that_is_a_book_is_none() -> None:
    with pytest.raises(SourceError, match="no such date") as told:
        make_report(TEXT, published="in 2017 " * 100_000)
    assert len(str(told.value)) < 300


def test_a_reason_is_short_and_steers_no_terminal(tmp_path: Path) -> None:
    data = ",".join(f"\x1b[2J{'x' * 3000}{n}" for n in range(50)).encode() + b"\n1\n"
    _, failures = _read(tmp_path / "a.csv", data)
    assert len(str(failures[0])) < 2_500
    assert str(Failure("a\nb\x1b[2J", "x")).isprintable()


@pytest.mark.parametrize(
    "page",
    [
        b"<html><body>" + b"<br>" * (MOST_TAGS + 1),
        b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(MOST_ATTRIBUTES + 9)) + b">",
        b"<html><body><p x' " + b" ".join(b"a%d" % n for n in range(MOST_ATTRIBUTES + 9)) + b">",
    ],
)
def test_a_page_made_to_be_slow_is_refused(tmp_path: Path, page: bytes) -> None:
    _, failures = _read(tmp_path / "a.html", page + TEXT.encode())
    assert "over " in str(failures[0])


def test_long_attributes_are_no_bomb(tmp_path: Path) -> None:
    image = b'<img src="data:image/png;base64,' + b"ab1=" * 100_000 + b'" alt="a b c">'
    page = b"<html><body><article><p>%s</p>%s<p>%s</p></article></body></html>"
    reports, _ = _read(tmp_path / "a.html", page % (TEXT.encode(), image, TEXT.encode()))
    assert reports


def test_an_entry_of_odd_shape_costs_no_other(tmp_path: Path) -> None:
    good = f"<entry><id>1</id><content>{TEXT}</content></entry>"
    odd = (
        '<entry><content type="html" src="x"/></entry><entry><content/><updated>9</updated></entry>'
    )
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{odd}{good}</feed>'.encode()
    reports, failures = _read(tmp_path / "a.atom", feed)
    assert [report.text for report in reports] == [TEXT]
    assert len(failures) == 2
    assert isinstance(links_of(feed), list)


def test_an_entry_with_control_characters_is_read(tmp_path: Path) -> None:
    marked = f"<![CDATA[<p>{TEXT}</p>\x02 \x00<p>Over.</p>]]>"
    entry = f'<entry><id>1</id><content type="html">{marked}</content></entry>'
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'.encode()
    reports, _ = _read(tmp_path / "a.atom", feed)
    assert [report.text.split()[-1] for report in reports] == ["Over."]


@pytest.mark.parametrize("tag", ["<br>", "<script>x</script>"])
@pytest.mark.parametrize("sign", ["&#2;", "&#xFFFF;", "\x02"])
def test_an_entry_may_write_control_characters_out(tmp_path: Path, tag: str, sign: str) -> None:
    entry = f"<item><link>a</link><description><![CDATA[Begun.{tag}{sign} Over.]]></description>"
    feed = f'<rss version="2.0"><channel>{entry}</item></channel></rss>'.encode()
    reports, failures = _read(tmp_path / "a.rss", feed)
    assert [report.text.split()[-1] for report in reports] == ["Over."]
    assert not failures
    assert links_of(feed) == ["a"]


def test_words_of_different_blocks_stay_apart(tmp_path: Path) -> None:
    told = "<b>Points:</b><ul><li>Ports<li>Roads</ul><style>x</style><p>Over.</p>Ended<br/>here"
    entry = f"<item><description><![CDATA[{told}]]></description></item>"
    feed = f'<rss version="2.0"><channel>{entry}</channel></rss>'.encode()
    reports, _ = _read(tmp_path / "a.rss", feed)
    assert [r.text for r in reports] == ["Points:\nPorts\nRoads\nOver.\nEnded\nhere"]


def test_a_feed_tells_no_file_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a secret that no report may hold, " * 9)
    entity = f'<!DOCTYPE rss [<!ENTITY e SYSTEM "{tmp_path / "secret"}">]>'
    feed = (
        f"{entity}<rss><channel><item><description>&e; {TEXT}</description></item></channel></rss>"
    )
    for name in ("a.rss", "a.html"):
        reports, failures = _read(tmp_path / name, feed.encode())
        assert "a secret" not in "".join(report.text for report in reports)
        assert "a secret" not in "".join(map(str, failures))


_FLIP = """
import sys
from dragoman.sources import read_files
file, good = sys.argv[1], open(sys.argv[1], "rb").read()
for at in range(len(good) - 1, int(sys.argv[2]), -1):
    open(file, "wb").write(good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
    list(read_files([file]))
"""


def test_no_damage_to_a_footer_ends_the_process(tmp_path: Path) -> None:
    data = _parquet(pa.table({"text": [TEXT], "title": [None]}), compression="zstd")
    (tmp_path / "a.parquet").write_bytes(data)
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    command = [sys.executable, "-c", _FLIP, str(tmp_path / "a.parquet"), str(footer)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def _crawl(packed: bool) -> list[bytes]:
    """Return the records of a crawl of seven pages, each about another council."""
    made = []
    for n in range(7):
        body = f"<html><body><article><p>Council {n}: {TEXT}</p></article></body></html>".encode()
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/{n}\r\n"
        head += f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}"
        record = head.encode() + b"\r\n\r\n" + answer + b"\r\n\r\n"
        made.append(gzip.compress(record) if packed else record)
    return made


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("bad", [[0], [2], [1, 2], [1, 4], [0, 3, 5], [6]])
@pytest.mark.parametrize(
    "damage",
    [lambda d: b"XXXX/1.0" + d[8:], lambda _: b"\0" * 900],
    ids=["header", "nothing"],
)
def test_a_damaged_record_of_a_crawl_costs_no_other(
    tmp_path: Path, packed: bool, bad: list[int], damage: Callable[[bytes], bytes]
) -> None:
    parts = [damage(d) if n in bad else d for n, d in enumerate(_crawl(packed))]
    name = "a.warc.gz" if packed else "a.warc"
    reports, failures = _read(tmp_path / name, b"".join(parts))
    assert [report.text[8] for report in reports] == [str(n) for n in range(7) if n not in bad]
    assert failures


@pytest.mark.parametrize("packed", [False, True])
def test_a_crawl_that_breaks_off_is_told(tmp_path: Path, packed: bool) -> None:
    data = b"".join(_crawl(packed))
    name = "a.warc.gz" if packed else "a.warc"
    reports, failures = _read(tmp_path / name, data[:-90])
    assert len(reports) == 6
    assert "cut short" in str(failures[-1])


def test_a_file_name_that_is_no_utf_8_can_be_told_and_kept(tmp_path: Path) -> None:
    name = tmp_path / "\udcff\u202e\n\x1b[2J.txt"
    _, failures = _read(name, b"\0\0")
    assert failures[0].where.endswith("\\udcff\u202e\n\x1b[2J.txt")
    assert json.dumps(failures[0].where).encode()
    assert failures[0].where.encode("utf-8")
    assert str(failures[0]).isprintable()
