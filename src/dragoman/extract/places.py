"""Places: the names of a document, what they stand for, and where a government is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from dragoman.codebook import Codebook
from dragoman.codebook.places import PlaceWords
from dragoman.extract.gazetteer import Candidate, Gazetteer, open_gazetteer
from dragoman.extract.places_find import find_runs, probability
from dragoman.extract.places_model import PlacesModel, shipped
from dragoman.extract.places_resolve import choose, name_keys, names_of, press_of, weigh
from dragoman.extract.places_scene import Scene
from dragoman.extract.places_spans import Runs
from dragoman.language.document import Document, Token
from dragoman.records import Place, Span

_SUBJECTS = ("nsubj", "agent")
_NOWHERE: tuple[None, float] = (None, 1.0)  # a name that no place fits is surely that


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a document.

    Attributes:
        records: in order of their first mention.
        by_token: id of the place that each token names, by the token's index.
        figurative: indexes of tokens where a government, a people or a team is meant.
        located: prepositions that say where, from the codebook.
    """

    records: tuple[Place, ...]
    by_token: dict[int, str]
    figurative: frozenset[int]
    located: frozenset[str] = frozenset()

    def at(self, token: Token) -> str | None:
        """Return the id of the place a token names."""
        return self.by_token.get(token.i)

    def is_local(self, place: str) -> bool:
        """Whether a place is finer than a country."""
        return any(p.id == place and not (p.feature or "").startswith("PCL") for p in self.records)

    def metonymic(self, token: Token) -> bool:
        """Tell whether a place name stands for its government, people or team."""
        return token.i in self.figurative


def find_places(
    doc: Document,
    cb: Codebook,
    gazetteer: Gazetteer | None = None,
    model: PlacesModel | None = None,
) -> Places:
    """Find and resolve the places of a document.

    Args:
        doc: the annotated text.
        cb: the codebook; its places.yaml is used.
        gazetteer: the index to look in; the shared one where None.
        model: the scorers; those that come with Dragoman where None.

    Raises:
        OSError: the index has to be built and no folder can be written to.
    """
    weights, words = model or shipped(), cb.places
    index = gazetteer or open_gazetteer()
    runs = Runs(doc, words, index)
    found = {runs.span(run): score for run, score in find_runs(runs, weights).items()}
    keys = name_keys(runs, list(found))
    scene = Scene(names_of(runs, keys), press_of(doc.text, words))
    chosen = choose(scene, weigh(scene, weights.own, weights.both), weights.least)
    groups: dict[object, list[Span]] = {}
    for span, key in keys.items():
        groups.setdefault(chosen[key][0] if key in chosen else key, []).append(span)
    records: list[Place] = []
    for spans in groups.values():
        sure = max(probability(found[s]) * chosen.get(keys[s], _NOWHERE)[1] for s in spans)
        place = chosen.get(keys[spans[0]], _NOWHERE)[0]
        records.append(_record(f"p{len(records) + 1}", doc, spans, place, index, round(sure, 3)))
    by_token = {t.i: r.id for r in records for s in r.spans for t in doc.tokens_in(s)}
    figurative = _figurative(doc, list(found), words)
    return Places(tuple(records), by_token, figurative, words.located | words.passed)


def _record(
    number: str,
    doc: Document,
    spans: Sequence[Span],
    found: Candidate | None,
    gazetteer: Gazetteer,
    confidence: float,
) -> Place:
    if found is None:
        name = doc.words(spans[0])
        return Place(id=number, name=name, spans=tuple(spans), confidence=confidence)
    return place_of(found, gazetteer, number, spans, confidence)


def place_of(
    found: Candidate, gazetteer: Gazetteer, number: str, spans: Sequence[Span], confidence: float
) -> Place:
    """Return what the gazetteer has as the record of a place that stands at some words."""
    return Place(
        id=number,
        name=found.name,
        spans=tuple(spans),
        geonameid=found.geonameid,
        feature=found.feature,
        country=_alpha_3(found.country),
        admin1=gazetteer.unit(found.country, found.admin1) or None,
        latitude=found.latitude,
        longitude=found.longitude,
        confidence=confidence,
    )


@lru_cache(maxsize=512)
def _alpha_3(code: str) -> str | None:
    """Return the ISO 3166-1 alpha-3 code of an alpha-2 one (XKX for Kosovo), None where none."""
    import pycountry

    if code == "XK":
        return "XKX"
    country = pycountry.countries.get(alpha_2=code) if code else None
    return str(country.alpha_3) if country else None


def _figurative(doc: Document, spans: Sequence[Span], words: PlaceWords) -> frozenset[int]:
    marked: set[int] = set()
    for span in spans:
        tokens = doc.tokens_in(span)
        inside = {token.i for token in tokens}
        head = next((t for t in tokens if t.head.i not in inside or t.head is t), tokens[-1])
        if doc.words(span) in words.demonyms or _acts(head, words):
            marked.update(inside)
    return frozenset(marked)


def _acts(head: Token, words: PlaceWords) -> bool:
    """Tell whether a name is the subject of an act, or a party to one."""
    if head.dep in _SUBJECTS:
        return head.head.lemma in words.speakers
    return head.dep == "pobj" and head.head.lower in words.dealings
