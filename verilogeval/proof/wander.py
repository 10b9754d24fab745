"""A search for a difference by many random runs at once, for those that lie deep.

Each run has ways of its own to choose each input: constant, rarely or mostly 1, or by a fair coin.
So counters run far in some, and resets come often in others.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from eda import aiger

_WORDS = 16  # of 64 runs each
_RUNS = 64 * _WORDS
_MOST_STEPS = 3000
_MOST_WORK = 150_000_000  # ANDs times steps times words
_WAYS = np.array([0.0, 1.0, 0.5, 0.5, 1 / 16, 15 / 16, 1 / 256, 255 / 256])

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]


class Wanderer:
    """Random runs of a circuit whose latches start at 0; the same circuit, the same runs.

    Raises:
        aiger.AigerError: it is no binary AIGER file.
    """

    def __init__(self, data: bytes) -> None:
        self._aig = aiger.parse(data)
        header = self._aig.header
        self._levels = _levels(self._aig)
        self._next = np.array(self._aig.latch_next, dtype=np.int64)
        chosen = np.random.default_rng(1).integers(len(_WAYS), size=(header.inputs, _RUNS))
        self._odds = _WAYS[chosen]

    def search(self) -> tuple[tuple[int, ...], ...]:
        """The inputs of the first run that makes the output 1, step by step; empty: none does."""
        for step, outputs in enumerate(self._steps()):
            if outputs[0].any():
                return self._trace(step, _first_run(outputs[0]))
        return ()

    def ever(self, steps: int) -> tuple[bool, ...]:
        """For each output, whether it is 1 in some run within so many steps."""
        seen = np.zeros(self._aig.header.outputs, dtype=bool)
        for _, outputs in zip(range(steps), self._steps(), strict=False):
            seen |= outputs.any(axis=1)
            if seen.all():
                break
        return tuple(bool(one) for one in seen)

    def _steps(self) -> Iterator[Words]:
        """The outputs of all runs, step by step."""
        header = self._aig.header
        work = _WORDS * max(header.ands, 1)
        values = np.zeros((header.max_variable + 1, _WORDS), dtype=np.uint64)
        first_latch = header.inputs + 1
        outputs = np.array(self._aig.outputs, dtype=np.int64)
        for step in range(min(_MOST_STEPS, _MOST_WORK // work)):
            values[1:first_latch] = self._inputs(step)
            for place, left, right, left_not, right_not in self._levels:
                values[place] = (values[left] ^ left_not) & (values[right] ^ right_not)
            yield values[outputs >> 1] ^ _ones(outputs)
            values[first_latch : first_latch + header.latches] = values[self._next >> 1] ^ _ones(
                self._next
            )

    def _inputs(self, step: int) -> Words:
        random = np.random.default_rng((2, step)).random(self._odds.shape)
        bits = np.packbits(random < self._odds, axis=1, bitorder="little")
        words: Words = bits.view(np.uint64)
        return words

    def _trace(self, last: int, run: int) -> tuple[tuple[int, ...], ...]:
        word, bit = divmod(run, 64)
        return tuple(
            tuple(int(row[word] >> np.uint64(bit)) & 1 for row in self._inputs(step))
            for step in range(last + 1)
        )


def _ones(literals: Indices) -> Words:
    """All ones for an inverted literal, in a column."""
    ones: Words = np.where(literals & 1, ~np.uint64(0), np.uint64(0))[..., None]
    return ones


def _first_run(bad: Words) -> int:
    word = int(np.flatnonzero(bad)[0])
    value = int(bad[word])
    return 64 * word + (value & -value).bit_length() - 1


def _levels(aig: aiger.Aig) -> list[tuple[Indices, Indices, Indices, Words, Words]]:
    """ANDs by level: their variables, those of both fan-ins, and which of these are inverted."""
    header = aig.header
    first = header.inputs + header.latches + 1
    level = np.zeros(header.max_variable + 1, dtype=np.int64)
    for row, (left, right) in enumerate((aig.fanins >> 1).tolist()):
        level[first + row] = 1 + max(level[left], level[right])
    found = []
    of_and = level[first:]
    for number in range(1, int(of_and.max(initial=0)) + 1):
        rows: Indices = np.flatnonzero(of_and == number)
        left, right = aig.fanins[rows, 0], aig.fanins[rows, 1]
        found.append((first + rows, left >> 1, right >> 1, _ones(left), _ones(right)))
    return found
