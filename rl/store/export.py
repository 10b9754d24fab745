"""Parquet files of a store, a file for each table."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    Table,
    select,
)

from rl.extras import load
from rl.runfolder import disk_errors
from rl.store.database import Database
from rl.store.schema import METADATA

_CHUNK = 20_000


def export(database: Database, folder: Path) -> dict[str, int]:
    """Write `TABLE.parquet` for each table; returns how many rows each has.

    What is JSON in the store is JSON text there.

    Raises:
        ToolError: the database does not answer, or a file cannot be written.
    """
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with database.reading() as connection:
        return {table.name: _table(connection, table, folder) for table in METADATA.sorted_tables}


def _table(connection: Connection, table: Table, folder: Path) -> int:
    pa, parquet = load("pyarrow", "sweep"), load("pyarrow.parquet", "sweep")
    schema = pa.schema([pa.field(column.name, _type(pa, column)) for column in table.columns])
    path, partial = folder / f"{table.name}.parquet", folder / f".{table.name}.partial"
    count = 0
    with (
        disk_errors(path),
        parquet.ParquetWriter(partial, schema, compression="zstd") as writer,
    ):
        for rows in _chunks(connection, table):
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
            count += len(rows)
    with disk_errors(path):
        partial.replace(path)
    return count


def _chunks(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    texts = [column.name for column in table.columns if isinstance(column.type, JSON)]
    query = select(table).order_by(*table.primary_key.columns)
    streamed = connection.execution_options(yield_per=_CHUNK).execute(query)
    for part in streamed.mappings().partitions():
        rows = [dict(row) for row in part]
        for row in rows:
            row.update({name: json.dumps(row[name]) for name in texts})
        yield rows


def _type(pa: Any, column: Column[Any]) -> Any:
    kinds = (
        (Boolean, pa.bool_()),
        (BigInteger, pa.int64()),
        (Integer, pa.int32()),
        (Float, pa.float64()),
        (LargeBinary, pa.binary()),
    )
    return next((ours for theirs, ours in kinds if isinstance(column.type, theirs)), pa.string())
