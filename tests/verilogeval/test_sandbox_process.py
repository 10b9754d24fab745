"""What a program that has taken over its process can try, and what it is given."""

import json
import os
import socket
import subprocess
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from hostile_programs import LIMITS, PYTHON, on_linux, python, strong

from verilogeval.sandbox.run import isolation
from verilogeval.sandbox.values import FIRST_FD

pytestmark = on_linux

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
