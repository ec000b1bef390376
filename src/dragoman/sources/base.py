"""What every source shares: the failure of one report, the limits, and ids."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from dragoman.records import Report
from dragoman.sources.published import ImpossibleDateError, read_published

MAX_CHARACTERS = 2_000_000  # some 300,000 words; a longer text is a book or a mistake


class SourceError(ValueError):
    """A report that cannot be read; the message says what is wrong and what to do."""


def clip(told: object, most: int = 80) -> str:
    """Return what a source says, cut short and without unprintable characters, for a message."""
    text = str(told)
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:most])
    return shown + "…" if len(text) > most else shown


@dataclass(frozen=True, slots=True)
class Failure:
    """One report that was kept aside.

    Attributes:
        where: the file, address or stream it came from.
        reason: what was wrong and what to do about it.
        line: line of the file (from 1), where the file holds many reports.
        report: id of the report, where it had one.
    """

    where: str
    reason: str
    line: int | None = None
    report: str | None = None

    def __post_init__(self) -> None:
        """Write half characters out ("\\udcff"), as file names may hold them, so it can be kept."""
        for name in ("where", "reason", "report"):
            told = getattr(self, name)
            if told:
                whole = told.encode("utf-8", "backslashreplace").decode("utf-8")
                object.__setattr__(self, name, whole)

    def __str__(self) -> str:
        where = clip(self.where, 1_000)
        place = f"{where}:{self.line}" if self.line else where
        name = f" (report {clip(self.report)})" if self.report else ""
        return f"{place}{name}: {clip(self.reason, 2_000)}"


def report_id(text: str, published: str | None) -> str:
    """Return an id made of a report's text and date: the same on every machine."""
    digest = hashlib.sha256(f"{published or ''}\0{text}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def vet_text(text: str) -> str:
    """Return the text if it can be read at all.

    Raises:
        SourceError: it is empty, too long, or holds half characters.
    """
    if not text.strip():
        raise SourceError("the text is empty")
    if len(text) > MAX_CHARACTERS:
        raise SourceError(
            f"the text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read as one"
            " report. Split it into its reports, one a line of JSON Lines"
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise SourceError(
            f"character {error.start} is half of a surrogate pair; write the text as UTF-8"
        ) from error
    return text


def make_report(
    text: str,
    *,
    id: str | None = None,  # noqa: A002
    title: str | None = None,
    published: str | None = None,
    source: str | None = None,
    url: str | None = None,
    language: str | None = None,
) -> Report:
    """Make a report of its text and what is known about it.

    Half characters in anything but the text are replaced, so that the report can be written.

    Args:
        text: the report, kept to the character.
        published: ISO date, or None where it is not known.

    Raises:
        SourceError: the text cannot be read, or the date is none.
    """
    text = vet_text(text)
    try:
        day = read_published(published)
    except ImpossibleDateError as error:
        raise SourceError(str(error)) from error
    return Report(
        id=_whole(id) or report_id(text, day),
        text=text,
        title=_whole(title),
        published=day,
        source=_whole(source),
        url=_whole(url),
        language=_whole(language),
    )


def _whole(told: str | None) -> str | None:
    return told.encode("utf-8", "replace").decode("utf-8") if told else told
