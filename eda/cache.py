"""What has been computed before: transitions and costs, in memory and on disk.

Keys are content hashes, so recipes that meet in one AIG share everything from there on. A disk
cache belongs to one ABC build: its file is named after the build's hash.
"""

import hashlib
import sqlite3
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from eda.circuit import Circuit
from eda.qor import Qor

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

SCHEMA = 2
FLUSH_ROWS = 256
FLUSH_SECONDS = 2.0

_TABLES = """
CREATE TABLE IF NOT EXISTS circuits (
    sha BLOB PRIMARY KEY, data BLOB NOT NULL, used REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS transitions (
    source BLOB NOT NULL, move TEXT NOT NULL, target BLOB NOT NULL,
    PRIMARY KEY (source, move)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS costs (
    circuit BLOB NOT NULL, flow TEXT NOT NULL, library TEXT NOT NULL,
    area REAL NOT NULL, delay REAL NOT NULL, gates INTEGER NOT NULL,
    nodes INTEGER NOT NULL, levels INTEGER NOT NULL,
    PRIMARY KEY (circuit, flow, library)) WITHOUT ROWID;
"""


#: Entries that a memory cache keeps of transitions, and of costs; the oldest go first.
KEPT_ENTRIES = 200_000


class Hashed(Protocol):
    """A circuit, or what stands for one by its hash."""

    @property
    def sha256(self) -> str:
        """Hash of its AIGER bytes."""


class MemoryCache:
    """Transitions and costs of this process; circuits bounded by the bytes they take.

    Safe for several threads.

    Args:
        limit: bytes of AIGER data to keep; the circuits used longest ago go first.
    """

    def __init__(self, limit: int = 256 * 2**20) -> None:
        self._limit = limit
        self._size = 0
        self._circuits: OrderedDict[str, Circuit] = OrderedDict()
        self._transitions: dict[tuple[str, str], str] = {}
        self._costs: dict[tuple[str, str, str], Qor] = {}
        self._lock = threading.Lock()

    def transition(self, source: Hashed, move: str) -> Circuit | None:
        """The circuit that `move` makes of `source`, if known."""
        with self._lock:
            target = self._transitions.get((source.sha256, move))
            if target is None or target not in self._circuits:
                return None
            self._circuits.move_to_end(target)
            return self._circuits[target]

    def add_transition(self, source: Hashed, move: str, target: Circuit) -> Circuit:
        """Remember a transition; returns the one object that stands for the target's bytes."""
        with self._lock:
            _keep(self._transitions, (source.sha256, move), target.sha256)
            known = self._circuits.get(target.sha256)
            if known is not None:
                self._circuits.move_to_end(target.sha256)
                return known
            self._circuits[target.sha256] = target
            self._size += len(target.data)
            while self._size > self._limit and len(self._circuits) > 1:
                _, dropped = self._circuits.popitem(last=False)
                self._size -= len(dropped.data)
            return target

    def cost(self, circuit: Circuit, flow: str, library: str) -> Qor | None:
        """The circuit's cost, if known."""
        with self._lock:
            return self._costs.get((circuit.sha256, flow, library))

    def add_cost(self, circuit: Circuit, flow: str, library: str, qor: Qor) -> None:
        """Remember a cost."""
        with self._lock:
            _keep(self._costs, (circuit.sha256, flow, library), qor)

    def close(self) -> None:
        """Nothing to do: the cache is gone with the process."""


def _keep(entries: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    entries[key] = value
    if len(entries) > KEPT_ENTRIES:
        del entries[next(iter(entries))]


class DiskCache:
    """A memory cache with a SQLite file behind it that several processes may share.

    A failing disk never fails a search: the cache says so once through `warn`, and goes on in
    memory alone.

    Args:
        folder: where the file is, or is to be made.
        build: hash of the ABC executable whose results these are.
        warn: told in one line when the disk part stops working.
        limit: bytes of compressed circuits on disk; those used longest ago go first.
        memory: the part in memory.
    """

    def __init__(
        self,
        folder: Path,
        build: str,
        *,
        warn: Callable[[str], None],
        limit: int = 2 * 2**30,
        memory: MemoryCache | None = None,
    ) -> None:
        self.path = folder / f"abc-{build[:16]}-v{SCHEMA}.sqlite"
        self._warn, self._limit = warn, limit
        self._memory = memory if memory is not None else MemoryCache()
        self._lock = threading.Lock()
        self._pending: list[tuple[str, tuple[object, ...]]] = []
        self._flushed = time.monotonic()
        self._database: sqlite3.Connection | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=OFF")
            self._database.executescript(_TABLES)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def transition(self, source: Hashed, move: str) -> Circuit | None:
        """The circuit that `move` makes of `source`, if known."""
        found = self._memory.transition(source, move)
        if found is not None:
            return found
        row = self._one(
            "SELECT c.sha, c.data FROM transitions t JOIN circuits c ON c.sha = t.target "
            "WHERE t.source = ? AND t.move = ?",
            (bytes.fromhex(source.sha256), move),
        )
        if row is None:
            return None
        try:
            circuit = Circuit(zlib.decompress(row[1]))
        except zlib.error:
            return None
        if hashlib.sha256(circuit.data).digest() != row[0]:
            return None
        self._write("UPDATE circuits SET used = ? WHERE sha = ?", (time.time(), row[0]))
        return self._memory.add_transition(source, move, circuit)

    def add_transition(self, source: Hashed, move: str, target: Circuit) -> Circuit:
        """Remember a transition; returns the one object that stands for the target's bytes."""
        target = self._memory.add_transition(source, move, target)
        sha = bytes.fromhex(target.sha256)
        packed = zlib.compress(target.data, 1)
        self._write("INSERT OR REPLACE INTO circuits VALUES (?, ?, ?)", (sha, packed, time.time()))
        row = (bytes.fromhex(source.sha256), move, sha)
        self._write("INSERT OR REPLACE INTO transitions VALUES (?, ?, ?)", row)
        return target

    def cost(self, circuit: Circuit, flow: str, library: str) -> Qor | None:
        """The circuit's cost, if known."""
        found = self._memory.cost(circuit, flow, library)
        if found is not None:
            return found
        row = self._one(
            "SELECT area, delay, gates, nodes, levels FROM costs "
            "WHERE circuit = ? AND flow = ? AND library = ?",
            (bytes.fromhex(circuit.sha256), flow, library),
        )
        if row is None:
            return None
        qor = Qor(*row)
        self._memory.add_cost(circuit, flow, library, qor)
        return qor

    def add_cost(self, circuit: Circuit, flow: str, library: str, qor: Qor) -> None:
        """Remember a cost."""
        self._memory.add_cost(circuit, flow, library, qor)
        figures = (qor.area, qor.delay, qor.gates, qor.nodes, qor.levels)
        row = (bytes.fromhex(circuit.sha256), flow, library, *figures)
        self._write("INSERT OR REPLACE INTO costs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def close(self) -> None:
        """Write what is pending, shrink the file to its limit and let go of it."""
        with self._lock:
            self._flush()
            if self._database is not None:
                try:
                    self._shrink(self._database)
                    self._database.close()
                except sqlite3.Error as error:
                    self._give_up(error)
            self._database = None

    def _one(self, query: str, parameters: tuple[object, ...]) -> tuple[Any, ...] | None:
        with self._lock:
            if self._database is None:
                return None
            try:
                row: tuple[Any, ...] | None = self._database.execute(query, parameters).fetchone()
            except sqlite3.Error as error:
                self._give_up(error)
                return None
            return row

    def _write(self, statement: str, row: tuple[object, ...]) -> None:
        with self._lock:
            if self._database is None:
                return
            self._pending.append((statement, row))
            late = time.monotonic() - self._flushed > FLUSH_SECONDS
            if late or len(self._pending) >= FLUSH_ROWS:
                self._flush()

    def _flush(self) -> None:
        pending, self._pending = self._pending, []
        self._flushed = time.monotonic()
        if self._database is None or not pending:
            return
        try:
            with self._database:
                for statement, row in pending:
                    self._database.execute(statement, row)
        except sqlite3.Error as error:
            self._give_up(error)

    def _shrink(self, database: sqlite3.Connection) -> None:
        size = database.execute("SELECT coalesce(sum(length(data)), 0) FROM circuits").fetchone()[0]
        if size <= self._limit:
            return
        with database:
            for sha, length in database.execute(
                "SELECT sha, length(data) FROM circuits ORDER BY used"
            ).fetchall():
                if size <= self._limit * 0.8:
                    break
                database.execute("DELETE FROM circuits WHERE sha = ?", (sha,))
                size -= length
        database.execute("VACUUM")

    def _give_up(self, error: Exception) -> None:
        self._database, self._pending = None, []
        self._warn(f"the cache {self.path} is not used any further: {error}")


Cache = MemoryCache | DiskCache
