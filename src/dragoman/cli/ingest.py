"""`dragoman ingest`: reports into an archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dragoman.cli.app import MISUSE, app, end, read_day, stop
from dragoman.cli.derived import derive_shown

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from dragoman.archive.ingest import Engine, Ingest
    from dragoman.archive.ingest import Progress as Count
    from dragoman.archive.store import Store
    from dragoman.engine.local import Limits
    from dragoman.records import Report
    from dragoman.sources import Failure


class EngineName(StrEnum):
    """Where reports are coded."""

    local = "local"
    ray = "ray"


@app.command(
    epilog="Example: dragoman ingest news/*.jsonl.gz crawl.warc.gz --archive archive --workers 2"
)
def ingest(
    archive: Annotated[Path, typer.Option(metavar="DIR", help="The archive's folder.")],
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE…",
            help="Files (text, HTML, JSON Lines, CSV, Parquet, WARC, feeds; .gz and .zst),"
            " folders, globs, s3:// addresses, web addresses, or - for stdin.",
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=1000, help="Processes that code.")] = 1,
    engine: Annotated[
        EngineName, typer.Option(help="local: processes of this machine; ray: a Ray cluster.")
    ] = EngineName.local,
    ray_address: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="A running Ray cluster (HOST:PORT or auto); none starts Ray here."
            " Its workers keep no parses.",
        ),
    ] = None,
    published: Annotated[
        str | None, typer.Option(metavar="DATE", help="Day of reports that have none.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only reports published on or after it.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many new reports.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=COLUMN", help="Which column of a table holds which field."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what is new; code none.")
    ] = False,
    retry_failures: Annotated[
        bool, typer.Option("--retry-failures", help="Read again what failed before.")
    ] = False,
    compact: Annotated[
        bool, typer.Option(help="Join small files where many have piled up.")
    ] = True,
    seconds: Annotated[float, typer.Option(min=0.1, help="Time that one report may take.")] = 60.0,
    memory: Annotated[int, typer.Option(min=500, help="Megabytes a process may take.")] = 6_000,
    codebook: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Another codebook folder.")
    ] = None,
) -> None:
    """Code reports into an archive: each once, only what is new, safe to stop at any time."""
    from dragoman.archive.ingest import Ingest
    from dragoman.archive.recode import keep_codebook
    from dragoman.archive.store import ArchiveError, Store
    from dragoman.archive.tidy import tidy
    from dragoman.codebook import Codebook
    from dragoman.engine.error import EngineError
    from dragoman.engine.local import Limits

    if ray_address and engine is not EngineName.ray:
        stop("--ray-address is for --engine ray")
    if not sources and not retry_failures:
        stop("name a SOURCE, or say --retry-failures")
    store = Store(archive)
    day, first = read_day(published), read_day(since, "--since")
    columns = _columns(column or [])
    options = {
        "codebook": str(codebook) if codebook else None,
        "cache": None if ray_address else str(store.parses),
    }
    try:
        with nullcontext() if dry_run else store.lock():
            limits = Limits(seconds, memory)
            version = _version(codebook)
            coder = _engine(engine, ray_address, workers, options, limits, version)
            run = Ingest(store, coder, version, retry=retry_failures, compact=compact)
            found = _limited(_gather(store, sources or [], day, columns, retry_failures), first)
            if dry_run:
                _say_new(run, found, limit)
                return
            keep_codebook(store, Codebook(codebook))
            done = _run(run, found, limit)
            if store.exists("reports"):
                if compact:
                    tidy(store)
                derive_shown(store)
    except (ArchiveError, EngineError) as error:
        stop(str(error))
    typer.echo(_summary(done))
    end(done.failures)


def _columns(given: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if any(not field or not column for field, _, column in pairs):
        stop("--column takes FIELD=COLUMN, as in text=body")
    return {field: column for field, _, column in pairs}


def _engine(
    name: EngineName,
    address: str | None,
    workers: int,
    options: dict[str, str | None],
    limits: Limits,
    version: str,
) -> Engine:
    if name is EngineName.ray:
        from dragoman.engine.ray import RayEngine

        return RayEngine(workers, options, limits, address, codebook=version).map
    from dragoman.engine.local import LocalEngine

    return LocalEngine(workers, options, limits).map


def _version(codebook: Path | None) -> str:
    from dragoman.codebook import Codebook, CodebookError

    try:
        return Codebook(codebook).version
    except CodebookError as error:
        stop(str(error), MISUSE)


def _gather(
    store: Store, sources: list[str], day: str | None, columns: dict[str, str], retry: bool
) -> Iterator[Report | Failure]:
    from dragoman.archive.ingest import failed_reports
    from dragoman.sources import read_files

    if retry:
        yield from failed_reports(store)
    yield from read_files(sources, day, columns)


def _limited(found: Iterator[Report | Failure], since: str | None) -> Iterator[Report | Failure]:
    from dragoman.sources import Failure

    for one in found:
        if isinstance(one, Failure) or since is None or (one.published or "") >= since:
            yield one


def _say_new(run: Ingest, found: Iterator[Report | Failure], limit: int | None) -> None:
    from dragoman.sources import Failure

    bad = sum(isinstance(one, Failure) for one in run.new(found, limit=limit))
    count = run.progress
    typer.echo(
        f"{count.seen:,} reports seen, {count.known:,} known already,"
        f" {count.seen - count.known - bad:,} new, {bad:,} that cannot be read; nothing was written"
    )


def _run(run: Ingest, found: Iterator[Report | Failure], limit: int | None) -> Count:
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("coding"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[rate]}"),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("coding", total=limit, rate="")
        run.on_progress = _teller(bar, task)
        return run.run(found, limit=limit)


def _teller(bar: Progress, task: TaskID) -> Callable[[Count], None]:
    import time

    started = time.monotonic()

    def tell(count: Count) -> None:
        rate = (count.coded + count.failed) / max(time.monotonic() - started, 0.001)
        text = f"{rate:.1f} reports/s, {count.failed} failed"
        bar.update(task, completed=count.coded + count.failed, rate=text)

    return tell


def _summary(count: Count) -> str:
    corrected = f", {count.superseding:,} of them corrections" if count.superseding else ""
    return (
        f"{count.seen:,} reports seen: {count.coded:,} coded{corrected},"
        f" {count.known:,} known already, {count.failed:,} failed"
    )
