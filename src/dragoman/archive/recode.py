"""A changed codebook applied to an archive: from the parses that are kept, and only where it
can make a difference.

The new records are written beside the old ones; then one commit of `reports` names the new
batches, so that a reader sees the archive before or after, never between. A run that was stopped
has changed nothing that counts, and is simply started again. Older versions stay readable.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from dragoman.archive.archive import Archive
from dragoman.archive.ingest import COMMIT, UNIT, Engine, batch_name
from dragoman.archive.schema import DETAILS, Row, rows, schema
from dragoman.archive.store import ArchiveError, Store, files_of
from dragoman.codebook import Codebook
from dragoman.codebook.difference import touched_lemmas
from dragoman.language.cache import ParseFile
from dragoman.records import Pipeline, Reading, Report
from dragoman.sources import Failure

_VERSIONS = ("dragoman", "model", "codebook")


def keep_codebook(store: Store, codebook: Codebook) -> None:
    """Keep a copy of a codebook in the archive, to know later what has changed since.

    Raises:
        ArchiveError: the folder cannot be written to.
    """
    kept = store.codebook(codebook.version)
    if kept.exists():
        return
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as made:
            copy = Path(made) / "copy"
            shutil.copytree(codebook.folder, copy, ignore=shutil.ignore_patterns("examples"))
            copy.rename(kept)
    except OSError as error:
        raise ArchiveError(f"{store.folder} cannot be written to: {error}") from error


@dataclass(slots=True)
class Recoded:
    """What a recode did; counts of reports.

    Attributes:
        reports: in the archive.
        coded: coded again; the others hold nothing that the change touches.
        failures: reports that could not be coded again and keep their old records.
    """

    reports: int = 0
    seen: int = 0
    coded: int = 0
    failures: list[Failure] = field(default_factory=list)


class Recode:
    """One recoding of one archive.

    Args:
        store: the archive's tables; the caller holds its lock.
        engine: codes units of reports and yields their outcomes in the same order.
        pipeline: the versions that code.
        codebook: the codebook that is applied.
        everything: code every report again, touched or not.

    Raises:
        ArchiveError: the folder is no archive.
    """

    def __init__(
        self,
        store: Store,
        engine: Engine,
        pipeline: Pipeline,
        codebook: Codebook,
        *,
        everything: bool = False,
    ) -> None:
        self._store = store
        self._engine = engine
        self._pipeline = pipeline
        self._codebook = codebook
        self._everything = everything
        self._parses = ParseFile(store.parses, pipeline.model)
        self._touched: dict[str, frozenset[str] | None] = {}
        self._batches: dict[str, str] = {}
        self._kept: set[str] = set()
        self.done = Recoded()
        self.on_progress: Callable[[Recoded], None] = lambda _: None

    def run(self) -> Recoded:
        """Code again what the codebook's change touches, let it count, and keep the codebook.

        Raises:
            ArchiveError: the archive cannot be written to; nothing has changed then.
        """
        archive = Archive(self._store.folder, reviews=False)
        self.done.reports = archive.sql("select count(*) as n from all_reports")["n"][0].as_py()
        touched = self._find_touched(archive)
        while part := list(islice(touched, COMMIT)):
            self._code(part)
        if self._batches or self._outdated(archive):
            self._switch()
        keep_codebook(self._store, self._codebook)
        return self.done

    def _find_touched(self, archive: Archive) -> Iterator[Row]:
        """Yield the rows of the reports that are to be coded again."""
        with archive.connect() as connection:
            found = connection.execute("select * from all_reports order by month, key")
            while several := found.fetchmany(COMMIT):
                names = [column[0] for column in found.description]
                for values in several:
                    row = dict(zip(names, values, strict=True))
                    self.done.seen += 1
                    if self._is_touched(row):
                        yield row
                self.on_progress(self.done)

    def _is_touched(self, row: Row) -> bool:
        others = (row["dragoman"], row["model"])
        if self._everything or others != (self._pipeline.dragoman, self._pipeline.model):
            return True
        words = self._words_since(row["codebook"])
        if words is None:
            return True
        if not words:
            return False
        lemmas = self._parses.lemmas(row["text"])
        return lemmas is None or not words.isdisjoint(lemmas)

    def _words_since(self, version: str) -> frozenset[str] | None:
        """Return the words that the change from a codebook touches; None for any."""
        if version == self._pipeline.codebook:
            return frozenset()
        if version not in self._touched:
            kept = self._store.codebook(version)
            known = kept.is_dir()
            self._touched[version] = (
                touched_lemmas(Codebook(kept), self._codebook) if known else None
            )
        return self._touched[version]

    def _code(self, part: list[Row]) -> None:
        """Code reports again and write their records, which do not count yet."""
        remaining = iter(part)
        units = iter(lambda: [_report(row) for row in islice(remaining, UNIT)], [])
        told = " ".join((self._pipeline.dragoman, self._pipeline.model, self._pipeline.codebook))
        name = batch_name([row["key"] for row in part], f"recode {told}")
        tables: dict[str, list[Row]] = {table: [] for table in DETAILS}
        outcomes = (one for coded in self._engine(units) for one in coded)
        for row, outcome in zip(part, outcomes, strict=True):
            self._keep(row, outcome, name, tables)
        for table, made in tables.items():
            if made:
                self._store.append(table, made, name)
        self.on_progress(self.done)

    def _keep(
        self, row: Row, outcome: Reading | Failure, name: str, tables: dict[str, list[Row]]
    ) -> None:
        if isinstance(outcome, Failure):
            self.done.failures.append(outcome)
            self._kept.add(row["key"])
            return
        self.done.coded += 1
        self._batches[row["key"]] = name
        found = rows(outcome, name)
        for table in DETAILS:
            tables[table].extend({**made, "report": row["key"]} for made in found[table])

    def _outdated(self, archive: Archive) -> bool:
        marks = [getattr(self._pipeline, name) for name in _VERSIONS]
        found = archive.sql(
            "select count(*) as n from all_reports"
            " where dragoman <> ? or model <> ? or codebook <> ?",
            marks,
        )
        return int(found["n"][0].as_py()) > len(self._kept)

    def _switch(self) -> None:
        """Let the new records count, in one commit."""
        held = files_of(self._store.open("reports"))
        wanted = schema("reports")
        changed = (self._renamed(batch) for batch in held.to_batches(columns=wanted.names))
        self._store.rewrite("reports", pa.RecordBatchReader.from_batches(wanted, changed), "recode")

    def _renamed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        found = batch.to_pylist()
        for row in found:
            if row["key"] in self._kept:
                continue
            row["batch"] = self._batches.get(row["key"], row["batch"])
            row.update({name: getattr(self._pipeline, name) for name in _VERSIONS})
        return pa.RecordBatch.from_pylist(found, schema=schema("reports"))


def _report(row: dict[str, Any]) -> Report:
    return Report(**{name: row[name] for name in Report.__struct_fields__})
