"""Registers that power up with a value where neither the problem nor the sample says which.

A reference that initialises its registers, in a problem whose text says nothing of an initial
state, asks for something that nobody can know: a correct answer without `initial` starts with
unknown values, and one with feedback never leaves them. Hardware powers up with some value.
"""

import re
from collections.abc import Collection

from verilogeval.problem import Problem
from verilogeval.source import words

_SAID = re.compile(r"\b(initial\w*|power\w*|start(s|ed|ing|-?up)?)\b", re.IGNORECASE)
_SCOPE = re.compile(
    r'^(?P<id>S_\w+) \.scope \w+, "(?P<name>[^"]*)".*?(?:, (?P<parent>S_\w+))?;$', re.MULTILINE
)
_VARIABLE = re.compile(
    r'^(?P<id>v\w+) \.var(?:/\w+)? "[^"]*", (?P<left>-?\d+) (?P<right>-?\d+)', re.MULTILINE
)


def is_unspecified(problem: Problem) -> bool:
    """Whether the reference initialises registers and the prompt says nothing about it."""
    return "initial" in words(problem.golden) and not _SAID.search(problem.prompt)


def power_up(program: bytes, instance: str, bit: int, without: Collection[str] = ()) -> bytes:
    """A compiled program in which the variables below an instance start with known bits.

    What the source itself initialises keeps its own value.

    Args:
        program: for vvp.
        instance: name of an instance, or of the top module.
        bit: 0 or 1, for every bit of every variable; arrays are left unknown.
        without: names of instances below it that are left as they are.
    """
    text = program.decode("utf-8", "replace")
    threads = []
    for number, (name, width) in enumerate(_variables(text, instance, without)):
        value = "1" * width if bit else "0" * width
        pushes = "".join(
            f"    %pushi/vec4 {int(value[at : at + 32], 2)}, 0, {len(value[at : at + 32])};\n"
            + ("    %concat/vec4;\n" if at else "")
            for at in range(0, width, 32)
        )
        label = f"T_power_up_{number}"
        threads.append(
            f"{label} ;\n{pushes}    %store/vec4 {name}, 0, {width};\n    %end;\n"
            f"    .thread {label}, $init;\n"
        )
    # First of all threads, so that initial values of the sample's own come later.
    at = text.find("\n    .scope S_") + 1
    if not threads or not at:
        return program
    own_scope = text[at : text.index("\n", at) + 1]
    return (text[:at] + own_scope + "".join(threads) + text[at:]).encode()


def _variables(text: str, instance: str, without: Collection[str]) -> list[tuple[str, int]]:
    """Label and width of each variable below an instance."""
    found = []
    inside: set[str] = set()
    scopes = list(_SCOPE.finditer(text))
    for scope, following in zip(scopes, [*scopes[1:], None], strict=True):
        below = scope.group("name") == instance or scope.group("parent") in inside
        if not below or scope.group("name") in without:
            continue
        inside.add(scope.group("id"))
        body = text[scope.end() : following.start() if following else len(text)]
        for variable in _VARIABLE.finditer(body):
            width = abs(int(variable.group("left")) - int(variable.group("right"))) + 1
            found.append((variable.group("id"), width))
    return found
