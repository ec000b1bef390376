"""Krippendorff's alpha against examples computed by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.evaluate.agreement import Agreement, krippendorff

# the two nominal examples of Krippendorff (2011), sections A and C; "." is missing
_BINARY = ("0100000010", "1110010000")
_NOMINAL = ("12332141 2...", "123322412 5.3", ".333234225 1.", "1233244125 1.")


def units(*observers: str) -> list[list[str | None]]:
    rows = [one.replace(" ", "") for one in observers]
    return [[None if v == "." else v for v in column] for column in zip(*rows, strict=True)]


def test_two_observers_of_binary_data() -> None:
    # 20 values, 14 of "0" and 6 of "1"; 4 of 10 units disagree, so 8 of the pairs:
    # 1 - 19 * 8 / (2 * 14 * 6) = 1 - 152 / 168
    found = krippendorff(units(*_BINARY))
    assert found.alpha == pytest.approx(float(1 - Fraction(152, 168)))
    assert round(found.alpha or 0, 3) == 0.095
    assert (found.units, found.values, found.same) == (10, 20, 0.6)


def test_four_observers_with_values_missing() -> None:
    # 40 values in 11 units (the twelfth has one): 9, 13, 10, 5 and 3 of "1" to "5".
    # Expected: 1600 - (81 + 169 + 100 + 25 + 9) = 1216.
    # Observed: unit 2 of "2 2 3 2": 3 * 2 / 3 = 2; unit 6 of "1 2 3 4": 12 / 3 = 4;
    # unit 8 of "1 1 2 1": 2: in all 8.  1 - 39 * 8 / 1216
    found = krippendorff(units(*_NOMINAL))
    assert found.alpha == pytest.approx(float(1 - Fraction(39 * 8, 1216)))
    assert round(found.alpha or 0, 3) == 0.743
    assert (found.units, found.values) == (11, 40)


def test_perfect_and_systematic() -> None:
    assert krippendorff(units("112", "112")).alpha == 1
    # 2 values each; all 4 pairs disagree: 1 - 3 * 4 / (16 - 8) = -0.5
    assert krippendorff(units("12", "21")).alpha == pytest.approx(-0.5)


def test_not_defined() -> None:
    assert krippendorff([]) == Agreement(None, 0, 0, None)
    assert krippendorff(units("1..", ".21")) == Agreement(None, 0, 0, None)
    assert krippendorff(units("11", "11")) == Agreement(None, 2, 4, 1.0)


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=4), max_size=8))
def test_names_and_order_do_not_matter(found: list[list[str | None]]) -> None:
    turned = [[value and value * 2 for value in reversed(unit)] for unit in reversed(found)]
    assert krippendorff(found) == krippendorff(turned)
    alpha = krippendorff(found).alpha
    assert alpha is None or -1 <= alpha <= 1
