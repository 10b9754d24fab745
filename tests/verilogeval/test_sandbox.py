"""Hostile programs in the sandbox: what they must not do, they can do outside, and not inside."""

import copy
import errno
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import sysconfig
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eda.errors import ToolError
from verilogeval.sandbox import run as entry
from verilogeval.sandbox.inside import bubblewrap, landlock, seccomp
from verilogeval.sandbox.inside.syscalls import Architecture, architecture
from verilogeval.sandbox.programs import needed_by
from verilogeval.sandbox.run import isolation, require, run
from verilogeval.sandbox.values import FEED, FIRST_FD, Ended, Limits, Outcome

ROOT = Path(__file__).parents[2]
CIRCUMSTANCES = Path(__file__).with_name("circumstances.py")
LIMITS = Limits(wall_s=20, cpu_s=10, memory_bytes=1 << 30, file_bytes=1 << 20, output_bytes=1 << 20)
SECRET = "the token that nobody must see"

strong = pytest.mark.skipif(
    sys.platform != "linux" or not isolation().strong,
    reason="this machine has no Landlock and no Bubblewrap, or no seccomp",
)
with_landlock = pytest.mark.skipif(not landlock.abi(), reason="this kernel has no Landlock")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux only")

ATTACKS = """
module top;
  reg [8*512-1:0] path, text;
  integer file, got;
  int queue [$];
  initial begin
    if ($test$plusargs("secret")) $display("SECRET");
    if ($value$plusargs("read=%s", path)) begin
      file = $fopen(path, "r");
      got = file ? $fgets(text, file) : 0;
      $display("got %0d: %0s", got, text);
    end
    if ($value$plusargs("write=%s", path)) begin
      file = $fopen(path, "w");
      if (file) $fdisplay(file, "written");
    end
    if ($test$plusargs("fill")) forever $fdisplay(file, "a line of the file that has no end");
    if ($test$plusargs("flood")) forever $display("a line of the output that has no end");
    if ($test$plusargs("hog")) forever queue.push_back(queue.size());
    if ($test$plusargs("loop")) forever #1;
    $display("end");
    $finish;
  end
endmodule
""".replace("SECRET", SECRET)


class Vvp:
    """The attacks as a compiled program, to be run outside and inside."""

    def __init__(self, program: Path) -> None:
        self.path = Path(shutil.which("vvp") or "")
        self.program = program.read_bytes()
        self._file = program
        modules = [line for line in self.program.split(b"\n") if b'vpi_module "/' in line]
        plugins = [Path(line.split(b'"')[1].decode()) for line in modules]
        self.reads = [*{plugin.parent for plugin in plugins}, *needed_by(*plugins)]

    def outside(self, folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            [self.path, "-n", self._file, *arguments], cwd=folder, capture_output=True, check=True
        )
        return done.stdout.decode("latin-1")

    def inside(self, folder: Path, *arguments: str, limits: Limits = LIMITS) -> Outcome:
        return run(
            [str(self.path), "-n", FEED, *arguments],
            folder=folder,
            limits=limits,
            env={},
            reads=self.reads,
            feed=self.program,
        )


@pytest.fixture(scope="module")
def vvp(tmp_path_factory: pytest.TempPathFactory) -> Vvp:
    if shutil.which("iverilog") is None:
        pytest.skip("Icarus Verilog is not installed")
    folder = tmp_path_factory.mktemp("attacks")
    source = folder / "attacks.sv"
    source.write_text(ATTACKS)
    program = folder / "attacks.vvp"
    subprocess.run(["iverilog", "-g2012", "-o", program, source], check=True)
    return Vvp(program)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run's own folder."""
    path = tmp_path / "run"
    path.mkdir()
    return path


PYTHON = Path(sys.executable).resolve()
STDLIB = Path(sysconfig.get_path("stdlib"))


def python(
    code: str, folder: Path, *arguments: str, limits: Limits = LIMITS, **options: Any
) -> Outcome:
    """Run Python code in the sandbox."""
    plugins = [
        path
        for name in ("_ctypes", "_socket", "fcntl", "resource")
        for path in STDLIB.glob(f"lib-dynload/{name}.*.so")
    ]
    return run(
        [str(PYTHON), "-I", "-S", "-c", code, *arguments],
        folder=folder,
        limits=limits,
        env=options.pop("env", {}),
        reads=[STDLIB, *needed_by(*plugins), *options.pop("reads", ())],
        **options,
    )


# What simulated code can try.


def test_a_simulation_gets_its_program_by_a_pipe(vvp: Vvp, folder: Path) -> None:
    outcome = vvp.inside(folder, "+secret")
    assert outcome.ended is Ended.EXITED
    assert outcome.status == 0
    assert outcome.stdout.decode().splitlines() == [SECRET, "end"]
    assert 0 < outcome.cpu_s < outcome.wall_s + 1
    assert outcome.peak_memory_bytes > 1 << 20


def test_a_program_longer_than_any_pipe_arrives(vvp: Vvp, folder: Path) -> None:
    longer = copy.copy(vvp)
    longer.program += b"# a line that changes nothing\n" * 30_000
    assert longer.inside(folder).stdout == b"end\n"


@strong
@pytest.mark.parametrize("place", ["/etc/passwd", "/proc/self/cmdline", "/proc/self/environ"])
def test_a_simulation_cannot_read_the_systems_files(vvp: Vvp, folder: Path, place: str) -> None:
    assert "got 0" not in vvp.outside(folder, f"+read={place}")
    assert b"got 0" in vvp.inside(folder, f"+read={place}").stdout


@strong
def test_a_simulation_cannot_read_or_write_beside_its_folder(
    vvp: Vvp, folder: Path, tmp_path: Path
) -> None:
    sibling = tmp_path / "sibling"
    sibling.mkdir()
    (sibling / "source.sv").write_text("of another sample\n")
    reading = f"+read={sibling}/source.sv"
    assert "of another" in vvp.outside(folder, reading)
    for way in (reading, "+read=../sibling/source.sv"):
        assert b"got 0" in vvp.inside(folder, way).stdout
    vvp.outside(folder, f"+write={sibling}/outside")
    vvp.inside(folder, f"+write={sibling}/inside")
    vvp.inside(folder, f"+write={sibling}/source.sv")
    assert sorted(path.name for path in sibling.iterdir()) == ["outside", "source.sv"]
    assert (sibling / "source.sv").read_text() == "of another sample\n"


def test_a_simulation_can_use_its_folder(vvp: Vvp, folder: Path) -> None:
    (folder / "stimulus").write_text("of this sample\n")
    assert b"of this sample" in vvp.inside(folder, "+read=stimulus").stdout
    vvp.inside(folder, "+write=dump")
    assert (folder / "dump").read_text() == "written\n"


@strong
def test_a_simulation_cannot_read_its_own_program(vvp: Vvp, folder: Path) -> None:
    with vvp._file.open("rb") as file:  # what a program in a file would give away
        argv = [
            vvp.path,
            "-n",
            f"/proc/self/fd/{file.fileno()}",
            f"+read=/proc/self/fd/{file.fileno()}",
        ]
        leaked = subprocess.run(
            argv, capture_output=True, check=True, pass_fds=[file.fileno()], cwd=folder
        )
    assert b"/vvp" in leaked.stdout
    names = ["/proc/self/mem", "/proc/self/maps", "/proc/self/cmdline", "feed"]
    names += [f"{place}/{fd}" for place in ("/proc/self/fd", "/dev/fd") for fd in range(10)]
    for name in names:
        said = vvp.inside(folder, f"+read={name}").stdout
        assert b"got 0" in said, name
    assert not list(folder.iterdir())


def test_an_endless_simulation_is_killed(vvp: Vvp, folder: Path) -> None:
    outcome = vvp.inside(folder, "+loop", limits=replace(LIMITS, wall_s=0.2))
    assert outcome.ended is Ended.WALL
    assert outcome.status == -signal.SIGKILL
    assert outcome.wall_s >= 0.2


def test_processor_time_is_limited(vvp: Vvp, folder: Path) -> None:
    outcome = vvp.inside(folder, "+loop", limits=replace(LIMITS, cpu_s=1))
    assert outcome.ended is Ended.CPU


def test_memory_is_limited(vvp: Vvp, folder: Path) -> None:
    outcome = vvp.inside(folder, "+hog", limits=replace(LIMITS, memory_bytes=80 << 20))
    assert outcome.ended in (Ended.SIGNALLED, Ended.EXITED)
    assert outcome.status != 0
    assert outcome.peak_memory_bytes < 80 << 20


def test_output_is_limited(vvp: Vvp, folder: Path) -> None:
    outcome = vvp.inside(folder, "+flood", limits=replace(LIMITS, output_bytes=100_000))
    assert outcome.ended is Ended.OUTPUT
    assert len(outcome.stdout) == 100_000


def test_output_that_is_allowed_comes_whole(folder: Path) -> None:
    code = "import sys; print('o' * 500_000); print('e' * 400_000, file=sys.stderr)"
    outcome = python(code, folder)
    assert outcome.ended is Ended.EXITED
    assert (len(outcome.stdout), len(outcome.stderr)) == (500_001, 400_001)


def test_a_file_cannot_grow_without_end(vvp: Vvp, folder: Path) -> None:
    outcome = vvp.inside(folder, "+write=dump", "+fill")
    assert outcome.ended is Ended.FILE
    assert (folder / "dump").stat().st_size <= LIMITS.file_bytes


def test_files_cannot_take_more_together_than_one_may(folder: Path) -> None:
    code = "for n in range(100): open(str(n), 'wb').write(bytes(100_000))"
    assert python(code, folder).ended is Ended.FILE
    assert python("for n in range(5): open(str(n), 'wb').write(b'x')", folder).ended is Ended.EXITED


@strong
def test_where_no_files_may_be_made_none_are(vvp: Vvp, folder: Path) -> None:
    assert vvp.inside(folder, "+write=dump", limits=replace(LIMITS, file_bytes=0)).status == 0
    assert not list(folder.iterdir())


# What a program that has taken over its process can try.

ATTEMPTS = """
import _thread, ctypes, fcntl, json, os, resource, socket, sys
libc = ctypes.CDLL(None)
def fork():
    if os.fork() == 0:
        os._exit(0)
def loose():
    open("mine", "w").close()
    return "mine"
def pipe_of_stdout():
    return os.open("/proc/self/fd/1", os.O_RDONLY | os.O_NONBLOCK)
def foreign_limits():
    return resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)
attempts = {
    "fork": fork,
    "thread": lambda: _thread.start_new_thread(lambda: None, ()),
    "spawn": lambda: os.posix_spawn(sys.executable, ["python", "-c", ""], {}),
    "shell": lambda: os.system("true") and 1 / 0,
    "network": lambda: socket.socket(socket.AF_INET),
    "datagrams": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "local socket": lambda: socket.socket(socket.AF_UNIX),
    "signal": lambda: os.kill(os.getppid(), 0),
    "signal everyone": lambda: os.kill(-1, 0),
    "foreign limits": foreign_limits,
    "processors": lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)),
    "folder": lambda: os.mkdir("folder"),
    "symbolic link": lambda: os.symlink("/etc/passwd", "link"),
    "hard link": lambda: os.link(loose(), "other"),
    "named pipe": lambda: os.mkfifo("fifo"),
    "mode": lambda: os.chmod(loose(), 0o777),
    "owner": lambda: os.chown(loose(), os.getuid(), os.getgid()),
    "time": lambda: os.utime(loose()),
    "attribute": lambda: os.setxattr(loose(), "user.a", b"x"),
    "truncate": lambda: os.truncate(loose(), 0),
    "write what may be read": lambda: open(sys.argv[1], "r+").close(),
    "truncate by reading": lambda: os.close(os.open(sys.argv[1], os.O_RDONLY | os.O_TRUNC)),
    "orphan": lambda: libc.prctl(1, 0) and 1 / 0,
    "core files": lambda: libc.prctl(4, 1) and 1 / 0,
    "signals by input": lambda: fcntl.fcntl(1, fcntl.F_SETOWN, os.getpid()),
    "read stdout": pipe_of_stdout,
    "list processes": lambda: os.listdir("/proc"),
    "list root": lambda: os.listdir("/"),
    "shared memory": lambda: os.close(os.open("/dev/shm/" + sys.argv[2], os.O_CREAT | os.O_RDWR)),
}
possible = []
for name, attempt in attempts.items():
    try:
        attempt()
    except (OSError, RuntimeError, ZeroDivisionError):
        continue
    possible.append(name)
print(json.dumps(possible), flush=True)
"""


@strong
def test_a_program_that_does_what_it_likes_can_do_nothing(folder: Path, tmp_path: Path) -> None:
    victim, name = tmp_path / "victim", uuid.uuid4().hex
    victim.write_text("still there")
    inside = python(ATTEMPTS, folder, str(victim), name, reads=[victim])
    possible = set(json.loads(inside.stdout))
    if isolation().bubblewrap:  # what there is to see and to signal is Bubblewrap's
        possible -= {"list root", "signal"}
    assert not possible, inside.stderr
    assert victim.read_text() == "still there"
    beside = tmp_path / "outside"
    beside.mkdir()
    argv = [PYTHON, "-I", "-S", "-c", ATTEMPTS, victim, name]
    outside = subprocess.run(argv, cwd=beside, capture_output=True, check=True)
    (Path("/dev/shm") / name).unlink()
    known = set(json.loads(outside.stdout))
    # File systems without attributes aside, all of it works where nothing forbids it.
    assert len(known | {"attribute"}) == ATTEMPTS.count('\n    "')
    assert victim.read_text() == ""


def test_root_runs_with_what_others_own(folder: Path, tmp_path: Path) -> None:
    if os.getuid() != 0 or isolation().bubblewrap or "user" in isolation().namespaces:
        pytest.skip("only root can read what others keep to themselves")
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    (private / "file").write_text("of the user")
    (private / "file").chmod(0o600)
    for path in (private, private / "file"):
        os.chown(path, 65534, 65534)
    code = "import sys; print(open(sys.argv[1]).read())"
    outcome = python(code, folder, f"{private}/file", reads=[private])
    assert outcome.stdout == b"of the user\n", outcome.stderr


def test_environment_and_open_files_are_those_given(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_KEY", "of the user")
    code = (
        "import os, sys\n"
        "opened = []\n"
        "for fd in range(256):\n"
        "    try: os.fstat(fd)\n"
        "    except OSError: continue\n"
        "    opened.append(fd)\n"
        "os.environ.pop('LC_CTYPE', None)\n"  # Python's own doing
        "print([dict(os.environ), opened, sys.stdin.read(), os.getcwd(), os.umask(0)])"
    )
    ours, other = socket.socketpair()
    with ours, other:
        os.set_inheritable(other.fileno(), True)
        outcome = python(code, folder, env={"A": "b"}, keep_fds=[other.fileno()])
    there = str(folder)
    environment = {"A": "b", "HOME": there, "TMPDIR": there}
    if isolation().bubblewrap:
        environment["PWD"] = there
    assert eval(outcome.stdout) == [environment, [0, 1, 2, FIRST_FD], "", there, 0o077]


@strong
def test_only_the_program_itself_is_executed(folder: Path) -> None:
    code = "import os; os.execv('/bin/echo', ['echo', 'executed'])"
    options = {"reads": [Path("/bin/echo")]}
    if isolation().landlock:
        assert python(code, folder, **options).status == 1
    allowed = replace(LIMITS, processes=1)
    assert python(code, folder, limits=allowed, **options).stdout == b"executed\n"


def test_results_come_back_by_a_socket_that_is_passed_on(folder: Path) -> None:
    ours, other = socket.socketpair()
    with ours:
        with other:
            code = f"import os; os.write({FIRST_FD}, b'results')"
            assert python(code, folder, keep_fds=[other.fileno()]).status == 0
        assert ours.recv(100) == b"results"


def test_as_many_processes_and_threads_start_as_are_allowed(folder: Path) -> None:
    if not isolation().landlock or not isolation().seccomp:
        pytest.skip("without Landlock, or without seccomp, they are not counted")
    code = (
        "import os, threading, time\n"
        "def count(start):\n"
        "    for n in range(10):\n"
        "        try: start()\n"
        "        except (OSError, RuntimeError): return n\n"
        "def fork():\n"
        "    if os.fork() == 0: time.sleep(60)\n"
        "print(count(fork), count(lambda: threading.Thread(target=str).start()))"
    )
    outcome = python(code, folder, limits=replace(LIMITS, processes=3, threads=5))
    assert outcome.stdout.split() == [b"3", b"5"], outcome.stderr


def test_a_program_may_start_others_where_that_is_allowed(folder: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "argv = [sys.executable, '-I', '-S', '-c', 'print(6 * 7)']\n"
        "print(subprocess.run(argv, capture_output=True).stdout)"
    )
    outcome = python(code, folder, limits=replace(LIMITS, processes=2))
    assert outcome.stdout == b"b'42\\n'\n", outcome.stderr


# Nothing is left.


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


def wait_until(happens: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not happens():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


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


def begin(missing: str, code: str, **environment: str) -> "subprocess.Popen[bytes]":
    """Run code in a process of its own, on a machine that lacks something."""
    if missing and not isolation().seccomp:
        pytest.skip("without seccomp nothing can be made to be missing")
    return subprocess.Popen(
        [sys.executable, CIRCUMSTANCES, missing, code],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


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


# The sandbox's own failures are not the program's.


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


def test_a_full_disk_is_a_tool_error(vvp: Vvp, tmp_path: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may make a small disk")
    try:
        folder = tmp_path / "run"
        folder.mkdir()
        fill = ("+write=dump", "+fill")
        assert vvp.inside(folder, *fill).ended is Ended.FILE
        with pytest.raises(ToolError, match="no space left"):
            # Its limit is not what stops it.
            vvp.inside(folder, *fill, limits=replace(LIMITS, file_bytes=1 << 30))
        (folder / "dump").unlink()
        (tmp_path / "other").write_bytes(bytes(3_500_000))
        with pytest.raises(ToolError, match="no space left"):
            vvp.inside(folder)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


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


# Several at once, and forks.


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


# Machines that lack something.

REPORT = """
import json, os
from pathlib import Path
from eda.errors import ToolError
from verilogeval.sandbox.run import isolation, require, run
from verilogeval.sandbox.values import FEED, Limits
limits = Limits(wall_s=60, cpu_s=60, memory_bytes=1 << 30, file_bytes=1 << 16, output_bytes=1 << 20)
def say(*argv, **options):
    folder = Path(os.environ["TEST_FOLDER"])
    return run(argv, folder=folder, limits=limits, env={}, **options).stdout.decode()
try:
    require()
    remedy = ""
except ToolError as error:
    remedy = str(error)
print(json.dumps({
    "means": isolation().describe(),
    "strong": isolation().strong,
    "remedy": remedy,
    "outside": say("/bin/cat", os.environ["TEST_SECRET"]),
    "inside": say("/bin/cat", "own"),
    "fed": say("/bin/cat", FEED, feed=b"food" * 100_000)[:8],
    "again": say("/bin/cat", FEED, FEED, feed=b"food"),
    "forked": say("/bin/sh", "-c", "echo $(echo forked)", reads=[Path("/bin/echo")]),
}))
"""

STRONG = [
    ("", "namespaces+landlock+seccomp"),
    ("unshare", "landlock+seccomp"),
    ("landlock", "bubblewrap+seccomp"),
]
WEAK = [
    ("landlock,bwrap", "namespaces+seccomp", "install Bubblewrap"),
    ("seccomp", "namespaces+landlock", "CONFIG_SECCOMP_FILTER"),
    ("unshare,landlock,seccomp,bwrap", "limits", "CONFIG_SECCOMP_FILTER"),
]


def report(missing: str, folder: Path, **environment: str) -> dict[str, Any]:
    secret = folder.parent / "secret"
    secret.write_text("of others")
    (folder / "own").write_text("own")
    worker = begin(missing, REPORT, TEST_FOLDER=str(folder), TEST_SECRET=str(secret), **environment)
    said, errors = worker.communicate()
    assert said, errors
    return dict(json.loads(said))


@strong
@with_landlock
@pytest.mark.parametrize(("missing", "means"), STRONG)
def test_a_machine_without_something_uses_what_it_has(
    folder: Path, missing: str, means: str
) -> None:
    if "bubblewrap" in means and shutil.which("bwrap") is None:
        pytest.skip("Bubblewrap is not installed")
    found = report(missing, folder)
    if found["means"] == "landlock+seccomp":
        pytest.skip("this machine allows no namespaces") if not missing else None
    assert found == {
        "means": means,
        "strong": True,
        "remedy": "",
        "outside": "",
        "inside": "own",
        "fed": "foodfood",
        "again": "food",
        "forked": "",
    }


@with_landlock
@pytest.mark.parametrize(("missing", "means", "remedy"), WEAK)
def test_a_machine_without_enough_says_so(
    folder: Path, missing: str, means: str, remedy: str
) -> None:
    found = report(missing, folder)
    if not isolation().namespaces:
        means = means.replace("namespaces+", "")
    assert (found["means"], found["strong"]) == (means, False)
    assert remedy in found["remedy"]
    assert "\n" not in found["remedy"]
    assert (found["inside"], found["fed"]) == ("own", "foodfood")
    assert bool(found["outside"]) is ("landlock" in missing)


def test_a_bubblewrap_that_does_not_work_is_not_used(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "bin" / "bwrap"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\necho no >&2\nexit 1\n")
    broken.chmod(0o755)
    found = report("landlock", folder, PATH=f"{broken.parent}:{os.environ['PATH']}")
    assert found["means"].endswith("seccomp")
    assert not found["strong"]


def test_bubblewraps_news_are_understood() -> None:
    started = '{"child-pid": 7}\n'
    assert bubblewrap.exit_status(started + '{"exit-code": 3}\n') == 3
    assert bubblewrap.exit_status(started + '{"exit-code": 139}\n') == -signal.SIGSEGV
    assert bubblewrap.exit_status(started + '{"exit-code": 255}\n') == 255
    assert bubblewrap.exit_status(started) is None


def test_it_works_for_those_who_are_not_root() -> None:
    if os.getuid() != 0:
        pytest.skip("all other tests show it")
    nobody = {"user": 65534, "group": 65534, "extra_groups": []}
    python = next(filter(_usable_by(nobody), (sys.executable, "/usr/bin/python3")), None)
    if python is None:
        pytest.skip("no Python that others than root may run, or no access to the checkout")
    home = Path("/tmp") / f"test-{uuid.uuid4().hex}"
    run_folder = home / "run"
    run_folder.mkdir(parents=True)
    try:
        (home / "secret").write_text("of others")
        (run_folder / "own").write_text("own")
        for path in (home, run_folder, home / "secret", run_folder / "own"):
            os.chown(path, 65534, 65534)
        done = subprocess.run(
            [python, "-B", CIRCUMSTANCES, "", REPORT],
            env={"TEST_FOLDER": str(run_folder), "TEST_SECRET": str(home / "secret")},
            capture_output=True,
            check=True,
            cwd="/",
            **nobody,
        )
    finally:
        shutil.rmtree(home)
    found = json.loads(done.stdout)
    if isolation().strong:
        assert found["strong"]
        assert found["outside"] == ""
    assert found["inside"] == "own"
    assert found["again"] == "food"


def _usable_by(user: dict[str, Any]) -> Callable[[str], bool]:
    def usable(python: str) -> bool:
        code = "import sys; assert sys.version_info >= (3, 10)"
        argv = [python, "-B", CIRCUMSTANCES, "", code]
        try:
            done = subprocess.run(argv, capture_output=True, check=False, cwd="/", env={}, **user)
        except OSError:
            return False
        return done.returncode == 0

    return usable


# What the kernel is told, on both architectures.

X86, ARM = architecture("x86_64"), architecture("aarch64")
ALLOW, THREAD = 0x7FFF0000, 0x00010000


def verdict(
    machine: Architecture | None, number: int, *arguments: int, audit: int = 0, **policy: bool
) -> int:
    """What a filter says to a system call: 0 for allowed, or the error; -1 for killed."""
    assert machine is not None
    policy = {"threads": False, "processes": False, "signals": False} | policy
    code = bytes(seccomp.filter_for(machine, **policy).code)
    padded = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("=iIQ6Q", number, audit or machine.audit, 0, *padded)
    accumulator = place = 0
    while True:
        operation, true, false, operand = struct.unpack_from("=HBBI", code, 8 * place)
        place += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, operand)
        elif operation == 0x54:
            accumulator &= operand
        elif operation == 0x05:
            place += operand
        elif operation == 0x06:
            return 0 if operand == ALLOW else -1 if operand >> 31 else operand & 0xFFFF
        else:
            holds = {0x15: accumulator == operand, 0x35: accumulator >= operand}
            place += true if holds.get(operation, bool(accumulator & operand)) else false


DANGEROUS = {  # name: numbers on x86_64 and aarch64
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "sendmsg": (46, 211),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "init_module": (175, 105),
    "kexec_load": (246, 104),
    "open_by_handle_at": (304, 265),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "setsid": (112, 157),
    "setpgid": (109, 154),
    "setpriority": (141, 140),
    "sched_setaffinity": (203, 122),
    "fchmod": (91, 52),
    "fchown": (93, 55),
    "fsetxattr": (190, 7),
    "utimensat": (280, 88),
    "truncate": (76, 45),
    "mkdirat": (258, 34),
    "symlinkat": (266, 36),
    "linkat": (265, 37),
    "mknodat": (259, 33),
    "memfd_create": (319, 279),
    "inotify_init1": (294, 26),
    "seccomp": (317, 277),
}
RECENT = {
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
    "clone3": 435,
    "openat2": 437,
    "pidfd_getfd": 438,
    "landlock_restrict_self": 446,
    "not yet invented": 9999,
}
NEEDED = {
    "read": (0, 63),
    "write": (1, 64),
    "mmap": (9, 222),
    "execve": (59, 221),
    "exit_group": (231, 94),
    "getdents64": (217, 61),
    "newfstatat": (262, 79),
    "futex": (202, 98),
    "getrandom": (318, 278),
    "unlinkat": (263, 35),
}


@pytest.mark.parametrize("column", [0, 1], ids=["x86_64", "aarch64"])
def test_the_filter_forbids_what_is_dangerous_and_nothing_needed(column: int) -> None:
    machine = (X86, ARM)[column]
    assert {name: verdict(machine, pair[column]) for name, pair in DANGEROUS.items()} == (
        dict.fromkeys(DANGEROUS, errno.EPERM)
    )
    assert {name: verdict(machine, number) for name, number in RECENT.items()} == (
        dict.fromkeys(RECENT, errno.ENOSYS)
    )
    assert {name: verdict(machine, pair[column]) for name, pair in NEEDED.items()} == (
        dict.fromkeys(NEEDED, 0)
    )


@pytest.mark.parametrize("column", [0, 1], ids=["x86_64", "aarch64"])
def test_the_filter_looks_at_arguments(column: int) -> None:
    machine = (X86, ARM)[column]
    clone, openat, kill, prlimit = ((56, 257, 62, 302), (220, 56, 129, 261))[column]
    assert verdict(machine, clone, signal.SIGCHLD) == errno.EPERM
    assert verdict(machine, clone, THREAD) == errno.EAGAIN
    assert verdict(machine, clone, THREAD, threads=True) == 0
    assert verdict(machine, clone, signal.SIGCHLD, threads=True) == errno.EPERM
    assert verdict(machine, clone, signal.SIGCHLD, processes=True) == 0
    for namespace in (0x00020000, *(1 << bit for bit in range(25, 31))):
        assert verdict(machine, clone, namespace | THREAD, threads=True, processes=True)
    read, write = os.O_RDONLY, os.O_WRONLY
    assert verdict(machine, openat, 0, 0, read) == 0
    assert verdict(machine, openat, 0, 0, write | os.O_CREAT | os.O_TRUNC) == 0
    assert verdict(machine, openat, 0, 0, os.O_RDWR | os.O_TRUNC) == 0
    assert verdict(machine, openat, 0, 0, read | os.O_TRUNC) == errno.EACCES
    assert verdict(machine, openat, 0, 0, 3 | os.O_TRUNC) == errno.EACCES
    assert verdict(machine, kill, 1) == errno.EPERM
    assert verdict(machine, kill, 2**32 - 1) == errno.EPERM
    assert verdict(machine, kill, seccomp.Filter.OWN_NUMBER) == 0
    assert verdict(machine, prlimit, 0, 7, 0) == 0
    assert verdict(machine, prlimit, 0, 7, 0x7F00_0000_0000) == errno.EPERM
    assert verdict(machine, prlimit, 1, 7, 0) == errno.EPERM


def test_the_filter_kills_what_speaks_another_abi() -> None:
    assert verdict(X86, 0x40000000) == -1  # x32
    assert verdict(X86, 1, audit=0x40000003) == -1  # i386: another call by that number
    assert verdict(ARM, 64, audit=0x40000028) == -1


@pytest.mark.parametrize(
    ("abi", "size", "rights"),
    [
        (1, 8, 0x1FFF),
        (2, 8, 0x3FFF),
        (3, 8, 0x7FFF),
        (4, 16, 0x7FFF),
        (5, 16, 0xFFFF),
        (7, 24, 0xFFFF),
    ],
)
def test_each_landlock_is_asked_for_all_it_has(abi: int, size: int, rights: int) -> None:
    attributes = landlock.attributes(abi)
    assert len(attributes) == size
    assert struct.unpack_from("=Q", attributes)[0] == rights


def test_what_is_required_is_there_or_said(monkeypatch: pytest.MonkeyPatch) -> None:
    found = isolation()
    if found.strong:
        assert require() == found
    monkeypatch.setattr(entry, "isolation", lambda: replace(found, seccomp=False))
    with pytest.raises(ToolError, match="no safe sandbox here"):
        require()
