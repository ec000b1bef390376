"""A sample fits what was printed, whatever the clock and the machine, and nothing else."""

from tests.docs.samples import fits


def test_a_sample_fits_whatever_the_clock_says() -> None:
    sample = "3 reports a second, in 0.8 s\n2026-03-01T10:00:00+00:00  /tmp/one/a.csv\n"
    assert fits(sample, "3 reports a second, in 12.3 s\n2027-01-09T11:22:33+00:00  /home/x/a.csv\n")


def test_the_width_of_columns_and_bars_of_progress_do_not_count() -> None:
    assert fits("a  b\n1  2\n", "coding ━━━━ 3/3\na    b  \n1    2  \n\n")


def test_another_figure_or_another_line_does_not_fit() -> None:
    assert not fits("63 reports\n", "64 reports\n")
    assert not fits("one\n", "one\ntwo\n")
    assert not fits("a day: 2026-03-01\n", "a day: 2026-03-02\n")


def test_what_was_left_out_may_be_anything_but_the_rest_is_in_its_order() -> None:
    assert fits("first\n…\nlast\n", "first\nsecond\nthird\nlast\n")
    assert fits("first …\n", "first and more\nand more\n")
    assert not fits("last\n…\nfirst\n", "first\nsecond\nlast\n")
