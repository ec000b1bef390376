"""`dragoman serve`: an archive as pages and an API."""

from __future__ import annotations

import ipaddress
import secrets
from pathlib import Path
from typing import Annotated

import typer

from dragoman.cli.app import app, stop
from dragoman.cli.ask import Folder


@app.command(epilog="Example: dragoman serve --archive archive --port 8000")
def serve(
    archive: Folder,
    host: Annotated[str, typer.Option(help="Address to bind to.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to bind to.")] = 8000,
    name: Annotated[
        list[str] | None, typer.Option(help="Host name that browsers may ask for; repeatable.")
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A token that callers must show; made where it is"
                     " needed (beyond loopback) and not given."),
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="Time a query may take.")] = 10.0,
    memory: Annotated[int, typer.Option(min=64, help="Megabytes queries may take.")] = 1_000,
    reviewer: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Let records be reviewed in the reader, in this name."),
    ] = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="With --reviewer: show no other reviewer's verdicts.")
    ] = False,
) -> None:  # fmt: skip
    """Serve an archive as web pages and a JSON API; it only reads, save for reviews."""
    import uvicorn

    from dragoman.archive.store import ArchiveError
    from dragoman.resolve.review_changes import ReviewError
    from dragoman.web.app import create_app
    from dragoman.web.review import Reviewer

    token = _token(host, token_file)
    shown = f"[{host}]" if ":" in host else host
    try:
        who = Reviewer.named(reviewer, blind=blind) if reviewer is not None else None
        made = create_app(archive, hosts=(shown, *(name or ())), token=token, seconds=seconds,
                          megabytes=memory, reviewer=who)  # fmt: skip
    except (ArchiveError, ReviewError) as error:
        stop(str(error))
    # where the token was given in a file, its holder knows it: not into the terminal
    query = f"?token={token}" if token and not token_file else ""
    typer.echo(f"http://{shown}:{port}/{query}")
    uvicorn.run(made, host=host, port=port, log_level="warning", server_header=False,
                limit_concurrency=64, timeout_keep_alive=5)  # fmt: skip


def _token(host: str, file: Path | None) -> str | None:
    """Return the token that callers must show; None on loopback where none was given."""
    if file is not None:
        try:
            token = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            stop(f"{file} cannot be read: {error}")
        if len(token) < 16 or not token.isascii() or not token.isalnum():
            stop(f"{file} holds no token: it takes 16 letters and digits or more")
        return token
    return None if is_loopback(host) else secrets.token_hex(24)


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
