"""The store: runs, their evaluations, best recipes and verdicts, in SQLite or PostgreSQL.

`schema` has the tables and `migrations` how they came to be; `database` opens a store, `ingest`
writes to it and `queries` reads; `export` makes Parquet files of it. Several writers may be at
work at once, on either database.
"""

from rl.extras import load

for _module in ("sqlalchemy", "alembic"):
    load(_module, "sweep")
