"""Every command of every guide, run or not, in a block or within a sentence, is one that exists.

A line or an inline `dragoman …` names a command and options of the program, `python bench/….py` a
script and options that it takes, `make …` a target.
"""

import re
import shlex
from pathlib import Path

import click
import pytest
import typer

from dragoman.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINE = re.compile(r"^ *dragoman [a-z].*$", re.M)
FENCED = re.compile(r"```(?!sh)\w+\n.*?```", re.S)


def lines() -> list[tuple[str, str]]:
    """Return the page and text of each line of a guide that starts with the program's name."""
    return [
        (page.name, found[0].strip())
        for page in PAGES
        for found in LINE.finditer(_whole(FENCED.sub("", page.read_text("utf-8"))))
        if found[0].startswith(" " * 4) or not found[0].startswith(" ")
    ]


INLINE = re.compile(r"`((?:dragoman|python|make) [^`]+)`")
SCRIPT = re.compile(r"python ((?:bench|fuzz)/\w+\.py)([^#|>]*)")
TARGET = re.compile(r"(?:^|`)make ([a-z-]+)", re.M)


def inline() -> list[tuple[str, str]]:
    """Return the page and text of each command that stands within a sentence or a cell."""
    return [
        (page.name, " ".join(found[1].split()))
        for page in PAGES
        for found in INLINE.finditer(FENCED.sub("", page.read_text("utf-8")))
    ]


def scripts() -> list[tuple[str, str, str]]:
    """Return the page, script and words behind it of each `python bench/….py`, fenced or not."""
    return [
        (page.name, found[1], found[2])
        for page in PAGES
        for found in SCRIPT.finditer(
            " ".join(re.sub(r"`|\n```", "#", _whole(page.read_text("utf-8"))).split("\n"))
        )
    ]


def targets() -> list[tuple[str, str]]:
    """Return the page and name of each target of make that a page tells to make."""
    return [
        (page.name, found[1])
        for page in PAGES
        for found in TARGET.finditer(page.read_text("utf-8"))
    ]


def _whole(text: str) -> str:
    """Join the lines of a command that goes on over several."""
    return re.sub(r" *\\\n *", " ", text)


def wrong_words(line: str, *, within: bool = False) -> list[str]:
    """Return the words of a line that the program does not know as a command or option.

    Args:
        line: the command.
        within: it stands within a sentence.
    """
    words = shlex.split(re.split(r" [|>] ", line)[0], comments=True)[1:]
    command: click.Command = typer.main.get_command(app)
    while inner := getattr(command, "commands", None):
        if not words and within:
            break  # a sentence may name a group as such
        if words and words[0].startswith("-") and getattr(command, "invoke_without_command", False):
            break  # the group lists by itself
        if not words or words[0] not in inner:
            return words[:1] or ["(no command)"]
        command = inner[words.pop(0)]
    known = {"--help"}.union(*((*one.opts, *one.secondary_opts) for one in command.params))
    options = [word.split("=")[0] for word in words if word.startswith("--")]
    return [option for option in options if option not in known]


@pytest.mark.parametrize(("page", "line"), lines())
def test_commands_and_options_exist(page: str, line: str) -> None:
    assert wrong_words(line) == [], page


@pytest.mark.parametrize(
    ("page", "line"), [one for one in inline() if one[1].startswith("dragoman ")]
)
def test_commands_within_a_sentence_exist(page: str, line: str) -> None:
    assert line == "dragoman --version" or wrong_words(line.replace("…", ""), within=True) == [], (
        page
    )


@pytest.mark.parametrize(("page", "script", "words"), scripts())
def test_scripts_and_their_options_exist(page: str, script: str, words: str) -> None:
    program = (ROOT / script).read_text("utf-8")
    options = re.findall(r"--[a-z][\w-]*", words)
    assert [option for option in options if f'"{option}"' not in program] == [], page


def test_targets_of_make_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    missing = [one for one in targets() if not re.search(rf"^{one[1]}:", makefile, re.M)]
    assert missing == []
    assert len(targets()) > 10


def test_lines_are_found_and_wrong_words_are_told() -> None:
    assert len(lines()) > 50
    assert len(inline()) > 30
    assert len(scripts()) > 20
    assert wrong_words("dragoman read a.txt --no-such-thing 1") == ["--no-such-thing"]
    assert wrong_words("dragoman rede a.txt") == ["rede"]
