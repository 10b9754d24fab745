"""`eda-rl verilogeval generate`."""

import asyncio
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eda.errors import InputError
from verilogeval.datasets.find import SHIPPED, load
from verilogeval.generation.asking import Patience
from verilogeval.generation.examples import MOST, Examples, Fixed
from verilogeval.generation.journal import Entry, Journal
from verilogeval.generation.prompts import Prompts
from verilogeval.generation.request import Model, Request
from verilogeval.generation.run import (
    Outcome,
    Plan,
    check_settings,
    collect,
    requests,
    totals,
    write_samples,
    write_totals,
)
from verilogeval.generation.settings import Choice, PromptSettings, Sampling, to_json
from verilogeval.problem import Dataset, Problem, Task


@click.command()
@click.option("--model", help="Name of a model at an OpenAI-compatible endpoint.")
@click.option("--base-url", help="The endpoint.  [default: $OPENAI_BASE_URL, or OpenAI's own]")
@click.option(
    "--key-env",
    default="OPENAI_API_KEY",
    show_default=True,
    help="Environment variable that holds the endpoint's key.",
)
@click.option("--local", metavar="PATH", help="A Hugging Face model, run here by transformers.")
@click.option(
    "--replies",
    type=click.Path(path_type=Path),
    help="Ready replies: a folder of <task_id>_sample<number>.txt, or a .jsonl of task_id, reply.",
)
@click.option("--dataset", default=SHIPPED, show_default=True, help="As for 'score'.")
@click.option("--task", type=click.Choice([t.value for t in Task]), help="As for 'score'.")
@click.option("--problem", "chosen", multiple=True, help="Only this task_id; may be repeated.")
@click.option("-n", "samples", type=click.IntRange(1), default=1, show_default=True,
              help="Samples of each problem.")  # fmt: skip
@click.option("--rules", is_flag=True, help="Put rules for good Verilog before the question.")
@click.option("--shots", type=click.IntRange(0, MOST), default=0, show_default=True,
              help="In-context examples.")  # fmt: skip
@click.option(
    "--examples",
    type=click.Choice([choice.value for choice in Choice]),
    default=Choice.FIXED.value,
    show_default=True,
    help="Which: the shipped ones, or the nearest other problems, near duplicates left out.",
)
@click.option("--examples-from", help="Dataset to retrieve from.  [default: the one asked about]")
@click.option(
    "--templates",
    type=click.Path(path_type=Path),
    help="Folder of Jinja templates that stand for the shipped ones of the same name.",
)
@click.option("--temperature", type=click.FloatRange(0), help="As the endpoint defines it.")
@click.option("--top-p", type=click.FloatRange(0, 1), help="As the endpoint defines it.")
@click.option("--max-tokens", type=click.IntRange(1), help="Longest reply.")
@click.option("--seed", type=int, help="Of each problem's first sample; the next has the next.")
@click.option("--repair", type=click.IntRange(0), default=0, show_default=True,
              help="Rounds in which what fails goes back with the reason.")  # fmt: skip
@click.option("--concurrency", type=click.IntRange(1), default=8, show_default=True,
              help="Requests at once.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(0.1), default=600.0, show_default=True,
              help="Seconds for one reply.")  # fmt: skip
@click.option("--retries", type=click.IntRange(0), default=8, show_default=True,
              help="How often to ask again after a failure.")  # fmt: skip
@click.option("--back-off", type=click.FloatRange(0), default=1.0, show_default=True,
              help="Seconds before asking again, then twice as long each time.")  # fmt: skip
@click.option("--stream", is_flag=True, help="Let replies come word by word.")
@click.option("--price", type=(float, float), metavar="IN OUT",
              help="Price of a million tokens of prompts and of replies.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path),
              help="Run folder.  [default: runs/generate-MODEL]")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on in the run folder: ask for what is missing.")
@click.option("--show-prompt", is_flag=True, help="Print the first problem's prompt; ask nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def generate(**options: Any) -> int:
    """Ask a model for solutions, and keep its replies and the code in them.

    Writes replies.jsonl (every reply as it came) and samples.jsonl, which 'score' reads. A run that
    was interrupted goes on with --resume and asks for nothing that it has. Exit status 3: some
    requests got no reply, for now.
    """
    dataset = load(options["dataset"], Task(options["task"]) if options["task"] else None)
    plan = Plan(
        dataset=dataset,
        problems=_problems(dataset, options["chosen"]),
        samples=options["samples"],
        seed=options["seed"],
        rules=options["rules"],
    )
    prompts = Prompts(options["templates"])
    examples = _examples(plan, options)
    if options["show_prompt"]:
        _show_prompt(plan, prompts, examples, as_json=options["as_json"])
        return 0
    model = _model(options)
    name = str(model.describe()["model"]).replace("/", "-")
    folder = options["out"] or Path("runs") / f"generate-{name}"
    check_settings(folder, _settings(model, plan, prompts, options), resume=options["resume"])
    wanted = requests(plan, prompts, examples)
    outcome = Outcome()
    try:
        with _bar(len(wanted)) as tell:
            asyncio.run(_collect(model, wanted, Journal(folder), outcome, options, tell))
    finally:
        samples = write_samples(folder, plan, outcome)
    rounds, samples = _repair(plan, prompts, wanted, folder, outcome, options, samples)
    summary = {**totals(plan, outcome, options["price"]), **rounds, "samples": str(samples)}
    write_totals(folder, {"model": name, **summary})
    _tell(summary, outcome, as_json=options["as_json"])
    return 3 if outcome.missing else 0


async def _collect(
    model: Model,
    wanted: list[Request],
    journal: Journal,
    outcome: Outcome,
    options: dict[str, Any],
    tell: Callable[[Entry], None],
) -> None:
    """Collect replies. SIGTERM and the first Ctrl-C let what is under way come in; the second ends.

    Raises:
        KeyboardInterrupt: it was interrupted.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    own = asyncio.current_task()
    assert own is not None  # noqa: S101 - this runs in one

    def interrupt() -> None:
        if stop.is_set():
            own.cancel()
        else:
            click.echo("waiting for the replies under way; Ctrl-C again gives them up", err=True)
            stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupt)
    try:
        await collect(
            model,
            wanted,
            journal,
            outcome,
            concurrency=options["concurrency"],
            patience=Patience(options["retries"], options["back_off"]),
            stop=stop,
            on_entry=tell,
        )
    except asyncio.CancelledError:
        pass
    finally:
        await model.close()
    if stop.is_set():
        raise KeyboardInterrupt


def _repair(
    plan: Plan,
    prompts: Prompts,
    wanted: list[Request],
    folder: Path,
    outcome: Outcome,
    options: dict[str, Any],
    samples: Path,
) -> tuple[dict[str, Any], Path]:
    """Rounds of repair: what the summary tells of them, and the samples after the last."""
    if not options["repair"]:
        return {}, samples
    from verilogeval.generation import repair  # noqa: PLC0415 - brings the judge
    from verilogeval.scorer import Scorer  # noqa: PLC0415

    first = {(request.task_id, request.sample): request for request in wanted}
    with Scorer(plan.dataset, max_mismatches=1000) as scorer:
        judged: list[Any] = [repair.judge_latest(scorer, plan, outcome, 0)]
        for turn in range(1, options["repair"] + 1):
            requests_ = repair.repairs(plan, prompts, first, outcome, judged)
            if not requests_:
                break
            try:
                with _bar(len(requests_)) as tell:
                    journal = Journal(folder)
                    asyncio.run(
                        _collect(_model(options), requests_, journal, outcome, options, tell)
                    )
            finally:
                samples = write_samples(folder, plan, outcome, turn)
            judged.append(repair.judge_latest(scorer, plan, outcome, turn))
    return {"rounds": repair.summary_of(judged)}, samples


def _problems(dataset: Dataset, chosen: tuple[str, ...]) -> tuple[Problem, ...]:
    unknown = [task_id for task_id in chosen if task_id not in dataset.problems]
    if unknown:
        raise InputError(
            f"no problem '{unknown[0]}' in {dataset.name}: see 'eda-rl verilogeval list'"
        )
    return tuple(p for p in dataset.problems.values() if not chosen or p.task_id in chosen)


def _examples(plan: Plan, options: dict[str, Any]) -> Examples:
    if options["examples_from"] and options["examples"] != Choice.RETRIEVED.value:
        raise InputError("--examples-from is for --examples retrieved")
    if options["shots"] == 0 or options["examples"] == Choice.FIXED.value:
        return Fixed(options["shots"])
    from verilogeval.generation.retrieval import Retrieved  # noqa: PLC0415 - brings FAISS

    other = options["examples_from"]
    pool = load(other, None) if other else plan.dataset
    return Retrieved(pool.problems.values(), options["shots"])


def _model(options: dict[str, Any]) -> Model:
    given = [name for name in ("model", "local", "replies") if options[name]]
    if len(given) != 1:
        raise InputError("name one of --model, --local and --replies")
    sampling = Sampling(
        options["temperature"], options["top_p"], options["max_tokens"], options["seed"]
    )
    # Each brings libraries of its own, heavy ones among them.
    if given == ["model"]:
        from verilogeval.generation.models.endpoint import Endpoint  # noqa: PLC0415

        return Endpoint(
            options["model"],
            base_url=options["base_url"],
            key_variable=options["key_env"],
            sampling=sampling,
            timeout_s=options["timeout"],
            stream=options["stream"],
        )
    if given == ["local"]:
        from verilogeval.generation.models.local import Local  # noqa: PLC0415

        return Local(options["local"], sampling)
    from verilogeval.generation.models.ready import Ready  # noqa: PLC0415

    return Ready(options["replies"])


def _settings(
    model: Model, plan: Plan, prompts: Prompts, options: dict[str, Any]
) -> dict[str, Any]:
    """What decides the replies; the number of samples may grow from run to run."""
    prompt = PromptSettings(
        options["rules"], options["shots"], Choice(options["examples"]), options["templates"]
    )
    sampling = Sampling(
        options["temperature"], options["top_p"], options["max_tokens"], options["seed"]
    )
    return {
        "model": model.describe(),
        "dataset": plan.dataset.name,
        "prompt": {**to_json(prompt), "examples_from": options["examples_from"] or ""},
        "templates": prompts.hash,
        "sampling": to_json(sampling),
    }


def _show_prompt(plan: Plan, prompts: Prompts, examples: Examples, *, as_json: bool) -> None:
    if not plan.problems:
        raise InputError(f"{plan.dataset.name} has no problems")
    problem = plan.problems[0]
    used = examples.of(problem)
    messages = prompts.messages(problem, used, rules=plan.rules)
    if as_json:
        turns = [{"role": message.role, "content": message.content} for message in messages]
        value = {"task_id": problem.task_id, "examples": [e.task_id for e in used]}
        click.echo(json.dumps({**value, "messages": turns}))
        return
    for message in messages:
        click.echo(f"----- {message.role}\n{message.content}")


def _tell(summary: dict[str, Any], outcome: Outcome, *, as_json: bool) -> None:
    for (task_id, sample, _), reason in list(outcome.missing.items())[:1]:
        click.echo(
            f"note: no reply for {task_id} sample {sample}"
            f" and {len(outcome.missing) - 1} others, at last: {reason}; try again with --resume",
            err=True,
        )
    if as_json:
        click.echo(json.dumps(summary))
        return
    cost = "" if summary["cost"] is None else f", cost {summary['cost']:.4f}"
    again = sum(summary["asked_again"].values())
    click.echo(
        f"{summary['replies']} replies of {summary['problems']} problems, {summary['reused']} of "
        f"them from before; {summary['refused']} refused, {summary['missing']} missing; asked "
        f"again {again} times"
    )
    click.echo(
        f"{summary['without_code']} without code, {summary['truncated']} cut short; "
        f"{summary['prompt_tokens']} tokens in, {summary['completion_tokens']} out{cost}"
    )
    for turn in summary.get("rounds", ()):
        click.echo(f"round {turn['round']}: {turn['pass']} of {turn['samples']} pass")
    click.echo(f"samples: {summary['samples']}")


@contextmanager
def _bar(total: int) -> Iterator[Callable[[Entry], None]]:
    """Tells each new reply to a progress bar, where someone looks at a terminal."""
    columns = (TextColumn("asking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=total)
        yield lambda _: progress.advance(bar)
