"""A codebook file with a mistake is told by its name; nothing in one ends the program."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dragoman.codebook import Codebook, CodebookError, find_codebook
from dragoman.codebook.source import load_yaml

MISTAKEN = {
    "deep list": "[" * 100_000,
    "deep mapping": "{a: " * 20_000,
    "deep dashes": "- " * 20_000,
    "list for a key": "? [1]\n: 2",
    "truth for a key": "yes: 1",
    "key given twice": "a: 1\na: 2",
    "control character": "a: \x07",
    "no such day": "a: 2001-99-99",
    "no number": "a: !!int x",
    "endless number": f"a: {'9' * 10_000}",
    "object of Python": "a: !!python/object/apply:os.getcwd []",
    "mapping that is none": "!!map [1]",
    "mapping that holds itself": "&a {x: *a}",
    "two documents": "a: 1\n---\nb: 2",
}


@pytest.mark.parametrize("text", MISTAKEN.values(), ids=MISTAKEN.keys())
def test_what_is_no_codebook_is_told_with_its_file(text: str, tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(text)
    with pytest.raises(CodebookError, match=r"x\.yaml"):
        load_yaml(file)


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"a: \xff\xfe")
    with pytest.raises(CodebookError, match="cannot be read"):
        load_yaml(tmp_path / "x.yaml")


PARTS = [
    ("time.yaml", "times", "months: 3"),
    ("time.yaml", "times", "[]"),
    ("places.yaml", "places", "- x"),
    ("relations.yaml", "relations", "3"),
    ("relations.yaml", "relations", "- {predicate: [], form: 1}"),
    ("attribution.yaml", "attribution", "classes: {a: 1}"),
    ("actors/bodies.yaml", "actors", "{a: 1}"),
    ("actors/countries.yaml", "actors", "KEN: 7"),
    ("actors/sectors.yaml", "actors", "heads: 3"),
    ("actors/titles.yaml", "actors", "{}"),
    ("actors/regions.yaml", "actors", "a: 1"),
    ("plover/words.yaml", "plover", "[[]]"),
    ("plover/AID.yaml", "plover", "{type: AID, classes: [3]}"),
]


@pytest.mark.parametrize(("file", "part", "text"), PARTS)
def test_a_mistake_in_a_part_names_its_file(
    file: str, part: str, text: str, tmp_path: Path
) -> None:
    folder = tmp_path / "codebook"
    shutil.copytree(find_codebook(), folder, ignore=shutil.ignore_patterns("examples"))
    (folder / file).write_text(text)
    with pytest.raises(CodebookError) as told:
        getattr(Codebook(folder), part)
    assert file in str(told.value)
