"""Problems and the judges they come with, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Task(str, Enum):
    """What the model is asked for; it decides how a completion becomes a source."""

    SPEC_TO_RTL = "spec-to-rtl"
    CODE_COMPLETE = "code-complete"


@dataclass(frozen=True)
class TestbenchJudge:
    """A Verilog testbench that compares the sample with a reference in one simulation.

    Attributes:
        testbench: SystemVerilog text with stimulus and comparison; where `reference` is empty it
            holds the reference as well (VerilogEval v1).
        reference: the reference's text, a module `reference_module`.
        reference_module: the name under which the testbench instantiates the reference.
    """

    __test__ = False  # not a test class, whatever pytest thinks of its name

    testbench: str
    reference: str
    reference_module: str = "RefModule"


@dataclass(frozen=True)
class CocotbJudge:
    """A cocotb test module that drives the sample as its toplevel.

    Attributes:
        module: the Python module that holds the tests, without suffix.
        files: Python files by their path relative to the folder on PYTHONPATH.
        environment: variables that the tests read; none of the harness's own are visible.
        sources: names of RTL files that belong to the problem and are compiled with the sample.
        parameters: toplevel parameters, for problems that are judged with several settings; each
            mapping is one simulation.
        expected_tests: how many tests each simulation must report, None where the golden source
            is to tell.
    """

    module: str
    files: Mapping[str, str]
    environment: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[Mapping[str, int], ...] = ({},)
    expected_tests: int | None = None


@dataclass(frozen=True)
class HarnessService:
    """One container that a CVDP harness would start: what runs in it and what it sees."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: str


@dataclass(frozen=True)
class HarnessJudge:
    """A harness in CVDP's form: pytest files that build and run cocotb simulations.

    The design's files lie in the folder `/code`, those of the harness in `/src`.

    Attributes:
        files: the harness's files, by their path below `/src`.
        services: what is run, one after the other.
        context: files of the design that are there before the answer, by their path below `/code`.
        outputs: paths of the files that an answer gives or replaces.
    """

    files: Mapping[str, str]
    services: tuple[HarnessService, ...]
    context: Mapping[str, str]
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """One task for a model, with everything that is needed to judge an answer.

    Attributes:
        task_id: its name within the dataset.
        task: what is asked for.
        top: the module that an answer must define.
        prompt: the text for the model.
        interface: module header that a completion continues ("" where the answer is whole).
        golden: a source that is known to be right, as an answer would be written.
        testbench: judge by Verilog testbench, or None.
        cocotb: judge by cocotb, or None. Where there are both, both must pass.
        category: for the report's groups ("" where the dataset has none).
    """

    task_id: str
    task: Task
    top: str
    prompt: str
    interface: str
    golden: str
    testbench: TestbenchJudge | None = None
    cocotb: CocotbJudge | HarnessJudge | None = None
    category: str = ""


@dataclass(frozen=True)
class Dataset:
    """Problems by task_id, in their order.

    `rule` names how completions become sources: "v1" (testbench's prompt, then the completion) or
    "v2" (the answer as it is, or behind the interface where it does not name the module).
    `left_out` names the entries that cannot be judged here, each with the reason.
    """

    name: str
    rule: str
    problems: Mapping[str, Problem]
    left_out: Mapping[str, str] = field(default_factory=dict)
