"""YAML with the line of everything in it, so that an error can name the line."""

import difflib
from collections.abc import Hashable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from eda.errors import InputError

Place = tuple[int | str, ...]
Model = TypeVar("Model", bound=BaseModel)
_MOST = 100_000


class _Loader(yaml.SafeLoader):
    def close(self) -> None:
        self.dispose()


class Located:
    """A YAML file's content and where it stands.

    Args:
        path: what errors call the file.
        text: of the file.

    Attributes:
        path: the same.
        value: the content as plain lists, dicts and scalars.

    Raises:
        InputError: the text is not YAML, or a key comes twice.
    """

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self._lines: dict[Place, int] = {(): 1}
        try:
            with closing(_Loader(text)) as loader:
                node = loader.get_single_node()
                self.value: Any = None if node is None else self._read(loader, node, ())
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark is not None else 1
            raise InputError(f"{path}:{line}: not YAML: {error.problem}") from error
        except yaml.YAMLError as error:
            raise InputError(f"{path}:1: not YAML: {' '.join(str(error).split())}") from error
        except RecursionError as error:
            raise InputError(f"{path}:1: too deeply nested") from error

    def error(self, place: Place, words: str) -> InputError:
        """An error about what stands at `place`, such as ("search", 0, "designs")."""
        known = place
        while known not in self._lines:
            known = known[:-1]
        where = ".".join(map(_shown, place))
        return InputError(f"{self.path}:{self._lines[known]}: {f'{where}: ' * bool(where)}{words}")

    def validated(self, model: type[Model]) -> Model:
        """The content as `model`.

        Raises:
            InputError: it does not fit; names line and field of the first thing that does not.
        """
        if not isinstance(self.value, dict):
            raise InputError(f"{self.path}:1: a sweep file holds fields such as 'search:'")
        try:
            return model.model_validate(self.value)
        except ValidationError as error:
            found = [(self._known(one["loc"]), one) for one in error.errors()]
            found.sort(key=lambda each: self._lines.get(each[0], 1))
            place, first = found[0]
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            raise self.error(place, _words(model, first) + more) from error

    def _known(self, place: Place) -> Place:
        """The part of a validation's place that is in the file; the rest names alternatives."""
        known: Place = ()
        for part in place:
            if (*known, part) in self._lines:
                known = (*known, part)
        return known

    def _read(self, loader: yaml.SafeLoader, node: yaml.Node, place: Place) -> Any:
        self._lines[place] = node.start_mark.line + 1
        if len(self._lines) > _MOST:  # aliases of aliases
            raise InputError(f"{self.path}:{self._lines[place]}: the file has too many entries")
        if isinstance(node, yaml.SequenceNode):
            return [self._read(loader, one, (*place, n)) for n, one in enumerate(node.value)]
        if not isinstance(node, yaml.MappingNode):
            return loader.construct_object(node, deep=True)
        content: dict[Hashable, Any] = {}
        for key_node, value in node.value:
            key = loader.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if not isinstance(key, str):
                raise InputError(f"{self.path}:{line}: a field's name is a word, not {key!r}")
            if key in content:
                raise InputError(f"{self.path}:{line}: field '{_shown(key)}' comes twice")
            inner = (*place, key)
            content[key] = self._read(loader, value, inner)
            self._lines[inner] = line
        return content


def _shown(part: str | int) -> str:
    """A name in one line, whatever is in it."""
    return str(part) if str(part).isprintable() else ascii(part)


def _words(model: type[BaseModel], error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return _unknown(model, error["loc"])
    if error["type"] == "missing":
        return f"field '{error['loc'][-1]}' is missing"
    words = str(error["msg"]).removeprefix("Value error, ")
    given = error.get("input")
    simple = isinstance(given, str | int | float | bool) or given is None
    return f"{words}, not {given!r}" if simple and repr(given) not in words else words


def _unknown(model: type[BaseModel], place: Place) -> str:
    fields = _fields(model, place[:-1])
    name = str(place[-1])
    close = difflib.get_close_matches(name, fields, n=1, cutoff=0.6)
    hint = f"did you mean '{close[0]}'?" if close else f"there are {', '.join(fields)}"
    return f"no such field: {hint}"


def _fields(model: type[BaseModel], place: Place) -> list[str]:
    """The fields of the model that stands at `place` within `model`."""
    for part in place:
        if not isinstance(part, str) or part not in model.model_fields:
            continue
        found = _models(model.model_fields[part].annotation)
        model = found[0] if found else model
    return list(model.model_fields)


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [one for part in getattr(annotation, "__args__", ()) for one in _models(part)]
