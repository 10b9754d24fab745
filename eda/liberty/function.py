"""Boolean functions as Liberty writes them: parser, printer and truth tables."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r"\s*([A-Za-z_][\w.]*(?:\[\d+\])?|[01](?!\w)|[()!'&*|+^])")
_MAX_DEPTH = 40
_MAX_LENGTH = 4000
_MAX_INPUTS = 12


class FunctionError(ValueError):
    """The text is not a Boolean function that Liberty allows."""


@dataclass(frozen=True)
class Expr:
    """A node of a parsed function.

    Attributes:
        op: `var`, `const`, `not`, `and`, `or` or `xor`; the last three take two or more operands.
        args: the operands.
        name: the variable of a `var`, "0" or "1" of a `const`.
    """

    op: str
    args: tuple["Expr", ...] = ()
    name: str = ""


def parse(text: str) -> Expr:
    """Parse `!`, postfix `'`, `^`, `&` `*` or a space, `|` `+`; the earlier binds the tighter.

    Raises:
        FunctionError: the text is empty, malformed, longer than 4000 characters or nested deeper
            than 40 parentheses.
    """
    if len(text) > _MAX_LENGTH:
        raise FunctionError("function longer than 4000 characters")
    tokens, position, end = [], 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise FunctionError(f"unexpected '{text[position : position + 10].strip()}'")
        tokens.append(match.group(1))
        position = match.end()
    parser = _Parser(tokens)
    expr = parser.any_of(0)
    if parser.peek():
        raise FunctionError(f"unexpected '{parser.peek()}'")
    return expr


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.next = 0

    def peek(self) -> str:
        return self.tokens[self.next] if self.next < len(self.tokens) else ""

    def any_of(self, depth: int) -> Expr:
        terms = [self.all_of(depth)]
        while self.peek() in ("|", "+"):
            self.next += 1
            terms.append(self.all_of(depth))
        return _joined("or", terms)

    def all_of(self, depth: int) -> Expr:
        terms = [self.parity_of(depth)]
        while self.peek() not in ("", ")", "|", "+"):
            if self.peek() in ("&", "*"):
                self.next += 1
            terms.append(self.parity_of(depth))
        return _joined("and", terms)

    def parity_of(self, depth: int) -> Expr:
        terms = [self.factor(depth)]
        while self.peek() == "^":
            self.next += 1
            terms.append(self.factor(depth))
        return _joined("xor", terms)

    def factor(self, depth: int) -> Expr:
        inverted = False
        while self.peek() == "!":
            self.next += 1
            inverted = not inverted
        word = self.peek()
        self.next += 1
        if word == "(":
            if depth >= _MAX_DEPTH:
                raise FunctionError("parentheses nested too deep")
            expr = self.any_of(depth + 1)
            if self.peek() != ")":
                raise FunctionError("missing ')'")
            self.next += 1
        elif word in ("0", "1"):
            expr = Expr("const", name=word)
        elif word and (word[0].isalpha() or word[0] == "_"):
            expr = Expr("var", name=word)
        else:
            raise FunctionError(f"unexpected '{word}'" if word else "the function ends too early")
        while self.peek() == "'":
            self.next += 1
            inverted = not inverted
        return Expr("not", (expr,)) if inverted else expr


def _joined(op: str, terms: list[Expr]) -> Expr:
    if len(terms) == 1:
        return terms[0]
    flat: list[Expr] = []
    for term in terms:
        flat.extend(term.args if term.op == op else (term,))
    return Expr(op, tuple(flat))


def variables(expr: Expr) -> tuple[str, ...]:
    """The variables in the order of their first use."""
    if expr.op == "var":
        return (expr.name,)
    return tuple(dict.fromkeys(name for arg in expr.args for name in variables(arg)))


def truth_table(expr: Expr, inputs: Sequence[str]) -> int:
    """The function's value for every input pattern, as bits of an integer.

    Bit p is the value where input i has the value of bit i of p; 2 ** len(inputs) bits.

    Raises:
        FunctionError: more than 12 inputs, or a variable that is not among them.
    """
    if len(inputs) > _MAX_INPUTS:
        raise FunctionError(f"more than {_MAX_INPUTS} inputs")
    size = 1 << len(inputs)
    columns = {}
    for index, name in enumerate(inputs):
        block = ((1 << (1 << index)) - 1) << (1 << index)
        period = 2 << index
        columns[name] = sum(block << shift for shift in range(0, size, period))
    return _evaluate(expr, columns, (1 << size) - 1)


def _evaluate(expr: Expr, columns: Mapping[str, int], ones: int) -> int:
    if expr.op == "var":
        if expr.name not in columns:
            raise FunctionError(f"'{expr.name}' is not an input")
        return columns[expr.name]
    if expr.op == "const":
        return ones if expr.name == "1" else 0
    values = [_evaluate(arg, columns, ones) for arg in expr.args]
    if expr.op == "not":
        return ones ^ values[0]
    result = values[0]
    for value in values[1:]:
        if expr.op == "and":
            result &= value
        elif expr.op == "or":
            result |= value
        else:
            result ^= value
    return result
