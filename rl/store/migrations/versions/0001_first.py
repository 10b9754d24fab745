"""The first tables.

Written out, not taken from `rl.store.schema`, which goes on changing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_FIGURES = (("area", sa.Float), ("delay", sa.Float), ("gates", sa.Integer))
_SIZES = (("nodes", sa.Integer), ("levels", sa.Integer))


def upgrade() -> None:
    """Make them."""
    _runs()
    op.create_table(
        "moves",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("commands", sa.Text, nullable=False, unique=True),
    )
    _evaluations()
    _best_recipes()
    _verdicts()


def downgrade() -> None:
    """Remove them."""
    for name in ("verdicts", "best_recipes", "evaluations", "moves", "runs"):
        op.drop_table(name)


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.String(96), nullable=False, unique=True),
        sa.Column("sweep", sa.String(96), nullable=False, server_default=""),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("suite", sa.Text, nullable=False, server_default=""),
        sa.Column("held_out", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("liberty", sa.Text),
        sa.Column("library_sha256", sa.String(64)),
        sa.Column("input_sha256", sa.String(64)),
        sa.Column("objective", sa.String(32)),
        sa.Column("flow", sa.String(16)),
        sa.Column("move_table", sa.String(32)),
        sa.Column("searcher", sa.String(32)),
        sa.Column("budget", sa.Integer),
        sa.Column("time_limit", sa.Float),
        sa.Column("seed", sa.Integer),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("verified", sa.Boolean, nullable=False),
        sa.Column("error", sa.Text),
        *(sa.Column(name, sa.Float) for name in ("baseline_value", "value", "improvement")),
        *(sa.Column(name, kind) for name, kind in (*_FIGURES, *_SIZES)),
        sa.Column("evaluations", sa.Integer, nullable=False, server_default="0"),
        sa.Column("wall_s", sa.Float, nullable=False, server_default="0"),
        sa.Column("abc_sha256", sa.String(64)),
        sa.Column("artifacts", sa.Text, nullable=False, server_default=""),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("settings", sa.JSON),
        sa.Column("result", sa.JSON),
    )
    for index, column in (("time", "at"), ("name", "name"), ("sweep", "sweep")):
        op.create_index(f"runs_by_{index}", "runs", [column])


def _evaluations() -> None:
    op.create_table(
        "evaluations",
        sa.Column("run_id", _ID, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("phase", sa.SmallInteger, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("moves", sa.JSON, nullable=False),
        sa.Column("ending", sa.String(128), nullable=False),
        sa.Column("states", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.LargeBinary(32)),
        *(sa.Column(name, kind) for name, kind in (*_FIGURES, *_SIZES)),
        sa.Column("failure", sa.Text),
        sa.Column("wall_s", sa.Float, nullable=False),
        sa.Column("elapsed_s", sa.Float, nullable=False),
    )
    op.create_index("evaluations_by_state", "evaluations", ["state"])


def _best_recipes() -> None:
    op.create_table(
        "best_recipes",
        sa.Column("input_sha256", sa.String(64), primary_key=True),
        sa.Column("library_sha256", sa.String(64), primary_key=True),
        sa.Column("objective", sa.String(32), primary_key=True),
        sa.Column("flow", sa.String(16), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("held_out", sa.Boolean, nullable=False),
        sa.Column("excess", sa.Float, nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("improvement", sa.Float),
        *(sa.Column(name, kind, nullable=False) for name, kind in (*_FIGURES, *_SIZES)),
        sa.Column("recipe", sa.JSON, nullable=False),
        sa.Column("ending", sa.String(128), nullable=False),
        sa.Column("aig_sha256", sa.String(64), nullable=False),
        sa.Column("run_id", _ID, sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    )


def _verdicts() -> None:
    op.create_table(
        "verdicts",
        sa.Column("run_id", _ID, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("task_id", sa.String(128), primary_key=True),
        sa.Column("sample", sa.Integer, primary_key=True),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("letter", sa.String(4), nullable=False),
        sa.Column("mismatches", sa.Integer),
        sa.Column("stimuli", sa.Integer),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("wall_s", sa.Float, nullable=False),
        sa.Column("hash", sa.String(128), nullable=False),
    )
