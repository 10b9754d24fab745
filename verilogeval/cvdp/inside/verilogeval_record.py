"""Runs a harness and notes which simulations it asks for, without running any of them.

Arguments: a JSON file with `command`, `environment`, `packages` and `design`; the file to write.
Written are the simulations in their order, whether the harness read files of the design, and, where
it cannot be followed, why.
"""

import contextlib
import json
import os
import random
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _pytest.reports import CollectReport, TestReport

_READING = {"open", "os.listdir", "os.scandir", "glob.glob", "shutil.copyfile"}
_STARTING = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"}


class Followed:
    """What the harness was seen to do.

    Attributes:
        simulations: what it asked for.
        reads_design: whether it looked at files of the design.
        trouble: the first reason why it cannot be followed.
    """

    def __init__(self, design: "Sequence[str]") -> None:
        self.simulations: list[dict[str, object]] = []
        self.reads_design = False
        self.trouble = ""
        self._design = tuple(design)

    def give_up(self, reason: str) -> None:
        """Note why it cannot be followed, unless something was wrong before."""
        self.trouble = self.trouble or reason

    def watch(self, event: str, arguments: "tuple[object, ...]") -> None:
        """Hear of what Python does, as an audit hook."""
        if event in _STARTING:
            self.give_up(f"its harness starts other programs ({str(arguments[0])[:80]})")
        elif event in _READING and arguments and isinstance(arguments[0], str):
            # The file system is not to be asked here: it could be heard again.
            path = os.path.normpath(os.path.join(os.getcwd(), arguments[0]))  # noqa: PTH109, PTH118
            self.reads_design = self.reads_design or path.startswith(self._design)


def _replace_runner(followed: Followed) -> None:
    """Let cocotb's own runner check and arrange its arguments, and then note instead of run."""
    import cocotb_tools.check_results as results  # noqa: PLC0415 - found by a path set just now
    import cocotb_tools.runner as module  # noqa: PLC0415

    builds: dict[object, dict[str, object]] = {}

    class Noting(module.Icarus):
        def _simulator_in_path(self) -> None:
            pass

        def _set_env_common(self) -> None:
            self.env = {**os.environ, **self.env}

        def _build_command(self) -> list[list[str]]:
            sources = [source.value for source in [*self._sources, *self._verilog_sources]]
            built: dict[str, object] = {
                "top": self.hdl_toplevel,
                "sources": [str(path) for path in sources],
                "includes": [str(path) for path in self.includes],
                "defines": {name: str(value) for name, value in self.defines.items()},
                "parameters": {name: str(value) for name, value in self.parameters.items()},
                "flags": [arg.value for arg in self._build_args],
                "timescale": "/".join(self.timescale) if self.timescale else "",
                "modules": [],
            }
            builds[self.build_dir] = built
            followed.simulations.append(built)
            return []

        def _test_command(self) -> list[list[str]]:
            built = builds.get(self.build_dir)
            if built is None:
                followed.give_up("its harness runs tests without a build")
                return []
            noted = {
                **built,
                "modules": self.test_module.split(","),
                "toplevel": self.sim_hdl_toplevel,
                "environment": dict(self.env),
                "path": [entry for entry in sys.path if entry],
                "arguments": [*self.test_args, *self.plusargs],
            }
            if built in followed.simulations:  # the first test after it
                followed.simulations.remove(built)
            followed.simulations.append(noted)
            return []

        def _execute(self, cmds: object, cwd: object) -> None:
            pass

        def rm_build_folder(self, build_dir: object) -> None:
            pass

    def get_runner(name: str) -> Noting:
        if name != "icarus":
            followed.give_up(f"its harness simulates with '{name}'")
        return Noting()

    def all_passed(_file: object) -> "tuple[int, int]":
        return 1, 0

    for place, replaced in (
        (module, {"get_runner": get_runner, "get_results": all_passed}),
        (results, {"get_results": all_passed}),
    ):
        vars(place).update(replaced)
    sys.modules["cocotb.runner"] = module  # where cocotb had it before version 2


def _allow_folders() -> None:
    """Folders cannot be made in here, nor need they be."""
    make = os.mkdir

    def mkdir(*arguments: Any, **named: Any) -> None:
        with contextlib.suppress(PermissionError):
            make(*arguments, **named)

    os.mkdir = mkdir


def _run(command: "list[str]", followed: Followed) -> None:
    program, *arguments = command
    if Path(program).name in {"pytest", "py.test"}:
        _run_pytest(arguments, followed)
    elif arguments[:2] == ["-m", "pytest"]:
        _run_pytest(arguments[2:], followed)
    else:
        sys.argv[:] = arguments
        sys.path.insert(0, str(Path(arguments[0]).parent))
        runpy.run_path(arguments[0], run_name="__main__")


def _run_pytest(arguments: "list[str]", followed: Followed) -> None:
    import pytest  # noqa: PLC0415 - found by a path set just now

    class Watcher:
        """Notes why a test failed."""

        def pytest_runtest_logreport(self, report: "TestReport") -> None:
            if report.failed:
                followed.give_up(f"its harness fails in {report.nodeid}: {_reason(report)}")

        def pytest_collectreport(self, report: "CollectReport") -> None:
            if report.failed:
                followed.give_up(f"its harness fails: {_reason(report)}")

    status = pytest.main([*arguments, "-p", "no:cacheprovider"], plugins=[Watcher()])
    if status != 0:
        followed.give_up(f"its harness fails (pytest's exit status {int(status)})")


def _reason(report: "TestReport | CollectReport") -> str:
    lines = [line for line in str(report.longreprtext).splitlines() if line.strip()]
    errors = [line[1:].strip() for line in lines if line.startswith("E ")]
    return (errors or lines or ["no reason given"])[0][:200]


def main(order_file: str, target: str) -> None:
    """Run the harness's command in the order's environment."""
    order = json.loads(Path(order_file).read_text("utf-8"))
    followed = Followed(order["design"])
    os.environ.clear()
    os.environ.update(order["environment"])
    wanted = os.environ.get("PYTHONPATH", "").split(":")
    sys.path[:0] = [entry for entry in wanted if entry]
    sys.path += order["packages"]
    _replace_runner(followed)
    _allow_folders()
    random.seed(1)  # the same parameters for everyone
    sys.addaudithook(followed.watch)
    try:
        _run(order["command"], followed)
    except SystemExit as error:
        if error.code:
            followed.give_up(f"its harness ends with status {error.code}")
    except BaseException as error:  # whatever the harness raises
        followed.give_up(f"its harness fails: {type(error).__name__}: {error}")
    facts = {
        "simulations": followed.simulations,
        "reads_design": followed.reads_design,
        "trouble": followed.trouble,
    }
    Path(target).write_text(json.dumps(facts), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
