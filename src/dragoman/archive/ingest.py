"""Reports into an archive: each coded exactly once, whatever stops the run.

A batch writes its detail tables first and `reports` last, so a report counts once its row is
there. A run that was stopped leaves at most detail rows of a batch that has no report; they are
never read, for every query joins on the report's row and its batch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, islice

import msgspec

from dragoman.archive.schema import DETAILS, Row, report_key, rows
from dragoman.archive.store import Store
from dragoman.archive.tidy import tidy
from dragoman.records import Reading, Report
from dragoman.sources import Failure

UNIT = 16  # reports that a worker takes at once
COMMIT = 256  # reports that one commit holds
TIDY = 64  # commits after which small files are joined

Outcome = Reading | Failure
Engine = Callable[[Iterable[list[Report]]], Iterator[list[Outcome]]]


@dataclass(slots=True)
class Progress:
    """How far an ingest has come; counts of reports."""

    seen: int = 0
    known: int = 0
    coded: int = 0
    failed: int = 0
    superseding: int = 0
    failures: list[Failure] = field(default_factory=list)


@dataclass(slots=True)
class _Known:
    """What the archive holds already: keys, failed keys, and the latest report of each address."""

    keys: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    latest: dict[str, str] = field(default_factory=dict)


def _load_known(store: Store) -> _Known:
    known = _Known()
    if store.exists("reports"):
        table = store.columns("reports", ["key", "url", "supersedes"])
        keys = table["key"].to_pylist()
        known.keys = set(keys)
        replaced = set(table["supersedes"].drop_null().to_pylist())
        addresses = zip(table["url"].to_pylist(), keys, strict=True)
        known.latest = {url: key for url, key in addresses if url and key not in replaced}
    if store.exists("failures"):
        rows = store.columns("failures", ["key", "batch"]).to_pylist()
        ended = store.ended({row["batch"] for row in rows})
        known.failed = {row["key"] for row in rows if row["batch"] in ended}
    return known


class Ingest:
    """One run over one archive.

    Args:
        store: the archive's tables; the caller holds its lock.
        engine: codes units of reports and yields their outcomes in the same order.
        pipeline: names the versions that code, so that batches of others are told apart.
        retry: read again the reports that failed before.
        compact: join small files where many have piled up (see `tidy`), now and then.
    """

    def __init__(
        self,
        store: Store,
        engine: Engine,
        pipeline: str,
        *,
        retry: bool = False,
        compact: bool = True,
    ) -> None:
        self._store = store
        self._engine = engine
        self._pipeline = pipeline
        self._retry = retry
        self._compact = compact
        self._known = _load_known(store)
        self.progress = Progress()
        self.on_progress: Callable[[Progress], None] = lambda _: None

    def run(self, found: Iterable[Report | Failure], *, limit: int | None = None) -> Progress:
        """Code every report that is new and commit batch after batch.

        Args:
            found: reports, and what could not be read.
            limit: at most so many new reports.

        Raises:
            ArchiveError: the archive cannot be written to; what was committed stays.
        """
        remaining = islice(self._new(found), limit)
        outcomes = self._outcomes(remaining)
        for number in count(1):
            batch = list(islice(outcomes, COMMIT))
            if not batch:
                break
            self._commit(batch)
            if self._compact and number % TIDY == 0:
                tidy(self._store)
        return self.progress

    def new(
        self, found: Iterable[Report | Failure], *, limit: int | None = None
    ) -> Iterator[Report | Failure]:
        """Yield what a run would read, without reading it (`--dry-run`)."""
        yield from islice(self._new(found), limit)

    def _new(self, found: Iterable[Report | Failure]) -> Iterator[Report | Failure]:
        """Pass on what is not in the archive, each report once."""
        taken: set[str] = set()
        for one in found:
            self.progress.seen += 1
            key = _key(one)
            failed_before = key in self._known.failed and not self._retry
            if key in self._known.keys or key in taken or failed_before:
                self.progress.known += 1
                continue
            taken.add(key)
            yield one

    def _outcomes(self, found: Iterator[Report | Failure]) -> Iterator[tuple[str, Row | Outcome]]:
        """Yield the key of each new report with what became of it, in the order they came."""
        waiting: list[list[Report | Failure]] = []

        def units() -> Iterator[list[Report]]:
            while unit := list(islice(found, UNIT)):
                waiting.append(unit)
                yield [one for one in unit if isinstance(one, Report)]

        for coded in self._engine(units()):
            results = iter(coded)
            for one in waiting.pop(0):
                outcome = one if isinstance(one, Failure) else next(results)
                self._count(outcome)
                yield _key(one), _with_given(one, outcome)
            self.on_progress(self.progress)

    def _count(self, outcome: Outcome) -> None:
        if isinstance(outcome, Failure):
            self.progress.failed += 1
            self.progress.failures.append(outcome)
        else:
            self.progress.coded += 1

    def _commit(self, batch: list[tuple[str, Row | Outcome]]) -> None:
        """Write a batch: details, failures, and `reports` last."""
        name = batch_name([key for key, _ in batch], self._pipeline)
        tables: dict[str, list[Row]] = {table: [] for table in (*DETAILS, "failures", "reports")}
        for key, outcome in batch:
            if isinstance(outcome, Reading):
                for table, found in rows(
                    outcome, name, self._replaced(outcome.report, key)
                ).items():
                    tables[table].extend(found)
            elif isinstance(outcome, dict):
                tables["failures"].append({**outcome, "key": key, "batch": name})
        for table, found in tables.items():
            if found or table == "reports":  # a batch of failures alone is ended by it, too
                self._store.append(table, found, name)
        self._known.keys.update(row["key"] for row in tables["reports"])
        self._known.failed.update(row["key"] for row in tables["failures"])

    def _replaced(self, report: Report, key: str) -> str | None:
        """Return the key of the report that this one corrects: same address, another text."""
        if not report.url:
            return None
        before = self._known.latest.get(report.url)
        self._known.latest[report.url] = key
        self.progress.superseding += before is not None
        return before


def _key(one: Report | Failure) -> str:
    if isinstance(one, Report):
        return report_key(one)
    told = f"{one.where}\0{one.line}\0{one.report}\0{one.reason}"
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _with_given(one: Report | Failure, outcome: Outcome) -> Row | Outcome:
    """Return a failure as its row, with the report that failed, so that it can be tried again."""
    if isinstance(outcome, Reading):
        return outcome
    given = msgspec.json.encode(one).decode() if isinstance(one, Report) else None
    return {
        "where": outcome.where,
        "line": outcome.line,
        "report": outcome.report,
        "reason": outcome.reason,
        "given": given,
    }


def batch_name(keys: list[str], pipeline: str) -> str:
    """Return the name of a batch: a digest of its reports and of what codes them."""
    return hashlib.sha256("\0".join((pipeline, *keys)).encode()).hexdigest()[:24]


def failed_reports(store: Store) -> Iterator[Report]:
    """Yield the reports that failed and are still not in the archive."""
    if not store.exists("failures"):
        return
    held = _load_known(store).keys
    table = store.columns("failures", ["key", "given"])
    seen: set[str] = set()
    for row in table.to_pylist():
        if row["given"] and row["key"] not in held and row["key"] not in seen:
            seen.add(row["key"])
            yield msgspec.json.decode(row["given"], type=Report)
