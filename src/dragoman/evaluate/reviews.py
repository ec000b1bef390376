"""Reports that somebody reviewed, read again and compared with what the reviewers said."""

from __future__ import annotations

import json
from pathlib import Path

from dragoman.codebook import Codebook
from dragoman.evaluate.base import Evaluation
from dragoman.evaluate.report import Comparison
from dragoman.language import Annotator
from dragoman.reader import Reader
from dragoman.sources import make_report

_KNOWN = ("title", "source", "url", "language", "published")


def evaluate(path: Path, annotator: Annotator, codebook: Codebook) -> Evaluation:
    """Read the reports of a file that `dragoman review export` wrote, and compare.

    What the reviewers rejected, or corrected to another event, counts as spurious where it is
    found again; what they said nothing of does not count.

    Raises:
        OSError: the file cannot be read.
        KeyError: a line lacks a key.
    """
    reader = Reader(annotator=annotator, codebook=codebook.folder)
    compared = Comparison()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            gold = json.loads(line)
            known = {name: gold.get(name) for name in _KNOWN}
            reading = reader.read(make_report(gold["text"], id=gold["id"], **known))
            compared.add(reading, {**gold, "wrong": gold.get("wrong") or {}})
    outcome = compared.outcome("reviews", every=False)
    outcome.figures["unjudged"] = compared.unjudged
    outcome.notes.append(
        "Reviewers see what the program found: a record that it never found and that no reviewer"
        " added is missing from both sides, so recall is of what was once found or added, not of"
        " all there is."
    )
    return outcome
