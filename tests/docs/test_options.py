"""Every line `dragoman …` of every guide, run or not, names a command and options that exist."""

import re
import shlex
from pathlib import Path

import click
import pytest
import typer

from dragoman.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
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


def _whole(text: str) -> str:
    """Join the lines of a command that goes on over several."""
    return re.sub(r" *\\\n *", " ", text)


def wrong_words(line: str) -> list[str]:
    """Return the words of a line that the program does not know as a command or option."""
    words = shlex.split(re.split(r" [|>] ", line)[0], comments=True)[1:]
    command: click.Command = typer.main.get_command(app)
    while inner := getattr(command, "commands", None):
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


def test_lines_are_found_and_wrong_words_are_told() -> None:
    assert len(lines()) > 50
    assert wrong_words("dragoman read a.txt --no-such-thing 1") == ["--no-such-thing"]
    assert wrong_words("dragoman rede a.txt") == ["rede"]
