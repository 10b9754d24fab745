"""Cuts a window out of a VCD file, such as Icarus writes, reading it once from the front.

A dump may be as long as a sample makes it and end anywhere: what is kept is bounded by the window,
and nothing is read behind it.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, NoReturn

from eda.errors import InputError
from verilogeval.report.wave import Signal, Wave

Role = Literal["input", "reference", "sample"]

LONGEST_LINE = 1 << 20
MOST_BYTES = 1 << 30
_DEEPEST = 256
_NO_BITS = {"real", "realtime", "string", "event"}
_TIMESCALE = re.compile(r"(1|10|100)([munpf]?s)")


@dataclass(frozen=True)
class Wanted:
    """A signal to cut out: its name in the dump is the key of the mapping that holds this."""

    label: str
    role: Role


def read_window(
    path: Path,
    signals: Mapping[str, Wanted],
    *,
    at: int,
    before: int = 24,
    after: int = 8,
) -> Wave:
    """Cut out some signals around a time.

    The window is counted in steps, times at which any of the signals changes, so that it shows
    as much of a slow design as of a fast one.

    Args:
        path: the VCD file.
        signals: what to cut out, by full name with dots: `tb.top_module1.q`. Their order stays.
        at: the time in the dump's own units.
        before: steps up to and with `at`.
        after: steps behind it.

    Raises:
        InputError: the file is not a VCD file, lacks one of the signals, or was cut off before
            `at`; the text names the line.
    """
    try:
        with path.open("rb") as file:
            reader = _Reader(path, file)
            timescale, variables = _declarations(reader, signals)
            window = _Window(at, before, after)
            _changes(reader, variables, window)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    if reader.cut_off and window.now < at:
        raise InputError(f"{path} is cut off at time {window.now}, before {at}")
    begin, end = window.limits()
    return Wave(
        timescale=timescale,
        begin=begin,
        end=end,
        mismatch=at,
        signals=tuple(
            Signal(
                name=wanted.label,
                width=variables[name].width,
                role=wanted.role,
                changes=tuple(window.changes(variables[name], begin)),
            )
            for name, wanted in signals.items()
        ),
    )


@dataclass(frozen=True)
class _Variable:
    code: str
    width: int

    def full(self, value: str) -> str | None:
        """The value in all its bits, None where it is none."""
        if not value or len(value) > self.width or set(value) - set("01xz"):
            return None
        return value.rjust(self.width, "0" if value[0] == "1" else value[0])


class _Reader:
    """The words of the file, and where the last one stood."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path, self._file = path, file
        self.line = 0
        self.cut_off = False
        self._words = self._read()

    def _read(self) -> Iterator[str]:
        size = 0
        while row := self._file.readline(LONGEST_LINE):
            self.line += 1
            size += len(row)
            if len(row) == LONGEST_LINE or size > MOST_BYTES:
                self.fail("too long")
            if not row.endswith(b"\n"):
                self.cut_off = True  # half a word could be another word
                return
            yield from row.decode("latin-1").split()

    def __iter__(self) -> Iterator[str]:
        return self._words

    def next(self, what: str) -> str:
        """The next word."""
        for word in self._words:
            return word
        self.cut_off = True
        return self.fail(f"ends within {what}")

    def until_end(self, what: str) -> list[str]:
        """The words up to `$end`, as many of them as any use needs."""
        words: list[str] = []
        while (word := self.next(what)) != "$end":
            if len(words) < 8:
                words.append(word)
        return words

    def fail(self, what: str) -> NoReturn:
        raise InputError(f"{self._path}:{self.line}: not a VCD file that can be read: {what}")


def _declarations(
    reader: _Reader, signals: Mapping[str, Wanted]
) -> tuple[str, dict[str, _Variable]]:
    timescale = "1s"
    scopes: list[str] = []
    found: dict[str, _Variable] = {}
    while (word := reader.next("the declarations")) != "$enddefinitions":
        if not word.startswith("$"):
            reader.fail(f"'{word[:40]}' among the declarations")
        body = reader.until_end(word[:40])
        if word == "$timescale":
            match = _TIMESCALE.fullmatch("".join(body))
            timescale = "".join(match.groups()) if match else reader.fail("$timescale")
        elif word == "$scope":
            if len(body) != 2 or len(scopes) == _DEEPEST:
                reader.fail("$scope")
            scopes.append(body[1])
        elif word == "$upscope":
            if not scopes:
                reader.fail("$upscope without a $scope")
            scopes.pop()
        elif word == "$var":
            _declare(reader, body, scopes, signals, found)
    reader.until_end("$enddefinitions")
    absent = [name for name in signals if name not in found]
    if absent:
        reader.fail(f"it does not declare {', '.join(absent)}")
    return timescale, found


def _declare(
    reader: _Reader,
    body: list[str],
    scopes: list[str],
    signals: Mapping[str, Wanted],
    found: dict[str, _Variable],
) -> None:
    if len(body) < 4 or not re.fullmatch("[0-9]{1,9}", body[1]):
        reader.fail("$var")
    kind, size, code, name = body[:4]
    full = ".".join((*scopes, name))
    if full in signals and full not in found and kind not in _NO_BITS:
        if not 1 <= int(size) <= 4096:
            reader.fail(f"{full} has {size} bits")
        found[full] = _Variable(code, int(size))


@dataclass
class _Window:
    """The steps around a time, gathered as they go by."""

    at: int
    before: int
    after: int
    now: int = 0
    full: bool = False
    _base: dict[str, str] = field(default_factory=dict)
    _early: deque[tuple[int, dict[str, str]]] = field(default_factory=deque)
    _late: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    def change(self, code: str, value: str) -> None:
        """A value changes now."""
        steps = self._late if self.now > self.at else self._early
        if not steps or steps[-1][0] != self.now:
            if steps is self._late and len(steps) == self.after:
                self.full = True
                return
            steps.append((self.now, {}))
        steps[-1][1][code] = value
        if len(self._early) > self.before:
            self._base.update(self._early.popleft()[1])

    def limits(self) -> tuple[int, int]:
        """The first and the last time to show."""
        times = [time for time, _ in (*self._early, *self._late)]
        begin = min([self.at, *times])
        end, last = max(self.now, self.at), max([begin, *times])
        if end > last:
            return begin, end
        # The dump ends with its last change, whose value is to be seen as long as others are.
        return begin, last + max(1, (last - begin) // max(1, len(times) - 1))

    def changes(self, variable: _Variable, begin: int) -> Iterator[tuple[int, str]]:
        """A variable's values, the first of them at the window's beginning."""
        last = self._base.get(variable.code, "x" * variable.width)
        steps = [(begin, {}), *self._early, *self._late]
        moments = {time: values.get(variable.code) for time, values in steps}
        moments[begin] = moments[begin] or last
        last = ""
        for time, value in moments.items():
            if value is not None and value != last:
                last = value
                yield time, value


def _changes(reader: _Reader, variables: Mapping[str, _Variable], window: _Window) -> None:
    by_code = {variable.code: variable for variable in variables.values()}
    for word in reader:
        mark, rest = word[0], word[1:]
        if mark == "#":
            if not re.fullmatch("[0-9]{1,19}", rest) or int(rest) < window.now:
                reader.fail(f"time '{word[:40]}'")
            window.now = int(rest)
            if window.full:
                return
        elif mark in "01xXzZ" and rest:
            _take(reader, by_code, window, rest, mark)
        elif mark in "bB":
            _take(reader, by_code, window, reader.next("a value"), rest)
        elif mark in "rRsS":
            reader.next("a value")
        elif word == "$comment":
            reader.until_end("$comment")
        elif not word.startswith(("$dump", "$end")):
            reader.fail(f"'{word[:40]}' among the values")
        if window.full:
            return


def _take(
    reader: _Reader, by_code: Mapping[str, _Variable], window: _Window, code: str, value: str
) -> None:
    variable = by_code.get(code)
    if variable is None:
        return
    whole = variable.full(value.lower())
    if whole is None:
        reader.fail(f"value '{value[:40]}' for {variable.width} bits")
    window.change(code, whole)
