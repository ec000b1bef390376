"""Reads the codebook's YAML files, keeping the line of every entry for error messages."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_DEEPEST = 50  # lists and mappings within each other; the codebook has four


class CodebookError(Exception):
    """A mistake in the codebook, with its file and line."""

    def __init__(self, message: str, file: Path | str, line: int | None = None) -> None:
        self.message = message
        self.file = str(file)
        self.line = line
        where = f"{file}:{line}" if line else f"{file}"
        super().__init__(f"{where}: {message}")


class Node(dict[str, Any]):
    """A mapping of the codebook that knows the file and line it stands in."""

    file: str = ""
    line: int = 0


class _LineLoader(_Loader):  # type: ignore[misc, valid-type]
    """A safe YAML loader that makes `Node`s and refuses a key given twice."""

    dragoman_file: str = ""


def _make_node(loader: Any, yaml_node: Any) -> Node:
    node = Node()
    node.file = loader.dragoman_file
    node.line = yaml_node.start_mark.line + 1
    for key_node, value_node in yaml_node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if isinstance(key, list | dict | set):
            raise CodebookError("a list or mapping is no key", node.file, line)
        if key is True or key is False:
            raise CodebookError(
                f"the word {key_node.value!r} is read as a truth value; quote it", node.file, line
            )
        if key in node:
            raise CodebookError(f"{key!r} is given twice", node.file, line)
        node[key] = loader.construct_object(value_node, deep=True)
    return node


_LineLoader.add_constructor("tag:yaml.org,2002:map", _make_node)


@contextmanager
def mistakes_in(path: Path) -> Iterator[None]:
    """Tell an error in what a file says as a mistake of the codebook.

    The loaders ask for what they need as they go; what is of another kind than they take shows
    as Python's own errors.

    Raises:
        CodebookError: what is done within fails for what the file says.
    """
    try:
        yield
    except KeyError as error:
        raise CodebookError(f"the key {error} is missing or not known", path) from error
    except (TypeError, ValueError, AttributeError, LookupError, OverflowError) as error:
        raise CodebookError(f"something is of the wrong kind: {error}", path) from error
    except RecursionError as error:
        raise CodebookError("something holds itself", path) from error


def load_yaml(path: Path) -> Any:
    """Load one YAML file; mappings come back as `Node`.

    Raises:
        CodebookError: the file is missing, is not YAML, is nested too deeply, or gives a key twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CodebookError(f"cannot be read: {error}", path) from error
    try:
        _refuse_depth(text, path)
        return _load(text, path)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise CodebookError(f"is not YAML: {error.problem}", path, line) from error
    except (yaml.YAMLError, ValueError, TypeError, LookupError, RecursionError) as error:
        raise CodebookError(f"is not YAML: {error}", path) from error


def _load(text: str, path: Path) -> Any:
    loader = _LineLoader(text)
    try:
        loader.dragoman_file = str(path)
        return loader.get_single_data()
    finally:
        loader.dispose()


def _refuse_depth(text: str, path: Path) -> None:
    """Refuse what is nested so deeply that the loader, which is in C, would leave its stack.

    Raises:
        CodebookError: it is.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            line = event.start_mark.line + 1 if event.start_mark else None
            raise CodebookError(f"is nested more than {_DEEPEST} deep", path, line)


def find_codebook() -> Path:
    """Return the codebook's folder: `DRAGOMAN_CODEBOOK`, the checkout's, or the installed one.

    Raises:
        CodebookError: there is none.
    """
    chosen = os.environ.get("DRAGOMAN_CODEBOOK")
    package = Path(__file__).resolve().parents[1]
    places = [Path(chosen)] if chosen else [package / "_codebook", package.parents[1] / "codebook"]
    for place in places:
        if place.is_dir():
            return place
    raise CodebookError(
        "there is no codebook here; set DRAGOMAN_CODEBOOK to its folder", places[-1]
    )


@lru_cache(maxsize=8)
def version(folder: Path) -> str:
    """Return the codebook's version: a digest of every YAML file but the examples."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        relative = path.relative_to(folder)
        if relative.parts[0] != "examples":
            digest.update(relative.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
