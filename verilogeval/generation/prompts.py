"""A problem as messages, by Jinja templates that a user may replace one by one."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import jinja2

from eda.errors import InputError
from verilogeval.generation.examples import Example
from verilogeval.generation.request import Message
from verilogeval.problem import Problem, Task

SHIPPED = Path(__file__).with_name("templates")
NAMES = tuple(sorted(path.name for path in SHIPPED.glob("*.j2")))


class Prompts:
    """Fills templates.

    Args:
        folder: templates that stand for shipped ones of the same name, or None.

    Raises:
        InputError: there is no such folder, or it has none of the templates.
    """

    def __init__(self, folder: Path | None = None) -> None:
        places = [SHIPPED]
        if folder is not None:
            if not any((folder / name).is_file() for name in NAMES):
                raise InputError(f"{folder}: none of the templates {', '.join(NAMES)} is here")
            places.insert(0, folder)
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(places),
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # noqa: S701 - prompts are plain text
            keep_trailing_newline=False,
        )

    @property
    def hash(self) -> str:
        """The same for the same templates."""
        digest = hashlib.sha256()
        for name in NAMES:
            source, _, _ = self._loader.get_source(self._environment, name)
            digest.update(f"{name}\0{source}\0".encode())
        return digest.hexdigest()[:16]

    @property
    def _loader(self) -> jinja2.BaseLoader:
        assert self._environment.loader is not None  # noqa: S101 - it was given above
        return self._environment.loader

    def messages(
        self, problem: Problem, examples: Sequence[Example], *, rules: bool
    ) -> tuple[Message, ...]:
        """The conversation that asks for a problem's solution.

        Raises:
            InputError: a template is broken; the text names it and the line.
        """
        header = header_of(problem)
        user = self._fill(
            "user.j2",
            text=text_of(problem),
            header=header,
            top=problem.top,
            rules=rules,
            examples=[
                {"text": e.text.strip(), "header": e.header.strip() if header else "",
                 "code": e.code(with_header=not header).strip()}
                for e in examples
            ],
        )  # fmt: skip
        system = self._fill("system.j2", top=problem.top)
        return (Message("system", system), Message("user", user))

    def repair(self, problem: Problem, what: str, details: str) -> Message:
        """The turn that hands back what is wrong with an answer."""
        text = self._fill(
            "repair.j2", what=what, details=details, header=header_of(problem), top=problem.top
        )
        return Message("user", text)

    def _fill(self, name: str, **values: object) -> str:
        try:
            return self._environment.get_template(name).render(**values).strip() + "\n"
        except jinja2.TemplateSyntaxError as error:
            place = f"{error.filename or name}:{error.lineno}"
            raise InputError(f"{place}: {error.message}") from error
        except jinja2.TemplateError as error:
            raise InputError(f"template {name}: {error}") from error


def header_of(problem: Problem) -> str:
    """The module header that an answer continues, "" where the answer is a whole module."""
    return problem.interface.strip() if problem.task is Task.CODE_COMPLETE else ""


def text_of(problem: Problem) -> str:
    """The task's text, without the header where that stands apart from it."""
    text = problem.prompt.strip()
    header = header_of(problem)
    return text.removesuffix(header).strip() if header else text
