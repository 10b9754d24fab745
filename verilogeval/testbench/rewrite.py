"""Rewriting a trusted testbench so that nothing in a sample can name, read or forge its parts.

Every text that the testbench prints begins with a secret; each `$finish` tells which one it is; the
sample's inputs can be one-way copies, so that a sample which drives or forces them reaches only
itself; the testbench draws its random numbers from a seed of its own; waveforms are left out. Then
every identifier gets a secret name. What stimulus and comparison see at each time stays the same.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from pyslang import syntax

from eda.errors import InputError
from verilogeval.testbench.edits import Edits
from verilogeval.testbench.ports import Port, connect, ports_of
from verilogeval.testbench.rename import rename
from verilogeval.testbench.template import (
    COPIES,
    COUNTED,
    END,
    FIRST,
    MORE,
    REFERENCE,
    SECRET,
    SEED,
    SEEDED,
    Copy,
    Output,
    Template,
    Trace,
    new_name,
)
from verilogeval.testbench.walk import is_token, nodes, parse, span

_PRINTS = {"$display", "$write", "$strobe", "$monitor", "$error", "$warning", "$info", "$fatal"}
_RESULT = '"Mismatches:'
_SEED = "eda_rl_seed"
#: Statements and an expression that are to be renamed with the rest, and then taken out again.
_ASIDE = "/*ASIDE*/initial begin {dumps} if ({errors}) ; end/*END*/"
_ASIDE_RENAMED = re.compile(r"/\*ASIDE\*/initial begin (.*?) if \((.*)\) ; end/\*END\*/", re.DOTALL)
_OUTPUT = "assign {width} = {expression}/*OUTPUT*/;"
_OUTPUT_RENAMED = re.compile(r"assign (\d+) = ([^;]*?)/\*OUTPUT\*/;")
_COPY = "wire [{width}:1] {name}; assign {name} = {expression}/*COPY*/;"
_COPY_RENAMED = re.compile(r"wire \[(\d+):1\] (\w+); assign \w+ = (.*?)/\*COPY\*/;", re.DOTALL)


def rewrite(text: str, top: str, reference: str) -> Template:
    """Turn the preprocessed text of testbench and reference into a template.

    Args:
        text: SystemVerilog without macros.
        top: the module under test, which `text` instantiates and does not define.
        reference: the module in `text` whose ports `top` must have.

    Raises:
        InputError: the testbench has no result line or no instance of `top`, or is not
            SystemVerilog.
    """
    tree = parse(text)
    work = _Work(text, top, reference, ports_of(tree, reference))
    for node in nodes(tree.root):
        if not is_token(node):
            work.visit(node)
    renamed, names = rename(work.finish(), top)
    aside = _ASIDE_RENAMED.search(renamed)
    assert aside is not None  # noqa: S101 - it was put in by finish()
    copies = tuple(
        Copy(match.group(2), int(match.group(1)), match.group(3))
        for match in _COPY_RENAMED.finditer(renamed)
    )
    outputs = tuple(
        Output(match.group(2), int(match.group(1))) for match in _OUTPUT_RENAMED.finditer(renamed)
    )
    text = renamed[: aside.start()] + renamed[aside.end() :]
    return Template(
        text=_OUTPUT_RENAMED.sub("", _COPY_RENAMED.sub("", text)),
        top=new_name(names.index(work.name)),
        instance=new_name(names.index(work.instance)),
        reference=new_name(names.index(work.good)),
        names=names,
        inputs=tuple(port.name for port in work.ports if port.input),
        driven=tuple(port.name for port in work.ports if not port.input),
        copies=copies,
        outputs=outputs,
        traces=tuple(dict.fromkeys(work.traces)),
        module=work.name,
        dumps=aside.group(1),
        errors=aside.group(2),
    )


@dataclass
class _Work:
    """One walk over the syntax tree, which collects edits."""

    text: str
    top: str
    reference: str
    ports: tuple[Port, ...]
    testbench: Any = None
    instance: str = ""
    good: str = ""
    errors: str = ""
    traces: list[Trace] = field(default_factory=list)
    seeds: list[tuple[int, int]] = field(default_factory=list)
    writes: list[tuple[str, Any]] = field(default_factory=list)
    ends: int = 0
    copies: int = 0

    def __post_init__(self) -> None:
        self.edits = Edits(self.text)

    @property
    def name(self) -> str:
        """The testbench module's own name."""
        return str(self.testbench.header.name.valueText)

    def visit(self, node: Any) -> None:
        """Collect the edits that this node asks for."""
        kinds = syntax.SyntaxKind
        if node.kind == kinds.HierarchyInstantiation:
            if node.type.valueText in {self.top, self.reference}:
                self._instance(node)
        elif node.kind == kinds.InvocationExpression:
            if node.left.kind == kinds.SystemName:
                self._call(node, str(node.left).strip(), _arguments(node))
        elif node.kind == kinds.ExpressionStatement:
            self.writes.append((_written(node.expr), node))
        elif node.kind == kinds.SystemName and node.parent.kind != kinds.InvocationExpression:
            self._call(node, str(node).strip(), [])

    def finish(self) -> str:
        """The text with all edits.

        Raises:
            InputError: a part is missing that every testbench must have.
        """
        if self.testbench is None:
            raise InputError(f"the testbench has no instance of '{self.top}'")
        if not self.errors:
            raise InputError("the testbench never prints 'Mismatches: … in … samples'")
        for start, end in self.seeds:
            self.edits.replace(start, end, f"$random{SEED}({self.name}.{_SEED}){SEEDED}")
        counts = [statement for written, statement in self.writes if written == self.errors]
        if all(_module_of_process(statement) == self.name for statement in counts):
            for start, end in map(span, counts):
                self.edits.replace(start, start, "begin ")
                self.edits.replace(end, end, f" {COUNTED} end")
        at = span(self.testbench.header)[1]
        self.edits.replace(at, at, FIRST)
        at = span(self.testbench.endmodule)[0]
        signals = ", ".join(dict.fromkeys(trace.signal for trace in self.traces))
        dumps = f'$dumpfile("wave.vcd"); $dumpvars(1, {signals});' if signals else ""
        aside = _ASIDE.format(dumps=dumps, errors=self.errors)
        self.edits.replace(at, at, f"integer {_SEED} = 0;\n{MORE}{aside}\n")
        return self.edits.apply()

    def _call(self, node: Any, name: str, arguments: list[Any]) -> None:
        if name in _PRINTS:
            self._print(arguments)
        elif name in {"$finish", "$stop"}:
            end = f'begin $display("{SECRET}end {self.ends}"); $finish; end'
            self.edits.replace(*span(node.parent), end)
            self.ends += 1
        elif name.startswith("$dump"):
            self.edits.replace(*span(node.parent), ";")
        elif name == "$random" and not arguments:
            self.seeds.append(span(node))

    def _print(self, arguments: list[Any]) -> None:
        literals = [a for a in arguments if str(a).strip().startswith('"')]
        if not literals:
            return
        at = span(literals[0])[0] + 1
        self.edits.replace(at, at, SECRET)
        if str(literals[0]).strip().startswith(_RESULT) and len(arguments) == 3:
            self.errors = str(arguments[1]).strip()

    def _instance(self, node: Any) -> None:
        """Connect by name, the sample's inputs to what may become a copy."""
        if len(node.instances) != 1:
            raise InputError(f"'{node.type.valueText}' must be instantiated once")
        instance = node.instances[0]
        of_sample = node.type.valueText == self.top
        connections = []
        before = COPIES if of_sample else REFERENCE
        after = "" if of_sample else END
        for port, expression in connect(instance, self.ports):
            value = expression
            if expression and of_sample and port.input:
                value = f"eda_rl_copy{self.copies}"
                self.copies += 1
                before += _COPY.format(width=port.width, name=value, expression=expression)
            elif expression and not of_sample and not port.input:
                after += _OUTPUT.format(width=port.width, expression=expression)
            connections.append(f".{port.name}({value})")
            if expression.isidentifier() and (of_sample or not port.input):
                driver: Literal["sample", "reference"] = "sample" if of_sample else "reference"
                role = "input" if port.input else driver
                self.traces.append(Trace(expression, port.name, role))
        start, end = span(node)
        self.edits.replace(start, start, before)
        between = span(instance.openParen)[1], span(instance.closeParen)[0]
        self.edits.replace(*between, ", ".join(connections))
        self.edits.replace(end, end, after)
        if of_sample:
            if self.testbench is not None:
                raise InputError(f"the testbench instantiates '{self.top}' more than once")
            self.testbench = node.parent
            self.instance = instance.decl.name.valueText
        else:
            self.good = instance.decl.name.valueText


def _written(expression: Any) -> str:
    """What an expression assigns to, "" where it is no assignment."""
    target = getattr(expression, "left", None) or getattr(expression, "operand", None)
    return str(target).strip() if target is not None else ""


def _module_of_process(node: Any) -> str:
    """The module in one of whose processes a statement stands, "" where it stands elsewhere."""
    kinds = syntax.SyntaxKind
    inside = False
    while node is not None and node.kind != kinds.ModuleDeclaration:
        if node.kind in {kinds.FunctionDeclaration, kinds.FinalBlock}:
            return ""
        inside |= node.kind in {kinds.InitialBlock, kinds.AlwaysBlock, kinds.AlwaysFFBlock}
        node = node.parent
    return str(node.header.name.valueText) if inside else ""


def _arguments(node: Any) -> list[Any]:
    parameters = node.arguments.parameters if node.arguments else []
    return [argument for argument in parameters if not is_token(argument)]
