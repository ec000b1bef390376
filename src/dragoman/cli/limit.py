"""A limit of time for what runs in this process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dragoman.records import Reading, Report
from dragoman.sources.base import Failure

if TYPE_CHECKING:
    from types import FrameType

    from dragoman.reader import Reader


class TimeIsUpError(BaseException):
    """Raised amid whatever runs; no error for that to catch and go on."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """End what runs inside after so many seconds of wall time; 0 for no limit.

    Where the system has no alarms (Windows), or outside the main thread, there is no limit.

    Raises:
        TimeIsUpError: the time is up.
    """
    main = threading.current_thread() is threading.main_thread()
    if not seconds or not main or not hasattr(signal, "setitimer"):
        yield
        return

    def end(_: int, __: FrameType | None) -> None:
        raise TimeIsUpError

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def outcomes(
    reader: Reader, reports: Iterable[Report], seconds: float
) -> Iterator[Reading | Failure]:
    """Yield what became of each report, in order; one that takes too long is a failure.

    Args:
        reader: reads them.
        reports: the reports.
        seconds: that each may take; 0 for no limit.
    """
    for report in reports:
        try:
            with at_most(seconds):
                found = list(reader.outcomes([report]))
        except TimeIsUpError:
            size = f"{len(report.text):,} characters"
            reason = f"took more than {seconds:g} seconds ({size}); give it more with --seconds"
            found = [Failure("report", reason, report=report.id)]
        yield from found
