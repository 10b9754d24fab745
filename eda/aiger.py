"""The AIGER format as bytes: header, validation, symbol table, ASCII to binary.

Format: A. Biere, "The AIGER And-Inverter Graph (AIG) Format", 2007, version 20071012, and the
1.9 extension's reset values for latches. Bad-state, constraint, justice and fairness sections
are refused: they describe properties, not a circuit to be mapped.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MAX_INPUTS = 1_000_000  # they take no bytes in a binary file, so its length bounds nothing


class AigerError(ValueError):
    """The bytes are not a well-formed AIGER file; the text says what is wrong and where."""


@dataclass(frozen=True)
class Header:
    """The counts of an AIGER header line `aig M I L O A`."""

    max_variable: int
    inputs: int
    latches: int
    outputs: int
    ands: int


@dataclass(frozen=True)
class Aig:
    """A parsed AIGER file.

    Literals are 2 * variable + inverted. Variables are numbered inputs, latches, ANDs.

    Attributes:
        header: the counts.
        latch_next: literal of each latch's next state.
        latch_reset: reset of each latch: 0, 1, or its own literal for an uninitialised one.
        outputs: literal of each output.
        fanins: int64 array of shape (ands, 2): the two literals of each AND, larger first.
        input_names, latch_names, output_names: names by position; absent ones are missing.
    """

    header: Header
    latch_next: tuple[int, ...]
    latch_reset: tuple[int, ...]
    outputs: tuple[int, ...]
    fanins: npt.NDArray[np.int64]
    input_names: dict[int, str]
    latch_names: dict[int, str]
    output_names: dict[int, str]


def parse_header(data: bytes) -> tuple[Header, bytes, int]:
    """Read the first line.

    Returns: the counts, the magic word (`aig` or `aag`), and the offset of the second line.
    """
    end = data.find(b"\n", 0, 200)
    if end < 0:
        raise AigerError("line 1: no AIGER header")
    words = data[:end].split()
    if not words or words[0] not in (b"aig", b"aag"):
        raise AigerError("line 1: an AIGER file starts with 'aig' or 'aag'")
    try:
        counts = [int(word) for word in words[1:]]
    except ValueError as error:
        raise AigerError("line 1: the header's counts are not numbers") from error
    if len(counts) < 5 or any(count < 0 for count in counts):
        raise AigerError("line 1: the header must be 'aig M I L O A' with counts of 0 or more")
    if any(counts[5:]):
        raise AigerError("line 1: bad-state, constraint, justice and fairness are not supported")
    header = Header(*counts[:5])
    if header.inputs > MAX_INPUTS:
        raise AigerError(f"line 1: more than {MAX_INPUTS} inputs")
    if header.max_variable < header.inputs + header.latches + header.ands:
        raise AigerError("line 1: M is less than I + L + A")
    if max(counts) > len(data) * 8 and header.inputs * 2 < header.max_variable:
        raise AigerError("the file is shorter than its header says: it is truncated")
    return header, words[0], end + 1


def parse(data: bytes) -> Aig:
    """Parse and validate a binary or ASCII AIGER file.

    Raises:
        AigerError: with what is wrong and where.
    """
    header, magic, offset = parse_header(data)
    if magic == b"aag":
        return _parse_ascii(data, header, offset)
    return _parse_binary(data, header, offset)


def _parse_binary(data: bytes, header: Header, offset: int) -> Aig:
    first_and = header.inputs + header.latches + 1
    if header.max_variable != first_and - 1 + header.ands:
        raise AigerError("line 1: in a binary file M must be I + L + A")
    lines, offset = _take_lines(data, offset, header.latches + header.outputs, 2)
    limit = 2 * header.max_variable + 1
    latch_next, latch_reset = [], []
    for position, line in enumerate(lines[: header.latches]):
        numbers = _numbers(line, position + 2)
        own = 2 * (header.inputs + 1 + position)
        next_state, reset = _latch(numbers, own, limit, position + 2)
        latch_next.append(next_state)
        latch_reset.append(reset)
    outputs = [
        _literal(_numbers(line, number), limit, number)
        for number, line in enumerate(lines[header.latches :], header.latches + 2)
    ]
    fanins, offset = _decode_ands(data, offset, header.ands, first_and)
    names = _symbols(data, offset, header)
    return Aig(header, tuple(latch_next), tuple(latch_reset), tuple(outputs), fanins, *names)


def _latch(numbers: list[int], own: int, limit: int, line: int) -> tuple[int, int]:
    reset = numbers[1] if len(numbers) == 2 else 0
    if len(numbers) not in (1, 2) or numbers[0] > limit or reset not in (0, 1, own):
        raise AigerError(f"line {line}: not a latch")
    return numbers[0], reset


def _literal(numbers: list[int], limit: int, line: int) -> int:
    if len(numbers) != 1 or numbers[0] > limit:
        raise AigerError(f"line {line}: not a literal of this circuit")
    return numbers[0]


def _take_lines(data: bytes, offset: int, count: int, line: int) -> tuple[list[bytes], int]:
    lines = []
    for number in range(count):
        end = data.find(b"\n", offset)
        if end < 0 or end - offset > 100:
            raise AigerError(f"line {line + number}: the file ends or turns binary too early")
        lines.append(data[offset:end])
        offset = end + 1
    return lines, offset


def _numbers(line: bytes, number: int) -> list[int]:
    words = line.split()
    if not words or not all(word.isdigit() for word in words):
        raise AigerError(f"line {number}: expected numbers")
    return [int(word) for word in words]


def _decode_ands(
    data: bytes, offset: int, count: int, first_and: int
) -> tuple[npt.NDArray[np.int64], int]:
    """Decode `count` ANDs stored as two 7-bit little-endian deltas each."""
    if count == 0:
        return np.zeros((0, 2), dtype=np.int64), offset
    section = np.frombuffer(data, dtype=np.uint8, offset=offset)
    last = np.flatnonzero(section < 128)[: 2 * count]
    if len(last) < 2 * count:
        raise AigerError(f"byte {len(data)}: the file ends within its ANDs: it is truncated")
    first = np.concatenate(([0], last[:-1] + 1))
    lengths = last - first + 1
    if lengths.max() > 5:
        raise AigerError(f"byte {offset + int(first[lengths.argmax()])}: not an AND's delta")
    deltas = np.zeros(2 * count, dtype=np.int64)
    for digit in range(int(lengths.max())):
        has = lengths > digit
        deltas[has] |= (section[first[has] + digit].astype(np.int64) & 127) << (7 * digit)
    left_hand = 2 * np.arange(first_and, first_and + count, dtype=np.int64)
    larger = left_hand - deltas[0::2]
    smaller = larger - deltas[1::2]
    wrong = (deltas[0::2] == 0) | (smaller < 0)
    if wrong.any():
        raise AigerError(f"AND {int(wrong.argmax()) + 1}: it does not come after its fan-ins")
    return np.stack([larger, smaller], axis=1), offset + int(last[-1]) + 1


def _symbols(
    data: bytes, offset: int, header: Header
) -> tuple[dict[int, str], dict[int, str], dict[int, str]]:
    tables: dict[bytes, tuple[dict[int, str], int]] = {
        b"i": ({}, header.inputs),
        b"l": ({}, header.latches),
        b"o": ({}, header.outputs),
    }
    for line in data[offset:].split(b"\n"):
        if line == b"c" or not line:
            break
        key, _, name = line.partition(b" ")
        table = tables.get(key[:1])
        if table is None or not key[1:].isdigit() or int(key[1:]) >= table[1] or not name:
            raise AigerError(f"symbol table: '{line[:40].decode('ascii', 'replace')}'")
        table[0][int(key[1:])] = name.decode("utf-8", "replace")
    return tables[b"i"][0], tables[b"l"][0], tables[b"o"][0]


def _parse_ascii(data: bytes, header: Header, offset: int) -> Aig:
    """Parse `aag`, renumbering variables so that inputs, latches and ANDs stand in order."""
    total = header.inputs + header.latches + header.outputs + header.ands
    lines, offset = _take_lines(data, offset, total, 2)
    rows = [_numbers(line, number) for number, line in enumerate(lines, 2)]
    limit = 2 * header.max_variable + 1
    for number, row in enumerate(rows, 2):
        if max(row) > limit:
            raise AigerError(f"line {number}: literal above 2 * M + 1")
    renamed: dict[int, int] = {0: 0}
    latch_start, output_start = header.inputs, header.inputs + header.latches
    and_start = output_start + header.outputs
    for number, row in enumerate(rows[:output_start], 2):
        if row[0] % 2 or row[0] // 2 in renamed:
            raise AigerError(f"line {number}: a variable must be defined once, not inverted")
        renamed[row[0] // 2] = len(renamed)
    ands = _order_ands(rows[and_start:], renamed, and_start + 2)

    def literal(old: int, line: int) -> int:
        if old // 2 not in renamed:
            raise AigerError(f"line {line}: literal {old} is not defined")
        return 2 * renamed[old // 2] + old % 2

    latch_next, latch_reset = [], []
    for position, row in enumerate(rows[latch_start:output_start]):
        line = latch_start + position + 2
        next_state, reset = _latch(row[1:], row[0], limit, line)
        latch_next.append(literal(next_state, line))
        latch_reset.append(reset if reset < 2 else literal(reset, line))
    outputs = [
        literal(_literal(row, limit, number), number)
        for number, row in enumerate(rows[output_start:and_start], output_start + 2)
    ]
    pairs = [sorted((literal(a, 0), literal(b, 0)), reverse=True) for a, b in ands]
    fanins = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    counts = Header(len(renamed) - 1, header.inputs, header.latches, header.outputs, header.ands)
    names = _symbols(data, offset, header)
    return Aig(counts, tuple(latch_next), tuple(latch_reset), tuple(outputs), fanins, *names)


def _order_ands(rows: list[list[int]], renamed: dict[int, int], line: int) -> list[list[int]]:
    """Give the ANDs numbers after those of their fan-ins; extends `renamed`."""
    definition: dict[int, tuple[int, int]] = {}
    for number, row in enumerate(rows, line):
        if len(row) != 3 or row[0] % 2 or row[0] // 2 in renamed or row[0] // 2 in definition:
            raise AigerError(f"line {number}: not an AND of a new variable")
        definition[row[0] // 2] = (row[1], row[2])
    ordered: list[list[int]] = []
    open_now: set[int] = set()
    for root in definition:
        stack = [root]
        while stack:
            variable = stack[-1]
            if variable in renamed:
                stack.pop()
                continue
            if variable not in definition:
                raise AigerError(f"variable {variable} is used but not defined")
            waiting = [lit // 2 for lit in definition[variable] if lit // 2 not in renamed]
            if waiting:
                if variable in open_now:
                    raise AigerError(f"variable {variable} depends on itself")
                open_now.add(variable)
                stack.extend(waiting)
                continue
            renamed[variable] = len(renamed)
            ordered.append(list(definition[variable]))
            open_now.discard(variable)
            stack.pop()
    return ordered


def write(aig: Aig) -> bytes:
    """Encode as binary AIGER without a comment section."""
    header = aig.header
    out = [
        f"aig {header.max_variable} {header.inputs} {header.latches} "
        f"{header.outputs} {header.ands}\n".encode()
    ]
    for next_state, reset in zip(aig.latch_next, aig.latch_reset, strict=True):
        out.append(f"{next_state}\n".encode() if reset == 0 else f"{next_state} {reset}\n".encode())
    out.extend(f"{literal}\n".encode() for literal in aig.outputs)
    first_and = header.inputs + header.latches + 1
    ands = bytearray()
    for position, (larger, smaller) in enumerate(aig.fanins.tolist()):
        for delta in (2 * (first_and + position) - larger, larger - smaller):
            rest = delta
            while rest > 127:
                ands.append(rest & 127 | 128)
                rest >>= 7
            ands.append(rest)
    out.append(bytes(ands))
    out.append(symbol_table(aig.input_names, aig.latch_names, aig.output_names))
    return b"".join(out)


def symbol_table(inputs: dict[int, str], latches: dict[int, str], outputs: dict[int, str]) -> bytes:
    """The symbol section that may follow an AIGER file's ANDs."""
    rows = [
        f"{kind}{position} {name}\n"
        for kind, names in (("i", inputs), ("l", latches), ("o", outputs))
        for position, name in sorted(names.items())
    ]
    return "".join(rows).encode()


def combinational(aig: Aig) -> Aig:
    """Cut at the latches: their outputs follow the inputs, their next states the outputs."""
    header = aig.header
    counts = Header(
        header.max_variable,
        header.inputs + header.latches,
        0,
        header.outputs + header.latches,
        header.ands,
    )
    return Aig(counts, (), (), aig.outputs + aig.latch_next, aig.fanins, {}, {}, {})


def node_levels(aig: Aig) -> list[int]:
    """The number of ANDs on the longest path to each variable, the variable itself included."""
    level = [0] * (aig.header.max_variable + 1 - aig.header.ands)
    append = level.append
    larger, smaller = (aig.fanins >> 1).T.tolist()
    for one, other in zip(larger, smaller, strict=True):
        before, beside = level[one], level[other]
        append(1 + (before if before > beside else beside))
    return level


def levels(aig: Aig) -> int:
    """The number of ANDs on the longest path of a parsed AIG."""
    level = node_levels(aig)
    return max((level[literal >> 1] for literal in aig.outputs + aig.latch_next), default=0)


def strip(data: bytes) -> bytes:
    """A binary AIGER file without latches, cut off after its last AND.

    Raises:
        AigerError: the file is truncated, has latches, or is not binary.
    """
    header, magic, offset = parse_header(data)
    if magic != b"aig" or header.latches:
        raise AigerError("line 1: expected binary AIGER without latches")
    for _ in range(header.outputs):
        offset = data.find(b"\n", offset) + 1
        if offset == 0:
            raise AigerError("the file ends within its outputs: it is truncated")
    if header.ands == 0:
        return data[:offset]
    last = np.flatnonzero(np.frombuffer(data, dtype=np.uint8, offset=offset) < 128)
    if len(last) < 2 * header.ands:
        raise AigerError("the file ends within its ANDs: it is truncated")
    return data[: offset + int(last[2 * header.ands - 1]) + 1]
