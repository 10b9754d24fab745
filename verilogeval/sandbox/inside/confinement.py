"""What a process gives up for good before it becomes the program: files, system calls."""

import os
import socket
from functools import partial

from . import kernel, landlock, seccomp
from .request import Failure, Request
from .steps import Step
from .syscalls import Architecture

_SIGNALS_STAY_WITHIN = 6  # from this ABI of Landlock on


class Confinement:
    """Landlock and seccomp, as far as this machine has them.

    Attributes:
        landlock: Landlock's ABI, or 0.
        machine: what seccomp filters are made for, None where there is no seccomp.
    """

    def __init__(self, landlock_abi: int, machine: Architecture | None, *, alone: bool) -> None:
        """Args: `alone` means that runs are in a process namespace, where they see only theirs."""
        self.landlock = landlock_abi
        self.machine = machine
        self._signals = alone or landlock_abi >= _SIGNALS_STAY_WITHIN
        self._filters: dict[tuple[bool, bool, bool], seccomp.Filter] = {}
        self._asking = seccomp.asking_filter(machine) if machine else None

    def ruleset(self, request: Request | None) -> int | None:
        """Landlock's rules for a run, for nothing at all without one; the caller closes it.

        Raises:
            Failure: one of the run's paths cannot be used.
        """
        if not self.landlock:
            return None
        try:
            return landlock.ruleset(
                self.landlock,
                reads=request.reads if request else (),
                runs=request.runs if request else (),
                folder=request.folder if request else None,
                writable=bool(request and request.writable),
            )
        except OSError as error:
            raise Failure.of("isolation", error) from error

    def filter(self, *, threads: bool, processes: bool, alone: bool = False) -> seccomp.Filter:
        """Seccomp's program for a process that may or may not start others.

        It may send signals to itself; to others where something else keeps them within the run.

        Args:
            threads: it may start threads.
            processes: it may start processes.
            alone: it will be in a namespace of its own.
        """
        assert self.machine is not None  # noqa: S101 - the caller has looked
        signals = alone or (processes and self._signals)
        key = (threads, processes, signals)
        if key not in self._filters:
            self._filters[key] = seccomp.filter_for(
                self.machine, threads=threads, processes=processes, signals=signals
            )
        return self._filters[key]

    def steps(
        self,
        ruleset: int | None,
        *,
        threads: bool = False,
        processes: bool = False,
        status: int | None = None,
    ) -> list[Step]:
        """What confines the process that does it.

        Args:
            ruleset: what `ruleset` gave.
            threads: it may start threads.
            processes: it may start processes.
            status: where to send the file descriptor at which the starts of either are answered.
        """
        steps = [Step("isolation", kernel.prctl, kernel.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)]
        if ruleset is not None:
            steps.append(landlock.restriction(ruleset))
        if self.machine is not None:
            if status is not None and (threads or processes):
                steps.append(Step("isolation", partial(self._ask, status)))
            chosen = self.filter(threads=threads, processes=processes)
            steps += chosen.installation(self.machine)
        return steps

    def _ask(self, status: int) -> int:
        assert self.machine is not None and self._asking is not None  # noqa: S101, PT018 - looked
        listener = self._asking.listen(self.machine)
        if listener != -1:
            with socket.socket(fileno=os.dup(status)) as connection:
                socket.send_fds(connection, [b"listener"], [listener])
            os.close(listener)
        return listener
