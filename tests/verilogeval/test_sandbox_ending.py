"""Nothing of a run is left, and what goes wrong is told from what the program does."""

import os
import signal
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import wait_until
from hostile_programs import LIMITS, begin, on_linux, python, strong

from eda.errors import ToolError
from verilogeval.sandbox.run import run
from verilogeval.sandbox.values import Ended

pytestmark = on_linux


def alive(tag: str) -> list[int]:
    """The processes that have `tag` in their command line, those that test it aside."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if tag.encode() in words:
                found.append(int(process.name))
    return found


@pytest.fixture
def tag() -> Iterator[str]:
    """A word by which a test's processes are known; none of them may survive it."""
    word = uuid.uuid4().hex
    yield word
    left = alive(word)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left


def test_processes_that_a_run_leaves_are_killed(folder: Path, tag: str) -> None:
    code = "import os, time\nfor _ in range(3):\n    if os.fork() == 0: time.sleep(60)"
    outcome = python(code, folder, tag, limits=replace(LIMITS, processes=3))
    assert outcome.status == 0
    assert not alive(tag)


SLEEPER = """
import os, sys, sysconfig
from pathlib import Path
from verilogeval.sandbox.run import isolation, run
from verilogeval.sandbox.values import Limits
limits = Limits(wall_s=60, cpu_s=60, memory_bytes=1 << 30, file_bytes=0, output_bytes=1 << 20,
    processes=int(os.environ["TEST_PROCESSES"]))
isolation()
if "TEST_FORK" in os.environ and os.fork() == 0:
    sys.exit(sys.stdin.read())
code = "import os, time; os.fork() if sys.argv[2] != '0' else 0; time.sleep(60)"
run([os.path.realpath(sys.executable), "-I", "-S", "-c", "import sys; " + code,
     os.environ["TEST_TAG"], os.environ["TEST_PROCESSES"]],
    folder=Path(os.environ["TEST_FOLDER"]), limits=limits, env={},
    reads=[Path(sysconfig.get_path("stdlib"))])
"""


@pytest.mark.parametrize("missing", ["", "unshare", "seccomp"])
@pytest.mark.parametrize("processes", [0, 1])
@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGINT])
def test_a_run_ends_with_its_worker(
    folder: Path, tag: str, missing: str, processes: int, signal_number: int
) -> None:
    worker = begin(
        missing,
        SLEEPER,
        TEST_FOLDER=str(folder),
        TEST_TAG=tag,
        TEST_PROCESSES=str(processes),
    )
    wait_until(lambda: len(alive(tag)) >= 1 + processes)
    worker.send_signal(signal_number)
    _, said = worker.communicate()
    if signal_number == signal.SIGINT:
        assert b"KeyboardInterrupt" in said
        assert not alive(tag)
    wait_until(lambda: not alive(tag))


def test_a_run_ends_with_its_worker_though_a_fork_of_that_lives(folder: Path, tag: str) -> None:
    worker = begin(
        "", SLEEPER, TEST_FOLDER=str(folder), TEST_TAG=tag, TEST_PROCESSES="0", TEST_FORK="yes"
    )
    wait_until(lambda: alive(tag))
    worker.kill()
    wait_until(lambda: not alive(tag))
    worker.communicate()  # lets the fork end


def test_a_program_that_is_not_there_is_a_tool_error(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="cannot start /no/such/vvp: No such file"):
        run(["/no/such/vvp"], folder=folder, limits=LIMITS, env={})
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    with pytest.raises(ToolError, match=f"cannot start {script}: Permission denied"):
        run([str(script)], folder=folder, limits=LIMITS, env={})
    script.write_text("#!/no/such/shell\n")
    script.chmod(0o755)
    with pytest.raises(ToolError, match="cannot start /no/such/shell"):
        run([str(script)], folder=folder, limits=LIMITS, env={})


@pytest.mark.parametrize("status", [1, 126, 127, 255])
def test_a_programs_own_status_is_no_tool_error(folder: Path, status: int) -> None:
    outcome = python(f"raise SystemExit({status})", folder)
    assert (outcome.ended, outcome.status) == (Ended.EXITED, status)


def test_a_crash_is_told_from_an_exit(folder: Path) -> None:
    outcome = python("import os; os.abort()", folder)
    assert (outcome.ended, outcome.status) == (Ended.SIGNALLED, -signal.SIGABRT)


@strong
def test_what_cannot_be_used_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=f"{tmp_path}/absent"):
        python("", folder, reads=[tmp_path / "absent"])
    with pytest.raises(ToolError, match=f"{tmp_path}/nowhere"):
        python("", tmp_path / "nowhere")


def test_a_launcher_that_dies_is_a_tool_error(folder: Path, tag: str) -> None:
    code = "import time; time.sleep(60)"
    failed: list[BaseException] = []

    def sleep() -> None:
        try:
            python(code, folder, tag)
        except ToolError as error:
            failed.append(error)

    thread = threading.Thread(target=sleep)
    thread.start()
    wait_until(lambda: alive(tag))
    status = Path(f"/proc/{alive(tag)[0]}/status").read_text()
    launcher = next(line for line in status.splitlines() if line.startswith("PPid"))
    os.kill(int(launcher.split()[1]), signal.SIGKILL)
    thread.join()
    assert failed
    wait_until(lambda: not alive(tag))
    assert python("print(1)", folder).stdout == b"1\n"


def test_runs_of_several_threads_do_not_mix(tmp_path: Path) -> None:
    said: dict[int, bytes] = {}

    def one(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        for _ in range(5):
            said[number] = python(f"print({number})", folder, feed=b"x" * number).stdout

    threads = [threading.Thread(target=one, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == {number: b"%d\n" % number for number in range(3)}


def test_a_fork_of_a_worker_has_its_own_launcher(folder: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from verilogeval.sandbox.run import run
from verilogeval.sandbox.values import Limits
limits = Limits(wall_s=60, cpu_s=60, memory_bytes=1 << 30, file_bytes=0, output_bytes=1 << 20)
def say(word):
    done = run(["/bin/echo", word], folder=Path(os.environ["TEST_FOLDER"]), limits=limits, env={})
    print(done.stdout.decode().strip(), flush=True)
say("before")
if os.fork() == 0:
    say("child")
    sys.exit()
os.wait()
say("parent")
"""
    said, errors = begin("", code, TEST_FOLDER=str(folder)).communicate()
    assert said.split() == [b"before", b"child", b"parent"], errors
