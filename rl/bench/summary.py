"""From rows to what a report says, library by library."""

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rl.bench.protocol import Protocol
from rl.bench.rows import Claimed, Kind, Row
from rl.bench.statistics import Spread, Wins, geometric_mean, spread, wins
from rl.rowfile import latest

BEST_SCRIPT = "best script"
BEST_BASELINE = "best baseline"
ALONE = " alone"


@dataclass(frozen=True)
class Score:
    """What a contender made of one design.

    Attributes:
        cut: what it saves against resyn2 in percent, over the seeds; negative: it costs more.
        by_seed: the same by seed.
        ratio: of its figure to resyn2's, the geometric mean over the seeds.
        name: which contender that is, where it is the best of several.
    """

    cut: Spread
    by_seed: dict[int, float]
    ratio: float
    name: str


@dataclass(frozen=True)
class Line:
    """One design.

    Attributes:
        design: its name.
        held_out: whether it is for testing only.
        ands: size of the circuit that everything starts from.
        reference: resyn2's figure.
        scores: by contender; one is missing where its claims do not hold or there are none.
        empty: contenders that have rows and yet no score.
        baseline: the best of all scripts and of `&deepsyn`.
    """

    design: str
    held_out: bool
    ands: int | None
    reference: float | None
    scores: dict[str, Score]
    empty: frozenset[str]
    baseline: Score | None


@dataclass(frozen=True)
class Total:
    """A contender over all designs that it has a score on.

    Attributes:
        designs: how many these are.
        cut: mean over the designs, spread over the seeds; percent.
        ratio: geometric mean of the ratios to resyn2.
        to_baseline: geometric mean of the ratios to the best baseline of each design.
        wins: against that best baseline; a design without a score, though it was tried, is lost.
    """

    contender: str
    kind: Kind | None
    designs: int
    cut: Spread
    ratio: float
    to_baseline: float | None
    wins: Wins | None


@dataclass(frozen=True)
class LibrarySummary:
    """Everything with one library.

    Attributes:
        label: the library's.
        sha256: its hash.
        lines: one for each design.
        totals: by contender, the best of scripts and of all baselines among them.
        scripts: the fixed scripts, in their order.
        others: `&deepsyn` and the searchers, in their order.
    """

    label: str
    sha256: str
    lines: tuple[Line, ...]
    totals: dict[str, Total]
    scripts: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """A comparison.

    Attributes:
        rows: how many there are.
        failed: those with an error.
        libraries: one for each library.
    """

    rows: int
    failed: tuple[Row, ...]
    libraries: tuple[LibrarySummary, ...]


def summarise(protocol: Protocol, rows: Iterable[Row]) -> Summary:
    """Sum up rows; of several rows of one key the last one counts."""
    final = latest(rows)
    libraries = dict.fromkeys(row.liberty for row in final)
    return Summary(
        rows=len(final),
        failed=tuple(row for row in final if row.error is not None),
        libraries=tuple(
            _library([row for row in final if row.liberty == label], protocol)
            for label in libraries
        ),
    )


def _library(rows: Sequence[Row], protocol: Protocol) -> LibrarySummary:
    claims = _claims(rows, protocol)
    scripts = tuple(name for name, (kind, _) in claims.items() if kind is Kind.SCRIPT)
    deepsyn = [name for name, (kind, _) in claims.items() if kind is Kind.DEEPSYN]
    searchers = [name for name, (kind, _) in claims.items() if kind is Kind.SEARCHER]
    lines = tuple(
        _line([row for row in rows if row.design == design], claims)
        for design in dict.fromkeys(row.design for row in rows)
    )
    kinds: dict[str, Kind | None] = {BEST_SCRIPT: None}
    kinds |= {name: kind for name, (kind, _) in claims.items()}
    scored = {
        name: [(line, line.scores[name]) for line in lines if name in line.scores] for name in kinds
    }
    scored[BEST_BASELINE] = [(line, line.baseline) for line in lines if line.baseline is not None]
    lost = {
        name: sum(name in line.empty and line.baseline is not None for line in lines)
        for name in scored
    }
    totals = {
        name: _total(name, kinds.get(name), pairs, lost[name])
        for name, pairs in scored.items()
        if pairs
    }
    return LibrarySummary(
        rows[0].liberty, rows[0].library_sha256, lines, totals, scripts, (*deepsyn, *searchers)
    )


_Pick = Callable[[Row], Claimed | None]


def _claims(rows: Sequence[Row], protocol: Protocol) -> dict[str, tuple[Kind, _Pick]]:
    """Contenders by name, each with its kind and what of its rows it claims.

    Where the fixed scripts count for searchers, what these find alone is a contender, too.
    """
    found: dict[str, tuple[Kind, _Pick]] = {}
    for row in rows:
        found.setdefault(row.contender, (row.kind, lambda row: row.best))
        if row.kind is Kind.SEARCHER and protocol.scripts_count:
            found.setdefault(row.contender + ALONE, (row.kind, lambda row: row.found))
    return found


def _line(rows: Sequence[Row], claims: dict[str, tuple[Kind, _Pick]]) -> Line:
    scores: dict[str, Score] = {}
    tried: set[str] = set()
    for name, (_, pick) in claims.items():
        own = [row for row in rows if row.contender == name.removesuffix(ALONE)]
        if own:
            tried.add(name)
        score = _score(name, own, pick)
        if score is not None:
            scores[name] = score
    kinds = {name: kind for name, (kind, _) in claims.items()}
    scripts = [score for name, score in scores.items() if kinds[name] is Kind.SCRIPT]
    baselines = [score for name, score in scores.items() if kinds[name] is not Kind.SEARCHER]
    if scripts:
        scores[BEST_SCRIPT] = min(scripts, key=lambda score: score.ratio)
    return Line(
        design=rows[0].design,
        held_out=rows[0].held_out,
        ands=next((row.ands for row in rows if row.ands is not None), None),
        reference=next((row.reference for row in rows if row.reference is not None), None),
        scores=scores,
        empty=frozenset(tried - scores.keys()),
        baseline=min(baselines, key=lambda score: score.ratio) if baselines else None,
    )


def _score(name: str, rows: Sequence[Row], pick: _Pick) -> Score | None:
    """None where nothing is claimed, a claim does not hold, or resyn2 leaves nothing to save."""
    ratios: dict[int, float] = {}
    for row in rows:
        claim = pick(row)
        if claim is not None and claim.holds and row.reference:
            ratios[row.seed] = claim.value / row.reference
    cuts = {seed: 100 * (1 - ratio) for seed, ratio in ratios.items()}
    cut, ratio = spread(list(cuts.values())), geometric_mean(list(ratios.values()))
    return None if cut is None or ratio is None else Score(cut, cuts, ratio, name)


def _total(name: str, kind: Kind | None, scored: Sequence[tuple[Line, Score]], lost: int) -> Total:
    """Sum up a contender's scores, at least one, each with its design; `lost` have none."""
    mean = statistics.mean(score.cut.mean for _, score in scored)
    against = [
        score.ratio / line.baseline.ratio
        for line, score in scored
        if line.baseline is not None and line.baseline.ratio > 0
    ]
    return Total(
        contender=name,
        kind=kind,
        designs=len(scored),
        cut=Spread(mean, _seed_sd([score for _, score in scored]), len(scored)),
        ratio=geometric_mean([score.ratio for _, score in scored]) or 0.0,
        to_baseline=geometric_mean(against),
        wins=wins([*against, *[math.inf] * lost]) if kind is Kind.SEARCHER else None,
    )


def _seed_sd(scores: Sequence[Score]) -> float:
    """How much the mean over the designs varies from seed to seed, over seeds that all have."""
    seeds = set.intersection(*(set(score.by_seed) for score in scores))
    means = [sum(score.by_seed[seed] for score in scores) / len(scores) for seed in sorted(seeds)]
    known = spread(means)
    return known.sd if known is not None else 0.0
