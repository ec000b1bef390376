"""The documentation's site: complete, and built without one warning."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from dragoman.records import EventType

ROOT = Path(__file__).parents[2]


def _made() -> Any:
    spec = importlib.util.spec_from_file_location("made_pages", ROOT / "docs" / "made_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return dict(_made().pages())


def _named(nav: Any) -> set[str]:
    if isinstance(nav, str):
        return {nav}
    inner = nav.values() if isinstance(nav, dict) else nav
    return set().union(*(_named(part) for part in inner))


def test_each_event_type_has_a_page_with_entries_and_examples(pages: dict[str, str]) -> None:
    for event_type in get_args(EventType):
        text = pages[f"reference/types/{event_type}.md"]
        assert text.count("\n- `") > 3, event_type
        assert "## Examples" in text, event_type


def test_every_command_is_told_with_an_example(pages: dict[str, str]) -> None:
    parts = pages["reference/commands.md"].split("\n## ")[1:]
    assert {"dragoman read", "dragoman ingest", "dragoman review correct"} <= {
        part.split("\n")[0] for part in parts
    }
    without = [part.split("\n")[0] for part in parts if "Example" not in part]
    assert without == []


def test_every_page_is_in_the_navigation(pages: dict[str, str]) -> None:
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = _named(yaml.safe_load(settings)["nav"])
    docs = ROOT / "docs"
    written = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")}
    assert listed == written | set(pages)


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="mkdocs is not installed: the extra docs brings it")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "https://fonts" not in (tmp_path / "index.html").read_text(encoding="utf-8")
