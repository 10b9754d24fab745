"""From a completion to the source that is judged, and when two sources are the same."""

import re

from verilogeval.cvdp.answer import source_of
from verilogeval.problem import Dataset, HarnessJudge, Problem, Task

#: Characters that a source may have; what a model writes has a hundredth of it.
LONGEST = 500_000

#: What the lexers of Verilog agree on: comments, strings, escaped identifiers, words, the rest.
_TOKEN = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?\*/ )
  | (?P<string> "(?:\\.|[^"\\\n])*" )
  | (?P<escaped> \\[^\s]+ )
  | (?P<word> [`$]?[A-Za-z_][A-Za-z0-9_$]* )
  | (?P<space> \s+ )
  | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)


def build_source(dataset: Dataset, problem: Problem, completion: str) -> str:
    """The source text that a completion stands for, by the dataset's rule.

    "v1": the completion continues the module header. "v2": an answer that declares the top module
    is taken as it is; for code completion, one that does not continues the header and is closed
    with `endmodule` where it was left open. CVDP has a form of its own for several files.
    """
    if isinstance(problem.cocotb, HarnessJudge):
        return source_of(completion, problem.cocotb.outputs)
    if dataset.rule == "v1":
        return f"{problem.interface}\n{completion}"
    whole = problem.task is not Task.CODE_COMPLETE or len(completion) > LONGEST
    if whole or declares_module(completion, problem.top):
        return completion
    closing = "" if "endmodule" in words(completion) else "\nendmodule\n"
    return f"{problem.interface}\n{completion}{closing}"


def words(text: str) -> set[str]:
    """The identifiers and keywords of a source, outside comments and strings."""
    return {match.group("word") for match in _TOKEN.finditer(text) if match.group("word")}


def declares_module(text: str, name: str) -> bool:
    """Whether `module name` stands in a source, outside comments and strings."""
    return re.search(rf"\bmodule\s+{re.escape(name)}\b", without_comments(text)) is not None


def without_comments(text: str) -> str:
    """The source with each comment replaced by one space."""
    return _TOKEN.sub(lambda match: " " if match.group("comment") else match.group(), text)


def rename_module(text: str, old: str, new: str) -> str:
    """The source with the identifier `old` replaced by `new` wherever it stands."""
    return _TOKEN.sub(
        lambda match: new if match.group("word") == old else match.group(),
        text,
    )


def normal_form(text: str) -> str:
    """The source without comments and with single white space, to tell sources that are the same.

    One that is too long to be judged is left as it is. Line ends are kept where the source has
    compiler directives, which end with their line.
    """
    if len(text) > LONGEST:
        return text
    found = list(_TOKEN.finditer(text))
    directives = any(match.group().startswith("`") for match in found)
    newline = "\n" if directives else " "
    parts: list[str] = []
    for match in found:
        if match.group("comment") is not None or match.group("space") is not None:
            blank = newline if "\n" in match.group() and newline == "\n" else " "
            if not parts or not parts[-1].isspace():
                parts.append(blank)
            elif blank == "\n":
                parts[-1] = blank
        else:
            parts.append(match.group())
    return "".join(parts).strip()


def may_draw(text: str) -> bool:
    """Whether a source may draw from the random numbers that all of a simulation share."""
    return "random" in text or "$dist" in text
