"""Read hostile files by the command line's own way and tell how each class fared.

    python fuzz/hostile.py --count 5000
    python fuzz/hostile.py --only nested_pages,deep_json --count 50 --json

The files are made by class and number, the same each time. Each class is read by a process of
its own, whose time for each file and greatest memory are measured; a process that dies or takes
longer than the watch allows is noted and the class goes on with the next file. The code is 1
where a report took over ten seconds, a process over a gigabyte, or a process ended.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SLOW = 10.0  # seconds of the processor that a report, or a refusal, may take
LARGE = 1024.0  # megabytes a process may take
WATCH = 180.0  # seconds after which a process is ended: a file may hold many reports
HEAVY = {"lines_of_10_mb": 30, "million_columns": 30, "pack_bombs": 40, "warc_bombs": 20}
HEAVY |= {"parquet_bombs": 12, "crowded_pages": 60, "nested_pages": 60, "deep_json": 60}
HEAVY |= {"zips": 40, "long_lines": 60, "nested_feeds": 60}
sys.path.insert(0, str(HERE))

Made = tuple[str, bytes]
Maker = Callable[[random.Random], Made]


def classes() -> dict[str, Maker]:
    """Return the makers of hostile files by the name of their class."""
    import hostile_files
    import hostile_text

    return {make.__name__: make for make in (*hostile_text.CLASSES, *hostile_files.CLASSES)}


def shares(names: list[str], count: int) -> dict[str, int]:
    """Return how many files of each class make up so many; the heavy classes have fewer."""
    few = {n: min(HEAVY[n], max(1, count // len(names))) for n in names if n in HEAVY}
    light = [n for n in names if n not in few]
    rest = count - sum(few.values())
    even = {n: rest // len(light) + (i < rest % len(light)) for i, n in enumerate(light)}
    return {n: few.get(n, even.get(n, 0)) for n in names}


def make(name: str, number: int) -> Made:
    """Return the name and the bytes of one file, always the same."""
    made, data = classes()[name](random.Random(f"{name} {number}"))
    return made, data


def read_all(files: Iterator[bytes]) -> None:
    """Read files named on standard input; tell of each on standard output (in the child)."""
    from dragoman.reader import Reader

    reader = Reader()
    reader.read("The council met the union in Nairobi.")  # loads what is loaded once
    for line in files:
        told = _read_one(json.loads(line), reader)
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def _read_one(file: str, reader: Any) -> dict[str, Any]:
    """Read one file; return what came out, and the longest time for one report or refusal."""
    from rich.console import Console

    from dragoman.records import Reading, Report
    from dragoman.sources import read_files
    from dragoman.terminal import show

    told: dict[str, Any] = {"readings": 0, "failures": 0, "secret": False}
    told |= {"reason": None, "coding": 0}
    watch = Watch()
    for found in read_files([file]):
        one = next(reader.outcomes([found])) if isinstance(found, Report) else found
        if isinstance(one, Reading):
            told["readings"] += 1
            told["secret"] |= "dragoman-secret" in one.to_json()
            show(one, Console(file=StringIO(), highlight=False))
        else:
            told["failures"] += 1
            told["reason"] = told["reason"] or str(one)[-200:]
            told["coding"] += "could not be coded" in str(one)
        watch.tick()
    watch.tick()
    told["seconds"], told["waited"] = watch.processor, watch.clock
    told["megabytes"] = _greatest_memory()
    return told


class Watch:
    """The longest time between two ticks, of the processor and by the clock, in seconds.

    On a machine that others use, the clock tells mostly of them.
    """

    def __init__(self) -> None:
        self.processor = self.clock = 0.0
        self._last = (time.process_time(), time.monotonic())

    def tick(self) -> None:
        """Note the time since the tick before."""
        now = (time.process_time(), time.monotonic())
        self.processor = max(self.processor, now[0] - self._last[0])
        self.clock = max(self.clock, now[1] - self._last[1])
        self._last = now


def _greatest_memory() -> float:
    """Return the most memory this process ever held, in megabytes.

    Linux says it of this program alone; elsewhere what the parent held may count, too.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


class Child:
    """A process that reads files, one after another."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", __file__, "--child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )

    def read(self, file: str) -> dict[str, Any] | str:
        """Have a file read; return what is told of it, or how the process ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(file).encode() + b"\n")
        self._process.stdin.flush()
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._process.stdout, selectors.EVENT_READ)
            if not waiting.select(WATCH):
                self.end()
                return "hung"
        line = self._process.stdout.readline()
        if line:
            return dict(json.loads(line))
        return f"ended with code {self._process.wait()}"

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


def run_class(name: str, count: int) -> dict[str, Any]:
    """Make and read the files of one class; return how they fared."""
    told: dict[str, Any] = {"class": name, "files": count, "readings": 0, "failures": 0}
    told |= {
        "slowest": 0.0,
        "slowest_file": None,
        "waited": 0.0,
        "megabytes": 0.0,
        "ended": [],
        "uncoded": [],
    }
    told["leaks"] = []
    child = Child()
    with tempfile.TemporaryDirectory(prefix="dragoman-hostile-") as folder:
        (Path(folder) / "secret").write_text("dragoman-secret-that-no-report-may-hold " * 9)
        for number in range(count):
            file = write(Path(folder), name, number)
            found = child.read(file)
            Path(file).unlink()
            if isinstance(found, str):
                told["ended"].append(f"{number}: {found}")
                child.end()
                child = Child()
            else:
                _add(told, number, found)
    child.end()
    return told


def write(folder: Path, name: str, number: int) -> str:
    """Write one file into a folder; return its path."""
    stem, data = make(name, number)
    file = os.path.join(folder, stem)
    with open(file, "wb") as out:
        out.write(data.replace(b"SECRETFILE", str(folder / "secret").encode()))
    return file


def _add(told: dict[str, Any], number: int, found: dict[str, Any]) -> None:
    told["readings"] += found["readings"]
    told["failures"] += found["failures"]
    told["megabytes"] = round(max(told["megabytes"], found["megabytes"]))
    told["waited"] = round(max(told["waited"], found["waited"]), 2)
    if found["seconds"] > told["slowest"]:
        told["slowest"], told["slowest_file"] = round(found["seconds"], 2), number
    if found["coding"]:
        told["uncoded"].append(f"{number}: {found['reason']}")
    if found["secret"]:
        told["leaks"].append(number)


def is_good(told: dict[str, Any]) -> bool:
    """Whether a class was read without a crash, a hang, too much memory or a leak."""
    quick = told["slowest"] <= SLOW and told["megabytes"] <= LARGE
    return bool(quick and not told["ended"] and not told["uncoded"] and not told["leaks"])


def main() -> int:
    """Read the hostile files that the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--only", help="classes, with commas between them")
    parser.add_argument("--json", action="store_true", help="one JSON object a class, then the sum")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        read_all(iter(sys.stdin.buffer))
        return 0
    names = given.only.split(",") if given.only else list(classes())
    done = []
    for name, count in shares(names, given.count).items():
        done.append(run_class(name, count))
        print(json.dumps(done[-1]) if given.json else _line(done[-1]), flush=True)
    total = _total(done)
    print(json.dumps(total) if given.json else _line(total), flush=True)
    return int(not is_good(total))


def _total(done: list[dict[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {"class": "all"}
    for key in ("files", "readings", "failures"):
        made[key] = sum(told[key] for told in done)
    worst = max(done, key=lambda told: told["slowest"])
    made |= {"slowest": worst["slowest"], "slowest_file": worst["class"]}
    made["waited"] = max(told["waited"] for told in done)
    made["megabytes"] = max(told["megabytes"] for told in done)
    for key in ("ended", "uncoded", "leaks"):
        made[key] = [f"{told['class']} {what}" for told in done for what in told[key]]
    return made


def _line(told: dict[str, Any]) -> str:
    head = (
        f"{told['class']:18} {told['files']:>5} files {told['readings']:>6} read"
        f" {told['failures']:>7} refused {told['slowest']:>7.2f} s {told['megabytes']:>5} MB"
    )
    bad = [*told["ended"], *told["uncoded"], *(f"leak {n}" for n in told["leaks"])]
    return "\n  ".join([head, *map(str, bad)])


if __name__ == "__main__":
    sys.exit(main())
