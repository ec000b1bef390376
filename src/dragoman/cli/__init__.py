"""The command line: thin, each command a few calls of the library."""

from __future__ import annotations

import sys

from dragoman.cli import ask, codebook, evaluate, ingest, read
from dragoman.cli.app import app

__all__ = ["app", "ask", "codebook", "evaluate", "ingest", "main", "read"]


def main() -> None:
    """Run the command line; an interrupt leaves quietly with code 130."""
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
