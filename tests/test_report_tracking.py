"""Pictures, and what other programs read: TensorBoard and MLflow."""

import sys
from pathlib import Path
from xml.etree import ElementTree

import made_up
import pytest

from eda.errors import InputError, ToolError
from rl.bench.convergence import Axis
from rl.report.courses import trace
from rl.report.mlflow_runs import write_mlflow
from rl.report.plots import VARIABLE, write_plots
from rl.report.source import load
from rl.report.tracking import write_tensorboard


def test_pictures_are_files_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made_up.sweep(tmp_path / "sweep", 8)
    monkeypatch.setenv(VARIABLE, "none")
    source = load(str(folder.path), sweep=None, limit=9)
    warnings: list[str] = []
    written = write_plots(source, tmp_path / "plots", warnings.append)
    stems = ["gains", "by-evaluations", "by-seconds", "scatter", "heat"]
    assert [path.name for path in written] == [f"{stem}.svg" for stem in stems]
    assert len(warnings) == 1
    assert VARIABLE in warnings[0]
    for path in written:
        assert ElementTree.parse(path).getroot().tag.endswith("svg")


def test_tensorboard_reads_the_courses(tmp_path: Path) -> None:
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    folder = made_up.sweep(tmp_path / "sweep", 4)
    source = load(str(folder.path), sweep=None, limit=9)
    logs = write_tensorboard(source, tmp_path / "logs")
    assert len(logs) == 4
    for entry, log in zip(source.searches, logs, strict=True):
        read = accumulator.EventAccumulator(str(log)).Reload()
        areas = [event.value for event in read.Scalars("area")]
        assert areas == pytest.approx([event["qor"]["area"] for event in entry.events[2:]])
        best = read.Scalars("best so far, ratio to the baseline")[-1]
        assert best.value == pytest.approx(trace(entry, Axis.EVALUATIONS)[-1][1])
    with pytest.raises(InputError, match="not empty"):
        write_tensorboard(source, tmp_path / "logs")


def test_mlflow_reads_the_courses_and_has_no_search_twice(tmp_path: Path) -> None:
    mlflow = pytest.importorskip("mlflow", reason="mlflow-skinny is not installed")
    folder = made_up.sweep(tmp_path / "sweep", 10)
    source = load(str(folder.path), sweep=None, limit=9)
    place = tmp_path / "mlflow.db"
    assert write_mlflow(source, str(place)) == 10
    assert write_mlflow(source, str(place)) == 0
    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{place}")
    experiment = client.get_experiment_by_name(source.title)
    runs = client.search_runs([experiment.experiment_id])
    assert len(runs) == 10
    by_folder = {run.data.tags["eda_rl.folder"]: run for run in runs}
    for entry in source.searches:
        run = by_folder[entry.where]
        assert run.data.params["design"] == entry.name
        assert run.info.status == ("FINISHED" if entry.error is None else "FAILED")
        areas = client.get_metric_history(run.info.run_id, "area")
        measured = [event["qor"]["area"] for event in entry.events[2:]]
        assert [metric.value for metric in sorted(areas, key=lambda m: m.step)] == measured
        if entry.gain is not None:
            assert run.data.metrics["saved"] == pytest.approx(entry.gain)


def test_without_mlflow_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made_up.sweep(tmp_path / "sweep", 2)
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(ToolError, match=r"pip install eda-rl\[mlflow\]"):
        write_mlflow(load(str(folder.path), sweep=None, limit=9), str(tmp_path / "mlflow.db"))


def test_an_mlflow_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    pytest.importorskip("mlflow", reason="mlflow-skinny is not installed")
    folder = made_up.sweep(tmp_path / "sweep", 2)
    source = load(str(folder.path), sweep=None, limit=9)
    (tmp_path / "text").write_text("no database" * 100)
    for place in (str(tmp_path / "text"), f"file://user:secret@{tmp_path}/runs"):
        with pytest.raises(ToolError, match="MLflow at") as ended:
            write_mlflow(source, place)
        assert "\n" not in str(ended.value)
        assert "secret" not in str(ended.value)
