"""The steps of coding a report, in their order; each uses what those before it found.

Several reports go through them together, step by step: what a step needs of the codebook and of
its models then stays at hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from dragoman.codebook import Codebook
from dragoman.extract.actor_lists import ActorList
from dragoman.extract.entities import Entities, find_entities
from dragoman.extract.events import find_events
from dragoman.extract.places import Places, find_places
from dragoman.extract.relations import find_relations
from dragoman.extract.settle import settle_countries, settle_places
from dragoman.extract.speech import Speech
from dragoman.extract.statements import link_statements
from dragoman.extract.times import find_times
from dragoman.language.document import Document
from dragoman.records import Entity, Event, Reading, Relation, Report, Statement, Time


@dataclass(slots=True)
class Draft:
    """A report on its way through the steps.

    Attributes:
        report, document, speech: the report, its annotation, and who speaks where.
        book, known: the codebook, and the user's own actors.
        times, places, found, statements, relations, events, entities: what the steps found.
        reading: what is made of it in the end.
    """

    report: Report
    document: Document
    speech: list[Speech]
    book: Codebook
    known: ActorList | None
    times: list[Time] = field(init=False)
    places: Places = field(init=False)
    found: Entities = field(init=False)
    statements: list[Statement] = field(init=False)
    relations: list[Relation] = field(init=False)
    events: list[Event] = field(init=False)
    entities: list[Entity] = field(init=False)
    reading: Reading = field(init=False)

    @property
    def published(self) -> date | None:
        """The day the report came out, where known."""
        return date.fromisoformat(self.report.published) if self.report.published else None


def _times(draft: Draft) -> None:
    draft.times = find_times(draft.document, draft.published, draft.book)


def _places(draft: Draft) -> None:
    draft.places = find_places(draft.document, draft.book)


def _entities(draft: Draft) -> None:
    draft.found = find_entities(
        draft.document, draft.book, draft.speech, draft.places, known=draft.known
    )


def _statements(draft: Draft) -> None:
    draft.statements = link_statements(draft.document, draft.speech, draft.found)


def _relations(draft: Draft) -> None:
    draft.relations = find_relations(
        draft.document, draft.book, draft.found, draft.places, draft.times
    )


def _events(draft: Draft) -> None:
    draft.events = find_events(
        draft.document,
        draft.book,
        draft.found,
        draft.places,
        draft.times,
        draft.speech,
        draft.statements,
        draft.published,
    )


def _settle(draft: Draft) -> None:
    """Settle what the events tell of places and countries."""
    actors, places = draft.found.records(), draft.places.records
    draft.events = settle_places(draft.events, actors, places, draft.document, draft.book)
    draft.entities = settle_countries(actors, draft.events, places, draft.book)


STEPS: tuple[Callable[[Draft], None], ...] = (
    _times,
    _places,
    _entities,
    _statements,
    _relations,
    _events,
    _settle,
)
