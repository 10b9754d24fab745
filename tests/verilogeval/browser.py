"""Opens a page in headless Chromium, where there is one, and tells what became of it."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


class Page(HTMLParser):
    """A page's elements, with their attributes, and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.title = ""
        self._within = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._within = tag

    def handle_data(self, data: str) -> None:
        if self._within == "title" and not self.title:
            self.title = data
        if self._within not in ("script", "style"):
            self.pieces.append(data)

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._within = ""

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def opened(page: Path, fragment: str = "") -> Page:
    """The page as the browser has it once its scripts have run."""
    binary = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if binary is None:
        pytest.skip("no Chromium: apt-get install chromium-headless-shell")
    ended = subprocess.run(
        [
            binary, "--headless", "--no-sandbox", "--disable-gpu",
            "--disable-background-networking", f"--user-data-dir={page.parent / 'profile'}",
            "--virtual-time-budget=10000", "--dump-dom", f"{page.as_uri()}#{fragment}",
        ],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return Page(ended.stdout)


def after(page: Path, script: str) -> Any:
    """What a script returns that acts on the page; it is the body of an asynchronous function.

    `until(query)` waits for an element, such as what a click brings up.
    """
    acting = page.with_name("acting.html")
    whole = POLICY.sub("", page.read_text())
    wrapped = (
        "<script>(async () => {"
        "const $ = (query) => document.querySelector(query);"
        "const until = async (query) => {"
        "  while (!$(query)) await new Promise((done) => setTimeout(done, 10)); };"
        "const $$ = (query) => [...document.querySelectorAll(query)];"
        f"const answer = await (async () => {{ {script} }})();"
        "document.documentElement.dataset.answer = JSON.stringify(answer);"
        "})();</script></body>"
    )
    acting.write_text(whole.replace("</body>", wrapped))
    answer = opened(acting).named("html")[0].get("data-answer")
    assert answer is not None, "the script did not come to its end"
    return json.loads(answer)
