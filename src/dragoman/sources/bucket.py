"""Objects of an S3 bucket (`s3://…`), fetched one by one into a file of their own name.

A file is fetched whole before it is read: coding it may take hours, a connection does not last so
long. Keys, region and endpoint are those of AWS's own tools (`AWS_ACCESS_KEY_ID`,
`AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL`, `~/.aws`).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from dragoman.sources.base import SourceError

SCHEME = "s3://"
_WILD = "*?["
_PIECE = 8 * 2**20  # bytes copied at a time


def is_object(path: str) -> bool:
    """Whether a path names a bucket, or something in one."""
    return path.startswith(SCHEME)


def list_objects(path: str) -> list[str]:
    """Return, sorted, the objects that an address stands for: a prefix's, a glob's, or itself.

    Raises:
        OSError: the bucket cannot be asked.
        SourceError: pyarrow is not installed.
    """
    system = _system()
    from pyarrow.fs import FileSelector, FileType

    name = path.removeprefix(SCHEME)
    wild = min((name.find(c) for c in _WILD if c in name), default=-1)
    base = name if wild < 0 else name[:wild].rpartition("/")[0]
    if wild < 0 and system.get_file_info(base).type is FileType.File:
        return [path]
    found = system.get_file_info(FileSelector(base, recursive=True, allow_not_found=True))
    names = sorted(one.path for one in found if one.type is FileType.File)
    return [SCHEME + one for one in names if wild < 0 or fnmatchcase(one, name)]


@contextmanager
def fetched(path: str) -> Iterator[Path]:
    """Keep an object as a file for a while.

    Raises:
        OSError: it does not exist or cannot be fetched.
        SourceError: pyarrow is not installed.
    """
    system = _system()
    from pyarrow.fs import FileType

    name = path.removeprefix(SCHEME).rstrip("/")
    kind = system.get_file_info(name).type
    if kind is FileType.NotFound:
        raise FileNotFoundError(path)
    if kind is not FileType.File:
        raise SourceError("this address holds no file that can be read")
    with tempfile.TemporaryDirectory(prefix="dragoman-") as folder:
        file = Path(folder) / (PurePosixPath(name).name or "object")
        with system.open_input_stream(name) as found, file.open("wb") as kept:
            shutil.copyfileobj(found, kept, _PIECE)
        yield file


def _system() -> Any:
    try:
        from pyarrow.fs import S3FileSystem
    except ImportError as error:
        raise SourceError(
            f"{SCHEME} addresses need pyarrow: pip install 'dragoman[archive]'"
        ) from error
    named = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    options: dict[str, Any] = {}
    if named:
        parts = urlsplit(named)
        options = {"endpoint_override": parts.netloc + parts.path, "scheme": parts.scheme}
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return S3FileSystem(region=region, **options)
