"""A testbench that awaits its secret, and one that has it."""

import re
import secrets
from dataclasses import dataclass
from typing import Literal

from verilogeval.testbench.record import Recording

#: Stands in a template before each result, for one simulation's secret.
SECRET = "SeCrEt"  # noqa: S105 - the word that is replaced
#: Stands in a template within each new name. It is another secret: a sample can print its own place
#: in the hierarchy, and read it back, while it runs.
NAME = "NaMe"
#: Stand in a template where the copies of the sample's inputs and further items may go.
COPIES = "/*COPIES*/"
MORE = "/*MORE*/"
#: Stands before all items of the testbench module, where declarations may go.
FIRST = "/*FIRST*/"
#: Stand before and behind the reference's instance.
REFERENCE = "/*REFERENCE*/"
END = "/*END*/"
#: Stands behind each statement that counts a mismatch, if all of them are known.
COUNTED = "/*COUNTED*/"
#: Stand before and behind the seed that each `$random` of the testbench is given.
SEED = "/*SEED*/"
SEEDED = "/*SEEDED*/"


_SEEDS = re.compile(rf"{re.escape(SEED)}.*?{re.escape(SEEDED)}")


@dataclass(frozen=True)
class Copy:
    """A net of its own for an input of the sample: its name, width in bits and what it carries."""

    name: str
    width: int
    expression: str


@dataclass(frozen=True)
class Output:
    """What the testbench connects to an output of the reference; `width` in bits."""

    expression: str
    width: int


@dataclass(frozen=True)
class Trace:
    """A signal worth drawing.

    `signal` is its name in the testbench module, `port` that of the port it is connected to; `role`
    tells who drives it: "input" (the testbench), "reference" or "sample".
    """

    signal: str
    port: str
    role: Literal["input", "reference", "sample"]


@dataclass(frozen=True)
class Template:
    """A testbench and its reference, rewritten.

    Attributes:
        text: SystemVerilog with `NAME` in each name and `SECRET` before each result.
        top: the testbench module's name in `text`.
        instance: the sample's instance in `text`.
        reference: the reference's instance in `text`.
        names: the testbench's own names, each at the place of its new name's number.
        inputs: the ports of the sample that the testbench drives.
        driven: the ports of the sample that it does not.
        copies: what stands at the sample's inputs in `text`; each is declared at `COPIES`, or
            replaced by its expression.
        outputs: what the reference drives.
        traces: the signals that `dumps` records, with the testbench's own names.
        module: the testbench module's own name.
        dumps: statements that record a waveform in `wave.vcd`, put in on request.
        errors: the expression that counts mismatches.
    """

    text: str
    top: str
    instance: str
    reference: str
    names: tuple[str, ...]
    inputs: tuple[str, ...]
    driven: tuple[str, ...]
    copies: tuple[Copy, ...]
    outputs: tuple[Output, ...]
    traces: tuple[Trace, ...]
    module: str
    dumps: str
    errors: str


@dataclass(frozen=True)
class Bench:
    """One simulation's testbench: text, top module, both instances' names, both secrets."""

    text: str
    top: str
    instance: str
    reference: str
    secret: str
    name: str
    names: tuple[str, ...]

    def plain(self, text: str) -> str:
        """A tool's message or a VCD file with the testbench's own names for the secret ones."""
        return re.sub(
            rf"n{self.name}_(\d+)", lambda match: self.names[int(match.group(1))], text
        ).replace(self.secret, "")


def new_name(number: int) -> str:
    """The name that replaces the testbench's identifier of this number."""
    return f"n{NAME}_{number}"


def instantiate(
    template: Template,
    *,
    isolated: bool = True,
    own_random: bool = True,
    max_mismatches: int = 0,
    dump: bool = False,
    record: int = 0,
    recording: Recording | None = None,
) -> Bench:
    """Fill in two fresh secrets of 128 bits.

    Args:
        template: the rewritten testbench.
        isolated: let the sample's inputs be one-way copies of the testbench's signals, so that a
            sample which drives or forces them reaches only itself. Where clock and data change in
            the same step of the simulator, copies may change who of the two comes first; so a
            sample that cannot drive its inputs is better connected without.
        own_random: draw random numbers from a seed of the testbench's own. A sample that draws none
            leaves the simulator's sequence as it is, which is the same, and takes less time.
        max_mismatches: end the simulation after so many mismatches; 0: count them all.
        dump: write the testbench's signals to `wave.vcd`.
        record: print so many changes of each of the reference's outputs, for `record.read`.
        recording: such changes, to be played in place of the reference.
    """
    text = template.text
    more, event = _stop(template, max_mismatches) if max_mismatches else ("", "")
    text = text.replace(FIRST, f"event {event};" if event else "")
    text = text.replace(COUNTED, f"-> {event};" if event else "")
    if not own_random:
        text = _SEEDS.sub("", text)
    if dump:
        more += f"initial begin {template.dumps} end\n"
    if record:
        more += "".join(
            _recorder(number, output.expression, record)
            for number, output in enumerate(template.outputs)
        )
    secret, name = secrets.token_hex(16), secrets.token_hex(16)
    if recording is not None:
        before, rest = text.split(REFERENCE)
        text = before + _played(template, recording) + rest.split(END, 1)[1]
    declarations = ""
    for copy in template.copies:
        if isolated:
            declarations += f"wire [{copy.width - 1}:0] {copy.name};"
            declarations += f" assign {copy.name} = {copy.expression};\n"
        else:
            text = text.replace(f"({copy.name})", f"({copy.expression})")
    text = text.replace(COPIES, declarations).replace(MORE, more)
    text = text.replace(SECRET, secret).replace(NAME, name)
    return Bench(
        text=text,
        top=template.top.replace(NAME, name),
        instance=template.instance.replace(NAME, name),
        reference=template.reference.replace(NAME, name),
        secret=secret,
        name=name,
        names=template.names,
    )


def _stop(template: Template, mismatches: int) -> tuple[str, str]:
    """Module items that end a simulation after so many mismatches, and the event they wait for.

    Without one they look whenever the count may have changed, which takes its time.
    """
    enough = f"({template.errors}) >= {mismatches}"
    end = f'$display("{SECRET}end stop"); $finish;'
    if COUNTED not in template.text:
        return f"initial begin wait ({enough}); {end} end\n", ""
    event = f"n{NAME}_counted"
    return f"always @({event}) if ({enough}) begin {end} end\n", event


def _recorder(number: int, value: str, most: int) -> str:
    """Module items that print the changes of a value, at most so many, and what it ends as."""
    count = f"n{NAME}_recorded{number}"
    return (
        f"integer {count} = 0;\n"
        f"always @({value}) if ({count} < {most}) begin {count} = {count} + 1;"
        f' $strobe("{SECRET}out {number} %0d %b", $time, {value}); end\n'
        f'final $display("{SECRET}last {number} %0d %b", {count}, {value});\n'
    )


def _played(template: Template, recording: Recording) -> str:
    """Module items that drive what the reference drove.

    Each value comes as a non-blocking assignment, so what samples an output at a clock edge still
    sees the value from before it.
    """
    items = []
    for number, (output, changes) in enumerate(
        zip(template.outputs, recording.changes, strict=True)
    ):
        name = f"n{NAME}_played{number}"
        steps, now = [], 0
        for time, value in changes:
            delay = f"#{time - now} " if time > now else ""
            steps.append(f"{delay}{name} <= {output.width}'b{value};")
            now = time
        items.append(
            f"reg [{output.width - 1}:0] {name}; assign {output.expression} = {name};\n"
            f"initial begin {' '.join(steps)} end\n"
        )
    return "".join(items)
