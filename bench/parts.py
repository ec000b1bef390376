"""Shows where the time of a reading goes, step by step.

python bench/parts.py                          the made reports of bench/speed.py
python bench/parts.py --texts FILE [--json]    reports of a JSON Lines file
python bench/parts.py --texts FILE --idle      what need not be parsed: sentences that hold nothing

CPU time of each step without what it calls in other steps. "who is who" is finding the entities of
a report and resolving every noun phrase that is asked for later; the goal is under 15 %.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import json
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from speed import texts

from dragoman.extract.parties import lemma_of
from dragoman.extract.predicates import KIND_OF_POS
from dragoman.reader import Reader
from dragoman.records import Report

# module, function or class.method, the step it counts for
STEPS = (
    ("dragoman.extract.steps", "find_times", "times"),
    ("dragoman.extract.steps", "find_places", "places"),
    ("dragoman.extract.speech", "find_speech_in", "statements"),
    ("dragoman.extract.steps", "link_statements", "statements"),
    ("dragoman.extract.steps", "find_entities", "who is who"),
    ("dragoman.extract.entities", "Entities.resolve", "who is who"),
    ("dragoman.extract.entities", "Entities.records", "who is who"),
    ("dragoman.extract.steps", "find_relations", "relations"),
    ("dragoman.extract.steps", "find_events", "events"),
)


class Clock:
    """Adds up the CPU seconds of steps; what one step calls in another is the other's."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._running: list[str] = []
        self._since = time.process_time()

    def turn(self, step: str | None) -> None:
        """Begin a step inside the running one, or end the running one (None)."""
        now = time.process_time()
        if self._running:
            self.spent[self._running[-1]] += now - self._since
        self._since = now
        if step is None:
            self._running.pop()
        else:
            self._running.append(step)

    def time(self, run: Callable[..., Any], step: str) -> Callable[..., Any]:
        """Return a function that does the same, with its time counted."""

        @functools.wraps(run)
        def timed(*args: Any, **kwargs: Any) -> Any:
            self.turn(step)
            try:
                return run(*args, **kwargs)
            finally:
                self.turn(None)

        return timed


def watch(clock: Clock) -> None:
    """Let every step be timed, in this process, from now on."""
    for module, path, step in STEPS:
        owner: Any = importlib.import_module(module)
        *inside, name = path.split(".")
        for part in inside:
            owner = getattr(owner, part)
        setattr(owner, name, clock.time(getattr(owner, name), step))


def measure(reports: list[Report]) -> dict[str, float]:
    """Return the share of each step in the CPU time of reading the reports."""
    reader = Reader()
    list(reader.read_all(reports[:2]))
    clock = Clock()
    watch(clock)
    annotate = reader.annotator.annotate
    gathered = clock.time(lambda made: list(annotate(made)), "annotating")
    reader.annotator.annotate = gathered  # type: ignore[method-assign]
    clock.turn("other")
    for _ in reader.read_all(reports):
        pass
    clock.turn(None)
    whole = sum(clock.spent.values())
    ranked = sorted(clock.spent.items(), key=lambda item: -item[1])
    return {step: round(spent / whole, 3) for step, spent in ranked}


def idle(reports: list[Report]) -> dict[str, float]:
    """Return how many sentences have no word of an event, no cue and no quotation.

    Their shares are of all sentences and of all words: what could go unparsed at most.
    """
    reader = Reader()
    events, cues = reader.codebook.plover.index, reader.codebook.attribution
    documents = reader.annotator.annotate([report.text for report in reports])
    sentences = [sentence for document in documents for sentence in document.sentences]
    held = [
        sentence
        for sentence in sentences
        if sentence.quote is None
        and not any(
            (KIND_OF_POS.get(t.pos), lemma_of(t)) in events or cues.class_of(t.pos, t.lemma)
            for t in sentence.tokens
        )
    ]
    words, idle_words = (sum(len(s.tokens) for s in some) for some in (sentences, held))
    return {
        "sentences": len(sentences),
        "share of sentences": round(len(held) / len(sentences), 3),
        "share of words": round(idle_words / words, 3),
    }


def main() -> None:
    """Print the shares."""
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--reports", type=int, default=60)
    options.add_argument("--texts", type=Path, help="JSON Lines of reports to time instead")
    options.add_argument("--json", action="store_true")
    options.add_argument("--idle", action="store_true")
    chosen = options.parse_args()
    made = texts(chosen.reports)
    if chosen.texts:
        lines = chosen.texts.read_text(encoding="utf-8").splitlines()
        made = [json.loads(line)["text"] for line in lines[: chosen.reports]]
    reports = [Report(id=str(n), text=t, published="2026-03-02") for n, t in enumerate(made)]
    if chosen.idle:
        print(json.dumps(idle(reports)))
        return
    shares = measure(reports)
    if chosen.json:
        print(json.dumps(shares))
        return
    for step, share in shares.items():
        print(f"{step:12} {share:6.1%}")


if __name__ == "__main__":
    main()
