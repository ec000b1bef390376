"""A report that takes too long is kept aside; those after it are read."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from typing import Any, cast

import pytest

from dragoman.cli.limit import TimeIsUpError, at_most, outcomes
from dragoman.records import Report
from dragoman.sources import Failure


class _Reader:
    """Takes for ever over one report, and catches every error, as extractors may."""

    def outcomes(self, reports: list[Report]) -> Iterator[Any]:
        for report in reports:
            while report.id == "slow":
                try:
                    time.sleep(0.01)
                except Exception:
                    continue
            yield report.id


def test_a_slow_report_loses_no_other() -> None:
    reports = [Report(id=name, text="words") for name in ("first", "slow", "last")]
    first, slow, last = outcomes(cast(Any, _Reader()), reports, 0.2)
    assert [str(first), str(last)] == ["first", "last"]
    assert isinstance(slow, Failure)
    assert slow.report == "slow"
    assert "more than 0.2 seconds (5 characters)" in slow.reason
    assert "--seconds" in slow.reason


def test_the_alarm_is_taken_back() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(TimeIsUpError), at_most(0.05):
        time.sleep(1)
    with at_most(5):
        pass
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    assert signal.getsignal(signal.SIGALRM) is before
    with at_most(0):
        assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
