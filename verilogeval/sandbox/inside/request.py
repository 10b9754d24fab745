"""What a worker asks of its launcher, as a message."""

import json
import os
from collections.abc import Mapping

#: Bytes that a request may have.
LONGEST = 1 << 16
#: What a worker sends during a run to end it.
KILL = b"kill"


class Request:
    """One run.

    Attributes:
        argv: absolute path of the program, and the arguments.
        env: the whole environment.
        folder: the run's own folder.
        writable: whether files may be made in it.
        reads: files and folders that may be read.
        runs: files and folders that may be read and executed.
        wall_s: seconds until it is killed.
        cpu_s: seconds of processor time until it is killed.
        memory_bytes: of address space, for each process.
        file_bytes: that no file may exceed.
        processes: how many it may start in all.
        threads: the same of threads.
    """

    __slots__ = (
        "argv",
        "cpu_s",
        "env",
        "file_bytes",
        "folder",
        "memory_bytes",
        "processes",
        "reads",
        "runs",
        "threads",
        "wall_s",
        "writable",
    )

    def __init__(
        self,
        *,
        argv: list[str],
        env: Mapping[str, str],
        folder: str,
        writable: bool,
        reads: list[str],
        runs: list[str],
        wall_s: float,
        cpu_s: int,
        memory_bytes: int,
        file_bytes: int,
        processes: int,
        threads: int,
    ) -> None:
        self.argv = argv
        self.env = env
        self.folder = folder
        self.writable = writable
        self.reads = reads
        self.runs = runs
        self.wall_s = wall_s
        self.cpu_s = cpu_s
        self.memory_bytes = memory_bytes
        self.file_bytes = file_bytes
        self.processes = processes
        self.threads = threads

    def encode(self) -> bytes:
        """The request as bytes."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__}).encode()

    @classmethod
    def decode(cls, data: bytes) -> "Request":
        """The request that `encode` made bytes of."""
        return cls(**json.loads(data))


class Failure(Exception):
    """The sandbox could not start the program.

    Attributes:
        stage: what it was at.
        text: the system's error.
        path: the file that it was about, or "".
    """

    def __init__(self, stage: str, text: str, path: str = "") -> None:
        super().__init__(stage, text, path)
        self.stage = stage
        self.text = text
        self.path = path

    @classmethod
    def of(cls, stage: str, error: OSError) -> "Failure":
        """The failure that a system error stands for."""
        return cls(stage, error.strerror or str(error), os.fsdecode(error.filename or ""))

    def encode(self) -> bytes:
        """The failure as bytes."""
        return json.dumps({"stage": self.stage, "text": self.text, "path": self.path}).encode()

    @classmethod
    def decode(cls, data: bytes) -> "Failure":
        """The failure that `encode` made bytes of."""
        return cls(**json.loads(data))
