"""`report.md`, `report.html` and the pictures, from a comparison's rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from rl.bench import view
from rl.bench.convergence import Axis, convergence
from rl.bench.folder import BenchFolder, Record
from rl.bench.plot import Picture, picture
from rl.bench.rows import Row
from rl.bench.summary import LibrarySummary, Summary

PLOTS_NOTE = (
    "Lower is better: the geometric mean over the designs of the ratio to resyn2, a searcher "
    "starting from the circuit as it came."
)


@dataclass(frozen=True)
class Plot:
    """A picture, its SVG for a page, its file's name, and how many designs are in it."""

    picture: Picture
    svg: Markup
    file: str
    designs: str


@dataclass(frozen=True)
class Part:
    """What the pages say of one library."""

    label: str
    headlines: list[str]
    main_grid: view.Grid
    scripts_grid: view.Grid
    plots: tuple[Plot, ...]

    @property
    def main(self) -> str:
        """The main table in Markdown."""
        return markdown(self.main_grid)

    @property
    def scripts(self) -> str:
        """The scripts' table in Markdown."""
        return markdown(self.scripts_grid)


def write_reports(
    folder: BenchFolder, record: Record, summary: Summary, rows: Sequence[Row]
) -> None:
    """Write both pages and the pictures that the Markdown page shows.

    Raises:
        ToolError: a file cannot be written.
    """
    figure = record.protocol.objective.value
    parts = tuple(_part(library, summary, rows, figure) for library in summary.libraries)
    given = {
        "protocol": record.protocol,
        "captions": view.caption(record),
        "conditions": view.conditions_line(record, rows),
        "failures": view.failures(summary.failed),
        "parts": parts,
        "plots_note": PLOTS_NOTE,
    }
    style = Markup(_asset("plot.css") + _asset("report.css"))  # noqa: S704 - our own files
    folder.write("report.html", _pages().get_template("report.html").render(style=style, **given))
    folder.write("report.md", _pages().get_template("report.md").render(**given))
    for part in parts:
        for plot in part.plots:
            folder.write(plot.file, _svg(plot.picture, alone=True))


def markdown(grid: view.Grid) -> str:
    """A table in Markdown."""
    lines = [
        _markdown_row(grid.headers),
        "|"
        + "|".join("---" if number == 0 else "---:" for number in range(len(grid.headers)))
        + "|",
    ]
    for row in grid.rows:
        lines.append(_markdown_row([f"**{e.text}**" if e.top else e.text for e in row]))
    lines += [_markdown_row([entry.text for entry in row]) for row in grid.totals]
    return "\n".join(lines)


def _markdown_row(texts: Sequence[str]) -> str:
    return "| " + " | ".join(text.replace("|", "\\|") for text in texts) + " |"


def _part(library: LibrarySummary, summary: Summary, rows: Sequence[Row], figure: str) -> Part:
    plots = []
    for axis in Axis:
        course = convergence(library, rows, axis)
        if course is None:
            continue
        drawn = picture(course, library.label)
        stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in library.label)
        count = f"{course.designs} design{'s' if course.designs != 1 else ''}"
        plots.append(
            Plot(
                drawn,
                Markup(_svg(drawn, alone=False)),  # noqa: S704 - made by an escaping template
                f"convergence-{stem}-{axis.name.lower()}.svg",
                count,
            )
        )
    return Part(
        label=library.label,
        headlines=view.headlines(library),
        main_grid=view.main_table(library, summary.failed, figure),
        scripts_grid=view.scripts_table(library, summary.failed, figure),
        plots=tuple(plots),
    )


def _svg(drawn: Picture, *, alone: bool) -> str:
    style = Markup(_asset("plot.css")) if alone else ""  # noqa: S704 - our own file
    return _pages().get_template("plot.svg").render(p=drawn, style=style)


@cache
def _pages() -> Environment:
    pages = Environment(
        loader=PackageLoader("rl.bench"),
        autoescape=select_autoescape(("html", "svg")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["coded"] = _coded
    return pages


def _coded(text: str) -> Markup:
    """Text in which what stands between backticks is code."""
    words = enumerate(text.split("`"))
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(word) if place % 2 else word for place, word in words)


def _asset(name: str) -> str:
    return (files("rl.bench") / "templates" / name).read_text(encoding="utf-8")
