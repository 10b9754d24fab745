"""`eda-rl train`."""

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table as Grid

from eda.errors import ToolError
from rl.commands.options import jobs_option
from rl.suites import gathered
from rl.table import TABLES


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--suite", "suites", multiple=True, help="A suite by name, or a folder of designs.")
@click.option(
    "--leave-out", multiple=True, metavar="NAME", help="A design to leave out; may be repeated."
)
@click.option(
    "--archive",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder of evaluations; what it has is not made again.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="The checkpoint to write."
)
@click.option("--liberty", default="generic", show_default=True, help="As for search.")
@click.option("--table", type=click.Choice(sorted(TABLES)), default="full", show_default=True)
@click.option("--flow", type=click.Choice(["sized", "map"]), default="sized", show_default=True)
@click.option("--length", type=click.IntRange(1, 200), help="The most moves in a recipe.")
@click.option(
    "--budget",
    type=click.IntRange(1),
    default=160,
    show_default=True,
    help="Evaluations of a design of up to 300 ANDs; larger ones get fewer.",
)
@click.option(
    "--shared",
    type=click.IntRange(2),
    default=288,
    show_default=True,
    help="Recipes that are tried on many designs; each round chooses its part.",
)
@click.option(
    "--shared-most-ands",
    type=click.IntRange(1),
    default=400,
    show_default=True,
    help="They are tried on designs of up to so many ANDs.",
)
@click.option(
    "--rounds",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="How often each design is searched; after the first time guided by what was learned.",
)
@click.option("--least-ands", type=click.IntRange(0), default=60, show_default=True)
@click.option("--most-ands", type=click.IntRange(1), default=3000, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@jobs_option
@click.option("--abc", type=click.Path(path_type=Path), help="ABC executable.")
@click.option("--log", type=click.Path(path_type=Path), help="Losses, a JSON line for each epoch.")
@click.option("--tensorboard", type=click.Path(path_type=Path), help="Folder for TensorBoard.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def train(files: tuple[Path, ...], **options: Any) -> int:
    """Search designs, keep what came of it, and fit a model that guides later searches.

    FILES are designs, one each; more come from --suite. Without any, the model is fitted to what
    the archive holds. Designs that are held out for testing are never trained on.
    """
    try:
        from rl.learn.collect import Plan, check_designs  # noqa: PLC0415 - PyTorch takes long
        from rl.learn.fit import Settings  # noqa: PLC0415
        from rl.learn.log import Log  # noqa: PLC0415
        from rl.learn.train import train as run  # noqa: PLC0415
    except ImportError as error:
        raise ToolError(f"{error.name} is missing: run 'pip install torch faiss-cpu'") from error
    named = gathered(files, options["suites"])
    if options["rounds"] > 1 and not named:
        raise click.UsageError("--rounds goes with designs to search")
    plan = Plan(
        archive=options["archive"].absolute(),
        liberty=_liberty(options["liberty"]),
        table=options["table"],
        flow=options["flow"],
        length=options["length"],
        budget=options["budget"],
        most_ands=options["most_ands"],
        least_ands=options["least_ands"],
        most_shared_ands=options["shared_most_ands"],
        seed=options["seed"],
        jobs=options["jobs"],
        abc=options["abc"],
    )
    console = Console(stderr=True, highlight=False)
    log = Log(options["log"], options["tensorboard"])
    try:
        trained = run(
            check_designs(named, options["leave_out"]) if named else [],
            plan,
            options["out"],
            settings=Settings(seed=options["seed"]),
            shared=options["shared"],
            rounds=options["rounds"],
            log=log,
            tell=lambda line: console.print(line, markup=False, soft_wrap=True),
        )
    finally:
        log.close()
    card = trained.card
    if options["as_json"]:
        shown = {
            "model": str(options["out"]),
            "designs": len(card.designs),
            "temperature": card.temperature,
            "threshold": card.threshold,
            "fit_s": round(trained.seconds, 1),
            "trials": [vars(trial) for trial in trained.trials],
            **card.training,
        }
        click.echo(json.dumps(shown))
        return 0
    grid = Grid(header_style="bold")
    for name in ("design, unseen", "distance", "rank correlation"):
        grid.add_column(name)
    for trial in trained.trials:
        grid.add_row(trial.name, f"{trial.distance:.3f}", f"{trial.correlation:.2f}")
    out = Console(highlight=False)
    out.print(grid)
    mean = card.training["rank correlation on unseen designs"]
    out.print(f"{len(card.designs)} designs; mean rank correlation on unseen ones {mean}")
    out.print(f"{options['out']}: {options['out'].stat().st_size / 1e6:.2f} MB", soft_wrap=True)
    return 0


def _liberty(spec: str) -> str:
    return str(Path(spec).absolute()) if Path(spec).exists() else spec
