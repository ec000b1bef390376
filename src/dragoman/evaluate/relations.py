"""Marked pairs: the type of a given pair, and pair and type found in the bare sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations, product
from pathlib import Path

from dragoman.codebook import Codebook
from dragoman.evaluate.base import Evaluation, Tally
from dragoman.evaluate.baselines import most_frequent, ngram_types
from dragoman.evaluate.pairs import GoldPair, coarse, folds, read_pairs
from dragoman.evaluate.scores import accuracy, calibration_error, label_tallies, macro_f1
from dragoman.extract.typing import labels, trained_on, type_pairs
from dragoman.extract.weigh import weigh_model
from dragoman.language import Annotator
from dragoman.reader import Reader
from dragoman.records import Event, Reading, Span
from dragoman.sources.base import SourceError

COUNTED = ("asserted", "future")
FOLDS = 5


def evaluate(path: Path, annotator: Annotator, codebook: Codebook) -> Evaluation:
    """Type every marked pair, then read every bare sentence and look for its pair.

    Figures: `macro_f1` and `accuracy` of the type given the pair, with the baselines' (n-grams
    cross-validated within the file; the most frequent type); `pair_*` of (source, target) and
    `pair_type_*` of (type, source, target) in the bare sentence, where each side has to overlap
    the marked words; `seen_in_training`, the number of texts that the models were trained on.

    Raises:
        OSError: the file or the models' weights cannot be read.
        ValueError: a line is no JSON, or its marked text is not its text.
        KeyError: a line lacks `text`, `marked` or `type`.
    """
    pairs = read_pairs(path)
    outcome = Evaluation("relations", items=len(pairs))
    if pairs:
        _given_pair(outcome, pairs, annotator)
        _baselines(outcome, pairs)
        reader = Reader(annotator=annotator, codebook=codebook.folder)
        compare_bare(outcome, pairs, list(read_bare(pairs, reader)))
    return outcome


def _given_pair(outcome: Evaluation, pairs: Sequence[GoldPair], annotator: Annotator) -> None:
    documents = annotator.annotate([pair.text for pair in pairs])
    items = [(d, (p.source, p.target)) for d, p in zip(documents, pairs, strict=True)]
    wanted = [pair.type for pair in pairs]
    guessed, sure = best_types(type_pairs(items).tolist(), labels(), sorted(set(wanted)))
    outcome.figures["macro_f1"] = macro_f1(wanted, guessed)
    outcome.figures["accuracy"] = accuracy(wanted, guessed)
    right = [a == b for a, b in zip(wanted, guessed, strict=True)]
    outcome.figures["typing_ece"] = calibration_error(sure, right)
    for label, tally in label_tallies(wanted, guessed).items():
        outcome.add_tally(label, tally)
    _note_seen(outcome, pairs, guessed)
    outcome.worst += [
        {"wanted": p.type, "guessed": g, "confidence": round(c, 3), "text": p.text}
        for c, p, g in sorted(zip(sure, pairs, guessed, strict=True), key=lambda x: -x[0])
        if g != p.type
    ]


def best_types(
    found: Sequence[Sequence[float]], names: Sequence[str], among: Sequence[str]
) -> tuple[list[str], list[float]]:
    """Return the likeliest of the gold's types for each item, and its probability.

    Args:
        found: (items, types) probabilities of the 16 PLOVER types.
        names: the types in order of columns.
        among: the labels that the gold has; CONCEDE and RETREAT are added up where it has YIELD.
    """
    guessed, sure = [], []
    for row in found:
        sums: dict[str, float] = dict.fromkeys(among, 0.0)
        for name, probability in zip(names, row, strict=True):
            label = name if name in sums else coarse(name)
            if label in sums:
                sums[label] += float(probability)
        best = max(among, key=sums.__getitem__)
        guessed.append(best)
        sure.append(sums[best] / (sum(sums.values()) or 1.0))
    return guessed, sure


def _note_seen(outcome: Evaluation, pairs: Sequence[GoldPair], guessed: Sequence[str]) -> None:
    known = trained_on() | weigh_model().trained_on
    new = [n for n, pair in enumerate(pairs) if pair.hash not in known]
    seen = len(pairs) - len(new)
    outcome.figures["seen_in_training"] = seen
    if not seen:
        return
    outcome.notes.append(
        f"{seen} of {len(pairs)} texts were seen in training: macro_f1, accuracy, pair_* and"
        " pair_type_* are not held out; `make bench-quality` cross-validates"
    )
    if new:
        wanted = [pairs[n].type for n in new]
        outcome.figures["macro_f1_unseen"] = macro_f1(wanted, [guessed[n] for n in new])
        outcome.figures["accuracy_unseen"] = accuracy(wanted, [guessed[n] for n in new])


def _baselines(outcome: Evaluation, pairs: Sequence[GoldPair]) -> None:
    wanted = [pair.type for pair in pairs]
    guesses = {
        "ngram": ngram_types([p.text for p in pairs], wanted, folds(pairs, FOLDS), FOLDS),
        "most_frequent": [most_frequent(wanted)] * len(wanted),
    }
    for name, guessed in guesses.items():
        outcome.figures[f"baseline_{name}_macro_f1"] = macro_f1(wanted, guessed)
        outcome.figures[f"baseline_{name}_accuracy"] = accuracy(wanted, guessed)


def read_bare(pairs: Sequence[GoldPair], reader: Reader) -> Iterator[Reading | None]:
    """Yield the reading of each bare sentence; None where it cannot be read."""
    for pair in pairs:
        try:
            yield reader.read(pair.text)
        except SourceError:
            yield None


def compare_bare(
    outcome: Evaluation, pairs: Sequence[GoldPair], readings: Sequence[Reading | None]
) -> None:
    """Tally the events of bare sentences against their pairs, asserted and future ones.

    Every event is one finding; each gold pair can be found once.
    """
    tallies = {"pair": Tally(), "pair_type": Tally(), "sentence_type": Tally()}
    for pair, reading in zip(pairs, readings, strict=True):
        events = [e for e in reading.events if e.factuality in COUNTED] if reading else []
        fits = [reading is not None and is_pair(e, pair, reading) for e in events]
        typed = [coarse(e.type) == pair.type or e.type == pair.type for e in events]
        both = [a and b for a, b in zip(fits, typed, strict=True)]
        for name, hits in (("pair", fits), ("pair_type", both), ("sentence_type", typed)):
            found = any(hits)
            tallies[name].add(Tally(found, len(events) - found, not found))
        if not any(both):
            told = [f"{e.rule} {reading.words(e.trigger)}" for e in events] if reading else []
            outcome.worst.append({"wanted": pair.type, "found": told, "text": pair.text})
    for name, tally in tallies.items():
        outcome.add_tally(name, tally)


def is_pair(event: Event, pair: GoldPair, reading: Reading) -> bool:
    """Whether an event goes from the marked source to the marked target.

    Of a symmetric event, which has all its parties in `actor`, any two will do. A side that the
    gold leaves unmarked is not asked for.
    """
    ways: Iterable[tuple[str | None, str | None]]
    if event.recipient:
        ways = product(event.actor or (None,), event.recipient)
    elif len(event.actor) > 1:
        ways = permutations(event.actor, 2)
    else:
        ways = product(event.actor or (None,), (None,))
    return any(
        _overlaps(actor, pair.sources, reading) and _overlaps(recipient, pair.targets, reading)
        for actor, recipient in ways
    )


def _overlaps(entity: str | None, spans: Sequence[Span], reading: Reading) -> bool:
    if not spans:
        return True
    if entity is None:
        return False
    mentions = [mention.span for mention in reading.entity(entity).mentions]
    return any(m[0] < s[1] and s[0] < m[1] for m in mentions for s in spans)
