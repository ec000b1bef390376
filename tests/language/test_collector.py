"""The collector of cyclic garbage is held back while a report is read, and only then."""

import gc

import pytest

from dragoman.language.collector import collector_paused


@collector_paused()
def _fail() -> None:
    raise ValueError(f"collecting: {gc.isenabled()}")


def test_it_goes_on_after_an_error() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError, match="collecting: False"):
        _fail()
    assert gc.isenabled()


def test_one_pause_within_another_ends_none() -> None:
    with collector_paused():
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_stays_off_where_it_was_off() -> None:
    gc.disable()
    try:
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
