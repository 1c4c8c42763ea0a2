"""A real browser opens the pages: they are whole, fit the window and say nothing in the console."""

import os
import shutil
from collections.abc import Iterator

import pytest

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]
WINDOWS = {"desk": (1280, 900), "telephone": (390, 844), "narrow": (320, 700)}
PAGES = [
    "/",
    "/doc/oas/ag/res/2016/2881/op/33",
    "/doc/oas/ag/res/2016/2881",
    "/doc/org/paho",
    "/checks/plan",
    "/calendar",
]


def executable() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    if os.environ.get("CI") == "true":
        pytest.fail("CI has no browser; it may not skip these tests")
    pytest.skip("there is no browser on this machine (Debian: apt install chromium)")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    path = executable()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(params=WINDOWS)
def window(browser, request):
    """A window of one size, and what went wrong in it."""
    width, height = WINDOWS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfailed", lambda failed: faults.append(f"failed: {failed.url}"))
    yield page, faults
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_whole_and_quiet(server, window, path):
    page, faults = window
    answer = page.goto(server + path)
    assert answer.status == 200
    assert faults == []
    assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none", "the style sheet did not arrive"
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, "the page scrolls sideways"


def test_from_the_first_page_to_the_words_in_the_source(server, browser):
    """A secretary goes from what needs attention to a paragraph and to its words, by links alone."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(server)
    assert page.locator("h1").inner_text() == "Work Plan 2016-2017 of the Committee on Migration Issues"
    page.get_by_role("link", name="AG/RES. 2881 (XLVI-O/16)").first.click()
    page.get_by_role("link", name="AG/RES. 2881 (XLVI-O/16), op. para. 33", exact=True).first.click()
    assert page.locator("h1").inner_text() == "AG/RES. 2881 (XLVI-O/16), op. para. 33"
    page.get_by_role("link", name="line 96").first.click()
    assert page.locator("mark").first.inner_text().startswith("To instruct the CAM")
    context.close()


def test_only_our_own_host_is_asked(server, browser):
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(server + path)
    assert asked
    assert [url for url in asked if not url.startswith(server)] == []
    context.close()


def test_a_question_is_asked_by_form(server, browser):
    context = browser.new_context(locale="es-PA")
    page = context.new_page()
    page.goto(f"{server}/questions/asked-of-body")
    assert page.locator("html").get_attribute("lang") == "es"
    page.locator("input[type=text]").first.fill("OPS")
    page.locator("form.ask button").click()
    assert "Organización Panamericana de la Salud" in page.locator("main").inner_text()
    context.close()


def test_the_keyboard_reaches_the_content(server, browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto(server)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    context.close()
