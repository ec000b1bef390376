"""Measures attribution: source, cue and content against gold spans.

Two readings. The first takes for each role the characters that some attribution covers with it,
over all articles (micro). The second, `aligned_*`, pairs each gold attribution with the
prediction that overlaps it most and counts characters inside the pairs, as PolNeAR's authors do
with tokens. `exact_*` counts a role as right where a prediction covers the same words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dragoman.codebook import Codebook
from dragoman.evaluate.attribution_baseline import naive_speech
from dragoman.evaluate.base import Evaluation, Tally
from dragoman.extract.speech import Speech, find_speech
from dragoman.extract.speech_model import shipped
from dragoman.language.document import Document
from dragoman.language.model import Annotator
from dragoman.records import Span

ROLES = ("source", "cue", "content")
Spans = dict[str, list[Span]]
_WORST = 40


class Scores:
    """Tallies of every reading, filled article by article."""

    def __init__(self) -> None:
        self.characters = {role: Tally() for role in ROLES}
        self.exact = {role: Tally() for role in ROLES}
        self.aligned = {role: Tally() for role in ROLES}

    def add(self, doc: Document, found: list[Spans], gold: list[Spans]) -> None:
        """Count one article."""
        pairs = align(found, gold)
        for role in ROLES:
            left, right = _covered(found, role), _covered(gold, role)
            _count(self.characters[role], left, right)
            _count_exact(self.exact[role], doc, found, gold, role)
            for ours, theirs in pairs:
                _count(self.aligned[role], _covered([ours], role), _covered([theirs], role))

    def tell(self, outcome: Evaluation, prefix: str = "") -> None:
        """Put the figures into an evaluation."""
        for name, tallies in (
            ("", self.characters),
            ("exact_", self.exact),
            ("aligned_", self.aligned),
        ):
            for role in ROLES:
                outcome.add_tally(f"{prefix}{name}{role}", tallies[role])
            mean = sum(tally.f1 for tally in tallies.values()) / len(ROLES)
            outcome.figures[f"{prefix}{name}mean_f1"] = mean


def evaluate(path: Path, annotator: Annotator, codebook: Codebook) -> Evaluation:
    """Measure the shipped weights, and the naive baseline, on a file of gold articles.

    Args:
        path: JSON Lines with `id`, `text`, `attributions` (source, cue, content spans).

    Raises:
        OSError: the file or the weights are missing.
        KeyError: a line lacks a key.
    """
    model = shipped()
    rows = read_gold(path)
    outcome = Evaluation("attribution", items=len(rows))
    ours, naive = Scores(), Scores()
    docs = annotator.annotate(row["text"] for row in rows)
    for row, doc in zip(rows, docs, strict=True):
        gold = gold_spans(row)
        found = [spans_of(doc, speech) for speech in find_speech(doc, codebook, model)]
        ours.add(doc, found, gold)
        naive.add(doc, naive_speech(doc, codebook.attribution), gold)
        outcome.worst += _errors(row["id"], doc, found, gold)
    ours.tell(outcome)
    naive.tell(outcome, "baseline_")
    outcome.worst = sorted(outcome.worst, key=lambda e: (-e["characters"], e["id"]))[:_WORST]
    seen = sum(text_hash(row["text"]) in model.seen for row in rows)
    outcome.figures["seen_in_training"] = seen
    if seen:
        outcome.notes.append(
            f"{seen} of {len(rows)} articles were seen in training: these figures are no measure; "
            "held-out ones come from `python bench/train_attribution.py --folds 5`"
        )
    return outcome


def read_gold(path: Path) -> list[dict[str, Any]]:
    """Read the gold articles of a JSON Lines file.

    Raises:
        OSError: the file is missing.
    """
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def text_hash(text: str) -> str:
    """Return the first 8 bytes (hex) of the SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def gold_spans(row: Mapping[str, Any]) -> list[Spans]:
    """Return the spans of each gold attribution, by role."""
    return [
        {role: [(a, b) for a, b in gold.get(role, ())] for role in ROLES}
        for gold in row["attributions"]
    ]


def spans_of(doc: Document, speech: Speech) -> Spans:
    """Return the spans of a statement by role, quotation marks included as in PolNeAR."""
    return {
        "source": [speech.source] if speech.source else [],
        "cue": [speech.cue] if speech.cue else [],
        "content": [with_marks(doc, span) for span in speech.content],
    }


def with_marks(doc: Document, span: Span) -> Span:
    """Widen a span that begins or ends with a quotation by the quotation's marks."""
    start, end = span
    for quote in doc.quotes:
        if quote.start == start:
            start = quote.outer[0]
        if quote.end == end:
            end = quote.outer[1]
    return (start, end)


def align(found: list[Spans], gold: list[Spans]) -> list[tuple[Spans, Spans]]:
    """Pair each attribution with the one that overlaps it most; the unpaired with nothing."""
    empty: Spans = {role: [] for role in ROLES}
    ours = [{role: _covered([f], role) for role in ROLES} for f in found]
    theirs = [{role: _covered([g], role) for role in ROLES} for g in gold]
    ranked = []
    for i, left in enumerate(ours):
        for j, right in enumerate(theirs):
            shared = sum(_dice(left[role], right[role]) for role in ROLES)
            if shared:
                ranked.append((-shared, i, j))
    used_i: set[int] = set()
    used_j: set[int] = set()
    pairs = []
    for _, i, j in sorted(ranked):
        if i not in used_i and j not in used_j:
            used_i.add(i)
            used_j.add(j)
            pairs.append((found[i], gold[j]))
    pairs += [(spans, empty) for i, spans in enumerate(found) if i not in used_i]
    return pairs + [(empty, spans) for j, spans in enumerate(gold) if j not in used_j]


def _dice(left: set[int], right: set[int]) -> float:
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else 0.0


def _covered(items: Iterable[Spans], role: str) -> set[int]:
    return {c for item in items for a, b in item[role] for c in range(a, b)}


def _count(tally: Tally, left: set[int], right: set[int]) -> None:
    both = len(left & right)
    tally.add(Tally(both, len(left) - both, len(right) - both))


def _count_exact(
    tally: Tally, doc: Document, found: list[Spans], gold: list[Spans], role: str
) -> None:
    left, right = _words(doc, found, role), _words(doc, gold, role)
    both = len(left & right)
    tally.add(Tally(both, len(left) - both, len(right) - both))


def _words(doc: Document, items: list[Spans], role: str) -> set[tuple[int, ...]]:
    """The sets of words that attributions cover, punctuation left aside."""
    made = set()
    for item in items:
        tokens = {t.i for span in item[role] for t in doc.tokens_in(span) if t.pos != "PUNCT"}
        made.add(tuple(sorted(tokens)))
    return made - {()}


def _errors(
    name: str, doc: Document, found: list[Spans], gold: list[Spans]
) -> list[dict[str, Any]]:
    errors = []
    for kind, items, others in (("missed", gold, found), ("spurious", found, gold)):
        known = _covered(others, "content")
        for item in items:
            wrong = len(_covered([item], "content") - known)
            if wrong > 40:
                words = {role: [doc.words(s)[:160] for s in item[role]] for role in ROLES}
                errors.append({"id": name, "kind": kind, "characters": wrong, **words})
    return errors
