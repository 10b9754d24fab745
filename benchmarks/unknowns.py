"""How often outputs of a reference are unknown where they are compared, which then tests nothing.

python -m benchmarks.unknowns [--datasets NAME ...] [--at-least 0.1]
"""

import argparse
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.common import conditions
from benchmarks.scoring import DATASETS
from verilogeval.datasets.find import load
from verilogeval.icarus.compile import learn_compiler
from verilogeval.icarus.find import Icarus, find_icarus
from verilogeval.problem import Problem
from verilogeval.scoring.build import Builder
from verilogeval.scoring.judging import Judge
from verilogeval.scoring.scratch import scratch_folder
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.testbench import results
from verilogeval.testbench.powerup import power_up
from verilogeval.testbench.template import Bench, instantiate

_COMPARED = re.compile(r"assign tb_match = \( \{([^}]*)\} ===")
_COUNTED = "stats1.clocks++;"


@dataclass(frozen=True)
class Unknown:
    """Fractions from 0 to 1.

    Attributes:
        comparisons: how often outputs were compared.
        nothing: comparisons in which no bit of any output was known.
        bits: bits compared that were unknown.
        outputs: for each output, comparisons in which no bit of it was known.
    """

    comparisons: int
    nothing: float
    bits: float
    outputs: dict[str, float]


def unknown(problem: Problem, settings: JudgeSettings) -> tuple[Unknown, Unknown]:
    """Count unknown bits in the testbench as it is, and as this harness repairs it.

    Raises:
        ValueError: the testbench is not one of VerilogEval's, or the simulation fails.
    """
    assert problem.testbench is not None  # noqa: S101 - the public datasets have no other judges
    names, text = _counting(problem.testbench.testbench)
    counting = replace(problem, testbench=replace(problem.testbench, testbench=text))
    with Judge(settings) as judge:
        prepared = judge.prepare(counting)
    if prepared.template is None or prepared.failure:
        raise ValueError(f"{problem.task_id}: {prepared.failure}")
    builder = Builder(learn_compiler(settings.icarus), settings.scratch, settings.compile_limits)
    bench = instantiate(prepared.template, isolated=False)
    program = builder.compile(bench, builder.preprocess(problem.golden)).program
    plain = _counts(names, bench, builder, program, settings)
    if not prepared.known_inputs:
        return plain, plain
    program = power_up(program, bench.top, 0, without=(bench.instance, bench.reference))
    return plain, _counts(names, bench, builder, program, settings)


def _counts(
    names: list[str], bench: Bench, builder: Builder, program: bytes, settings: JudgeSettings
) -> Unknown:
    outcome, _ = builder.simulate(program, settings.run_limits)
    found = results.read(outcome.stdout.decode("utf-8", "replace"), bench.secret)
    counts = [line.split()[1:] for line in found.lines if line.startswith("unknown ")]
    if len(counts) != 1 or not found.stimuli:
        raise ValueError("the simulation gave no counts")
    nothing, bits, width, *of_outputs = map(int, counts[0])
    return Unknown(
        comparisons=found.stimuli,
        nothing=nothing / found.stimuli,
        bits=bits / (found.stimuli * width),
        outputs={
            name: count / found.stimuli for name, count in zip(names, of_outputs, strict=True)
        },
    )


def _counting(testbench: str) -> tuple[list[str], str]:
    """A testbench that also counts, and the names of the reference's outputs in it."""
    compared = _COMPARED.findall(testbench)
    if len(compared) != 1 or testbench.count(_COUNTED) != 1:
        raise ValueError("not a testbench of VerilogEval")
    outputs = [name.strip() for name in compared[0].split(",")]
    every = f"{{{', '.join(outputs)}}}"
    counters = [f"unknown{n}_" for n in range(len(outputs))]
    declared = ", ".join(f"{name} = 0" for name in ("nothing_", "bits_", *counters))
    counting = [f"nothing_ += $countbits({every}, 1'bx) == $bits({every});"]
    counting += [f"bits_ += $countbits({every}, 1'bx);"]
    counting += [
        f"{counter} += $countbits({name}, 1'bx) == $bits({name});"
        for counter, name in zip(counters, outputs, strict=True)
    ]
    printed = ", ".join(["nothing_", "bits_", f"$bits({every})", *counters])
    form = " ".join(["%0d"] * (len(outputs) + 3))
    text = testbench.replace(_COUNTED, f"{_COUNTED} {' '.join(counting)}")
    at = text.index("final begin") + len("final begin")
    text = f'{text[:at]} $display("unknown {form}", {printed});{text[at:]}'
    start = text.index("module tb();") + len("module tb();")
    return [
        n.removesuffix("_ref") for n in outputs
    ], f"{text[:start]} int {declared};{text[start:]}"


def _settings(icarus: Icarus, scratch: Path) -> JudgeSettings:
    return JudgeSettings(
        icarus=icarus,
        official=False,
        max_mismatches=0,
        time_limit_s=300,
        memory_mib=2048,
        scratch=scratch,
    )


def main() -> None:
    """Print the problems with many comparisons that test nothing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = [name for name in DATASETS if name != "own"]
    parser.add_argument("--datasets", nargs="+", default=default, help="names or paths")
    parser.add_argument("--at-least", type=float, default=0.1, help="fraction to be listed")
    parser.add_argument("--iverilog", type=Path)
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()
    icarus = find_icarus(options.iverilog)
    print(conditions())
    written = []
    with scratch_folder() as scratch:
        settings = _settings(icarus, scratch)
        for name in options.datasets:
            print(f"{name}: comparisons, of these no bit known, unknown bits, outputs never known")
            for problem in load(DATASETS.get(name, name)).problems.values():
                plain, repaired = unknown(problem, settings)
                written += [
                    {"dataset": name, "task_id": problem.task_id, "repaired": n, **vars(one)}
                    for n, one in enumerate((plain, repaired))
                ]
                _show(problem.task_id, plain, options.at_least)
                if repaired != plain:
                    _show(f"{problem.task_id}, repaired", repaired, 0)
    if options.json:
        options.json.write_text("".join(json.dumps(line) + "\n" for line in written), "utf-8")


def _show(name: str, found: Unknown, at_least: float) -> None:
    if max(found.nothing, found.bits) >= at_least:
        often = ", ".join(f"{n} {f:.0%}" for n, f in found.outputs.items() if f >= 0.1)
        print(
            f"  {name:<38} {found.comparisons:7} {found.nothing:6.1%} {found.bits:6.1%}  {often}",
            flush=True,
        )


if __name__ == "__main__":
    main()
