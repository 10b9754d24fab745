"""What a harness's `docker-compose.yml` says would run, without any container."""

import re
import shlex
from collections.abc import Mapping
from typing import Any

import yaml

from verilogeval.problem import HarnessService

COMPOSE = "docker-compose.yml"
#: Stands for the image with tools that need a licence.
_COMMERCIAL = "__VERIF_EDA_IMAGE__"
_FOLDER = "/code/rundir"
_ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_]\w*)\s*[=:]\s*(.*)")
_SHELLS = {"sh", "bash", "/bin/sh", "/bin/bash"}


class CannotRun(Exception):
    """A harness cannot be run here; the text says why."""


def services(files: Mapping[str, str]) -> tuple[HarnessService, ...]:
    """The services of a harness, in their order.

    Args:
        files: the harness's files.

    Raises:
        CannotRun: the file is missing or broken, or a service is not understood.
    """
    if COMPOSE not in files:
        raise CannotRun(f"its harness has no {COMPOSE}")
    try:
        document = yaml.safe_load(files[COMPOSE])
    except yaml.YAMLError as error:
        raise CannotRun(f"its {COMPOSE} is broken: {str(error).splitlines()[0]}") from error
    if any(_COMMERCIAL in files.get(name, "") for name in (COMPOSE, "Dockerfile")):
        raise CannotRun("its harness needs a commercial simulator")
    named = document.get("services") if isinstance(document, dict) else None
    if not isinstance(named, dict) or not named:
        raise CannotRun(f"its {COMPOSE} names no services")
    return tuple(_service(name, service, files) for name, service in named.items())


def _service(name: str, service: Any, files: Mapping[str, str]) -> HarnessService:
    if not isinstance(service, dict) or not service.get("command"):
        raise CannotRun(f"its service '{name}' has no command")
    environment: dict[str, str] = {}
    for file in _listed(service.get("env_file")):
        path = str(file.get("path") if isinstance(file, dict) else file).removeprefix("./")
        if path not in files:
            raise CannotRun(f"its service '{name}' reads '{path}', which is not there")
        environment |= read_environment(files[path])
    environment |= _variables(service.get("environment"))
    folder = str(service.get("working_dir") or _FOLDER)
    return HarnessService(_command(service["command"]), environment, folder)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _variables(value: Any) -> dict[str, str]:
    if isinstance(value, dict):
        return {str(name): "" if text is None else str(text) for name, text in value.items()}
    pairs = (str(entry).partition("=") for entry in _listed(value))
    return {name.strip(): text for name, _, text in pairs}


def _command(value: Any) -> tuple[str, ...]:
    """Program and arguments; those of a shell that is given one command stand for themselves."""
    try:
        words = list(map(str, value)) if isinstance(value, list) else shlex.split(str(value))
        if len(words) == 3 and words[0] in _SHELLS and words[1] in {"-c", "-lc"}:
            words = shlex.split(words[2])
    except ValueError as error:
        raise CannotRun(f"its command '{value}' is broken: {error}") from error
    return tuple(words)


def read_environment(text: str) -> dict[str, str]:
    """The variables of an `.env` file, as Docker reads it: blanks around "=", quotes, comments."""
    variables = {}
    for line in text.splitlines():
        match = _ASSIGNMENT.fullmatch(line.strip())
        if match and not line.lstrip().startswith("#"):
            variables[match[1]] = _value(match[2].strip())
    return variables


def _value(text: str) -> str:
    quoted = re.match(r"""(["'])(.*?)\1\s*(?:#.*)?$""", text)
    if quoted:
        return quoted[2]
    return re.split(r"(?:^|\s)#", text, maxsplit=1)[0].strip()
