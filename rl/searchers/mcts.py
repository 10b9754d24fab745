"""Monte-Carlo tree search over the graph of circuits.

PUCT as in AlphaZero (Silver et al., 2017) with a uniform prior; proposals under way count as
visits without a value (WU-UCT, Liu et al., ICLR 2020), so that several can run at once.
"""

import math
from dataclasses import dataclass, field

from eda.recipe import Recipe
from rl.evaluation import Outcome, Proposal
from rl.searchers.base import Problem, value


@dataclass
class Edge:
    """One action at one node.

    An action is the index of a move, or, after the moves, that of the ending.
    """

    visits: int = 0
    pending: int = 0
    total: float = 0.0
    best: float = float("-inf")
    target: "Node | None" = None


@dataclass
class Node:
    """A circuit that was reached after a number of moves."""

    edges: dict[int, Edge] = field(default_factory=dict)
    visits: int = 0
    pending: int = 0
    total: float = 0.0


@dataclass(frozen=True)
class Settings:
    """The constants of the search.

    Attributes:
        exploration: weight of the prior term, on rewards scaled to [0, 1].
        best_weight: how much of an edge's value is the best return through it, the rest being
            the mean return.
        widening: a node of n visits considers widening * sqrt(1 + n) actions, in an order
            drawn at random for each node.
    """

    exploration: float = 0.5
    best_weight: float = 0.0
    widening: float = 3.0


class TreeSearch:
    """MCTS; nodes are shared by all recipes that reach a circuit after as many moves."""

    def __init__(self, problem: Problem, settings: Settings = Settings()) -> None:
        self._problem = problem
        self._settings = settings
        self._rng = problem.rng()
        self._root = Node()
        self._nodes: dict[tuple[int, str], Node] = {(0, problem.start): self._root}
        self._order: dict[int, list[int]] = {}
        self._paths: dict[int, list[tuple[Node, int]]] = {}
        self._asked = 0
        self._low, self._high = float("inf"), float("-inf")

    def ask(self) -> Proposal:
        """See `Searcher.ask`."""
        table, length = self._problem.table, self._problem.length
        path: list[tuple[Node, int]] = []
        actions: list[int] = []
        node: Node | None = self._root
        while node is not None and len(actions) < length:
            action = self._select(node, len(table.moves))
            path.append((node, action))
            actions.append(action)
            node = node.edges[action].target
        ending = self._rng.randrange(len(table.endings))
        while len(actions) < length:
            actions.append(self._rng.randrange(len(table.moves)))
        for visited, action in path:
            visited.pending += 1
            visited.edges[action].pending += 1
        self._paths[self._asked] = path
        self._asked += 1
        moves = tuple(table.moves[action] for action in actions)
        recipe = Recipe(moves, table.endings[ending])
        return Proposal((recipe,), sizing=self._problem.sizing)

    def tell(self, number: int, outcome: Outcome) -> None:
        """See `Searcher.tell`."""
        reward = value(self._problem, outcome)
        self._low, self._high = min(self._low, reward), max(self._high, reward)
        path = self._paths.pop(number)
        for depth, (node, action) in enumerate(path):
            edge = node.edges[action]
            node.pending -= 1
            edge.pending -= 1
            node.visits += 1
            edge.visits += 1
            node.total += reward
            edge.total += reward
            edge.best = max(edge.best, reward)
            if edge.target is None:
                key = (depth + 1, outcome.states[depth])
                edge.target = self._nodes.setdefault(key, Node())

    def _select(self, node: Node, actions: int) -> int:
        seen = node.visits + node.pending
        width = min(actions, max(2, math.ceil(self._settings.widening * math.sqrt(1 + seen))))
        order = self._order.get(id(node))
        if order is None:
            order = self._rng.sample(range(actions), actions)
            self._order[id(node)] = order
        parent = self._scaled(node.total / node.visits) if node.visits else 0.5
        scale = self._settings.exploration * math.sqrt(1 + seen) / width
        best, chosen = float("-inf"), order[0]
        for action in order[:width]:
            edge = node.edges.get(action)
            worth = parent if edge is None or not edge.visits else self._worth(edge)
            tried = 0 if edge is None else edge.visits + edge.pending
            score = worth + scale / (1 + tried)
            if score > best:
                best, chosen = score, action
        node.edges.setdefault(chosen, Edge())
        return chosen

    def _worth(self, edge: Edge) -> float:
        weight = self._settings.best_weight
        mean = self._scaled(edge.total / edge.visits)
        return weight * self._scaled(edge.best) + (1 - weight) * mean

    def _scaled(self, reward: float) -> float:
        spread = self._high - self._low
        return (reward - self._low) / spread if spread > 0 else 0.5
