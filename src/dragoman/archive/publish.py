"""What waits in the state written to a derived table, in one commit that can be repeated."""

from __future__ import annotations

import pyarrow as pa
from deltalake import Transaction

from dragoman.archive.schema import schema
from dragoman.archive.state import KEYS, State, quoted

AT_ONCE = 20_000  # rows in memory


def publish(state: State, table: str) -> None:
    """Write what has changed to a table, and forget that it waits.

    Only the months that something changed in are written anew. A run that is stopped between
    the two writes the same once more.

    Raises:
        ArchiveError: the folder cannot be written to.
    """
    number = state.run("select coalesce(max(number), 0) from d.written where name = ?", [table])
    before = int(number[0][0])
    waiting = state.run(
        f"select (select count(*) from d.new_{table}) + (select count(*) from d.gone_{table})"
    )
    if before and not waiting[0][0]:
        return
    months = _months(state, table) if before else None
    mark = Transaction(state.token, before + 1)
    state.store.replace(table, _rows(state, table, months, whole=not before), months, mark)
    with state.commit():
        state.run(f"delete from d.new_{table}")
        state.run(f"delete from d.gone_{table}")
        state.run("delete from d.written where name = ?", [table])
        state.run("insert into d.written values (?, ?)", [table, before + 1])


def _months(state: State, table: str) -> list[str] | None:
    """Return the months that are written anew; None for all."""
    if "month" not in schema(table).names:
        return None
    return state.column(
        f"select month from d.new_{table} union select month from d.gone_{table} order by month"
    )


def _rows(
    state: State, table: str, months: list[str] | None, *, whole: bool
) -> pa.RecordBatchReader:
    """Return the rows that the months are to have, some at a time."""
    wanted = schema(table)
    columns = ", ".join(f'"{name}"' for name in wanted.names)
    order = ", ".join(KEYS[table])
    query = f"select {columns} from d.new_{table} order by {order}"
    if not whole:
        same = " and ".join(f"o.{key} = g.{key}" for key in KEYS[table])
        keys = ", ".join(KEYS[table])
        going = f"(select {keys} from d.gone_{table} union select {keys} from d.new_{table})"
        named = ", ".join(map(quoted, months or ()))
        chosen = f"where o.month in ({named})" if months is not None else ""
        query = (
            f"select {columns} from {table} o anti join {going} g on {same} {chosen}"
            f" union all select {columns} from d.new_{table} order by {order}"
        )
    found = state.connection.sql(query).to_arrow_reader(AT_ONCE)
    batches = (pa.Table.from_batches([batch]).cast(wanted).to_batches() for batch in found)
    return pa.RecordBatchReader.from_batches(wanted, (b for several in batches for b in several))
