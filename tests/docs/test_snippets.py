"""The pieces of YAML that a guide shows are what the program takes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from typer.testing import CliRunner

from dragoman.cli.app import app
from tests.docs.pages import PAGES, ROOT, text_of

YAML = re.compile(r"^```yaml\n(.*?)^```$", re.S | re.M)


def test_the_codebook_guide_shows_a_type_file_and_examples_that_are_taken(tmp_path: Path) -> None:
    type_file, examples = YAML.findall(text_of("docs/codebook.md"))
    codebook = tmp_path / "codebook"
    shutil.copytree(ROOT / "codebook", codebook)
    for written in (codebook / "examples").iterdir():
        written.unlink()  # they have modes that the guide's shorter file has not
    (codebook / "plover" / "CONSULT.yaml").write_text(type_file, "utf-8")
    (codebook / "examples" / "shown.yaml").write_text(examples, "utf-8")
    told = CliRunner().invoke(app, ["codebook", "check", "--codebook", str(codebook)])
    assert told.exit_code == 0, told.output
    (codebook / "examples" / "shown.yaml").write_text(
        examples.replace("CONSULT", "CONSUL"), "utf-8"
    )
    told = CliRunner().invoke(app, ["codebook", "check", "--codebook", str(codebook)])
    assert "shown.yaml" in told.output, "a mistake in them would have been told"


def test_no_other_yaml_is_shown() -> None:
    shown = {page for page in PAGES if YAML.search(text_of(page))}
    assert shown == {"docs/codebook.md"}, "try what another page shows, too"
