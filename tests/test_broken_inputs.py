"""Broken inputs: one clean line, or a result that is proven; never anything else."""

import gzip
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Cli, adder_aig, random_aig

from eda import aiger
from eda.abc.binary import AbcBinary
from eda.abc.library import convert_library
from eda.cache import MemoryCache
from eda.equivalence import Equivalence, check_equivalence
from eda.errors import InputError, ToolError
from eda.flow import Flow, FlowKind
from eda.frontend import Source, read_design
from eda.liberty.find import resolve_library
from eda.move import Move
from eda.recipe import Recipe
from eda.replay import replay
from eda.synthesizer import MoveFailedError, Synthesizer

DEADLINE_S = 60.0
VERILOG = """module leaf #(parameter W = 2) (input [W-1:0] a, output reg y);
  integer i;
  always @* begin y = 1'b0; for (i = 0; i < W; i = i + 1) y = y ^ a[i]; end
endmodule
module top(input clk, input [3:0] a, b, output [4:0] s, output p, output reg [3:0] q);
  assign s = a + b * 4'd3;
  leaf #(.W(4)) u (.a(a & {4{b[0]}}), .y(p));
  always @(posedge clk) if (b[3]) q <= q + a; else q <= {a[1:0], q[3:2]};
endmodule
"""
SYSTEM_VERILOG = """typedef enum logic [1:0] {IDLE, RUN, DONE} state_t;
module top(input logic clk, rst_n, go, input logic [3:0] a, output logic [3:0] y, output state_t s);
  always_ff @(posedge clk or negedge rst_n)
    if (!rst_n) s <= IDLE;
    else unique case (s) IDLE: if (go) s <= RUN; RUN: s <= DONE; default: s <= IDLE; endcase
  always_comb begin y = '0; for (int i = 0; i < 4; i++) y[i] = a[3-i] ^ (s == RUN); end
endmodule
"""
BLIF = """.model top
.inputs a b c
.outputs y z
.names a b n
11 1
.names n c y
1- 1
-1 1
.names a c z
10 1
01 1
.end
"""
SEQUENTIAL_BLIF = BLIF.replace(".names a c z", ".latch y q re clk 0\n.names q c z").replace(
    "a b c\n", "a b c clk\n"
)
BENCH = """# a comment
INPUT(a)
INPUT(b)
INPUT(c)
OUTPUT(y)
OUTPUT(z)
n = NAND(a, b)
y = OR(n, c)
z = XOR(a, c)
"""
LATCHED = b"aig 5 2 1 2 2\n10 0\n8\n11\n\x02\x02\x02\x02"


def ascii_of(data: bytes) -> bytes:
    aig = aiger.parse(data)
    header = aig.header
    rows = [f"aag {header.max_variable} {header.inputs} 0 {header.outputs} {header.ands}"]
    rows += [str(2 * at) for at in range(1, header.inputs + 1)]
    rows += [str(literal) for literal in aig.outputs]
    first = header.inputs + 1
    rows += [f"{2 * (first + n)} {a} {b}" for n, (a, b) in enumerate(aig.fanins.tolist())]
    return ("\n".join(rows) + "\n").encode()


SEEDS: dict[str, list[bytes]] = {
    "d.v": [VERILOG.encode()],
    "d.sv": [SYSTEM_VERILOG.encode()],
    "d.aig": [adder_aig(3), random_aig(5, nodes=20) + b"i0 in\no1 out\nc\nnote\n", LATCHED],
    "d.aag": [ascii_of(adder_aig(3)), ascii_of(random_aig(6, nodes=12))],
    "d.blif": [BLIF.encode(), SEQUENTIAL_BLIF.encode()],
    "d.bench": [BENCH.encode()],
}
NUMBERS = (b"0", b"-1", b"99999999999999999999", b"4294967296", b"1e400", b"2147483647", b"3.5")


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def flip(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def repeat(data: bytes, rng: random.Random) -> bytes:
    begin, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:end] + data[begin:end] * rng.choice((1, 2, 50)) + data[end:]


def drop(data: bytes, rng: random.Random) -> bytes:
    rows = data.splitlines(keepends=True)
    del rows[rng.randrange(len(rows))]
    return b"".join(rows)


def swap(data: bytes, rng: random.Random) -> bytes:
    words = re.split(rb"(\s+)", data)
    one, other = (2 * rng.randrange((len(words) + 1) // 2) for _ in range(2))
    words[one], words[other] = words[other], words[one]
    return b"".join(words)


def number(data: bytes, rng: random.Random) -> bytes:
    places = list(re.finditer(rb"\d+", data))
    if not places:
        return data + rng.choice(NUMBERS)
    place = rng.choice(places)
    return data[: place.start()] + rng.choice(NUMBERS) + data[place.end() :]


def zeros(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes(rng.choice((1, 4, 300))) + data[at:]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    cut, flip, repeat, drop, swap, number, zeros,
)  # fmt: skip


def mutants(kind: str, part: int, count: int) -> list[bytes]:
    rng = random.Random(f"{kind} {part}")
    found = []
    for at in range(count):
        data = MUTATIONS[at % len(MUTATIONS)](rng.choice(SEEDS[kind]), rng)
        found.append(flip(data, rng) if data and rng.random() < 0.2 else data)
    return found


def assert_proven(abc: AbcBinary, core: bytes) -> None:
    """What was read goes through a move and a replay and stays what it is."""
    if aiger.parse(core).header.outputs == 0:
        return
    synthesizer = Synthesizer(abc, None, jobs=1, cache=MemoryCache())
    try:
        start = synthesizer.canonical(core)
        move = Move("dc2", "dc2")
        moved = synthesizer.apply(start, move)
    finally:
        synthesizer.close()
    replayed = replay(abc, start, Recipe((move,)), Flow(FlowKind.AIG), None, time_limit=DEADLINE_S)
    assert replayed.circuit == moved
    answer = check_equivalence(abc, core, replayed.circuit.data, time_limit=DEADLINE_S)
    assert answer is Equivalence.EQUIVALENT


def assert_one_line(error: Exception, path: Path) -> None:
    message = str(error)
    assert message
    assert len(message) < 1000, message
    assert "Traceback" not in message
    if isinstance(error, InputError):
        assert path.name in message, message
        assert "\n" not in message


COUNTS = [
    *[("d.v", part, 5) for part in range(3)],
    *[("d.sv", part, 7) for part in range(3)],
    *[("d.aig", part, 35) for part in range(2)],
    *[("d.aag", part, 35) for part in range(2)],
    *[("d.blif", part, 14) for part in range(3)],
    *[("d.bench", part, 14) for part in range(3)],
]


@pytest.mark.parametrize(("kind", "part", "count"), COUNTS)
def test_mutated_designs(kind: str, part: int, count: int, tmp_path: Path, abc: AbcBinary) -> None:
    for at, data in enumerate(mutants(kind, part, count)):
        path = tmp_path / str(at) / kind
        path.parent.mkdir()
        path.write_bytes(data)
        source = Source((path,), time_limit=DEADLINE_S, memory_limit=2 * 2**30)
        try:
            design = read_design(source, library=None, workdir=path.parent / "work", abc=abc)
        except (InputError, ToolError) as error:
            assert_one_line(error, path)
            continue
        try:
            assert_proven(abc, design.core)
        except MoveFailedError as error:
            pytest.fail(f"{path}: read, but ABC cannot work on it: {error}")


def test_enough_mutants_are_tried() -> None:
    assert sum(count for _, _, count in COUNTS) >= 200


@pytest.mark.parametrize("part", range(3))
def test_mutated_libraries(
    part: int, tmp_path: Path, abc: AbcBinary, cache_dir: Path, library: object
) -> None:
    del library  # prepared, so that its text is there
    text = resolve_library("generic", cache_dir).path.read_bytes()
    cells = [text.index(name) for name in (b"cell (INV_X1)", b"cell (NAND2_X1)", b"cell (NOR2_X1)")]
    blocks = [text[at : text.index(b"\n  cell (", at + 1)] for at in cells]
    small = text[: text.index(b"cell (")] + b"\n  ".join(blocks) + b"\n}\n"
    rng = random.Random(f"library {part}")
    for at in range(14):
        path = tmp_path / f"m{at}.lib"
        path.write_bytes(MUTATIONS[at % len(MUTATIONS)](small, rng))
        try:
            found = resolve_library(path, tmp_path / "cache")
            made = convert_library(
                abc, name=found.name, lib=found.path, sha256=found.sha256,
                cache_dir=tmp_path / "cache",
            )  # fmt: skip
        except (InputError, ToolError) as error:
            assert_one_line(error, path)
            continue
        synthesizer = Synthesizer(abc, made, jobs=1, cache=MemoryCache())
        try:
            start = synthesizer.canonical(adder_aig(3))
            qor = synthesizer.cost(start, Flow(FlowKind.MAP))
            replayed = replay(abc, start, Recipe(), Flow(FlowKind.MAP), made, time_limit=DEADLINE_S)
            assert replayed.qor == qor
        except (MoveFailedError, ToolError) as error:
            assert_one_line(error, path)
        finally:
            synthesizer.close()


GOOD_GZIP = gzip.compress(VERILOG.encode() * 3)
BROKEN_FILES: dict[str, bytes] = {
    "empty.v": b"",
    "nul.v": b"\x00" * 64,
    "cut.v": VERILOG.encode()[:200],
    "binary.v": adder_aig(6),
    "not.v.gz": b"module top;",
    "cut.v.gz": GOOD_GZIP[:-20],
    "flipped.aig.gz": gzip.compress(adder_aig(6))[:30] + b"\xff" * 40,
    "cut.sv": SYSTEM_VERILOG.encode()[:300],
    "latin.v": VERILOG.encode().replace(b"leaf", b"l\xe9af"),
    "cut.aig": adder_aig(6)[:50],
    "huge.aig": b"aig 99999999999 99999999999 0 0 0\n",
    "cycle.aag": b"aag 4 2 0 1 2\n2\n4\n8\n6 8 2\n8 6 4\n",
    "cut.blif": BLIF.encode()[:60],
    "cycle.blif": b".model t\n.inputs a\n.outputs y\n.names a y y\n11 1\n.end\n",
    "cut.bench": BENCH.encode()[:70],
    "wires.v": b"module top(input a, output y); assign y = a; endmodule\n",
}


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_broken_files_on_the_command_line(name: str, cli: Cli) -> None:
    (cli.folder / name).write_bytes(BROKEN_FILES[name])
    ended = cli.call("search", name, "--budget", 0, "--json", "--time-limit", 60)
    if ended.status == 0:
        assert ended.json["verified"] is True
        return
    assert ended.status in (2, 3)
    assert ended.stdout == ""
    lines = ended.stderr.splitlines()
    assert [row for row in lines if row.startswith("eda-rl: ")] == lines[-1:]
    assert name.partition(".")[0] in lines[-1] or re.search("top|no module", lines[-1])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cut.lib", b"library (x) { cell (INV) { area : 1;"),
        ("empty.lib", b"library (x) { }"),
        ("junk.lib.gz", b"\x1f\x8b junk"),
        ("folder.lib", None),
    ],
)
def test_broken_libraries_on_the_command_line(
    name: str, data: bytes | None, cli: Cli, adder: Path
) -> None:
    path = cli.folder / name
    path.mkdir() if data is None else path.write_bytes(data)
    ended = cli.call("search", adder, "--budget", 0, "--json", "--liberty", name)
    assert ended.status == 2
    assert ended.stdout == ""
    assert name in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
