"""The tables that are made from all reports together, made anew after the archive has changed."""

from __future__ import annotations

from dragoman.archive.actors import build as build_actors
from dragoman.archive.store import Store
from dragoman.archive.stories import build as build_stories


def derive(store: Store) -> None:
    """Make `copies`, `stories`, `actors` and `actor_entities` anew; the caller holds the lock.

    Raises:
        ArchiveError: the folder is no archive, or cannot be written to.
    """
    build_stories(store)
    build_actors(store)
