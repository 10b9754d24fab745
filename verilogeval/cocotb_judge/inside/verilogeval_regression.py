"""Runs the cocotb tests when the simulation starts, and reports each to the judge."""

import re
import sys
import traceback
import warnings

import cocotb
import cocotb._init
import cocotb._shutdown
import cocotb.logging
import cocotb.regression
from cocotb.simtime import get_sim_time
from sitecustomize import channel  # type: ignore[import-not-found]

#: Longer texts of failures are cut.
_MESSAGE_LENGTH = 2000
_MISSING = re.compile(r"contains no child object named (\w+)")


class Reporter:
    """Takes the place of cocotb's writer of result files."""

    def __init__(self, **_settings: object) -> None:
        pass

    def normalize_path(self, path: object) -> str:
        """As cocotb's: a path for the report, where nobody reads it."""
        return str(path)

    def add_testcase(
        self,
        name: str,
        classname: str,
        status: str,
        time: float = 0.0,
        reason: object = None,
        extra_properties: "dict[str, object] | None" = None,
        **_more: object,
    ) -> None:
        """Report a test that ended; not one that was left out because another failed."""
        if isinstance(reason, cocotb.regression.RegressionTerminated):
            return
        facts = extra_properties or {}
        ended_early = isinstance(reason, cocotb.regression.SimFailure)
        channel.report(
            "test",
            name=f"{classname}.{name}",
            status="ended" if ended_early else status,
            time_ns=facts.get("sim_time_stop"),
            wall_s=time,
            message="" if ended_early or reason is None else _describe(reason),
            raised="" if reason is None else type(reason).__name__,
        )

    def write(self, _filename: object) -> None:
        """Report that all tests were run."""
        channel.report("done", time_ns=get_sim_time("ns"))


def _describe(reason: object) -> str:
    """A failure in a line or two: what was raised, or the assertion that failed, and where."""
    if not isinstance(reason, BaseException):
        return str(reason)
    while inner := getattr(reason, "exceptions", None):  # a group
        reason = inner[0]
    text = "\n".join(str(reason).strip().splitlines()[:2])[:_MESSAGE_LENGTH]
    missing = _MISSING.search(text)
    if missing and isinstance(reason, (AttributeError, KeyError)):
        return f"the design has no port or signal named '{missing[1]}'"
    if isinstance(reason, AssertionError):
        place = _place(reason)
        return text or f"{place.line} ({place.filename.rsplit('/', 1)[-1]}:{place.lineno})"
    return f"{type(reason).__name__}: {text}"


def _place(reason: BaseException) -> traceback.FrameSummary:
    """Where it was raised: the innermost line of the problem's own files."""
    frames = traceback.extract_tb(reason.__traceback__)
    folders = tuple(channel.order["path"])
    own = [frame for frame in frames if frame.filename.startswith(folders)]
    found = (own or frames)[-1:]
    return found[0] if found else traceback.FrameSummary("?", 0, "?", line="it failed")


def start() -> None:
    """Do what cocotb does at the start, but look for no tests where the design can write."""
    try:
        cocotb.logging._configure()
        cocotb._init.init_package_from_simulation()
    except BaseException as error:
        channel.report("trouble", message=_describe(error))
        raise
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    regression = cocotb.regression
    # Rewritten assertions cost more than most simulations, and their texts have many lines.
    rewriting = "setup_pytest_assertion_rewriting"
    setattr(regression.RegressionManager, rewriting, lambda _: None)
    setattr(regression, "XUnitReporter", Reporter)  # noqa: B010 - it is not exported
    try:
        if channel.order["older"]:
            import verilogeval_older  # type: ignore[import-not-found] # noqa: PLC0415

            verilogeval_older.install()
        regression._setup_regression_manager()
    except BaseException as error:
        channel.report("trouble", message=_describe(error))
        raise
    manager = regression._manager_inst
    channel.report("planned", tests=[test.fullname for test in _planned(manager)])
    manager.start_regression()
    cocotb._shutdown.register(manager._on_sim_end)


def _planned(manager: cocotb.regression.RegressionManager) -> list[cocotb.regression.Test]:
    """The tests that the manager will run or skip, in its order."""
    tests = sorted(manager._test_queue, key=lambda test: test.stage)
    filters = manager._filters
    return [t for t in tests if not filters or any(f.search(t.fullname) for f in filters)]
