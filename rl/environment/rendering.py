"""An episode for people: as text, and as a plot."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eda.errors import ToolError


@dataclass(frozen=True)
class Step:
    """A move and what came of it.

    Attributes:
        move: its index in the table; -1 for the start.
        name: of the move.
        nodes: ANDs after it.
        levels: of the AIG after it.
        gain: reward of the circuit's cost, or None where it was not measured.
    """

    move: int
    name: str
    nodes: int
    levels: int
    gain: float | None


def told(design: str, objective: str, steps: Sequence[Step]) -> str:
    """The episode in one line for each step."""
    width = max(len("start"), *(len(step.name) for step in steps))
    lines = [f"{design}, improvement of {objective} on the baseline"]
    for number, step in enumerate(steps):
        gain = "" if step.gain is None else f"{100 * step.gain:7.1f} %"
        name = step.name or "start"
        lines.append(f"{number:3} {name:{width}} {step.nodes:7} ANDs {step.levels:5} levels {gain}")
    return "\n".join(line.rstrip() for line in lines)


def drawn(design: str, objective: str, steps: Sequence[Step]) -> npt.NDArray[np.uint8]:
    """The episode as a plot of ANDs, levels and improvement against steps.

    Returns: uint8 array of shape (height, width, 3).

    Raises:
        ToolError: matplotlib is missing.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - optional
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise ToolError("plots need matplotlib: run 'pip install matplotlib'") from error
    figure = Figure(figsize=(6, 4), layout="constrained")
    canvas = FigureCanvasAgg(figure)
    sizes, gains = figure.subplots(2, 1, sharex=True)
    numbers = list(range(len(steps)))
    sizes.plot(numbers, [step.nodes / max(1, steps[0].nodes) for step in steps], label="ANDs")
    sizes.plot(numbers, [step.levels / max(1, steps[0].levels) for step in steps], label="levels")
    sizes.set_ylabel("of the start")
    sizes.legend()
    measured = [
        (n, 100 * s.gain) for n, s in zip(numbers, steps, strict=True) if s.gain is not None
    ]
    gains.plot([n for n, _ in measured], [gain for _, gain in measured], "o-")
    gains.set_ylabel(f"{objective} saved, %")
    gains.set_xticks(numbers, [step.name or "start" for step in steps], rotation=45, ha="right")
    sizes.set_title(design)
    canvas.draw()  # type: ignore[no-untyped-call] # matplotlib's
    image = np.asarray(canvas.buffer_rgba(), dtype=np.uint8)  # type: ignore[no-untyped-call]
    pixels: npt.NDArray[np.uint8] = image[..., :3].copy()
    return pixels
