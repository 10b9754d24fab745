"""Which rows a comparison takes, and in which order they are made."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from eda.flow import Flow
from rl.bench import deepsyn, scripts
from rl.bench.cell import Library
from rl.bench.rows import Kind
from rl.suites import SuiteDesign


@dataclass(frozen=True)
class Contest:
    """Who takes part.

    Attributes:
        searchers: by name.
        seeds: of each searcher.
        deepsyn_seeds: of `&deepsyn`; 0 leaves it out.
    """

    searchers: tuple[str, ...]
    seeds: int
    deepsyn_seeds: int


@dataclass(frozen=True)
class Step:
    """Rows that are made together: the contenders of one kind on one design with one library."""

    design: SuiteDesign
    library: Library
    kind: Kind
    contenders: tuple[str, ...]
    seed: int

    def keys(self) -> tuple[tuple[str, str, str, int], ...]:
        """The keys of its rows."""
        return tuple(
            (self.design.name, self.library.label, name, self.seed) for name in self.contenders
        )


def steps(
    designs: Sequence[SuiteDesign],
    libraries: Sequence[Library],
    contest: Contest,
    flow: Flow,
    done: Collection[tuple[str, str, str, int]],
) -> Iterator[Step]:
    """The steps that are left, design by design, so that what is there early is whole.

    `&deepsyn` comes last: without a time limit it is given the time that the searchers took.
    """
    for design in designs:
        for library in libraries:
            for kind, names, seed in _contenders(contest, flow):
                left = tuple(
                    name for name in names if (design.name, library.label, name, seed) not in done
                )
                if left:
                    yield Step(design, library, kind, left, seed)


def _contenders(contest: Contest, flow: Flow) -> Iterator[tuple[Kind, tuple[str, ...], int]]:
    yield Kind.SCRIPT, tuple(script.name for script in scripts.offered(flow)), 0
    for seed in range(contest.seeds):
        for searcher in contest.searchers:
            yield Kind.SEARCHER, (searcher,), seed
    for seed in range(contest.deepsyn_seeds):
        yield Kind.DEEPSYN, deepsyn.offered(flow), seed
