"""The actor words of the codebook, compiled."""

from pathlib import Path

import pytest

from dragoman.codebook import Codebook
from dragoman.codebook.actors import ActorWords, phrase
from dragoman.codebook.source import CodebookError

PLOVER = frozenset(
    {
        *("COP", "GOV", "JUD", "LEG", "MIL", "PRM", "PTY", "REB", "SPY", "UAF", "UNK", "AGR"),
        *("BUS", "CRM", "CVL", "EDU", "ELI", "JRN", "LAB", "MED", "REF", "OPP", "PRE", "REL"),
        *("SOC", "IMG"),
    }
)


@pytest.mark.parametrize(
    ("table", "words", "code"),
    [
        ("countries", "Ivory Coast", "CIV"),
        ("countries", "U.S.", "USA"),
        ("adjectives", "south korean", "KOR"),
        ("adjectives", "Dutch", "NLD"),
        ("people", "Kenyans", "KEN"),
        ("people", "Swedes", "SWE"),
        ("capitals", "Kiev", "UKR"),
        ("seats", "White House", "USA"),
    ],
)
def test_countries_by_their_words(codebook: Codebook, table: str, words: str, code: str) -> None:
    assert getattr(codebook.actors, table)[phrase(words)] == code


def test_bodies_have_a_code_in_the_place_of_a_country(codebook: Codebook) -> None:
    assert codebook.actors.known[phrase("U.N.")].country == "UNO"
    assert codebook.actors.known[phrase("European Union")].called == ("bloc", "union")
    assert codebook.actors.seated[phrase("Brussels")].country == "EUU"


def test_phrases_keep_dotted_words_whole() -> None:
    assert phrase("U.S. Gen. al-Mahdi’s") == ("u.s.", "gen.", "al", "-", "mahdi", "'", "s")


def test_every_sector_is_of_plover(codebook: Codebook) -> None:
    words = codebook.actors
    used = {s for h in words.heads.values() for s in h.sectors}
    used |= {s for k in words.known.values() for s in k.sectors}
    used |= {s for o in words.offices.values() for s in o} | set(words.modifiers.values())
    assert used <= PLOVER


def test_a_country_without_a_name_is_told_with_its_file(codebook: Codebook, tmp_path: Path) -> None:
    for path in (codebook.folder / "actors").glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "countries.yaml").write_text("KEN: {capitals: [Nairobi]}\n", encoding="utf-8")
    with pytest.raises(CodebookError, match=r"countries\.yaml.*KEN has no name"):
        ActorWords.load(tmp_path)
