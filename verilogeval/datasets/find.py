"""Problem sets: which format a path holds, and the loader for it."""

from pathlib import Path

from eda.errors import InputError
from verilogeval.problem import Dataset, Task

#: The name of the problem set that is part of this package.
SHIPPED = "own"


def load(name: str, task: Task | None = None) -> Dataset:
    """The problems of the shipped set, a VerilogEval checkout or folder, or a JSONL file.

    Args:
        name: `own`, or a path: a folder of our problem format, a VerilogEval v2 dataset folder or
            a checkout that holds them, a VerilogEval v1 or a CVDP JSONL file (also gzipped).
        task: which of a checkout's two datasets; None where the path says it.

    Raises:
        InputError: nothing there can be read as problems.
    """
    # Each brings what its format needs.
    from verilogeval.datasets import cvdp, own, v1, v2  # noqa: PLC0415

    if name == SHIPPED:
        return own.load(own.folder_of_shipped(), SHIPPED)
    path = Path(name)
    if not path.exists():
        raise InputError(f"no dataset '{name}': give '{SHIPPED}', a folder or a .jsonl file")
    if path.is_dir():
        if own.holds_problems(path):
            return own.load(path, path.resolve().name)
        return v2.load(path, task)
    if cvdp.is_cvdp(path):
        return cvdp.load(path)
    return v1.load(path)
