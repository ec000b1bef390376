"""The pages in a real browser; skipped where there is no Playwright or Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dragoman.web.app import create_app
from tests.web.serving import serving

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with serving(create_app(folder)) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as driver:
        arguments = ["--no-sandbox", "--disable-background-networking"]
        yield driver.chromium.launch(executable_path=CHROMIUM, args=arguments)


@pytest.mark.slow
def test_search_read_and_click_through(browser, address: str):
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append("a dialog opened"))
    page.goto(address)
    page.get_by_role("link", name="Events", exact=True).click()
    page.get_by_label("Words").fill("arrested")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="COERCE arrest").click()
    assert page.url.endswith("#w-ev1")
    assert page.locator(":target").inner_text() == "arrested"
    page.get_by_role("link", name="arrested", exact=True).click()
    assert page.locator(":target .type").inner_text() == "COERCE arrest"
    page.get_by_role("link", name="COERCE/arrest").click()
    assert "id: arrest" in page.locator(":target").inner_text()
    assert said == []


@pytest.mark.slow
def test_hostile_report_runs_nothing_and_fits_a_phone(browser, address: str, hostile: str):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append("a dialog opened"))
    for path in (f"/reports/{hostile}", "/", "/search", "/search?kind=reports", "/dyads/KEN-TZA"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.locator("article img, main script").count() == 0
    assert said == []
