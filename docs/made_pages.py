"""Pages of the documentation that are made from the program: commands, codebook, records.

MkDocs calls `on_files` (mkdocs.yml, `hooks`); nothing here is needed to run Dragoman.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import typer
import yaml

ROOT = Path(__file__).resolve().parents[1]
CODEBOOK = ROOT / "codebook"
SHOWN = 12  # written examples of a type, of each kind
WORDS = 40  # of an entry's list
MODULES = {
    "reading": ["dragoman", "dragoman.reader", "dragoman.records", "dragoman.sources"],
    "archive": [
        "dragoman.archive.archive", "dragoman.archive.ingest", "dragoman.archive.recode",
        "dragoman.archive.reproduce", "dragoman.engine.local", "dragoman.engine.ray",
    ],
    "codebook": [
        "dragoman.codebook.book", "dragoman.codebook.plover", "dragoman.codebook.plover_classes",
    ],
    "language": ["dragoman.language.document", "dragoman.language.model"],
    "extractors": [
        f"dragoman.extract.{name}"
        for name in ("times", "places", "speech", "entities", "relations", "events", "statements")
    ],
    "across reports": [
        "dragoman.resolve.duplicates", "dragoman.resolve.stories", "dragoman.resolve.actors",
    ],
    "measuring": ["dragoman.evaluate.base", "dragoman.evaluate.scores"],
}  # fmt: skip


def on_files(files: Any, config: Any) -> Any:
    """Add the made pages to those that MkDocs found."""
    from mkdocs.structure.files import File

    for path, text in pages():
        files.append(File.generated(config, path, content=text))
    return files


def pages() -> Iterator[tuple[str, str]]:
    """Yield the path and the Markdown of every made page."""
    yield "reference/commands.md", commands()
    for name, modules in MODULES.items():
        yield f"reference/python-{name.replace(' ', '-')}.md", python(name, modules)
    types = sorted(path.stem for path in (CODEBOOK / "plover").glob("[A-Z]*.yaml"))
    examples = written()
    yield "reference/types.md", overview(types)
    for event_type in types:
        yield f"reference/types/{event_type}.md", type_page(event_type, examples)


def commands() -> str:
    """Return the help of every command, as the program prints it."""
    from dragoman.cli.app import app

    root = typer.main.get_command(app)
    parts = ["# Commands", "", "What `--help` of each command says."]
    for path, command in walk(root, ("dragoman",)):
        with click.Context(command, info_name=" ".join(path)) as context:
            parts += ["", f"## {' '.join(path)}", "", *_help(command, context)]
    return "\n".join(parts) + "\n"


def walk(
    command: click.Command, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command that does something, with the words that call it."""
    inner = getattr(command, "commands", None)
    if not inner:
        yield path, command
        return
    for name in sorted(inner):
        yield from walk(inner[name], (*path, name))


def _help(command: click.Command, context: click.Context) -> list[str]:
    told = [command.help or "", "", "```text", command.get_usage(context), "```", ""]
    rows = []
    for parameter in command.params:
        record = parameter.get_help_record(context)
        names, text = record or (parameter.make_metavar(context), getattr(parameter, "help", ""))
        rows.append(f"| `{_cell(names)}` | {_cell(text or '')} |")
    if rows:
        told += ["| argument or option | |", "| --- | --- |", *rows]
    if command.epilog:
        told += ["", f"Example: `{command.epilog.removeprefix('Example:').strip()}`"]
    return told


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def python(name: str, modules: list[str]) -> str:
    """Return a page of modules, filled from their docstrings by mkdocstrings."""
    return "\n\n".join([f"# Python: {name}", *(f"::: {module}" for module in modules)]) + "\n"


def overview(types: list[str]) -> str:
    """Return the list of all event types."""
    lines = ["# Event types", "", "Each type with its entries and examples, made from `codebook/`."]
    lines += ["", "| type | what | score |", "| --- | --- | --- |"]
    for name in types:
        told = load(CODEBOOK / "plover" / f"{name}.yaml")
        lines.append(f"| [{name}](types/{name}.md) | {told['gloss']} | {told.get('score', '')} |")
    return "\n".join(lines) + "\n"


def type_page(event_type: str, examples: dict[str, list[tuple[str, str]]]) -> str:
    """Return the page of one type: its modes, its entries, what it is and is not."""
    told = load(CODEBOOK / "plover" / f"{event_type}.yaml")
    lines = [f"# {event_type}", "", told["gloss"], ""]
    lines += [f"CAMEO root {told.get('cameo', '–')}, score {told.get('score', '–')}.", ""]
    if told.get("modes"):
        lines += ["## Modes", "", "| mode | what | CAMEO | score |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {mode} | {facts.get('gloss', '')} | {facts.get('cameo', '')} "
            f"| {facts.get('score', told.get('score', ''))} |"
            for mode, facts in told["modes"].items()
        ]
    lines += ["", "## Entries", "", "The words that propose such an event; `docs/codebook.md`", ""]
    lines[-2] = "The words that propose such an event ([how entries work](../../codebook.md))."
    for entry in told["classes"]:
        words = [str(w) for kind in ("verbs", "nouns", "adjectives") for w in entry.get(kind, ())]
        more = f" and {len(words) - WORDS} more" if len(words) > WORDS else ""
        mode = f" ({entry['mode']})" if entry.get("mode") else ""
        lines.append(f"- `{entry['id']}`{mode}: {', '.join(words[:WORDS])}{more}")
    for title, key in (("Examples", event_type), ("Told, but not as done", f"not {event_type}")):
        if examples.get(key):
            lines += ["", f"## {title}", "", "Written for Dragoman; nothing in them is news.", ""]
            lines += [f"- {text} *{note}*" for text, note in examples[key][:SHOWN]]
    return "\n".join(lines) + "\n"


def written() -> dict[str, list[tuple[str, str]]]:
    """Return the written examples by type; those denied, planned or supposed under "not TYPE"."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path in sorted((CODEBOOK / "examples").glob("*.yaml")):
        for example in load(path):
            for event in example["events"]:
                told = event.get("factuality", "asserted")
                key = event["type"] if told == "asserted" else f"not {event['type']}"
                note = event.get("mode", "") if told == "asserted" else told
                found.setdefault(key, []).append((example["text"], f"({note})" if note else ""))
    return found


def load(path: Path) -> Any:
    """Return what a YAML file holds."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))
