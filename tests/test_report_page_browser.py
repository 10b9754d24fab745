"""The page of `eda-rl report` in a browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import made_up
import pytest

from rl.report.page import write_report
from rl.report.plots import find_chromium, png
from rl.report.source import load


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, headless."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium is found: apt-get install chromium, or set $EDA_RL_CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        started = playwright.chromium.launch(executable_path=chromium, args=quiet)
        yield started
        started.close()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of 200 tasks."""
    folder = made_up.sweep(tmp_path_factory.mktemp("large") / "sweep", 200)
    written = write_report(load(str(folder.path), sweep=None, limit=9), folder.path / "report.html")
    assert written.size_bytes < 5_000_000
    return written.path


@pytest.fixture
def opened(browser: Any, large: Path) -> Iterator[Any]:
    """The report in a browser that must not complain."""
    said: list[str] = []
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if ":" in request.url[5:] else None)
    page.goto(large.as_uri())
    yield page
    page.close()
    assert said == []


def names(page: Any) -> list[str]:
    """Of the rows that are shown, in their order."""
    shown: list[str] = page.locator("tr.row:visible th").all_inner_texts()
    return shown


def test_every_plot_is_drawn(opened: Any) -> None:
    drawn = opened.locator("main svg.plot")
    assert drawn.count() == 5
    for number in range(5):
        box = drawn.nth(number).bounding_box()
        assert box["width"] > 300
        assert box["height"] > 100
        assert drawn.nth(number).locator("path, rect, circle").count() > 3


def test_the_table_sorts_and_filters(opened: Any) -> None:
    assert len(names(opened)) == 200
    opened.click('[data-sort="gain"] button')
    gains = opened.evaluate("[...document.querySelectorAll('tr.row')].map(r => r.dataset.gain)")
    known = [float(gain) for gain in gains if gain]
    assert known == sorted(known)
    assert gains[180:] == [""] * 20, "those without a result come last"
    opened.click('[data-sort="gain"] button')
    assert opened.get_attribute('[data-sort="gain"]', "aria-sort") == "descending"
    opened.click('[data-sort="name"] button')
    assert names(opened)[8:12] == ["design2"] * 4
    opened.fill("#filter", "design12 random")
    assert names(opened) == ["design12"] * 2
    opened.fill("#filter", "")
    opened.click('#states button[data-value="failed"]')
    assert len(names(opened)) == 20
    assert opened.inner_text("#shown") == "20 of 200 runs"


def test_a_row_opens_by_keyboard_and_its_recipe_can_be_copied(opened: Any) -> None:
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.keyboard.press("/")
    opened.keyboard.type("design3")
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("Enter")
    detail = opened.locator("tr.detail")
    detail.locator("svg.plot").first.wait_for()
    assert detail.locator("svg.plot").count() == 4
    assert opened.locator("tr.row.open").get_attribute("data-index") == "13"
    detail.locator('[data-copies="recipe"]').click()
    detail.get_by_text("Copied").wait_for()
    copied = opened.evaluate("navigator.clipboard.readText()")
    assert copied == detail.locator('[data-copy="recipe"]').text_content()
    assert copied.startswith("strash\n")
    opened.locator("tr.row.open .open-button").press("Enter")
    assert opened.locator("tr.detail").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_on_a_phone(browser: Any, large: Path, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    page.goto(large.as_uri())
    page.locator("tr.row .open-button").first.click()
    page.locator("tr.detail svg.plot").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    dark = max(map(int, re.findall(r"\d+", background))) < 60
    assert dark == (scheme == "dark")
    page.close()


def test_a_browser_draws_pictures(tmp_path: Path) -> None:
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium is found: apt-get install chromium, or set $EDA_RL_CHROMIUM")
    path = tmp_path / "x.svg"
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"/>')
    data = png(chromium, path, (300, 200)).read_bytes()
    assert data.startswith(b"\x89PNG")
    assert [int.from_bytes(data[at : at + 4], "big") for at in (16, 20)] == [600, 400]
