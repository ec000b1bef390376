"""Builds the packages, installs them as a user would, and runs them with the network cut off.

    python bench/install.py [--pythons python3.11 python3.12 python3.13] [--json]

For each Python a fresh environment gets the wheel alone, then its extras `archive` and `web`; after
that no network is to be seen (`unshare -n`, Linux; told where it cannot be had). The wheel is made
from the sdist, so that both hold all they need. Installing takes packages from pip's index. Sizes
are of what pip put into site-packages, without pip itself.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "examples" / "corpus" / "reports.jsonl"
REPORT = ROOT / "examples" / "port-visit.txt"
PYTHONS = ("python3.11", "python3.12", "python3.13")
REPORTS = 6
MOST_MEGABYTES = 600
SERVED = """
import subprocess, sys, time, urllib.request
server = subprocess.Popen(sys.argv[1:])
try:
    for _ in range(300):
        time.sleep(0.2)
        if server.poll() is not None:
            sys.exit("the server ended by itself")
        try:
            page = urllib.request.urlopen("http://127.0.0.1:8765/", timeout=20).read().decode()
        except OSError:
            continue
        sys.exit(0 if "<h1" in page else "no page came")
    sys.exit("no answer in a minute")
finally:
    server.terminate()
    server.wait()
"""
CLIENT = """
from dragoman import Reading, read

reading: Reading = read("Kenya thanked Uganda.", published="2026-03-02")
types: list[str] = [event.type for event in reading.events]
assert types, "nothing was read"
"""


class CheckError(Exception):
    """A command of a check failed; the text is what it wrote last."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pythons", nargs="+", default=PYTHONS, help="those not found are named")
    options.add_argument("--json", action="store_true", help="print the figures as JSON")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sdist, wheel = build(folder / "dist")
        told = {
            "sdist_mb": megabytes(sdist),
            "wheel_mb": megabytes(wheel),
            "network_cut_off": bool(alone()),
            "pythons": {python: check(python, wheel, folder) for python in chosen.pythons},
        }
    print(json.dumps(told, indent=1) if chosen.json else table(told))
    found = [one for one in told["pythons"].values() if one]
    return 0 if found and all(good(one) for one in found) else 1


def build(dist: Path) -> tuple[Path, Path]:
    """Make the sdist from the checkout, then the wheel from the sdist."""
    hatchling = [sys.executable, "-m", "hatchling", "build", "-d", str(dist)]
    run([*hatchling, "-t", "sdist"], ROOT)
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as packed:
        packed.extractall(dist / "unpacked", filter="data")
    (unpacked,) = (dist / "unpacked").iterdir()
    run([*hatchling, "-t", "wheel"], unpacked)
    (wheel,) = dist.glob("*.whl")
    return sdist, wheel


def check(python: str, wheel: Path, folder: Path) -> dict[str, object]:
    """Install and run under one Python; return sizes and what each check came to, or nothing."""
    if not runs(python):
        return {}
    home = Path(tempfile.mkdtemp(dir=folder))
    run([python, "-m", "venv", str(home / "venv")], home)
    binaries = home / "venv" / "bin"
    told: dict[str, object] = {"version": run([str(binaries / "python"), "-V"], home).split()[1]}
    for extra, checks in (("", core(binaries)), ("[archive,web]", full(binaries))):
        run([str(binaries / "python"), "-m", "pip", "install", "-q", f"{wheel}{extra}"], home)
        (packages,) = (home / "venv" / "lib").glob("python*/site-packages")
        told[f"installed_mb{extra}"] = installed(packages)
        for name, command, extra_environment in checks:
            told[name] = outcome(command, home, extra_environment)
            print(f"{told['version']}: {name}: {told[name]}", file=sys.stderr, flush=True)
    return told


Check = tuple[str, list[str], Mapping[str, str]]


def runs(python: str) -> bool:
    """Tell whether a Python is there and starts: version managers leave names that do not."""
    asked = [python, "-c", "pass"]
    return bool(shutil.which(python)) and not subprocess.run(asked, check=False).returncode


def core(binaries: Path) -> Iterator[Check]:
    """Yield the checks that the wheel alone has to pass."""
    dragoman = str(binaries / "dragoman")
    words = {"_DRAGOMAN_COMPLETE": "complete_bash", "COMP_WORDS": "dragoman re", "COMP_CWORD": "1"}
    client = [str(binaries / "python"), "-c", CLIENT]
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable"]
    yield "read", [dragoman, "read", str(REPORT), "--published", "2026-03-02"], {}
    yield "codebook check", [dragoman, "codebook", "check"], {}
    yield "codebook test", [dragoman, "codebook", "test"], {}
    yield "completion", [dragoman], words
    yield "from Python", client, {}
    yield "types (mypy)", [*mypy, str(binaries / "python"), "-c", CLIENT], {}


def full(binaries: Path) -> Iterator[Check]:
    """Yield the checks that need the extras."""
    dragoman, python = str(binaries / "dragoman"), str(binaries / "python")
    few = CORPUS.read_text(encoding="utf-8").splitlines(keepends=True)[:REPORTS]
    reports = binaries.parent / "reports.jsonl"
    reports.write_text("".join(few), encoding="utf-8")
    at = ["--archive", "archive"]
    serve = [dragoman, "serve", *at, "--port", "8765"]
    yield "ingest", [dragoman, "ingest", str(reports), *at], {}
    yield "events", [dragoman, "events", *at, "--by", "type"], {}
    yield "export", [dragoman, "export", *at, "--to", "csv", "--out", "out/events.csv"], {}
    yield "serve", [python, "-c", SERVED, *serve], {}


def outcome(command: list[str], folder: Path, extra: Mapping[str, str]) -> str:
    """Run a check without a network; return "ok", or the last line of what it wrote."""
    try:
        wrote = run([*alone(), *command], folder, extra)
    except CheckError as error:
        return str(error)
    return "ok" if wrote.strip() or "-c" in command else "wrote nothing"


def alone() -> list[str]:
    """Return the words that start a command where no network is but this machine's own."""
    words = ["unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    try:
        run([*words, "true"], ROOT)
    except (CheckError, OSError):
        return []
    return words


def run(command: list[str], folder: Path, extra: Mapping[str, str] | None = None) -> str:
    """Return what a command wrote; nothing of this checkout is on its path of modules."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        command,
        cwd=folder,
        env={**kept, **(extra or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines() or ["nothing said"]
        raise CheckError(f"exit code {done.returncode}: {lines[-1]}")
    return done.stdout + done.stderr


def megabytes(path: Path) -> int:
    """Return the size of a file, in millions of bytes, rounded."""
    return round(path.stat().st_size / 1e6)


def installed(packages: Path) -> int:
    """Return what the files in site-packages take, in millions of bytes, without pip itself."""
    files = (path for path in packages.rglob("*") if path.is_file() and not path.is_symlink())
    own = ("pip", "setuptools", "pkg_resources")
    kept = (p for p in files if not p.relative_to(packages).parts[0].startswith(own))
    return round(sum(path.stat().st_size for path in kept) / 1e6)


def good(told: Mapping[str, object]) -> bool:
    """Tell whether every check passed and the program, without extras, is small enough."""
    fine = all(v == "ok" for v in told.values() if isinstance(v, str) and v != told["version"])
    size = told["installed_mb"]
    return fine and isinstance(size, int) and size < MOST_MEGABYTES


def table(told: dict[str, object]) -> str:
    """Return the figures as a table in Markdown, a column for each Python."""
    pythons: Mapping[str, Mapping[str, object]] = told["pythons"]  # type: ignore[assignment]
    found = [one for one in pythons.values() if one]
    cut = "cut off" if told["network_cut_off"] else "NOT cut off (no unshare here)"
    lines = [f"sdist {told['sdist_mb']} MB, wheel {told['wheel_mb']} MB; network {cut}"]
    lines += [f"{name}: not on this machine" for name, one in pythons.items() if not one]
    if found:
        lines += ["", "| Python | " + " | ".join(str(one["version"]) for one in found) + " |"]
        lines.append("|---" * (len(found) + 1) + "|")
    for name in (key for key in (found[0] if found else {}) if key != "version"):
        lines.append(f"| {name} | " + " | ".join(str(one[name]) for one in found) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
