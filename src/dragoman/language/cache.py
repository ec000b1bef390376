"""Parses kept on disk, so that a changed codebook is applied without parsing again."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import msgspec
import zstandard

from dragoman.language.document import Document, Quote, Sentence, Token
from dragoman.language.model import REPORTS_AT_ONCE, Annotator
from dragoman.language.names import carry_names
from dragoman.records import Span

FORMAT = 5  # raise it when what is stored changes


class _Stored(msgspec.Struct, array_like=True, frozen=True):
    """A document as columns; the text itself is not kept."""

    starts: list[int]
    ends: list[int]
    heads: list[int]
    sents: list[int]
    lemmas: list[str]
    tags: list[str]
    poses: list[str]
    deps: list[str]
    ents: list[str]
    ent_starts: list[bool]
    sentences: list[tuple[int | None, int]]
    quotes: list[tuple[int, int, Span, bool, bool, int | None, int]]
    paragraphs: list[Span]
    model: str


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Stored)


def encode(doc: Document) -> bytes:
    """Return a document's annotation as compressed bytes, without its text."""
    tokens = doc.tokens
    stored = _Stored(
        [t.start for t in tokens],
        [t.end for t in tokens],
        [t.head.i for t in tokens],
        [t.sent for t in tokens],
        [t.lemma for t in tokens],
        [t.tag for t in tokens],
        [t.pos for t in tokens],
        [t.dep for t in tokens],
        [t.ent for t in tokens],
        [t.ent_start for t in tokens],
        [(s.quote, s.paragraph) for s in doc.sentences],
        [(q.start, q.end, q.outer, q.closed, q.apart, q.continues, q.depth) for q in doc.quotes],
        doc.paragraphs,
        doc.model,
    )
    return zstandard.compress(_ENCODER.encode(stored), 3)


def decode(data: bytes, text: str) -> Document:
    """Build the document that `encode` stored, on its text.

    Raises:
        msgspec.DecodeError: the bytes are not a stored document.
        zstandard.ZstdError: the bytes are not compressed data.
    """
    kept = _DECODER.decode(zstandard.decompress(data))
    sentences = [Sentence(i, [], quote, par) for i, (quote, par) in enumerate(kept.sentences)]
    tokens: list[Token] = []
    columns = zip(
        kept.starts, kept.ends, kept.lemmas, kept.tags, kept.poses, kept.deps,
        kept.ents, kept.ent_starts, kept.sents, strict=True,
    )  # fmt: skip
    for i, (start, end, lemma, tag, pos, dep, ent, begins, sent) in enumerate(columns):
        token = Token(
            i, start, end, text[start:end],
            lemma=lemma, tag=tag, pos=pos, dep=dep, ent=ent, ent_start=begins,
        )  # fmt: skip
        token.sent = sent
        sentences[sent].tokens.append(token)
        tokens.append(token)
    for token, head in zip(tokens, kept.heads, strict=True):
        if head != token.i:
            token.head = tokens[head]
            tokens[head].children.append(token)
        else:
            sentences[token.sent].roots.append(token)
    carry_names(tokens)
    quotes = [Quote(*columns) for columns in kept.quotes]
    return Document(text, tokens, sentences, quotes, list(kept.paragraphs), kept.model)


class ParseFile:
    """Parses in one SQLite file, by text, model and format; several processes may use it.

    Args:
        path: the file; it is made where it is missing.
        model: name and version of the model that parsed.
    """

    def __init__(self, path: Path, model: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.model = model
        self._path = path
        self._db: sqlite3.Connection | None = None
        self._pid = 0

    def get(self, text: str) -> Document | None:
        """Return the parse of a text; None where there is none."""
        data = self._data(text)
        return decode(data, text) if data is not None else None

    def lemmas(self, text: str) -> frozenset[str] | None:
        """Return the lemmas of a text in small letters; None where it was not parsed."""
        data = self._data(text)
        if data is None:
            return None
        kept = _DECODER.decode(zstandard.decompress(data))
        return frozenset(map(str.lower, kept.lemmas))

    def put(self, documents: Iterable[Document]) -> None:
        """Keep the parses of documents."""
        rows = [(self._key(doc.text), encode(doc)) for doc in documents]
        if rows:
            with self._connection() as db:
                db.executemany("insert or replace into parses values (?, ?)", rows)

    def _key(self, text: str) -> str:
        return hashlib.sha256(f"{FORMAT}\0{self.model}\0{text}".encode()).hexdigest()

    def _data(self, text: str) -> bytes | None:
        found = self._connection().execute(
            "select data from parses where key = ?", (self._key(text),)
        )
        row = found.fetchone()
        return row[0] if row else None

    def _connection(self) -> sqlite3.Connection:
        if self._db is None or self._pid != os.getpid():  # a connection is not to be forked
            self._db = sqlite3.connect(self._path, timeout=60)
            self._pid = os.getpid()
            self._db.execute("pragma journal_mode=wal")
            self._db.execute("create table if not exists parses (key text primary key, data blob)")
        return self._db


class CachedAnnotator:
    """An annotator that keeps each parse in a file and reads it back."""

    def __init__(self, inner: Annotator, path: Path) -> None:
        self._inner = inner
        self._kept = ParseFile(path, inner.name)

    @property
    def name(self) -> str:
        """Name and version of the model behind the cache."""
        return self._inner.name

    def annotate(self, texts: Iterable[str]) -> Iterator[Document]:
        """Yield the document of each text, from the file where it is kept there."""
        remaining = iter(texts)
        while batch := list(islice(remaining, REPORTS_AT_ONCE)):
            yield from self._annotate_batch(batch)

    def _annotate_batch(self, texts: list[str]) -> Iterator[Document]:
        kept = {text: self._kept.get(text) for text in texts}
        missing = [text for text, doc in kept.items() if doc is None]
        made = dict(zip(missing, self._inner.annotate(missing), strict=True))
        self._kept.put(made.values())
        used: set[str] = set()
        for text in texts:
            doc = made.get(text) or kept[text]
            if text in used:  # told twice: each reading has its own tokens
                doc = self._kept.get(text)
            used.add(text)
            assert doc is not None
            yield doc
