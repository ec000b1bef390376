"""Small files joined by themselves: each run leaves some, and many of them make reading slow."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from dragoman.archive.schema import DERIVED, DETAILS
from dragoman.archive.store import ArchiveError, Store

SMALL = 32 * 2**20  # bytes; a file below is small
MANY = 32  # small files of one month in one table, from which they are joined
KEPT_HOURS = 168  # that rows of derived tables are kept after they were replaced


def tidy(store: Store, *, many: int | None = None) -> list[str]:
    """Join the small files of the months that have many; the caller holds the lock.

    Each table's files are joined in one commit: a reader sees them before or after, and a run that
    is stopped leaves at most a file that nothing names. Older versions stay readable. What derived
    tables held a week ago, which no version of the archive asks for, is removed.

    Args:
        many: so many small files of a month are joined; `MANY` where None.

    Returns:
        The tables in which files were joined.

    Raises:
        ArchiveError: the folder cannot be written to.
    """
    joined = []
    try:
        for table in (*DETAILS, "reports", "failures"):
            if store.exists(table) and _join(store.open(table), many or MANY):
                joined.append(table)
        for table in DERIVED if joined else ():
            if store.exists(table):
                store.open(table).vacuum(retention_hours=KEPT_HOURS, dry_run=False)
    except (OSError, DeltaError) as error:  # a full disk is either
        raise ArchiveError(f"{store.folder} cannot be written to: {error}") from error
    return joined


def _join(delta: DeltaTable, many: int) -> bool:
    """Join the files of the months that have many small ones; return whether there were any."""
    by_month = bool(delta.metadata().partition_columns)
    small: Counter[str] = Counter()
    for action in pa.table(delta.get_add_actions(flatten=True)).to_pylist():
        if action["size_bytes"] < SMALL:
            small[action["partition.month"] if by_month else ""] += 1
    months = sorted(month for month, count in small.items() if count >= many)
    if not months:
        return False
    delta.optimize.compact([("month", "in", months)] if by_month else None)
    return True
