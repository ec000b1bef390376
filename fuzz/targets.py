"""What is fuzzed: a function a target, bytes in; only the project's own errors may come out.

A reader of sources may not raise at all: whatever the bytes, each report comes out as a record
that can be written as JSON, or as a failure that can be printed.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

CODEBOOK = Path(__file__).resolve().parents[1] / "codebook"
_TIMEX = re.compile(r"[0-9A-Z_:.\-]+|P[0-9A-Z.e+]+")


class WrongError(AssertionError):
    """A target took the bytes without an error, and what it made of them is wrong."""


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that is fuzzed.

    Attributes:
        run: takes the bytes; raises where something is wrong.
        seeds: makes the inputs to begin from.
        imports: modules whose branches are followed where the engine can.
    """

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    imports: tuple[str, ...] = ("dragoman.sources",)


@cache
def _folder() -> Path:
    shared_memory = Path("/dev/shm")
    place = str(shared_memory) if shared_memory.is_dir() else None
    return Path(tempfile.mkdtemp(prefix="dragoman-fuzz-", dir=place))


def read_bytes(data: bytes, name: str) -> None:
    """Read bytes as a file of that name, by the way that the command line takes.

    Raises:
        WrongError: a report or failure came out that cannot be written down.
    """
    from dragoman.sources import read_files

    file = _folder() / name
    file.write_bytes(data)
    for found in read_files([str(file)], "2026-03-02"):
        check_found(found)


def check_found(found: Any) -> None:
    """Check what a reader of sources yielded.

    Raises:
        WrongError: it is no report that can be written as JSON, and no failure that can be printed.
    """
    from dragoman.records import Report
    from dragoman.sources import Failure

    if isinstance(found, Report):
        line = msgspec.json.encode(found)
        if msgspec.json.decode(line, type=Report) != found:
            raise WrongError("the report is another after its JSON")
        if not found.text.strip():
            raise WrongError("the report is empty")
        date.fromisoformat(found.published or "2026-01-01")
    elif isinstance(found, Failure):
        if len(str(found).encode("utf-8")) > 5_000:
            raise WrongError("the reason is longer than anybody reads")
    else:
        raise WrongError(f"neither a report nor a failure: {type(found)}")


def _text(data: bytes) -> None:
    read_bytes(data, "a.txt")


def _html(data: bytes) -> None:
    read_bytes(data, "a.html")


def _jsonl(data: bytes) -> None:
    read_bytes(data, "a.json" if data[:1] == b"[" else "a.jsonl")


def _csv(data: bytes) -> None:
    read_bytes(data, "a.csv")


def _parquet(data: bytes) -> None:
    read_bytes(data, "a.parquet")


def _warc(data: bytes) -> None:
    read_bytes(data, "a.warc.gz" if data[:2] == b"\x1f\x8b" else "a.warc")


def _feed(data: bytes) -> None:
    from dragoman.sources.feed import links_of

    read_bytes(data, "a.xml")
    links_of(data)


def _packed(data: bytes) -> None:
    inner = ("txt", "jsonl", "csv", "html")[data[0] % 4] if data else "txt"
    outer = "zst" if data[1:3] == b"\x28\xb5" else "gz"
    read_bytes(data[1:], f"a.{inner}.{outer}")


def _records(data: bytes) -> None:
    from dragoman.records import NotAReadingError, Reading

    try:
        found = Reading.from_json(data)
    except NotAReadingError:
        return
    if Reading.from_json(found.to_json()) != found:
        raise WrongError("the reading is another after its JSON")


def _times(data: bytes) -> None:
    from dragoman.codebook import Codebook
    from dragoman.extract.times import find_times

    text = data[3:].decode("utf-8", "replace")
    published = _day(data[:3])
    found = find_times(document_by_chance(text, data[:1] or b"\0"), published, _codebook(Codebook))
    for time in found:
        start, end = time.span
        if not 0 <= start < end <= len(text):
            raise WrongError(f"the span {time.span} is outside the text")
        if not _TIMEX.fullmatch(time.value) or len(time.value) > 60:
            raise WrongError(f"no TIMEX3 value: {time.value!r}")
        if (
            time.start
            and time.end
            and date.fromisoformat(time.start) > date.fromisoformat(time.end)
        ):
            raise WrongError(f"the interval ends before it begins: {time}")


@cache
def _codebook(kind: Callable[[], Any]) -> Any:
    return kind()


def _day(data: bytes) -> date | None:
    """Return a day of any year from three bytes, often the first or last there is."""
    if len(data) < 3 or data[0] % 8 == 0:
        return None
    if data[0] % 8 == 1:
        return date.max if data[1] % 2 else date.min
    number = int.from_bytes(data[1:3], "big") * 56 if data[0] % 8 == 2 else 730_000 + data[1] * 40
    return date.fromordinal(min(max(number, 1), date.max.toordinal()))


_TAGS = (("VBD", "VERB"), ("MD", "AUX"), ("NN", "NOUN"), ("NNP", "PROPN"), ("IN", "ADP"))
_TAGS += (("CD", "NUM"), ("NNS", "NOUN"), ("VB", "VERB"), ("TO", "PART"), ("JJ", "ADJ"))
_ENTS = ("", "DATE", "PERSON")
_DEPS = ("prep", "pobj", "npadvmod", "aux", "amod", "nsubj", "compound", "poss", "xcomp")


def document_by_chance(text: str, seed: bytes) -> Any:
    """Return a document whose words have tags and heads by chance, but always the same."""
    from dragoman.language.document import Document, Sentence, Token

    tokens: list[Any] = []
    sentences: list[Any] = []
    state = seed[0] + 1
    for match in re.finditer(r"\w+|[^\w\s]", text):
        state = (state * 1103515245 + 12345 + len(match.group())) % 2**31
        tag, pos = _TAGS[state // 64 % len(_TAGS)]
        token = Token(
            len(tokens), *match.span(), match.group(), lemma=match.group().lower(), tag=tag,
            pos=pos, dep=_DEPS[state // 1024 % len(_DEPS)], ent=_ENTS[state // 7 % 3],
        )  # fmt: skip
        if not sentences or sentences[-1].tokens[-1].text in ".!?":
            sentences.append(Sentence(len(sentences), [], None, 0))
        own = sentences[-1]
        token.sent = own.i
        if own.tokens and state % 5:
            token.head = own.tokens[state // 3 % len(own.tokens)]
            token.head.children.append(token)
        else:
            own.roots.append(token)
        own.tokens.append(token)
        tokens.append(token)
    return Document(text, tokens, sentences, [], [(0, len(text))])


@cache
def _codebook_files() -> list[Path]:
    return [p for p in sorted(CODEBOOK.rglob("*.yaml")) if "examples" not in p.parts]


def _book(data: bytes) -> None:
    """Load a codebook one of whose files is replaced (the first byte says which) or bent."""
    from dragoman.codebook import CodebookError

    files = _codebook_files()
    chosen = files[data[0] % len(files)] if data else files[0]
    folder = _codebook_copy()
    here = folder / chosen.relative_to(CODEBOOK)
    good = here.read_bytes()
    _forget(here)
    try:
        here.write_bytes(data[2:] if data[1:2] < b"\x80" else _bent(chosen, data[2:]))
        with _parsed_once():
            _load_part(folder, chosen.relative_to(CODEBOOK).parts[0])
    except CodebookError as error:
        if str(here) not in str(error) and chosen.name not in str(error) and error.line is None:
            raise WrongError(f"the message names no file: {error}") from error
    finally:
        here.write_bytes(good)
        _forget(here)


_ODD: tuple[Any, ...] = (None, [], {}, 0, -1, "", "x", [None], [[]], {"a": None}, 1e308, True)
_ODD += ([1, 2], {"": ""}, "12-99", [{}], ["$nowhere"], "$$", "a b  c", " ", 99**9, date(1, 1, 1))


def _bent(file: Path, data: bytes) -> bytes:
    """Return a file of the codebook with some values exchanged for odd ones, as the bytes say."""
    import copy

    import yaml

    made = copy.deepcopy(_plain(file))
    for at in range(0, min(len(data), 24) - 5, 6):
        _bend(made, data[at : at + 6])
    return yaml.dump(made, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True).encode()


@cache
def _plain(file: Path) -> Any:
    import yaml

    found = yaml.load(file.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return _shortened(found)


def _shortened(found: Any) -> Any:
    """Return a value with only the beginning of its long lists, so that a load is quick."""
    if isinstance(found, dict):
        return {key: _shortened(value) for key, value in list(found.items())[:40]}
    return [_shortened(value) for value in found[:4]] if isinstance(found, list) else found


def _bend(made: Any, data: bytes) -> None:
    here, steps = made, data[:4]
    for step in steps:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        if not keys:
            return
        key = keys[step % len(keys)]
        last = step == steps[-1] or not isinstance(here[key], dict | list)
        if last and data[5] % 4 == 0:
            del here[key]
        elif last:
            here[key] = _ODD[data[4] % len(_ODD)]
        if last:
            return
        here = here[key]


@cache
def _codebook_copy() -> Path:
    import yaml

    folder = _folder() / "codebook"
    for file in _codebook_files():
        here = folder / file.relative_to(CODEBOOK)
        here.parent.mkdir(parents=True, exist_ok=True)
        whole = file.name in ("words.yaml", "contexts.yaml")
        here.write_bytes(
            file.read_bytes()
            if whole
            else yaml.safe_dump(_plain(file), sort_keys=False, allow_unicode=True).encode()
        )
    return folder


_parsed: dict[Path, Any] = {}


@contextmanager
def _parsed_once() -> Iterator[None]:
    """Have the files that are not replaced parsed once: what is fuzzed is the file that is."""
    from dragoman.codebook import (
        actors,
        attribution,
        factuality,
        places,
        plover,
        plover_words,
        quantities,
        relations,
        source,
        times,
    )

    plain = source.load_yaml

    def load(path: Path) -> Any:
        if path not in _parsed:
            _parsed[path] = plain(path)
        return _parsed[path]

    parts = (actors, attribution, factuality, places, plover, plover_words, quantities, relations)
    users = [module for module in (*parts, times) if hasattr(module, "load_yaml")]
    for module in users:
        module.load_yaml = load
    try:
        yield
    finally:
        for module in users:
            module.load_yaml = plain


def _forget(file: Path) -> None:
    _parsed.pop(file, None)


def _load_part(folder: Path, name: str) -> None:
    """Load the part of a codebook that a file belongs to."""
    from dragoman.codebook import Codebook
    from dragoman.extract.time_grammar import build_grammar

    book = Codebook(folder)
    part = {"time.yaml": "times", "actors": "actors"}.get(name, name.removesuffix(".yaml"))
    if part == "times":
        build_grammar.__wrapped__(book.times)
    elif part in ("actors", "attribution", "places", "relations"):
        getattr(book, part)
    elif part in ("contexts", "factuality", "quantities"):
        getattr(book.plover, part)
    else:
        repr(len(book.plover.index))


# seeds ------------------------------------------------------------------------------------------

_SENTENCE = (
    "The harbour council met the dockers' union on Tuesday, March 3, 2026 and agreed to a new "
    "timetable. “We signed it at 5 p.m.,” the council's chairman said."
)
_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Council meets</title>'
    '<meta property="article:published_time" content="2026-03-03T10:00:00Z"></head><body>'
    f"<article><h1>Council meets</h1><p>{_SENTENCE}</p><p>{_SENTENCE}</p></article></body></html>"
)
_FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title><language>en</language>'
    "<item><title>Council</title><link>https://example.org/1</link><guid>1</guid>"
    "<pubDate>Tue, 03 Mar 2026 10:00:00 GMT</pubDate>"
    f"<description>&lt;p&gt;{_SENTENCE}&lt;/p&gt;</description></item></channel></rss>"
)
_ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Gazette</title><entry><id>1</id>'
    "<updated>2026-03-03T10:00:00Z</updated>"
    f'<content type="html"><![CDATA[<p>{_SENTENCE}</p>]]></content></entry></feed>'
)


def seed_rows() -> list[dict[str, Any]]:
    """Return rows as a table of reports has them."""
    first = {"id": "1", "text": _SENTENCE, "published": "2026-03-03", "title": "Council"}
    return [first, {**first, "id": "2", "published": "March 4, 2026", "title": None}]


def _text_seeds() -> list[bytes]:
    encodings = ("utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "cp037")
    made = [_SENTENCE.encode(e, "replace") for e in encodings]
    return [
        *made,
        ("Señor Núñez visitó Málaga. " * 9).encode("latin-1"),
        "会谈。".encode("gb18030"),
    ]


def _jsonl_seeds() -> list[bytes]:
    lines = [json.dumps(row).encode() for row in seed_rows()]
    odd = b'{"text": "\\ud800 half", "title": "\\udc00", "published": "0001-01-01", "id": 7}'
    return [b"\n".join(lines), b"[" + b",".join(lines) + b"]", odd, b'{"text": [[[[{}]]]]}']


def _csv_seeds() -> list[bytes]:
    plain = f'text,published,id\n"{_SENTENCE}",2026-03-03,1\n"short one",2026-03-04,2\n'
    return [plain.encode(), plain.replace(",", ";").encode(), plain.replace(",", "\t").encode()]


def _parquet_seeds() -> list[bytes]:
    import pyarrow as pa
    from pyarrow import parquet

    made = []
    for packing in ("none", "snappy", "zstd", "gzip"):
        out = io.BytesIO()
        parquet.write_table(pa.Table.from_pylist(seed_rows()), out, compression=packing)
        made.append(out.getvalue())
    days = pa.table({"text": [_SENTENCE], "date": pa.array([2**60], pa.timestamp("ns"))})
    out = io.BytesIO()
    parquet.write_table(days, out)
    return [*made, out.getvalue()]


def seed_warc(page: str = _PAGE) -> bytes:
    """Return a WARC file of one page."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    body = io.BytesIO(page.encode("utf-8", "surrogatepass"))
    address = "https://example.org/1"
    writer.write_record(writer.create_warc_record(address, "response", body, http_headers=headers))
    return out.getvalue()


def _packed_seeds() -> list[bytes]:
    import zstandard

    lines = b"\n".join(json.dumps(row).encode() for row in seed_rows())
    inner = [_SENTENCE.encode(), lines, _csv_seeds()[0], _PAGE.encode()]
    zipped = [bytes([n]) + gzip.compress(data, mtime=0) for n, data in enumerate(inner)]
    packer = zstandard.ZstdCompressor()
    return zipped + [bytes([n]) + packer.compress(data) for n, data in enumerate(inner)]


def _record_seeds() -> list[bytes]:
    from dragoman.records import Entity, Event, Mention, Pipeline, Place, Reading, Report, Time

    reading = Reading(
        report=Report(id="1", text=_SENTENCE, published="2026-03-03"),
        pipeline=Pipeline(dragoman="0", model="m", codebook="c"),
        entities=(
            Entity(
                id="e1",
                name="council",
                type="organization",
                mentions=(Mention(span=(4, 19), text="harbour council", kind="name"),),
            ),
        ),
        events=(Event(id="v1", type="CONSULT", trigger=(20, 23), rule="CONSULT/meet"),),
        places=(Place(id="p1", name="x", latitude=1.5, longitude=-0.0),),
        times=(Time(span=(45, 52), type="DATE", value="2026-03-03"),),
    )
    whole = reading.to_json().encode()
    return [whole, b'{"report":{"id":"1","text":"\\ud800"},"pipeline":{}}', b"[" * 2000, b"1e999"]


_TIME_SEEDS = (
    "On Tuesday, Aug. 5-7, 2014 at 5:30 p.m. EST on Friday the council met, two and a half years",
    "later that week; the early 1990s, mid-2017, Q3 2019, the week of March 3, 12/31/1999 and 24",
    "twenty-three days ago, 1,000,000,000 years from now, every second Monday, last winter, Easter",
    "9 Ramadan 1440 AH, 12 Mehr 1399, the 19th century, 0001-01-01 and 9999-12-31, the day after",
    "tomorrow night at 8 o'clock in the evening, a day earlier, the past three months, 30 years",
    "the following weekend, first quarter of next year, 2014/15, midnight Saturday, now, decades",
)


def _time_seeds() -> list[bytes]:
    return [bytes([n % 5, 50 * n, 7]) + text.encode() for n, text in enumerate(_TIME_SEEDS)]


def _book_seeds() -> list[bytes]:
    files = _codebook_files()
    small = [bytes([n, 0]) + file.read_bytes()[:1500] for n, file in enumerate(files)]
    odd = (b"a: &a [x]\nb: [*a, *a]", b"? [1]\n: 2", b"{" * 500, b"a: !!python/object:os.x {}")
    bent = [bytes([n, 200, 0, 1, 2, 3, 4, 5]) for n in range(len(files))]
    return [*small, *(b"\0\0" + text for text in odd), *bent]


_PAGE_PARTS = ("dragoman.sources", "trafilatura", "htmldate", "courlan", "justext")
TARGETS = {
    target.name: target
    for target in (
        Target("times", _times, _time_seeds, ("dragoman",)),
        Target("records", _records, _record_seeds, ("dragoman",)),
        Target("codebook", _book, _book_seeds, ("dragoman.codebook", "yaml")),
        Target("jsonl", _jsonl, _jsonl_seeds),
        Target("csv", _csv, _csv_seeds, ("dragoman.sources", "csv")),
        Target("parquet", _parquet, _parquet_seeds),
        Target("packed", _packed, _packed_seeds),
        Target("text", _text, _text_seeds, ("dragoman.sources", "charset_normalizer")),
        Target("warc", _warc, lambda: [seed_warc(), gzip.compress(seed_warc(), mtime=0)]),
        Target(
            "feed",
            _feed,
            lambda: [_FEED.encode(), _ATOM.encode()],
            ("dragoman.sources", "feedparser", "sgmllib"),
        ),
        Target("html", _html, lambda: [_PAGE.encode()], _PAGE_PARTS),
    )
}


if __name__ == "__main__":
    sys.stdout.write("\n".join(TARGETS) + "\n")
