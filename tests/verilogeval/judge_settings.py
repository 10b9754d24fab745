"""How the cocotb judge judges in tests."""

from dataclasses import dataclass
from pathlib import Path

from verilogeval.icarus.find import Icarus
from verilogeval.sandbox.values import Limits

MIB = 2**20
LIMITS = Limits(wall_s=60, cpu_s=60, memory_bytes=512 * MIB, file_bytes=16 * MIB, output_bytes=MIB)


@dataclass(frozen=True)
class Settings:
    """What the cocotb judge wants to be told."""

    icarus: Icarus
    scratch: Path
    compile_limits: Limits = LIMITS
    run_limits: Limits = LIMITS
    stop_at_mismatch: bool = False
