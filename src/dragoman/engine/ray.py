"""Reports coded by the workers of a Ray cluster: the same map over the same units as locally.

Units go into a Ray dataset window after window, an actor pool codes them, and the outcomes come
back in their order, so that what is written is what the local engine's run writes. Each actor
keeps one process with a reader loaded and the local engine's limits around it: a report that
hangs or eats memory ends that process and fails alone. An actor or node that dies is replaced by
Ray, and its unit is coded again; the tables know nothing of it, for the driver alone writes.
"""

from __future__ import annotations

import logging
import os
import pickle
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from dragoman.engine.error import EngineError
from dragoman.engine.local import READER, Crew, Limits, Outcome, Unit
from dragoman.records import Reading

if TYPE_CHECKING:
    import pyarrow as pa

UNITS_A_WORKER = 128  # in one window: some minutes of work, some 10 MB of reports
_STORE = 256 * 2**20  # bytes of shared memory for units and outcomes under way
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal"}
# whoever reaches Ray's ports runs programs there: one started here answers this machine alone
_HERE_ALONE = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}


class RayEngine:
    """Codes units of reports on Ray and yields their outcomes in order.

    Args:
        workers: how many actors, each taking one core.
        options: keyword arguments of `Reader`, plain data; files that they name must be found
            under the same path on every machine.
        limits: what one report may take.
        address: a running cluster (`HOST:PORT`, or `auto` on one of its machines); None to start
            Ray on this machine for the time of the run.
        units_a_worker: units of one window for each worker; readers are loaded once a window.
        codebook: version that every worker must code with; None where any will do.
        reader: where each worker finds the class that reads, as `module:name`.

    Raises:
        EngineError: Ray is not installed.
    """

    def __init__(
        self,
        workers: int = 1,
        options: dict[str, Any] | None = None,
        limits: Limits | None = None,
        address: str | None = None,
        units_a_worker: int = UNITS_A_WORKER,
        codebook: str | None = None,
        reader: str = READER,
    ) -> None:
        self._count = max(1, workers)
        self._coder = (options or {}, limits or Limits(), reader)
        self._address = address
        self._codebook = codebook
        self._window = self._count * units_a_worker
        _import_ray(address)

    def map(self, units: Iterable[Unit]) -> Iterator[list[Outcome]]:
        """Yield, for each unit and in order, what became of each of its reports.

        Raises:
            EngineError: the cluster cannot be reached, or its workers cannot code.
        """
        remaining = iter(units)
        with _connected(self._address, self._count):
            while window := list(islice(remaining, self._window)):
                yield from self._code(window)

    def _code(self, window: list[Unit]) -> Iterator[list[Outcome]]:
        data = _import_ray(self._address).data
        coded = data.from_arrow([_block(n, unit) for n, unit in enumerate(window)]).map_batches(
            Coder,
            fn_constructor_args=self._coder,
            batch_size=1,
            batch_format="pyarrow",
            compute=data.ActorPoolStrategy(size=min(self._count, len(window))),
            num_cpus=1,
        )
        for expected, row in enumerate(_rows(coded)):
            found = pickle.loads(row["content"])
            if isinstance(found, EngineError):
                raise found
            if row["order"] != expected:
                raise EngineError("Ray lost the order of the units; nothing more was written")
            self._check(found)
            yield found

    def _check(self, found: list[Outcome]) -> None:
        for one in found:
            if self._codebook and isinstance(one, Reading):
                other = one.pipeline.codebook
                if other != self._codebook:
                    raise EngineError(
                        f"a worker codes with codebook {other}, this run is for {self._codebook}:"
                        " install the same Dragoman and the same codebook on every machine"
                    )


class Coder:
    """What one actor does: a unit in, its outcomes out, by one process within limits.

    Args:
        options: keyword arguments of the reader.
        limits: what one report may take.
        reader: where the class that reads is found.
    """

    def __init__(self, options: dict[str, Any], limits: Limits, reader: str) -> None:
        # the processes below would otherwise run Ray's own program before they begin
        vars(sys.modules["__main__"]).pop("__file__", None)
        self._crew = Crew(1, options, limits, reader)

    def __call__(self, block: pa.Table) -> pa.Table:
        """Code the unit of a block; an error that ends the run is handed back in its place."""
        row = block.to_pylist()[0]
        found: list[Outcome] | EngineError
        try:
            (found,) = self._crew.outcomes(iter([pickle.loads(row["content"])]))
        except EngineError as error:
            found = error
        return _block(row["order"], found)


def _block(order: int, content: object) -> pa.Table:
    import pyarrow as pa

    packed = pickle.dumps(content, protocol=pickle.HIGHEST_PROTOCOL)
    columns = {"order": pa.array([order], pa.int64()), "content": pa.array([packed], pa.binary())}
    return pa.table(columns)


def _rows(coded: Any) -> Iterator[dict[str, Any]]:
    import ray

    try:
        for block in coded.iter_batches(batch_size=1, batch_format="pyarrow", prefetch_batches=0):
            yield block.to_pylist()[0]
    except ray.exceptions.RayError as error:
        told = str(error).strip().splitlines()[-1]
        raise EngineError(f"Ray's workers could not go on: {told}") from error


def _import_ray(address: str | None = None) -> Any:
    """Import Ray, which reads its settings from the environment as it is imported."""
    for name, value in (_QUIET if address else _QUIET | _HERE_ALONE).items():
        os.environ.setdefault(name, value)
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise EngineError(
            "the Ray engine needs Ray, which is not installed: pip install 'dragoman[ray]'"
        ) from error
    return ray


@contextmanager
def _connected(address: str | None, workers: int) -> Iterator[None]:
    """Connect to a cluster, or start one here; leave as found one that runs already."""
    ray = _import_ray(address)
    started = not ray.is_initialized()
    if started:
        _connect(ray, address, workers)
    _set_up(ray.data)
    try:
        yield
    finally:
        if started:
            ray.shutdown()


def _connect(ray: Any, address: str | None, workers: int) -> None:
    own = {"num_cpus": workers, "object_store_memory": _STORE, "include_dashboard": False}
    try:
        _knock(address)
        if address is None:  # it may have been imported before the environment was set
            ray._private.ray_constants.ENABLE_RAY_CLUSTER = False
        with _hushed():
            ray.init(
                address=address or "local",
                log_to_driver=False,
                logging_level=logging.ERROR,
                **({} if address else own),
            )
    except (OSError, ValueError, RuntimeError) as error:
        where = f"at {address}" if address else "on this machine"
        raise EngineError(f"no Ray cluster {where}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    if "AuthToken" in f"{error} {error.__cause__}":
        return "it asks for its token; set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN"
    return str(error).partition("\n")[0]


def _knock(address: str | None) -> None:
    """See whether anybody answers at HOST:PORT; Ray itself asks for minutes."""
    host, _, port = (address or "").removeprefix("ray://").rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), timeout=10).close()


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep what compiled code writes to standard error off the terminal; errors are raised."""
    kept = os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def _set_up(data: Any) -> None:
    context = data.DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = True
    for name in ("ray.data", "ray.train", "ray"):
        logging.getLogger(name).setLevel(logging.ERROR)
