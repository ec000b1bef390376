"""What can be told of the Containerfile without a container engine."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from tests.docs.test_options import wrong_words

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "Containerfile").read_text("utf-8")
STEPS = re.findall(r"^([A-Z]+) (.*)$", re.sub(r" *\\\n *", " ", TEXT), re.M)


def steps(kind: str) -> list[str]:
    return [words for name, words in STEPS if name == kind]


def project() -> dict[str, object]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"])


def test_its_python_is_one_the_program_supports() -> None:
    [image] = steps("FROM")
    found = re.fullmatch(r"docker\.io/library/python:(3\.\d+)-slim", image)
    assert found is not None
    assert f"Programming Language :: Python :: {found[1]}" in str(project()["classifiers"])


def copied() -> list[str]:
    return [name for words in steps("COPY") for name in words.split()[:-1]]


@pytest.mark.parametrize("name", copied())
def test_what_it_copies_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_it_copies_what_the_package_is_built_of() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", str(project()["readme"]), *wheel["force-include"]}
    needed |= {Path(package).parts[0] for package in wheel["packages"]}
    needed |= set(settings["project"]["license-files"])
    assert needed <= set(copied())


def test_what_builds_the_package_is_pinned() -> None:
    """The package is installed without a network, so its build system has to be there before."""
    assert "--no-build-isolation" in TEXT
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    for one in build:
        name = re.split(r"[<>=]", one)[0]
        assert re.search(rf"^{name}==", lock, re.M), name


def test_its_commands_are_those_of_the_program() -> None:
    assert steps("ENTRYPOINT") == ['["dragoman"]']
    run = [line for step in steps("RUN") for line in re.findall(r"dragoman [a-z][^|&]*", step)]
    first = re.findall(r"^#.* dragoman (read .*)$", TEXT, re.M)
    assert len(run) == 1
    assert len(first) == 1
    for line in (*run, f"dragoman {first[0]}"):
        assert wrong_words(line) == []


def test_pip_takes_what_it_is_told() -> None:
    """Options of pip install, checked by pip's own parser."""
    commands = pytest.importorskip("pip._internal.commands", reason="pip is not installed")
    parser = commands.create_command("install").parser
    lines = re.findall(r"pip (install [^&\n]*)", re.sub(r" *\\\n *", " ", TEXT))
    assert len(lines) == 2
    for line in lines:
        for word in shlex.split(line)[1:]:
            if word.startswith("-"):
                assert parser.has_option(word), word
