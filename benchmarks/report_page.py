"""The report of a large sweep in Chromium: its size, and when something can be seen of it.

    python -m benchmarks.report_page

Writes the page of a made-up sweep of 200 tasks, and opens it in new windows. First paint is what
the browser itself measures, from the beginning of the navigation. Needs playwright and Chromium.

Exit status 1: the page is too large, too late, or the browser complained.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.common import ROOT, conditions
from rl.report.page import write_report
from rl.report.plots import find_chromium
from rl.report.source import load

sys.path.insert(0, str(ROOT / "tests"))
import made_up

MOST_BYTES, MOST_MS = 5_000_000, 1000.0
_PAINTED = """() => new Promise(done => {
    const seen = () => performance.getEntriesByName('first-contentful-paint')[0];
    const look = () => seen() ? done(seen().startTime) : requestAnimationFrame(look);
    look();
})"""


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--tasks", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    print(conditions())
    chromium = find_chromium()
    if chromium is None:
        sys.exit("no Chromium is found: apt-get install chromium, or set $EDA_RL_CHROMIUM")
    said: list[str] = []
    times: list[float] = []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        sweep = made_up.sweep(Path(name) / "sweep", options.tasks)
        report = write_report(load(str(sweep.path), sweep=None, limit=9), Path(name) / "page.html")
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        for _ in range(options.rounds):
            page = browser.new_page(viewport={"width": 1200, "height": 900})
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.goto(report.path.as_uri())
            times.append(float(page.evaluate(_PAINTED)))
            page.close()
        browser.close()
    median = statistics.median(times)
    size = f"{options.tasks} tasks: {report.size_bytes / 1e6:.2f} MB"
    spread = f"median of {len(times)}; {min(times):.0f} to {max(times):.0f}"
    print(f"{size}; first paint after {median:.0f} ms ({spread}); {len(said)} complaints")
    return int(report.size_bytes > MOST_BYTES or median > MOST_MS or bool(said))


if __name__ == "__main__":
    sys.exit(main())
