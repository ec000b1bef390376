"""Hostile pages, tables, crawls, feeds and packs, by class, made by chance."""

from __future__ import annotations

import gzip
import io
import json
import random
from functools import cache

import zstandard
from hostile_text import Made, prose
from targets import TARGETS, seed_rows, seed_warc

SECRET = "dragoman-secret-that-no-report-may-hold"
_TAGS = ("div", "p", "table", "tr", "td", "b", "span", "article", "ul", "li", "a", "font", "center")
_TAGS += ("script", "svg", "math", "template", "noscript", "iframe", "form", "select", "object")


def _page(body: str, head: str = "") -> Made:
    article = f"<article><p>{body}</p></article>"
    made = f"<!doctype html><html><head>{head}</head><body>{article}</body></html>"
    return "a.html", made.encode("utf-8", "surrogatepass")


def mangled(rng: random.Random, data: bytes, most: int = 12) -> bytes:
    """Return bytes with some cut out, doubled or exchanged."""
    made = bytearray(data)
    for _ in range(rng.randrange(1, most)):
        at = rng.randrange(len(made) + 1)
        to = min(len(made), at + rng.randrange(1, 60))
        made[at:to] = rng.choice(
            (b"", rng.randbytes(rng.randrange(1, 9)), made[at:to] * 3, b"\xff" * 4)
        )
    return bytes(made[: rng.randrange(len(made) + 1)] if rng.random() < 0.3 else made)


@cache
def _seeds(name: str) -> list[bytes]:
    return TARGETS[name].seeds()


def _mangled_seed(rng: random.Random, target: str, name: str) -> Made:
    return name, mangled(rng, rng.choice(_seeds(target)))


def broken_pages(rng: random.Random) -> Made:
    pieces = [
        f"<{rng.choice(_TAGS)}>",
        f"</{rng.choice(_TAGS)}>",
        "<!--",
        "-->",
        "<![CDATA[",
        "<?x",
    ]
    pieces += ["<p>" + prose(rng, 60), "&", "<", '<a href="', "'>", "<!doctype", "</html>", "<br/"]
    return _page("".join(rng.choice(pieces) for _ in range(rng.randrange(2, 400))))


def mangled_pages(rng: random.Random) -> Made:
    return _mangled_seed(rng, "html", "a.html")


def nested_pages(rng: random.Random) -> Made:
    depth, tag = rng.choice((300, 3_000, 30_000, 100_000)), rng.choice(_TAGS)
    close = f"</{tag}>" * rng.choice((0, depth))
    return _page(f"<{tag}>" * depth + prose(rng) + close)


def crowded_pages(rng: random.Random) -> Made:
    unit = rng.choice(
        ("<p>x</p>", "<br>", "<a href=x>y</a>", "<li>Kenya", "<td>", "<p>It met.</p>")
    )
    return _page(prose(rng) + unit * (rng.choice((20_000, 200_000, 1_500_000)) // len(unit)))


def heavy_tags(rng: random.Random) -> Made:
    many = " ".join(f"a{n}={n}" for n in range(rng.choice((1_000, 50_000))))
    long = 'title="' + "x" * rng.choice((10_000, 3_000_000)) + '"'
    return _page(f"<div {rng.choice((many, long))}><p>{prose(rng)}</p></div>")


def page_entities(rng: random.Random) -> Made:
    odd = ("&#0;", "&#xD800;", "&#x110000;", "&#99999999999999;", "&amp", "&notanentity;", "&#x1b;")
    body = "".join(rng.choice((*odd, prose(rng, 40))) for _ in range(rng.randrange(10, 300)))
    return _page(body, f"<title>{''.join(rng.choices(odd, k=5))}</title>")


def page_charsets(rng: random.Random) -> Made:
    name = rng.choice(
        ("utf-7", "utf-16", "utf-32", "x-none", "", "base64", "rot13", "idna", "\xff")
    )
    made = _page(prose(rng) + "é", f'<meta charset="{name}"><title>T</title>')[1]
    return "a.html", made.decode().encode(
        rng.choice(("utf-8", "utf-16", "latin-1", "cp037")), "replace"
    )


def page_facts(rng: random.Random) -> Made:
    day = rng.choice(
        ("9" * 40, "0000-00-00", "2026-13-45", "\u0662\u0660", "now", "2026" * 5_000, "[]")
    )
    facts = {"@type": "NewsArticle", "datePublished": day, "author": [[[]]], "headline": {"a": 1}}
    script = rng.choice((json.dumps(facts), "[" * 50_000, '{"@graph": [null, 1]}', "{"))
    head = f'<script type="application/ld+json">{script}</script>'
    meta = "".join(
        f'<meta property="{p}" content="{day}">' for p in ("article:published_time", "og:url")
    )
    return _page(f"<h1>{day}</h1><time datetime='{day}'>{prose(rng)}</time>", head + meta)


def deep_json(rng: random.Random) -> Made:
    depth = rng.choice((100, 1_500, 100_000, 2_000_000))
    opened = rng.choice(('{"text":', "[", '{"a":[', '[{"text":'))
    made = rng.choice((opened * depth, '{"text": "x", "a": ' + "[" * depth + "]" * depth + "}"))
    return rng.choice(("a.json", "a.jsonl")), made.encode()[:9_000_000]


def odd_json(rng: random.Random) -> Made:
    odd: tuple[object, ...] = (
        None,
        1,
        1e300,
        True,
        [],
        {},
        "",
        "\0",
        "x" * 50_000,
        10**25,
        [{}] * 99,
    )
    keys = ("text", "id", "title", "published", "source", "url", "language", "x" * 9_999)
    rows = [
        {rng.choice(keys): rng.choice(odd) for _ in range(5)}
        | {"text": rng.choice((*odd, prose(rng)))}
        for _ in range(5)
    ]
    lines = [json.dumps(row) for row in rows] + [
        '{"text": NaN}',
        '{"text": "a", "text": 1}',
        "null",
    ]
    return rng.choice(("a.jsonl", "a.ndjson", "a.json")), "\n".join(lines).encode()


def json_escapes(rng: random.Random) -> Made:
    odd = (
        "\\ud800",
        "\\udc00",
        "\\u0000",
        "\\u202e",
        "\\x",
        "\\",
        "\\ud83d\\ude00",
        "\\uD8",
        "\x01",
    )
    fields = ", ".join(f'"{k}": "{rng.choice(odd)} Port"' for k in ("id", "title", "source", "url"))
    return "a.jsonl", f'{{"text": "{prose(rng, 100).strip()!s}", {fields}}}'.replace(
        "\n", " "
    ).encode()


def mangled_json(rng: random.Random) -> Made:
    return _mangled_seed(rng, "jsonl", "a.jsonl")


def bad_lines(rng: random.Random) -> Made:
    good = json.dumps({"text": prose(rng)})
    bad = rng.choice(("x", "{", "[]", '{"text": ""}', '{"id": "' + "y" * 90 + '"}'))
    return "a.jsonl", "\n".join([good, *[bad] * rng.choice((100, 10_000)), good]).encode()


def million_columns(rng: random.Random) -> Made:
    count = rng.choice((1_000, 1_000_000))
    names = ",".join(f"c{n}" for n in range(count - 1))
    row = f'"{prose(rng, 100)}"' + "," * (count - 1)
    return "a.csv", f"{rng.choice(('text', 'body', 'x'))},{names}\n{row}\n{row}\n".encode()


def odd_tables(rng: random.Random) -> Made:
    cells = (
        '"',
        '""',
        '"a',
        'a"b',
        ",",
        ";",
        "\t",
        "\0",
        "\r",
        "\n",
        "\r\n",
        prose(rng, 50),
        "=1+1",
    )
    body = "".join(rng.choice(cells) for _ in range(rng.randrange(1, 2_000)))
    head = rng.choice(
        ("text,id,date\n", "text;id\n", "text\tid\n", "", '"text\n', "text,text,text\n")
    )
    return rng.choice(("a.csv", "a.tsv")), (head + body).encode()


def table_encodings(rng: random.Random) -> Made:
    rows = f'text,id\n"{prose(rng, 90)} é",1\n"{prose(rng, 90)}",2\n'.replace("\n\n", " ")
    data = rows.encode(rng.choice(("latin-1", "utf-16", "utf-8-sig", "cp037")), "replace")
    return "a.csv", data + rng.randbytes(rng.randrange(40)) + b'\n"A council met in Nairobi.",3\n'


def mangled_parquet(rng: random.Random) -> Made:
    return _mangled_seed(rng, "parquet", "a.parquet")


def odd_parquet(rng: random.Random) -> Made:
    import pyarrow as pa
    from pyarrow import parquet

    text = rng.choice((pa.array([prose(rng)] * 3), pa.array([b"\xff", b"a", None], pa.binary())))
    others = (
        pa.array([2**58, -(2**58), None], pa.timestamp("ms")), pa.array([[1], [], None]),
        pa.array([{"a": 1}] * 3), pa.array([1e308, float("nan"), None]), pa.nulls(3),
        pa.array(["x" * 10**6] * 3).dictionary_encode(), pa.array([2**62] * 3, pa.duration("us")),
    )  # fmt: skip
    names = rng.choices(("id", "title", "published", "url", "language"), k=1)
    out = io.BytesIO()
    parquet.write_table(pa.table([text, rng.choice(others)], ["text", *names]), out)
    return "a.parquet", out.getvalue()


def parquet_bombs(rng: random.Random) -> Made:
    import pyarrow as pa
    from pyarrow import parquet

    words = pa.array(["x" * rng.choice((1_000_000, 7_000_000))])
    codes = pa.array([0] * rng.choice((10, 10_000)), pa.int32())
    out = io.BytesIO()
    table = pa.table({"text": pa.DictionaryArray.from_arrays(codes, words)})
    parquet.write_table(table, out, compression=rng.choice(("zstd", "gzip", "snappy")))
    return "a.parquet", out.getvalue()


def mangled_warc(rng: random.Random) -> Made:
    data = seed_warc(f"<html><body><p>{prose(rng)}</p></body></html>") * rng.randrange(1, 4)
    if rng.random() < 0.5:
        return "a.warc.gz", mangled(rng, gzip.compress(data, mtime=0))
    return "a.warc", mangled(rng, data)


def lying_warc(rng: random.Random) -> Made:
    size = rng.choice((b"-1", b"0", b"99999999999999999999", b"4294967296", b"x", b"1" * 10_000))
    data = seed_warc()
    at = data.index(b"Content-Length: ") + 16
    made = data[:at] + size + data[data.index(b"\r\n", at) :]
    made = made.replace(b"200 OK", rng.choice((b"200 OK", b"\xff" * 9, b"200", b"2" * 5_000)))
    return "a.warc", made + seed_warc()


def warc_bombs(rng: random.Random) -> Made:
    body = b"<html><body><p>" + b"0" * rng.choice((9_000_000, 300_000_000))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    told = f"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {len(head) + len(body)}\r\n\r\n"
    return "a.warc.gz", gzip.compress(told.encode() + head + body + b"\r\n\r\n", 1, mtime=0)


def xml_entities(rng: random.Random) -> Made:
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    outer = rng.choice(
        ("file:///etc/hostname", "SECRETFILE", "http://127.0.0.1:9/x", "php://input")
    )
    kinds = (
        f'<!ENTITY e0 "ha">{laughs}', f'<!ENTITY e11 SYSTEM "{outer}">',
        f'<!ENTITY % p SYSTEM "{outer}"> %p; <!ENTITY e11 "x">', '<!ENTITY e11 "&e11;">',
        f'<!ENTITY e11 "{"y" * 100_000}">',
    )  # fmt: skip
    body = rng.choice(("&e11;", "&e11;" * 5_000)) + prose(rng)
    item = f"<item><title>&e11;</title><description>{body}</description></item>"
    made = f"<!DOCTYPE rss [{rng.choice(kinds)}]><rss version='2.0'><channel>{item}</channel></rss>"
    return rng.choice(("a.xml", "a.rss", "a.atom", "a.html")), made.encode()


def mangled_feeds(rng: random.Random) -> Made:
    return _mangled_seed(rng, "feed", "a.xml")


def nested_feeds(rng: random.Random) -> Made:
    depth = rng.choice((500, 20_000, 200_000))
    inner = rng.choice(
        ("<item>", "<x>", "<description>", "<title>", "&lt;div&gt;", "<a:b xmlns:a='c'>")
    )
    return "a.xml", f"<rss><channel><item><description>{inner * depth}{prose(rng)}".encode()


def crowded_feeds(rng: random.Random) -> Made:
    unit = rng.choice(
        ("<item/>", "<item><title>a</title></item>", "<!-- a", "<![CDATA[", "&lt;", "<")
    )
    return "a.rss", f"<rss><channel>{unit * rng.choice((1_000, 20_000))}</channel></rss>".encode()


@cache
def _bomb(kind: str, size: int) -> bytes:
    block = b"0" * 1_000_000
    if kind == "gz":
        out = io.BytesIO()
        with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1, mtime=0) as packed:
            for _ in range(size):
                packed.write(block)
        return out.getvalue()
    packer = zstandard.ZstdCompressor(level=1).compressobj()
    return b"".join(packer.compress(block) for _ in range(size)) + packer.flush()


def pack_bombs(rng: random.Random) -> Made:
    kind = rng.choice(("gz", "zst"))
    inner = rng.choice(
        ("txt", "html", "jsonl", "csv", "json", "xml", "warc" if kind == "gz" else "md")
    )
    head = {"csv": b"text,id\n", "jsonl": b'{"text": "A council met."}\n'}.get(inner, b"")
    packed = gzip.compress(head, mtime=0) if kind == "gz" else zstandard.compress(head)
    return f"a.{inner}.{kind}", packed + _bomb(kind, rng.choice((100, 3_000)))


def mangled_packs(rng: random.Random) -> Made:
    data = rng.choice(_seeds("packed"))
    inner = ("txt", "jsonl", "csv", "html")[data[0] % 4]
    outer = "zst" if data[1:3] == b"\x28\xb5" else "gz"
    return f"a.{inner}.{outer}", mangled(rng, data[1:])


def packs_in_packs(rng: random.Random) -> Made:
    data = json.dumps(seed_rows()[0]).encode()
    for _ in range(rng.randrange(2, 30)):
        data = rng.choice((lambda d: gzip.compress(d, mtime=0), zstandard.compress))(data)
    return rng.choice(("a.jsonl.gz", "a.gz.zst", "a.jsonl.gz.gz", "a.txt.zst")), data


CLASSES = (
    broken_pages, mangled_pages, nested_pages, crowded_pages, heavy_tags, page_entities,
    page_charsets, page_facts, deep_json, odd_json, json_escapes, mangled_json, bad_lines,
    million_columns, odd_tables, table_encodings, mangled_parquet, odd_parquet, parquet_bombs,
    mangled_warc, lying_warc, warc_bombs, xml_entities, mangled_feeds, nested_feeds, crowded_feeds,
    pack_bombs, mangled_packs, packs_in_packs,
)  # fmt: skip
