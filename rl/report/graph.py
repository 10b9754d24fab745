"""The circuits that a search walked through, and the way to the best of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rl.report.source import Entry

_MOST = 300
WIDTH, LEFT, RIGHT, TOP, LEAST_H, STEP = 720, 16, 60, 14, 120, 6.0


@dataclass(frozen=True)
class Stop:
    """A circuit on the way to the best: `label` says by which move it came about."""

    x: float
    y: float
    label: str


@dataclass(frozen=True)
class StateGraph:
    """The picture: paths of dots and lines; `left_out` circuits are not in it."""

    width: int
    height: int
    edges: str
    states: str
    measured: str
    way: str
    stops: tuple[Stop, ...]
    shown: int
    left_out: int
    title: str = "Circuits that the search reached; each step to the right is a move"


class _Tree:
    """States, each below the one from which it was first reached."""

    def __init__(self) -> None:
        self.children: dict[str, list[str]] = {"": []}
        self.depth = {"": 0}
        self.parent: dict[str, str] = {}
        self.across: list[tuple[str, str]] = []

    def add(self, states: Sequence[str]) -> None:
        """A recipe's circuits, in order."""
        before = ""
        for state in states:
            if state == before:
                continue
            if state not in self.depth:
                self.depth[state] = self.depth[before] + 1
                self.parent[state] = before
                self.children[state] = []
                self.children[before].append(state)
            elif self.parent.get(state) != before and state != "":
                self.across.append((before, state))
            before = state

    def heights(self) -> dict[str, float]:
        """A place for each state: leaves one below the other, others amid their children."""
        heights: dict[str, float] = {}
        waiting, next_leaf = [("", False)], 0
        while waiting:
            state, seen = waiting.pop()
            below = self.children[state]
            if not below:
                heights[state] = float(next_leaf)
                next_leaf += 1
            elif seen:
                heights[state] = (heights[below[0]] + heights[below[-1]]) / 2
            else:
                waiting.append((state, True))
                waiting += [(child, False) for child in reversed(below)]
        return heights


def state_graph(entry: Entry) -> StateGraph | None:
    """The picture of a search, of its best evaluations where there are too many."""
    walked = [event for event in entry.events if event["states"]]
    walked.sort(key=lambda event: (entry.value(event["qor"]) or float("inf"), event["number"]))
    if not walked:
        return None
    every = {state for event in walked for state in event["states"]}
    tree = _Tree()
    ends: set[str] = set()
    for event in walked:
        if len(tree.depth) + len(set(event["states"]) - tree.depth.keys()) > _MOST and ends:
            continue
        tree.add(event["states"])
        ends.add(event["states"][-1])
    heights = tree.heights()
    leaves = max(heights.values()) or 1.0
    height = max(LEAST_H, int(STEP * leaves))
    deepest = max(tree.depth.values())
    place = {
        state: (
            LEFT + (WIDTH - LEFT - RIGHT) * tree.depth[state] / deepest,
            TOP + height * (heights[state] / leaves if leaves else 0.5),
        )
        for state in tree.depth
    }
    stops = _way(walked[0], place)
    return StateGraph(
        width=WIDTH,
        height=height + 2 * TOP,
        edges="".join(
            f"M{place[a][0]:.0f} {place[a][1]:.0f}L{place[b][0]:.0f} {place[b][1]:.0f}"
            for a, b in [*((p, s) for s, p in tree.parent.items()), *dict.fromkeys(tree.across)]
        ),
        states=_dots(place[state] for state in place if state not in ends),
        measured=_dots(place[state] for state in place if state in ends),
        way="M" + "L".join(f"{stop.x:.0f} {stop.y:.0f}" for stop in stops),
        stops=tuple(stops),
        shown=len(place) - 1,
        left_out=len(every - place.keys()),
    )


def _way(event: dict[str, list[str]], place: dict[str, tuple[float, float]]) -> list[Stop]:
    """The circuits of the best recipe."""
    stops, before = [Stop(*place[""], "the design")], ""
    for move, state in zip(event["moves"], event["states"], strict=True):
        if state != before:
            stops.append(Stop(*place[state], move))
        before = state
    return stops


def _dots(places: Iterable[tuple[float, float]]) -> str:
    return "".join(f"M{x:.0f} {y:.0f}h0" for x, y in places)
