"""Compiling and simulating one source with one testbench, in folders that are then gone."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from verilogeval.icarus.compile import Compiler, Step, simulate
from verilogeval.sandbox.run import run
from verilogeval.sandbox.values import FEED, Ended, Limits, Outcome
from verilogeval.testbench.template import Bench

SAMPLE = "sample.sv"
PROGRAM = "program.vvp"


@dataclass(frozen=True)
class Compiled:
    """What the compiler left.

    Attributes:
        program: for the simulator; empty where there is none.
        text: the sample as the compiler saw it, without macros.
        log: what preprocessor and compiler printed, with the testbench's own names.
        ended: how the last of them ended.
        failed: whether there is no use in going on.
    """

    program: bytes
    text: str
    log: str
    ended: Ended
    failed: bool = False


class Builder:
    """Runs Icarus on hostile sources, each process in an empty folder of its own in `scratch`."""

    def __init__(self, compiler: Compiler, scratch: Path, compile_limits: Limits) -> None:
        self._compiler = compiler
        self._scratch = scratch
        self._limits = compile_limits
        self._reads = compiler.icarus.readable

    def preprocess(self, source: str, name: str = SAMPLE) -> Compiled:
        """Expand the macros of a source; one without any is handed back as it is.

        `name` is the file that messages speak of.
        """
        if "`" not in source:
            return Compiled(b"", source, "", Ended.EXITED)
        step = self._compiler.preprocess([name])
        with self._folder({name: source}) as folder:
            outcome = self._run(step, folder)
        text = outcome.stdout.decode("utf-8", "replace")
        log = outcome.stderr.decode("utf-8", "replace")
        return Compiled(b"", text, log, outcome.ended, failed=outcome.status != 0)

    def compile(self, bench: Bench, sample: Compiled) -> Compiled:
        """Compile a preprocessed sample behind its testbench.

        The sample comes last: nothing that it leaves open, defines or switches can touch what
        stands before it.
        """
        step = self._compiler.compile([bench.top], "sources.v", PROGRAM)
        marker = "" if sample.text.startswith("`line") else f'`line 1 "{SAMPLE}" 0\n'
        text = f"{bench.text}\n`resetall\n`timescale 1ps/1ps\n{marker}{sample.text}\n"
        with self._folder({"sources.v": text}) as folder:
            outcome = self._run(step, folder)
            program = _read(folder / PROGRAM) if outcome.status == 0 else b""
        log = bench.plain(sample.log + _log(outcome))
        return Compiled(program, sample.text, log, outcome.ended, failed=not program)

    def simulate(
        self, program: bytes, limits: Limits, *, dump: bool = False
    ) -> tuple[Outcome, bytes]:
        """Run a program and give back its outcome and the waveform, if one was to be recorded.

        The program comes through a pipe and so is in no file that a sample could read.
        """
        step = simulate(self._compiler.icarus, FEED, () if dump else ("-none",))
        with self._folder({}) as folder:
            outcome = run(
                step.argv, folder=folder, reads=self._reads, limits=limits, env={}, feed=program
            )
            return outcome, _read(folder / "wave.vcd") if dump else b""

    def _run(self, step: Step, folder: Path) -> Outcome:
        step.prepare(folder)
        return run(step.argv, folder=folder, reads=self._reads, limits=self._limits, env={})

    @contextmanager
    def _folder(self, files: dict[str, str]) -> Iterator[Path]:
        folder = Path(tempfile.mkdtemp(dir=self._scratch))
        try:
            for name, content in files.items():
                (folder / name).write_text(content, "utf-8", newline="")
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _read(path: Path) -> bytes:
    """A file that a tool was to write; a link or an absent one is empty."""
    return path.read_bytes() if path.is_file() and not path.is_symlink() else b""


def _log(outcome: Outcome) -> str:
    return (outcome.stdout + outcome.stderr).decode("utf-8", "replace")


def first_error(log: str) -> str:
    """The compiler's first complaint, with its line in the sample where it names one."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    serious = [
        line for line in lines if re.search(r"error|sorry|assert|not found", line, re.IGNORECASE)
    ]
    return (serious or lines or [""])[0]
