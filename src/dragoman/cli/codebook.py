"""`dragoman codebook`: check, test, try and compare the codebook of events."""

from __future__ import annotations

import json as json_module
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dragoman.cli.app import SOME_FAILED, app, end, load_reader, read_day, stop
from dragoman.sources import Failure, read_files

codebook_app = typer.Typer(
    help="Check, test, try and compare the codebook of events.", no_args_is_help=True
)
app.add_typer(codebook_app, name="codebook")

Folder = Annotated[Path | None, typer.Option("--codebook", metavar="DIR", help="Another codebook.")]


def _folder(given: Path | None) -> Path:
    from dragoman.codebook import CodebookError, find_codebook

    if given is not None and not given.is_dir():
        stop(f"there is no such folder: {given}")
    try:
        return given or find_codebook()
    except CodebookError as error:
        stop(str(error))


@codebook_app.command(epilog="Example: dragoman codebook check --codebook my-codebook")
def check(codebook: Folder = None) -> None:
    """Find mistakes in the codebook and its examples, each with its file and line."""
    from dragoman.evaluate.codebook_tools import check as find
    from dragoman.evaluate.codebook_tools import check_examples

    folder = _folder(codebook)
    problems = [*find(folder), *check_examples(folder)]
    for problem in problems:
        typer.echo(str(problem), err=True)
    if problems:
        typer.echo(f"{len(problems)} mistakes", err=True)
        raise typer.Exit(SOME_FAILED)
    typer.echo(f"no mistake in {folder}")


@codebook_app.command("test", epilog="Example: dragoman codebook test --errors missed.jsonl")
def run_test(
    codebook: Folder = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    errors: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what went wrong (JSON Lines).")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep parses here between runs.")
    ] = None,
) -> None:
    """Code every example sentence and compare it with its labels."""
    from rich.console import Console

    from dragoman.evaluate.codebook_tools import run_examples
    from dragoman.evaluate.run import as_json, table, write_errors

    reader = load_reader(_folder(codebook), cache)
    outcome = run_examples(reader.codebook, reader.annotator)
    if errors:
        write_errors(outcome, errors)
    if json:
        typer.echo(as_json(outcome))
    else:
        Console(highlight=False).print(table(outcome))


@codebook_app.command(epilog='Example: dragoman codebook explain "Kenya thanked Uganda for aid."')
def explain(
    sentence: Annotated[str, typer.Argument(help="A sentence to code.")],
    codebook: Folder = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show which entry fired in a sentence, and why others did not."""
    from dragoman.evaluate.codebook_tools import explain as make

    if not sentence.strip():
        stop("the sentence is empty")
    reader = load_reader(_folder(codebook))
    found = make(sentence, reader.codebook, reader.annotator)
    if json:
        typer.echo(json_module.dumps(asdict(found), ensure_ascii=False))
        return
    for title, lines in (
        ("fired", found.fired),
        ("gave way", found.lost),
        ("stopped", found.stopped),
    ):
        for line in lines:
            typer.echo(f"{title:9} {line}")
    if not found.fired:
        typer.echo("no entry makes an event of this sentence")


@codebook_app.command(epilog="Example: dragoman codebook diff old-codebook new-codebook news.jsonl")
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A codebook folder.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Another one.")],
    paths: Annotated[list[str], typer.Argument(metavar="PATH…", help="Reports to code both ways.")],
    published: Annotated[
        str | None, typer.Option(metavar="DATE", help="Day of reports that have none.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a change.")] = False,
) -> None:
    """Code reports with two codebooks and list which events came, went and changed."""
    from dragoman.codebook import Codebook, CodebookError
    from dragoman.evaluate.codebook_tools import diff as compare

    found = list(read_files(paths, read_day(published)))
    failures = [one for one in found if isinstance(one, Failure)]
    texts = [one.text for one in found if not isinstance(one, Failure)]
    annotator = load_reader(_folder(new)).annotator
    try:
        changes = compare(Codebook(_folder(old)), Codebook(_folder(new)), texts, annotator)
    except CodebookError as error:
        stop(str(error))
    for change in changes:
        if json:
            typer.echo(json_module.dumps(asdict(change), ensure_ascii=False))
            continue
        typer.echo(f"{change.kind} at {change.words!r}: {change.text}")
        typer.echo(f"  old: {change.old or '-'}\n  new: {change.new or '-'}")
    if not json:
        kinds = [change.kind for change in changes]
        counts = ", ".join(f"{kinds.count(k)} {k}" for k in ("came", "went", "changed"))
        typer.echo(f"{len(texts)} reports: {counts}")
    end(failures)
