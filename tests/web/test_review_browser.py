"""Reviewing in a real browser; skipped where there is no Playwright or Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dragoman.archive.ingest import Ingest
from dragoman.archive.store import Store
from dragoman.web.app import create_app
from dragoman.web.review import Reviewer
from tests.web.conftest import HOSTILE, PLAIN, made_engine
from tests.web.serving import serving
from tests.web.test_browser import browser, playwright

__all__ = ["browser"]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    store = Store(tmp_path)
    with store.lock():
        Ingest(store, made_engine, "c").run(iter([PLAIN, HOSTILE]))
    with serving(create_app(store.folder, reviewer=Reviewer.named("amara"))) as served:
        yield served


def _open_review(page, address: str):
    """Find the arrest, open it in its report, and there its form; return its card."""
    page.goto(f"{address}/search?type=COERCE")
    page.get_by_role("link", name="COERCE arrest").click()
    card = page.locator("#r-ev1")
    card.get_by_text("Review", exact=False).first.click()
    return card


@pytest.mark.slow
def test_correct_reject_and_undo_without_script(browser, address: str):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    card = _open_review(page, address)
    card.get_by_label("Mode").select_option("seize")
    card.get_by_label("Date").fill("2026-03-01")
    card.get_by_role("button", name="Correct").click()
    playwright.expect(page).to_have_url(re.compile("#r-ev1$"))
    playwright.expect(card).to_contain_text("Corrected by amara")
    playwright.expect(card).to_contain_text("COERCE seize")
    card.get_by_text("Review", exact=False).first.click()
    card.get_by_label("Note").fill("nobody was held")
    card.get_by_role("button", name="Reject").click()
    playwright.expect(card).to_contain_text("Rejected by amara")
    playwright.expect(card).to_contain_text("nobody was held")
    page.goto(f"{address}/search?type=COERCE")
    assert page.get_by_role("link", name="COERCE seize").count() == 0
    page.go_back()
    card.get_by_text("Review", exact=False).first.click()
    card.get_by_role("button", name="Undo").click()
    playwright.expect(card).to_contain_text("Corrected by amara")
    page.goto(f"{address}/search?type=COERCE")
    assert page.get_by_role("link", name="COERCE seize").count() == 1
    context.close()


@pytest.mark.slow
def test_add_what_was_missed_by_keyboard_without_script(browser, address: str):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/search?type=COERCE")
    page.get_by_role("link", name="COERCE arrest").click()
    form = page.locator("#add-events")
    form.get_by_text("Add an event that was missed").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("ACC")  # the type
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # no mode
    page.keyboard.type("miners")
    page.keyboard.press("Tab")
    page.keyboard.type("7")  # which: there is one
    page.keyboard.press("Enter")
    alert = form.get_by_role("alert")
    playwright.expect(alert).to_contain_text("the words 'miners' stand 1 times in the report")
    playwright.expect(alert).to_be_in_viewport()
    playwright.expect(form.get_by_label("Words that tell it")).to_have_value("miners")
    playwright.expect(form.get_by_label("Type")).to_have_value("ACCUSE")
    form.get_by_label("Which").fill("")
    form.get_by_label("Actor").select_option(label="Kenya")
    form.get_by_label("Date").focus()
    page.keyboard.press("Enter")  # sends it
    playwright.expect(page).to_have_url(re.compile("#r-add-[0-9a-f]{12}$"))
    card = page.locator(page.url[page.url.index("#") :])
    playwright.expect(card).to_be_in_viewport()
    playwright.expect(card).to_contain_text("Added by amara")
    playwright.expect(card).to_contain_text("added by hand")
    page.goto(f"{address}/search?reviewed=added")
    page.get_by_role("link", name="ACCUSE").click()
    playwright.expect(page.locator("[id^='w-add-']")).to_have_text("miners")
    card.get_by_text("Review", exact=False).first.click()
    card.get_by_role("button", name="Undo").click()
    playwright.expect(card).to_have_count(0)
    context.close()


@pytest.mark.slow
def test_name_a_party_and_a_place_by_keyboard_without_script(browser, address: str):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 780})
    page = context.new_page()
    card = _open_review(page, address)
    card.get_by_role("link", name="add the party").focus()
    page.keyboard.press("Enter")
    form = page.locator("#add-entities")
    playwright.expect(form).to_be_in_viewport()
    page.keyboard.press("Tab")  # to its summary
    page.keyboard.press("Enter")
    for typed in ("More", "", "Lake Union", "org", "TZA", "LAB"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    playwright.expect(page).to_have_url(re.compile("#r-add-[0-9a-f]{12}$"))
    party = page.locator(page.url[page.url.index("#") :])
    playwright.expect(party).to_contain_text("Lake Union")
    playwright.expect(party).to_contain_text("Added by amara")
    form = page.locator("#add-places")
    form.get_by_text("Add a place that was missed").focus()
    page.keyboard.press("Enter")
    form.get_by_label("Words").fill("Monday")
    form.get_by_label("Name to look it up by").fill("Tripoli")
    form.get_by_role("button", name="Add").click()
    alert = form.get_by_role("alert")
    playwright.expect(alert).to_contain_text("several places bear this name")
    playwright.expect(alert).to_be_in_viewport()
    number = form.locator("option", has_text="LBN").first.get_attribute("value")
    form.get_by_label("Which place").select_option(number)
    form.get_by_role("button", name="Add").click()
    playwright.expect(page).to_have_url(re.compile("#r-add-[0-9a-f]{12}$"))
    card.get_by_text("Review", exact=False).first.click()
    card.get_by_label("Recipient").select_option(label="Lake Union")
    card.get_by_label("Place").select_option(label="Tripoli")
    card.get_by_role("button", name="Correct").click()
    playwright.expect(card).to_contain_text("Corrected by amara")
    page.goto(f"{address}/search?actor=lake+union&place=LBN")
    playwright.expect(page.get_by_role("link", name="COERCE arrest")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
