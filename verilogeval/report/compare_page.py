"""The comparison of two runs: one HTML file that needs nothing else, not even a script."""

from pathlib import Path

from verilogeval.report import compare_view as view
from verilogeval.report.compare import Comparison
from verilogeval.report.page import render, write_page
from verilogeval.report.view import NAMES, Rate

STYLES = ("base.css", "compare.css")
AXES = (2, 5, 10, 20, 50, 100)


def write_comparison(found: Comparison, out: Path) -> int:
    """Write the comparison as one HTML file; the size in bytes.

    Raises:
        ToolError: the file cannot be written.
    """
    axis = _axis(found)
    page = render(
        "compare.html",
        styles=STYLES,
        scripts=(),
        sides=(view.side_rate("A", found.a), view.side_rate("B", found.b)),
        difference=_difference(found, axis),
        axis=axis,
        words=view.difference_words(found),
        significance=view.significance(found),
        cautions=view.cautions(found),
        matrix=view.matrix(found),
        most=max(found.verdicts.values(), default=0),
        rows=view.problem_rows(found),
        names={verdict.value: name for verdict, name in NAMES.items()},
        problems=found.test.problems,
    )
    return write_page(out, page)


def _axis(found: Comparison) -> int:
    """How many points the axis of the difference reaches to either side."""
    edges = (found.test.difference, *(found.test.interval or ()))
    return next(points for points in AXES if points >= 100 * max(map(abs, edges)) or points == 100)


def _difference(found: Comparison, axis: int) -> Rate:
    """The difference as a place on its axis, in percent of the axis' length."""
    scale, interval = 5000 / axis, found.test.interval
    return Rate(
        "B - A",
        50 + scale * found.test.difference,
        interval and (50 + scale * interval[0], 50 + scale * interval[1]),
        view.points(found.test.difference),
    )
