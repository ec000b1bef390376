"""Time and peak memory of each export of an archive, each in a process of its own.

python bench/exports.py ARCHIVE [ARCHIVE …] [--to FORMAT …]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from dragoman.export.registry import FORMATS


def measure(archive: Path, name: str) -> dict[str, float]:
    """Return seconds, peak resident memory in MB and size in MB of an export."""
    with tempfile.TemporaryDirectory() as out:
        given = [
            "-c",
            "from dragoman.cli import main; main()",
            "export",
            "--archive",
            str(archive),
            "--to",
            name,
            "--out",
            out,
        ]
        begun = time.perf_counter()
        child = os.posix_spawn(sys.executable, [sys.executable, *given], os.environ)
        _, status, used = os.wait4(child, 0)
        if status:
            raise SystemExit(f"the export to {name} failed")
        size = (Path(out) / FORMATS[name].file).stat().st_size
    seconds = time.perf_counter() - begun
    told = {"seconds": seconds, "peak_mb": used.ru_maxrss / 1024, "file_mb": size / 1e6}
    return {key: round(value, 1) for key, value in told.items()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("archive", type=Path, nargs="+")
    options.add_argument("--to", nargs="+", default=list(FORMATS), choices=list(FORMATS))
    chosen = options.parse_args()
    for archive in chosen.archive:
        print(json.dumps({str(archive): {name: measure(archive, name) for name in chosen.to}}))


if __name__ == "__main__":
    main()
