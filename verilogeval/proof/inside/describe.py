"""Runs in the sandbox: what is in a design, as far as a person would ask who looks for an error.

`main` is called in an empty folder with `job.json`: `source`, `top`. The answer goes to
`facts.json`: `ports`, `clocks`, `resets`, `latches`, `held` and `loop`, see `describe`.
"""

import json
from pathlib import Path
from typing import Any

from .miter import Yosys, read
from .netlist import Netlist, Refused


def describe(netlist: Netlist) -> dict[str, Any]:
    """The facts of a flat design.

    `ports`: direction and bits of each, a bit being a number or a constant. `clocks`: pairs of an
    input's name, or "" for another signal, and the edge that counts. `resets`: by input the kind
    and the value that resets. `latches`: how many bits; `held`: how many bits of multiplexers hold
    their own value; `loop`: whether there is a combinational loop through other logic.
    `registers`: how many bits of flip-flops.
    """
    try:
        held, loop = len(netlist.held()), False
    except Refused:
        held, loop = 0, True
    return {
        "ports": {name: [port["direction"], port["bits"]] for name, port in netlist.ports.items()},
        "clocks": sorted([name or "", edge] for name, edge in netlist.clocks()),
        "resets": {
            name: ["asynchronous" if kind else "synchronous", value]
            for name, (kind, value) in netlist.reset_kinds().items()
        },
        "latches": sum(len(cell["connections"]["Q"]) for cell in netlist.latches()),
        "held": held,
        "loop": loop,
        "registers": sum(len(cell["connections"]["Q"]) for cell in netlist.registers()),
    }


def main() -> int:
    """The exit status is 0 when the facts were written."""
    job = json.loads(Path("job.json").read_text("utf-8"))
    yosys = Yosys()
    try:
        read(yosys, {**job, "gold": job["source"], "power_up": "x"}, "gold")
        facts = describe(Netlist(Path("gold.json"), "gold"))
        # Bit by bit, to see which bits of an output are constant or the same as another.
        yosys("design", "-load", "gold")
        for words in (["simplemap"], ["opt", "-keepdc", "-fast"], ["opt_clean"]):
            yosys(*words)
        yosys("write_json", "-noscopeinfo", "bits.json")
        fine = Netlist(Path("bits.json"), "gold")
        facts["ports"] = {n: [port["direction"], port["bits"]] for n, port in fine.ports.items()}
    except Refused as error:
        facts = {"refused": str(error)}
    Path("facts.json").write_text(json.dumps(facts), "utf-8")
    return 0
