"""What a source is judged with: the files that must be there, and the simulations of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from verilogeval.cocotb_judge.simulation import Simulation
from verilogeval.problem import CocotbJudge

SAMPLE = "sample.sv"
_DESIGN = "design"
_TESTS = "tests"


@dataclass(frozen=True)
class Case:
    """A source with the problem's judge.

    Attributes:
        files: all texts, by their path below the judge's folder.
        reads: folders in it that the simulations may read, but not change.
        simulations: in the order in which they are run.
        count: how many tests each must run, None where the golden source is to tell.
        missing: the first of the files that the source should hold and does not, "" for none.
    """

    files: Mapping[str, str]
    reads: tuple[str, ...]
    simulations: tuple[Simulation, ...]
    count: int | None
    missing: str = ""


def of_cocotb(judge: CocotbJudge, top: str, source: str) -> Case:
    """A case with one simulation for each setting of the parameters."""
    files = {f"{_TESTS}/{name}": text for name, text in judge.files.items()}
    files |= {f"{_DESIGN}/{name}": text for name, text in judge.sources.items()}
    files[f"{_DESIGN}/{SAMPLE}"] = source
    # The sample comes last: nothing that it defines or switches can touch what stands before it.
    sources = (*(f"{_DESIGN}/{name}" for name in judge.sources), f"{_DESIGN}/{SAMPLE}")
    simulations = tuple(
        Simulation(
            top=top,
            sources=sources,
            modules=(judge.module,),
            path=(_TESTS,),
            place=f"work{number}",
            environment={
                **judge.environment,
                **{f"PARAMETER_{name}": str(value) for name, value in parameters.items()},
            },
            parameters={name: str(value) for name, value in parameters.items()},
            precise=True,
        )
        for number, parameters in enumerate(judge.parameters)
    )
    return Case(files, (_TESTS, _DESIGN), simulations, judge.expected_tests)
