"""A whole report against its hand-made gold (`*.gold.json`)."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from dragoman.codebook import Codebook
from dragoman.evaluate.base import Evaluation, Tally
from dragoman.language import Annotator
from dragoman.reader import Reader
from dragoman.records import Entity, Event, Reading, Relation, Statement
from dragoman.sources import make_report

# what is measured, and the figure of its recall
_MEASURES = {
    "entities": "entities_recall",
    "entities_country": "entities_country",
    "entities_sector": "entities_sector",
    "events": "events_recall",
    "events_need_recall": "events_need_recall",
    "events_details_right": "events_details_right",
    "statements": "statements_recall",
    "statements_with_source": "statements_with_source",
    "statements_kind": "statements_kind",
    "statements_addressee": "statements_addressee",
    "relations": "relations_recall",
    "places": "places_recall",
}
Found = TypeVar("Found", Event, Statement, Relation)


def evaluate(path: Path, annotator: Annotator, codebook: Codebook) -> Evaluation:
    """Read the report that a gold file names and compare what was found.

    Args:
        path: the `.gold.json`; its `report` is a text file beside it.

    Raises:
        OSError: the gold or its report cannot be read.
        ValueError: the gold is no JSON, or lacks `report`.
    """
    gold = json.loads(path.read_text(encoding="utf-8"))
    text = (path.parent / gold["report"]).read_text(encoding="utf-8")
    reader = Reader(annotator=annotator, codebook=codebook.folder)
    reading = reader.read(make_report(text, published=gold.get("published")))
    return compare(reading, gold)


class Comparison:
    """Readings compared with gold: what was counted, over all of them.

    Attributes:
        tallies: counts by what is measured.
        worst: the errors, in the order of the readings.
        items: how many readings were compared.
        unjudged: records that no gold says anything of (where `wrong` names the wrong ones).
    """

    def __init__(self) -> None:
        self.tallies: dict[str, Tally] = defaultdict(Tally)
        self.worst: list[dict[str, Any]] = []
        self.items = self.unjudged = 0

    def add(self, reading: Reading, gold: dict[str, Any]) -> None:
        """Compare a reading with a gold mapping: entities, events, statements, relations.

        Where the gold has `wrong` (by table, the records that somebody found wrong), those alone
        count as spurious; else all that the gold does not have.
        """
        names = _Names(reading, gold)
        self.items += 1
        _compare_entities(self, reading, gold, names)
        _compare_events(self, reading, gold, names)
        _compare_statements(self, reading, gold, names)
        _compare_relations(self, reading, gold, names)
        _compare_places(self, reading, gold)

    def count(self, name: str, right: bool) -> None:
        """Count one of what is measured as right or missed."""
        _count(self.tallies[name], right)

    def outcome(self, task: str, *, every: bool = True) -> Evaluation:
        """Return the figures.

        Args:
            every: whether what no gold has is a figure, too (of 0).
        """
        made = Evaluation(task, items=self.items, worst=self.worst)
        for name, figure in _MEASURES.items():
            tally = self.tallies[name]
            held = every and name != "places"  # which few golds have
            if not (held or tally.right or tally.missed or tally.spurious):
                continue
            if name in ("events", "statements"):
                made.add_tally(name, tally)
            else:
                made.figures[figure] = tally.recall
        return made


def compare(reading: Reading, gold: dict[str, Any]) -> Evaluation:
    """Compare one reading with a gold mapping."""
    compared = Comparison()
    compared.add(reading, gold)
    return compared.outcome("report")


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    return re.sub(r"^(the|a|an) ", "", re.sub(r"[\W_]+", " ", letters).strip())


class _Names:
    """Which entity of a reading is which of the gold."""

    def __init__(self, reading: Reading, gold: dict[str, Any]) -> None:
        self._mentions = {e.id: self._of(e) for e in reading.entities}
        self._names = {e.id: _plain(e.name) for e in reading.entities}
        self._variants = {
            g["name"]: {_plain(v) for v in (g["name"], *g.get("variants", ()))}
            for g in (*gold.get("entities", ()), *gold.get("names", ()))
        }

    @staticmethod
    def _of(entity: Entity) -> set[str]:
        named = {_plain(m.text) for m in entity.mentions if m.kind != "pronoun"}
        return named | {_plain(entity.name)}

    def same(self, entity_id: str, name: str) -> bool:
        """Whether an entity goes by a gold name: by its own name, or else by a mention."""
        wanted = self._variants.get(name, {_plain(name)})
        if self._names[entity_id] in wanted:
            return True
        return bool(wanted & self._mentions[entity_id])

    def is_one(self, entity_id: str | None, name: str | None) -> bool:
        """Whether an entity goes by a gold name, or there is neither."""
        if entity_id is None or name is None:
            return entity_id == name
        return self.same(entity_id, name)

    def all_same(self, ids: tuple[str, ...], names: list[str]) -> bool:
        """Whether every gold name is among the entities."""
        return all(any(self.same(i, n) for i in ids) for n in names)


def _compare_entities(
    into: Comparison, reading: Reading, gold: dict[str, Any], names: _Names
) -> None:
    for wanted in gold.get("entities", ()):
        found = [e for e in reading.entities if names.same(e.id, wanted["name"])]
        into.count("entities", bool(found))
        if not found:
            into.worst.append({"missed entity": wanted["name"]})
            continue
        if wanted.get("country"):
            into.count("entities_country", found[0].country == wanted["country"])
        if wanted.get("sectors"):
            into.count("entities_sector", bool(set(found[0].sectors) & set(wanted["sectors"])))
        if len(found) > 1:
            into.worst.append({"split entity": wanted["name"], "as": [e.name for e in found]})


def _count(tally: Tally, right: bool) -> None:
    if right:
        tally.right += 1
    else:
        tally.missed += 1


def _compare_events(
    into: Comparison, reading: Reading, gold: dict[str, Any], names: _Names
) -> None:
    left = list(reading.events)
    for wanted in gold.get("events", ()):
        found = next((e for e in left if _same_event(reading, e, wanted, names)), None)
        into.count("events", found is not None)
        if wanted.get("need"):
            into.count("events_need_recall", found is not None)
        if found is None:
            into.worst.append({"missed event": wanted})
            continue
        left.remove(found)
        wrong = _wrong_details(reading, found, wanted, names)
        into.count("events_details_right", not wrong)
        if wrong:
            into.worst.append({"event": wanted["in"], "wrong": wrong})
    spurious = _spurious(
        into, left, gold, "events", lambda e, bad: _same_event(reading, e, bad, names)
    )
    into.worst += [{"spurious event": _event_words(reading, e)} for e in spurious]


def _spurious(
    into: Comparison,
    left: list[Found],
    gold: dict[str, Any],
    table: str,
    same: Callable[[Found, dict[str, Any]], bool],
) -> list[Found]:
    """Count what was found beside the gold as spurious, as far as the gold judges it."""
    wrong = gold.get("wrong")
    if wrong is None:
        spurious = left
    else:
        spurious = [one for one in left if any(same(one, bad) for bad in wrong.get(table, ()))]
        into.unjudged += len(left) - len(spurious)
    into.tallies[table].spurious += len(spurious)
    return spurious


def _start(reading: Reading, words: str, at: int | None) -> int:
    """Return where words begin: at the place that is given where they are there, or the first."""
    text = reading.report.text
    return at if at is not None and text.startswith(words, at) else text.find(words)


def _same_event(reading: Reading, event: Event, wanted: dict[str, Any], names: _Names) -> bool:
    """Whether type and parties agree and the evidence overlaps the gold's words."""
    if event.type != wanted["type"]:
        return False
    start = _start(reading, wanted["in"], wanted.get("at"))
    overlap = any(a < start + len(wanted["in"]) and start < b for a, b in event.evidence)
    if start < 0 or not overlap:
        return False
    actor, recipient = wanted.get("actor", []), wanted.get("recipient", [])
    if names.all_same(event.actor, actor) and names.all_same(event.recipient, recipient):
        return True
    both = event.actor + event.recipient
    symmetric = not event.recipient or wanted["type"] == "CONSULT"
    return symmetric and names.all_same(both, actor + recipient)


def _wrong_details(
    reading: Reading, event: Event, wanted: dict[str, Any], names: _Names
) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    date = event.date
    told = wanted.get("date")
    if told and not (date.value == told or (date.start or "").startswith(told)):
        wrong["date"] = date.value
    for key in ("mode", "factuality", "historical"):
        if key in wanted and getattr(event, key) != wanted[key]:
            wrong[key] = getattr(event, key)
    source = event.attribution.source if event.attribution else None
    if wanted.get("said_by") and not (source and names.same(source, wanted["said_by"])):
        wrong["said_by"] = source
    if wanted.get("place"):
        place = next((p.name for p in reading.places if p.id == event.place), None)
        if place is None or _plain(place) != _plain(wanted["place"]):
            wrong["place"] = place
    return wrong


def _event_words(reading: Reading, event: Event) -> str:
    parties = [[reading.entity(i).name for i in side] for side in (event.actor, event.recipient)]
    words = " / ".join(reading.words(span)[:160] for span in event.evidence)
    return f"{event.type} {event.mode or ''} {parties[0]} -> {parties[1]}: {words} ({event.rule})"


def _compare_statements(
    into: Comparison, reading: Reading, gold: dict[str, Any], names: _Names
) -> None:
    left = list(reading.statements)
    for wanted in gold.get("statements", ()):
        found = _best_statement(reading, left, wanted)
        into.count("statements", found is not None)
        if found is None:
            into.worst.append({"missed statement": wanted["content"]})
            into.count("statements_with_source", False)
            continue
        left.remove(found)
        entity = found.source.entity if found.source else None
        right = names.is_one(entity, wanted["source"])
        into.count("statements_with_source", right)
        into.count("statements_kind", found.kind == wanted["kind"])
        if wanted.get("addressee"):
            into.count(
                "statements_addressee", _addressed(reading, found, wanted["addressee"], names)
            )
        if not right:
            into.worst.append({"statement": wanted["content"], "wrong source": entity})
    spurious = _spurious(
        into, left, gold, "statements", lambda s, bad: _best_statement(reading, [s], bad) is s
    )
    into.worst += [
        {"other statement": [reading.words(span)[:200] for span in s.content]} for s in spurious
    ]


def _best_statement(
    reading: Reading, left: list[Statement], wanted: dict[str, Any]
) -> Statement | None:
    """Return the statement that shares at least half of the content's characters."""
    start = _start(reading, wanted["content"], wanted.get("at"))
    if start < 0:
        return None
    end = start + len(wanted["content"])
    best, most = None, 0.5 * (end - start)
    for statement in left:
        shared = sum(max(0, min(b, end) - max(a, start)) for a, b in statement.content)
        if shared >= most:
            best, most = statement, shared
    return best


def _addressed(reading: Reading, found: Statement, wanted: str, names: _Names) -> bool:
    party = found.addressee
    if party is None:
        return False
    if party.entity and names.same(party.entity, wanted):
        return True
    return party.span is not None and _plain(wanted) in _plain(reading.words(party.span))


def _compare_relations(
    into: Comparison, reading: Reading, gold: dict[str, Any], names: _Names
) -> None:
    left = list(reading.relations)
    for wanted in gold.get("relations", ()):
        found = next((r for r in left if _same_relation(r, wanted, names)), None)
        into.count("relations", found is not None)
        if found is None:
            into.worst.append({"missed relation": wanted})
        else:
            left.remove(found)
    for other in _spurious(
        into, left, gold, "relations", lambda r, bad: _same_relation(r, bad, names)
    ):
        target = other.literal or (reading.entity(other.object).name if other.object else None)
        words = [reading.entity(other.subject).name, other.predicate, target]
        into.worst.append({"other relation": words})


def _compare_places(into: Comparison, reading: Reading, gold: dict[str, Any]) -> None:
    """Count a place as found where the reading has it: the same of the gazetteer, or one name."""
    for wanted in gold.get("places", ()):
        number, name = wanted.get("geonameid"), _plain(wanted["name"])
        found = any(
            p.geonameid == number if number else _plain(p.name) == name for p in reading.places
        )
        into.count("places", found)
        if not found:
            into.worst.append({"missed place": wanted["name"]})


def _same_relation(found: Relation, wanted: dict[str, Any], names: _Names) -> bool:
    if found.predicate != wanted["predicate"] or not names.same(found.subject, wanted["subject"]):
        return False
    if found.object and names.same(found.object, wanted["object"]):
        return True
    return found.literal is not None and _plain(wanted["object"]) in _plain(found.literal)
