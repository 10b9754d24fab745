"""`ppa.jsonl`: a line for each sample that was measured."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, computed_field

from rl.rowfile import latest, read_rows
from verilogeval.ppa.values import Compared, Figures

NAME = "ppa.jsonl"


class CostRow(BaseModel):
    """A sample's figures beside its reference's.

    Attributes:
        hash: that of the sample's line in `results.jsonl`.
        settings: stands for everything else that the figures depend on; see `Meter.key`.
        figures: the sample's, None where there are none.
        reference: the reference's.
        reason: why there is no ratio, "" where there is one.
    """

    model_config = ConfigDict(frozen=True)

    task_id: str
    sample: int
    hash: str
    settings: str = ""
    figures: Figures | None
    reference: Figures | None
    reason: str

    @property
    def key(self) -> tuple[str, int]:
        """What the row is about."""
        return self.task_id, self.sample

    @property
    def compared(self) -> Compared:
        """The sample beside its reference."""
        return Compared(self.figures, self.reference, self.reason)

    @computed_field  # type: ignore[prop-decorator] # mypy does not know the pair
    @property
    def ratio(self) -> float | None:
        """See `Compared.ratio`."""
        return self.compared.ratio


def cost_row(task_id: str, sample: int, key: str, settings: str, compared: Compared) -> CostRow:
    """The row for a sample that was measured."""
    return CostRow(
        task_id=task_id,
        sample=sample,
        hash=key,
        settings=settings,
        figures=compared.sample,
        reference=compared.reference,
        reason=compared.why,
    )


def read_costs(path: Path) -> list[CostRow]:
    """The rows of a `ppa.jsonl`, the last one of each sample; none where there is no such file.

    Raises:
        InputError: it cannot be read, or a line is broken.
    """
    return latest(read_rows(path, CostRow)[0])
