"""Groups of commands that are imported when they are used."""

import importlib
from collections.abc import Mapping

import click


class Table(click.Group):
    """A table from a command's name to `module:function` and its one line of help."""

    def __init__(self, name: str, text: str, rows: Mapping[str, tuple[str, str]]) -> None:
        settings = {"help_option_names": ["-h", "--help"]}
        super().__init__(name, help=text, context_settings=settings)
        self._rows = rows

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        del ctx
        return list(self._rows)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        if cmd_name not in self._rows:
            return None
        module, _, name = self._rows[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._rows.items()])
