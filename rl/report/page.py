"""The page: one HTML file that needs nothing else, and runs nothing but its own script."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rl.bench.convergence import Axis
from rl.bench.plot import Picture, picture
from rl.report.courses import courses
from rl.report.details import Details, details, packed
from rl.report.gains import Gains, gains
from rl.report.graph import StateGraph
from rl.report.lines import Lines
from rl.report.moves import Heat, heat
from rl.report.scatter import Scatter, of_sweep
from rl.report.source import Source
from rl.report.table import Line, headlines, table
from rl.runfolder import disk_errors

_STYLES = ("base.css", "plots.css", "report.css")
_SCRIPTS = ("rows.js", "report.js")
_TEMPLATES = {
    Picture: "plot.svg",
    Gains: "gains.svg",
    Scatter: "scatter.svg",
    Heat: "heat.svg",
    Lines: "lines.svg",
    StateGraph: "graph.svg",
}


@dataclass(frozen=True)
class Pictures:
    """Of everything together; None where there is nothing to draw."""

    gains: Gains | None
    by_evaluations: Picture | None
    by_seconds: Picture | None
    scatter: Scatter | None
    heat: Heat | None


@dataclass(frozen=True)
class Written:
    """A report that was written."""

    path: Path
    rows: int
    size_bytes: int


def write_report(source: Source, out: Path) -> Written:
    """Write the report, whole or not at all.

    Raises:
        ToolError: the file cannot be written.
    """
    data = render(source).encode()
    partial = out.with_name(f".{out.name}.partial")
    with disk_errors(out):
        partial.write_bytes(data)
        partial.replace(out)
    return Written(out, len(source.entries), len(data))


def render(source: Source) -> str:
    """The page's text."""
    style = "\n".join([_bench_style(), *map(_asset, _STYLES)])
    script = "\n".join(map(_asset, _SCRIPTS))
    alone = len(source.entries) == 1
    whole = Pictures(None, None, None, None, None) if alone else pictures(source)
    lines: list[Line] = table(source.entries)
    return (
        _pages()
        .get_template("report.html")
        .render(
            style=Markup(style),  # noqa: S704 - this package's own files
            script=Markup(script),  # noqa: S704 - the same
            allowed={"style": _hash(style), "script": _hash(script)},
            source=source,
            headlines=headlines(source.entries),
            pictures=whole,
            lines=lines,
            details=[packed(fragment(details(entry, alone=alone))) for entry in source.entries],
            alone=alone,
        )
    )


def pictures(source: Source) -> Pictures:
    """The pictures of all searches together."""
    searches = source.searches
    drawn = []
    for axis in Axis:
        course = courses(searches, axis)
        drawn.append(None if course is None else picture(course, source.title))
    return Pictures(gains(searches), drawn[0], drawn[1], of_sweep(searches), heat(searches))


def fragment(of: Details) -> str:
    """Details as HTML."""
    return _pages().get_template("details.html").render(d=of)


def svg(drawn: object) -> str:
    """A picture as a file of its own."""
    style = Markup(_bench_style() + _asset("plots.css"))  # noqa: S704 - our own files
    return _pages().get_template(template_of(drawn)).render(p=drawn, style=style)


def template_of(drawn: object) -> str:
    """Which template draws a picture."""
    return _TEMPLATES[type(drawn)]


@cache
def _pages() -> Environment:
    pages = Environment(
        loader=ChoiceLoader([PackageLoader("rl.report"), PackageLoader("rl.bench")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals["template_of"] = template_of
    return pages


def _bench_style() -> str:
    """The style of pictures of courses, without the colours of their own page."""
    return (files("rl.bench") / "templates" / "plot.css").read_text(encoding="utf-8")


def _asset(name: str) -> str:
    return (files("rl.report") / "templates" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
