"""The command line: thin, each command a few calls of the library."""

from __future__ import annotations

import sys

from dragoman.cli import (
    actors,
    archive,
    ask,
    codebook,
    evaluate,
    export,
    ingest,
    read,
    reproduce,
    review,
    review_add,
    review_lists,
    serve,
    stories,
)
from dragoman.cli.app import app

# what an optional part of the installation brings
_EXTRAS = {"deltalake": "archive", "duckdb": "archive", "pyarrow": "archive", "fastwarc": "archive"}
_EXTRAS |= {"feedparser": "archive", "httpx": "archive"}
_EXTRAS |= {"jinja2": "web", "markupsafe": "web", "starlette": "web", "uvicorn": "web"}

__all__ = [
    "actors",
    "app",
    "archive",
    "ask",
    "codebook",
    "evaluate",
    "export",
    "ingest",
    "main",
    "read",
    "reproduce",
    "review",
    "review_add",
    "review_lists",
    "serve",
    "stories",
]


def main() -> None:
    """Run the command line; an interrupt leaves quietly with code 130."""
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get((error.name or "").split(".")[0])
        if extra is None:
            raise
        sys.stderr.write(f"dragoman: this needs more: pip install 'dragoman[{extra}]'\n")
        raise SystemExit(2) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
