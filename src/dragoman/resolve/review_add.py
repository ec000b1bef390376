"""Records that the program missed, added by hand.

An added record points at words of the text, as a coded one does. Its id is made of its
fingerprint, so that two reviewers who add the same thing, each without the other's, add one record.
Once the program finds it as well, it is the program's record that stands, as the reviewer wants it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from dragoman.codebook import Codebook
from dragoman.records import Entity, Event, Place, Reading, Record, Relation, Span, Statement
from dragoman.resolve.review_apply import corrected, now_named
from dragoman.resolve.review_changes import (
    FIELDS,
    Given,
    ReviewError,
    find_words,
    fit_event,
    read_field,
)
from dragoman.resolve.review_named import (
    PARTY,
    PLACE,
    read_party,
    read_place,
    same_party,
    same_place,
)
from dragoman.resolve.reviews import (
    ADDED,
    Kind,
    Prints,
    Review,
    fingerprint,
    in_force,
    told_anew,
)

RULE = "review"  # what an added event has in place of the codebook's entry
# what can be said of a record that is added; `nth` says which, where its first words stand twice
ADDABLE: Mapping[Kind, tuple[str, ...]] = {
    "events": (*FIELDS["events"], "trigger", "evidence", "nth"),
    "statements": (*FIELDS["statements"], "cue", "nth"),
    "relations": ("subject", "predicate", "object", "literal", "evidence", "nth"),
    "entities": PARTY,
    "places": PLACE,
}
_NEEDED: Mapping[Kind, dict[str, str]] = {
    "events": {"type": "its type", "trigger": "the words that tell it (trigger)"},
    "statements": {"content": "the words of what was said (content)"},
    "relations": {
        "subject": "whose it is (subject)",
        "predicate": "what it is (predicate)",
        "evidence": "the words that tell it (evidence)",
    },
    "entities": {"words": "its words (words)", "type": "its type (such as organization)"},
    "places": {"words": "its words (words)"},
}
# what one of each kind is called
ONE: Mapping[Kind, str] = {"events": "event", "statements": "statement", "relations": "relation",
                           "entities": "party", "places": "place"}  # fmt: skip
_STOP = re.compile(r"[.!?]['\"’”)\]]*\s+(?=['\"‘“(\[]*[^\W\d_a-z])|\n")


def read_addition(kind: Kind, given: Given, prints: Prints, codebook: Codebook) -> dict[str, Any]:
    """Return a record that a reviewer gives in words, as values to keep.

    Args:
        given: words by field; entities and places by their id or name in the report, words of
            the text as they stand there.
        prints: the report's records.

    Raises:
        ReviewError: no such record can be added, something is missing, or a value is mistaken.
    """
    if kind not in ADDABLE:
        raise ReviewError(f"{kind} cannot be added; what can be: {', '.join(ADDABLE)}")
    kept = {name: [v for v in values if v.strip()] for name, values in given.items()}
    kept = {name: values for name, values in kept.items() if values}
    for name in kept:
        if name not in ADDABLE[kind]:
            raise ReviewError(f"{kind} have no {name}; what can be given: "
                              + ", ".join(ADDABLE[kind]))  # fmt: skip
    for name, what in _NEEDED[kind].items():
        if name not in kept:
            raise ReviewError(f"an added {ONE[kind]} needs {what}")
    return _READERS[kind](kept, _nth(kept.pop("nth", [])), prints, codebook)


def _nth(values: Sequence[str]) -> int | None:
    if not values:
        return None
    if len(values) > 1 or not re.fullmatch(r"[1-9]\d{0,5}", values[0].strip(), re.ASCII):
        raise ReviewError("which of the words is meant is told by one number, from 1")
    return int(values[0])


def _one(values: Sequence[str], what: str) -> str:
    if len(values) != 1:
        raise ReviewError(f"one {what} can be given, not {len(values)}")
    return values[0]


def _event(given: Given, nth: int | None, prints: Prints, codebook: Codebook) -> dict[str, Any]:
    reading, fields = prints.reading, [f for f in FIELDS["events"] if f in given]
    text = reading.report.text
    trigger = find_words(text, _one(given["trigger"], "trigger"), nth=nth)
    told = [find_words(text, words, near=trigger[0]) for words in given.get("evidence", ())]
    found: dict[str, Any] = {"mode": None}
    blank = _blank("events", "")
    for name in fields:
        found[name] = read_field("events", name, given[name], prints, codebook, blank)
    order = [entity.id for entity in reading.entities]
    for side in ("actor", "recipient"):
        found[side] = sorted(found.get(side, ()), key=order.index)
    fit_event(found, found["type"], found["mode"], codebook)
    spans = sorted(told) or [_sentence(reading, trigger)]
    return {**found, "trigger": list(trigger), "evidence": [list(span) for span in spans]}


def _statement(given: Given, nth: int | None, prints: Prints, codebook: Codebook) -> dict[str, Any]:
    text, found = prints.reading.report.text, dict[str, Any]()
    # the first words of it say where the others are to be looked for
    if "cue" in given:
        found["cue"] = list(find_words(text, _one(given["cue"], "cue"), nth=nth))
    else:
        found["content"] = [list(find_words(text, given["content"][0], nth=nth))]
    record = corrected(_blank("statements", ""), found)
    for name in (f for f in FIELDS["statements"] if f in given):
        found[name] = read_field("statements", name, given[name], prints, codebook, record)
    return found


def _relation(given: Given, nth: int | None, prints: Prints, codebook: Codebook) -> dict[str, Any]:
    blank = _blank("relations", "")
    names = [f for f in ("subject", "predicate", "object", "literal") if f in given]
    found = {f: read_field("relations", f, given[f], prints, codebook, blank) for f in names}
    target = [found.get("object"), found.get("literal")]
    if found["subject"] is None or target.count(None) != 1:
        raise ReviewError("an added relation needs its subject, and one of object and literal (an"
                          " office)")  # fmt: skip
    if found["subject"] == found.get("object"):
        raise ReviewError("a relation is between two; its subject and object are the same")
    first, *more = given["evidence"]
    spans = [find_words(prints.reading.report.text, first, nth=nth)]
    spans += [find_words(prints.reading.report.text, w, near=spans[0][0]) for w in more]
    return {**found, "evidence": [list(span) for span in sorted(spans)]}


_READERS: Mapping[Kind, Callable[[Given, int | None, Prints, Codebook], dict[str, Any]]] = {
    "events": _event,
    "statements": _statement,
    "relations": _relation,
    "entities": read_party,
    "places": read_place,
}


def _sentence(reading: Reading, words: Span) -> Span:
    """Return the sentence around words: as the program cut it, or else from stop to stop."""
    coded = [span for e in reading.events for span in e.evidence]
    around = [s for s in coded if s[0] <= words[0] and words[1] <= s[1]]
    if around:
        return min(around, key=lambda s: s[1] - s[0])
    text = reading.report.text
    stops = [stop.end() for stop in _STOP.finditer(text)]
    start = max((stop for stop in stops if stop <= words[0]), default=0)
    end = min((stop for stop in stops if stop >= words[1]), default=len(text))
    return start, start + len(text[start:end].rstrip())


def _blank(kind: Kind, record: str) -> Record:
    """Return an added record of which nothing is known yet."""
    if kind == "events":
        return Event(id=record, type="CONSULT", trigger=(0, 0), rule=RULE, confidence=1.0)
    if kind == "statements":
        return Statement(id=record, kind="indirect")
    if kind == "entities":
        return Entity(id=record, name="", type="other")
    if kind == "places":
        return Place(id=record, name="", confidence=1.0)
    return Relation(id=record, subject="", predicate="leads", confidence=1.0)


def make_added(kind: Kind, changes: Mapping[str, Any], reading: Reading) -> tuple[Record, str]:
    """Return a record that is added, and its fingerprint.

    Args:
        changes: as `read_addition` returns them.

    Raises:
        ValueError: the changes make no record of this report.
    """
    try:
        record = corrected(_blank(kind, ""), changes)
        record = msgspec.convert(msgspec.to_builtins(record), type(record))
        if not all(0 <= a < b <= len(reading.report.text) for a, b in _spans(record)):
            raise ValueError("its words are not in the text")
        if isinstance(record, Entity) and any(
            reading.words(m.span) != m.text for m in record.mentions
        ):
            raise ValueError("its words are others in the text")
        mark = fingerprint(kind, told_anew(reading, kind, record))
    except (TypeError, KeyError, msgspec.ValidationError) as error:
        raise ValueError(f"it is no record: {error}") from error
    return replace(record, id=ADDED + mark[:12]), mark


def _spans(record: Record) -> list[Span]:
    if isinstance(record, Event):
        return [record.trigger, *record.evidence]
    if isinstance(record, Statement):
        return [*record.content, *([record.cue] if record.cue else [])]
    if isinstance(record, Entity):
        return [mention.span for mention in record.mentions]
    if isinstance(record, Place):
        return [*record.spans]
    assert isinstance(record, Relation)
    return [*record.evidence]


def additions(lines: Iterable[Review], alone: str | None = None) -> list[Review]:
    """Return the lines that add the records which are there by hand, each record once.

    It is there as long as somebody's word for it stands, who added, confirmed or corrected it.

    Args:
        lines: every line of the journal on one report.
        alone: let the word of this reviewer alone count.
    """
    every = sorted(lines, key=lambda r: r.number)
    held = {
        (r.kind, r.print)
        for r in in_force(every)
        if r.verdict != "reject" and alone in (None, r.who)
    }
    first: dict[tuple[Kind, str], Review] = {}
    for line in every:
        if line.verdict == "add" and (line.kind, line.print) in held:
            first.setdefault((line.kind, line.print), line)
    return list(first.values())


def with_added(prints: Prints, lines: Iterable[Review]) -> Prints:
    """Return a report's records with those that were added and that it does not have.

    Args:
        lines: what `additions` returns. One is left out whose entity or place is not there.
    """
    several = list(lines)
    named = [line for line in several if line.kind in _NAMED]  # first: the others may name them
    others = [line for line in several if line.kind not in _NAMED]
    return _with(_with(prints, named), others)


_NAMED: tuple[Kind, ...] = ("entities", "places")


def _with(prints: Prints, lines: Iterable[Review]) -> Prints:
    reading, alias = prints.reading, dict[tuple[Kind, str], str]()
    for line in lines:
        if prints.find(line.kind, line.print) or any(
            prints.named(named) is None for named in line.named.values()
        ):
            continue
        try:
            record, _ = make_added(line.kind, now_named(line, prints), reading)
        except ValueError:
            continue  # a line that somebody wrote by other means
        twin = find_twin(reading, line.kind, record)
        if twin:
            alias[line.kind, line.print] = twin
        else:
            reading = replace(reading, **{line.kind: (*getattr(reading, line.kind), record)})
    if reading is prints.reading and not alias:
        return prints
    return prints.having(reading, alias)


def find_twin(reading: Reading, kind: Kind, record: Record) -> str | None:
    """Return the id of a record that says the same in nearly the same words.

    An event has the type and parties, its trigger over this one's; a statement the source, and
    at least half of its words are the same; a relation is the same in all but its words; a party
    has the same name and type, or a name where the other's words stand; a place is the same.
    """
    same = _TWINS[kind]
    return next((one.id for one in getattr(reading, kind) if same(one, record)), None)


def _same_event(one: Event, other: Event) -> bool:
    sides = ("type", "actor", "recipient")
    known = [[set(getattr(e, s)) if s != "type" else e.type for s in sides] for e in (one, other)]
    over = one.trigger[0] < other.trigger[1] and other.trigger[0] < one.trigger[1]
    return known[0] == known[1] and over


def _same_statement(one: Statement, other: Statement) -> bool:
    who = [party.entity if party else None for party in (one.source, other.source)]
    shared = sum(max(0, min(b, d) - max(a, c)) for a, b in one.content for c, d in other.content)
    longer = max(sum(b - a for a, b in said.content) for said in (one, other))
    return who[0] == who[1] and 2 * shared >= longer


def _same_relation(one: Relation, other: Relation) -> bool:
    known = ("subject", "predicate", "object", "literal")
    return all(getattr(one, name) == getattr(other, name) for name in known)


_TWINS: Mapping[Kind, Callable[[Any, Any], bool]] = {
    "events": _same_event,
    "statements": _same_statement,
    "relations": _same_relation,
    "entities": same_party,
    "places": same_place,
}
