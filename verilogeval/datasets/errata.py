"""Known errors of the public datasets: what is wrong, what it does to verdicts, how it is repaired.

This is information. No verdict depends on it: what this harness repairs, it repairs by general
rules, never by a problem's name.
"""

from dataclasses import dataclass
from enum import Enum

SPEC = "verilog-eval-v2-spec-to-rtl"
COMPLETE = "verilog-eval-v2-code-complete"
HUMAN = "verilog-eval-v1-human"
MACHINE = "verilog-eval-v1-machine"


class Kind(str, Enum):
    """What sort of error it is."""

    PORTS = "ports"
    WATCHDOG = "watchdog"
    POWER_UP = "power-up"
    UNKNOWN_REFERENCE = "unknown reference"
    WEAK_STIMULUS = "weak stimulus"
    PROMPT = "prompt disagrees with reference"
    SILENT = "prompt is silent"
    RACE = "race in the stimulus"


@dataclass(frozen=True)
class Erratum:
    """One error.

    Attributes:
        datasets: names of the datasets that have it.
        task_id: the problem.
        kind: what sort of error it is.
        fact: what is wrong.
        effect: what it does to official verdicts; figures are from Icarus 12.
        repair: what this harness does about it, "" for nothing.
    """

    datasets: tuple[str, ...]
    task_id: str
    kind: Kind
    fact: str
    effect: str
    repair: str = ""


_BOTH = (SPEC, COMPLETE)
_EXPECTED_END = "a whole simulation is one that ends as the golden solution's does, here by TIMEOUT"
_POWER_UP = "a mismatch is judged again with the sample's registers at 0 or all at 1 from the start"
_UNTESTED = "none on right answers; the other comparisons test nothing"

ERRATA = (
    Erratum(
        (SPEC,),
        "Prob099_m2014_q6c",
        Kind.PORTS,
        "reference and prompt have y[5:0], Y1 and Y3; the testbench connects y[6:1], Y2 and Y4",
        "every sample is a compile error (class C), the reference too",
        "a testbench whose port names do not exist is connected by order",
    ),
    Erratum(
        (SPEC,),
        "Prob099_m2014_q6c",
        Kind.PROMPT,
        "the text asks for Y2 and Y4, the port list has Y1 and Y3; the last sentences are garbled",
        "none beyond that of the ports: a sample with Y2 and Y4 is a compile error, too",
    ),
    *(
        Erratum(
            _BOTH,
            task_id,
            Kind.WATCHDOG,
            f"the stimulus needs {needs} clock cycles, the testbench's watchdog ends it at 100 000",
            "every sample that compiles is a timeout (class T), the reference too",
            _EXPECTED_END,
        )
        for task_id, needs in (
            ("Prob082_lfsr32", "200 000"),
            ("Prob141_count_clock", "176 000"),
            ("Prob156_review2015_fancytimer", "118 000"),
        )
    ),
    Erratum(
        (SPEC,),
        "Prob034_dff8",
        Kind.POWER_UP,
        "the reference starts with q = 0; the prompt names no initial value",
        "a flip-flop without one fails by 1 of 41 comparisons, before the first clock edge",
        _POWER_UP,
    ),
    Erratum(
        _BOTH,
        "Prob053_m2014_q4d",
        Kind.POWER_UP,
        "the reference starts with out = 0; the prompt names no initial value, and no reset",
        "a flip-flop without one fails by 1 of 100 comparisons",
        _POWER_UP,
    ),
    Erratum(
        (HUMAN,),
        "mt2015_muxdff",
        Kind.POWER_UP,
        "the reference starts with Q = 0; the prompt names no initial value",
        "a flip-flop without one fails by 1 of 199 comparisons, before the first clock edge",
        _POWER_UP,
    ),
    Erratum(
        _BOTH,
        "Prob053_m2014_q4d",
        Kind.UNKNOWN_REFERENCE,
        "input in is unknown at the first clock edge, and out of the reference ever after",
        "99 of 100 comparisons pass whatever the sample does; a constant 0 passes",
        "where a reference's outputs end unknown, the testbench's own signals start as 0",
    ),
    Erratum(
        _BOTH,
        "Prob134_2014_q3c",
        Kind.UNKNOWN_REFERENCE,
        "the stimulus has states that the table has not; outputs count in 117 of 200 comparisons",
        _UNTESTED,
    ),
    Erratum(
        (MACHINE,),
        "2014_q3c",
        Kind.UNKNOWN_REFERENCE,
        "the stimulus has states without an output; outputs count in 117 of 200 comparisons",
        _UNTESTED,
    ),
    Erratum(
        (HUMAN,),
        "m2014_q6b",
        Kind.UNKNOWN_REFERENCE,
        "the stimulus has states that do not exist; Y2 counts in 68 of 100 comparisons",
        _UNTESTED,
    ),
    *(
        Erratum(
            datasets,
            task_id,
            Kind.UNKNOWN_REFERENCE,
            "random bits seldom make a frame: out_byte counts in 38 of 905 comparisons",
            _UNTESTED,
        )
        for datasets, task_id in (
            (_BOTH, "Prob146_fsm_serialdata"),
            ((HUMAN,), "fsm_serialdata"),
        )
    ),
    Erratum(
        (HUMAN,),
        "gshare",
        Kind.UNKNOWN_REFERENCE,
        "both outputs are unknown without predict_valid: they count in 610 of 1083 comparisons",
        _UNTESTED,
    ),
    Erratum(
        (HUMAN,),
        "review2015_fsmshift",
        Kind.UNKNOWN_REFERENCE,
        "reset comes late: shift_ena counts in 133 of 200 comparisons",
        _UNTESTED,
    ),
    Erratum(
        (HUMAN,),
        "review2015_fsmshift",
        Kind.WEAK_STIMULUS,
        "the prompt asks for a synchronous reset; reset never comes while shift_ena is 0",
        "an asynchronous reset passes",
    ),
    *(
        Erratum(
            datasets,
            task_id,
            Kind.PROMPT,
            "the expression to be repaired selects a where sel is 0, the reference where it is 1",
            "the expression with only its width repaired fails by 111 of 114 comparisons",
        )
        for datasets, task_id in ((_BOTH, "Prob062_bugs_mux2"), ((HUMAN,), "bugs_mux2"))
    ),
    *(
        Erratum(
            datasets,
            task_id,
            Kind.PROMPT,
            "the prompt wants done with each stop bit; the reference gives none for a late one",
            "a receiver that asserts done for a late stop bit fails by 28 of 905 comparisons",
        )
        for datasets, task_id in (
            (_BOTH, "Prob146_fsm_serialdata"),
            ((HUMAN,), "fsm_serialdata"),
        )
    ),
    Erratum(
        _BOTH,
        "Prob070_ece241_2013_q2",
        Kind.PROMPT,
        "four inputs never occur, says the prompt; the stimulus has them, and outputs count there",
        "a function that is right for the others, but not minimal, fails by 10 of 107 comparisons",
    ),
    Erratum(
        (HUMAN,),
        "edgedetect2",
        Kind.PROMPT,
        "the prompt's last sentence speaks of 0 to 1 alone; the reference detects both edges",
        "a detector of rising edges fails by 187 of 228 comparisons",
    ),
    Erratum(
        (MACHINE,),
        "vector2",
        Kind.PROMPT,
        "the prompt assigns first byte to first byte and so on; the reference reverses them",
        "the assignment that the prompt describes fails by 109 of 110 comparisons",
    ),
    Erratum(
        (MACHINE,),
        "xnorgate",
        Kind.PROMPT,
        "the prompt's last but one sentence describes XOR; the reference is XNOR",
        "an XOR fails by 219 of 219 comparisons",
    ),
    Erratum(
        _BOTH,
        "Prob066_edgecapture",
        Kind.RACE,
        "the stimulus sets in and reset with blocking assignments at the clock edge",
        "a sample whose wire computes the changes from in fails by 4 of 266 comparisons",
    ),
    Erratum(
        _BOTH,
        "Prob066_edgecapture",
        Kind.SILENT,
        "nothing says whether a change from before the end of the reset counts; it does",
        "a sample that also clears its copy of in while reset is 1 fails by 91 of 266 comparisons",
    ),
)


def errata_of(dataset: str) -> tuple[Erratum, ...]:
    """The known errors of a dataset, by its name; none where there are none or it is unknown."""
    return tuple(erratum for erratum in ERRATA if dataset in erratum.datasets)
