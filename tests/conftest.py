"""Fixtures that many tests share."""

from pathlib import Path

import pytest

from dragoman.codebook import Codebook
from dragoman.language import Annotator, load_annotator
from dragoman.language.cache import CachedAnnotator

CHECKOUT = Path(__file__).resolve().parents[1]
SHARED = CHECKOUT.parent / "shared"


@pytest.fixture(scope="session")
def annotator(tmp_path_factory: pytest.TempPathFactory) -> Annotator:
    """The default language model, loaded once; a text is parsed once a session."""
    return CachedAnnotator(load_annotator(), tmp_path_factory.mktemp("cache") / "parses.sqlite")


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    """The codebook of the checkout."""
    return Codebook()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with gold data beside the checkout; skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder with gold data is not beside the checkout")
    return SHARED
