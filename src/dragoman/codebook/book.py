"""One compiled codebook: each part is loaded when it is first asked for."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dragoman.codebook.source import CodebookError, find_codebook, mistakes_in, version

if TYPE_CHECKING:
    from dragoman.codebook.actors import ActorWords
    from dragoman.codebook.attribution import AttributionWords
    from dragoman.codebook.places import PlaceWords
    from dragoman.codebook.plover import PloverRules
    from dragoman.codebook.relations import RelationRules
    from dragoman.codebook.times import TimeWords


class Codebook:
    """The knowledge of one codebook folder, compiled part by part.

    Args:
        folder: a codebook folder; the one that comes with Dragoman where None.

    Raises:
        CodebookError: the folder does not exist; or a part is missing or mistaken (when that part
            is first asked for).
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or find_codebook()
        if not self.folder.is_dir():
            raise CodebookError("there is no such codebook folder", self.folder)

    @property
    def version(self) -> str:
        """A digest of all that stands in the folder, save the examples."""
        return version(self.folder)

    @cached_property
    def times(self) -> TimeWords:
        """Words of time: time.yaml."""
        from dragoman.codebook.times import TimeWords

        path = self.folder / "time.yaml"
        with mistakes_in(path):
            return TimeWords.load(path)

    @cached_property
    def places(self) -> PlaceWords:
        """Words about places: places.yaml."""
        from dragoman.codebook.places import PlaceWords

        path = self.folder / "places.yaml"
        with mistakes_in(path):
            return PlaceWords.load(path)

    @cached_property
    def attribution(self) -> AttributionWords:
        """Cues of speech, belief and intention: attribution.yaml."""
        from dragoman.codebook.attribution import AttributionWords

        path = self.folder / "attribution.yaml"
        with mistakes_in(path):
            return AttributionWords.load(path)

    @cached_property
    def actors(self) -> ActorWords:
        """Countries, sectors, bodies, titles: actors/*.yaml."""
        from dragoman.codebook.actors import ActorWords

        return ActorWords.load(self.folder / "actors")

    @cached_property
    def relations(self) -> RelationRules:
        """Patterns of standing relations: relations.yaml."""
        from dragoman.codebook.relations import RelationRules

        path = self.folder / "relations.yaml"
        with mistakes_in(path):
            return RelationRules.load(path)

    @cached_property
    def plover(self) -> PloverRules:
        """Predicates and frames of the event types, factuality and contexts: plover/*.yaml."""
        from dragoman.codebook.plover import PloverRules

        return PloverRules.load(self.folder)

    @cached_property
    def quads(self) -> dict[str, str]:
        """Quad class ("Q1" to "Q4") of each event type: quads.yaml."""
        from dragoman.codebook.quads import load_quads

        path = self.folder / "quads.yaml"
        with mistakes_in(path):
            return load_quads(path)
