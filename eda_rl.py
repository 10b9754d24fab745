"""The command line: which command is where.

The table is all that is imported to print the help of the whole; a command's module is loaded
when the command is used.
"""

import importlib
import sys
from typing import Any

import click

from eda.errors import EdaError

COMMANDS: dict[str, tuple[str, str]] = {
    "search": ("rl.commands.search:search", "Find a better ABC recipe for a design, and prove it."),
    "replay": ("rl.commands.replay:replay", "Derive a search's result again, and prove it again."),
    "moves": ("rl.commands.moves:moves", "List moves, and which an ABC build supports."),
    "doctor": ("eda.commands.doctor:doctor", "List the tools and libraries that are found."),
}


class Table(click.Group):
    """Commands that are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=Table, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="eda-rl", prog_name="eda-rl")
def commands() -> None:
    """Logic synthesis that searches, and Verilog scoring that can be trusted."""


def main(arguments: list[str] | None = None) -> Any:
    """Run a command; expected errors become one line and an exit status."""
    try:
        status = commands.main(arguments, prog_name="eda-rl", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        click.echo("eda-rl: interrupted", err=True)
        sys.exit(130)
    except EdaError as error:
        click.echo(f"eda-rl: {' '.join(str(error).split())}", err=True)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
