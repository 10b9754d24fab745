"""A small waveform as text."""

from verilogeval.diagnosis.outputs import value_at
from verilogeval.report.wave import Signal, Wave

MOST_TIMES = 12
_BEHIND = 3


def draw(wave: Wave) -> list[str]:
    """A table of values, a row for each signal and a column for each time at which one changes.

    The column of the mismatch has a mark. Values of several bits are hexadecimal.
    """
    times = sorted({time for s in wave.signals for time, _ in s.changes if time >= wave.begin})
    until = [time for time in times if time <= wave.mismatch]
    behind = [time for time in times if time > wave.mismatch]
    if wave.mismatch not in until:
        until.append(wave.mismatch)
    shown = until[-(MOST_TIMES - _BEHIND) :] + behind[:_BEHIND]
    rows = [[signal.name, *(_text(signal, time) for time in shown)] for signal in wave.signals]
    head = [f"time/{wave.timescale}", *(_time(time, wave.mismatch) for time in shown)]
    table = [head, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    return [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def _time(time: int, mismatch: int) -> str:
    return f">{time}" if time == mismatch else str(time)


def _text(signal: Signal, time: int) -> str:
    bits = value_at(signal, time)
    if len(bits) == 1:
        return bits
    padded = bits.rjust(-(-len(bits) // 4) * 4, bits[0] if bits[0] in "xz" else "0")
    return "".join(_digit(padded[at : at + 4]) for at in range(0, len(padded), 4))


def _digit(bits: str) -> str:
    if set(bits) <= {"0", "1"}:
        return f"{int(bits, 2):x}"
    return bits[0] if len(set(bits)) == 1 else "X"
