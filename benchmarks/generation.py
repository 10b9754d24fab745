"""`eda-rl verilogeval generate` against an endpoint that fails, killed twice and resumed.

python -m benchmarks.generation [--problems 156] [--samples 20] [--stream]

The endpoint is a local server: of ten requests, four get a 429, a 500, no answer in time, half an
answer, or one without a choice. The first kill is SIGTERM, the second SIGKILL. Every reply must be
there once, as it was sent, and no reply that was recorded may be asked for again. A reply that was
on its way when SIGKILL came is lost to anybody; such are counted apart, SIGTERM waits for them.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.common import ROOT, conditions

sys.path.insert(0, str(ROOT / "tests" / "verilogeval"))

from faulty_endpoint import FaultyEndpoint

CONCURRENCY = 16


def dataset(folder: Path, count: int) -> Path:
    """Problems of v2's layout, all with texts of their own."""
    target = folder / "dataset_spec-to-rtl"
    target.mkdir()
    for n in range(count):
        task_id = f"Prob{n:03}_constant"
        prompt = f"The module TopModule has one output of 16 bits, out, that is always {n}.\n"
        (target / f"{task_id}_prompt.txt").write_text(prompt, "utf-8")
        body = f"module RefModule(output [15:0] out);\n  assign out = {n};\nendmodule\n"
        (target / f"{task_id}_ref.sv").write_text(body, "utf-8")
        (target / f"{task_id}_test.sv").write_text("module tb; endmodule\n", "utf-8")
    return target


def reply_to(prompt: str, seed: int | None) -> str:
    """A reply that tells which request it answers."""
    number = prompt.split("always ")[1].split(".", maxsplit=1)[0]
    code = f"module TopModule(output [15:0] out);\n  assign out = {number}; // {seed}\nendmodule"
    return f"Here it is.\n```verilog\n{code}\n```\n"


def command(url: str, problems: Path, out: Path, options: argparse.Namespace) -> list[str]:
    """The command; one and the same for the first time and later."""
    words = [sys.executable, "-m", "eda_rl", "verilogeval", "generate", "--model", "m"]
    words += ["--base-url", url, "--dataset", str(problems), "-n", str(options.samples)]
    words += ["--seed", "0", "--concurrency", str(CONCURRENCY), "--timeout", "4"]
    words += ["--back-off", "0.05", "--retries", "30", "--out", str(out), "--resume", "--json"]
    return words + (["--stream"] if options.stream else [])


def recorded(out: Path) -> list[tuple[str, int]]:
    """Problem and sample of each whole line in the journal."""
    path = out / "replies.jsonl"
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    values = [json.loads(line) for line in lines if line.endswith(b"\n")]
    return [(value["task_id"], value["sample"]) for value in values]


def main() -> int:
    """Print the counts; exit status 1: a reply was lost, or asked for again after it was there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--problems", type=int, default=156)
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--stream", action="store_true")
    options = parser.parse_args()
    print(conditions())
    total = options.problems * options.samples
    began = time.perf_counter()
    with TemporaryDirectory() as at, FaultyEndpoint(reply_to, hang_s=6) as endpoint:
        folder, out = Path(at), Path(at) / "run"
        words = command(endpoint.url, dataset(folder, options.problems), out, options)
        in_flight = 0
        for part, how in ((1 / 3, signal.SIGTERM), (2 / 3, signal.SIGKILL)):
            process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE)
            while len(recorded(out)) < part * total and process.poll() is None:
                time.sleep(0.2)
            os.kill(process.pid, how)
            process.wait()
            time.sleep(7)  # what hangs on the server's side comes to its end
            there = len(recorded(out))
            in_flight = sum(endpoint.answered.values()) - there
            print(f"killed by {how.name} (status {process.returncode}) with {there} of {total} "
                  f"recorded; answered and not recorded so far: {in_flight}")  # fmt: skip
        done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, check=False)
        summary = json.loads(done.stdout)
        places = recorded(out)
        lines = (out / "samples.jsonl").read_text("utf-8").splitlines()
        samples = [json.loads(line) for line in lines]
        seconds = time.perf_counter() - began
    right = sum(
        f"assign out = {int(s['task_id'][4:7])}; // {s['sample'] - 1}\n" in s["completion"]
        for s in samples
    )
    answers = sum(endpoint.answered.values())
    print(f"{total} wanted, {len(places)} recorded, {len(set(places))} different, {right} samples "
          f"hold what was sent; status {done.returncode}, {seconds:.0f} s")  # fmt: skip
    print(f"answered in full {answers} times: {answers - total} more than wanted, of which "
          f"{in_flight} were on their way at a kill; faults: {dict(endpoint.failed)}")  # fmt: skip
    print(f"summary: {summary}")
    fine = len(places) == len(set(places)) == right == total and answers - total <= in_flight
    return int(not fine)


if __name__ == "__main__":
    sys.exit(main())
