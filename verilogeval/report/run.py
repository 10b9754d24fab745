"""A scored run, as its folder tells it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eda.errors import InputError
from verilogeval.ppa.best import best_at
from verilogeval.ppa.rows import NAME as COSTS
from verilogeval.ppa.rows import CostRow, read_costs
from verilogeval.proof.store import NAME as PROOFS
from verilogeval.proof.store import ProofRow, read_proofs
from verilogeval.report.wave import Wave, read_wave
from verilogeval.sample import Missing
from verilogeval.statistics import Tally
from verilogeval.verdict import Verdict


class Mismatch(BaseModel):
    """Where a sample first differed, see `verilogeval.verdict.FirstMismatch`."""

    model_config = ConfigDict(frozen=True)

    time: int | None
    signals: tuple[str, ...]


class Result(BaseModel):
    """One line of `results.jsonl`; `hash` names the source, the log and the wave."""

    model_config = ConfigDict(frozen=True)

    task_id: str
    sample: int = Field(ge=1)
    verdict: Verdict
    letter: str
    mismatches: int | None = None
    stimuli: int | None = None
    first_mismatch: Mismatch | None = None
    message: str = ""
    wall_s: float = 0.0
    hash: str = Field(pattern=r"^[0-9A-Za-z_-]{1,128}$")  # it becomes a file's name


class TaskSummary(BaseModel):
    """A problem: `c` of the `n` samples that count have passed."""

    model_config = ConfigDict(frozen=True)

    category: str = ""
    prompt: str = ""
    n: int = Field(ge=0)
    c: int = Field(ge=0)


class Measured(BaseModel):
    """How area and delay were measured: library, flow, and what circuits were optimised with."""

    model_config = ConfigDict(frozen=True)

    library: str
    flow: str
    optimised: str = "resyn2"


class Summary(BaseModel):
    """`summary.json`.

    Attributes:
        scored: how many samples this run judged, `reused` how many it took from earlier ones.
        missing: how many samples problems lack, which counted as `missing_as`.
        unknown: samples by task_id that are of no problem of the dataset, and were left out.
        left_out: entries of the dataset that cannot be judged here, with the reason.
        official: whether the verdicts are those of the official harness.
        ppa: None where nothing was measured.
    """

    model_config = ConfigDict(frozen=True)

    dataset: str
    problems: int
    samples: int
    scored: int
    reused: int
    pass_at: dict[int, float | None]
    ci: dict[int, tuple[float, float] | None]
    verdicts: dict[Verdict, int]
    letters: dict[str, int]
    sandbox: str
    versions: dict[str, str]
    wall_s: float
    missing: dict[str, int] = Field(default_factory=dict)
    missing_as: Missing = Missing.FAIL
    unknown: dict[str, int] = Field(default_factory=dict)
    left_out: dict[str, str] = Field(default_factory=dict)
    official: bool = False
    ppa: Measured | None = None
    tasks: dict[str, TaskSummary]


@dataclass(frozen=True)
class Run:
    """A run folder's content; sources, logs and waves are read when they are asked for.

    Attributes:
        proofs: by task_id and sample, where there are any.
        costs: area and delay, the same.
    """

    path: Path
    summary: Summary
    results: tuple[Result, ...]
    proofs: Mapping[tuple[str, int], ProofRow]
    costs: Mapping[tuple[str, int], CostRow]

    @cached_property
    def by_task(self) -> Mapping[str, tuple[Result, ...]]:
        """The results of each problem by sample number; problems in the summary's order."""
        groups: dict[str, list[Result]] = {task_id: [] for task_id in self.summary.tasks}
        for result in self.results:
            groups[result.task_id].append(result)
        return {
            task_id: tuple(sorted(group, key=lambda result: result.sample))
            for task_id, group in groups.items()
        }

    @cached_property
    def tallies(self) -> tuple[Tally, ...]:
        """Each problem's samples, counted as the run counted them."""
        return tuple(
            Tally(
                task_id,
                n=task.n,
                c=task.c,
                category=task.category,
                tool_errors=sum(
                    result.verdict is Verdict.TOOL_ERROR for result in self.by_task[task_id]
                ),
                missing=self.summary.missing.get(task_id, 0),
            )
            for task_id, task in self.summary.tasks.items()
        )

    @cached_property
    def best(self) -> Mapping[str, dict[str, Any] | None]:
        """The expected best ratios of area-delay products, by k; see `best_at`."""
        ratios: dict[str, list[float]] = {}
        for row in self.costs.values():
            if row.ratio is not None:
                ratios.setdefault(row.task_id, []).append(row.ratio)
        return best_at(ratios, {entry.task_id: entry.n for entry in self.tallies})

    def source(self, name: str) -> str | None:
        """The source of that hash, None where the folder does not keep it."""
        return _text(self.path / "sources" / f"{name}.sv")

    def log(self, name: str) -> str | None:
        """What the tools printed, None where nothing is kept, as for passing samples."""
        return _text(self.path / "logs" / f"{name}.txt")

    def wave(self, name: str) -> Wave | None:
        """The waveform around the first mismatch, None where there is none.

        Raises:
            InputError: the file is damaged.
        """
        path = self.path / "waves" / f"{name}.json"
        return read_wave(path) if path.is_file() else None


def load_run(folder: Path) -> Run:
    """Read a run folder.

    Raises:
        InputError: it is not one, its scoring did not end, or a file in it is damaged.
    """
    results, summary = folder / "results.jsonl", folder / "summary.json"
    if not results.is_file():
        raise InputError(f"{folder} is not a run folder: no results.jsonl")
    if not summary.is_file():
        raise InputError(
            f"{folder} holds no summary.json: the scoring did not end; score again into the "
            "same folder to go on with it"
        )
    found = _results(results)
    hashes = {(result.task_id, result.sample): result.hash for result in found}
    run = Run(
        folder,
        _parse(Summary, summary.read_bytes(), str(summary)),
        found,
        _holding(read_proofs(folder / PROOFS), hashes),
        _holding(read_costs(folder / COSTS), hashes),
    )
    for result in run.results:
        if result.task_id not in run.summary.tasks:
            raise InputError(f"{results}: problem {result.task_id} is not in summary.json")
    return run


_Row = TypeVar("_Row", ProofRow, CostRow)


def _holding(
    rows: Iterable[_Row], hashes: Mapping[tuple[str, int], str]
) -> dict[tuple[str, int], _Row]:
    """The rows that are about what was judged: a sample that was judged anew may be another."""
    places = {(row.task_id, row.sample): row for row in rows}
    return {place: row for place, row in places.items() if hashes.get(place) == row.hash}


def _results(path: Path) -> tuple[Result, ...]:
    # A sample that was judged again, after a tool error, has a later line: that one holds.
    found: dict[tuple[str, int], Result] = {}
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            result = _parse(Result, line, f"{path}:{number}")
            found[result.task_id, result.sample] = result
    return tuple(found.values())


_Model = TypeVar("_Model", bound=BaseModel)


def _parse(model: type[_Model], data: bytes, where: str) -> _Model:
    try:
        # json.loads, and not pydantic's own parser, takes the lone surrogates that model output
        # may carry in JSON.
        return model.model_validate(json.loads(data))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{where}: {field}: {first['msg']}") from error
    except ValueError as error:
        raise InputError(f"{where}: not JSON: {error}") from error


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
