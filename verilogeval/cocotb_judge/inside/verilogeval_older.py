"""What tests written for cocotb 1 still use, added to cocotb 2 where it is missing there."""

import operator
import sys
import types
from collections.abc import Callable

import cocotb
import cocotb.handle
import cocotb.result
import cocotb.utils
from cocotb.types import Logic, LogicArray

_ARITHMETIC = ("add", "sub", "mul", "floordiv", "mod", "lshift", "rshift")
_LOGICAL = ("and", "or", "xor")
_ORDER = ("lt", "le", "gt", "ge")


class TestFailure(AssertionError):
    """Raised by tests to fail."""

    __test__ = False


class Bit:
    """One bit of a vector, which was a signal of its own."""

    def __init__(self, signal: cocotb.handle.LogicArrayObject, index: int) -> None:
        self._signal = signal
        self._index = index

    @property
    def value(self) -> Logic:
        """The bit now; setting it sets the vector with this bit changed."""
        return self._signal.value[self._index]

    @value.setter
    def value(self, new: int | str | Logic) -> None:
        changed = LogicArray(self._signal.value)
        changed[self._index] = Logic(new)
        self._signal.value = changed

    def __int__(self) -> int:
        return int(self.value)

    def __eq__(self, other: object) -> bool:
        return bool(self.value == other)

    def __hash__(self) -> int:
        return id(self)


def binary_value(value: object = None, n_bits: int | None = None, **_order: object) -> LogicArray:
    """What `BinaryValue(...)` gave: a vector, of as many bits as are needed or asked for."""
    if isinstance(value, int):
        return LogicArray.from_unsigned(value, n_bits or max(1, value.bit_length()))
    return LogicArray(str(value) if value is not None else "X" * (n_bits or 1))


def install() -> None:
    """Add what is missing."""
    _add(LogicArray, integer=property(int), signed_integer=property(LogicArray.to_signed))
    _add(LogicArray, binstr=property(str), n_bits=property(len))
    _add(Logic, integer=property(int), binstr=property(str))
    for kind in (LogicArray, Logic):
        _add(kind, **{f"__{name}__": _on_numbers(name) for name in (*_ARITHMETIC, *_ORDER)})
        _add(kind, **{f"__r{name}__": _on_numbers(name, swapped=True) for name in _ARITHMETIC})
        for name in _LOGICAL:
            _also_with_numbers(kind, name)
    _add(cocotb.handle.LogicArrayObject, __getitem__=Bit)
    _add(cocotb, fork=cocotb.start_soon, coroutine=lambda function: function)
    _add(cocotb.result, TestFailure=TestFailure, TestError=TestFailure)
    _module("cocotb.binary", BinaryValue=binary_value)
    _module("cocotb.sim_time_utils", **vars(cocotb.utils))


def _add(place: object, **content: object) -> None:
    for name, value in content.items():
        # Every class inherits some of these from `object`, where they do nothing.
        if getattr(place, name, None) in (None, getattr(object, name, None)):
            setattr(place, name, value)


def _module(name: str, **content: object) -> None:
    module = types.ModuleType(name)
    vars(module).update(content)
    sys.modules[name] = module
    setattr(cocotb, name.rsplit(".", maxsplit=1)[1], module)


def _on_numbers(name: str, *, swapped: bool = False) -> Callable[[object, object], object]:
    function = getattr(operator, name)

    def apply(left: object, right: object) -> object:
        if not isinstance(right, int | Logic | LogicArray):
            return NotImplemented
        pair = int(left), int(right)  # type: ignore[call-overload]
        return function(*reversed(pair) if swapped else pair)

    return apply


def _also_with_numbers(kind: type, name: str) -> None:
    """Let a bitwise operator of vectors take a number as well; the result is then a number."""
    own, numbers = getattr(kind, f"__{name}__"), _on_numbers(f"{name}_" if name != "xor" else name)

    def apply(left: object, right: object) -> object:
        return numbers(left, right) if isinstance(right, int) else own(left, right)

    setattr(kind, f"__{name}__", apply)
    setattr(kind, f"__r{name}__", apply)
