"""The archive's derived table `copies`: which reports were made from others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from dragoman.archive.schema import Row
from dragoman.archive.state import Numbers, State, gathered, parts_of
from dragoman.resolve.duplicates import (
    UNKNOWN,
    WITHIN,
    Copy,
    Match,
    Text,
    Told,
    Traces,
    bands_of,
    copies_of,
    match,
    traces_of,
)

AT_ONCE = 10_000  # texts or pairs of them in memory together
_TEXTS = """
select r.key, r.month, r.published, r.text from all_reports r
join chunk c on c.report = r.key where r.month in (select distinct month from chunk)
"""
_MEETING = f"""
select distinct n.id as fresh, b.id as held from fresh_bands n join d.bands b on n.value = b.value
where n.id <> b.id and (n.ordinal is null or b.ordinal is null
 or b.ordinal between n.ordinal - {WITHIN} and n.ordinal + {WITHIN})
"""
# a text that has the words of another, or matches it, is of its part
_JOINED = """
select m.other from d.text_matches m join reached r on m.one = r.id
union select m.one from d.text_matches m join reached r on m.other = r.id
union select t.id from d.texts t join (
 select words from d.texts semi join reached using (id)) w on t.words = w.words
"""


def remove(state: State) -> None:
    """Forget the texts of the reports `gone`; what was told with them is to be told anew."""
    state.run(
        "create or replace temp table reached as"
        " select distinct id from d.text_of semi join gone using (report)"
    )
    _reach(state)
    state.run("update d.texts set dirty = true from reached where texts.id = reached.id")
    state.run("delete from d.text_of using gone where text_of.report = gone.report")
    state.run(
        "create or replace temp table unused as"
        " select id from reached anti join d.text_of using (id)"
    )
    for table, columns in (("texts", ("id",)), ("bands", ("id",)),
                           ("text_matches", ("one", "other"))):  # fmt: skip
        for column in columns:
            state.run(f"delete from d.{table} using unused where {table}.{column} = unused.id")
    state.retract("copies", "select report, month from d.copies semi join gone using (report)")
    state.run("delete from d.copies using gone where copies.report = gone.report")


def add(state: State) -> None:
    """Take in the texts of the reports of `chunk`, and find what they match."""
    found = state.rows(_TEXTS)
    traces = [traces_of(Text(row["key"], row["published"], row["text"])) for row in found]
    state.put("d.text_of", _text_of(found, traces))
    known = set(state.column("select id from d.texts where day in (select distinct"
                             " coalesce(published, ?) from chunk)", [UNKNOWN]))  # fmt: skip
    fresh = {one.id: one for one in traces if one.id not in known}
    state.put("d.texts", _texts(list(fresh.values())))
    _mark(state, [one.id for one in traces])
    bands = _bands(list(fresh.values()))
    state.put("d.bands", bands)
    state.hold("fresh_bands", bands)
    pairs = state.run(_MEETING)
    met = sorted({(min(pair), max(pair)) for pair in pairs})
    for start in range(0, len(met), AT_ONCE):
        matches = list(_matches(state, met[start : start + AT_ONCE], fresh))
        state.put("d.text_matches", _arrow(("one", "other", "contained"), matches))
        _mark(state, [held for one, other, _ in matches for held in (one, other)])


def _mark(state: State, texts: list[int]) -> None:
    state.hold_values("marked", "id", sorted(set(texts)), pa.int64())
    state.run("update d.texts set dirty = true from marked"
              " where texts.id = marked.id and not texts.dirty")  # fmt: skip


def _matches(
    state: State, met: list[tuple[int, int]], fresh: dict[int, Traces]
) -> Iterator[tuple[int, int, float]]:
    """Yield the pairs of texts that are copies, with how much is shared."""
    held = dict(fresh)
    held.update(_load(state, {one for pair in met for one in pair if one not in fresh}))
    for one, other in met:
        contained = match(held[one], held[other])
        if contained is not None:
            yield one, other, contained


def _load(state: State, wanted: set[int]) -> dict[int, Traces]:
    if not wanted:
        return {}
    state.hold_values("wanted", "id", sorted(wanted), pa.int64())
    found = state.connection.sql(
        "select id, day, words, hashes, facts from d.texts semi join wanted using (id)"
    ).to_arrow_table()
    hashes, facts = found["hashes"], found["facts"]
    names = zip(found["id"].to_pylist(), found["day"].to_pylist(), found["words"].to_pylist(),
                strict=True)  # fmt: skip
    return {
        number: Traces(number, day, words, _numbers(hashes[n]), _numbers(facts[n]))
        for n, (number, day, words) in enumerate(names)
    }


def _numbers(value: pa.ListScalar) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    return np.asarray(value.values.to_numpy(zero_copy_only=False), dtype=np.uint32)


def settle(state: State) -> None:
    """Tell anew which reports of what has changed are copies."""
    state.run("create or replace temp table reached as select id from d.texts where dirty")
    _reach(state)
    for part in _parts(state):
        with state.commit():
            _settle(state, part)


def _reach(state: State) -> None:
    """Add to `reached` all that hangs together with it."""
    while True:
        state.run(f"create or replace temp table more as select distinct * from ({_JOINED})"
                  " j(id) where id not in (select id from reached)")  # fmt: skip
        if not state.run("select count(*) from more")[0][0]:
            return
        state.run("insert into reached select id from more")


def _parts(state: State) -> Iterator[Numbers]:
    """Yield the texts that were reached, some thousand at a time, what hangs together together."""
    [texts] = state.numbers("select id from d.texts semi join reached using (id) order by id")
    one, other = state.numbers(
        "select one, other from d.text_matches semi join reached on one = id union all"
        " select min(id) over (partition by words), id from d.texts semi join reached using (id)"
    )
    part_of = parts_of(len(texts), np.searchsorted(texts, one), np.searchsorted(texts, other))
    for chosen in gathered(part_of, AT_ONCE):
        yield texts[chosen]


def _settle(state: State, texts: Numbers) -> None:
    state.hold_values("part", "id", texts, pa.int64())
    rows = state.run(
        "select f.report, f.day, f.id, t.words, f.month from d.text_of f"
        " join d.texts t using (id) semi join part using (id)"
    )
    told = [Told(report, day, number, words) for report, day, number, words, _ in rows]
    months = {row[0]: row[4] for row in rows}
    copies = copies_of(told, _known_matches(state))
    state.hold("settled", _copies(copies, months))
    mine = "d.text_of semi join part using (id)"
    changed = f"""
     select report from (select report, copy_of, similarity from d.copies
      semi join (select report from {mine}) m using (report)
      except select report, copy_of, similarity from settled)
     union select report from (select report, copy_of, similarity from settled
      except select report, copy_of, similarity from d.copies)
    """
    state.run(f"create or replace temp table changed as {changed}")
    state.retract("copies", "select report, month from d.copies semi join changed using (report)")
    state.run("delete from d.copies using changed where copies.report = changed.report")
    state.run("insert into d.copies by name select * from settled semi join changed using (report)")
    state.run("insert into d.new_copies by name"
              " select * from settled semi join changed using (report)")  # fmt: skip
    # how many sources a story has hangs on what is a copy
    state.run("update d.tellings set dirty = true from changed"
              " where tellings.report = changed.report")  # fmt: skip
    state.run("update d.texts set dirty = false from part where texts.id = part.id")


def _known_matches(state: State) -> dict[int, list[Match]]:
    matches: dict[int, list[Match]] = defaultdict(list)
    query = "select one, other, contained from d.text_matches semi join part on one = id"
    for one, other, contained in state.run(query):
        matches[one].append((other, contained))
        matches[other].append((one, contained))
    return matches


# --- rows ---


def _arrow(names: tuple[str, ...], rows: list[tuple[int, int, float]]) -> pa.Table:
    kinds = (pa.int64(), pa.int64(), pa.float64())
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {name: pa.array(values, kind)
         for name, values, kind in zip(names, columns, kinds, strict=True)}
    )  # fmt: skip


def _text_of(found: list[Row], traces: list[Traces]) -> pa.Table:
    return pa.table(
        {
            "report": pa.array([row["key"] for row in found], pa.string()),
            "month": pa.array([row["month"] for row in found], pa.string()),
            "day": pa.array([one.day for one in traces], pa.string()),
            "id": pa.array([one.id for one in traces], pa.int64()),
        }
    )


def _texts(several: list[Traces]) -> pa.Table:
    numbers = pa.list_(pa.uint32())
    return pa.table(
        {
            "id": pa.array([one.id for one in several], pa.int64()),
            "day": pa.array([one.day for one in several], pa.string()),
            "ordinal": pa.array([one.ordinal for one in several], pa.int32()),
            "words": pa.array([one.words for one in several], pa.string()),
            "hashes": pa.array([one.hashes for one in several], numbers),
            "facts": pa.array([one.facts for one in several], numbers),
            "dirty": pa.array([True] * len(several), pa.bool_()),
        }
    )


def _bands(several: list[Traces]) -> pa.Table:
    bands = [bands_of(one) for one in several]
    sizes = [len(band) for band in bands]
    ordinals = [one.ordinal for one, size in zip(several, sizes, strict=True) for _ in range(size)]
    return pa.table(
        {
            "value": pa.array(np.concatenate([np.zeros(0, np.uint64), *bands]), pa.uint64()),
            "ordinal": pa.array(ordinals, pa.int32()),
            "id": pa.array(np.repeat([one.id for one in several], sizes), pa.int64()),
        }
    )


def _copies(copies: list[Copy], months: dict[str, str]) -> pa.Table:
    return pa.table(
        {
            "report": pa.array([copy.report for copy in copies], pa.string()),
            "copy_of": pa.array([copy.copy_of for copy in copies], pa.string()),
            "similarity": pa.array([copy.similarity for copy in copies], pa.float64()),
            "month": pa.array([months[copy.report] for copy in copies], pa.string()),
        }
    )
