"""Every fenced ```sh and ```python block of every page runs, and prints what the page shows.

Each page is gone through as a reader would, in a folder of its own: its sh blocks in one shell
(`sh -e`), so that a server started in one block can be asked in the next, then its python blocks in
one process. A block that is not run has `<!-- not run: why -->` on the line before it. A ```text or
```json block right below one shows what it prints; where that was shortened there is an ellipsis.

    WRITE_SAMPLES=1 pytest tests/docs/test_commands.py

puts what is printed now in the place of every sample that is whole.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, Block, blocks, text_of, to_run
from tests.docs.samples import fits, plain, write_anew

INGEST = "dragoman ingest examples/corpus/reports.jsonl --archive archive"
PORT = "8000"
SECONDS = 400


def environment() -> dict[str, str]:
    tools = Path(sys.executable).parent
    return {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "OMP_NUM_THREADS": "1",
        "COLUMNS": "100",
        "PYTHONUNBUFFERED": "1",
    }


def free_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


def run(command: list[str], folder: Path, out: Path) -> None:
    """Run to the end, then end what was left running in the background."""
    with (out / "rest").open("wb") as rest:
        started = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=rest,
            stderr=rest,
            start_new_session=True,
        )
        try:
            code = started.wait(SECONDS)
        finally:
            _end_group(started)
    assert code == 0, _last(out)


def _end_group(started: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(started.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    started.wait()


def _last(out: Path) -> str:
    """Return what the last block that was begun wrote, and what was written outside of blocks."""
    written = sorted(out.glob("[0-9]*"))[-1:]
    return "\n".join(one.read_text("utf-8", "replace") for one in [*written, out / "rest"])


def in_shell(parts: list[Block], folder: Path, out: Path) -> None:
    """Run the sh blocks of a page in one shell, each writing into a file of its own."""
    port = free_port()
    script = "".join(
        f'exec >"{out}/{number:03d}" 2>&1\n{block.body.replace(PORT, port)}'
        for number, block in enumerate(parts)
    )
    run(["sh", "-e", "-c", script], folder, out)


def in_python(parts: list[Block], folder: Path, out: Path) -> None:
    """Run the python blocks of a page in one process, each writing into a file of its own."""
    program = "import sys\n" + "".join(
        f'sys.stdout = open(r"{out}/{number:03d}", "w", encoding="utf-8")\n{block.body}'
        for number, block in enumerate(parts)
    )
    run([sys.executable, "-c", program], folder, out)


def checkout(folder: Path) -> Path:
    """Lay out what a reader has: the checkout's folders, and a report of their own."""
    folder.mkdir(exist_ok=True)
    for name in ("examples", "codebook", "bench", "fuzz"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "examples" / "port-visit.txt", folder / "report.txt")
    return folder


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive that most pages begin with, coded once: what they ingest is known then."""
    folder = checkout(tmp_path_factory.mktemp("made"))
    out = tmp_path_factory.mktemp("made-out")
    run(["sh", "-e", "-c", f'exec >"{out}/000" 2>&1\n{INGEST}'], folder, out)
    return folder / "archive"


def pages_with_blocks() -> list[str]:
    return [page for page in PAGES if to_run(page, "sh") or to_run(page, "python")]


@pytest.mark.parametrize("page", pages_with_blocks())
def test_every_block_runs_and_prints_what_is_shown(
    page: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = checkout(tmp_path / "reader")
    if INGEST in text_of(page) and page != "docs/tutorial.md":
        shutil.copytree(request.getfixturevalue("archive"), folder / "archive")
    made: list[tuple[Block, str]] = []
    for kind, go in (("sh", in_shell), ("python", in_python)):
        parts = to_run(page, kind)
        out = tmp_path / kind
        out.mkdir()
        if parts:
            go(parts, folder, out)
        made += [(block, (out / f"{n:03d}").read_text("utf-8")) for n, block in enumerate(parts)]
    if os.environ.get("WRITE_SAMPLES"):
        write_anew(page, made)
        return
    for block, printed in made:
        if block.sample is not None:
            assert fits(block.sample, printed), f"{block.body}\nprints\n{plain(printed)}"


@pytest.mark.parametrize("page", [page for page in PAGES if INGEST in text_of(page)])
def test_a_page_makes_its_archive_before_it_asks_it(page: str) -> None:
    asked = next(one for one in to_run(page, "sh") if "--archive archive" in one.body)
    assert INGEST in asked.body, "a reader may begin with any page"


@pytest.mark.parametrize("page", PAGES)
def test_no_command_hides_outside_a_block(page: str) -> None:
    hidden = re.findall(r"^    (?:\S*dragoman|make|python|pip) .*", text_of(page), re.M)
    assert hidden == [], "fence it, so that it is run"


@pytest.mark.parametrize("page", PAGES)
def test_every_sample_stands_right_below_its_command(page: str) -> None:
    shown = re.findall(r"^```(?:text|json)$", text_of(page), re.M)
    assert len(shown) == sum(one.sample is not None for one in blocks(page))
    assert not re.search(r"^```$(?=\n[^\n])", _bodies(page), re.M), "a fence of no kind is not run"


def _bodies(page: str) -> str:
    """Return a page without its fenced blocks that have a kind."""
    return re.sub(r"^```\w+\n.*?^```$", "", text_of(page), flags=re.S | re.M)


def test_what_is_not_run_says_why() -> None:
    kept = [one for page in PAGES for one in blocks(page) if one.why is not None]
    assert all(re.search(r"\w{3}", one.why or "") for one in kept)


def test_blocks_are_found() -> None:
    assert len(to_run("docs/tutorial.md", "sh")) >= 7
    assert len(pages_with_blocks()) >= 10
