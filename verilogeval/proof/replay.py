"""A counterexample as a testbench."""

from collections.abc import Callable, Sequence

from verilogeval.proof.values import Counterexample
from verilogeval.testbench.ports import Port

REFERENCE = "RefModule"
#: Time units that a step takes, and more for each clock that it moves.
_STEP, _CYCLE = 5, 6
_LONGEST = 4000
_HINT = "Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d."


def testbench(example: Counterexample, ports: Sequence[Port], *, top: str, reference: str) -> str:
    """Verilog that drives reference and sample with the steps, and compares as VerilogEval does.

    Inputs are unknown before the first step, the clock is at rest, so that an asynchronous reset
    sees an edge when it is active from the start. In each cycle the outputs are compared before and
    after the clock's edge.
    """
    cycles = example.mode == "cycles"
    apart = {port.name for port in ports if cycles and port.name in example.clocks}
    inputs = [port for port in ports if port.input and port.name not in apart]
    outputs = [port for port in ports if not port.input]
    clocks = [port for port in inputs if port.name in example.clocks]
    others = [port for port in inputs if port not in clocks]
    rest = 1 - example.edge if cycles else 0
    width = max(1, sum(port.width for port in inputs))
    count = len(example.steps)
    stimulus = "".join(_bits(step, inputs) or "0" for step in reversed(example.steps))
    lines = ["`timescale 1ps/1ps", "module tb();"]
    lines += [f"reg {name} = {rest};" for name in sorted(apart)]
    lines += [f"reg {_range(port)}{port.name} = 0;" for port in clocks]
    lines += [f"reg {_range(port)}{port.name};" for port in others]
    lines += [f"wire {_range(p)}{_ref(p)}, {_dut(p)};" for p in outputs]
    lines += [f"integer {_wrong(p)} = 0, {_first(p)} = 0;" for p in outputs]
    lines += [f"reg [{width - 1}:0] eda_rl_now; reg eda_rl_bad;"]
    lines += ["integer eda_rl_step, eda_rl_wrong = 0, eda_rl_total = 0;"]
    lines += [f"reg [{width * count - 1}:0] eda_rl_all = {{", _literals(stimulus), "};"]
    lines += [_instance(reference, "eda_rl_good", ports, _ref)]
    lines += [_instance(top, "eda_rl_top", ports, _dut)]
    lines += ["task eda_rl_compare; begin eda_rl_bad = 0; eda_rl_total = eda_rl_total + 1;"]
    lines += [_compare(port) for port in outputs]
    lines += ["if (eda_rl_bad) eda_rl_wrong = eda_rl_wrong + 1; end endtask", "initial begin"]
    lines += [f"for (eda_rl_step = 0; eda_rl_step < {count}; eda_rl_step = eda_rl_step + 1) begin"]
    lines += [f"#1 eda_rl_now = eda_rl_all[eda_rl_step * {width} +: {width}];"]
    # A clock moves before what it samples does: registers see the values of the step before.
    lines += [*_moves(inputs, clocks), "#1;", *_moves(inputs, others)]
    lines += [f"#3 if (eda_rl_step >= {example.held}) eda_rl_compare;"]
    for name in sorted(apart):
        lines += [f"#1 {name} = {example.edge}; #2 if (eda_rl_step >= {example.held})"]
        lines += [f"eda_rl_compare; #3 {name} = {rest};"]
    lines += ["end", "$finish;", "end", "final begin", *(_told(port) for port in outputs)]
    lines += ['$display("Mismatches: %1d in %1d samples", eda_rl_wrong, eda_rl_total);']
    return "\n".join([*lines, "end", "endmodule\n"])


def _literals(digits: str) -> str:
    """Binary digits as literals; Icarus's scanner has no room for a long one."""
    parts = [digits[at : at + _LONGEST] for at in range(0, len(digits), _LONGEST)]
    return ",\n".join(f"{len(part)}'b{part}" for part in parts)


def step_at(time: int, example: Counterexample) -> int:
    """The step during which the testbench compares at this time, in its time units."""
    clocks = len(example.clocks) if example.mode == "cycles" else 0
    return time // (_STEP + _CYCLE * clocks)


def _ref(port: Port) -> str:
    return f"{port.name}_eda_rl_ref"


def _dut(port: Port) -> str:
    return f"{port.name}_eda_rl_dut"


def _wrong(port: Port) -> str:
    return f"{port.name}_eda_rl_wrong"


def _first(port: Port) -> str:
    return f"{port.name}_eda_rl_first"


def _range(port: Port) -> str:
    return f"[{port.width - 1}:0] " if port.width > 1 else ""


def _bits(step: dict[str, int], inputs: Sequence[Port]) -> str:
    """The step's values as binary digits, the first input's last."""
    return "".join(f"{step[port.name]:0{port.width}b}" for port in reversed(inputs))


def _moves(inputs: Sequence[Port], wanted: Sequence[Port]) -> list[str]:
    lines, at = [], 0
    for port in inputs:
        if port in wanted:
            lines.append(f"{port.name} = eda_rl_now[{at + port.width - 1}:{at}];")
        at += port.width
    return lines


def _instance(module: str, name: str, ports: Sequence[Port], output: Callable[[Port], str]) -> str:
    connected = (f".{p.name}({p.name if p.input else output(p)})" for p in ports)
    return f"{module} {name}({', '.join(connected)});"


def _compare(port: Port) -> str:
    ref, wrong, first = _ref(port), _wrong(port), _first(port)
    return (
        f"if ({ref} !== ({ref} ^ {_dut(port)} ^ {ref})) begin if ({wrong} == 0)"
        f" {first} = $time; {wrong} = {wrong} + 1; eda_rl_bad = 1; end"
    )


def _told(port: Port) -> str:
    wrong = _wrong(port)
    return f'if ({wrong}) $display("{_HINT}", "{port.name}", {wrong}, {_first(port)});'
