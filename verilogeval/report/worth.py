"""What is known of passing samples beyond their verdicts: proofs, area and delay."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from verilogeval.ppa.rows import CostRow
from verilogeval.proof.values import Proof, ProofVerdict
from verilogeval.report.run import Result, Run
from verilogeval.report.scatter import Scatter, octaves, scatter
from verilogeval.report.text import shortened, visible
from verilogeval.report.view import Slice, slices
from verilogeval.statistics import KS

PROOFS = {verdict: verdict.value for verdict in ProofVerdict}
_FIGURES = (("area", "area"), ("delay", "delay in ps"), ("gates", "gates"), ("flops", "flops"))
_REASON_TEXT = 160  # characters of a reason in the table; the sample itself has it whole


@dataclass(frozen=True)
class Worth:
    """What a problem's passing samples are worth.

    Attributes:
        proofs: how many came to which proof.
        equivalent: share of them that is proved equivalent, in percent; None without proofs.
        cost: of the sample with the best ratio to the reference; of samples without a ratio, of
            the first; None where none was measured.
        reason: why there is no ratio, "" where there is one.
    """

    proofs: tuple[Slice, ...]
    equivalent: float | None
    cost: CostRow | None
    reason: str

    @property
    def words(self) -> str:
        """The proofs for a screen reader."""
        return ", ".join(one.label for one in self.proofs)

    @property
    def ratios(self) -> Mapping[str, float | None]:
        """Area, delay and area-delay product over the reference's, by column."""
        if self.cost is None:
            return {"area": None, "delay": None, "adp": None}
        found = self.cost.compared
        return {"area": found.area_ratio, "delay": found.delay_ratio, "adp": found.ratio}


@dataclass(frozen=True)
class Best:
    """The expected best ratio among k samples, over problems, as it is printed."""

    name: str
    ratio: str
    interval: str
    others: str


@dataclass(frozen=True)
class Overview:
    """All problems together.

    Attributes:
        proofs: passing samples by proof.
        bests: expected best ratios.
        how: library, flow and what circuits were optimised with.
        scatter: the best sample of each problem.
        reasons: why samples have no ratio, with how many.
    """

    proofs: tuple[Slice, ...]
    bests: tuple[Best, ...]
    how: str
    scatter: Scatter
    reasons: tuple[tuple[str, int], ...]


def worth(run: Run, task_id: str) -> Worth:
    """What is known of a problem."""
    places = [(task_id, result.sample) for result in run.by_task[task_id]]
    proofs = Counter(run.proofs[p].proof.verdict for p in places if p in run.proofs)
    total, equal = sum(proofs.values()), proofs[ProofVerdict.EQUIVALENT]
    cost = min(
        (run.costs[place] for place in places if place in run.costs), key=_rank, default=None
    )
    return Worth(
        proofs=slices(proofs, PROOFS),
        equivalent=100 * equal / total if total else None,
        cost=cost,
        reason=shortened(visible(cost.reason), _REASON_TEXT, "the sample") if cost else "",
    )


def overview(run: Run) -> Overview:
    """What the head of the page tells."""
    how = run.summary.ppa
    bests = [row for name in run.summary.tasks if (row := worth(run, name).cost) is not None]
    reasons = Counter(visible(row.reason) for row in run.costs.values() if row.ratio is None)
    return Overview(
        proofs=slices(Counter(row.proof.verdict for row in run.proofs.values()), PROOFS),
        bests=tuple(_bests(run)),
        how=visible(f"library {how.library}, flow {how.flow}, {how.optimised}") if how else "",
        scatter=scatter(bests, octaves(bests)),
        reasons=tuple(reasons.most_common()),
    )


def claims(run: Run, result: Result) -> list[tuple[str, str]]:
    """What is known of a sample, as names and words."""
    place = (result.task_id, result.sample)
    found = list(_proof(run.proofs[place].proof)) if place in run.proofs else []
    return [*found, *_cost(run.costs[place])] if place in run.costs else found


def _rank(row: CostRow) -> tuple[bool, float, int]:
    return (row.ratio is None, row.ratio or 0.0, row.sample)


def _bests(run: Run) -> Iterator[Best]:
    for k in KS:
        best = run.best[str(k)]
        if best is None:
            continue
        low_high = best["ci"]
        yield Best(
            name=f"best of {k}",
            ratio=f"{best['ratio']:.3f}",
            interval=f"{low_high[0]:.3f} to {low_high[1]:.3f}" if low_high else "",
            others=f"mean {best['mean']:.3f}, median {best['median']:.3f}, largest "
            f"{best['largest']['ratio']:.3f} ({visible(best['largest']['task_id'])})",
        )


def _proof(proof: Proof) -> Iterator[tuple[str, str]]:
    yield "proof", proof.text
    for line in proof.assumes:
        yield "assumes", visible(line)
    if proof.dont_care:
        yield "never known in the reference", visible(", ".join(proof.dont_care))
    if proof.counterexample is not None and proof.counterexample.outputs:
        yield "differs in", visible(", ".join(proof.counterexample.outputs))
    if proof.reason:
        yield "reason", visible(proof.reason)


def _cost(row: CostRow) -> Iterator[tuple[str, str]]:
    if row.figures is not None and row.reference is not None:
        for name, words in _FIGURES:
            ours, theirs = getattr(row.figures, name), getattr(row.reference, name)
            if ours or theirs:
                yield words, f"{ours:,.6g}, reference {theirs:,.6g}"
    if row.ratio is None:
        yield "no ratio", visible(row.reason)
    else:
        yield "area-delay product", f"{row.ratio:.3f} of the reference's"
