"""A suite of small circuits that this project writes: arithmetic, codes, shifters, control.

They are there to be trained on and to try things with, on a machine that has no other designs.
"""

import random
from dataclasses import dataclass
from pathlib import Path
from string import Template

from eda.errors import InputError
from eda.folders import cache_folder
from rl.suites.design import Suite, SuiteDesign

_TEMPLATES = Path(__file__).parent / "rtl"

#: Template, and the parameters of each circuit made from it.
_ARITHMETIC: dict[str, tuple[dict[str, int], ...]] = {
    "absolute_differences": ({"W": 4}, {"W": 8}),
    "add_sub": ({"W": 8}, {"W": 16}, {"W": 32}),
    "arbiter_logic": ({"W": 6}, {"W": 12}),
    "arithmetic_unit": ({"W": 4}, {"W": 8}, {"W": 16}),
    "barrel_shifter": ({"W": 8}, {"W": 16}),
    "bcd_adder": ({"W": 2}, {"W": 4}),
    "crc": (
        {"W": 8, "D": 8, "POLY": 7},
        {"W": 16, "D": 8, "POLY": 1021},
        {"W": 16, "D": 16, "POLY": 8005},
    ),
    "float_adder": ({"E": 4, "M": 3}, {"E": 5, "M": 10}),
    "hamming_decoder": ({"W": 15}, {"W": 31}),
    "mixer": ({"W": 8}, {"W": 16}),
    "multiplier": ({"W": 4}, {"W": 6}, {"W": 8}, {"W": 12}),
    "popcount": ({"W": 15}, {"W": 31}),
    "priority_encoder": ({"W": 16}, {"W": 32}),
    "saturating_adder": ({"W": 8}, {"W": 16}),
    "signed_mac": ({"W": 4}, {"W": 8}),
    "sorter": ({"W": 4}, {"W": 8}),
}


@dataclass(frozen=True)
class _Control:
    """Random control logic: `terms` conditions on some inputs, each of which sets outputs."""

    inputs: int
    outputs: int
    terms: int
    literals: int


@dataclass(frozen=True)
class _Machine:
    """A random state machine's next state and outputs."""

    states: int
    inputs: int
    outputs: int


_CONTROLS = (
    _Control(9, 8, 30, 5),
    _Control(14, 12, 60, 6),
    _Control(12, 20, 120, 7),
    _Control(24, 10, 90, 8),
)
_MACHINES = (_Machine(8, 4, 6), _Machine(16, 6, 8), _Machine(32, 5, 12))


def generated_suite(folder: Path | None = None) -> Suite:
    """The suite, its Verilog written below the cache folder or into `folder`.

    Raises:
        InputError: the files cannot be written.
    """
    place = folder or cache_folder() / "generated"
    texts = {**_from_templates(), **_random_logic()}
    designs = []
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name in sorted(texts):
            path = place / f"{name}.v"
            if not path.exists() or path.read_text("utf-8") != texts[name]:
                path.write_text(texts[name], "utf-8")
            designs.append(SuiteDesign(name, (path,), "generated", "Apache-2.0", "eda-rl"))
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}") from error
    return Suite("generated", place, tuple(designs))


def _from_templates() -> dict[str, str]:
    texts = {}
    for kind, choices in _ARITHMETIC.items():
        template = Template((_TEMPLATES / f"{kind}.v").read_text("utf-8"))
        for parameters in choices:
            name = "_".join((kind, *map(str, parameters.values())))
            texts[name] = template.substitute(NAME=name, **parameters)
    return texts


def _random_logic() -> dict[str, str]:
    texts = {}
    for number, control in enumerate(_CONTROLS, 1):
        texts[f"control_{number}"] = _control(f"control_{number}", control, _rng(number))
    for number, machine in enumerate(_MACHINES, 1):
        texts[f"machine_{number}"] = _machine(f"machine_{number}", machine, _rng(number))
    return texts


def _rng(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - circuits, not secrets


def _control(name: str, shape: _Control, rng: random.Random) -> str:
    lines = [
        f"module {name} (input [{shape.inputs - 1}:0] x, output [{shape.outputs - 1}:0] y);",
        f"  wire [{shape.terms - 1}:0] t;",
    ]
    for term in range(shape.terms):
        literals = rng.sample(range(shape.inputs), rng.randint(2, shape.literals))
        product = " & ".join(f"{rng.choice(('', '~'))}x[{literal}]" for literal in literals)
        lines.append(f"  assign t[{term}] = {product};")
    for output in range(shape.outputs):
        chosen = rng.sample(range(shape.terms), rng.randint(2, max(2, shape.terms // 4)))
        lines.append(f"  assign y[{output}] = {' | '.join(f't[{term}]' for term in chosen)};")
    return "\n".join([*lines, "endmodule", ""])


def _machine(name: str, shape: _Machine, rng: random.Random) -> str:
    bits = (shape.states - 1).bit_length()
    lines = [
        f"module {name} (input [{bits - 1}:0] state, input [{shape.inputs - 1}:0] x,",
        f"  output reg [{bits - 1}:0] next, output reg [{shape.outputs - 1}:0] y);",
        "  always @* begin",
        "    next = state;",
        "    y = 0;",
        "    case (state)",
    ]
    for state in range(shape.states):
        lines.append(f"      {bits}'d{state}: begin")
        for _ in range(rng.randint(1, 4)):
            tested = rng.sample(range(shape.inputs), rng.randint(1, 2))
            condition = " && ".join(f"{rng.choice(('', '!'))}x[{bit}]" for bit in tested)
            target = rng.randrange(shape.states)
            lines.append(f"        if ({condition}) next = {bits}'d{target};")
        lines.append(f"        y = {shape.outputs}'d{rng.getrandbits(shape.outputs)};")
        lines.append("      end")
    lines += ["      default: next = 0;", "    endcase", "  end", "endmodule", ""]
    return "\n".join(lines)
