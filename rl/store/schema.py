"""The store's tables."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeEngine

METADATA = MetaData()

# SQLite counts up by itself only what is called INTEGER.
_ID: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")
# In `evaluations.states`, each state is known by so many bytes of its hash.
STATE_BYTES = 8

# A search or a scoring. `uid` is what makes it the same run when it is written again; `result` is
# its `result.json` or `summary.json`; `settings` what
# it was told; `value` the objective's figure; `at` UTC in ISO 8601.
RUNS = Table(
    "runs",
    METADATA,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("uid", String(96), nullable=False, unique=True),
    Column("sweep", String(96), nullable=False, server_default=""),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("suite", Text, nullable=False, server_default=""),
    Column("held_out", Boolean, nullable=False, server_default=text("false")),
    Column("liberty", Text),
    Column("library_sha256", String(64)),
    Column("input_sha256", String(64)),
    Column("objective", String(32)),
    Column("flow", String(16)),
    Column("move_table", String(32)),
    Column("searcher", String(32)),
    Column("budget", Integer),
    Column("time_limit", Float),
    Column("seed", Integer),
    Column("status", String(16), nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("error", Text),
    Column("baseline_value", Float),
    Column("value", Float),
    Column("improvement", Float),
    Column("area", Float),
    Column("delay", Float),
    Column("gates", Integer),
    Column("nodes", Integer),
    Column("levels", Integer),
    Column("evaluations", Integer, nullable=False, server_default="0"),
    Column("wall_s", Float, nullable=False, server_default="0"),
    Column("abc_sha256", String(64)),
    Column("artifacts", Text, nullable=False, server_default=""),
    Column("at", String(32), nullable=False),
    Column("settings", JSON),
    Column("result", JSON),
    Index("runs_by_time", "at"),
    Index("runs_by_name", "name"),
    Index("runs_by_sweep", "sweep"),
)

# The commands of moves, each once.
MOVES = Table(
    "moves",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("commands", Text, nullable=False, unique=True),
)

# What a search measured. `moves` has ids of `moves`, as proposed; `states` the circuit after each
# of them, STATE_BYTES of its hash; `state` the whole hash of the last. `phase` 0: the fixed
# scripts, 1: the searcher.
EVALUATIONS = Table(
    "evaluations",
    METADATA,
    Column("run_id", _ID, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("phase", SmallInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("moves", JSON, nullable=False),
    Column("ending", String(128), nullable=False),
    Column("states", LargeBinary, nullable=False),
    Column("state", LargeBinary(32)),
    Column("area", Float),
    Column("delay", Float),
    Column("gates", Integer),
    Column("nodes", Integer),
    Column("levels", Integer),
    Column("failure", Text),
    Column("wall_s", Float, nullable=False),
    Column("elapsed_s", Float, nullable=False),
    Index("evaluations_by_state", "state"),
)

# The best proven recipe of each circuit under each library, objective and flow. `excess` is by how
# much it misses a delay limit, in ps; `recipe` is its moves' commands.
BEST = Table(
    "best_recipes",
    METADATA,
    Column("input_sha256", String(64), primary_key=True),
    Column("library_sha256", String(64), primary_key=True),
    Column("objective", String(32), primary_key=True),
    Column("flow", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("held_out", Boolean, nullable=False),
    Column("excess", Float, nullable=False),
    Column("value", Float, nullable=False),
    Column("improvement", Float),
    Column("area", Float, nullable=False),
    Column("delay", Float, nullable=False),
    Column("gates", Integer, nullable=False),
    Column("nodes", Integer, nullable=False),
    Column("levels", Integer, nullable=False),
    Column("recipe", JSON, nullable=False),
    Column("ending", String(128), nullable=False),
    Column("aig_sha256", String(64), nullable=False),
    Column("run_id", _ID, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
)

# The verdict on a sample of a scoring; `hash` is that of source, problem and tools.
VERDICTS = Table(
    "verdicts",
    METADATA,
    Column("run_id", _ID, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("task_id", String(128), primary_key=True),
    Column("sample", Integer, primary_key=True),
    Column("verdict", String(32), nullable=False),
    Column("letter", String(4), nullable=False),
    Column("mismatches", Integer),
    Column("stimuli", Integer),
    Column("message", Text, nullable=False),
    Column("wall_s", Float, nullable=False),
    Column("hash", String(128), nullable=False),
)
