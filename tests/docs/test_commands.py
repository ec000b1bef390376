"""Every fenced ```sh and ```python block of the README and the guides runs.

The pages run one after another in one temporary folder, as a reader would go through them: each sh
block under `sh -e`, the python blocks of a page in one process. A block that is not run has
`<!-- not run: why -->` on the line before it.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["docs/tutorial.md", "docs/how-to.md", "docs/explanation.md", "docs/review.md", "README.md"]
BLOCK = re.compile(
    r"(?:<!-- not run: (?P<why>[^>]*) -->\n)?```(?P<kind>sh|python)\n(?P<body>.*?)```", re.S
)


def blocks(page: str) -> list[tuple[str, str]]:
    """Return the kind and body of each block of a page that is to run, in order."""
    found = BLOCK.finditer((ROOT / page).read_text("utf-8"))
    return [(one["kind"], one["body"]) for one in found if not one["why"]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a checkout has, and a report of the reader's own."""
    folder = tmp_path_factory.mktemp("reader")
    for name in ("examples", "codebook", "bench"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "examples" / "port-visit.txt", folder / "report.txt")
    return folder


def environment() -> dict[str, str]:
    tools = Path(sys.executable).parent
    return {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "OMP_NUM_THREADS": "1",
    }


def run(command: list[str], folder: Path, body: str) -> None:
    done = subprocess.run(
        command,
        check=False,
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"{body}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES)
def test_every_block_runs(page: str, folder: Path) -> None:
    python = ""
    for kind, body in blocks(page):
        if kind == "sh":
            run(["sh", "-e", "-c", body], folder, body)
        else:
            python += body
    if python:
        run([sys.executable, "-c", python], folder, python)


@pytest.mark.parametrize("page", PAGES)
def test_no_command_hides_outside_a_block(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert not re.search(r"^    \S*(dragoman|make) ", text, re.M), "fence it, so that it is run"


def test_blocks_are_found() -> None:
    assert len(blocks("docs/tutorial.md")) >= 7
    assert all(
        re.search(r"\w", one["why"] or "x")
        for p in PAGES
        for one in BLOCK.finditer((ROOT / p).read_text())
    )
