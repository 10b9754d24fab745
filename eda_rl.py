"""The command line: which command is where.

The table is all that is imported to print the help of the whole; a command's module is loaded
when the command is used.
"""

import sys
from typing import Any

import click

from eda.errors import EdaError
from eda.table import Table

COMMANDS: dict[str, tuple[str, str]] = {
    "search": ("rl.commands.search:search", "Find a better ABC recipe for a design, and prove it."),
    "replay": ("rl.commands.replay:replay", "Derive a search's result again, and prove it again."),
    "bench": ("rl.commands.bench:bench", "Measure searchers beside scripts and &deepsyn."),
    "sweep": ("rl.commands.sweep:sweep", "Run what a file spans, on this machine or on Ray."),
    "report": ("rl.commands.report:report", "Write one HTML page about a search, sweep or store."),
    "runs": ("rl.commands.runs:runs", "Look into the store that sweeps write."),
    "train": ("rl.commands.train:train", "Fit a model that guides searches, from searches."),
    "index": ("rl.commands.index:index", "The designs that a model knows; add your own."),
    "suites": ("rl.commands.suites:suites", "List the suites of designs to measure on."),
    "moves": ("rl.commands.moves:moves", "List moves, and which an ABC build supports."),
    "verilogeval": ("verilogeval.commands.group:verilogeval", "Judge Verilog that models wrote."),
    "doctor": ("eda_rl_doctor:doctor", "List the tools and libraries that are found."),
}

commands = click.version_option(package_name="eda-rl", prog_name="eda-rl")(
    Table(
        "eda-rl",
        "Logic synthesis that searches, and Verilog scoring that can be trusted.",
        COMMANDS,
    )
)

# For users of Gymnasium, who name the environment `eda_rl:eda_rl/Synthesis-v0` or import this
# first. The command line does without, as importing it takes long.
if "gymnasium" in sys.modules:
    from rl.environment.registration import register

    register()


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
