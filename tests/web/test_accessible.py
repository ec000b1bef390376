"""Pages of a 10,000-event archive in Chromium: axe-core, keyboard, dark and light, a phone.

Skipped where there is no Playwright, Chromium or axe-core.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from dragoman.archive.ingest import Ingest
from dragoman.archive.store import Store
from dragoman.web.app import create_app
from dragoman.web.review import Reviewer
from tests.web.conftest import HOSTILE, PLAIN, made_engine
from tests.web.serving import serving
from tests.web.test_browser import browser

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not there")

BENCH = Path(__file__).parents[2] / "bench"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
LARGE = (
    "/",
    "/search",
    "/search?kind=statements",
    "/search?kind=stories",
    "/search?kind=actors",
    "/search?kind=reports",
    f"/reports/{77:024x}",
    f"/actors/{7:016x}",
    f"/stories/{7:016x}",
    "/dyads/ADH-BEI",
    "/map",
    "/network",
    "/network/actors",
    "/codebook/ASSAULT",
    "/api",
    "/nowhere",
)

__all__ = ["browser"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an archive of 10,000 made events."""
    named = importlib.util.spec_from_file_location("web_pages", BENCH / "web_pages.py")
    assert named is not None
    assert named.loader is not None
    made = importlib.util.module_from_spec(named)
    sys.modules["web_pages"] = made
    named.loader.exec_module(made)
    folder = tmp_path_factory.mktemp("large") / "archive"
    made.fill(folder, 10_000)
    with serving(create_app(folder, reviewer=Reviewer.named("amara"))) as address:
        yield address


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a small archive that somebody reviews."""
    store = Store(tmp_path_factory.mktemp("reviewed"))
    with store.lock():
        Ingest(store, made_engine, "c").run(iter([PLAIN, HOSTILE]))
    with serving(create_app(store.folder, reviewer=Reviewer.named("amara"))) as address:
        yield address


def _violations(page: object) -> list[str]:
    found = axe.Axe().run(page).response["violations"]
    return [f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:200]}" for v in found]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scheme", "size"), [("light", DESK), ("dark", DESK), ("light", PHONE), ("dark", PHONE)]
)
def test_no_page_breaks_a_rule_of_axe(browser, large: str, scheme: str, size: dict[str, int]):
    context = browser.new_context(color_scheme=scheme, viewport=size)
    page = context.new_page()
    wrong = {}
    for path in LARGE:
        page.goto(large + path)
        wrong |= {path: found} if (found := _violations(page)) else {}
    context.close()
    assert wrong == {}


@pytest.mark.slow
def test_the_form_of_a_review_breaks_none_either(browser, reviewed: str):
    with urllib.request.urlopen(f"{reviewed}/api/reports") as answer:
        keys = [row["report_key"] for row in json.load(answer)["rows"]]
    page = browser.new_page(viewport=PHONE)
    for key in keys:
        page.goto(f"{reviewed}/reports/{key}")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert _violations(page) == []
        form = page.locator("#add-statements")
        form.get_by_label("What was said").fill("words that nobody said")
        form.get_by_role("button", name="Add").click()
        form.get_by_role("alert").wait_for()
        assert _violations(page) == []
        wide = page.locator("html").evaluate("e => e.scrollWidth")
        assert wide <= PHONE["width"]


@pytest.mark.slow
def test_pages_fit_a_phone_without_script(browser, large: str):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    for path in LARGE:
        page.goto(large + path)
        assert page.locator("h1").count() == 1, path
        wide = page.locator("html").evaluate("e => e.scrollWidth")
        assert wide <= PHONE["width"], path
    context.close()


@pytest.mark.slow
def test_the_keyboard_reaches_everything(browser, large: str):
    page = browser.new_page(viewport=DESK)
    page.goto(f"{large}/reports/{77:024x}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    reached: set[str] = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.getAttribute('href') || e.tagName, s.outlineStyle]; })()"
        )
        if seen[0] == "BODY":
            break
        assert seen[1] != "none", seen[0]  # where one is can be seen
        reached.add(seen[0])
    links = page.evaluate(
        "[...document.querySelectorAll('main a[href]:not([tabindex=\"-1\"])')]"
        ".filter(a => !a.closest('details:not([open])')).map(a => a.getAttribute('href'))"
    )
    assert set(links) <= reached


@pytest.mark.slow
def test_search_export_and_network_by_keyboard(browser, large: str, tmp_path: Path):
    page = browser.new_page(viewport=DESK, accept_downloads=True)
    page.goto(f"{large}/search")
    page.get_by_label("Country").focus()
    page.keyboard.type("ADH")
    page.keyboard.press("Enter")
    page.wait_for_url("**country=ADH**")
    with page.expect_download() as told:
        page.get_by_role("link", name="All").press("Enter")
    saved = tmp_path / "events.csv"
    told.value.save_as(saved)
    lines = saved.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("report_id,")
    assert len(lines) > 100
    page.goto(f"{large}/network?country=ADH")
    page.locator("main table a").first.press("Enter")
    page.wait_for_url("**/dyads/**")
    assert "events between them" in page.locator("main").inner_text()


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_search_read_review_and_export_without_script(
    browser, large: str, size: dict[str, int], tmp_path: Path
):
    context = browser.new_context(viewport=size, java_script_enabled=False)
    page = context.new_page()
    page.goto(large)
    page.get_by_role("link", name="Events", exact=True).click()
    page.get_by_label("Type").fill("PROTEST")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Next →").click()
    page.locator(".cards .type").first.click()
    card = page.locator(f"#r-{page.url.rpartition('#w-')[2]}")
    assert page.locator(":target").inner_text()  # the words are marked
    card.locator(".type").click()
    card.get_by_text("Review", exact=False).first.click()
    card.get_by_label("Note").fill(f"seen at {size['width']}")
    card.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**#r-ev*")
    assert "Confirmed by amara" in card.inner_text()
    page.goto(f"{large}/search?type=PROTEST&reviewed=yes")
    with page.expect_download() as told:
        page.get_by_role("link", name="as CSV").first.click()
    told.value.save_as(tmp_path / "reviewed.csv")
    assert "PROTEST" in (tmp_path / "reviewed.csv").read_text(encoding="utf-8")
    context.close()
