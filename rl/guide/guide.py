"""What a model says of one design under one objective."""

from collections.abc import Callable, Sequence

import numpy as np

from eda.circuit import Circuit
from eda.errors import InputError
from eda.flow import PLAIN
from eda.qor import Qor
from eda.recipe import Recipe
from rl.endings import numbers
from rl.features import features
from rl.guide.merit import rewards
from rl.guide.model import Model
from rl.guide.network import Array
from rl.guide.portfolio import responses
from rl.guide.retrieval import Index, Neighbour, trust
from rl.judge import Responses
from rl.table import Table

NEIGHBOURS = 8
RECIPES_OF_EACH = 2
#: The greatest cosine distance that there is.
FARTHEST = 2.0
#: So many designs' responses must be known.
LEAST_DESIGNS = 8


class Guide:
    """A model beside one design.

    Args:
        model: what was learned.
        table: the moves and endings that the search may use. Of moves that the model does not know
            it has no opinion; other endings it takes for the plain one.
        start: the circuit that the search starts from.
        baseline: cost of the baseline on it.
        reward: figure of merit of a cost.

    Attributes:
        neighbours: the nearest known designs, nearest first.
        alpha: how far the model is to be trusted, 0 to 1.
        tried: how many designs the portfolio's recipes were tried on, 0 where there is none.
        sha256: the checkpoint's hash.

    Raises:
        InputError: the model knows less than half of the moves.
    """

    def __init__(
        self,
        model: Model,
        table: Table,
        start: Circuit,
        baseline: Qor,
        reward: Callable[[Qor], float],
    ) -> None:
        self._model, self._table = model, table
        self.sha256 = model.sha256
        count = len(model.responses)
        self.tried = count if count >= LEAST_DESIGNS else 0
        self._baseline, self._reward = baseline, reward
        card = model.card
        move_number = {commands: number for number, commands in enumerate(card.moves)}
        ending_number = numbers(card.endings)
        new = [move.name for move in table.moves if move.commands not in move_number]
        usual = ending_number.get(PLAIN.group)
        if usual is None or 2 * len(new) > len(table.moves):
            unknown = new[0] if usual is not None else PLAIN.name
            raise InputError(
                f"the model knows nothing of '{unknown}': it was trained for another version "
                f"of table '{card.table}'; use --model none or train one"
            )
        self._columns = [move_number.get(move.commands) for move in table.moves]
        self._endings = [ending_number.get(ending.group, usual) for ending in table.endings]
        self._start = np.array(features(start), dtype=np.float32)
        nearest = Index(model.designs).nearest(model.embed(self._start), NEIGHBOURS)
        self.neighbours = tuple(
            Neighbour(number, card.designs[number].name, distance) for number, distance in nearest
        )
        distance = self.neighbours[0].distance if self.neighbours else FARTHEST
        self.alpha = trust(distance, card.temperature, card.threshold)

    def openings(self, within: float = FARTHEST) -> list[Recipe]:
        """The best recipes of the neighbours, the nearest one's first, none twice.

        What the table at hand does not offer is left out of them.

        Args:
            within: the distance up to which a neighbour counts.
        """
        card = self._model.card
        found: dict[Recipe, None] = {}
        for rank in range(RECIPES_OF_EACH):
            for neighbour in self.neighbours:
                known = card.designs[neighbour.number].recipes
                if rank < len(known) and neighbour.distance <= within:
                    commands = [card.moves[move] for move in known[rank].moves]
                    recipe = self._table.recipe(commands, card.endings[known[rank].ending])
                    if recipe is not None:
                        found[recipe] = None
        return list(found)

    def portfolio(self, reward: Callable[[Qor], float]) -> Responses | None:
        """How designs took to the recipes that were tried on many; None: on too few to tell.

        Args:
            reward: figure of merit of a cost.
        """
        if not self.tried:
            return None
        return responses(self._model, self._table, self._baseline, reward)

    def predict(self, rows: Sequence[Sequence[float]]) -> Array:
        """The rewards that circuits are expected to have.

        Args:
            rows: their features, of shape (n, features).

        Returns: float32 of shape (n, endings of the table).
        """
        state = self._model.state(self._start, np.array(rows, dtype=np.float32))
        outputs = np.mean([value(state) for value in self._model.values], axis=0)
        costs = np.exp(np.clip(outputs, -3, 3)).reshape(len(rows), 2, -1)[:, :, self._endings]
        found = rewards(costs, self._baseline, self._reward)
        return found.astype(np.float32)

    def frequencies(self) -> Array:
        """How often the known designs' recipes use each move of the table, whatever the circuit.

        Returns: float32 of shape (moves,), with sum 1.
        """
        counts = np.ones(len(self._model.card.moves), dtype=np.float32)
        for design in self._model.card.designs:
            for recipe in design.recipes:
                for move in recipe.moves:
                    counts[move] += 1
        chosen = self._by_move(counts)
        found: Array = chosen / chosen.sum()
        return found

    def _by_move(self, values: Array) -> Array:
        """What the model says of the table's moves, the mean where it does not know one."""
        known = values[[column for column in self._columns if column is not None]]
        usual = known.mean()
        return np.array(
            [usual if column is None else values[column] for column in self._columns],
            dtype=np.float32,
        )

    def prior(self, row: Sequence[float], last: int | None) -> Array:
        """How likely each move of the table is to be the next one of a good recipe.

        Args:
            row: features of the circuit.
            last: index of the move before, or None at the start.

        Returns: float32 of shape (moves,), with sum 1.
        """
        width = len(self._model.card.moves)
        state = self._model.state(self._start, np.array([row], dtype=np.float32))
        before = np.zeros((1, width + 1), dtype=np.float32)
        column = width if last is None else self._columns[last]
        if column is not None:
            before[0, column] = 1.0
        logits = self._by_move(self._model.policy(np.concatenate([state, before], axis=1))[0])
        likely = np.exp(logits - logits.max())
        found: Array = (likely / likely.sum()).astype(np.float32)
        return found
