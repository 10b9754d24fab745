"""How commands show tables."""

from rich import box
from rich.table import Table


def listing(*names: str, title: str | None = None) -> Table:
    """A table without rows.

    Args:
        names: of its first columns, whose long texts are folded.
        title: above it.
    """
    table = Table(
        title=title, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for name in names:
        table.add_column(name, overflow="fold")
    return table
