"""Fuzz a target, or all of them one after another, for so many seconds each.

    python fuzz/run.py times --seconds 600
    python fuzz/run.py all --seconds 600 --json

With atheris where it is installed (branches are followed), else with edits of the seeds that
hypothesis makes. What is found lies in .cache/fuzz/TARGET/: each kind of error once, with the
bytes that led to it. An error does not end a run; neither does a crash, a hang over ten seconds
or a gigabyte of memory: the target is then started anew for the rest of its time.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import logging
import os
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent
WORK = CHECKOUT / ".cache" / "fuzz"
HANG = 10  # seconds
MEMORY = 1024  # megabytes
LONGEST = 4096  # bytes an input may grow to
MOST_RESTARTS = 40
sys.path.insert(0, str(HERE))


class Watch:
    """Runs a target on one input after another, keeps count, and keeps each error once."""

    def __init__(self, name: str, run: Callable[[bytes], None]) -> None:
        self.run = run
        self.folder = WORK / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.inputs = 0
        self._told = time.monotonic()

    def __call__(self, data: bytes) -> None:
        """Run the target on the bytes."""
        self.inputs += 1
        (self.folder / "running").write_bytes(data) if self.inputs % 500 == 0 else None
        try:
            self.run(data)
        except Exception as error:
            self._keep(data, error)
        if time.monotonic() - self._told > 1:
            self.tell()

    def tell(self) -> None:
        """Write down how many inputs were tried."""
        self._told = time.monotonic()
        (self.folder / f"inputs.{os.getpid()}").write_text(str(self.inputs))

    def _keep(self, data: bytes, error: Exception) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [f for f in frames if "dragoman" in f.filename] or list(frames)
        place = f"{Path(ours[-1].filename).name}:{ours[-1].name}"
        kind = f"{type(error).__name__} in {place}"
        name = hashlib.sha256(kind.encode()).hexdigest()[:10]
        if not (self.folder / f"{name}.error").exists():
            (self.folder / f"{name}.input").write_bytes(data)
            (self.folder / f"{name}.error").write_text(
                f"{kind}\n{str(error)[:2000]}\n{''.join(traceback.format_tb(error.__traceback__))}"
            )


def _child(name: str, seconds: float, engine: str) -> None:
    """Fuzz in this process until the time is over."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    if engine == "atheris":
        _with_atheris(name, seconds)
    else:
        _with_hypothesis(name, seconds)


def _with_atheris(name: str, seconds: float) -> None:
    import atheris
    from targets import TARGETS

    target = TARGETS[name]
    with atheris.instrument_imports(include=list(target.imports), enable_loader_override=False):
        for module in target.imports:
            with contextlib.suppress(ImportError):
                __import__(module)
        for seed in target.seeds():
            with contextlib.suppress(Exception):
                target.run(seed)
    watch = Watch(name, target.run)
    corpus = watch.folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for seed in target.seeds():
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    options = {
        "max_total_time": max(1, int(seconds)), "timeout": HANG, "rss_limit_mb": MEMORY,
        "max_len": LONGEST, "artifact_prefix": f"{watch.folder}/", "verbosity": 0,
        "print_final_stats": 0, "reload": 0,
    }  # fmt: skip
    atheris.Setup(
        [name, *(f"-{key}={value}" for key, value in options.items()), str(corpus)], watch
    )
    atheris.Fuzz()


def _with_hypothesis(name: str, seconds: float) -> None:
    from edits import edited
    from hypothesis import HealthCheck, Phase, given, settings
    from targets import TARGETS

    target = TARGETS[name]
    watch = Watch(name, target.run)
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        number += 1

        @settings(
            max_examples=200,
            database=None,
            deadline=None,
            derandomize=False,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(edited(target.seeds()))
        def some(data: bytes) -> None:
            if time.monotonic() < end:
                watch(data)

        some()
    watch.tell()


def fuzz(name: str, seconds: float, engine: str) -> dict[str, object]:
    """Fuzz one target in processes of its own; return what was tried and found."""
    folder = WORK / name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("inputs.*"):
        old.unlink()
    before = {f.name for f in folder.iterdir()}
    begun, starts = time.monotonic(), 0
    while (rest := seconds - (time.monotonic() - begun)) > 1 and starts < MOST_RESTARTS:
        starts += 1
        command = [sys.executable, __file__, name, "--child", "--seconds", str(rest)]
        command += ["--engine", engine]
        with (folder / "log").open("ab") as log:
            limit = rest + 60
            with contextlib.suppress(subprocess.TimeoutExpired):
                subprocess.run(command, stdout=log, stderr=log, timeout=limit, check=False)
    found = sorted(f for f in folder.iterdir() if f.name not in before)
    errors = [f.read_text().splitlines()[0] for f in found if f.suffix == ".error"]
    stops = [f.name for f in found if f.name.startswith(("crash-", "timeout-", "oom-", "leak-"))]
    return {
        "target": name,
        "engine": engine,
        "seconds": round(time.monotonic() - begun),
        "inputs": sum(int(f.read_text()) for f in folder.glob("inputs.*")),
        "starts": starts,
        "errors": errors,
        "stops": stops,
    }


def _best_engine() -> str:
    try:
        import atheris  # noqa: F401
    except ImportError:
        return "hypothesis"
    return "atheris"


def main() -> int:
    """Fuzz what the command line names; the code is 1 where something was found."""
    from targets import TARGETS

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("target", choices=[*TARGETS, "all"], nargs="+")
    parser.add_argument("--seconds", type=float, default=600.0, help="for each target")
    parser.add_argument("--engine", choices=["atheris", "hypothesis"], default=_best_engine())
    parser.add_argument("--json", action="store_true", help="one JSON object a target")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        _child(given.target[0], given.seconds, given.engine)
        return 0
    names = list(TARGETS) if "all" in given.target else given.target
    code = 0
    for name in names:
        told = fuzz(name, given.seconds, given.engine)
        code = code or int(bool(told["errors"] or told["stops"]))
        print(json.dumps(told) if given.json else _line(told), flush=True)
    return code


def _line(told: dict[str, object]) -> str:
    found = [*told["errors"], *told["stops"]]  # type: ignore[misc]
    head = (
        f"{told['target']:9} {told['seconds']:>5} s {told['inputs']:>9,} inputs, {told['engine']}"
    )
    return "\n  ".join([f"{head}: {len(found) or 'nothing'} found", *map(str, found)])


if __name__ == "__main__":
    sys.exit(main())
