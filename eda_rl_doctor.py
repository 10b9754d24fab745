"""`eda-rl doctor`: what each room of the project needs, in one list."""

import json
from dataclasses import asdict

import click

import eda.doctor
import verilogeval.doctor


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def doctor(*, as_json: bool) -> int:
    """List every tool and library with version and path, and what to do about missing ones.

    Exit status 3: something required is missing.
    """
    findings = [*eda.doctor.examine(), *verilogeval.doctor.examine()]
    healthy = all(finding.found for finding in findings if finding.required)
    if as_json:
        click.echo(json.dumps({"healthy": healthy, "findings": [asdict(f) for f in findings]}))
    else:
        eda.doctor.show(findings)
    return 0 if healthy else 3
