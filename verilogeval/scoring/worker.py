"""The process that judges: requests come in on its standard input, answers go out on its output.

It is a process of its own so that whatever a sample does to the tools, one sample's work is lost.
"""

import ctypes
import os
import pickle
import signal
import sys
from typing import BinaryIO

from eda.errors import InputError
from verilogeval.scoring.judging import Judge
from verilogeval.scoring.messages import Confirm, Draw, Drawing, Judged, Prepare, Request
from verilogeval.scoring.settings import JudgeSettings

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Answer requests until the input ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption ends
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    settings: JudgeSettings = pickle.load(requests)  # noqa: S301 - from our own parent
    with Judge(settings) as judge:
        while _answer(judge, requests, answers):
            pass


def _answer(judge: Judge, requests: BinaryIO, answers: BinaryIO) -> bool:
    try:
        request: Request = pickle.load(requests)  # noqa: S301 - from our own parent
    except EOFError:
        return False
    pickle.dump(_do(judge, request), answers)
    answers.flush()
    return True


def _do(judge: Judge, request: Request) -> object:
    if isinstance(request, Prepare):
        return judge.prepare(request.problem)
    if isinstance(request, Confirm):
        return judge.confirm(request.problem, request.prepared)
    if isinstance(request, Draw):
        return _draw(judge, request)
    judgement, wall_s = judge.judge(request.problem, request.prepared, request.source)
    return Judged(judgement, wall_s)


def _draw(judge: Judge, request: Draw) -> Drawing:
    try:
        wave = judge.draw(request.problem, request.prepared, request.source, request.at)
    except InputError as error:
        return Drawing("", str(error))
    return Drawing(wave, "")


if __name__ == "__main__":
    main()
