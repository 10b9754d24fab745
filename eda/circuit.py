"""A circuit as a value: canonical AIGER bytes and their hash."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from eda import aiger


@dataclass(frozen=True)
class Circuit:
    """A combinational AIG: one state of a search.

    Two circuits are the same state exactly when their bytes are the same. Registers are not in
    it: a front end cuts them out and puts them back (`eda.frontend`).

    Attributes:
        data: binary AIGER without latches, symbols or comments.
    """

    data: bytes

    @cached_property
    def sha256(self) -> str:
        """The hash that caches and run records name this circuit by (64 hex digits)."""
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def header(self) -> aiger.Header:
        """The counts of the AIGER header."""
        return aiger.parse_header(self.data)[0]

    @property
    def inputs(self) -> int:
        """The number of inputs, registers' outputs included."""
        return self.header.inputs

    @property
    def outputs(self) -> int:
        """The number of outputs, registers' next states included."""
        return self.header.outputs

    @property
    def ands(self) -> int:
        """The number of AND nodes."""
        return self.header.ands

    @cached_property
    def levels(self) -> int:
        """The number of ANDs on the longest path."""
        return aiger.levels(aiger.parse(self.data))

    def __repr__(self) -> str:
        return f"Circuit({self.sha256[:12]}, i/o {self.inputs}/{self.outputs}, ands {self.ands})"
