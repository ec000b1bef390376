"""The tables made from all reports, brought up to them, with what is done shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dragoman.cli.app import stop

if TYPE_CHECKING:
    from dragoman.archive.derive import Derived
    from dragoman.archive.store import Store

Anew = Annotated[
    bool, typer.Option("--anew", help="Make everything anew, not only what has changed.")
]


def derive_shown(store: Store, *, anew: bool = False) -> Derived:
    """Bring the tables up to the reports, with a bar; the caller holds the lock.

    Raises:
        ArchiveError: the archive cannot be read or written to.
    """
    from rich import progress
    from rich.console import Console

    from dragoman.archive.derive import derive

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("bringing together", total=None)

        def tell(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        return derive(store, anew=anew, on_progress=tell)


def derived(archive: Path, *, anew: bool) -> Derived:
    """Bring an archive's tables up to its reports, or stop with what is wrong."""
    from dragoman.archive.store import ArchiveError, Store

    store = Store(archive)
    try:
        store.open("reports")
        with store.lock():
            return derive_shown(store, anew=anew)
    except ArchiveError as error:
        stop(str(error))
