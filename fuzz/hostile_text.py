"""Hostile texts and names, by class: each function makes a file's name and bytes by chance."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO

Made = tuple[str, bytes]  # name of the file, what is in it
SENTENCES = (
    "The harbour council met the dockers' union in Nairobi on Tuesday.",
    "“We will not sign it,” the union's chairman said.",
    "Police arrested 12 protesters near the port, the interior ministry said.",
    "The government of Kenya accused the rebels of shelling the border town on March 3, 2026.",
    "The ministry denied that talks had been held in Geneva last week.",
    "Two soldiers were killed and 30 people injured in the attack, according to officials.",
)
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u034f\u115f\u3164\ufff9\ufffb"
_BREAKS = ("\r", "\n\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\r\r\n")
_ENCODINGS = (
    "koi8-r", "shift_jis", "gb18030", "big5", "cp037", "cp1251", "euc-kr", "hz", "iso2022_jp",
    "utf-7", "utf-16-le", "utf-16-be", "utf-32-be", "mac-roman", "cp864", "iso8859-8", "utf-8-sig",
)  # fmt: skip
_RUNS = (
    ")", "“", "a.", ". ", "a-", "http://a.b/", "a@", "1,", "x", "A ", '" ', "((", "a/b/", "'s", "…",
    "—", "&amp;", "\t", "May ", "2017 ", "two days ago ", 'said "x" ', "Kenya and ", "of the ",
    "Ministry, ", "U.S.", "said ", "not ", "who ", "‘", "'", "Mr. ", "10 ", "$", "the ", "is ",
    ", said the ", "that ", "’s ", "C.I.A. ", "- ", "* ", "Kenya's ", "President ", "and ", "«",
)  # fmt: skip


def prose(rng: random.Random, size: int = 400) -> str:
    """Return plain sentences of some hundred characters."""
    made = ""
    while len(made) < size:
        made += rng.choice(SENTENCES) + rng.choice((" ", " ", "\n\n"))
    return made


def sprinkled(rng: random.Random, pieces: str | tuple[str, ...], share: float = 0.1) -> str:
    """Return sentences with pieces strewn among their characters."""
    return "".join(c + (rng.choice(pieces) if rng.random() < share else "") for c in prose(rng))


def _text(made: str, name: str = "a.txt") -> Made:
    return name, made.encode("utf-8", "surrogatepass")


def nul_characters(rng: random.Random) -> Made:
    return _text(sprinkled(rng, ("\0", "\0\0\0"), rng.choice((0.001, 0.3))))


def lone_surrogates(rng: random.Random) -> Made:
    return _text(sprinkled(rng, ("\ud800", "\udfff", "\udc80"), rng.choice((0.002, 0.1))))


def bidi_controls(rng: random.Random) -> Made:
    return _text(sprinkled(rng, _BIDI, rng.random()))


def unseen_characters(rng: random.Random) -> Made:
    return _text(sprinkled(rng, _UNSEEN, rng.random()))


def stacked_accents(rng: random.Random) -> Made:
    marks = tuple(chr(rng.randrange(0x300, 0x36F)) * rng.randrange(1, 60) for _ in range(9))
    return _text(sprinkled(rng, marks, rng.random()))


def any_characters(rng: random.Random) -> Made:
    points = (rng.randrange(0x110000) for _ in range(rng.randrange(1, 3000)))
    return _text(prose(rng) + "".join(chr(p) for p in points if not 0xD800 <= p < 0xE000))


def terminal_codes(rng: random.Random) -> Made:
    codes = ("\x1b[2J", "\x1b]0;title\x07", "\x1b[31m", "\x9b5n", "\x08", "\x07", "\x7f", "\x1bP")
    return _text(sprinkled(rng, codes, rng.choice((0.01, 0.3))))


def odd_breaks(rng: random.Random) -> Made:
    return _text(sprinkled(rng, _BREAKS, rng.choice((0.01, 0.2))))


def odd_encodings(rng: random.Random) -> Made:
    scripts = (
        "Съвет на пристанището. ",
        "港湾委員会。",
        "مجلس الميناء. ",
        "Größe à la carte. ",
        "",
    )
    made = (rng.choice(scripts) * rng.randrange(1, 60) + prose(rng)) * rng.randrange(1, 4)
    data = made.encode(rng.choice(_ENCODINGS), "replace")
    cut = rng.randrange(4) if rng.random() < 0.3 else 0
    return rng.choice(("a.txt", "a.html", "a.csv", "a.jsonl")), data[cut : len(data) - cut]


def chance_bytes(rng: random.Random) -> Made:
    suffixes = ("txt", "html", "json", "jsonl", "csv", "tsv", "xml", "md", "parquet", "warc")
    return f"a.{rng.choice(suffixes)}", rng.randbytes(rng.choice((0, 1, 2, 7, 300, 20_000)))


def long_words(rng: random.Random) -> Made:
    unit = rng.choice(
        ("x", "ab", "a1", "Ab", "é", "漢", "a'", "a-b", "a.b", "0", "z.", "%20", "==")
    )
    return _text(prose(rng) + unit * (rng.randrange(1_000, 100_000) // len(unit)) + prose(rng))


def repeated_words(rng: random.Random) -> Made:
    unit = rng.choice(_RUNS)
    return _text(prose(rng) + unit * (rng.randrange(500, 20_000) // len(unit)) + prose(rng))


def mixed_runs(rng: random.Random) -> Made:
    runs = (rng.choice(_RUNS) * rng.randrange(1, 30) for _ in range(rng.randrange(1, 60)))
    return _text(prose(rng) + "".join(runs))


def lines_of_10_mb(rng: random.Random) -> Made:
    unit = rng.choice((rng.choice(SENTENCES) + " ", "x", '"', "<p>", "{", "a,", "\u202e"))
    name = rng.choice(("a.txt", "a.html", "a.jsonl", "a.json", "a.csv", "a.tsv", "a.xml", "a.md"))
    return name, (unit * (10_000_000 // len(unit))).encode()


def long_lines(rng: random.Random) -> Made:
    return _text(prose(rng, rng.randrange(5_000, 40_000)).replace("\n", " "))


def only_marks(rng: random.Random) -> Made:
    made = "".join(rng.choice(" \n\t.,;:!?“”\"'()[]—-…\u00a0\u3000") for _ in range(3000))
    return _text(made)


def open_quotes(rng: random.Random) -> Made:
    marks = ("“", "”", '"', "‘", "’", "'", "«", "»", "„", "``", "''", '"\n\n"')
    return _text(sprinkled(rng, marks, rng.choice((0.02, 0.2, 0.6))))


def deep_brackets(rng: random.Random) -> Made:
    depth = rng.randrange(100, 8_000)
    return _text("(" * depth + prose(rng) + ")" * rng.randrange(depth) + "[" * 99 + prose(rng))


def huge_dates(rng: random.Random) -> Made:
    def one() -> str:
        number = rng.choice((0, 1, 9999, 10**6, 10**30, rng.randrange(10**9)))
        words = ("years ago", "centuries later", "days from now", "B.C.", "seconds earlier")
        shapes = (f"{number:,} {rng.choice(words)}", f"{number}-99-99", f"March {number}, {number}")
        return rng.choice(
            (*shapes, f"9999-12-31 and {number} weeks later", f"the {number}th century")
        )

    body = " ".join(f"The council met {one()}, and again {one()}." for _ in range(30))
    day = rng.choice(
        ("0001-01-01", "9999-12-31", "99999-01-01", "1-1-1", "-0001-01-01", "2026-02-30")
    )
    import json

    given = rng.choice(
        (day, day + "T99:99:99Z", "9" * 5000, "in 2017 " * 10_000, day + "\ud800"[:0])
    )
    return "a.jsonl", json.dumps({"text": body, "published": given}).encode()


def right_to_left(rng: random.Random) -> Made:
    words = ["قال", "المجلس", "إن", "الميناء", "مفتوح", "اليوم", "שלום", "הנמל", "פתוח"]
    made = " ".join(rng.choice((*words, *rng.choice(SENTENCES).split())) for _ in range(200))
    return _text(made)


def odd_names(rng: random.Random) -> Made:
    stems = ("الميناء", "\u202egnp.exe", "a\nb", "a\x1b[31mb", "x" * 240, " ", "-rf", "a;b$(c)`d`")
    stems += ("[red]x[bold]", "%s%n", "..a", "*?[a]", "\udcff\udc80", "CON", "é\u0301", "'\"", "~")
    suffix = rng.choice((".txt", ".html", ".jsonl", ".csv", ".TXT", ".tar.gz", ".txt.gz", ""))
    return rng.choice(stems) + suffix, prose(rng).encode()


def zips(rng: random.Random) -> Made:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for n in range(rng.randrange(1, 5)):
            packed.writestr(f"../../{n}.txt", b"0" * rng.choice((10, 50_000_000)))
    name = rng.choice(("a.txt", "a.html", "a.docx", "a.gz", "a.zst", "a.jsonl.gz", "a.parquet"))
    return name, out.getvalue()


CLASSES = (
    nul_characters, lone_surrogates, bidi_controls, unseen_characters, stacked_accents,
    any_characters, terminal_codes, odd_breaks, odd_encodings, chance_bytes, long_words,
    repeated_words, mixed_runs, lines_of_10_mb, long_lines, only_marks, open_quotes, deep_brackets,
    huge_dates, right_to_left, odd_names, zips,
)  # fmt: skip
