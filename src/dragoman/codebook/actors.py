"""The words of actors/*.yaml, compiled: countries, sectors, bodies, organisations, titles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dragoman.codebook.pronouns import Pronouns
from dragoman.codebook.source import CodebookError, load_yaml, mistakes_in

Phrase = tuple[str, ...]
_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)+\.?|[^\W_]+\.(?=\s|$)|[^\W_]+|[^\w\s]")


def phrase(text: str) -> Phrase:
    """Return a phrase as the small-lettered words it is looked up by ("U.S." stays one)."""
    return tuple(_WORD.findall(text.lower().replace("’", "'")))


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation of the codebook: its name, country or body code, and sectors."""

    name: str
    country: str | None = None
    sectors: tuple[str, ...] = ()
    part_of: str | None = None
    called: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeadWord:
    """What a noun says of the actor it stands for."""

    sectors: tuple[str, ...]
    kind: str
    state: bool = False
    gender: str = ""


@dataclass(frozen=True)
class ActorWords:
    """Knowledge about actors; every phrase is a tuple of small-lettered words.

    Attributes:
        country_names: name of each country by code.
        countries, adjectives, people, capitals, seats: codes by phrase. `people` are the words
            for a country's people in the plural, or a single one.
        known: organisations and international bodies by phrase.
        seated: the body that a capital stands for where it acts, in reports that do not tell the
            capital's own country.
        heads: nouns for actors by lemma.
        sites: nouns for buildings, posts, settlements and vehicles, by lemma.
        country_words: nouns that stand for a country itself.
        modifiers: sector by modifying word.
        organization_heads: sectors by a word that makes a name an organisation's.
        person_endings, not_persons: endings of nouns for persons, and nouns that only look so.
        offices: sectors by the phrase of a title.
        genders: "m" or "f" by form of address; forms without gender have "".
        short: titles in full by their abbreviation.
        particles, articles, former: small words in names; those left out in comparing; words
            that say an office is over.
        stand_for: offices that a looser word may mean.
        regions: the countries of a region by its adjective.
        leading: verbs of leading a body.
        ties, no_office: nouns of how one stands to another, which hand on nothing; those and others
            that name a person and no office.
        addressing: verbs whose object, a capital, stands for its government.
        scenes, arrivals: prepositions of places where something happens; words of coming there.
        dealing: prepositions behind which a capital is a government.
        giving: verbs that give somebody something.
        adherents: words for adherents of a party before a name.
        uniformed: nouns of the army or the police, as the rest of a report tells.
        crowds: plurals of numbers that stand for people where nothing else is counted.
        fighting: sectors of those whom "both sides" may mean though they have no name.
        journeys: verbs of what people often do away from home.
        joins: nouns that only join somebody to a body.
        of_states: nouns whose plural stands for countries told of before or behind "of".
        speaks_for, heads_of: nouns that, of a country, are its government's: behind a possessor;
            beside its adjective.
        apart: words that say that a noun phrase is of somebody not told of before.
        any_person, any_body, any_party: nouns that stand for anybody, any body or either party
            told of before.
        state_side: nouns that stand for a state beside its adjective ("the Russian side").
        pronouns: pronouns and small words of noun phrases.
        openings: first words, one or more, of all phrases of countries and organisations.
        longest: words in the longest phrase of countries and organisations.
    """

    country_names: dict[str, str]
    countries: dict[Phrase, str]
    adjectives: dict[Phrase, str]
    people: dict[Phrase, str]
    capitals: dict[Phrase, str]
    seats: dict[Phrase, str]
    known: dict[Phrase, Known]
    seated: dict[Phrase, Known]
    heads: dict[str, HeadWord]
    sites: dict[str, HeadWord]
    country_words: frozenset[str]
    modifiers: dict[str, str]
    organization_heads: dict[str, tuple[str, ...]]
    person_endings: tuple[str, ...]
    not_persons: frozenset[str]
    offices: dict[Phrase, tuple[str, ...]]
    genders: dict[str, str]
    short: dict[str, str]
    particles: frozenset[str]
    articles: frozenset[str]
    former: frozenset[str]
    stand_for: dict[str, frozenset[str]]
    regions: dict[str, frozenset[str]]
    leading: frozenset[str]
    ties: frozenset[str]
    no_office: frozenset[str]
    addressing: frozenset[str]
    scenes: frozenset[str]
    arrivals: frozenset[str]
    dealing: frozenset[str]
    giving: frozenset[str]
    adherents: frozenset[str]
    uniformed: frozenset[str]
    joins: frozenset[str]
    crowds: frozenset[str]
    fighting: frozenset[str]
    journeys: frozenset[str]
    of_states: frozenset[str]
    speaks_for: frozenset[str]
    heads_of: frozenset[str]
    apart: frozenset[str]
    any_person: frozenset[str]
    any_body: frozenset[str]
    any_party: frozenset[str]
    state_side: frozenset[str]
    pronouns: Pronouns
    openings: frozenset[Phrase]
    longest: int

    @classmethod
    def load(cls, folder: Path) -> ActorWords:
        """Read the folder.

        Raises:
            CodebookError: a file is missing, or a key is missing or mistaken.
        """
        tables = _countries(folder / "countries.yaml")
        known, seated = _known(folder)
        lookups: list[dict[Phrase, Any]] = [*tables[1:], known]
        regions = folder / "regions.yaml"
        with mistakes_in(regions):
            by_region = {k: frozenset(v) for k, v in _mapping(regions).items()}
        return cls(
            country_names=tables[0],
            countries=tables[1],
            adjectives=tables[2],
            people=tables[3],
            capitals=tables[4],
            seats=tables[5],
            known=known,
            seated=seated,
            regions=by_region,
            pronouns=Pronouns.load(folder / "pronouns.yaml"),
            openings=frozenset(
                key[:end] for table in lookups for key in table for end in range(1, len(key) + 1)
            ),
            longest=max((len(key) for table in lookups for key in table), default=0),
            **_of_sectors(folder / "sectors.yaml"),
            **_of_titles(folder / "titles.yaml"),
        )


_SECTOR_SETS = (
    "country_words", "not_persons", "leading", "apart", "any_person", "any_body", "any_party",
    "state_side", "ties", "no_office", "addressing", "scenes", "speaks_for",
    "heads_of", "joins", "crowds", "fighting", "journeys", "of_states", "arrivals",
    "dealing", "giving", "adherents", "uniformed",
)  # fmt: skip


def _of_sectors(path: Path) -> dict[str, Any]:
    """Return what sectors.yaml tells, by the attributes of `ActorWords`."""
    data = _mapping(path)
    with mistakes_in(path):
        made: dict[str, Any] = {name: _set(data, name) for name in _SECTOR_SETS}
        made["no_office"] |= made["ties"]
        made["heads"] = _heads(data, path)
        made["sites"] = {
            word: HeadWord((code,) if code else (), "site")
            for code, words in data["sites"].items()
            for word in words
        }
        made["modifiers"] = {
            word: code for code, words in data["modifiers"].items() for word in words
        }
        made["organization_heads"] = {
            word: (code,) if code else ()
            for code, words in data["organization_heads"].items()
            for word in words
        }
        made["person_endings"] = tuple(map(str, data["person_endings"]))
        return made


def _of_titles(path: Path) -> dict[str, Any]:
    """Return what titles.yaml tells, by the attributes of `ActorWords`."""
    data = _mapping(path)
    with mistakes_in(path):
        made: dict[str, Any] = {k: _set(data, k) for k in ("particles", "articles", "former")}
        made["offices"] = _offices(data, path)
        made["short"] = {str(k): str(v) for k, v in data["short"].items()}
        made["genders"] = {word: g for g, words in data["forms"].items() for word in words}
        made["stand_for"] = {k: frozenset(v) for k, v in data["stand_for"].items()}
        return made


def _mapping(path: Path) -> dict[str, Any]:
    data = load_yaml(path)
    if not isinstance(data, dict):
        raise CodebookError("must be a mapping", path)
    return data


def _set(data: dict[str, Any], key: str) -> frozenset[str]:
    return frozenset(str(word) for word in data[key])


def _countries(path: Path) -> tuple[Any, ...]:
    names: dict[str, str] = {}
    tables: dict[str, dict[Phrase, str]] = {
        k: {} for k in ("names", "adjectives", "people", "capitals", "seats")
    }
    data = _mapping(path)
    with mistakes_in(path):
        for code, entry in data.items():
            if "name" not in entry:
                raise CodebookError(f"{code} has no name", path, getattr(entry, "line", None))
            names[code] = entry["name"]
            for key, table in tables.items():
                for word in entry.get(key, ()):
                    table.setdefault(phrase(word), code)
            for word in (*entry.get("adjectives", ()), *entry.get("people", ())):
                for made in _plurals(word):
                    tables["people"].setdefault(phrase(made), code)
            tables["names"][phrase(entry["name"])] = code
    return names, *tables.values()


def _plurals(word: str) -> tuple[str, ...]:
    """The people of an adjective: itself where it ends in a hiss, else with -s."""
    if word.endswith(("ese", "ish", "ch", "ss", "men", ".", "UK", "US")) or len(word) < 4:
        return ()
    return (word if word.endswith("s") else word + "s",)


def _known(folder: Path) -> tuple[dict[Phrase, Known], dict[Phrase, Known]]:
    found: dict[Phrase, Known] = {}
    seated: dict[Phrase, Known] = {}
    bodies, others = folder / "bodies.yaml", folder / "organizations.yaml"
    entries, named = load_yaml(bodies), _mapping(others)
    with mistakes_in(bodies):
        for entry in entries:
            made = Known(
                entry["name"],
                entry["code"],
                tuple(entry["sectors"]),
                entry.get("part_of"),
                tuple(entry.get("called", ())),
            )
            for name in (entry["name"], *entry.get("names", ())):
                found.setdefault(phrase(name), made)
            seated |= {phrase(seat): made for seat in entry.get("seats", ())}
    with mistakes_in(others):
        for name, entry in named.items():
            made = Known(name, entry.get("country"), tuple(entry.get("sectors", ())))
            for other in (name, *entry.get("names", ())):
                found.setdefault(phrase(other), made)
    return found, seated


def _heads(data: dict[str, Any], path: Path) -> dict[str, HeadWord]:
    found: dict[str, HeadWord] = {}
    for entry in data["heads"]:
        if "kind" not in entry:
            raise CodebookError("a group of words has no kind", path, entry.line)
        made = HeadWord(
            tuple(entry["sectors"]),
            entry["kind"],
            entry.get("state", False),
            entry.get("gender", ""),
        )
        for word in entry["words"]:
            old = found.get(word)
            if old is None or (made.gender and not old.gender):
                found[word] = made
    return found


def _offices(data: dict[str, Any], path: Path) -> dict[Phrase, tuple[str, ...]]:
    found: dict[Phrase, tuple[str, ...]] = {}
    if not isinstance(data.get("offices"), dict):
        raise CodebookError("offices is missing", path)
    for code, words in data["offices"].items():
        for word in words:
            found.setdefault(phrase(word), (code,) if code else ())
    return found
