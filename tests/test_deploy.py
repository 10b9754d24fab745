"""Container, compose file, Kubernetes manifest and Slurm script: what they say can be done."""

import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click import Command, Context
from conftest import ROOT, wait_until

import eda_rl
from rl.commands.sweep import sweep

DOCKERFILE = (ROOT / "Dockerfile").read_text()
SCRIPT = ROOT / "docs" / "sweep.slurm"
FILES = [
    ROOT / "Dockerfile",
    ROOT / "compose.yaml",
    ROOT / "docs" / "kuberay.yaml",
    SCRIPT,
    *sorted((ROOT / "tests" / "container").iterdir()),
]


def options_of(command: Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts}


def assert_a_sweep(words: str) -> None:
    """A command line that is shown can be typed."""
    for line in re.findall(r"eda-rl sweep ([^\n`&]*)", words):
        used = set(re.findall(r"--[a-z-]+", line))
        assert used <= options_of(sweep), line


def test_the_image_has_no_compiler_and_is_nobodys() -> None:
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    assert len(stages) == 3
    last = stages[-1]
    installed = re.findall(r"--no-install-recommends \\\n\s+(.*?) >", last)
    assert installed[0] == "python3 procps"
    assert [words.partition("$")[0] for words in installed[1:]] == ['"libpython']
    assert re.findall(r"^USER (\w+)", last, re.MULTILINE) == ["eda"]
    assert last.index("USER eda") < last.index("RUN eda-rl doctor")
    assert 'ENTRYPOINT ["eda-rl"]' in last
    assert "org.opencontainers.image.licenses" in last


def test_what_the_image_is_made_of_is_there_and_is_sent() -> None:
    """A file that .dockerignore keeps back would fail the build, far from where it was changed."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    sent = {line[1:] for line in lines if line.startswith("!")}
    for line in re.findall(r"^COPY (?!--from)(?:--chown=\S+ )?(.*)", DOCKERFILE, re.MULTILINE):
        for name in line.split()[:-1]:
            assert (ROOT / name).exists(), name
            assert name in sent, f"{name} is kept back by .dockerignore"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_host_and_no_path_of_one_machine_is_named(path: Path) -> None:
    text = path.read_text()
    assert not re.findall(r"https?://", text)
    assert not re.findall(r"/(?:home|root)/", text)


def test_the_compose_file_is_whole() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    services: dict[str, Any] = compose["services"]
    assert set(services) == {"postgres", "head", "worker"}
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert "healthcheck" in services[needed]
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            assert source == "." or source in compose["volumes"]
    assert services["head"]["environment"]["EDA_RL_STORE"].startswith("postgresql://eda:")
    assert "--address=head:6379" in services["worker"]["entrypoint"]
    assert_a_sweep((ROOT / "compose.yaml").read_text())


def test_the_manifest_is_a_rayjob_that_sweeps() -> None:
    text = (ROOT / "docs" / "kuberay.yaml").read_text()
    job = yaml.safe_load(text)
    assert (job["apiVersion"], job["kind"]) == ("ray.io/v1", "RayJob")
    assert_a_sweep(job["spec"]["entrypoint"])
    cluster = job["spec"]["rayClusterSpec"]
    groups = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
    for group in groups:
        pod = group["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        (container,) = pod["containers"]
        assert {"requests", "limits"} <= container["resources"].keys()
        mounts = {mount["name"] for mount in container.get("volumeMounts", [])}
        assert mounts == {volume["name"] for volume in pod.get("volumes", [])}
        assert all(isinstance(value, str) for value in group["rayStartParams"].values())
    worker = groups[1]
    assert worker["minReplicas"] <= worker["replicas"] <= worker["maxReplicas"]


FAKE = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
case "$(basename "$0")" in
scontrol) printf 'n1\\nn2\\nn3\\n' ;;
eda-rl) trap 'echo interrupted >> "$CALLS"; exit 130' TERM
    [ -z "$LASTS" ] || { touch "$LASTS"; while :; do sleep 0.05; done; } ;;
esac
exit 0
"""


@pytest.fixture
def slurm(tmp_path: Path) -> dict[str, str]:
    """The environment of a job whose programs only tell what they were asked."""
    for name in ("scontrol", "srun", "ray", "eda-rl"):
        program = tmp_path / name
        program.write_text(FAKE)
        program.chmod(0o755)
    return {
        **os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "CALLS": str(tmp_path / "calls"),
        "SLURM_JOB_NODELIST": "n[1-3]", "SLURM_CPUS_PER_TASK": "16", "LASTS": "",
    }  # fmt: skip


def calls(slurm: dict[str, str]) -> str:
    return Path(slurm["CALLS"]).read_text()


def test_the_slurm_script_starts_ray_everywhere_and_the_sweep_once(
    slurm: dict[str, str], tmp_path: Path
) -> None:
    argv = ["bash", str(SCRIPT), "sweep.yaml", str(tmp_path / "out")]
    assert subprocess.run(argv, env=slurm, check=False, timeout=60).returncode == 0
    said = calls(slurm)
    assert "--nodelist=n1 --overlap ray start --head" in said
    assert (
        "--nodes=2 --ntasks-per-node=1 --nodelist=n2,n3 --overlap ray start --address=n1:6379"
        in said
    )
    assert f"eda-rl sweep sweep.yaml --out {tmp_path / 'out'} --address n1:6379" in said
    assert "ray stop" in said
    assert_a_sweep(said)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "sweep.json").touch()
    assert subprocess.run(argv, env=slurm, check=False, timeout=60).returncode == 0
    assert f"eda-rl sweep --resume {tmp_path / 'out'} --address n1:6379" in calls(slurm)


def test_the_slurm_script_interrupts_the_sweep_before_its_time_is_up(
    slurm: dict[str, str], tmp_path: Path
) -> None:
    lasts = tmp_path / "lasts"
    argv = ["bash", str(SCRIPT), "sweep.yaml", str(tmp_path / "out")]
    job = subprocess.Popen(argv, env={**slurm, "LASTS": str(lasts)})
    wait_until(lasts.exists)
    job.send_signal(signal.SIGINT)
    assert job.wait(60) == 130
    assert "interrupted" in calls(slurm)


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix in ("", ".sh", ".slurm")][1:])
def test_scripts_are_bash(path: Path) -> None:
    subprocess.run(["bash", "-n", str(path)], check=True)


def test_commands_that_documents_show_exist() -> None:
    for name in ("sweeps.md", "container.md"):
        text = (ROOT / "docs" / name).read_text()
        assert_a_sweep(text)
        for command in set(re.findall(r"(?:^|`)eda-rl ([a-z]+)", text, re.MULTILINE)):
            context = Context(eda_rl.commands)
            assert eda_rl.commands.get_command(context, command) is not None, command
