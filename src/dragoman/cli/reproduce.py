"""`dragoman lock` and `dragoman reproduce`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dragoman.cli.app import SOME_FAILED, app, stop
from dragoman.cli.ask import Folder, Version

if TYPE_CHECKING:
    from dragoman.archive.archive import Archive
    from dragoman.archive.reproduce import Difference


@app.command(epilog="Example: dragoman lock --archive archive > dragoman.lock")
def lock(archive: Folder, version: Version = None) -> None:
    """Print what has to be the same for the same records: versions, and a digest of them all."""
    import msgspec

    from dragoman.archive.archive import Archive
    from dragoman.archive.reproduce import make_lock
    from dragoman.archive.store import ArchiveError

    try:
        made = make_lock(Archive(archive, version, reviews=False))
    except ArchiveError as error:
        stop(str(error))
    typer.echo(msgspec.json.format(msgspec.json.encode(made), indent=1).decode())


@app.command(epilog="Example: dragoman reproduce dragoman.lock --archive archive")
def reproduce(
    lock_file: Annotated[Path, typer.Argument(metavar="LOCK", help="A file that `lock` printed.")],
    archive: Folder,
    codebook: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The codebook; Dragoman's own by default.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Only so many reports; all where not given.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that code.")] = 1,
) -> None:
    """Code an archive's reports again, from their texts, and say what comes out otherwise."""
    from dragoman.archive.archive import Archive
    from dragoman.archive.reproduce import make_lock, read_lock, version_differences
    from dragoman.archive.store import ArchiveError

    try:
        wanted = read_lock(lock_file)
        opened = Archive(archive, wanted.archive_version, reviews=False)
        if make_lock(opened).digest != wanted.digest:
            stop(f"the records of {archive} are not those of {lock_file}", SOME_FAILED)
        for line in version_differences(wanted, _versions(codebook)):
            typer.echo(f"note: {line}")
        found = _compare(opened, codebook, sample, workers)
    except ArchiveError as error:
        stop(str(error))
    for one in found:
        typer.echo(f"{one.report}: {one.what}")
    count = wanted.reports if sample is None else min(sample, wanted.reports)
    typer.echo(f"{count:,} reports coded again: {len(found):,} came out otherwise")
    if found:
        raise typer.Exit(SOME_FAILED)


def _versions(codebook: Path | None) -> dict[str, str]:
    import dragoman
    from dragoman.codebook import Codebook, CodebookError
    from dragoman.language.model import model_name

    try:
        book = Codebook(codebook)
    except CodebookError as error:
        stop(str(error))
    return {
        "dragoman": dragoman.__version__,
        "model": model_name(),
        "codebook": book.version,
    }


def _compare(
    archive: Archive, codebook: Path | None, sample: int | None, workers: int
) -> list[Difference]:
    from rich.console import Console
    from rich.progress import Progress

    from dragoman.archive.reproduce import differences
    from dragoman.engine.local import Limits, LocalEngine

    limit = "" if sample is None else f" limit {sample}"
    keys = archive.sql(f"select key from reports order by hash(key){limit}")["key"].to_pylist()
    options = {"codebook": str(codebook) if codebook else None, "cache": None}
    engine = LocalEngine(workers, options, Limits())
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("coding again", total=len(keys))
        return list(
            differences(archive, engine.map, keys=keys, on_report=lambda: bar.advance(task))
        )
