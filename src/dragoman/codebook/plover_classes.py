"""What a type file of the event codebook holds: classes of predicates, with their slots."""

from __future__ import annotations

from dataclasses import dataclass, field

from dragoman.codebook.plover_words import Constraint, Path_
from dragoman.records import EventType


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words that fire: a head and what has to hang on it, as lemmas.

    Attributes:
        kind: verb, noun or adjective.
        head: lemma of the head word.
        rest: the other words, in the order in which they are looked for.
    """

    kind: str
    head: str
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refinement:
    """What a class becomes where `when` holds."""

    when: tuple[Constraint, ...]
    mode: str | None = None
    cameo: str | None = None
    contexts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mode:
    """A PLOVER mode of a type, with its CAMEO code and score."""

    cameo: str
    score: float
    gloss: str


@dataclass(frozen=True, slots=True, eq=False)
class EventClass:
    """One entry of a type file: words that fire, and who is actor and recipient.

    Attributes:
        type, id: PLOVER type, and the name within the file.
        patterns: the words that fire.
        light: verbs that lend their subject to a noun of this class, by head lemma.
        actor, recipient: slots in order of preference.
        symmetric: whether all filled actor slots are parties alike.
        of_is_subject, possessive_is_object: how a noun's "of" and "'s" are read.
        swallow: whether events in the complement are no events of their own.
        recipient_required: whether the event needs a recipient.
        negation_is_meant: whether the class lies in the denial ("will not").
        private_parties: whether it counts where nobody but private persons are told.
        things_act: whether a thing can be the actor ("a missile").
        actor_required: whether it is no event where nobody is told to have done it.
        purpose_is_done: whether it happened where it is told as what something was done for.
        sites_suffer: whether a building, a post or a place can be the recipient, for want of
            a party.
        file, line: where it stands.
        rule: the name that an event's `rule` carries, e.g. "CONSULT/meet".
    """

    type: EventType
    id: str
    patterns: tuple[Pattern, ...]
    light: dict[str, tuple[tuple[str, ...], ...]]
    actor: tuple[Path_, ...]
    recipient: tuple[Path_, ...]
    symmetric: bool
    of_is_subject: bool
    possessive_is_object: bool
    mode: str | None
    cameo: str | None
    contexts: tuple[str, ...]
    only: tuple[Constraint, ...]
    unless: tuple[Constraint, ...]
    refine: tuple[Refinement, ...]
    swallow: bool
    negation_is_meant: bool
    recipient_required: bool
    private_parties: bool
    things_act: bool
    actor_required: bool
    sites_suffer: bool
    purpose_is_done: bool
    file: str
    line: int
    rule: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rule", f"{self.type}/{self.id}")


@dataclass(frozen=True, slots=True)
class TypeRules:
    """One type file."""

    type: EventType
    gloss: str
    cameo: str
    score: float
    recipient_required: bool
    modes: dict[str, Mode]
    classes: tuple[EventClass, ...]
