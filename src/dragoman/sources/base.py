"""What every source shares: the failure of one report, the limits, and ids."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from dragoman.records import Report
from dragoman.sources.published import ImpossibleDateError, read_published

MAX_CHARACTERS = 2_000_000  # some 300,000 words; a longer text is a book or a mistake


class SourceError(ValueError):
    """A report that cannot be read; the message says what is wrong and what to do."""


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

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}" if self.line else self.where
        name = f" (report {self.report})" if self.report else ""
        return f"{place}{name}: {self.reason}"


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
        id=id or report_id(text, day),
        text=text,
        title=title,
        published=day,
        source=source,
        url=url,
        language=language,
    )
