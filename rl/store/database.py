"""Opens a store: finds its database, brings its tables up to date, and speaks of its errors."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Row,
    Select,
    create_engine,
    event,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from eda.errors import InputError, ToolError

HEAD = "0001"
MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MS = 60_000
_CONNECT_S = 10
_READS = {"eda_rl_reads": True}
_LOCK = 0x65646172  # of the migrations, on PostgreSQL


class Database:
    """A store's database.

    Args:
        spec: a URL; a SQLite file; or a folder of a sweep, for the `store.sqlite` in it.
        make: whether a SQLite file may be made.

    Attributes:
        moves: commands of moves by their numbers, as far as they were read; they never change.

    Raises:
        InputError: no such store, or one that a newer eda-rl made.
        ToolError: it cannot be reached.
    """

    def __init__(self, spec: str, *, make: bool = True) -> None:
        url = store_url(spec)
        self.name = url.render_as_string(hide_password=True)
        self.moves: dict[int, str] = {}
        if url.get_backend_name() == "sqlite" and not make and not Path(str(url.database)).exists():
            raise InputError(
                f"no store at {url.database}: name the URL, file or sweep with --store"
            )
        try:
            self.engine = _engine(url)
        except (ImportError, NoSuchModuleError) as error:
            raise InputError(f"store {self.name}: {error}") from error
        with self._told():
            _migrate(self.engine, self.name)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    def fetch(
        self, query: Select[Any], given: Mapping[str, Any] | None = None
    ) -> Sequence[Row[Any]]:
        """All rows of one statement, in one journey to the server where there is one.

        Raises:
            ToolError: the database does not answer.
        """
        if self.dialect == "sqlite":
            with self.reading() as connection:
                return connection.execute(query, given).all()
        with self._told():
            try:
                return self._fetch(query, given)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
            # The server was restarted since; connections to the old one are forgotten now.
            return self._fetch(query, given)

    def _fetch(self, query: Select[Any], given: Mapping[str, Any] | None) -> Sequence[Row[Any]]:
        with self.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            return alone.execute(query, given).all()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment's content, whatever is written meanwhile.

        Raises:
            ToolError: the database does not answer.
        """
        self._wake()
        with self._told(), self.engine.connect() as connection:
            if self.dialect == "postgresql":
                yield connection.execution_options(isolation_level="REPEATABLE READ")
            else:
                yield connection.execution_options(**_READS)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all of it is written, or nothing.

        Raises:
            ToolError: the database does not answer, or its disk is full.
        """
        self._wake()
        with self._told(), self.engine.begin() as connection:
            yield connection

    def _wake(self) -> None:
        """Forget connections to a server that was restarted since."""
        if self.dialect != "sqlite":
            self.fetch(select(1))

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            words = " ".join(str(error.orig).split())
            raise ToolError(f"store {self.name}: {words}") from error
        except SQLAlchemyError as error:
            raise ToolError(f"store {self.name}: {' '.join(str(error).split())}") from error


def store_url(spec: str) -> URL:
    """The URL that a user's words for a store mean.

    Raises:
        InputError: it is none, or of a database that is not known here.
    """
    if "://" not in spec:
        path = Path(spec).absolute()
        return URL.create("sqlite", database=str(path / "store.sqlite" if path.is_dir() else path))
    try:
        url = make_url(spec)
    except ArgumentError as error:
        raise InputError(f"store {spec!a} is not a URL such as postgresql://HOST/NAME") from error
    backend = url.get_backend_name()
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or not url.database:
        raise InputError(f"store {spec!a}: there are sqlite:///FILE and postgresql://HOST/NAME")
    return url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        waiting = {"connect_timeout": _CONNECT_S}
        return create_engine(url, connect_args=waiting)
    engine = create_engine(url, connect_args={"timeout": _BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # Transactions are begun below, not by the module, which does so late.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # One that would begin to read and then write could not, had another written meanwhile.
        reads = _READS.items() <= connection.get_execution_options().items()
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _migrate(engine: Engine, name: str) -> None:
    """Make the tables, or change those of an older eda-rl into ours; one process at a time."""
    with engine.connect() as connection:
        current = _revision(connection.execution_options(**_READS))
    if current == HEAD:
        return
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise InputError(f"store {name} was made by a newer eda-rl: this one knows {HEAD}")
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        if _revision(connection) != HEAD:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)
