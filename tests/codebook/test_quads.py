import pytest

from dragoman.codebook import Codebook
from dragoman.codebook.quads import load_quads
from dragoman.codebook.source import CodebookError


def test_every_type_has_one_quad_class():
    quads = Codebook().quads
    assert len(quads) == 16
    assert (quads["CONSULT"], quads["AID"], quads["ACCUSE"], quads["ASSAULT"]) == (
        "Q1", "Q2", "Q3", "Q4",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Q5: {types: [AID]}", "no quad class"),
        ("Q1: {types: [AID]}\nQ2: {types: [AID]}", "AID is in Q1"),
        ("Q1: {types: [AID]}", "AGREE"),
    ],
)
def test_a_mistaken_file_is_refused(tmp_path, text, told):
    path = tmp_path / "quads.yaml"
    path.write_text(text)
    with pytest.raises(CodebookError, match=told):
        load_quads(path)
