"""Matrix products keep to one core while a report is coded, and no longer."""

from __future__ import annotations

from threadpoolctl import threadpool_info

from dragoman.language.threads import one_core


def _threads() -> list[int]:
    return [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]


def test_one_core_is_used_inside_and_as_many_as_before_after() -> None:
    before = _threads()
    with one_core():
        assert _threads()
        assert set(_threads()) == {1}
        with one_core():
            pass
        assert set(_threads()) == {1}
    assert _threads() == before
