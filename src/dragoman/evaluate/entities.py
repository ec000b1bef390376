"""Who is who against the written reports of bench/coref: coreference, countries, sectors.

The gold's mentions are given; each is looked up by its head word. Coreference is the mean of MUC
(Vilain et al. 1995), B³ (Bagga and Baldwin 1998) and CEAF with entity similarity (Luo 2005), as
in the CoNLL-2012 shared task.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dragoman.codebook import Codebook
from dragoman.evaluate.base import Evaluation, Tally
from dragoman.extract.entities import Entities, find_entities
from dragoman.extract.places import find_places
from dragoman.extract.speech import find_speech
from dragoman.language import Annotator, Document
from dragoman.language.document import Token
from dragoman.records import Entity, Span

_MARK = re.compile(r"\[([a-z]) |\]")
_HELD_OUT = 3
_PERSONAL = frozenset({"he", "she", "him", "her", "his", "hers", "i", "himself", "herself"})
Cluster = frozenset[Span]


@dataclass(frozen=True, slots=True)
class Gold:
    """A written report: its text, the mentions of each key, country and sectors by key."""

    text: str
    mentions: tuple[tuple[str, Span], ...]
    country: dict[str, str | None]
    sectors: dict[str, frozenset[str]]
    held_out: bool


def read_gold(path: Path) -> list[Gold]:
    """Read the reports of a YAML file, or of every one in a folder; each third is held out.

    Raises:
        OSError: there is no such file.
        ValueError: a mark is not closed or a key is not told in `who`.
    """
    import yaml

    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    rows = [row for file in files for row in yaml.safe_load(file.read_text(encoding="utf-8"))]
    return [_gold(row, n % _HELD_OUT == _HELD_OUT - 1) for n, row in enumerate(rows)]


def _gold(row: dict[str, Any], held_out: bool) -> Gold:
    text, mentions = _unmark(row["text"])
    country: dict[str, str | None] = {}
    sectors: dict[str, frozenset[str]] = {}
    for entry in str(row["who"]).split(";"):
        key, code, told = entry.split()
        country[key] = None if code == "-" else code
        sectors[key] = frozenset(told.split("+")) - {"-"}
    missing = {key for key, _ in mentions} - set(country)
    if missing:
        raise ValueError(f"{sorted(missing)} not told in who: {row['text'][:60]!r}")
    return Gold(text, mentions, country, sectors, held_out)


def _unmark(marked: str) -> tuple[str, tuple[tuple[str, Span], ...]]:
    """Take "[k words]" marks out of a text; return it with the spans."""
    text = ""
    at = 0
    stack: list[tuple[str, int]] = []
    found: list[tuple[str, Span]] = []
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        at = mark.end()
        if mark.group(1):
            stack.append((mark.group(1), len(text)))
        elif not stack:
            raise ValueError(f"a mark is closed twice: {marked[:60]!r}")
        else:
            key, start = stack.pop()
            found.append((key, (start, len(text))))
    if stack:
        raise ValueError(f"a mark is not closed: {marked[:60]!r}")
    return text + marked[at:], tuple(sorted(found, key=lambda m: m[1]))


def evaluate(path: Path, annotator: Annotator, codebook: Codebook) -> Evaluation:
    """Measure who is who over the reports of a file or folder.

    Figures of the held-out third bear "test_", those of the rest "dev_".

    Raises:
        OSError: there is no such file.
        ValueError: the gold is mistaken.
    """
    gold = read_gold(path)
    outcome = Evaluation("entities", items=len(gold))
    counts = {"dev": _Counts(), "test": _Counts()}
    documents = annotator.annotate([g.text for g in gold])
    for one, doc in zip(gold, documents, strict=True):
        split = "test" if one.held_out else "dev"
        errors = counts[split].add(one, doc, _entities(doc, codebook))
        if not one.held_out:
            outcome.worst.extend(errors)
    for split, count in counts.items():
        count.report(outcome, split)
    outcome.notes.append("The gold's mentions are given; each third report is held out (test).")
    return outcome


def _entities(doc: Document, codebook: Codebook) -> Entities:
    places = find_places(doc, codebook)
    return find_entities(doc, codebook, find_speech(doc, codebook), places)


class _Counts:
    def __init__(self) -> None:
        self.muc, self.b3, self.ceaf = Tally(), _Pair(), _Pair()
        self.person = [_Pair(), _Pair()]
        self.person_muc = Tally()
        self.country, self.sector, self.pronoun, self.found = Tally(), Tally(), Tally(), Tally()

    def add(self, gold: Gold, doc: Document, entities: Entities) -> list[dict[str, Any]]:
        heads = {span: _head(doc, span) for _, span in gold.mentions}
        ids = {span: _ids(entities, head) for span, head in heads.items()}
        records = {e.id: e for e in entities.records()}
        told = _clusters((key, span) for key, span in gold.mentions)
        made = _clusters((str(ids[s] or s), s) for _, s in gold.mentions)
        _score(told, made, self.muc, self.b3, self.ceaf)
        persons = _persons(gold, doc)
        kept = {s for k, s in gold.mentions if k in persons}
        if kept:
            made_persons = [c & kept for c in made if c & kept]
            told_persons = [c for c in told if c <= kept]
            _score(told_persons, made_persons, self.person_muc, *self.person)
        return self._participants(gold, doc, ids, records)

    def _participants(
        self,
        gold: Gold,
        doc: Document,
        ids: dict[Span, tuple[str, ...]],
        records: dict[str, Entity],
    ) -> list[dict[str, Any]]:
        first: dict[str, tuple[str, ...]] = {}
        errors: list[dict[str, Any]] = []
        for key, span in gold.mentions:
            first.setdefault(key, ids[span])
            if gold.country[key] is None and not gold.sectors[key]:
                continue
            entity = records.get(ids[span][0]) if ids[span] else None
            country = entity.country if entity else None
            sectors = set(entity.sectors) if entity else set()
            right = entity is not None and country == gold.country[key]
            fits = not gold.sectors[key] or bool(sectors & gold.sectors[key])
            _note(self.found, entity is not None)
            _note(self.country, right)
            if gold.sectors[key]:
                _note(self.sector, fits)
            if not right or not fits:
                wanted = [gold.country[key], sorted(gold.sectors[key])]
                got = [entity.name, country, sorted(sectors)] if entity else None
                errors.append({"words": doc.words(span), "gold": wanted, "got": got})
            if doc.words(span).lower() in _PERSONAL:
                same = bool(ids[span]) and ids[span] == first[key]
                _note(self.pronoun, same)
                if not same:
                    errors.append({"pronoun": doc.words(span), "in": gold.text, "key": key})
        return errors

    def report(self, outcome: Evaluation, split: str) -> None:
        figures = outcome.figures
        figures[f"{split}_muc"] = self.muc.f1
        figures[f"{split}_b3"] = self.b3.f1
        figures[f"{split}_ceafe"] = self.ceaf.f1
        figures[f"{split}_conll"] = (self.muc.f1 + self.b3.f1 + self.ceaf.f1) / 3
        person = self.person_muc.f1 + self.person[0].f1 + self.person[1].f1
        figures[f"{split}_person_conll"] = person / 3
        figures[f"{split}_pronouns"] = self.pronoun.recall
        figures[f"{split}_participants_found"] = self.found.recall
        figures[f"{split}_country"] = self.country.recall
        figures[f"{split}_sector"] = self.sector.recall


def _note(tally: Tally, right: bool) -> None:
    if right:
        tally.right += 1
    else:
        tally.missed += 1


@dataclass(slots=True)
class _Pair:
    """Precision and recall that are weighed by mentions or clusters."""

    precise: float = 0.0
    made: float = 0.0
    recalled: float = 0.0
    told: float = 0.0

    @property
    def f1(self) -> float:
        p = self.precise / self.made if self.made else 0.0
        r = self.recalled / self.told if self.told else 0.0
        return 2 * p * r / (p + r) if p + r else 0.0


def _head(doc: Document, span: Span) -> Token:
    tokens = doc.tokens_in(span)
    inside = set(tokens)
    cut = next((n for n, t in enumerate(tokens) if t.text in (",", "(") and n), len(tokens))
    for token in reversed(tokens[:cut]):
        if (token.head not in inside or token.head is token) and token.pos != "PUNCT":
            return token
    return tokens[cut - 1]


def _ids(entities: Entities, head: Token) -> tuple[str, ...]:
    at = entities.at(head)
    found = (at,) if at is not None else entities.resolve(head)
    for entity_id in found:
        entities.ask(entities.actor(entity_id))
    return found


def _persons(gold: Gold, doc: Document) -> set[str]:
    """Keys of persons: those that a personal pronoun of the singular stands for."""
    return {key for key, span in gold.mentions if doc.words(span).lower() in _PERSONAL}


def _clusters(pairs: Iterable[tuple[str, Span]]) -> list[Cluster]:
    found: dict[str, set[Span]] = {}
    for key, span in pairs:
        found.setdefault(key, set()).add(span)
    return [frozenset(spans) for spans in found.values()]


def _score(
    told: Sequence[Cluster], made: Sequence[Cluster], muc: Tally, b3: _Pair, ceaf: _Pair
) -> None:
    links = sum(len(c) - 1 for c in told)
    proposed = sum(len(c) - 1 for c in made)
    right = sum(len(c) - _parts(c, made) for c in told)
    muc.add(Tally(right, proposed - right, links - right))
    for cluster in told:
        for other in made:
            shared = len(cluster & other)
            b3.recalled += shared * shared / len(cluster)
            b3.precise += shared * shared / len(other)
    size = sum(len(c) for c in told)
    b3.told += size
    b3.made += size
    best = _best_alignment(tuple(told), tuple(made))
    ceaf.precise += best
    ceaf.recalled += best
    ceaf.made += len(made)
    ceaf.told += len(told)


def _parts(cluster: Cluster, others: Sequence[Cluster]) -> int:
    """Into how many of the other clusters a cluster is cut."""
    return sum(1 for other in others if cluster & other)


def _best_alignment(told: tuple[Cluster, ...], made: tuple[Cluster, ...]) -> float:
    """Return the greatest summed similarity of clusters paired one to one."""

    @cache
    def best(n: int, used: int) -> float:
        if n == len(told):
            return 0.0
        most = best(n + 1, used)
        for m, other in enumerate(made):
            shared = len(told[n] & other)
            if shared and not used >> m & 1:
                alike = 2 * shared / (len(told[n]) + len(other))
                most = max(most, alike + best(n + 1, used | 1 << m))
        return most

    return best(0, 0)
