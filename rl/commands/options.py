"""Options that several commands have."""

import os

import click

jobs_option = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1),
    default=lambda: os.cpu_count() or 1,
    show_default="cores",
    help="ABC sessions at work at once.",
)


def given(name: str) -> bool:
    """Whether the user named the option of the running command, and not its default alone."""
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.COMMANDLINE
