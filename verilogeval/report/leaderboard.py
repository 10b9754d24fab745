"""Several scored runs side by side."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eda.errors import InputError
from verilogeval.generation.run import TOTALS
from verilogeval.ppa.rows import CostRow
from verilogeval.proof.store import ProofRow
from verilogeval.report.run import Run, load_run
from verilogeval.statistics import KS, Estimate, estimates


@dataclass(frozen=True)
class Entry:
    """One run.

    Attributes:
        name: its folder's.
        model: as `generate` knows it, "" where the samples came another way.
        run: verdicts.
        pass_at: by k, None where some problem has fewer samples.
        proofs: of passing samples; empty where none was asked for.
        costs: the same of area and delay.
        best: the expected best ratio of area-delay products, by k.
        tokens: of prompts and replies, None where nobody counted.
        cost: as `generate --price` tells it.
    """

    name: str
    model: str
    run: Run
    pass_at: dict[int, Estimate | None]
    proofs: tuple[ProofRow, ...]
    costs: tuple[CostRow, ...]
    best: Mapping[str, dict[str, Any] | None]
    tokens: tuple[int, int] | None
    cost: float | None

    @property
    def proofs_by_verdict(self) -> Counter[str]:
        """How many passing samples came to which proof."""
        return Counter(row.proof.verdict.value for row in self.proofs)

    @property
    def samples(self) -> int:
        """How many samples count for pass@k."""
        return sum(entry.n for entry in self.run.tallies)

    @property
    def proven(self) -> float | None:
        """The share of all samples that are proved equivalent; None where none was asked."""
        if not self.proofs or not self.samples:
            return None
        return self.proofs_by_verdict["equivalent"] / self.samples


def load_entries(folders: Sequence[Path]) -> list[Entry]:
    """Read runs, the best by pass@1 first.

    Raises:
        InputError: a folder holds no finished run, or the runs are of different datasets.
    """
    entries = [_entry(folder) for folder in folders]
    names = {entry.run.summary.dataset for entry in entries}
    if len(names) > 1:
        raise InputError(f"the runs are of different datasets: {', '.join(sorted(names))}")
    return sorted(entries, key=lambda e: (-(e.pass_at[1].value if e.pass_at[1] else -1), e.name))


def _entry(folder: Path) -> Entry:
    run = load_run(folder)
    generated = _generated(folder)
    tokens = generated.get("prompt_tokens"), generated.get("completion_tokens")
    known = tokens[0] is not None and tokens[1] is not None and any(tokens)
    return Entry(
        name=folder.resolve().name,
        model=str(generated.get("model", "")),
        run=run,
        pass_at=estimates(run.tallies),
        proofs=tuple(run.proofs.values()),
        costs=tuple(run.costs.values()),
        best=run.best,
        tokens=(tokens[0] or 0, tokens[1] or 0) if known else None,
        cost=generated.get("cost"),
    )


def _generated(folder: Path) -> dict[str, Any]:
    """What `generate` told of the samples, where they lie beside it."""
    samples = json.loads((folder / "summary.json").read_text("utf-8")).get("samples_file")
    for place in (folder, Path(samples).parent if samples else None):
        if place is not None and (place / TOTALS).is_file():
            try:
                found: dict[str, Any] = json.loads((place / TOTALS).read_text("utf-8"))
            except ValueError as error:
                raise InputError(f"{place / TOTALS}: not JSON: {error}") from error
            return found
    return {}


COLUMNS = (
    "run", "model", "dataset", "samples",
    *(f"pass@{k}{part}" for k in KS for part in ("", " low", " high")),
    "proven", "proof equivalent", "proof different", "proof bounded", "proof unknown",
    *(f"best ADP ratio@{k}" for k in KS), "measured",
    "classes", "prompt tokens", "reply tokens", "cost",
)  # fmt: skip


def csv_text(entries: Sequence[Entry]) -> str:
    """The runs as CSV: a row for each, shares between 0 and 1."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow(["" if cell is None else cell for cell in _cells(entry)])
    return out.getvalue()


def _cells(entry: Entry) -> Iterator[object]:
    yield from (entry.name, entry.model, entry.run.summary.dataset, entry.samples)
    for k in KS:
        found = entry.pass_at[k]
        yield found.value if found else None
        yield from (found.interval if found and found.interval else (None, None))
    yield entry.proven
    for verdict in ("equivalent", "different", "bounded", "unknown"):
        yield entry.proofs_by_verdict[verdict] if entry.proofs else None
    for k in KS:
        best = entry.best[str(k)]
        yield best["ratio"] if best else None
    yield sum(row.compared.ratio is not None for row in entry.costs) if entry.costs else None
    yield " ".join(f"{letter}:{n}" for letter, n in sorted(entry.run.summary.letters.items()))
    yield from entry.tokens or (None, None)
    yield entry.cost
