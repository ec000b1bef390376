"""`dragoman archive check|compact|history|at` and `dragoman recode`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dragoman.cli.app import SOME_FAILED, app, end, stop
from dragoman.cli.ask import Folder
from dragoman.cli.derived import derive_shown

if TYPE_CHECKING:
    from dragoman.archive.recode import Recode, Recoded
    from dragoman.archive.store import Store

archive_app = typer.Typer(
    name="archive", help="Look after an archive: check, compact, history, at.", no_args_is_help=True
)
app.add_typer(archive_app, name="archive")
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def _store(folder: Path) -> Store:
    from dragoman.archive.store import Store

    return Store(folder)


@archive_app.command(epilog="Example: dragoman archive check --archive archive")
def check(
    archive: Folder,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Read back so many reports; all where not given.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say whether an archive is whole: files, reports counted once, each record with its words."""
    from dragoman.archive.archive import Archive
    from dragoman.archive.care import check as look
    from dragoman.archive.care import counts
    from dragoman.archive.store import ArchiveError

    try:
        wrong = list(look(_store(archive), sample=sample))
        held = {} if wrong else counts(Archive(archive))
    except ArchiveError as error:
        stop(str(error))
    for found in wrong:
        told = {"table": found.table, "what": found.what}
        typer.echo(json.dumps(told) if as_json else f"{found.table}: {found.what}")
    if wrong:
        typer.echo(f"dragoman: {len(wrong)} things are wrong with {archive}", err=True)
        raise typer.Exit(SOME_FAILED)
    typer.echo(json.dumps(held) if as_json else f"nothing is wrong: {_told(held)}")


def _told(held: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {table}" for table, count in held.items())


@archive_app.command(epilog="Example: dragoman archive compact --archive archive --purge")
def compact(
    archive: Folder,
    purge: Annotated[
        bool,
        typer.Option(
            "--purge",
            help="Also remove what only older versions need; they cannot be opened afterwards.",
        ),
    ] = False,
) -> None:
    """Join the small files that many runs leave behind, so that questions are answered sooner."""
    from dragoman.archive.care import compact as join
    from dragoman.archive.store import ArchiveError

    store = _store(archive)
    try:
        with store.lock():
            for done in join(store, purge=purge):
                purged = f", {done.purged:,} old rows removed" if done.purged else ""
                typer.echo(f"{done.table}: {done.before:,} files, now {done.after:,}{purged}")
    except ArchiveError as error:
        stop(str(error))


@archive_app.command(epilog="Example: dragoman archive history --archive archive")
def history(archive: Folder, as_json: Json = False) -> None:
    """List the versions of an archive, the newest first; each can be asked with --at."""
    import msgspec

    from dragoman.archive.care import history as versions
    from dragoman.archive.store import ArchiveError

    try:
        found = versions(_store(archive))
    except ArchiveError as error:
        stop(str(error))
    for one in found:
        rows = "" if one.added is None else f"{one.added:,} reports written"
        line = f"{one.number:>6}  {one.when}  {one.what:<8} {rows}"
        typer.echo(msgspec.json.encode(one).decode() if as_json else line.rstrip())


@archive_app.command(epilog="Example: dragoman archive at 3 --archive archive")
def at(
    version: Annotated[int, typer.Argument(min=0, help="A version that `history` lists.")],
    archive: Folder,
    as_json: Json = False,
) -> None:
    """Say what an archive held at a version; `dragoman events --at 3` lists it."""
    from dragoman.archive.archive import Archive
    from dragoman.archive.care import counts
    from dragoman.archive.store import ArchiveError

    try:
        held = counts(Archive(archive, version))
    except ArchiveError as error:
        stop(str(error))
    typer.echo(json.dumps(held) if as_json else f"version {version}: {_told(held)}")


@app.command(epilog="Example: dragoman recode --archive archive --codebook my-codebook")
def recode(
    archive: Folder,
    codebook: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The codebook; Dragoman's own by default.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that code.")] = 1,
    everything: Annotated[
        bool,
        typer.Option("--all", help="Code every report again, not only what the change touches."),
    ] = False,
    seconds: Annotated[float, typer.Option(min=0.1, help="Time that one report may take.")] = 60.0,
    memory: Annotated[int, typer.Option(min=500, help="Megabytes a process may take.")] = 6_000,
) -> None:
    """Apply a changed codebook to an archive, from the parses it keeps; safe to stop."""
    from dragoman.archive.store import ArchiveError

    store = _store(archive)
    try:
        store.open("reports")
        with store.lock():
            run = _prepare(store, codebook, workers, seconds, memory, everything)
            done = _run(run)
            derive_shown(store)
    except ArchiveError as error:
        stop(str(error))
    typer.echo(
        f"{done.reports:,} reports: {done.coded:,} coded again,"
        f" {done.reports - done.coded - len(done.failures):,} not touched by the change,"
        f" {len(done.failures):,} failed and keep their old records"
    )
    end(done.failures)


def _prepare(
    store: Store,
    codebook: Path | None,
    workers: int,
    seconds: float,
    memory: int,
    everything: bool,
) -> Recode:
    import dragoman
    from dragoman.archive.recode import Recode
    from dragoman.codebook import Codebook, CodebookError
    from dragoman.engine.local import Limits, LocalEngine
    from dragoman.language.model import model_name
    from dragoman.records import Pipeline

    try:
        book = Codebook(codebook)
        version = book.version
        _ = book.plover
    except CodebookError as error:
        stop(str(error))
    pipeline = Pipeline(dragoman=dragoman.__version__, model=model_name(), codebook=version)
    options = {"codebook": str(codebook) if codebook else None, "cache": str(store.parses)}
    engine = LocalEngine(workers, options, Limits(seconds, memory))
    return Recode(store, engine.map, pipeline, book, everything=everything)


def _run(run: Recode) -> Recoded:
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("recoding"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[coded]} coded again"),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("recoding", total=None, coded=0)

        def tell(done: Recoded) -> None:
            bar.update(task, total=done.reports, completed=done.seen, coded=done.coded)

        run.on_progress = tell
        return run.run()
