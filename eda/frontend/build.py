"""Builds an AIG node by node, each AND once."""

import numpy as np

from eda import aiger

FALSE, TRUE = 0, 1


class AigBuilder:
    """An AIG under construction. Literals are 2 * variable + inverted; variable 0 is false."""

    def __init__(self) -> None:
        self.ands: dict[tuple[int, int], int] = {}
        self._fanins: list[tuple[int, int] | None] = [None]

    def variable(self) -> int:
        """A new input; returns its literal."""
        self._fanins.append(None)
        return 2 * (len(self._fanins) - 1)

    def fanins(self, variable: int) -> tuple[int, int]:
        """The two literals of an AND, larger first."""
        pair = self._fanins[variable]
        if pair is None:
            raise ValueError(f"variable {variable} is not an AND")
        return pair

    def conjunction(self, a: int, b: int) -> int:
        """The literal of `a AND b`."""
        if a < b:
            a, b = b, a
        if b == FALSE or a == b ^ 1:
            return FALSE
        if b in (TRUE, a):
            return a
        literal = self.ands.get((a, b))
        if literal is None:
            literal = 2 * len(self._fanins)
            self._fanins.append((a, b))
            self.ands[a, b] = literal
        return literal

    def either(self, a: int, b: int) -> int:
        """The literal of `a OR b`."""
        return self.conjunction(a ^ 1, b ^ 1) ^ 1

    def choose(self, condition: int, then: int, otherwise: int) -> int:
        """The literal of `condition ? then : otherwise`."""
        return self.either(
            self.conjunction(condition, then), self.conjunction(condition ^ 1, otherwise)
        )

    def cone(self, roots: list[int]) -> tuple[set[int], list[int]]:
        """The variables that `roots` depend on: inputs, and ANDs in order of their making."""
        seen: set[int] = set()
        stack = [literal >> 1 for literal in roots]
        while stack:
            variable = stack.pop()
            if variable in seen:
                continue
            seen.add(variable)
            pair = self._fanins[variable]
            if pair is not None:
                stack.extend((pair[0] >> 1, pair[1] >> 1))
        seen.discard(0)
        inner = sorted(variable for variable in seen if self._fanins[variable] is not None)
        return seen.difference(inner), inner

    def encode(self, inputs: list[int], outputs: list[int]) -> bytes:
        """Binary AIGER of the functions `outputs` over the input literals `inputs`.

        Raises:
            KeyError: an output depends on a variable that is not among `inputs`.
        """
        _, inner = self.cone(outputs)
        number = {0: 0}
        for literal in inputs:
            number[literal >> 1] = len(number)
        for variable in inner:
            number[variable] = len(number)

        def renamed(literal: int) -> int:
            return 2 * number[literal >> 1] + (literal & 1)

        rows = []
        for variable in inner:
            pair = self._fanins[variable]
            if pair is not None:
                rows.append(sorted((renamed(pair[0]), renamed(pair[1])), reverse=True))
        header = aiger.Header(len(number) - 1, len(inputs), 0, len(outputs), len(rows))
        fanins = np.array(rows, dtype=np.int64).reshape(-1, 2)
        literals = tuple(renamed(literal) for literal in outputs)
        return aiger.write(aiger.Aig(header, (), (), literals, fanins, {}, {}, {}))
