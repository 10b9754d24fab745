"""The report: one HTML file that needs nothing else."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from eda.errors import ToolError
from verilogeval.report import view
from verilogeval.report.details import LIMITS, packed_details
from verilogeval.report.run import load_run
from verilogeval.report.text import visible
from verilogeval.report.worth import overview, worth

STYLES = ("base.css", "report.css")
MOST_ROWS = 500  # rows laid out unasked: thousands would make every click slow
SCRIPTS = ("rows.js", "verilog.js", "wave.js", "details.js", "table.js")
_SHARED = {"rows.js": "rl.report"}  # files that other pages use, too, and where they are


@dataclass(frozen=True)
class Written:
    """A report that was written; sources and logs in it are cut to `limit` characters."""

    path: Path
    problems: int
    samples: int
    size_bytes: int
    limit: int


def write_report(run_folder: Path, out: Path) -> Written:
    """Write the report of a scored run as one HTML file.

    Raises:
        InputError: the folder holds no finished run.
        ToolError: the file cannot be written.
    """
    run = load_run(run_folder)
    packed = packed_details(run)
    page = render(
        "report.html",
        styles=STYLES,
        scripts=SCRIPTS,
        dataset=visible(run.summary.dataset),
        facts=view.facts(run),
        left_out=view.left_out(run),
        rates=view.overall_rates(run),
        histogram=view.histogram(run.tallies),
        categories=view.category_rates(run),
        verdicts=view.slices(run.summary.verdicts, view.NAMES),
        letters=view.letter_slices(run.summary.letters),
        rows=view.rows(run),
        worth=[worth(run, task_id) for task_id in run.summary.tasks],
        overview=overview(run),
        proved=bool(run.proofs),
        measured=bool(run.costs),
        outcomes=view.OUTCOMES,
        packed=packed,
        most=MOST_ROWS,
        limit=packed.limit if packed.limit < LIMITS[0] else None,
    )
    size = write_page(out, page)
    return Written(out, len(run.summary.tasks), len(run.results), size, packed.limit)


def render(
    template: str, *, styles: tuple[str, ...], scripts: tuple[str, ...], **values: Any
) -> str:
    """Fill in a template of this package.

    The page may run the scripts and use the styles that it was written with, which its security
    policy names by hash, and load nothing: text of a sample that escaped into the markup could
    still do nothing.
    """
    style, script = ("\n".join(_asset(name) for name in names) for names in (styles, scripts))
    allowed = {"style": _hash(style), "script": _hash(script) if scripts else "'none'"}
    page = _environment().get_template(template)
    return page.render(style=Markup(style), script=Markup(script), allowed=allowed, **values)  # noqa: S704 - this package's own files


def write_page(out: Path, page: str) -> int:
    """Write a page so that it is there whole or not at all; the size in bytes."""
    data = page.encode()
    partial = out.with_name(f".{out.name}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(out)
    except OSError as error:
        raise ToolError(f"cannot write {out}: {error.strerror}") from error
    return len(data)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("verilogeval.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _asset(name: str) -> str:
    package = _SHARED.get(name, "verilogeval.report")
    return (files(package) / "templates" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
