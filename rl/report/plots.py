"""The pictures as files of their own."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from eda.abc.pool import scratch_folder
from eda.errors import ToolError
from eda.process import run_tool
from rl.report.details import details
from rl.report.page import Pictures, pictures, svg
from rl.report.source import Source
from rl.runfolder import disk_errors

VARIABLE = "EDA_RL_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "chromium-headless-shell", "google-chrome")
_SCALE = 2
_TIME_LIMIT_S = 60.0


def write_plots(source: Source, folder: Path, warn: Callable[[str], None]) -> list[Path]:
    """Write each picture of a report as SVG and, where a browser can draw it, as PNG.

    Args:
        source: what the report is about.
        folder: made where it is absent.
        warn: told where there is no browser.

    Raises:
        ToolError: a file cannot be written, or the browser failed.
    """
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    browser = find_chromium()
    if browser is None:
        warn(f"no PNG is made: install chromium, or name it in ${VARIABLE}; SVG is there")
    written = []
    for name, drawn in _named(source):
        text = svg(drawn)
        path = folder / f"{name}.svg"
        with disk_errors(path):
            path.write_text(text, "utf-8")
        written.append(path)
        if browser is not None:
            size = (int(drawn.width), int(drawn.height))  # type: ignore[attr-defined]
            written.append(png(browser, path, size))
    return written


def find_chromium() -> str | None:
    """The browser that draws, if there is one."""
    named = os.environ.get(VARIABLE)
    return shutil.which(named) if named else next(filter(None, map(shutil.which, _NAMES)), None)


def _named(source: Source) -> list[tuple[str, object]]:
    if len(source.entries) == 1:
        one = details(source.entries[0], alone=True)
        names = ("by_evaluations", "by_seconds", "scatter", "graph", "heat")
        found = [(name, getattr(one, name)) for name in names]
    else:
        whole: Pictures = pictures(source)
        found = list(vars(whole).items())
    return [(name.replace("_", "-"), drawn) for name, drawn in found if drawn is not None]


def png(browser: str, path: Path, size: tuple[int, int]) -> Path:
    """Have an SVG file drawn beside itself, twice as large as it says it is.

    Raises:
        ToolError: the browser failed.
    """
    target = path.absolute().with_suffix(".png")
    profile = scratch_folder()  # its name is short, as that of a socket in it must be
    try:
        page = profile / "page.html"
        width, height = size
        style = f"body{{margin:0;background:#fff}}svg{{width:{width}px;height:{height}px}}"
        page.write_text(f"<style>{style}</style>{path.read_text('utf-8')}", "utf-8")
        argv = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--hide-scrollbars",
            f"--force-device-scale-factor={_SCALE}", f"--window-size={width},{height}",
            f"--user-data-dir={profile}/profile", f"--screenshot={target}", page.as_uri(),
        ]  # fmt: skip
        done = run_tool(argv, time_limit=_TIME_LIMIT_S)
    finally:
        shutil.rmtree(profile, ignore_errors=True)
    if done.returncode != 0 or not target.exists():
        raise ToolError(f"{browser} did not draw {target}: status {done.returncode}")
    return target
