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
