"""A PostgreSQL of a test's own, where its programs are."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest


class Postgres:
    """A server in a folder; `url` is of its database."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._programs = folder, programs()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"postgresql://eda@127.0.0.1:{self._port}/postgres"
        self._run("initdb", "-D", "data", "-A", "trust", "-U", "eda", "--no-sync")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"]
        words = [word for option in options for word in ("-c", option)]
        argv = [*_as_someone(), self._programs["postgres"], "-D", "data", "-p", str(self._port)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*argv, *words], cwd=self._folder, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self._folder / "log").read_text())

    def stop(self) -> None:
        """End it at once, as a crash would."""
        if self._process is not None:
            self._run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")
            self._process.wait(60)
            self._process = None

    def _run(self, program: str, *arguments: str) -> None:
        argv = [*_as_someone(), self._programs[program], *arguments]
        done = subprocess.run(argv, cwd=self._folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()


@contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    """A server that runs; the test is skipped where there is none."""
    missing = [name for name, path in programs().items() if path is None]
    if missing:
        pytest.skip(f"PostgreSQL's {', '.join(missing)} is not here: apt-get install postgresql")
    if _as_someone() and subprocess.run([*_as_someone(), "true"], check=False).returncode:
        pytest.skip("PostgreSQL does not run as root, and this system has no user namespaces")
    server = Postgres(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def programs() -> dict[str, str | None]:
    """Where PostgreSQL's programs are: Debian does not have them on the path."""
    folders = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    path = os.pathsep.join([*folders, os.environ.get("PATH", "")])
    return {name: shutil.which(name, path=path) for name in ("initdb", "pg_ctl", "postgres")}


def _as_someone() -> list[str]:
    """PostgreSQL refuses to be run by root: it is told that it is somebody else."""
    if os.geteuid() != 0:
        return []
    return ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
