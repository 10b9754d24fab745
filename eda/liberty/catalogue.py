"""The gates of the generic library as networks of static CMOS stages.

Each stage reads `node = !(pull-down network)`; in the network, `&` puts transistors in series and
`|` in parallel, and the operand written first lies nearest the output.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Gate:
    """A combinational cell of one output `Y`.

    Attributes:
        name: cell name without its drive.
        stages: stages from the inputs to `Y`, separated by `;`.
        function: the Liberty function of `Y` where it is not the only stage's own text.
        drives: sizes of the output stage, in X1.
    """

    name: str
    stages: str
    function: str = ""
    drives: tuple[int, ...] = (1, 2, 4)

    @property
    def liberty_function(self) -> str:
        """The function of `Y`, as Liberty writes it."""
        return self.function or self.stages.partition("=")[2].strip()


_WIDE = (1, 2, 4, 8)
_WIDEST = (1, 2, 4, 8, 16)

_SIMPLE = (
    Gate("INV", "Y = !A", drives=_WIDEST),
    Gate("BUF", "n = !A; Y = !n", "A", _WIDEST),
    Gate("NAND2", "Y = !(A & B)", drives=_WIDE),
    Gate("NAND3", "Y = !(A & B & C)", drives=_WIDE),
    Gate("NAND4", "Y = !(A & B & C & D)"),
    Gate("NOR2", "Y = !(A | B)", drives=_WIDE),
    Gate("NOR3", "Y = !(A | B | C)", drives=_WIDE),
    Gate("NOR4", "Y = !(A | B | C | D)"),
    Gate("AND2", "n = !(A & B); Y = !n", "A & B", _WIDE),
    Gate("AND3", "n = !(A & B & C); Y = !n", "A & B & C", _WIDE),
    Gate("AND4", "n = !(A & B & C & D); Y = !n", "A & B & C & D"),
    Gate("OR2", "n = !(A | B); Y = !n", "A | B", _WIDE),
    Gate("OR3", "n = !(A | B | C); Y = !n", "A | B | C", _WIDE),
    Gate("OR4", "n = !(A | B | C | D); Y = !n", "A | B | C | D"),
    Gate("NAND2B", "n = !AN; Y = !(n & B)", "!(!AN & B)"),
    Gate("NOR2B", "n = !AN; Y = !(n | B)", "!(!AN | B)"),
    Gate("AND2B", "n = !B; Y = !(AN | n)", "!AN & B"),
    Gate("OR2B", "n = !B; Y = !(AN & n)", "!AN | B"),
    Gate("XOR2", "n = !(A | B); Y = !((A & B) | n)", "A ^ B", _WIDE),
    Gate("XNOR2", "n = !(A & B); Y = !((A | B) & n)", "!(A ^ B)", _WIDE),
    Gate("MUX2", "s = !S; n = !((A & s) | (B & S)); Y = !n", "(A & !S) | (B & S)", _WIDE),
    Gate("MUXI2", "s = !S; Y = !((A & s) | (B & S))", "!((A & !S) | (B & S))", _WIDE),
    Gate("MAJ3", "n = !((A & B) | (C & (A | B))); Y = !n", "(A & B) | (C & (A | B))"),
    Gate("MAJI3", "Y = !((A & B) | (C & (A | B)))"),
)

_AND_OR = {
    "21": "(A1 & A2) | B",
    "22": "(A1 & A2) | (B1 & B2)",
    "31": "(A1 & A2 & A3) | B",
    "32": "(A1 & A2 & A3) | (B1 & B2)",
    "33": "(A1 & A2 & A3) | (B1 & B2 & B3)",
    "211": "B | C | (A1 & A2)",
    "221": "C | (A1 & A2) | (B1 & B2)",
    "222": "(A1 & A2) | (B1 & B2) | (C1 & C2)",
    "311": "B | C | (A1 & A2 & A3)",
}
_BUFFERED = ("21", "22", "31", "211", "221", "222")


def _swap(network: str) -> str:
    """The dual network: AND and OR change places."""
    return network.translate(str.maketrans("&|", "|&"))


def _compound() -> tuple[Gate, ...]:
    gates = []
    for letters, dual in (("AO", False), ("OA", True)):
        networks = {shape: _swap(net) if dual else net for shape, net in _AND_OR.items()}
        gates += [Gate(f"{letters}I{shape}", f"Y = !({net})") for shape, net in networks.items()]
        gates += [
            Gate(f"{letters}{shape}", f"n = !({networks[shape]}); Y = !n", networks[shape])
            for shape in _BUFFERED
        ]
    return tuple(gates)


GATES: tuple[Gate, ...] = (*_SIMPLE, *_compound())


@dataclass(frozen=True)
class Register:
    """A flop, latch or clock gate of the library.

    Attributes:
        name: cell name without its drive.
        kind: `flop`, `latch` or `gate` (a clock gate).
        clock: name of the clock or latch-enable pin; an `N` at the end makes it active low.
        columns: transistor columns of the cell without its output stages.
        outputs: `Q`, or `Q` and `QN`; `GCK` of a clock gate.
        clear, preset: whether there is a pin RN, SN; both are active low.
        enable: whether a pin E keeps the state while 0.
        drives: sizes of the output stages, in X1.
    """

    name: str
    kind: str
    clock: str
    columns: int
    outputs: tuple[str, ...] = ("Q",)
    clear: bool = False
    preset: bool = False
    enable: bool = False
    drives: tuple[int, ...] = (1, 2, 4)


def _flops() -> tuple[Register, ...]:
    both = ("Q", "QN")
    flops = []
    for suffix, clear, preset in (
        ("", False, False),
        ("R", True, False),
        ("S", False, True),
        ("RS", True, True),
    ):
        columns = 13 + 2 * (clear + preset)
        flops += [
            Register(f"DFF{suffix}", "flop", "CK", columns, ("Q",), clear, preset),
            Register(f"DFF{suffix}QN", "flop", "CK", columns + 1, both, clear, preset),
            Register(f"DFFN{suffix}", "flop", "CKN", columns, ("Q",), clear, preset),
        ]
    return tuple(flops)


REGISTERS: tuple[Register, ...] = (
    *_flops(),
    Register("DFFE", "flop", "CK", 17, enable=True),
    Register("DLH", "latch", "G", 7),
    Register("DLL", "latch", "GN", 7),
    Register("DLHR", "latch", "G", 9, clear=True),
    Register("DLHS", "latch", "G", 9, preset=True),
    Register("CKGATE", "gate", "CK", 9, ("GCK",), enable=True, drives=(1, 2, 4, 8)),
)
