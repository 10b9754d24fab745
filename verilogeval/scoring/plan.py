"""What is to be judged: samples grouped by the source that they stand for."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from eda.errors import InputError
from verilogeval.problem import Dataset, Problem
from verilogeval.sample import Sample
from verilogeval.scoring.prepared_cache import fingerprint
from verilogeval.source import build_source, normal_form


@dataclass
class Work:
    """One distinct source of a problem, and the samples that have it."""

    problem: Problem
    source: str
    key: str
    samples: list[Sample] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """Distinct sources in the order of their first sample.

    Attributes:
        work: by key.
        counts: samples by task_id, for every problem of the dataset.
        unknown: samples by task_id that the dataset does not have.
    """

    work: dict[str, Work]
    counts: dict[str, int]
    unknown: dict[str, int]

    @property
    def samples(self) -> int:
        """How many samples there are to judge."""
        return sum(self.counts.values())


def make_plan(
    dataset: Dataset,
    samples: Iterable[Sample],
    *,
    versions: str,
    exact: bool,
    allow_partial: bool,
) -> Plan:
    """Group samples whose sources mean the same.

    Args:
        dataset: the problems.
        samples: in the order of the input.
        versions: everything beside problem and source that decides a verdict.
        exact: only equal texts are the same; the official classes depend on comments.
        allow_partial: leave out samples of problems that the dataset does not have.

    Raises:
        InputError: such a sample, where they are not to be left out.
    """
    prints: dict[str, str] = {}
    work: dict[str, Work] = {}
    counts = Counter(dict.fromkeys(dataset.problems, 0))
    unknown: Counter[str] = Counter()
    for sample in samples:
        problem = dataset.problems.get(sample.task_id)
        if problem is None:
            if not allow_partial:
                raise InputError(
                    f"task_id '{sample.task_id}' is not in {dataset.name}: choose the --dataset "
                    "that the samples are for, or leave them out with --allow-partial"
                )
            unknown[sample.task_id] += 1
            continue
        counts[sample.task_id] += 1
        source = build_source(dataset, problem, sample.completion)
        form = source if exact else normal_form(source)
        if sample.task_id not in prints:
            prints[sample.task_id] = fingerprint(problem)
        key = _key(versions, prints[sample.task_id], form)
        if key not in work:
            work[key] = Work(problem, source, key)
        work[key].samples.append(Sample(sample.task_id, sample.sample, ""))
    return Plan(work, dict(counts), dict(unknown))


def _key(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(data)}:".encode() + data)
    return digest.hexdigest()
