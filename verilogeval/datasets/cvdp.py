"""CVDP (Comprehensive Verilog Design Problems): JSON Lines with harnesses, non-agentic."""

from collections.abc import Mapping
from pathlib import Path

from eda.errors import InputError
from verilogeval.cvdp.answer import is_path, to_source
from verilogeval.cvdp.checks import check
from verilogeval.cvdp.prompt import build_prompt
from verilogeval.cvdp.rows import Row, is_agentic, read_row
from verilogeval.cvdp.services import CannotRun, services
from verilogeval.datasets.lines import read_json_lines
from verilogeval.problem import Dataset, HarnessJudge, Problem, Task

RULE = "cvdp"
_SRC = "src/"
_COMPREHENSION = frozenset({"cid006", "cid008", "cid009", "cid010"})


def is_cvdp(path: Path) -> bool:
    """Whether the first line of a JSON Lines file is a row of CVDP."""
    try:
        _, line = next(read_json_lines(path), (0, {}))
    except InputError:
        return False
    return {"id", "categories"} <= line.keys() and ("input" in line or is_agentic(line))


def load(path: Path) -> Dataset:
    """Read the rows that can be judged here; the others are named with the reason.

    A row can be judged where its harness runs cocotb tests with Icarus and nothing else. The file
    "with solutions" tells which tests there are; without it, all that start must pass.

    Raises:
        InputError: a line that is no row, or no row at all.
    """
    problems: dict[str, Problem] = {}
    left_out: dict[str, str] = {}
    for number, line in read_json_lines(path):
        if is_agentic(line):
            left_out[str(line.get("id"))] = "it is agentic: it asks for patches"
            continue
        row = read_row(path, number, line)
        if row.id in problems or row.id in left_out:
            raise InputError(f"{path}:{number}: id '{row.id}' stands there twice")
        try:
            problems[row.id] = _problem(row)
        except CannotRun as error:
            left_out[row.id] = str(error)
    if not problems and not left_out:
        raise InputError(f"{path}: no problems in this file")
    name = path.name.removesuffix(".gz").removesuffix(".jsonl")
    return Dataset(name, RULE, problems, left_out)


def _problem(row: Row) -> Problem:
    if row.category in _COMPREHENSION:
        raise CannotRun(f"its category {row.category} is judged by comparing texts")
    outputs = tuple(row.output.context)
    if not outputs:
        raise CannotRun("it asks for no file")
    given = _texts(row.harness.files)
    judge = HarnessJudge(
        files={k.removeprefix(_SRC): text for k, text in given.items() if k.startswith(_SRC)},
        services=services(given),
        context=_texts(row.input.context),
        outputs=outputs,
    )
    for name in (*judge.files, *judge.context, *outputs):
        if not is_path(name):
            raise CannotRun(f"its file '{name}' lies outside of its folders")
    check(judge.services, judge.files)
    solution = _texts(row.output.context)
    tops = [service.environment.get("TOPLEVEL", "") for service in judge.services]
    return Problem(
        task_id=row.id,
        task=Task.SPEC_TO_RTL,
        top=next(filter(None, tops), ""),
        prompt=build_prompt(row),
        interface="",
        golden=to_source(solution, outputs) if all(solution.get(name) for name in outputs) else "",
        cocotb=judge,
        category=row.category,
    )


def _texts(files: Mapping[str, str | None]) -> dict[str, str]:
    """The files that are there."""
    return {name: text for name, text in files.items() if text is not None}
