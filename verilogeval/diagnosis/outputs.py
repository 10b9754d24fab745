"""What the waveform of a first mismatch shows."""

from collections.abc import Iterator

from verilogeval.diagnosis.values import Cause, Finding
from verilogeval.report.wave import Signal, Wave


def value_at(signal: Signal, time: int) -> str:
    """The bits of a signal at a time."""
    value = signal.changes[0][1] if signal.changes else "x" * signal.width
    for at, new in signal.changes:
        if at > time:
            break
        value = new
    return value


def pairs(wave: Wave) -> Iterator[tuple[str, Signal, Signal]]:
    """Each output with the reference's and the sample's signal."""
    by_role: dict[tuple[str, str], Signal] = {}
    for signal in wave.signals:
        by_role[signal.name.removesuffix(f" ({signal.role})"), signal.role] = signal
    for (name, role), signal in by_role.items():
        if role == "reference" and (name, "sample") in by_role:
            yield name, signal, by_role[name, "sample"]


def differing(wave: Wave) -> Iterator[tuple[str, str, str]]:
    """Outputs that differ at the mismatch, with the reference's and the sample's bits."""
    for name, reference, sample in pairs(wave):
        ours, theirs = value_at(sample, wave.mismatch), value_at(reference, wave.mismatch)
        if any(t in "01" and o != t for o, t in zip(ours, theirs, strict=False)):
            yield name, theirs, ours


def unknown(wave: Wave) -> Iterator[Finding]:
    """Outputs that are unknown where the reference is known."""
    for name, theirs, ours in differing(wave):
        if any(t in "01" and o in "xz" for o, t in zip(ours, theirs, strict=False)):
            text = f"'{name}' is {ours} where the reference is {theirs}"
            yield Finding(Cause.UNKNOWN, text)


def upper_bits(wave: Wave) -> Iterator[Finding]:
    """Outputs that differ in their upper bits alone, which are 0 all the time that is shown."""
    for name, reference, sample in pairs(wave):
        theirs, ours = value_at(reference, wave.mismatch), value_at(sample, wave.mismatch)
        places = [n for n in range(len(ours)) if theirs[n] in "01" and ours[n] != theirs[n]]
        if not places or len(ours) < 2 or places[-1] == len(ours) - 1:
            continue
        upper = range(places[-1] + 1)
        values = [value for _, value in sample.changes]
        if all({value[n] for n in upper} <= {"0"} for value in values):
            text = f"the upper {len(upper)} bits of '{name}' stay 0; the lower ones are right"
            yield Finding(Cause.WIDTH, text)


def function(wave: Wave) -> Iterator[Finding]:
    """What differs, where nothing more is known."""
    for name, theirs, ours in differing(wave):
        text = f"at time {wave.mismatch} '{name}' is {ours} where the reference is {theirs}"
        yield Finding(Cause.FUNCTION, text)
