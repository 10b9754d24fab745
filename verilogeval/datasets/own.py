"""Our problem format: a folder with `problem.toml`, prompt, reference and the judges' files."""

import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eda.errors import InputError
from verilogeval.problem import CocotbJudge, Dataset, Problem, Task, TestbenchJudge
from verilogeval.source import rename_module

if sys.version_info >= (3, 11):
    import tomllib
else:  # the same module under its older name
    import tomli as tomllib

REFERENCE = "RefModule"
#: Helpers that every test module of a set may import.
SHARED = "bench.py"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Testbench(_Strict):
    file: str


class _Cocotb(_Strict):
    module: str
    files: list[str] = Field(default_factory=list)
    parameters: list[dict[str, int]] = Field(default=[{}], min_length=1)
    expected_tests: int | None = Field(default=None, ge=1)


class _Settings(_Strict):
    """What `problem.toml` may say."""

    task_id: str = Field(min_length=1)
    title: str = ""
    category: str = ""
    task: Task = Task.SPEC_TO_RTL
    top: str = "TopModule"
    testbench: _Testbench | None = None
    cocotb: _Cocotb | None = None


def folder_of_shipped() -> Path:
    """Where this package keeps its own problems."""
    return Path(__file__).parent.parent / "problems"


def holds_problems(folder: Path) -> bool:
    """Whether this is one problem or a folder of problems in our format."""
    return (folder / "problem.toml").exists() or any(folder.glob("*/problem.toml"))


def load(folder: Path, name: str) -> Dataset:
    """Read one problem's folder, or each folder in it that has a `problem.toml`.

    Raises:
        InputError: a file is missing or `problem.toml` is wrong; the text names it.
    """
    files = [folder / "problem.toml"]
    if not files[0].exists():
        files = sorted(folder.glob("*/problem.toml"))
    problems: dict[str, Problem] = {}
    for file in files:
        problem = _problem(file.parent)
        if problem.task_id in problems:
            raise InputError(f"{file}: task_id '{problem.task_id}' stands in two folders")
        problems[problem.task_id] = problem
    return Dataset(name, "v2", problems)


def _problem(folder: Path) -> Problem:
    settings = _settings(folder / "problem.toml")
    if settings.testbench is None and settings.cocotb is None:
        raise InputError(f"{folder / 'problem.toml'}: needs [testbench] or [cocotb]")
    golden = _read(folder / "reference.sv")
    testbench = None
    if settings.testbench is not None:
        reference = rename_module(golden, settings.top, REFERENCE)
        testbench = TestbenchJudge(_read(folder / settings.testbench.file), reference, REFERENCE)
    return Problem(
        task_id=settings.task_id,
        task=settings.task,
        top=settings.top,
        prompt=_read(folder / "prompt.md"),
        interface=_read(folder / "interface.sv"),
        golden=golden,
        testbench=testbench,
        cocotb=_cocotb(folder, settings.cocotb) if settings.cocotb is not None else None,
        category=settings.category,
    )


def _settings(file: Path) -> _Settings:
    try:
        values: dict[str, Any] = tomllib.loads(_read(file))
        return _Settings.model_validate(values)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{file}: {where}: {first['msg']}") from error


def _cocotb(folder: Path, settings: _Cocotb) -> CocotbJudge:
    names = [f"{settings.module}.py", *settings.files]
    files = {name: _read(folder / name) for name in names}
    shared = folder.parent / SHARED
    if shared.exists():
        files[SHARED] = _read(shared)
    return CocotbJudge(
        module=settings.module,
        files=files,
        parameters=tuple(settings.parameters),
        expected_tests=settings.expected_tests,
    )


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
