"""The Gymnasium environment: steps a second, its own share of a step, copies, a long random run.

    python -m benchmarks.environment
    python -m benchmarks.environment --objective adp --reward dense
    python -m benchmarks.environment --long 1000000 --hours 2

The circuit is `arithmetic_unit_8` of the generated suite (350 ANDs, the size of c880). With the
objective `nodes`, the usual one here, a step is a move and its observation, and nothing is mapped;
with `adp` and the reward `dense` each step is mapped. Copies step together, so that each waits for
the slowest: the more moves differ in time, the less copies gain.
"""

import argparse
import os
import resource
import time
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np

from benchmarks.common import conditions
from rl.environment import ENV_ID, SynthesisEnv
from rl.suites import find_suite

DESIGN = "arithmetic_unit_8"


def design() -> str:
    """The file of the circuit."""
    return str(next(d for d in find_suite("generated").designs if d.name == DESIGN).files[0])


def synthesis(env: gymnasium.Env[Any, Any]) -> SynthesisEnv:
    """The environment within its wrappers."""
    found = env.unwrapped
    assert isinstance(found, SynthesisEnv)  # noqa: S101 - `ENV_ID` says so
    return found


def single(seconds: float, settings: dict[str, Any]) -> None:
    """One environment, random moves."""
    env = gymnasium.make(ENV_ID, designs=design(), **settings)
    env.action_space.seed(0)
    env.reset(seed=0)
    engine = synthesis(env)._engine.synthesizer
    busy, began, steps = engine.busy_s, time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        _, _, ended, cut, _ = env.step(env.action_space.sample())
        steps += 1
        if ended or cut:
            env.reset()
    wall = time.perf_counter() - began
    own = 1000 * (wall - (engine.busy_s - busy)) / steps
    print(f"one: {steps / wall:.0f} steps/s, {own:.2f} ms of a step outside ABC")
    env.close()


def vectorised(copies: int, seconds: float, settings: dict[str, Any]) -> float:
    """Several copies in processes; steps a second of all together."""
    envs = gymnasium.make_vec(
        ENV_ID, copies, vectorization_mode="async", designs=design(), **settings
    )
    envs.action_space.seed(0)
    envs.reset(seed=0)
    began, steps = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        envs.step(envs.action_space.sample())
        steps += copies
    rate = steps / (time.perf_counter() - began)
    envs.close()
    return rate


def long_run(steps: int, hours: float) -> None:
    """Random moves of the full table on all generated designs; memory at the start and the end."""
    env = gymnasium.make(ENV_ID, table="full", objective="nodes", length=20)
    env.action_space.seed(0)
    env.reset(seed=0)
    until, failures, first = time.perf_counter() + 3600 * hours, 0, 0.0
    done = slowest = 0.0
    for number in range(1, steps + 1):
        began = time.perf_counter()
        masks = synthesis(env).action_masks()
        _, _, ended, cut, _ = env.step(env.action_space.sample(mask=masks.astype(np.int8)))
        slowest = max(slowest, time.perf_counter() - began)
        failures += cut
        if ended or cut:
            env.reset()
        done = number
        if number == steps // 10 or (not first and time.perf_counter() > until - 3240 * hours):
            first = _memory()
        if time.perf_counter() > until:
            break
    print(
        f"long: {done} steps, {failures} truncated, slowest step {slowest:.1f} s, memory "
        f"{first:.0f} MiB after a tenth, {_memory():.0f} MiB at the end, largest "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"
    )
    env.close()


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--copies", type=int, nargs="*", default=[2, 4, 8])
    parser.add_argument("--objective", default="nodes")
    parser.add_argument("--reward", default="terminal")
    parser.add_argument("--long", type=int, default=0, help="steps of the long run; 0 for none")
    parser.add_argument("--hours", type=float, default=2.0, help="at most, for the long run")
    options = parser.parse_args()
    print(conditions())
    if options.long:
        long_run(options.long, options.hours)
        return
    settings: dict[str, Any] = {"objective": options.objective, "reward": options.reward}
    single(options.seconds, settings)
    one = vectorised(1, options.seconds, settings)
    print(f"in processes: 1 copy {one:.0f} steps/s")
    for copies in options.copies:
        rate = vectorised(copies, options.seconds, settings)
        print(f"in processes: {copies} copies {rate:.0f} steps/s: {rate / one:.2f}x")


if __name__ == "__main__":
    main()
