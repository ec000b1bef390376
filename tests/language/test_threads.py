"""Matrix products keep to one core while a report is coded, and no longer."""

from __future__ import annotations

from dragoman.language.threads import _controller, one_core


def _threads() -> list[int]:
    """Return the threads of the libraries that are held: another one may be loaded since."""
    return [one["num_threads"] for one in _controller().info() if one["user_api"] == "blas"]


def test_one_core_is_used_inside_and_as_many_as_before_after() -> None:
    before = _threads()
    with one_core():
        assert _threads()
        assert set(_threads()) == {1}
        with one_core():
            pass
        assert set(_threads()) == {1}
    assert _threads() == before
