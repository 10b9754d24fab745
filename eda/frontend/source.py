"""What the front end reads and what it hands on."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """A design as the user names it.

    Attributes:
        files: `.v .vh .sv .svh`, or one `.aig .aag .blif .bench`; each may end in `.gz`.
        top: the top module, or None to find it.
        defines: Verilog macros, `NAME` or `NAME=VALUE`.
        params: name and value of each parameter of the top module that is overridden.
        include_dirs: folders that `include` looks in after the including file's own.
        max_memory_bits: memories of up to this many bits become registers.
        time_limit: seconds for all of the front end.
        memory_limit: bytes of address space for each child process.
    """

    files: tuple[Path, ...]
    top: str | None = None
    defines: tuple[str, ...] = ()
    params: tuple[tuple[str, str], ...] = ()
    include_dirs: tuple[Path, ...] = ()
    max_memory_bits: int = 16384
    time_limit: float = 300.0
    memory_limit: int = 8 * 2**30


@dataclass(frozen=True)
class PortFacts:
    """One port of the top module; `width` in bits."""

    name: str
    direction: str
    width: int


@dataclass(frozen=True)
class ModuleFacts:
    """One module of the source: `instances` are (instance name, module name)."""

    name: str
    instances: tuple[tuple[str, str], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Summary:
    """What the terminal shows of a design before a search.

    Attributes:
        language: "Verilog", "SystemVerilog", "AIGER", "BLIF" or "BENCH".
        read_by: the tools that read it, such as "yosys" or "yosys + slang".
        structure_from: where modules and parameters come from: "pyverilog", "yosys" or "none".
        modules: the hierarchy, the top first.
        ports: of the top module.
        registers: number of bits by kind, such as `$_DFF_PN0_`.
        clocks: nets that clock registers.
        warnings: what the user should know, one line each.
    """

    language: str
    read_by: str
    structure_from: str
    modules: tuple[ModuleFacts, ...]
    ports: tuple[PortFacts, ...]
    registers: tuple[tuple[str, int], ...] = ()
    clocks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Design:
    """A design cut at its registers: the combinational core, and the shell around it.

    Attributes:
        name: the top module, or the file's stem for netlist formats.
        core: binary AIGER without latches, symbols or comments. Its inputs are input ports and
            registers' outputs, its outputs are output ports and the registers' pins.
        input_names: of the core, by position.
        output_names: of the core, by position.
        flops: bits of edge-triggered registers.
        latches: bits of level-sensitive registers.
        black_boxes: module name of each instance that is kept as it is.
        shell: what `eda.netlist` needs to put the core back (`eda.frontend.shell`).
        summary: for the user.
    """

    name: str
    core: bytes
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    flops: int
    latches: int
    black_boxes: tuple[str, ...]
    shell: bytes
    summary: Summary
