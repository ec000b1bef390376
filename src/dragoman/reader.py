"""The pipeline: a report in, its records out.

read → annotate → extract; the steps of the last are in `extract.steps`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import dragoman
from dragoman.codebook import Codebook
from dragoman.language import Annotator, load_annotator
from dragoman.language.collector import collector_paused
from dragoman.language.model import DEFAULT_MODEL, REPORTS_AT_ONCE
from dragoman.language.threads import one_core
from dragoman.records import Pipeline, Reading, Report
from dragoman.sources.base import Failure, SourceError, make_report
from dragoman.sources.language import foreign_language
from dragoman.verify import check_spans

if TYPE_CHECKING:
    from dragoman.extract.actor_lists import ActorList
    from dragoman.extract.steps import Draft


class Reader:
    """Reads reports with one language model and one codebook, both kept loaded.

    Args:
        model: name of an installed spaCy pipeline.
        codebook: folder of a codebook; the one that comes with Dragoman where None.
        cache: file that keeps parses, so that the same text is not parsed twice.
        actors: files of the user's own actors (YAML, CSV, FollowTheMoney or Wikidata JSON).
        annotator: an annotator already loaded; `model` and `cache` are then not used.

    Raises:
        OSError: the language model is not installed.
        CodebookError: the codebook has a mistake.
    """

    def __init__(
        self,
        *,
        model: str = DEFAULT_MODEL,
        codebook: Path | str | None = None,
        cache: Path | str | None = None,
        annotator: Annotator | None = None,
        actors: Iterable[Path | str] = (),
    ) -> None:
        self.codebook = Codebook(Path(codebook) if codebook else None)
        self.annotator = annotator or load_annotator(model)
        if cache and annotator is None:
            from dragoman.language.cache import CachedAnnotator

            self.annotator = CachedAnnotator(self.annotator, Path(cache))
        self.actors = _load_actors(actors)
        self.pipeline = Pipeline(
            dragoman=dragoman.__version__,
            model=self.annotator.name,
            codebook=self.codebook.version,
        )

    def read(self, report: Report | str, *, published: str | None = None) -> Reading:
        """Read one report.

        Args:
            report: a report, or its text.
            published: the day a bare text was published, in any usual shape.

        Raises:
            SourceError: the text cannot be read, is not English, or the date is none.
        """
        made = make_report(report, published=published) if isinstance(report, str) else report
        _refuse_foreign(made)
        with one_core(), collector_paused():
            (draft,) = self._drafts([made])
            for step in self._steps():
                step(draft)
        return draft.reading

    def read_all(
        self,
        reports: Iterable[Report | str],
        *,
        on_failure: Callable[[Failure], None] | None = None,
    ) -> Iterator[Reading]:
        """Read many reports, several to a batch; yield their readings in order.

        Args:
            reports: reports, or texts.
            on_failure: called with each report that could not be read; the others go on.

        Raises:
            SourceError: a report could not be read and there is no `on_failure`.
        """
        for found in self.outcomes(reports):
            if isinstance(found, Reading):
                yield found
            elif on_failure is None:
                raise SourceError(str(found))
            else:
                on_failure(found)

    def outcomes(self, reports: Iterable[Report | str]) -> Iterator[Reading | Failure]:
        """Yield for each report, in order, its reading or the reason why there is none."""
        remaining = iter(reports)
        while batch := list(islice(remaining, REPORTS_AT_ONCE)):
            yield from self._read_batch(batch)

    def _read_batch(self, batch: list[Report | str]) -> list[Reading | Failure]:
        vetted = [_vet(report) for report in batch]
        good = [found for found in vetted if isinstance(found, Report)]
        with one_core(), collector_paused():
            coded = iter(self._code(good))
            return [found if isinstance(found, Failure) else next(coded) for found in vetted]

    def _code(self, reports: list[Report]) -> list[Reading | Failure]:
        """Take reports through every step together; one that fails takes no further step."""
        found = self._prepare(reports)
        for step in self._steps():
            for n, draft in enumerate(found):
                if isinstance(draft, Exception):
                    continue
                try:
                    step(draft)
                except MemoryError:
                    raise  # the process is in no state to go on; whoever runs it reads the others
                except Exception as error:
                    found[n] = error
        return [
            _failure(report, draft) if isinstance(draft, Exception) else draft.reading
            for report, draft in zip(reports, found, strict=True)
        ]

    def _prepare(self, reports: list[Report]) -> list[Draft | Exception]:
        """Prepare reports together; where that fails, each alone, so that none is lost."""
        try:
            return [*self._drafts(reports)]
        except Exception as error:
            if len(reports) > 1:
                return [draft for report in reports for draft in self._prepare([report])]
            if isinstance(error, MemoryError):
                raise  # as in `_code`
            return [error]

    def _drafts(self, reports: list[Report]) -> list[Draft]:
        """Do for reports what is quicker done for several at once."""
        from dragoman.extract.speech import find_speech_in
        from dragoman.extract.steps import Draft

        documents = list(self.annotator.annotate([report.text for report in reports]))
        spoken = find_speech_in(documents, self.codebook)
        return [
            Draft(report, document, speech, self.codebook, self.actors)
            for report, document, speech in zip(reports, documents, spoken, strict=True)
        ]

    def _steps(self) -> tuple[Callable[[Draft], None], ...]:
        from dragoman.extract.steps import STEPS

        return (*STEPS, self._finish)

    def _finish(self, draft: Draft) -> None:
        """Make the reading of what the steps found."""
        draft.reading = Reading(
            report=draft.report,
            pipeline=self.pipeline,
            entities=tuple(draft.entities),
            events=tuple(draft.events),
            statements=tuple(draft.statements),
            relations=tuple(draft.relations),
            places=tuple(draft.places.records),
            times=tuple(draft.times),
        )
        check_spans(draft.reading)


def _failure(report: Report, error: Exception) -> Failure:
    """Return why a report could not be coded."""
    reason = f"could not be coded: {type(error).__name__}: {error}"
    return Failure("report", reason, report=report.id)


def _load_actors(files: Iterable[Path | str]) -> ActorList | None:
    from dragoman.extract.actor_lists import load_actor_lists

    paths = [Path(file) for file in files]
    return load_actor_lists(paths) if paths else None


def _vet(report: Report | str) -> Report | Failure:
    try:
        made = make_report(report) if isinstance(report, str) else report
        _refuse_undatable(made)
        _refuse_foreign(made)
    except SourceError as error:
        known = report.id if isinstance(report, Report) else None
        return Failure("report", str(error), report=known)
    return made


def _refuse_undatable(report: Report) -> None:
    try:
        date.fromisoformat(report.published or "0001-01-01")
    except ValueError as error:
        told = repr(report.published)[:60]
        raise SourceError(f"`published` is {told}, no ISO date as 2017-08-14 is") from error


def _refuse_foreign(report: Report) -> None:
    language = foreign_language(report.text, report.language)
    if language:
        raise SourceError(f"the text is in another language ({language}); English is read")
