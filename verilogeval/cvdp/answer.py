"""From a model's text to the design's files, and those files as one source.

A source of one file is that file. In one of several, each is headed by a line directive with its
path, which compilers understand as well: `line 1 "rtl/a.sv" 0.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

_FENCED = re.compile(r"```(?:[ \t]*[\w+-]*[ \t]*\n)?(.*?)```", re.DOTALL)
_HEAD = re.compile(r'^`line 1 "([^"\n]+)" 0\n', re.MULTILINE)


def read_answer(text: str, outputs: Sequence[str]) -> dict[str, str]:
    """The files in a model's answer, by path; empty where it gives none.

    Where one file is asked for, the answer is that file: the first fenced block, or else all of
    it. Several files, and also one, may come as JSON: `{"code": [{path: text}]}`, `{path: text}`
    or, for one file, `{"response": text}`.

    Args:
        text: what the model wrote.
        outputs: paths of the files that are asked for.
    """
    files = _files_of_json(text, outputs)
    if files or len(outputs) != 1:
        return files
    return {outputs[0]: _unfenced(text)}


def source_of(completion: str, outputs: Sequence[str]) -> str:
    """The source that a completion stands for: what is judged, hashed and shown."""
    return to_source(read_answer(completion, outputs), outputs)


def _files_of_json(text: str, outputs: Sequence[str]) -> dict[str, str]:
    start, end = text.find("{"), text.rfind("}")
    try:
        value = json.loads(text[start : end + 1], strict=False) if start >= 0 else None
    except (ValueError, RecursionError):
        return {}
    if not isinstance(value, dict):
        return {}
    response = value.get("response")
    if len(outputs) == 1 and isinstance(response, str):
        return {outputs[0]: _unfenced(response)}
    entries = value.get("code", value.get("output", value))
    found: dict[str, str] = {}
    for entry in entries if isinstance(entries, list) else [entries]:
        if not isinstance(entry, dict):
            return {}
        for path, content in entry.items():
            if not isinstance(content, str) or not is_path(path):
                return {}
            found[path] = _unfenced(content)
    return found


def is_path(path: str) -> bool:
    """Whether a path stays in the folder of the design."""
    parts = PurePosixPath(path).parts
    plain = '"' not in path and "\n" not in path and "\0" not in path
    return plain and bool(parts) and not path.startswith("/") and ".." not in parts


def _unfenced(text: str) -> str:
    fenced = _FENCED.search(text)
    return fenced[1] if fenced else text.strip() + "\n"


def to_source(files: Mapping[str, str], outputs: Sequence[str]) -> str:
    """Files as one source; `to_files` takes it apart again."""
    if len(outputs) == 1 and list(files) == list(outputs):
        return files[outputs[0]]
    ends = {path: text if text.endswith("\n") else f"{text}\n" for path, text in files.items()}
    return "".join(f'`line 1 "{path}" 0\n{text}' for path, text in ends.items())


def to_files(source: str, outputs: Sequence[str]) -> dict[str, str]:
    """The files that a source is made of."""
    heads = [head for head in _HEAD.finditer(source) if is_path(head[1])]
    if not heads or heads[0].start() != 0:
        return {outputs[0]: source} if len(outputs) == 1 else {}
    ends = [*(head.start() for head in heads[1:]), len(source)]
    return {head[1]: source[head.end() : end] for head, end in zip(heads, ends, strict=True)}
