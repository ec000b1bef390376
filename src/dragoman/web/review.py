"""Reviews in the reader: forms that need no script, taken from this server's own pages alone."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args
from urllib.parse import parse_qs

from dragoman.archive.review_add import add
from dragoman.archive.reviews import (
    Subject,
    base_of,
    codebook_of,
    judge,
    reviewer_name,
    standing_of,
    undo,
)
from dragoman.archive.store import ArchiveError
from dragoman.records import (
    EntityType,
    Event,
    Factuality,
    Party,
    Predicate,
    Reading,
    Record,
    Statement,
    StatementKind,
)
from dragoman.resolve.review_add import ADDABLE
from dragoman.resolve.review_apply import apply_reviews
from dragoman.resolve.review_changes import NONE, ReviewError
from dragoman.resolve.review_named import SeveralError
from dragoman.resolve.reviews import Kind, Prints, Review, Standing, Verdict
from dragoman.web.asked import EVENT_TYPES, AskedError
from dragoman.web.desk import Desk

MOST_FIELDS = 100
# fields of a form that correct something; the others are taken as they are
_CORRECT: dict[str, tuple[str, ...]] = {
    "events": ("type", "mode", "actor", "recipient", "date", "place", "factuality", "historical"),
    "statements": ("source", "addressee", "kind"),
    "entities": ("country", "sectors"),
}
_SEVERAL = ("actor", "recipient", "sectors")
_WRITTEN_OUT = re.compile(r"⟦U\+([0-9A-F]{4})⟧")
Form = Mapping[str, Sequence[str]]


class TriedError(AskedError):
    """A record that could not be added; the page shows its form again, with what was wrong.

    Attributes:
        table: of the record.
        form: the values that were given.
        places: what a name may stand for, by number in GeoNames; of which one is to be chosen.
    """

    def __init__(
        self, message: str, table: str, form: Form, places: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(message)
        self.table, self.form, self.places = table, form, tuple(places)


@dataclass(frozen=True)
class Reviewer:
    """Who reviews in the pages, and the secret that ties forms to this process.

    Attributes:
        name: who.
        blind: whether the pages show and judge records as they were coded and as this reviewer
            corrected them, whatever others said.
        secret: what the forms are signed with.
    """

    name: str
    blind: bool
    secret: bytes

    @classmethod
    def named(cls, name: str, *, blind: bool = False) -> Reviewer:
        """Return a reviewer with a fresh secret.

        Raises:
            ReviewError: the name is too long or cannot be printed.
        """
        return cls(reviewer_name(name), blind, secrets.token_bytes(32))

    def sign(self, key: str, mark: str, record: str) -> str:
        """Return the token of a record's form, as long as the record is coded as it is."""
        told = "\0".join((key, mark, record)).encode()
        return hmac.new(self.secret, told, "sha256").hexdigest()


@dataclass(frozen=True)
class Reviewable:
    """A report as the reader shows it: corrected, with what was rejected, and where all stands.

    Attributes:
        key: the report's key.
        prints: the report as it was coded, with what was added.
        reading: the report with corrections and with the records that were rejected.
        stands: by id, the records that were reviewed.
    """

    key: str
    prints: Prints
    reading: Reading
    stands: dict[str, Standing]

    def mark(self, record: str) -> str:
        """Return a record's fingerprint; "" where there is no such record."""
        kind = self.prints.kind_of(record)
        return (self.prints.of(kind, record) if kind else None) or ""

    def find(self, record: str) -> tuple[Kind, Record]:
        """Return a record as it is shown.

        Raises:
            AskedError: there is none.
        """
        kind = self.prints.kind_of(record)
        if kind is None:
            raise AskedError("the report has no such record", "not_found", 404)
        shown = next(one for one in getattr(self.reading, kind) if one.id == record)
        return kind, cast(Record, shown)


def reviewable(desk: Desk, key: str, reviewer: Reviewer | None) -> Reviewable:
    """Return a report as the reader shows it.

    Raises:
        AskedError: there is no such report (404).
    """
    prints, journal = desk.coded(key)
    alone = reviewer.name if reviewer and reviewer.blind else None
    base = base_of(journal, key, prints, alone)
    standing = standing_of(journal, key, base, alone)
    stands = {one.record: one for one in standing if one.record and one.state == "applied"}
    kept = [one for one in stands.values() if one.review.verdict != "reject"]
    return Reviewable(key, base, apply_reviews(base, kept), stands)


def choices(desk: Desk, reading: Reading) -> dict[str, Any]:
    """Return what the forms offer: types, modes by type, factualities, kinds of statements."""
    rules = codebook_of(desk.archive.store, reading.pipeline.codebook).plover.types
    return {
        "types": EVENT_TYPES,
        "modes": {name: list(rules[name].modes) for name in EVENT_TYPES},
        "factualities": get_args(Factuality),
        "kinds": get_args(StatementKind),
        "predicates": get_args(Predicate),
        "entity_types": get_args(EntityType),
    }


def take(desk: Desk, reviewer: Reviewer, key: str, body: bytes) -> str:
    """Take a form; return the address of the record that it was about.

    Raises:
        AskedError: the form is not of this server (403), or what it says is mistaken (400).
    """
    form = _read(body)
    shown = reviewable(desk, key, reviewer)
    if _one(form, "verdict") == "add":
        record = _add(desk, reviewer, shown, form)
    else:
        record = _judge(desk, reviewer, shown, form)
    desk.renew()
    return f"/reports/{key}#r-{record}"


def _check(reviewer: Reviewer, key: str, mark: str, record: str, given: str) -> None:
    """Check a form's token.

    Raises:
        AskedError: it is not of that form (403).
    """
    wanted = reviewer.sign(key, mark, record)
    if not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
        raise AskedError("this form is too old; open the report again", "old_form", 403)


def _judge(desk: Desk, reviewer: Reviewer, shown: Reviewable, form: Form) -> str:
    """Take a verdict on a record; return its id."""
    key, record, verdict = shown.key, _one(form, "record"), _one(form, "verdict")
    kind, now = shown.find(record)
    _check(reviewer, key, shown.mark(record), record, _one(form, "token"))
    try:
        if verdict == "undo":
            undo(desk.archive.store, _number(shown, record), reviewer.name)
        elif verdict in get_args(Verdict):
            given = _changed(form, kind, now) if verdict == "correct" else None
            if given == {}:
                raise ReviewError("that changes nothing; confirm the record where it is right")
            judge(
                desk.archive.store, Subject(key, shown.prints, record), cast(Verdict, verdict),
                reviewer.name, given=given, note=_one(form, "note"), blind=reviewer.blind,
            )  # fmt: skip
        else:
            raise AskedError("a review confirms, rejects, corrects or undoes")
    except ReviewError as error:
        raise AskedError(str(error)) from error
    except ArchiveError as error:
        raise AskedError("the review could not be written down", "failed", 503) from error
    return record


def _add(desk: Desk, reviewer: Reviewer, shown: Reviewable, form: Form) -> str:
    """Take a record that was missed; return its id.

    Raises:
        TriedError: what the form says is mistaken.
    """
    table = _one(form, "table")
    _check(reviewer, shown.key, "add", table, _one(form, "token"))
    kind = cast(Kind, table)
    given = {f: [_typed(v) for v in form[f]] for f in ADDABLE[kind] if f in form}
    if "sectors" in given:
        given["sectors"] = [one for value in given["sectors"] for one in value.split()]
    try:
        made = add(desk.archive.store, shown.key, shown.prints, kind, given, reviewer.name,
                   note=_one(form, "note"), blind=reviewer.blind)  # fmt: skip
    except SeveralError as error:
        raise TriedError(
            "several places bear this name; choose one", table, form, error.places
        ) from error
    except ReviewError as error:
        raise TriedError(str(error), table, form) from error
    except ArchiveError as error:
        raise AskedError("the record could not be written down", "failed", 503) from error
    return made.record


def _typed(words: str) -> str:
    """Return words as the text has them: the page writes hidden characters out."""
    return _WRITTEN_OUT.sub(lambda found: chr(int(found[1], 16)), words)


def _number(shown: Reviewable, record: str) -> int:
    if record not in shown.stands:
        raise ReviewError("there is no review of this record to undo")
    return shown.stands[record].review.number


def _read(body: bytes) -> dict[str, list[str]]:
    """Return a form's values.

    Raises:
        AskedError: it has too many, or is no text.
    """
    try:
        return parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict",
                        max_num_fields=MOST_FIELDS)  # fmt: skip
    except ValueError as error:
        raise AskedError("this is no form of these pages") from error


def _one(form: Form, name: str) -> str:
    values = form.get(name, [""])
    if len(values) != 1:
        raise AskedError("this is no form of these pages")
    return values[0]


def _changed(form: Form, kind: Kind, shown: Record) -> dict[str, list[str]]:
    """Return the fields in which a form differs from the record as it is shown.

    A list of which nothing is chosen is not in the form; `has` names those that it showed.
    """
    held = set(form) | set(form.get("has", []))
    found = {}
    for field in _CORRECT.get(kind, ()):
        if field not in held:
            continue
        values = list(form.get(field, []))
        if field == "sectors":
            values = values[0].split() if values else []
        if sorted(values) != sorted(written(shown, field)):
            found[field] = [value for value in values if value.strip()] or [NONE]
    return found


def as_coded(review: Review) -> list[tuple[str, str]]:
    """Return the fields that a review corrects with what was coded there."""
    if review.verdict == "add":
        return []  # all of it is as it was added
    found = []
    for field in review.changes:
        value = review.seen.get(field)
        if field == "date" and value:
            value = value["value"] or value["start"]
        elif field == "content" and value:
            value = [one["text"] for one in value]
        told = ", ".join(map(str, value)) if isinstance(value, list) else value
        if field in review.seen:
            found.append((field, str(told or NONE)))
    return found


def written(record: Record, field: str) -> list[str]:
    """Return a field's values as a form has them."""
    value = getattr(record, field)
    if isinstance(record, Event) and field == "date":
        start, end = record.date.start, record.date.end
        both = start if start == end else f"{start or ''}..{end or ''}"
        return [both or ""]
    if isinstance(record, Statement) and isinstance(value, Party):
        return [value.entity or ""]
    if isinstance(value, bool):
        return [str(value).lower()]
    return list(value) if field in _SEVERAL else [value or ""]
