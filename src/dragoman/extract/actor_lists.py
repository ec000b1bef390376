"""The user's own actors: YAML, CSV, FollowTheMoney JSON, a Wikidata JSON extract."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dragoman.extract.coref_names import Actor, fold

_CLOSE = 92  # of 100, rapidfuzz's token_sort_ratio
_COUNTRY_CODES = 2


@dataclass(frozen=True, slots=True)
class ListedActor:
    """An actor of a user's list.

    Attributes:
        id: the user's own identifier.
        name, names: its name and its other names.
        country: ISO 3166-1 alpha-3 or a body's code; sectors: PLOVER's.
    """

    id: str
    name: str
    names: tuple[str, ...] = ()
    country: str | None = None
    sectors: tuple[str, ...] = ()


class ActorList:
    """Listed actors, found by a name or one close to it."""

    def __init__(self, actors: Iterable[ListedActor]) -> None:
        self.actors = tuple(actors)
        self._by_name: dict[str, ListedActor] = {}
        for actor in self.actors:
            for name in (actor.name, *actor.names):
                self._by_name.setdefault(_plain(name), actor)
        self._names = sorted(self._by_name)

    def find(self, name: str) -> ListedActor | None:
        """Return the listed actor that goes by a name, spelled alike; None where none does."""
        from rapidfuzz import fuzz, process

        plain = _plain(name)
        if plain in self._by_name or " " not in plain:
            return self._by_name.get(plain)
        best = process.extractOne(
            plain, self._names, scorer=fuzz.token_sort_ratio, score_cutoff=_CLOSE
        )
        return self._by_name[best[0]] if best else None

    def apply(self, actors: Sequence[Actor]) -> None:
        """Take ids, countries and sectors over to the named actors that are listed."""
        for actor in actors:
            if not actor.named:
                continue
            found = self.find(actor.name)
            if found is not None:
                actor.external_id = found.id
                actor.country = found.country or actor.country
                if found.sectors:
                    actor.sectors = list(found.sectors)


def _plain(name: str) -> str:
    return " ".join(fold(name).replace("-", " ").split())


def load_actor_list(path: Path) -> ActorList:
    """Load a list of actors; its kind is told by its ending and its keys.

    Args:
        path: `.yaml`/`.yml` (a list of mappings with id, name, names, country, sectors), `.csv`
            (the same as columns, several values joined by ";"), `.json`/`.jsonl`/`.ndjson`
            (FollowTheMoney entities, one a line or in a list, or Wikidata's JSON).

    Raises:
        OSError: the file cannot be read.
        ValueError: it has another shape; the message says where.
    """
    return load_actor_lists([path])


def load_actor_lists(paths: Sequence[Path]) -> ActorList:
    """Load several lists into one; the first to name an actor counts."""
    return ActorList(actor for path in paths for actor in _load(path))


def _load(path: Path) -> Iterator[ListedActor]:
    kind = path.suffix.lower()
    text = path.read_text(encoding="utf-8-sig")
    if kind in (".yaml", ".yml"):
        rows = _yaml(text, path)
    elif kind == ".csv":
        rows = enumerate(csv.DictReader(text.splitlines()), 2)
    elif kind in (".json", ".jsonl", ".ndjson"):
        rows = _json(text, path)
    else:
        raise ValueError(f"{path}: an actor list is YAML, CSV or JSON, not {kind or 'this'}")
    for number, row in rows:
        if not isinstance(row, dict):
            raise ValueError(f"{path}:{number}: an actor is a mapping")
        yield _actor(row, f"{path}:{number}")


def _yaml(text: str, path: Path) -> Iterator[tuple[int, Any]]:
    import yaml

    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: is not YAML: {error}") from error
    if not isinstance(data, list):
        raise ValueError(f"{path}: must be a list of actors")
    return enumerate(data, 1)


def _json(text: str, path: Path) -> Iterator[tuple[int, Any]]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError:
        return _json_lines(text, path)
    if isinstance(data, dict):
        entities = data.get("entities")
        data = list(entities.values()) if isinstance(entities, dict) else [data]
    return enumerate(data, 1)


def _json_lines(text: str, path: Path) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip().rstrip(",")
        if stripped in ("", "[", "]"):
            continue
        try:
            yield number, json.loads(stripped)
        except json.JSONDecodeError as error:
            raise ValueError(f"{path}:{number}: is not JSON: {error}") from error


def _actor(row: dict[str, Any], where: str) -> ListedActor:
    if "labels" in row:
        return _wikidata(row, where)
    if "schema" in row and "properties" in row:
        return _follow_the_money(row, where)
    name = row.get("name")
    if not name:
        raise ValueError(f"{where}: an actor has no name")
    return ListedActor(
        id=str(row.get("id") or name),
        name=str(name),
        names=_several(row.get("names") or row.get("aliases")),
        country=_code(row.get("country")),
        sectors=_several(row.get("sectors") or row.get("sector")),
    )


def _several(value: Any) -> tuple[str, ...]:
    if not value:
        return ()
    parts = value if isinstance(value, list) else str(value).split(";")
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _code(value: Any) -> str | None:
    if not value:
        return None
    text = str(value).strip().upper()
    if len(text) != _COUNTRY_CODES:
        return text
    import pycountry

    found = pycountry.countries.get(alpha_2=text)
    return str(found.alpha_3) if found else {"XK": "XKX", "EU": "EUU"}.get(text)


def _follow_the_money(row: dict[str, Any], where: str) -> ListedActor:
    properties = row["properties"]
    names = _several(properties.get("name"))
    if not names:
        raise ValueError(f"{where}: the entity has no name")
    others = (
        *names[1:],
        *_several(properties.get("alias")),
        *_several(properties.get("weakAlias")),
    )
    lands = _several(
        properties.get("country") or properties.get("nationality") or properties.get("jurisdiction")
    )
    return ListedActor(
        str(row.get("id") or names[0]), names[0], others, _code(next(iter(lands), ""))
    )


def _wikidata(row: dict[str, Any], where: str) -> ListedActor:
    labels = row["labels"]
    label = labels.get("en") or next(iter(labels.values()), None)
    if not label:
        raise ValueError(f"{where}: the item has no label")
    aliases = [a["value"] for a in row.get("aliases", {}).get("en", ())]
    others = [v["value"] for v in labels.values() if v["value"] != label["value"]]
    code = _claim(row, "P298")
    return ListedActor(
        str(row.get("id") or label["value"]), label["value"], (*aliases, *others), _code(code)
    )


def _claim(row: dict[str, Any], wanted: str) -> str | None:
    """Return the text value of a property, e.g. the ISO 3166-1 alpha-3 code (P298)."""
    for claim in row.get("claims", {}).get(wanted, ()):
        value = claim.get("mainsnak", {}).get("datavalue", {}).get("value")
        if isinstance(value, str):
            return value
    return None
