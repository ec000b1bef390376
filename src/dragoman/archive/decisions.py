"""Decisions on actors made by hand, in a journal beside the tables: one JSON object a line."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from dragoman.archive.store import ArchiveError, Store
from dragoman.resolve.actor_decisions import Decision


def _file(store: Store) -> Path:
    return store.own / "actor-decisions.jsonl"


def read_decisions(store: Store) -> list[Decision]:
    """Return the decisions made by hand, in order.

    Raises:
        ArchiveError: a line is no decision.
    """
    path = _file(store)
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            found.append(msgspec.json.decode(line, type=Decision))
        except msgspec.DecodeError as error:
            raise ArchiveError(f"{path}:{number}: no decision: {error}") from error
    return found


def write_decision(store: Store, decision: Decision) -> Decision:
    """Write a decision down, durably; the caller holds the lock.

    Raises:
        ArchiveError: the archive cannot be written to.
    """
    path = _file(store)
    try:
        with path.open("ab") as file:
            file.write(msgspec.json.encode(decision) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written to: {error}") from error
    return decision


def next_decision(store: Store) -> tuple[int, str]:
    """Return the number and the time (ISO, UTC) of the decision that is made now."""
    number = max((d.number for d in read_decisions(store)), default=0) + 1
    return number, datetime.now(UTC).isoformat(timespec="seconds")
