"""What a simulation can try: what it must not do, it can do outside, and not inside."""

import copy
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hostile_programs import LIMITS, SECRET, Vvp, compiled, on_linux, python, strong

from eda.errors import ToolError
from verilogeval.sandbox.values import Ended

pytestmark = on_linux


@pytest.fixture(scope="module")
def vvp(tmp_path_factory: pytest.TempPathFactory) -> Vvp:
    return compiled(tmp_path_factory.mktemp("attacks"))


def test_a_simulation_gets_its_program_by_a_pipe(vvp: Vvp, folder: Path) -> None:
    outcome = vvp.inside(folder, "+secret")
    assert outcome.ended is Ended.EXITED
    assert outcome.status == 0
    assert outcome.stdout.decode().splitlines() == [SECRET, "end"]
    assert 0 < outcome.cpu_s < outcome.wall_s + 1
    assert outcome.peak_memory_bytes > 1 << 20


def test_a_program_longer_than_any_pipe_arrives(vvp: Vvp, folder: Path) -> None:
    longer = copy.copy(vvp)
    longer.program += b"# a line that changes nothing\n" * 30_000
    assert longer.inside(folder).stdout == b"end\n"


@strong
@pytest.mark.parametrize("place", ["/etc/passwd", "/proc/self/cmdline", "/proc/self/environ"])
def test_a_simulation_cannot_read_the_systems_files(vvp: Vvp, folder: Path, place: str) -> None:
    assert "got 0" not in vvp.outside(folder, f"+read={place}")
    assert b"got 0" in vvp.inside(folder, f"+read={place}").stdout


@strong
def test_a_simulation_cannot_read_or_write_beside_its_folder(
    vvp: Vvp, folder: Path, tmp_path: Path
) -> None:
    sibling = tmp_path / "sibling"
    sibling.mkdir()
    (sibling / "source.sv").write_text("of another sample\n")
    reading = f"+read={sibling}/source.sv"
    assert "of another" in vvp.outside(folder, reading)
    for way in (reading, "+read=../sibling/source.sv"):
        assert b"got 0" in vvp.inside(folder, way).stdout
    vvp.outside(folder, f"+write={sibling}/outside")
    vvp.inside(folder, f"+write={sibling}/inside")
    vvp.inside(folder, f"+write={sibling}/source.sv")
    assert sorted(path.name for path in sibling.iterdir()) == ["outside", "source.sv"]
    assert (sibling / "source.sv").read_text() == "of another sample\n"


def test_a_simulation_can_use_its_folder(vvp: Vvp, folder: Path) -> None:
    (folder / "stimulus").write_text("of this sample\n")
    assert b"of this sample" in vvp.inside(folder, "+read=stimulus").stdout
    vvp.inside(folder, "+write=dump")
    assert (folder / "dump").read_text() == "written\n"


@strong
def test_a_simulation_cannot_read_its_own_program(vvp: Vvp, folder: Path) -> None:
    with vvp._file.open("rb") as file:  # what a program in a file would give away
        argv = [
            vvp.path,
            "-n",
            f"/proc/self/fd/{file.fileno()}",
            f"+read=/proc/self/fd/{file.fileno()}",
        ]
        leaked = subprocess.run(
            argv, capture_output=True, check=True, pass_fds=[file.fileno()], cwd=folder
        )
    assert b"/vvp" in leaked.stdout
    names = ["/proc/self/mem", "/proc/self/maps", "/proc/self/cmdline", "feed"]
    names += [f"{place}/{fd}" for place in ("/proc/self/fd", "/dev/fd") for fd in range(10)]
    for name in names:
        said = vvp.inside(folder, f"+read={name}").stdout
        assert b"got 0" in said, name
    assert not list(folder.iterdir())


def test_an_endless_simulation_is_killed(vvp: Vvp, folder: Path) -> None:
    outcome = vvp.inside(folder, "+loop", limits=replace(LIMITS, wall_s=0.2))
    assert outcome.ended is Ended.WALL
    assert outcome.status == -signal.SIGKILL
    assert outcome.wall_s >= 0.2


def test_processor_time_is_limited(vvp: Vvp, folder: Path) -> None:
    outcome = vvp.inside(folder, "+loop", limits=replace(LIMITS, cpu_s=1))
    assert outcome.ended is Ended.CPU


def test_memory_is_limited(vvp: Vvp, folder: Path) -> None:
    outcome = vvp.inside(folder, "+hog", limits=replace(LIMITS, memory_bytes=80 << 20))
    assert outcome.ended in (Ended.SIGNALLED, Ended.EXITED)
    assert outcome.status != 0
    assert outcome.peak_memory_bytes < 80 << 20


def test_output_is_limited(vvp: Vvp, folder: Path) -> None:
    outcome = vvp.inside(folder, "+flood", limits=replace(LIMITS, output_bytes=100_000))
    assert outcome.ended is Ended.OUTPUT
    assert len(outcome.stdout) == 100_000


def test_output_that_is_allowed_comes_whole(folder: Path) -> None:
    code = "import sys; print('o' * 500_000); print('e' * 400_000, file=sys.stderr)"
    outcome = python(code, folder)
    assert outcome.ended is Ended.EXITED
    assert (len(outcome.stdout), len(outcome.stderr)) == (500_001, 400_001)


def test_a_file_cannot_grow_without_end(vvp: Vvp, folder: Path) -> None:
    outcome = vvp.inside(folder, "+write=dump", "+fill")
    assert outcome.ended is Ended.FILE
    assert (folder / "dump").stat().st_size <= LIMITS.file_bytes


def test_files_cannot_take_more_together_than_one_may(folder: Path) -> None:
    code = "for n in range(100): open(str(n), 'wb').write(bytes(100_000))"
    assert python(code, folder).ended is Ended.FILE
    assert python("for n in range(5): open(str(n), 'wb').write(b'x')", folder).ended is Ended.EXITED


@strong
def test_where_no_files_may_be_made_none_are(vvp: Vvp, folder: Path) -> None:
    assert vvp.inside(folder, "+write=dump", limits=replace(LIMITS, file_bytes=0)).status == 0
    assert not list(folder.iterdir())


def test_a_full_disk_is_a_tool_error(vvp: Vvp, tmp_path: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may make a small disk")
    try:
        folder = tmp_path / "run"
        folder.mkdir()
        fill = ("+write=dump", "+fill")
        assert vvp.inside(folder, *fill).ended is Ended.FILE
        with pytest.raises(ToolError, match="no space left"):
            # Its limit is not what stops it.
            vvp.inside(folder, *fill, limits=replace(LIMITS, file_bytes=1 << 30))
        (folder / "dump").unlink()
        (tmp_path / "other").write_bytes(bytes(3_500_000))
        with pytest.raises(ToolError, match="no space left"):
            vvp.inside(folder)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
