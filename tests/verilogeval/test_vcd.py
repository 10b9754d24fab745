"""Windows out of VCD files: those that Icarus writes, and those that nobody should."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eda.errors import InputError
from verilogeval.report.vcd import Role, Wanted, read_window
from verilogeval.report.wave import Wave, read_wave

DESIGN = """\
`timescale 1ns/1ps
module tb;
  reg clk = 0;
  reg [7:0] d = 8'h00;
  reg [7:0] q_ref, q_dut;
  reg [2:0] odd = 3'bz;
  real level = 0.5;
  always #5 clk = ~clk;
  always @(posedge clk) begin
    d <= d + 1;
    q_ref <= d;
    q_dut <= d == 8'h06 ? 8'b0000x1z0 : d;
    level <= level + 0.25;
  end
  initial begin
    $dumpfile("wave.vcd");
    $dumpvars(0, tb);
    #1000 $finish;
  end
endmodule
"""


def want(*names: str) -> dict[str, Wanted]:
    roles: dict[str, Role] = {"ref": "reference", "dut": "sample"}
    return {f"tb.{name}": Wanted(name, roles.get(name[-3:], "input")) for name in names}


ALL = want("clk", "d", "q_ref", "q_dut", "odd")

HEAD = """\
$date today $end
$version a tool $end
$timescale 1ns $end
$scope module tb $end
$var wire 1 ! clk $end
$var reg 4 " q [3:0] $end
$scope module inner $end
$var wire 1 # deep $end
$var real 64 $ level $end
$upscope $end
$upscope $end
$enddefinitions $end
"""
BODY = """\
#0
$dumpvars
0!
bx "
z#
r0.5 $
$end
#5
1!
#10
0!
b101 "
#15
1!
1#
#20
0!
b0 "
#25
1!
"""


@pytest.fixture(scope="module")
def icarus_vcd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("iverilog") is None:
        pytest.skip("no Icarus Verilog: make icarus")
    folder = tmp_path_factory.mktemp("icarus")
    (folder / "tb.v").write_text(DESIGN)
    subprocess.run(["iverilog", "-g2012", "-o", "tb", "tb.v"], cwd=folder, check=True)
    subprocess.run(["vvp", "tb"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder / "wave.vcd"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "wave.vcd"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def values(wave: Wave, name: str) -> list[tuple[int, str]]:
    return next(list(signal.changes) for signal in wave.signals if signal.name == name)


def test_a_window_of_icarus_output(icarus_vcd: Path) -> None:
    wave = read_window(icarus_vcd, ALL, at=75_000, before=6, after=2)
    assert (wave.timescale, wave.mismatch) == ("1ps", 75_000)
    assert (wave.begin, wave.end) == (50_000, 90_000)
    assert [(s.name, s.width, s.role) for s in wave.signals] == [
        ("clk", 1, "input"),
        ("d", 8, "input"),
        ("q_ref", 8, "reference"),
        ("q_dut", 8, "sample"),
        ("odd", 3, "input"),
    ]
    assert values(wave, "clk")[:3] == [(50_000, "0"), (55_000, "1"), (60_000, "0")]
    assert values(wave, "q_dut") == [
        (50_000, "00000100"),
        (55_000, "00000101"),
        (65_000, "0000x1z0"),
        (75_000, "00000111"),
        (85_000, "00001000"),
    ]
    assert values(wave, "odd") == [(50_000, "zzz")]


def test_a_wave_survives_its_file(icarus_vcd: Path, tmp_path: Path) -> None:
    wave = read_window(icarus_vcd, ALL, at=75_000)
    path = tmp_path / "wave.json"
    path.write_text(wave.to_json())
    assert read_wave(path) == wave
    assert '"from":0,' in path.read_text()


def test_a_window_at_the_beginning_starts_there(icarus_vcd: Path) -> None:
    wave = read_window(icarus_vcd, ALL, at=5_000, before=20, after=1)
    assert (wave.begin, wave.end) == (0, 15_000)
    assert values(wave, "q_ref") == [(0, "x" * 8), (5_000, "0" * 8)]


def test_steps_of_other_signals_do_not_count(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + BODY)
    wave = read_window(path, want("q"), at=15, before=2, after=3)
    assert values(wave, "q") == [(0, "xxxx"), (10, "0101"), (20, "0000")]
    assert (wave.timescale, wave.begin, wave.end) == ("1ns", 0, 25)


def test_nothing_is_read_behind_the_window(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + BODY + "#30\nnonsense\n")
    assert read_window(path, want("clk"), at=10, after=1).end == 20
    with pytest.raises(InputError, match="'nonsense' among the values"):
        read_window(path, want("clk"), at=10, after=9)


def test_names_are_looked_for_in_their_scope(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + BODY)
    deep = {"tb.inner.deep": Wanted("deep", "sample")}
    assert values(read_window(path, deep, at=15), "deep") == [(0, "z"), (15, "1")]
    with pytest.raises(InputError, match=r"does not declare tb\.deep, tb\.inner\.level"):
        read_window(path, {**want("deep", "inner.level"), **deep}, at=15)


def test_a_dump_that_is_cut_off_serves_as_far_as_it_goes(tmp_path: Path) -> None:
    # "#2" is half of "#25", and must not be taken for a time.
    path = written(tmp_path, HEAD + BODY.partition("#25")[0] + "#2")
    assert read_window(path, want("clk", "q"), at=20).end == 25
    with pytest.raises(InputError, match="is cut off at time 20, before 24"):
        read_window(path, want("clk", "q"), at=24)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", r":0: .*ends within the declarations"),
        ("module top; endmodule\n", r":1: .*'module' among the declarations"),
        ("$scope module tb $end\n", r":1: .*ends within the declarations"),
        ("$var wire 1 ! clk\n", r":1: .*ends within \$var"),
        ("$upscope $end\n", r":1: .*\$upscope without"),
        ("$timescale 3 parsec $end\n", r":1: .*\$timescale"),
        ("$scope module a $end\n" * 300, r":257: .*\$scope"),
        ("$comment " + "x" * (1 << 20), r":1: .*too long"),
        (HEAD.replace("reg 4", "reg four"), r":6: .*\$var"),
        (HEAD.replace("reg 4", "reg 99999999"), r":6: .*tb.q has 99999999 bits"),
        (HEAD + "#10\n#5\n", r":14: .*time '#5'"),
        (HEAD + "#-3\n", r":13: .*time '#-3'"),
        (HEAD + '#0\nb10201 "\n', r":14: .*value '10201'"),
        (HEAD + '#0\nb11111 "\n', r":14: .*value '11111'"),
        (HEAD + "#0\nb101\n", r":14: .*ends within a value"),
        (HEAD + "#0\nhello\n", r":14: .*'hello' among the values"),
    ],
    ids=lambda value: str(value)[-40:],
)
def test_what_is_no_vcd_file_is_told_by_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=r"wave\.vcd" + words):
        read_window(written(tmp_path, text), want("clk", "q"), at=20)


def test_an_absent_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(str(tmp_path / "absent.vcd"))):
        read_window(tmp_path / "absent.vcd", ALL, at=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(
    st.binary(max_size=40),
    st.integers(0, len(HEAD + BODY)),
    st.integers(0, 40),
    st.integers(0, 60),
)
def test_damage_ends_in_a_wave_or_in_an_input_error(
    tmp_path: Path, noise: bytes, at: int, gap: int, time: int
) -> None:
    good = (HEAD + BODY).encode()
    path = written(tmp_path, good[:at] + noise + good[at + gap :])
    try:
        wave = read_window(path, want("clk", "q"), at=time, before=3, after=2)
    except InputError:
        return
    assert Wave.model_validate_json(wave.to_json()) == wave
    assert wave.begin <= time <= wave.end
    for signal in wave.signals:
        times = [moment for moment, _ in signal.changes]
        assert times == sorted(set(times))
        assert wave.begin == times[0]
        assert times[-1] < wave.end
        assert all(len(value) == signal.width for _, value in signal.changes)
