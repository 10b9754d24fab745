"""Hostile programs, in Verilog and in Python, run inside the sandbox and outside of it."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from verilogeval.sandbox.inside import landlock
from verilogeval.sandbox.programs import needed_by
from verilogeval.sandbox.run import isolation, run
from verilogeval.sandbox.values import FEED, Limits, Outcome

CIRCUMSTANCES = Path(__file__).with_name("circumstances.py")
LIMITS = Limits(wall_s=20, cpu_s=10, memory_bytes=1 << 30, file_bytes=1 << 20, output_bytes=1 << 20)
PYTHON = Path(sys.executable).resolve()
STDLIB = Path(sysconfig.get_path("stdlib"))
SECRET = "the token that nobody must see"

strong = pytest.mark.skipif(
    sys.platform != "linux" or not isolation().strong,
    reason="this machine has no Landlock and no Bubblewrap, or no seccomp",
)
with_landlock = pytest.mark.skipif(not landlock.abi(), reason="this kernel has no Landlock")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux only")

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


def compiled(folder: Path) -> Vvp:
    """The attacks, compiled in a folder."""
    if shutil.which("iverilog") is None:
        pytest.skip("Icarus Verilog is not installed")
    source = folder / "attacks.sv"
    source.write_text(ATTACKS)
    program = folder / "attacks.vvp"
    subprocess.run(["iverilog", "-g2012", "-o", program, source], check=True)
    return Vvp(program)


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
