"""The searches of a report as runs of an MLflow experiment."""

import hashlib
import json
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from eda.errors import ToolError
from rl.extras import load
from rl.report.source import Entry, Source
from rl.report.tracking import AREA, BEST, DELAY, course

_METRICS = {BEST: "best so far", AREA: "area", DELAY: "delay"}
_KEY = "eda_rl.run"
_BATCH = 1000  # metrics that a server takes at once
_EXTRA = "mlflow"


def write_mlflow(source: Source, where: str) -> int:
    """Write each search as a run: its choices, the course of its figures, what it saved.

    The runs go to an experiment of the report's title. A search that is there already is not there
    twice.

    Args:
        source: what the report is about.
        where: URL of a tracking server or database, or a SQLite file.

    Returns: how many runs were written.

    Raises:
        ToolError: MLflow is not installed, or the place does not answer.
    """
    # It would tell its makers that it is used, and ask a server that is not there for minutes.
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    mlflow = load("mlflow", _EXTRA)
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    file = None if "://" in where else Path(where).absolute()
    with _told(where):
        client = mlflow.MlflowClient(tracking_uri=where if file is None else f"sqlite:///{file}")
        experiment = _experiment(client, source.title, file)
        written = 0
        for entry in source.searches:
            key = _key(entry)
            if not client.search_runs([experiment], f"tags.`{_KEY}` = '{key}'", max_results=1):
                _write(client, experiment, entry, key)
                written += 1
    return written


def _experiment(client: Any, title: str, file: Path | None) -> str:
    known = client.get_experiment_by_name(title)
    if known is not None:
        return str(known.experiment_id)
    place = None if file is None else file.with_name(f"{file.name}-artifacts").as_uri()
    return str(client.create_experiment(title, artifact_location=place))


def _write(client: Any, experiment: str, entry: Entry, key: str) -> None:
    entities = load("mlflow.entities", _EXTRA)
    ended = datetime.fromisoformat(entry.at) if entry.at else datetime.now(timezone.utc)
    began = ended - timedelta(seconds=entry.wall_s)

    def milliseconds(seconds: float) -> int:
        return round(1000 * (began.timestamp() + seconds))

    chosen = {"design": entry.name, "suite": entry.suite, **entry.choices}
    params = [entities.Param(name, str(value)) for name, value in chosen.items() if value]
    metrics = [
        entities.Metric(_METRICS[one.what], one.value, milliseconds(one.seconds), one.step)
        for one in course(entry)
    ]
    if entry.gain is not None:
        metrics.append(entities.Metric("saved", entry.gain, milliseconds(entry.wall_s), 0))
    name = f"{entry.name}, {entry.choices.get('searcher')}, seed {entry.choices.get('seed')}"
    run = client.create_run(experiment, start_time=milliseconds(0.0), run_name=name)
    identity = run.info.run_id
    for start in range(0, max(1, len(metrics)), _BATCH):
        client.log_batch(identity, metrics[start : start + _BATCH], params if not start else [])
    for tag, value in ((_KEY, key), ("eda_rl.folder", entry.where), ("eda_rl.error", entry.error)):
        if value:
            client.set_tag(identity, tag, value)
    status = "FINISHED" if entry.error is None else "FAILED"
    client.set_terminated(identity, status, milliseconds(entry.wall_s))


def _key(entry: Entry) -> str:
    """What makes a search this one and no other."""
    identity = [entry.name, entry.suite, entry.choices, entry.where, entry.at]
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


@contextmanager
def _told(where: str) -> Iterator[None]:
    exceptions = load("mlflow.exceptions", _EXTRA)
    try:
        yield
    except (exceptions.MlflowException, SQLAlchemyError) as error:
        words = " ".join(str(getattr(error, "orig", error)).split())
        raise ToolError(without_password(f"MLflow at {where}: {words}")) from error


def without_password(text: str) -> str:
    """The text with what stands before the host of a URL in it taken out."""
    return re.sub(r"://[^/@\s]*@", "://", text)
