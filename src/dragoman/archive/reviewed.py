"""Where every reviewed record of an archive stands, and the rows that reviews put in place."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from dragoman.archive.readings import readings
from dragoman.archive.reviews import Journal
from dragoman.archive.schema import DETAILS, Row, arrow, rows
from dragoman.records import Reading
from dragoman.resolve.review_add import additions, with_added
from dragoman.resolve.review_apply import apply_reviews
from dragoman.resolve.reviews import Prints, Review, Standing, in_force, standings

if TYPE_CHECKING:
    from dragoman.archive.archive import Archive

BATCHES = pa.schema([("report", pa.string()), ("batch", pa.string())])
MARKS = pa.schema(
    [
        *((name, pa.string()) for name in ("report", "kind", "record", "verdict", "who", "at")),
        *((name, pa.string()) for name in ("note", "changes", "state")),
        ("conflict", pa.bool_()),
        ("added", pa.bool_()),
        ("number", pa.int64()),
        ("reviewers", pa.list_(pa.string())),
    ]
)
_KEPT = 5_000  # reports as they were coded that are kept in memory, for archives opened anew
_kept: OrderedDict[tuple[str, str, str], Prints] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Reviewed:
    """The reviews of an archive, as they stand.

    Attributes:
        journal: every line.
        reports: of each reviewed report that is there, its batch and its records as coded.
        standing: where each reviewed record stands, by report.
        bases: of each report in `reports`, what was coded and what was added by hand.
    """

    journal: Journal
    reports: dict[str, tuple[str, Prints]]
    standing: dict[str, list[Standing]]
    bases: dict[str, Prints] = field(default_factory=dict)

    @cached_property
    def readings(self) -> dict[str, Reading]:
        """The reports in which a review changes something, after it."""
        made = {}
        for key, (_, prints) in self.reports.items():
            reading = apply_reviews(self.bases.get(key, prints), self.standing[key])
            if reading != prints.reading:
                made[key] = reading
        return made

    @cached_property
    def tables(self) -> dict[str, pa.Table]:
        """The rows that stand in place of those coded, by table; of whole reports."""
        found: dict[str, list[Row]] = {table: [] for table in DETAILS}
        for key, reading in self.readings.items():
            made = rows(reading, self._batch(key))
            for table, several in found.items():
                several += [{**row, "report": key} for row in made[table]]
        return {table: arrow(table, several) for table, several in found.items()}

    @cached_property
    def batches(self) -> pa.Table:
        """The batch of the rows in `tables`, by report."""
        found = [{"report": key, "batch": self._batch(key)} for key in self.readings]
        return pa.Table.from_pylist(found, schema=BATCHES)

    def _batch(self, key: str) -> str:
        return f"{self.reports[key][0]} reviewed"

    @cached_property
    def marks(self) -> pa.Table:
        """The table `reviews`: each reviewed record with the review that counts."""
        marks = [_mark(key, one) for key, several in self.standing.items() for one in several]
        return pa.Table.from_pylist(marks, schema=MARKS)


def _mark(key: str, standing: Standing) -> dict[str, Any]:
    review = standing.review
    return {
        "report": key,
        "kind": review.kind,
        "record": standing.record or review.record,
        "verdict": review.judged,
        "who": review.who,
        "at": review.at,
        "note": review.note,
        "changes": msgspec.json.encode(review.changes).decode() if review.changes else None,
        "state": standing.state,
        "conflict": standing.conflict,
        "added": standing.added,
        "number": review.number,
        "reviewers": [one.who for one in standing.latest],
    }


def load_reviewed(journal: Journal, coded: Callable[[], Archive]) -> Reviewed:
    """Return where the reviews of an archive stand.

    Args:
        coded: opens the archive as it was coded; not called where nothing is reviewed.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    by_report = _by_report(in_force(journal.lines))
    reports = _coded(coded(), sorted(by_report)) if by_report else {}
    lines = _by_report(journal.lines)
    bases = {key: with_added(prints, additions(lines[key])) for key, (_, prints) in reports.items()}
    standing = {
        key: standings(several, bases.get(key)) for key, several in sorted(by_report.items())
    }
    return Reviewed(journal, reports, standing, bases)


def _by_report(reviews: Iterable[Review]) -> dict[str, list[Review]]:
    found: dict[str, list[Review]] = defaultdict(list)
    for review in reviews:
        found[review.report].append(review)
    return found


def _coded(archive: Archive, keys: list[str]) -> dict[str, tuple[str, Prints]]:
    """Return the reports that are there, each with its batch; those not kept yet are read."""
    marks = ", ".join("?" * len(keys))
    query = f"select key, batch from counting_reports where key in ({marks}) order by key"
    batches = {row["key"]: row["batch"] for row in archive.sql(query, [*keys]).to_pylist()}
    folder = str(archive.store.folder.resolve())
    with _lock:
        held = {key: _kept.get((folder, key, batch)) for key, batch in batches.items()}
    missing = [key for key, prints in held.items() if prints is None]
    found = {key: prints for key, prints in held.items() if prints is not None}
    for key, reading in zip(missing, readings(archive, missing), strict=True):
        found[key] = Prints(reading)
    with _lock:
        for key in missing:
            _kept[folder, key, batches[key]] = found[key]
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return {key: (batches[key], found[key]) for key in batches}
