"""The archive's journal of reviews: appended to alone, one JSON object a line.

It has a lock of its own, held for one line: people review while reports are ingested.
"""

from __future__ import annotations

import fcntl
import os
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec

from dragoman.archive.store import OWN, ArchiveError, Store
from dragoman.codebook import Codebook
from dragoman.records import Record
from dragoman.resolve.review_add import additions, with_added
from dragoman.resolve.review_apply import changes_now, corrected, named_in, value_of
from dragoman.resolve.review_changes import Given, ReviewError, read_changes
from dragoman.resolve.reviews import (
    Prints,
    Review,
    Standing,
    Verdict,
    fingerprint,
    in_force,
    standings,
    told_anew,
)

if TYPE_CHECKING:
    from dragoman.archive.archive import Archive

_TURNS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")  # of writing's direction
MOST_NAME, MOST_NOTE = 100, 2_000  # characters


@dataclass(frozen=True, slots=True)
class Journal:
    """What the journal holds.

    Attributes:
        lines: every line, in order.
        torn: numbers of lines of the file that cannot be read, such as one half written when the
            machine stopped; they count for nothing.
    """

    lines: tuple[Review, ...] = ()
    torn: tuple[int, ...] = ()


def journal_path(store: Store) -> Path:
    """Return the journal's file; it is there once something was reviewed."""
    return store.folder / OWN / "reviews.jsonl"


def read_journal(store: Store) -> Journal:
    """Return what the journal holds; nothing where nothing was reviewed.

    Raises:
        ArchiveError: the file cannot be read.
    """
    try:
        content = journal_path(store).read_bytes()
    except FileNotFoundError:
        return Journal()
    except OSError as error:
        raise ArchiveError(f"{journal_path(store)} cannot be read: {error}") from error
    return _journal(content)


def _journal(content: bytes) -> Journal:
    lines, torn = [], []
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            lines.append(msgspec.json.decode(line, type=Review))
        except msgspec.DecodeError:  # a value that does not fit is one, too
            torn.append(number)
    return Journal(tuple(lines), tuple(torn))


def append(store: Store, make: Callable[[Journal, int, str], Review]) -> Review:
    """Add what `make` returns for the journal, the next number and the time; durably."""
    path = journal_path(store)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file is closed
            file.seek(0)
            content = file.read()
            held = _journal(content)
            number = max((line.number for line in held.lines), default=0) + 1
            review = make(held, number, datetime.now(UTC).isoformat(timespec="seconds"))
            _write(file, content, review)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written to: {error}") from error
    return review


def _write(file: IO[bytes], content: bytes, review: Review) -> None:
    torn = bool(content) and not content.endswith(b"\n")
    file.write((b"\n" if torn else b"") + msgspec.json.encode(review) + b"\n")
    file.flush()
    os.fsync(file.fileno())
    if not content:  # the file is new: its name is to last as well
        folder = os.open(Path(file.name).parent, os.O_RDONLY)
        with suppress(OSError):
            os.fsync(folder)
        os.close(folder)


def codebook_of(store: Store, version: str) -> Codebook:
    """Return the codebook that coded a report, where the archive keeps it; else the installed one.

    Raises:
        CodebookError: it is mistaken.
    """
    kept = store.codebook(version)
    return _codebook(kept if (kept / "plover").is_dir() else None)


@lru_cache(maxsize=4)
def _codebook(folder: Path | None) -> Codebook:
    return Codebook(folder)


def find_report(archive: Archive, given: str) -> str:
    """Return the key of the report that has a key, the beginning of a key, or an id.

    Raises:
        ArchiveError: there is none, or several.
    """
    query = "select key from reports where key = ? or id = ? or starts_with(key, ?) limit 2"
    rows = archive.sql(query, [given, given, given]).to_pylist() if given else []
    if len(rows) != 1:
        what = "several reports are" if rows else "no report is"
        raise ArchiveError(f"{what} called {given!r}; `dragoman reports --format json` names the"
                           " key of each as report_key")  # fmt: skip
    return str(rows[0]["key"])


@dataclass(frozen=True, slots=True)
class Subject:
    """A record to be judged: its report's key, the report as it was coded, the record's id."""

    report: str
    prints: Prints
    record: str


def judge(
    store: Store,
    subject: Subject,
    verdict: Verdict,
    who: str,
    *,
    given: Given | None = None,
    note: str | None = None,
    blind: bool = False,
) -> Review:
    """Write a verdict on a record down.

    It is a verdict on the record as it stands: who confirms or corrects what another corrected
    keeps that correction, in what is not given anew.

    Args:
        who: the reviewer.
        given: fields that are to be otherwise, as `read_changes` takes them.
        note: why.
        blind: judge the record as it was coded and as `who` corrected it, whatever others said.

    Raises:
        ReviewError: there is no such record, or what is given is mistaken.
        ArchiveError: the journal cannot be written to.
    """
    if bool(given) != (verdict == "correct"):
        raise ReviewError("say what is to be otherwise: at least one field, of a correction alone")
    name, why = reviewer_name(who), plain(note or "", MOST_NOTE, "note")
    alone = name if blind else None
    prints = base_of(read_journal(store), subject.report, subject.prints, alone)
    kind = prints.kind_of(subject.record)
    if kind is None:
        raise ReviewError(f"the report has no record {subject.record!r}")
    coded = next(one for one in getattr(prints.reading, kind) if one.id == subject.record)
    seen = told_anew(prints.reading, kind, coded)

    def make(held: Journal, number: int, when: str) -> Review:
        before = _as_it_stands(held, Subject(subject.report, prints, subject.record), coded, alone)
        changes = {} if verdict == "reject" else dict(before)
        if given:
            codebook = codebook_of(store, prints.reading.pipeline.codebook)
            changes |= read_changes(kind, corrected(coded, changes), given, prints, codebook)
        changes = {f: v for f, v in sorted(changes.items()) if v != value_of(coded, f)}
        if given and changes == before:
            raise ReviewError("that changes nothing; confirm the record where it is right")
        return Review(
            number=number, at=when, who=name, verdict=verdict, report=subject.report, kind=kind,
            record=subject.record, print=fingerprint(kind, seen), seen=seen, changes=changes,
            named=named_in(kind, changes, prints), note=why or None,
        )  # fmt: skip

    return append(store, make)


def _as_it_stands(
    held: Journal, subject: Subject, coded: Record, alone: str | None
) -> dict[str, Any]:
    """Return the changes in force of a record; those of one reviewer `alone` where given."""
    for one in standing_of(held, subject.report, subject.prints, alone):
        if one.record == subject.record and one.state == "applied":
            return changes_now(one.review, coded, subject.prints)
    return {}


def base_of(held: Journal, key: str, prints: Prints, alone: str | None = None) -> Prints:
    """Return a report's records as they were coded, and those that reviewers added.

    Args:
        alone: take what this reviewer alone added.
    """
    lines = [line for line in held.lines if line.report == key]
    return with_added(prints, additions(lines, alone))


def standing_of(
    held: Journal, key: str, prints: Prints, alone: str | None = None
) -> list[Standing]:
    """Return where each reviewed record of a report stands.

    Args:
        alone: count the reviews of this reviewer alone.
    """
    reviews = (r for r in in_force(held.lines) if r.report == key)
    base = base_of(held, key, prints, alone)
    return standings((r for r in reviews if alone in (None, r.who)), base)


def undo(store: Store, number: int, who: str, note: str | None = None) -> Review:
    """Take a line of the journal back; that can be undone as well.

    Raises:
        ReviewError: there is no such line, or it is undone already.
        ArchiveError: the journal cannot be written to.
    """
    name, why = reviewer_name(who), plain(note or "", MOST_NOTE, "note")

    def make(held: Journal, following: int, when: str) -> Review:
        line = next((one for one in held.lines if one.number == number), None)
        if line is None:
            raise ReviewError(f"there is no review {number}; `dragoman review list` names them")
        if not _counts(held, line):
            raise ReviewError(f"review {number} is undone already")
        return Review(
            number=following, at=when, who=name, verdict="undo", undoes=number,
            report=line.report, kind=line.kind, record=line.record, note=why or None,
        )  # fmt: skip

    return append(store, make)


def _counts(held: Journal, line: Review) -> bool:
    undos = [one for one in held.lines if one.verdict == "undo" and one.undoes == line.number]
    return not any(_counts(held, one) for one in undos)


def reviewer_name(who: str) -> str:
    """Return the name of a reviewer, on one line.

    Raises:
        ReviewError: there is none, or it is too long or cannot be printed.
    """
    name = plain(who, MOST_NAME, "reviewer's name")
    if not name:
        raise ReviewError("say who reviews")
    return name


def plain(given: str, most: int, what: str) -> str:
    """Return what somebody wrote, on one line; `what` names it where it is refused.

    Raises:
        ReviewError: it is too long or has characters that steer a terminal or hide.
    """
    text = " ".join(given.split())
    if len(text) > most:
        raise ReviewError(f"the {what} has more than {most:,} characters")
    if any(unicodedata.category(c) in ("Cc", "Cs") or unicodedata.bidirectional(c) in _TURNS
           for c in text):  # fmt: skip
        raise ReviewError(f"the {what} has characters that cannot be printed")
    return text


__all__ = ["MOST_NOTE", "Journal", "Subject", "append", "base_of", "codebook_of", "find_report",
           "journal_path", "judge", "plain", "read_journal", "reviewer_name", "standing_of",
           "undo"]  # fmt: skip
