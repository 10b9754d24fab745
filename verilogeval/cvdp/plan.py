"""The simulations that a harness asks for, found out by running it without simulating."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from eda.errors import InputError
from verilogeval.cocotb_judge.installation import Cocotb
from verilogeval.cvdp.layout import CODE, FOLDERS, RUNDIR, all_placed, placed
from verilogeval.problem import HarnessJudge, HarnessService
from verilogeval.sandbox.run import run
from verilogeval.sandbox.values import Ended, Limits

INSIDE = Path(__file__).parent / "inside"
_RECORDER = INSIDE / "verilogeval_record.py"
_ORDER, _PLAN = "order.json", "plan.json"
ROOT = "<root>"
_MIB = 2**20
_LIMITS = Limits(
    wall_s=60, cpu_s=60, memory_bytes=1024 * _MIB, file_bytes=16 * _MIB, output_bytes=4 * _MIB
)
#: What the harness's environment is beside its own variables.
_USUAL = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Asked(_Strict):
    """One simulation, with absolute paths in which `ROOT` stands for the judge's folder.

    Attributes are named as in cocotb's runner; `modules` is empty where nothing was run.
    """

    top: str
    sources: list[str]
    includes: list[str]
    defines: dict[str, str]
    parameters: dict[str, str]
    flags: list[str]
    timescale: str
    modules: list[str]
    toplevel: str = ""
    environment: dict[str, str] = {}
    path: list[str] = []
    arguments: list[str] = []


class Plan(_Strict):
    """What a harness asks for; `reads_design` tells that it may ask another design for more."""

    simulations: list[Asked]
    reads_design: bool
    trouble: str = ""


class HarnessFailed(InputError):
    """A harness cannot be followed; `reads_design`: for another answer it might be."""

    def __init__(self, reason: str, *, reads_design: bool) -> None:
        super().__init__(f"this problem cannot be judged here: {reason}")
        self.reason = reason
        self.reads_design = reads_design


def make_plan(judge: HarnessJudge, folder: Path, cocotb: Cocotb) -> Plan:
    """Run each of the harness's services in the sandbox and note the simulations.

    Args:
        judge: the harness.
        folder: the judge's folder, in which the files of design and harness lie.
        cocotb: the installed cocotb.

    Raises:
        HarnessFailed: the harness cannot be followed; the text says why.
    """
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    plans = [_of_service(service, folder, cocotb) for service in judge.services]
    simulations = [asked for plan in plans for asked in plan.simulations]
    trouble = next((plan.trouble for plan in plans if plan.trouble), "")
    if not trouble and not any(asked.modules for asked in simulations):
        trouble = "its harness runs no cocotb tests"
    reads_design = any(plan.reads_design for plan in plans)
    if trouble:
        raise HarnessFailed(trouble, reads_design=reads_design)
    return Plan(simulations=simulations, reads_design=reads_design)


def _of_service(service: HarnessService, folder: Path, cocotb: Cocotb) -> Plan:
    place = folder / RUNDIR
    order: dict[str, Any] = {
        "command": [placed(word, folder) for word in service.command],
        "environment": _environment(service.environment, folder),
        "packages": [str(path) for path in cocotb.packages],
        # The folders in which an answer may lie.
        "design": [str(folder / CODE / name) for name in ("rtl", "verif", "docs", "src")],
    }
    (place / _ORDER).write_text(json.dumps(order), "utf-8")
    outcome = run(
        [str(cocotb.python), "-S", "-s", "-B", "-X", "utf8", str(_RECORDER), _ORDER, _PLAN],
        folder=place,
        reads=[folder, INSIDE, *cocotb.reads],
        limits=_LIMITS,
        env={"PYTHONHASHSEED": "0"},
    )
    written = place / _PLAN
    if outcome.ended is not Ended.EXITED or not written.is_file():
        said = (outcome.stderr or outcome.stdout).decode("utf-8", "replace").strip()
        last = said.splitlines()[-1][:200] if said else "it printed nothing"
        reason = f"its harness did not end ({outcome.ended.value}): {last}"
        raise HarnessFailed(reason, reads_design=False)
    plan = Plan.model_validate_json(written.read_text("utf-8").replace(str(folder), ROOT))
    written.unlink()
    return plan


def _environment(variables: Mapping[str, str], folder: Path) -> dict[str, str]:
    return {**_USUAL, "HOME": str(folder / RUNDIR), **all_placed(variables, folder)}


def dump_plan(plan: Plan) -> str:
    """A plan as text, for a cache."""
    return plan.model_dump_json()


def load_plan(text: str) -> Plan:
    """The plan that `dump_plan` made a text of."""
    return Plan.model_validate_json(text)
