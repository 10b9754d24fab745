"""Combinational equivalence checking of two AIGs, matched by position."""

import shutil
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from enum import Enum
from pathlib import Path
from typing import NoReturn

from eda.abc.binary import AbcBinary
from eda.abc.pool import scratch_folder
from eda.abc.session import AbcSession
from eda.aiger import AigerError, parse_header
from eda.errors import ToolError, ToolTimeout
from eda.process import ToolScope, ended_together


class Equivalence(str, Enum):
    """The answer of a check. It has no truth value: say which answer you mean."""

    EQUIVALENT = "EQUIVALENT"
    DIFFERENT = "DIFFERENT"
    UNDECIDED = "UNDECIDED"
    TIMEOUT = "TIMEOUT"

    def __bool__(self) -> NoReturn:
        raise TypeError("an Equivalence is not a truth value: compare it with a member")


# The classic engine settles nearly everything quickly, differences above all; `&cec -x` proves
# circuits of hundreds of thousands of nodes, but finds no differences, so `&cec` follows it.
# Each strategy has a process of its own.
STRATEGIES: tuple[tuple[str, ...], ...] = (("cec -n -T {limit}",), ("&cec -x", "&cec"))


def check_equivalence(
    abc: AbcBinary,
    golden: bytes,
    revised: bytes,
    *,
    time_limit: float,
    memory_limit: int = 8 * 2**30,
    strategies: Sequence[Sequence[str]] = STRATEGIES,
) -> Equivalence:
    """Ask ABC whether two combinational AIGER files compute the same.

    Several strategies race; the first definite answer counts.

    Args:
        abc: which ABC.
        golden: binary AIGER without latches.
        revised: the same; its inputs and outputs correspond by position.
        time_limit: seconds of wall time for everything.
        memory_limit: bytes of address space of each process.
        strategies: ABC commands to try in turn, one tuple for each process.

    Raises:
        ToolError: every strategy failed for another reason than time.
    """
    try:
        ours, theirs = parse_header(golden)[0], parse_header(revised)[0]
    except AigerError as error:
        raise ToolError(f"equivalence check: {error}") from error
    if (ours.inputs, ours.outputs) != (theirs.inputs, theirs.outputs):
        return Equivalence.DIFFERENT
    folder = scratch_folder()
    try:
        (folder / "golden.aig").write_bytes(golden)
        (folder / "revised.aig").write_bytes(revised)
        race = _Race(abc, folder, time.perf_counter() + time_limit, memory_limit)
        return race.run(strategies)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Race:
    def __init__(self, abc: AbcBinary, folder: Path, until: float, memory_limit: int) -> None:
        self._abc, self._folder, self._until = abc, folder, until
        self._memory_limit = memory_limit
        self._lock = threading.Lock()
        self._answers: list[Equivalence] = []
        self._errors: list[ToolError] = []

    def run(self, strategies: Sequence[Sequence[str]]) -> Equivalence:
        with ThreadPoolExecutor(len(strategies)) as executor, ended_together() as race:
            runners = [
                executor.submit(copy_context().run, self._runner, race, number, commands)
                for number, commands in enumerate(strategies)
            ]
            for runner in runners:
                runner.result()
        definite = set(self._answers) & {Equivalence.EQUIVALENT, Equivalence.DIFFERENT}
        if len(definite) == 2:
            raise ToolError("ABC's equivalence checkers contradict each other")
        if definite:
            return definite.pop()
        if self._errors and not self._answers:
            raise self._errors[0]
        timeout = Equivalence.TIMEOUT in self._answers
        return Equivalence.TIMEOUT if timeout else Equivalence.UNDECIDED

    def _runner(self, race: ToolScope, number: int, commands: Sequence[str]) -> None:
        workdir = self._folder / str(number)
        workdir.mkdir()
        session = AbcSession(
            self._abc, preamble=(), workdir=workdir, memory_limit=self._memory_limit
        )
        try:
            for command in commands:
                if self._decided():
                    break
                self._take(race, self._ask(session, command))
        finally:
            session.close()

    def _take(self, race: ToolScope, answer: Equivalence | None) -> None:
        """Note an answer; a definite one ends the other strategies."""
        if answer is None:
            return
        with self._lock:
            self._answers.append(answer)
            if self._decided():
                race.end()

    def _ask(self, session: AbcSession, command: str) -> Equivalence | None:
        remaining = self._until - time.perf_counter()
        if remaining <= 0:
            return Equivalence.TIMEOUT
        line = command.format(limit=int(remaining) + 1)
        try:
            return read_answer(session.run(f"{line} ../golden.aig ../revised.aig", remaining))
        except ToolTimeout:
            return Equivalence.TIMEOUT
        except ToolError as error:
            with self._lock:
                self._errors.append(error)
            return None

    def _decided(self) -> bool:
        return any(a in (Equivalence.EQUIVALENT, Equivalence.DIFFERENT) for a in self._answers)


def read_answer(text: str) -> Equivalence:
    """What ABC's `cec` or `&cec` said."""
    if "Networks are NOT EQUIVALENT" in text:
        return Equivalence.DIFFERENT
    if "Networks are equivalent" in text:
        return Equivalence.EQUIVALENT
    if "Networks are UNDECIDED" in text:
        return Equivalence.UNDECIDED
    raise ToolError("ABC's equivalence checker gave no answer")
