"""What training tells while it runs: a JSON line for each epoch, and TensorBoard where wanted."""

import json
from pathlib import Path
from typing import Any

from eda.errors import ToolError


class Log:
    """Losses, written as they come.

    Args:
        path: of the JSON lines, or None for none.
        tensorboard: folder for TensorBoard's events, or None for none.

    Raises:
        ToolError: TensorBoard was asked for and is missing.
    """

    def __init__(self, path: Path | None = None, tensorboard: Path | None = None) -> None:
        self._file = None if path is None else path.open("a", encoding="utf-8")
        self._writer: Any = None
        if tensorboard is not None:
            try:
                from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415 - optional
            except ImportError as error:
                raise ToolError(
                    "TensorBoard is missing: run 'pip install eda-rl[learn]'"
                ) from error
            self._writer = SummaryWriter(str(tensorboard))

    def add(self, network: str, epoch: int, loss: float) -> None:
        """Take in the mean loss of one epoch."""
        if self._file is not None:
            line = {"network": network, "epoch": epoch, "loss": round(loss, 6)}
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
        if self._writer is not None:
            self._writer.add_scalar(f"loss/{network}", loss, epoch)

    def close(self) -> None:
        """Let go of the files."""
        if self._file is not None:
            self._file.close()
        if self._writer is not None:
            self._writer.close()
