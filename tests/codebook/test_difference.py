"""Which words a change of the codebook touches."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dragoman.codebook import Codebook
from dragoman.codebook.difference import touched_lemmas

SHIPPED = Path(__file__).parents[2] / "codebook"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "codebook"))


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _touched(folder: Path) -> frozenset[str] | None:
    return touched_lemmas(Codebook(SHIPPED), Codebook(folder))


def test_a_copy_touches_nothing(folder: Path) -> None:
    assert _touched(folder) == frozenset()


def test_a_comment_that_moves_every_line_touches_nothing(folder: Path) -> None:
    path = folder / "plover" / "AID.yaml"
    path.write_text("# a remark\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert _touched(folder) == frozenset()


def test_a_new_class_touches_its_words_alone(folder: Path) -> None:
    path = folder / "plover" / "AID.yaml"
    added = "\n  - id: airdrop-test\n    gloss: drops from the air\n    verbs: [airdrop]\n"
    path.write_text(path.read_text(encoding="utf-8").rstrip() + added, encoding="utf-8")
    assert _touched(folder) == {"airdrop"}


def test_an_example_touches_nothing(folder: Path) -> None:
    (folder / "examples" / "AID.yaml").write_text("# none\n[]\n", encoding="utf-8")
    assert _touched(folder) == frozenset()


def test_other_files_may_touch_anything(folder: Path) -> None:
    path = folder / "factuality.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    assert _touched(folder) is None


def test_the_score_of_a_type_touches_all_its_words(folder: Path) -> None:
    _edit(folder / "plover" / "AID.yaml", "\nscore:", "\nscore: 1.5 # before:")
    classes = Codebook(SHIPPED).plover.types["AID"].classes
    assert _touched(folder) == {p.head.lower() for entry in classes for p in entry.patterns}
