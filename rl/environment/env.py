"""The environment: a circuit is the state, a move of a table the action, its cost the reward."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import gymnasium
import numpy as np
import numpy.typing as npt
from gymnasium import spaces

from eda.circuit import Circuit
from eda.errors import InputError
from eda.flow import FlowKind
from eda.objective import Goal, Objective
from eda.qor import Qor
from eda.synthesizer import MoveFailedError
from rl.environment.engine import Engine, Loaded, named_designs
from rl.environment.observation import Observer, State
from rl.environment.rendering import Step, drawn, told
from rl.guide.choose import USERS, chosen_model
from rl.suites import SuiteDesign
from rl.table import TABLES


@dataclass(frozen=True)
class Snapshot:
    """An episode at one moment; a value, so that keeping and copying it cost nothing.

    Attributes:
        design: the design.
        steps: what was done so far, with what came of it.
        circuit: the circuit now.
    """

    design: Loaded
    steps: tuple[Step, ...]
    circuit: Circuit


class SynthesisEnv(gymnasium.Env[dict[str, Any], np.int64]):
    """Makes a circuit cheaper, move by move.

    An episode has `length` moves, then it is terminated. Where ABC fails on a circuit the episode
    is truncated, its reward so far stands, and `info["failure"]` says why. `info` also holds
    `design`, `hash` of the circuit, `moves` by name, and where it was measured `cost` and
    `improvement`, the fraction of the baseline's objective that is saved.

    `reset(options={"design": NAME_OR_PATH})` chooses the design; without it one is drawn.

    Args:
        designs: a file, a suite's name, a folder; or several of them.
        table: the name of a move table.
        length: moves of an episode.
        objective: what is to be made small: `adp`, `area`, `delay`, `nodes`, `levels`, `luts`.
        flow: `map` or `sized`.
        liberty: as for `eda-rl search`; not looked at where nothing is mapped to cells.
        lut: inputs of a LUT, for the objective `luts`.
        reward: `terminal`: the improvement on the baseline at the end; `dense`: of each move, the
            change of the improvement. Either sums up to the same, but for the start's own
            improvement, and is at least -1.
        observations: names; see `rl.environment.observation.Observer`.
        model: a checkpoint for the observation `embedding`, or `auto` for the usual one.
        render_mode: `ansi`, `rgb_array` or None.
        abc: path of the ABC executable, or None for the one that is found.

    Raises:
        InputError: an argument is wrong.
        ToolError: ABC is missing.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi", "rgb_array"], "render_fps": 1}  # noqa: RUF012 - Gymnasium's

    def __init__(
        self,
        designs: str | Path | Sequence[str | Path] = "generated",
        *,
        table: str = "paper",
        length: int = 10,
        objective: str = "adp",
        flow: str = "map",
        liberty: str = "generic",
        lut: int = 6,
        reward: Literal["terminal", "dense"] = "terminal",
        observations: Sequence[str] = ("statistics", "recipe"),
        model: str = "auto",
        render_mode: str | None = None,
        abc: Path | None = None,
    ) -> None:
        _check("table", table, TABLES)
        _check("objective", objective, [goal.value for goal in Goal if goal is not Goal.PARETO])
        _check("flow", flow, [FlowKind.MAP.value, FlowKind.SIZED.value])
        _check("reward", reward, ["terminal", "dense"])
        _check("render mode", render_mode or "ansi", self.metadata["render_modes"])
        if length < 1:
            raise InputError(f"a recipe of {length} moves: it needs one or more")
        self.render_mode = render_mode
        self._designs = named_designs(designs)
        self._objective = Objective(Goal(objective))
        self._length, self._dense = length, reward == "dense"
        flow_now = self._objective.flow(FlowKind(flow), lut)
        self._moves = TABLES[table].for_flow(flow_now).moves
        embeds = "embedding" in observations
        self._observer = Observer(
            observations,
            len(self._moves),
            length,
            chosen_model(model, table=table, flow=flow_now, searcher=USERS[0]) if embeds else None,
        )
        self.observation_space = self._observer.space
        self.action_space = spaces.Discrete(len(self._moves))
        self._engine = Engine(flow_now, liberty, abc)
        self._now: Snapshot | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Begin an episode; see the class for `options`."""
        super().reset(seed=seed)
        design = self._engine.load(self._chosen(options or {}))
        self._now = Snapshot(design, (), design.start)
        return self._observation(), self._info(design.cost, None)

    def step(self, action: np.int64) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """Make a move.

        A move that the circuit is too large for changes nothing; see `action_masks`.
        """
        now = self._begun()
        if len(now.steps) >= self._length:
            raise InputError("the episode is over: call reset()")
        move = self._moves[int(action)]
        last = len(now.steps) + 1 == self._length
        qor, failure, circuit = None, None, now.circuit
        try:
            if move.suits(circuit):
                circuit = self._engine.synthesizer.apply(circuit, move)
            if self._dense or last:
                qor = self._engine.synthesizer.cost(circuit, self._engine.flow)
        except MoveFailedError as error:
            failure = str(error)
        step = Step(int(action), move.name, circuit.ands, circuit.levels, self._gain(qor))
        self._now = replace(now, steps=(*now.steps, step), circuit=circuit)
        reward = self._reward(now, step) if failure is None else 0.0
        over = last and failure is None
        return self._observation(), reward, over, failure is not None, self._info(qor, failure)

    def action_masks(self) -> npt.NDArray[np.bool_]:
        """Which moves are worth trying on the circuit's size; as MaskablePPO reads it.

        Returns: bool array of shape (moves,).
        """
        circuit = self._begun().circuit
        return np.array([move.suits(circuit) for move in self._moves], dtype=np.bool_)

    def snapshot(self) -> Snapshot:
        """The episode as it is now."""
        return self._begun()

    def restore(self, snapshot: Snapshot) -> dict[str, Any]:
        """Go on from where `snapshot` was taken, here or in another environment of its kind.

        Returns: the observation there.
        """
        self._now = snapshot
        return self._observation()

    def render(self) -> Any:
        """The episode as text (`ansi`) or as a plot of shape (height, width, 3), uint8."""
        now = self._begun()
        if self.render_mode is None:
            gymnasium.logger.warn("render() needs render_mode='ansi' or 'rgb_array'")
            return None
        begun = Step(-1, "", now.design.start.ands, now.design.start.levels, self._start_gain(now))
        show = told if self.render_mode == "ansi" else drawn
        return show(now.design.name, self._objective.goal.value, (begun, *now.steps))

    def close(self) -> None:
        """End ABC."""
        self._engine.close()

    def _chosen(self, options: dict[str, Any]) -> SuiteDesign:
        named = options.get("design")
        if named is None:
            return self._designs[int(self.np_random.integers(len(self._designs)))]
        for design in self._designs:
            if design.name == str(named):
                return design
        return named_designs(named)[0]

    def _begun(self) -> Snapshot:
        if self._now is None:
            raise InputError("no episode has begun: call reset()")
        return self._now

    def _observation(self) -> dict[str, Any]:
        now = self._begun()
        moves = tuple(step.move for step in now.steps)
        return self._observer.observe(State(now.design.start, now.circuit, moves))

    def _gain(self, qor: Qor | None) -> float | None:
        if qor is None:
            return None
        return self._objective.reward(self._begun().design.baseline, qor)

    def _start_gain(self, now: Snapshot) -> float:
        cost = now.design.cost
        return -1.0 if cost is None else self._objective.reward(now.design.baseline, cost)

    def _reward(self, before: Snapshot, step: Step) -> float:
        if step.gain is None:
            return 0.0
        if not self._dense:
            return step.gain
        known = before.steps[-1].gain if before.steps else self._start_gain(before)
        return step.gain - (known if known is not None else 0.0)

    def _info(self, qor: Qor | None, failure: str | None) -> dict[str, Any]:
        now = self._begun()
        info: dict[str, Any] = {
            "design": now.design.name,
            "hash": now.circuit.sha256,
            "moves": [step.name for step in now.steps],
        }
        if qor is not None:
            info["cost"] = {
                "area": qor.area,
                "delay": qor.delay,
                "adp": qor.adp,
                "nodes": qor.nodes,
                "levels": qor.levels,
            }
            info["improvement"] = self._objective.improvement(now.design.baseline, qor)
        if failure is not None:
            info["failure"] = failure
        return info


def _check(kind: str, name: str, known: Any) -> None:
    if name not in known:
        raise InputError(f"no {kind} '{name}': there are {', '.join(sorted(known))}")
