"""Icarus is found, and compiling without its driver changes nothing."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from eda.errors import ToolError
from verilogeval.icarus.compile import FLAGS, Compiler, Step, learn_compiler, simulate
from verilogeval.icarus.find import ENVIRONMENT_VARIABLE, Icarus, find_icarus

ROOT = Path(__file__).parents[2]

#: Every installation there is: the system's, and those that `make icarus` built.
INSTALLED = [
    path
    for path in (shutil.which("iverilog"), *sorted(ROOT.glob(".icarus/*/bin/iverilog")))
    if path is not None
]

pytestmark = pytest.mark.skipif(not INSTALLED, reason="Icarus Verilog is not installed")

SOURCES = {
    "plain": "module tb; initial $display(1); endmodule\n",
    "macros, an include and no last line end": (
        '`define W 8\n`include "part.svh"\nmodule tb; part #(`W) p(); endmodule // end'
    ),
    "macro of Icarus": "`ifdef __ICARUS__\nmodule tb; endmodule\n`endif\n",
    "package and unit": (
        "package p; localparam K = 3; endpackage\n"
        "function int twice(int a); return 2 * a; endfunction\n"
        "module tb; import p::*; initial $display(twice(K)); endmodule\n"
    ),
    "warnings": (
        "`define A 1\n`define A 2\n"
        "module sub(input [3:0] a, output b); assign b = a[7]; endmodule\n"
        "module tb; wire [1:0] a; sub s(.a(a), .b(implicit)); always_comb a_ = 1; reg a_;\n"
        "endmodule\n"
    ),
    "syntax error": "module tb; initial begin $display(1; end endmodule\n",
    "no such include": '`include "absent.svh"\nmodule tb; endmodule\n',
    "no such module": "module tb; absent a(); endmodule\n",
    "no such top": "module other; endmodule\n",
    "unterminated macro": "`ifdef A\nmodule tb; endmodule\n",
    "CR LF": "module tb;\r\n  wire a = 1'b0; // x\r\nendmodule\r\n",
}


@pytest.fixture(params=INSTALLED)
def icarus(request: pytest.FixtureRequest) -> Icarus:
    return find_icarus(Path(request.param))


def run(argv: Sequence[str], folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        argv, cwd=folder, stdin=subprocess.DEVNULL, stdout=-1, stderr=-2, check=False
    )
    return done.returncode, done.stdout.decode()


def run_step(step: Step, folder: Path) -> tuple[int, str]:
    step.prepare(folder)
    return run(step.argv, folder)


def compile_(
    compiler: Compiler, files: Sequence[str], tops: Sequence[str], folder: Path
) -> tuple[int, str]:
    """Both steps; the compiler's exit status and the messages of both."""
    step = compiler.preprocess(files)
    step.prepare(folder)
    with (folder / "sources.v").open("wb") as text:
        first = subprocess.run(step.argv, cwd=folder, stdout=text, stderr=-1, check=False)
    status, second = run_step(compiler.compile(tops, "sources.v"), folder)
    return status, first.stderr.decode() + second


def program(path: Path) -> str | None:
    """A program's text with addresses numbered by their first appearance."""
    if not path.exists():
        return None
    known: dict[str, str] = {}
    text = re.sub(
        r"0x[0-9a-f]{6,}", lambda m: known.setdefault(m[0], f"@{len(known)}"), path.read_text()
    )
    # The preprocessed text has a name of its own in the table of file names.
    return text.replace('    "sources.v";\n', '    "-";\n')


@pytest.mark.parametrize("name", SOURCES)
def test_compiling_in_two_steps_does_what_the_driver_does(
    icarus: Icarus, name: str, tmp_path: Path
) -> None:
    (tmp_path / "part.svh").write_text("module part #(parameter N = 1); endmodule\n")
    (tmp_path / "a.sv").write_bytes(SOURCES[name].encode())
    (tmp_path / "b.sv").write_text("module beside; endmodule\n")
    files = ["a.sv", "b.sv"]
    driver = [str(icarus.iverilog), *FLAGS, "-s", "tb", "-o", "driver.vvp", *files]
    status, messages = run(driver, tmp_path)

    assert compile_(learn_compiler(icarus), files, ["tb"], tmp_path) == (status, messages)
    assert program(tmp_path / "program.vvp") == program(tmp_path / "driver.vvp")


def test_other_flags_and_several_tops(icarus: Icarus, tmp_path: Path) -> None:
    (tmp_path / "a.v").write_text(
        'module one; initial $display("1"); endmodule\n'
        'module two; initial $display("2"); endmodule\n'
    )
    compiler = learn_compiler(icarus, ("-g2005",))
    assert compile_(compiler, ["a.v"], ["two", "one"], tmp_path) == (0, "")
    assert run_step(simulate(icarus), tmp_path) == (0, "2\n1\n")
    assert "generation:2005\n" in compiler.learned.configuration
    assert "generation:2012\n" in learn_compiler(icarus).learned.configuration


def test_the_preprocessed_text_may_go_to_a_file(icarus: Icarus, tmp_path: Path) -> None:
    (tmp_path / "a.v").write_text("`define A 3\nmodule tb; localparam K = `A; endmodule\n")
    compiler = learn_compiler(icarus)
    _, shown = run_step(compiler.preprocess(["a.v"]), tmp_path)
    assert run_step(compiler.preprocess(["a.v"], "text.v"), tmp_path) == (0, "")
    assert (tmp_path / "text.v").read_text() == shown
    assert "K = 3" in shown


def test_neither_step_goes_through_a_shell_or_another_program(icarus: Icarus) -> None:
    learned = learn_compiler(icarus).learned
    assert Path(learned.preprocessor[0]) == icarus.base / "ivlpp"
    assert Path(learned.compiler[0]) == icarus.base / "ivl"
    assert "ivlpp" not in learned.configuration
    assert "vhdlpp" not in learned.definitions


STOPPING = """
module tb;
  initial begin $dumpfile("w.vcd"); $dumpvars; #5 $stop; $display("after"); end
endmodule
"""


def test_a_stop_ends_a_simulation_unless_it_is_interactive(icarus: Icarus, tmp_path: Path) -> None:
    (tmp_path / "a.v").write_text(STOPPING)
    assert compile_(learn_compiler(icarus), ["a.v"], ["tb"], tmp_path) == (0, "")
    assert "after" not in run_step(simulate(icarus, arguments=["-none"]), tmp_path)[1].splitlines()
    assert not (tmp_path / "w.vcd").exists()
    _, shown = run_step(simulate(icarus, interactive=True), tmp_path)
    assert "after" in shown.splitlines()
    assert (tmp_path / "w.vcd").exists()


def test_version_and_parts(icarus: Icarus) -> None:
    assert icarus.version_text.startswith(".".join(map(str, icarus.version)))
    assert icarus.version >= (11, 0)
    assert (icarus.base / "vvp.tgt").exists()
    assert (icarus.modules / "system.vpi").exists()
    assert icarus.base in icarus.readable
    assert len(icarus.sha256) == 64


def test_builds_are_told_apart() -> None:
    found = [find_icarus(Path(path)) for path in INSTALLED]
    assert len({icarus.sha256 for icarus in found}) == len({icarus.version for icarus in found})


def test_the_environment_variable_names_an_icarus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = find_icarus(Path(INSTALLED[0]))
    wrapper = tmp_path / "my-iverilog"
    wrapper.write_text(f'#!/bin/sh\nexec "{real.iverilog}" "$@"\n')
    wrapper.chmod(0o755)
    (tmp_path / "vvp").symlink_to(real.vvp)
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(wrapper))
    found = find_icarus()
    assert (found.iverilog, found.vvp) == (wrapper, tmp_path / "vvp")
    assert (found.base, found.version_text) == (real.base, real.version_text)
    assert find_icarus(real.iverilog) == real, "an explicit path goes before the variable"


def test_an_absent_icarus_is_said_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(ToolError, match=r"nowhere: run 'make icarus'.* or 'sudo apt-get install"):
        find_icarus()


@pytest.mark.parametrize("program", ["true", "echo", "false"])
def test_what_is_not_icarus_is_refused(program: str) -> None:
    path = Path(shutil.which(program) or "")
    with pytest.raises(ToolError, match=f"{program} cannot compile an empty module"):
        find_icarus(path)


def test_an_unknown_version_is_not_built() -> None:
    status, text = run([str(ROOT / "third_party" / "icarus" / "build"), "10"], ROOT)
    assert (status, text.count("\n")) == (3, 1)
    assert "use 11, 12 or 13" in text
