"""The processes that preprocess, compile and simulate, as values: nothing here runs anything.

A compilation is two processes without a shell: `ivlpp` on the sources, then `ivl` on the text that
it left. The messages are the driver's, and so is the program, but for addresses that it has as
labels, and the name of the preprocessed text ("-" with the driver) in its table of file names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from verilogeval.icarus.find import Icarus
from verilogeval.icarus.probe import Probe, probe

#: What VerilogEval compiles with: SystemVerilog, and every warning but the one on time scales.
FLAGS = ("-Wall", "-Winfloop", "-Wno-timescale", "-g2012")


@dataclass(frozen=True)
class Step:
    """A process to run in a folder of its own; all names are relative to that folder.

    Attributes:
        argv: program and arguments.
        files: text of the files that must be there before, by name.
    """

    argv: tuple[str, ...]
    files: Mapping[str, str]

    def prepare(self, folder: Path) -> None:
        """Write `files` into the process's folder."""
        for name, text in self.files.items():
            (folder / name).write_text(text, "utf-8")


@dataclass(frozen=True)
class Compiler:
    """An Icarus with one set of flags; `learn_compiler` makes it."""

    icarus: Icarus
    learned: Probe

    def preprocess(self, sources: Sequence[str], output: str | None = None) -> Step:
        """Expand macros and includes of all `sources` into one text.

        Its exit status is not 0 where a source has an error, and the text may tell the compiler;
        the driver hands it on all the same.

        Args:
            sources: names of the files.
            output: name of the file to write; None: standard output. With a file, the preprocessor
                ends its messages with a count of errors, which the driver never shows.
        """
        definitions = "ivlpp.txt"
        place = () if output is None else (f"-o{output}",)
        argv = (*self.learned.preprocessor, f"-F{definitions}", *place, *sources)
        return Step(argv, {definitions: self.learned.definitions})

    def compile(self, tops: Sequence[str], preprocessed: str, output: str = "program.vvp") -> Step:
        """Compile a preprocessed text into a program.

        Args:
            tops: names of the top modules.
            preprocessed: path of the text, which may be one that can be read only once.
            output: name of the program to write.
        """
        name = "ivl.txt"
        lines = [*(f"root:{top}\n" for top in tops), self.learned.configuration, f"out:{output}\n"]
        executable, *arguments = self.learned.compiler
        argv = (executable, f"-C{name}", *arguments, "--", preprocessed)
        return Step(argv, {name: "".join(lines)})


@cache
def learn_compiler(icarus: Icarus, flags: tuple[str, ...] = FLAGS) -> Compiler:
    """Ask the driver of `icarus` how it compiles with `flags` (one run of it, then remembered).

    Raises:
        ToolError: it does not answer as Icarus does.
    """
    return Compiler(icarus, probe(icarus.iverilog, flags))


def simulate(
    icarus: Icarus,
    program: str = "program.vvp",
    arguments: Sequence[str] = (),
    *,
    interactive: bool = False,
) -> Step:
    """Run a program.

    Args:
        icarus: whose simulator to run.
        program: the compiled program.
        arguments: what the program sees: plusargs, or "-none" for no waveform.
        interactive: `$stop` reads commands from standard input, and goes on where that is empty;
            else it ends the simulation.
    """
    mode = () if interactive else ("-n",)
    return Step((str(icarus.vvp), *mode, f"-M{icarus.modules}", program, *arguments), {})
