"""What test files share: small circuits, a prepared library, fake ABCs, the command line."""

import contextlib
import io
import json
import os
import random
import signal
import stat
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import eda_rl
from eda import aiger
from eda.abc.binary import AbcBinary, find_abc
from eda.abc.library import AbcLibrary, convert_library
from eda.cache import MemoryCache
from eda.circuit import Circuit
from eda.frontend.build import AigBuilder
from eda.liberty.find import resolve_library
from eda.synthesizer import Limits, Synthesizer

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
DATA = ROOT.parent / "shared" / "data"

# A shell's background jobs, and all that they start, ignore the signal of Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)


def random_aig(seed: int, *, inputs: int = 6, nodes: int = 40, outputs: int = 4) -> bytes:
    """A random combinational circuit as binary AIGER."""
    rng = random.Random(seed)
    builder = AigBuilder()
    literals = [builder.variable() for _ in range(inputs)]
    given = list(literals)
    while len(literals) < inputs + nodes:
        pair = rng.sample(literals[-3 * inputs :], 2)
        literals.append(builder.conjunction(*(literal ^ rng.randint(0, 1) for literal in pair)))
    chosen = [literal ^ rng.randint(0, 1) for literal in literals[-outputs:]]
    return builder.encode(given, chosen)


def adder_aig(width: int) -> bytes:
    """A ripple-carry adder as binary AIGER."""
    builder = AigBuilder()
    a, b = ([builder.variable() for _ in range(width)] for _ in range(2))
    carry, sums = 0, []
    for x, y in zip(a, b, strict=True):
        half = builder.choose(x, y ^ 1, y)
        sums.append(builder.choose(half, carry ^ 1, carry))
        carry = builder.either(builder.conjunction(x, y), builder.conjunction(half, carry))
    return builder.encode([*a, *b], [*sums, carry])


def multiplier_aig(width: int, *, swapped: bool = False) -> bytes:
    """An array multiplier as binary AIGER; `swapped`: with its operands' roles exchanged."""
    builder = AigBuilder()
    inputs = [builder.variable() for _ in range(2 * width)]
    a, b = inputs[:width], inputs[width:]
    if swapped:
        a, b = b, a
    total = [0] * (2 * width)
    for shift, bit in enumerate(b):
        carry = 0
        for position in range(width):
            x, y = total[shift + position], builder.conjunction(a[position], bit)
            half = builder.choose(x, y ^ 1, y)
            total[shift + position] = builder.choose(half, carry ^ 1, carry)
            carry = builder.either(builder.conjunction(x, y), builder.conjunction(half, carry))
        total[shift + width] = carry
    return builder.encode(inputs, total)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Neighbours run in one worker, which prepares what they share once; who is idle steals."""
    from xdist.scheduler import WorkStealingScheduling  # noqa: PLC0415 - there where it is called

    return WorkStealingScheduling(config, log)


@pytest.fixture(scope="session")
def abc() -> AbcBinary:
    return find_abc()


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder that all tests share, so that libraries are converted once."""
    base = tmp_path_factory.getbasetemp()
    path = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache"
    path.mkdir(exist_ok=True)
    return path


@pytest.fixture(scope="session")
def library(abc: AbcBinary, cache_dir: Path) -> AbcLibrary:
    """The generic library as ABC loads it."""
    found = resolve_library("generic", cache_dir)
    return convert_library(
        abc, name=found.name, lib=found.path, sha256=found.sha256, cache_dir=cache_dir
    )


@pytest.fixture
def make_synthesizer(abc: AbcBinary) -> Iterator[Callable[..., Synthesizer]]:
    """Makes synthesizers that are closed after the test."""
    made: list[Synthesizer] = []

    def make(
        library: AbcLibrary | None = None,
        *,
        binary: AbcBinary = abc,
        jobs: int = 1,
        cache: Any = None,
        memory: int = 4 * 2**30,
    ) -> Synthesizer:
        known = cache if cache is not None else MemoryCache()
        limits = Limits(memory, cost_deadline_s=60)
        made.append(Synthesizer(binary, library, jobs=jobs, cache=known, limits=limits))
        return made[-1]

    yield make
    for synthesizer in made:
        synthesizer.close()


@pytest.fixture
def fake_abc(abc: AbcBinary, tmp_path: Path) -> Callable[..., Path]:
    """Makes an ABC that behaves like the real one but for what `on_line` does.

    `on_line` is Python, run for each line of a live session before the line is handed on; it
    may use `line`, `count` (from 1), `os`, `sys`, `time`, `subprocess`, `say` and `folder`, where
    it may keep files. Anything but a live session (`-c`, `-f`) runs the real ABC, after `at_start`.
    """

    def make(on_line: str = "pass", at_start: str = "pass") -> Path:
        folder = tmp_path / f"fake-{uuid.uuid4().hex[:8]}"
        folder.mkdir()
        indented = "\n".join("    " + row for row in on_line.strip().splitlines())
        script = folder / "abc"
        script.write_text(
            f"#!{sys.executable} -S\n"
            "import os, subprocess, sys, time\n"
            f"folder, real = {str(folder)!r}, {str(abc.path)!r}\n"
            "def say(text):\n    os.write(1, text.encode())\n"
            f"{at_start.strip()}\n"
            "if '-c' in sys.argv or '-f' in sys.argv:\n    os.execv(real, [real, *sys.argv[1:]])\n"
            "child = subprocess.Popen([real, '-s'], stdin=subprocess.PIPE)\n"
            "for count, line in enumerate(iter(sys.stdin.readline, ''), 1):\n"
            f"{indented}\n"
            "    child.stdin.write(line.encode())\n    child.stdin.flush()\n"
            "child.stdin.close()\nsys.exit(child.wait())\n"
        )
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        return script

    return make


@dataclass
class Ended:
    """What a command left."""

    status: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """The one object on stdout."""
        return json.loads(self.stdout)


def called(*arguments: object) -> Ended:
    """What a command does in this process."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
        pytest.raises(SystemExit) as end,
    ):
        eda_rl.main([str(argument) for argument in arguments])
    return Ended(int(str(end.value.code)), stdout.getvalue(), stderr.getvalue())


@dataclass
class Cli:
    """The command line in a process of its own, looked after: nothing of it may be left behind."""

    folder: Path
    cache: Path
    token: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def env(self) -> dict[str, str]:
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        return {
            **os.environ,
            "EDA_RL_TEST": self.token,
            "EDA_RL_CACHE": str(self.cache),
            "TMPDIR": str(temporary),
            "PYTHONPATH": str(ROOT),
        }

    def start(self, *arguments: object, **options: Any) -> "subprocess.Popen[str]":
        """Begin a command; `end` waits for it."""
        argv = [sys.executable, "-m", "eda_rl", *map(str, arguments)]
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        return subprocess.Popen(
            argv, cwd=self.folder, env=self.env, text=True, stdin=subprocess.DEVNULL, **options
        )

    def end(self, process: "subprocess.Popen[str]", timeout: float = 120) -> Ended:
        """Wait for a command and check that it left nothing behind."""
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        finally:
            process.kill()
        assert "Traceback" not in stderr, stderr
        self.assert_nothing_left(process.pid)
        return Ended(process.returncode, stdout or "", stderr or "")

    def run(self, *arguments: object, timeout: float = 120, **options: Any) -> Ended:
        """Run a command to its end."""
        return self.end(self.start(*arguments, **options), timeout)

    def call(self, *arguments: object) -> Ended:
        """Run a command in this process, which has imported it already."""
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            for name, value in self.env.items():
                patch.setenv(name, value)
            patch.setattr(tempfile, "tempdir", self.env["TMPDIR"])
            ended = called(*arguments)
        self.assert_nothing_left(os.getpid())
        return ended

    def processes(self) -> list[int]:
        """The living processes that stem from commands of this test, other than the commands."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                environment = (entry / "environ").read_bytes()
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if self.token.encode() in environment and b"eda_rl" not in words:
                found.append(int(entry.name))
        return found

    def abc_processes(self) -> list[int]:
        """The living ABC processes of this test."""
        found = []
        for pid in self.processes():
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes()
            except OSError:
                continue
            if b"abc\0-s\0" in command:
                found.append(pid)
        return found

    def assert_nothing_left(self, pid: int) -> None:
        """No process, no folder in memory, no temporary file stays."""
        until = time.monotonic() + 20
        while (left := self.processes()) and time.monotonic() < until:
            time.sleep(0.05)
        for orphan in left:
            os.kill(orphan, signal.SIGKILL)
        assert not left, f"processes left behind: {left}"
        assert not list(Path("/dev/shm").glob(f"eda-rl-{pid}-*"))
        assert not list((self.folder / "tmp").glob("eda-rl*"))


@pytest.fixture
def cli(tmp_path: Path, cache_dir: Path) -> Cli:
    return Cli(tmp_path, cache_dir)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run's own folder, which has neighbours."""
    path = tmp_path / "run"
    path.mkdir()
    return path


@pytest.fixture
def adder(tmp_path: Path) -> Path:
    """A design that is searched within a second."""
    path = tmp_path / "adder.aig"
    path.write_bytes(adder_aig(6))
    return path


def wait_until(happens: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something that must happen soon."""
    until = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


def children(parent: int) -> set[int]:
    """Processes of which `parent` is the parent."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            # The program's name, in brackets, may hold anything.
            if int((process / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.add(int(process.name))
    return found


def start_of(abc: AbcBinary, data: bytes) -> Circuit:
    """The circuit that a search of `data` begins with."""
    synthesizer = Synthesizer(abc, None, jobs=1, cache=MemoryCache())
    try:
        return synthesizer.canonical(aiger.strip(data))
    finally:
        synthesizer.close()
