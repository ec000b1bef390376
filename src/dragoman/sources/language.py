"""Which language a text is in, by py3langid."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

_SAMPLE = 4_000  # characters looked at
_STRETCH = 160  # of each of three stretches that are looked at first
_SURE_AT_ONCE = 0.999
_SURE = 0.9
_ENOUGH = 60  # characters; a shorter text is not refused for its language


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect_language(text: str) -> tuple[str, float]:
    """Return the likeliest language of a text (ISO 639-1) and its probability."""
    language, probability = _identifier().classify(text[:_SAMPLE])
    return str(language), float(probability)


def foreign_language(text: str, told: str | None, reads: str = "en") -> str | None:
    """Return the language of a text where it is surely not the one that is read, else None.

    Args:
        told: the language that the source gives; the text itself is looked at all the same.
        reads: ISO 639-1 code of the language that is read.
    """
    if len(text) < _ENOUGH:
        foreign = told and told.split("-")[0].split("_")[0].lower() not in (reads, "eng")
        return told if foreign else None
    language, probability = detect_language(_stretches(text[:_SAMPLE]))
    if language == reads and probability >= _SURE_AT_ONCE:
        return None
    language, probability = detect_language(text)
    return language if language != reads and probability >= _SURE else None


def _stretches(text: str) -> str:
    """Return some of the beginning, the middle and the end of a text; a short one whole."""
    if len(text) <= 3 * _STRETCH:
        return text
    middle = (len(text) - _STRETCH) // 2
    return " ".join((text[:_STRETCH], text[middle : middle + _STRETCH], text[-_STRETCH:]))
