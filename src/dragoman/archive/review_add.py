"""A record that was missed, written into the journal of reviews."""

from __future__ import annotations

from dragoman.archive.reviews import (
    MOST_NOTE,
    Journal,
    append,
    base_of,
    codebook_of,
    plain,
    read_journal,
    reviewer_name,
)
from dragoman.archive.store import Store
from dragoman.resolve.review_add import find_twin, make_added, read_addition
from dragoman.resolve.review_apply import named_in
from dragoman.resolve.review_changes import Given, ReviewError
from dragoman.resolve.reviews import Kind, Prints, Review, told_anew


def add(
    store: Store,
    report: str,
    prints: Prints,
    kind: Kind,
    given: Given,
    who: str,
    *,
    note: str | None = None,
    blind: bool = False,
) -> Review:
    """Write down a record of a report that the program missed.

    Args:
        report: the report's key.
        prints: the report's records as they were coded.
        kind: events, statements, relations, entities or places.
        given: its fields in words, as `read_addition` takes them.
        who: the reviewer.
        note: why.
        blind: take no account of what others added.

    Raises:
        ReviewError: something is missing or mistaken, or the report has that record.
        ArchiveError: the journal cannot be written to.
    """
    name, why = reviewer_name(who), plain(note or "", MOST_NOTE, "note")
    alone = name if blind else None
    codebook = codebook_of(store, prints.reading.pipeline.codebook)
    prints = base_of(read_journal(store), report, prints, alone)  # it may name what was added
    changes = read_addition(kind, given, prints, codebook)
    record, mark = make_added(kind, changes, prints.reading)
    seen, named = told_anew(prints.reading, kind, record), named_in(kind, changes, prints)

    def make(held: Journal, number: int, when: str) -> Review:
        base = base_of(held, report, prints, alone)
        there = base.find(kind, mark) or find_twin(base.reading, kind, record)
        if there:
            raise ReviewError(f"the report has that record already, as {there}; confirm or correct"
                              " that one")  # fmt: skip
        return Review(
            number=number, at=when, who=name, verdict="add", report=report, kind=kind,
            record=record.id, print=mark, seen=seen, changes=dict(sorted(changes.items())),  # type: ignore[attr-defined]
            named=named, note=why or None,
        )  # fmt: skip

    return append(store, make)


__all__ = ["add"]
