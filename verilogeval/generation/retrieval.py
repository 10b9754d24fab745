"""The nearest other problems, as examples; never the problem itself nor a near duplicate of it."""

import re
from collections.abc import Iterable, Sequence

import faiss

from eda.errors import InputError
from verilogeval.extraction.body import inside_of
from verilogeval.extraction.units import units
from verilogeval.generation.embedding import Embedding
from verilogeval.generation.examples import Example
from verilogeval.generation.prompts import text_of
from verilogeval.problem import HarnessJudge, Problem
from verilogeval.source import normal_form, rename_module

#: Two solutions with at least this share of their five-word runs in common are the same problem.
SAME_CODE = 0.6
#: So are two texts that are this similar.
SAME_TEXT = 0.93
_NUMBER = re.compile(r"^prob\d+_", re.IGNORECASE)
_RUN = 5


class Retrieved:
    """The `count` nearest problems of a pool that have a solution, the nearest last.

    The nearest stands closest to the question. Texts are compared by FAISS, exactly.

    Raises:
        InputError: no problem of the pool can be an example.
    """

    def __init__(self, pool: Iterable[Problem], count: int) -> None:
        self._count = count
        self._pool = [p for p in pool if p.golden and not isinstance(p.cocotb, HarnessJudge)]
        if not self._pool:
            raise InputError("no problem to retrieve examples from has a solution")
        texts = [text_of(problem) for problem in self._pool]
        self._embedding = Embedding(texts)
        vectors = self._embedding(texts)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def of(self, problem: Problem) -> Sequence[Example]:
        """See `Examples`."""
        return tuple(example_of(other) for other, _ in reversed(self.nearest(problem)))

    def nearest(self, problem: Problem) -> list[tuple[Problem, float]]:
        """The problems that are retrieved, the nearest first, with their similarity."""
        vectors = self._embedding([text_of(problem)])
        similarities, places = self._index.search(vectors, len(self._pool))
        found: list[tuple[Problem, float]] = []
        for similarity, place in zip(similarities[0], places[0], strict=True):
            other = self._pool[place]
            if float(similarity) >= SAME_TEXT or near_duplicates(problem, other):
                continue
            if any(near_duplicates(other, taken) for taken, _ in found):
                continue
            found.append((other, float(similarity)))
            if len(found) == self._count:
                break
        return found


def near_duplicates(a: Problem, b: Problem) -> bool:
    """Whether one problem's solution gives the other's away: by name, or by the code itself."""
    if _bare_name(a.task_id) == _bare_name(b.task_id):
        return True
    ours, theirs = _runs(a), _runs(b)
    if not ours or not theirs:
        return _code(a) == _code(b)
    return len(ours & theirs) / min(len(ours), len(theirs)) >= SAME_CODE


def _bare_name(task_id: str) -> str:
    return _NUMBER.sub("", task_id).lower()


def _code(problem: Problem) -> str:
    """The inside of the solution, as ports are alike in many problems."""
    found = [u for u in units(problem.golden) if u.name == problem.top]
    text = inside_of(found[-1]) if found else problem.golden
    return normal_form(rename_module(text, problem.top, "m"))


def _runs(problem: Problem) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+|[^\w\s]", _code(problem))
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}


def example_of(problem: Problem) -> Example:
    """A problem with its solution as an example."""
    found = [u for u in units(problem.golden) if u.name == problem.top]
    if not found:
        return Example(problem.task_id, text_of(problem), "", problem.golden)
    body = inside_of(found[-1])
    before = problem.golden[: found[-1].start]
    header = found[-1].text[: len(found[-1].text) - len(body)]
    after = problem.golden[found[-1].end :]
    return Example(
        problem.task_id, text_of(problem), f"{before}{header}".strip(), f"\n{body}{after}"
    )
