"""A live ABC process that is fed commands one line at a time.

Starting ABC and reading a library costs far more than most commands, so a session does both
once. ABC reports errors only as text with exit status 0, can die on an assertion and has
commands that never return on some circuits; a session therefore
  - appends to each line a marker that ABC prints only when every command of it succeeded, and
    on a line of its own one that it prints always,
  - gives each line a deadline and the process a memory limit,
  - after a crash or a missed deadline kills the process group and starts afresh.
"""

import contextlib
import os
import re
import resource
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from eda.abc.binary import AbcBinary
from eda.abc.text import plain
from eda.errors import ToolCrash, ToolError, ToolTimeout
from eda.process import ToolScope, current_scope, kill_group, limit_cpu, limit_memory

OUTPUT_LIMIT = 4 * 2**20
START_DEADLINE = 120.0
LINE_LIMIT = 4000
# Mapping takes and returns the same memory again and again: keeping it saves a twentieth of the
# time that page faults would cost.
ALLOCATOR = (
    "glibc.malloc.trim_threshold=1073741824:glibc.malloc.mmap_threshold=1073741824:"
    "glibc.malloc.top_pad=16777216"
)
RECYCLE_RSS_FRACTION = 0.5
RECYCLE_CHECK_EVERY = 64

# "Cannot meet the target required times. Continue anyway." is no refusal.
_COMPLAINT = re.compile(
    r"^(Error|\*\* cmd error|Empty network|Cannot (?!meet )|Unknown option|.*has failed)"
)


class AbcCommandError(ToolError):
    """ABC refused a command: the same command on the same circuit will be refused again."""


class AbcSession:
    """One ABC process, started when first needed and again after every failure.

    Not safe for several threads at once: give each its own.

    Args:
        abc: which ABC.
        preamble: commands to run after each start, such as reading a library.
        workdir: an empty folder of this session's own; ABC runs in it.
        memory_limit: bytes of address space.
    """

    def __init__(
        self, abc: AbcBinary, *, preamble: Sequence[str], workdir: Path, memory_limit: int
    ) -> None:
        self.workdir = workdir
        self.busy_s = 0.0
        self.loaded: str | None = None
        self._abc = abc
        self._preamble = tuple(preamble)
        self._memory_limit = memory_limit
        self._process: subprocess.Popen[bytes] | None = None
        self._scope: ToolScope = current_scope()
        self._count = 0
        self._spent = 0.0
        self._cpu_limit = 0

    def run(self, line: str, deadline: float) -> str:
        """Run one line of commands separated by `;` and return what ABC printed.

        Args:
            line: the commands, without line ends.
            deadline: seconds of wall time.

        Raises:
            AbcCommandError: ABC refused one of the commands; the rest of the line did not run.
            ToolTimeout: the deadline passed; the process was killed.
            ToolCrash: the process died.
            ToolError: it cannot be started.
        """
        self.start()
        return self._exchange(line, deadline)

    def start(self) -> None:
        """Start the process and run the preamble, unless it is running already."""
        if self._process is not None:
            if self._count % RECYCLE_CHECK_EVERY or not self._bloated():
                return
            self.close()
        try:
            self._process = subprocess.Popen(
                [str(self._abc.path), "-s"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=self.workdir,
                env={**os.environ, "GLIBC_TUNABLES": ALLOCATOR},
                start_new_session=True,
            )
        except OSError as error:
            raise ToolError(f"cannot start {self._abc.path}: {error.strerror}") from error
        self._scope = current_scope()
        try:
            self._scope.add(self._process)
        except ToolCrash:
            self.close()
            raise
        limit_memory(self._process.pid, self._memory_limit)
        self._spent, self._cpu_limit = 0.0, 0
        try:
            for line in self._preamble:
                self._exchange(line, START_DEADLINE)
        except AbcCommandError:
            self.close()  # a process without its preamble must not serve the next call
            raise

    def kill(self) -> None:
        """Kill the process from any thread: a `run` in progress then raises ToolCrash."""
        process = self._process
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill the process, if there is one, and let go of it. The session can be used again."""
        process, self._process = self._process, None
        self.loaded = None
        if process is not None:
            kill_group(process)
            self._scope.remove(process)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()

    def _exchange(self, line: str, deadline: float) -> str:
        if len(line) > LINE_LIMIT or "\n" in line:
            raise ValueError("an ABC line must be one line of at most 4000 characters")
        self._count += 1
        succeeded, ended = f"eda_rl_ok_{self._count}", f"eda_rl_end_{self._count}"
        request = f"{line}; echo {succeeded}\necho {ended}\n".encode()
        self._grant_cpu(deadline)
        started = time.perf_counter()
        try:
            output = self._converse(request, f"{ended} \n".encode(), started + deadline)
        except BaseException as error:
            self.close()
            if isinstance(error, ToolTimeout):
                raise ToolTimeout(f"ABC did not finish '{line}' within {deadline:.1f} s") from None
            raise
        finally:
            spent = time.perf_counter() - started
            self._spent += spent
            self.busy_s += spent
        text = plain(output.decode("utf-8", "replace"))
        complaint = next((row for row in text.splitlines() if _COMPLAINT.match(row)), None)
        if f"{succeeded} \n" not in text or complaint is not None:
            self.loaded = None
            raise AbcCommandError(f"ABC refused '{line}': {complaint or _last_words(text, line)}")
        return text

    def _converse(self, request: bytes, end: bytes, until: float) -> bytes:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise ToolCrash("ABC is not running")
        descriptor = process.stdout.fileno()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        try:
            process.stdin.write(request)
            process.stdin.flush()
        except BrokenPipeError:
            raise ToolCrash(self._epitaph(b"")) from None
        output = bytearray()
        while True:
            remaining = until - time.perf_counter()
            if remaining <= 0 or not poll.poll(1000 * remaining):
                raise ToolTimeout
            chunk = os.read(descriptor, 1 << 16)
            if not chunk:
                raise ToolCrash(self._epitaph(bytes(output)))
            output += chunk
            if output.endswith(end) or end in output[-len(chunk) - len(end) - 64 :]:
                return bytes(output)
            if len(output) > OUTPUT_LIMIT:
                del output[: len(output) // 2]

    def _epitaph(self, output: bytes) -> str:
        process = self._process
        status = process.wait() if process is not None else 0
        reason = f"signal {-status}" if status < 0 else f"exit status {status}"
        text = plain(output.decode("utf-8", "replace")).strip()
        words = text.splitlines()[-1] if text else "no output"
        limit = f"memory limit {self._memory_limit // 2**20} MiB"
        return f"ABC died ({reason}, {limit}): {words[-200:]}"

    def _grant_cpu(self, deadline: float) -> None:
        """Let the kernel end a hanging ABC even when this process was killed meanwhile."""
        limit = int(self._spent + deadline) + 10
        if limit > self._cpu_limit and self._process is not None:
            self._cpu_limit = limit + 60
            limit_cpu(self._process.pid, self._cpu_limit)

    def _bloated(self) -> bool:
        """Whether leaks have made the process worth replacing."""
        if self._process is None:
            return False
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text("ascii").split()[1])
        except (OSError, IndexError):
            return True
        return pages * resource.getpagesize() > self._memory_limit * RECYCLE_RSS_FRACTION


def _last_words(text: str, line: str) -> str:
    rows = [row for row in text.splitlines() if row.strip() and line not in row]
    rows = [row for row in rows if not row.startswith("abc ") and "eda_rl_end" not in row]
    return rows[-1].strip()[:200] if rows else "it said nothing"
