"""Makes run folders as a scoring leaves them, without scoring anything."""

import hashlib
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

from verilogeval.ppa.rows import cost_row
from verilogeval.ppa.values import Compared, Figures
from verilogeval.proof.store import ProofRow
from verilogeval.proof.values import Proof, ProofVerdict
from verilogeval.report.wave import Signal, Wave
from verilogeval.sample import Missing
from verilogeval.statistics import as_json, estimates, tally
from verilogeval.verdict import Verdict

NAMES = (
    "zero",
    "m2014_q4i",
    "vector0",
    "kmap1",
    "mux9to1v",
    "counter_2bc",
    "fsm3comb",
    "lemmings2",
)
CATEGORIES = ("combinational", "sequential", "state machine", "memory")
MESSAGES = {
    Verdict.COMPILE_ERROR: "line 9: syntax error\nline 10: error: Malformed statement",
    Verdict.TIMEOUT: "simulation did not end within 30 s",
    Verdict.NO_RESULT: "the simulation ended without the testbench's summary",
    Verdict.REJECTED: "line 7: $finish would end the simulation before the comparison",
    Verdict.TOOL_ERROR: "vvp was killed by the system: out of memory",
}
LETTERS = {
    Verdict.PASS: ".",
    Verdict.MISMATCH: "Rr",
    Verdict.COMPILE_ERROR: "SCpce",
    Verdict.TIMEOUT: "T",
    Verdict.NO_RESULT: "R",
    Verdict.REJECTED: "R",
    Verdict.TOOL_ERROR: "",
}
SOURCE = """\
// {comment}
module TopModule (
    input            clk,
    input            reset,
    input      [7:0] d,
    output reg [7:0] q
);
  /* registers, and what
     they hold after reset */
  localparam [7:0] START = 8'h{start:02x};
  always @(posedge clk) begin
    if (reset) q <= START;
    else if (d == {value}) $display("d is %d", d);
    else q <= d + 8'd{value};
  end
endmodule
"""


def result(task_id: str, sample: int, verdict: Verdict, source: str, **more: Any) -> dict[str, Any]:
    """A line of results.jsonl; `source` goes to `write_run` beside it."""
    return {
        "task_id": task_id,
        "sample": sample,
        "verdict": verdict.value,
        "letter": LETTERS[verdict][:1],
        "mismatches": None,
        "stimuli": None,
        "first_mismatch": None,
        "message": "",
        "wall_s": 0.05,
        "hash": hashlib.sha256(f"{task_id}\n{source}".encode(errors="replace")).hexdigest(),
        "source": source,
    } | more


def write_run(
    folder: Path,
    results: list[dict[str, Any]],
    *,
    tasks: dict[str, tuple[str, str]],
    missing: dict[str, int] | None = None,
    logs: dict[str, str] | None = None,
    waves: dict[str, Wave] | None = None,
    dataset: str = "verilog-eval v2, spec-to-rtl",
    **more: Any,
) -> Path:
    """Write a run folder; `tasks` has category and prompt, `logs` and `waves` go by hash.

    `more` goes into the summary.
    """
    for name in ("sources", "logs", "waves"):
        (folder / name).mkdir(parents=True)
    verdicts = [(entry["task_id"], Verdict(entry["verdict"])) for entry in results]
    tallies = tally(
        verdicts,
        {name: category for name, (category, _) in tasks.items()},
        missing=missing or {},
        missing_as=Missing.FAIL,
    )
    lines = []
    for entry in results:
        source = folder / "sources" / f"{entry['hash']}.sv"
        source.write_text(entry["source"], encoding="utf-8", errors="replace")
        lines.append(json.dumps({k: v for k, v in entry.items() if k != "source"}) + "\n")
    (folder / "results.jsonl").write_text("".join(lines))
    for name, log in (logs or {}).items():
        (folder / "logs" / f"{name}.txt").write_text(log, encoding="utf-8", errors="replace")
    for name, wave in (waves or {}).items():
        (folder / "waves" / f"{name}.json").write_text(wave.to_json())
    letters = Counter(entry["letter"] for entry in results if entry["letter"])
    summary = {
        "dataset": dataset,
        "problems": len(tasks),
        "samples": len(results),
        "scored": len(results),
        "reused": 0,
        **as_json(estimates(tallies)),
        "verdicts": Counter(verdict.value for _, verdict in verdicts),
        "letters": letters,
        "sandbox": "bubblewrap, no network",
        "versions": {"eda-rl": "0.1.0", "iverilog": "12.0", "python": "3.11.7"},
        "wall_s": 83.25,
        "results": "results.jsonl",
        "missing": missing or {},
        "tasks": {
            entry.task_id: {
                "category": entry.category,
                "prompt": tasks[entry.task_id][1],
                "n": entry.n,
                "c": entry.c,
            }
            for entry in tallies
        },
    }
    (folder / "summary.json").write_text(json.dumps(summary | more))
    return folder


def make_run(folder: Path, *, seed: int = 1, problems: int = 20, samples: int = 10) -> Path:
    """A run whose first problem has every verdict; problems are as hard with every seed."""
    rng = random.Random(seed)
    tasks, results, logs, waves = {}, [], {}, {}
    for number in range(problems):
        name = f"Prob{number + 1:03d}_{NAMES[number % len(NAMES)]}"
        prompt = f"I would like you to implement a module named TopModule.\n\nProblem {number}.\n"
        tasks[name] = (CATEGORIES[number % 4], prompt)
        ease = random.Random(number).betavariate(0.5, 0.35)
        for sample in range(1, samples + 1):
            verdict = Verdict.PASS if rng.random() < ease else _failure(rng)
            if number == 0:
                verdict = list(Verdict)[(sample - 1) % len(Verdict)]
            entry = _result(rng, name, sample, verdict)
            results.append(entry)
            if verdict is Verdict.COMPILE_ERROR:
                logs[entry["hash"]] = "sample.sv:9: syntax error\nsample.sv:10: error: Malformed\n"
            if verdict is Verdict.MISMATCH:
                waves[entry["hash"]] = make_wave(rng)
                logs[entry["hash"]] = "Hint: Output 'q' has 12 mismatches.\n" * 3
    missing = {f"Prob{problems:03d}_{NAMES[(problems - 1) % len(NAMES)]}": 2} if seed % 2 else {}
    return write_run(folder, results, tasks=tasks, missing=missing, logs=logs, waves=waves)


def add_worth(folder: Path, *, reason: str = "the reference has no cell") -> Path:
    """Add proofs and figures of the passing samples of a run.

    Sample s has s times the area of its reference and the same delay; those of the last problem
    that any pass have no ratio, for `reason`, and no proof.
    """
    results = [json.loads(line) for line in (folder / "results.jsonl").read_text().splitlines()]
    passing = [entry for entry in results if entry["verdict"] == Verdict.PASS.value]
    proofs, costs = [], []
    for entry in passing:
        place = entry["task_id"], entry["sample"], entry["hash"]
        compared = Compared(None, Figures(2, 2, 30, 1, 0, 0), reason)
        proof = Proof(ProofVerdict.UNKNOWN, reason=reason)
        if entry["task_id"] != passing[-1]["task_id"]:
            area = 2.0 * entry["sample"]
            compared = Compared(Figures(area, area, 30, 1, 0, 0), compared.reference)
            kind = ProofVerdict.BOUNDED if entry["sample"] % 2 else ProofVerdict.EQUIVALENT
            bound = 12 if kind is ProofVerdict.BOUNDED else None
            proof = Proof(kind, bound=bound, assumes=("a reset comes first",))
        proofs.append(ProofRow(*place, proof))
        costs.append(cost_row(*place, "settings", compared))
    (folder / "proof.jsonl").write_text("".join(row.line() for row in proofs))
    (folder / "ppa.jsonl").write_text("".join(row.model_dump_json() + "\n" for row in costs))
    summary = json.loads((folder / "summary.json").read_text())
    summary["ppa"] = {"library": "generic45", "flow": "sized", "optimised": "resyn2"}
    (folder / "summary.json").write_text(json.dumps(summary))
    return folder


def make_wave(rng: random.Random) -> Wave:
    """A clock, an input, and an output that goes wrong at 100 ns."""
    clock = tuple((time, str(time // 5000 % 2)) for time in range(60_000, 140_001, 5000))
    data = [(60_000 + 10_000 * i, f"{rng.randrange(256):08b}") for i in range(8)]
    right = ((60_000, "x" * 8), *((time + 5000, value) for time, value in data))
    wrong = tuple(
        (t, v if t < 95_000 else "00zz1111" if t > 120_000 else v[::-1]) for t, v in right
    )
    signals = (
        Signal(name="q (reference)", width=8, role="reference", changes=right),
        Signal(name="done_ref", width=1, role="reference", changes=((60_000, "x"), (80_000, "1"))),
        Signal(name="clk", width=1, role="input", changes=clock),
        Signal(name="reset", width=1, role="input", changes=((60_000, "1"), (75_000, "0"))),
        Signal(name="d", width=8, role="input", changes=tuple(data)),
        Signal(name="q (sample)", width=8, role="sample", changes=wrong),
        Signal(name="done_dut", width=1, role="sample", changes=((60_000, "z"), (85_000, "1"))),
    )
    return Wave(timescale="1ps", begin=60_000, end=140_000, mismatch=105_000, signals=signals)


def _failure(rng: random.Random) -> Verdict:
    kinds = [verdict for verdict in Verdict if verdict is not Verdict.PASS]
    return rng.choices(kinds, weights=[60, 28, 4, 3, 3, 1])[0]


def _result(rng: random.Random, name: str, sample: int, verdict: Verdict) -> dict[str, Any]:
    values = {"comment": verdict.value, "start": rng.randrange(3), "value": rng.randrange(2)}
    more: dict[str, Any] = {"message": MESSAGES.get(verdict, "")}
    if LETTERS[verdict]:
        more["letter"] = rng.choice(LETTERS[verdict])
    if verdict is Verdict.MISMATCH:
        more |= {"mismatches": rng.randrange(1, 200), "stimuli": 439}
        more["first_mismatch"] = {"time": 105, "signals": ["q", "done"]}
    return result(name, sample, verdict, SOURCE.format(**values), **more)
