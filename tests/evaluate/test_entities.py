"""The measures of who is who."""

from pathlib import Path

import pytest

from dragoman.codebook import Codebook
from dragoman.evaluate.base import Tally
from dragoman.evaluate.entities import _Pair, _score, evaluate, read_gold
from dragoman.language import Annotator

FOLDER = Path(__file__).resolve().parents[2] / "bench" / "coref"


def test_the_gold_has_150_reports_and_a_third_is_held_out() -> None:
    gold = read_gold(FOLDER)
    assert len(gold) >= 150
    assert sum(g.held_out for g in gold) == len(gold) // 3
    assert all("[" not in g.text for g in gold)


def test_scores_of_a_worked_example() -> None:
    a, b, c = (0, 1), (2, 3), (4, 5)
    muc, b3, ceaf = Tally(), _Pair(), _Pair()
    told = [frozenset({a, b}), frozenset({c})]
    made = [frozenset({a}), frozenset({b, c})]
    _score(told, made, muc, b3, ceaf)
    assert (muc.right, muc.spurious, muc.missed) == (0, 1, 1)
    assert b3.f1 == pytest.approx(2 / 3)
    assert ceaf.f1 == pytest.approx(2 / 3)  # a with {a, b}, c with {b, c}


def test_a_key_that_nobody_tells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text('- {text: "[a Police] came.", who: b KEN COP}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="not told in who"):
        read_gold(path)


def test_a_report_that_is_plain_scores_full(
    tmp_path: Path, annotator: Annotator, codebook: Codebook
) -> None:
    path = tmp_path / "x.yaml"
    text = "[a Kenyan President Otieno Marwa] left. [a He] waved."
    path.write_text(f'- {{text: "{text}", who: a KEN GOV}}\n', encoding="utf-8")
    figures = evaluate(path, annotator, codebook).figures
    assert figures["dev_conll"] == pytest.approx(1.0)
