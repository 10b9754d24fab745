"""Machines that lack something: what is left is used, and told."""

import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hostile_programs import CIRCUMSTANCES, begin, on_linux, strong, with_landlock

from eda.errors import ToolError
from verilogeval.sandbox import run as entry
from verilogeval.sandbox.inside import bubblewrap
from verilogeval.sandbox.run import isolation, require

pytestmark = on_linux

REPORT = """
import json, os
from pathlib import Path
from eda.errors import ToolError
from verilogeval.sandbox.run import isolation, require, run
from verilogeval.sandbox.values import FEED, Limits
limits = Limits(wall_s=60, cpu_s=60, memory_bytes=1 << 30, file_bytes=1 << 16, output_bytes=1 << 20)
def say(*argv, **options):
    folder = Path(os.environ["TEST_FOLDER"])
    return run(argv, folder=folder, limits=limits, env={}, **options).stdout.decode()
try:
    require()
    remedy = ""
except ToolError as error:
    remedy = str(error)
print(json.dumps({
    "means": isolation().describe(),
    "strong": isolation().strong,
    "remedy": remedy,
    "outside": say("/bin/cat", os.environ["TEST_SECRET"]),
    "inside": say("/bin/cat", "own"),
    "fed": say("/bin/cat", FEED, feed=b"food" * 100_000)[:8],
    "again": say("/bin/cat", FEED, FEED, feed=b"food"),
    "forked": say("/bin/sh", "-c", "echo $(echo forked)", reads=[Path("/bin/echo")]),
}))
"""

STRONG = [
    ("", "namespaces+landlock+seccomp"),
    ("unshare", "landlock+seccomp"),
    ("landlock", "bubblewrap+seccomp"),
]
WEAK = [
    ("landlock,bwrap", "namespaces+seccomp", "install Bubblewrap"),
    ("seccomp", "namespaces+landlock", "CONFIG_SECCOMP_FILTER"),
    ("unshare,landlock,seccomp,bwrap", "limits", "CONFIG_SECCOMP_FILTER"),
]


def report(missing: str, folder: Path, **environment: str) -> dict[str, Any]:
    secret = folder.parent / "secret"
    secret.write_text("of others")
    (folder / "own").write_text("own")
    worker = begin(missing, REPORT, TEST_FOLDER=str(folder), TEST_SECRET=str(secret), **environment)
    said, errors = worker.communicate()
    assert said, errors
    return dict(json.loads(said))


@strong
@with_landlock
@pytest.mark.parametrize(("missing", "means"), STRONG)
def test_a_machine_without_something_uses_what_it_has(
    folder: Path, missing: str, means: str
) -> None:
    if "bubblewrap" in means and shutil.which("bwrap") is None:
        pytest.skip("Bubblewrap is not installed")
    found = report(missing, folder)
    if found["means"] == "landlock+seccomp":
        pytest.skip("this machine allows no namespaces") if not missing else None
    assert found == {
        "means": means,
        "strong": True,
        "remedy": "",
        "outside": "",
        "inside": "own",
        "fed": "foodfood",
        "again": "food",
        "forked": "",
    }


@with_landlock
@pytest.mark.parametrize(("missing", "means", "remedy"), WEAK)
def test_a_machine_without_enough_says_so(
    folder: Path, missing: str, means: str, remedy: str
) -> None:
    found = report(missing, folder)
    if not isolation().namespaces:
        means = means.replace("namespaces+", "")
    assert (found["means"], found["strong"]) == (means, False)
    assert remedy in found["remedy"]
    assert "\n" not in found["remedy"]
    assert (found["inside"], found["fed"]) == ("own", "foodfood")
    assert bool(found["outside"]) is ("landlock" in missing)


def test_a_bubblewrap_that_does_not_work_is_not_used(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "bin" / "bwrap"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\necho no >&2\nexit 1\n")
    broken.chmod(0o755)
    found = report("landlock", folder, PATH=f"{broken.parent}:{os.environ['PATH']}")
    assert found["means"].endswith("seccomp")
    assert not found["strong"]


def test_bubblewraps_news_are_understood() -> None:
    started = '{"child-pid": 7}\n'
    assert bubblewrap.exit_status(started + '{"exit-code": 3}\n') == 3
    assert bubblewrap.exit_status(started + '{"exit-code": 139}\n') == -signal.SIGSEGV
    assert bubblewrap.exit_status(started + '{"exit-code": 255}\n') == 255
    assert bubblewrap.exit_status(started) is None


def test_it_works_for_those_who_are_not_root() -> None:
    if os.getuid() != 0:
        pytest.skip("all other tests show it")
    nobody = {"user": 65534, "group": 65534, "extra_groups": []}
    python = next(filter(_usable_by(nobody), (sys.executable, "/usr/bin/python3")), None)
    if python is None:
        pytest.skip("no Python that others than root may run, or no access to the checkout")
    home = Path("/tmp") / f"test-{uuid.uuid4().hex}"
    run_folder = home / "run"
    run_folder.mkdir(parents=True)
    try:
        (home / "secret").write_text("of others")
        (run_folder / "own").write_text("own")
        for path in (home, run_folder, home / "secret", run_folder / "own"):
            os.chown(path, 65534, 65534)
        done = subprocess.run(
            [python, "-B", CIRCUMSTANCES, "", REPORT],
            env={"TEST_FOLDER": str(run_folder), "TEST_SECRET": str(home / "secret")},
            capture_output=True,
            check=True,
            cwd="/",
            **nobody,
        )
    finally:
        shutil.rmtree(home)
    found = json.loads(done.stdout)
    if isolation().strong:
        assert found["strong"]
        assert found["outside"] == ""
    assert found["inside"] == "own"
    assert found["again"] == "food"


def _usable_by(user: dict[str, Any]) -> Callable[[str], bool]:
    def usable(python: str) -> bool:
        code = "import sys; assert sys.version_info >= (3, 10)"
        argv = [python, "-B", CIRCUMSTANCES, "", code]
        try:
            done = subprocess.run(argv, capture_output=True, check=False, cwd="/", env={}, **user)
        except OSError:
            return False
        return done.returncode == 0

    return usable


def test_what_is_required_is_there_or_said(monkeypatch: pytest.MonkeyPatch) -> None:
    found = isolation()
    if found.strong:
        assert require() == found
    monkeypatch.setattr(entry, "isolation", lambda: replace(found, seccomp=False))
    with pytest.raises(ToolError, match="no safe sandbox here"):
        require()
