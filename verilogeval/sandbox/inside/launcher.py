"""The launcher: starts one run after another, as its worker asks."""

import fcntl
import gc
import json
import os
import signal
import socket
from collections.abc import Sequence

from . import bubblewrap, kernel, landlock, namespaces, seccomp, trial
from .confinement import Confinement
from .messages import receive
from .request import KILL, LONGEST, Failure, Request
from .steps import before_confinement, start, take
from .supervise import Bell, Ending, Supervisor, WorkerGone
from .syscalls import architecture

#: The most file descriptors that come with a request.
_FDS = 64
_STDERR = 2
#: File descriptors are moved above this before the fork.
_ABOVE = 100


class Launcher:
    """What this machine gives, and the runs under it."""

    def __init__(self, control: socket.socket, bubblewrap_path: str) -> None:
        """Leave the worker's namespaces and give up privileges, as far as the machine allows.

        Args:
            control: the connection with the worker.
            bubblewrap_path: Bubblewrap, to be used where Landlock is missing, or "".
        """
        self._control = control
        landlock_abi = landlock.abi()
        self._bubblewrap = "" if landlock_abi else bubblewrap_path
        # Bubblewrap makes namespaces for each run, and needs the privileges for that.
        self._namespaces = () if self._bubblewrap else namespaces.enter()
        if "pid" in self._namespaces:
            namespaces.become_first([control.fileno(), _STDERR])
        kernel.be_reaper()
        if not self._bubblewrap:
            root = os.geteuid() == 0 and "user" not in self._namespaces
            kernel.keep_capabilities(1 << kernel.CAP_DAC_READ_SEARCH if root else 0)
        machine = architecture(os.uname().machine)
        if machine is not None and not seccomp.available(machine):
            machine = None
        alone = bool(self._bubblewrap) or "pid" in self._namespaces
        self._confinement = Confinement(landlock_abi, machine, alone=alone)
        self._bell = Bell()
        self._nothing = fcntl.fcntl(
            os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC), fcntl.F_DUPFD_CLOEXEC, _ABOVE
        )

    def introduction(self) -> bytes:
        """What this machine gives, as a message, and what of it does not hold."""
        confinement = self._confinement
        return json.dumps(
            {
                "namespaces": self._namespaces,
                "landlock": confinement.landlock,
                "seccomp": confinement.machine is not None,
                "bubblewrap": bool(self._bubblewrap),
                "broken": self._trial(),
            }
        ).encode()

    def _trial(self) -> str:
        confinement = self._confinement
        ruleset = confinement.ruleset(None)
        try:
            return trial.broken(
                confinement.steps(ruleset),
                files=bool(confinement.landlock),
                calls=confinement.machine is not None,
            )
        finally:
            if ruleset is not None:
                os.close(ruleset)

    def serve(self) -> None:
        """Do runs until the worker goes."""
        while True:
            data, fds = receive(self._control, LONGEST, _FDS)
            if not data:
                return
            if data == KILL:  # for a run that has ended meanwhile
                continue
            try:
                reply = self._run(Request.decode(data), fds)
            except Failure as failure:
                reply = failure.encode()
            finally:
                for fd in fds:
                    os.close(fd)
            self._control.send(reply)

    def _run(self, request: Request, fds: Sequence[int]) -> bytes:
        if self._bubblewrap:
            return self._run_wrapped(request, fds)
        ruleset = self._confinement.ruleset(request)
        try:
            return self._launch(request, fds, ruleset).encode()
        finally:
            if ruleset is not None:
                os.close(ruleset)

    def _run_wrapped(self, request: Request, fds: Sequence[int]) -> bytes:
        """A run under Bubblewrap, which confines the program instead of this process."""
        read, write = os.pipe2(os.O_CLOEXEC)
        with os.fdopen(read) as news:
            own = [write]
            try:
                if self._confinement.machine is not None:
                    own.append(self._filter_file(request))
                wrapped = bubblewrap.wrap(
                    self._bubblewrap,
                    request,
                    news=len(fds) + 1,
                    seccomp=len(fds) + 2 if len(own) > 1 else None,
                )
                ending = self._launch(wrapped, [*fds, *own], None)
            finally:
                for fd in own:
                    os.close(fd)
            status = bubblewrap.exit_status(news.read())
        if status is not None:
            ending.status = status
        elif ending.by == "itself":
            raise Failure("bubblewrap", f"it ended with status {ending.status}")
        return ending.encode()

    def _filter_file(self, request: Request) -> int:
        code = self._confinement.filter(
            threads=bool(request.threads), processes=bool(request.processes), alone=True
        )
        fd = os.memfd_create("filter")
        os.write(fd, code.code)
        os.lseek(fd, 0, os.SEEK_SET)
        return fd

    def _launch(self, request: Request, fds: Sequence[int], ruleset: int | None) -> Ending:
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with here:
            with there:
                # Above all numbers that they are to get.
                moved = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _ABOVE) for fd in fds]
                status = fcntl.fcntl(there.fileno(), fcntl.F_DUPFD_CLOEXEC, _ABOVE)
            try:
                steps = before_confinement(request, [self._nothing, *moved])
                if not self._bubblewrap:  # it does that itself
                    steps += self._confinement.steps(
                        ruleset,
                        threads=bool(request.threads),
                        processes=bool(request.processes),
                        status=status,
                    )
                steps.append(start(request))
                pid = _fork()
                if pid == 0:
                    take(steps, status)
            finally:
                for fd in (*moved, status):
                    os.close(fd)
            supervisor = Supervisor(pid, steps, status=here, control=self._control, bell=self._bell)
            machine = self._confinement.machine
            if machine and not self._bubblewrap and (request.threads or request.processes):
                supervisor.answer_starts(
                    clone=machine.careful["clone"],
                    threads=request.threads,
                    processes=request.processes,
                )
            return supervisor.follow(request.wall_s)


def _fork() -> int:
    try:
        return os.fork()
    except OSError as error:
        raise Failure.of("process", error) from error


def main(control: int, bubblewrap_path: str) -> None:
    """Be a launcher.

    Args:
        control: file descriptor of the connection with the worker.
        bubblewrap_path: Bubblewrap, or "".
    """
    # Handlers, unlike what is ignored, do not outlive exec; Python ignores the last two.
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, lambda *_: None)
    os.set_inheritable(control, False)
    with socket.socket(fileno=control) as connection:
        launcher = Launcher(connection, bubblewrap_path)
        # Collecting garbage would write to memory that forks share.
        gc.freeze()
        gc.disable()
        try:
            connection.send(launcher.introduction())
            launcher.serve()
        except (WorkerGone, BrokenPipeError, ConnectionResetError):
            return
