"""A live ABC session: errors are seen, hangs and crashes end, and the next command works."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import adder_aig, multiplier_aig, random_aig, wait_until

from eda.abc.binary import AbcBinary, find_abc
from eda.abc.library import AbcLibrary
from eda.abc.pool import SessionPool, scratch_folder
from eda.abc.session import OUTPUT_LIMIT, AbcCommandError, AbcSession
from eda.errors import ToolCrash, ToolError, ToolTimeout

GIB = 2**30
Open = Callable[..., AbcSession]
QUITS = "if '-c' not in sys.argv:\n    sys.stdin.readline()\n    os._exit(0)"


@pytest.fixture
def open_session(abc: AbcBinary, tmp_path: Path) -> Iterator[Open]:
    sessions: list[AbcSession] = []

    def make(
        binary: AbcBinary = abc, memory: int = 4 * GIB, preamble: tuple[str, ...] = ()
    ) -> AbcSession:
        workdir = tmp_path / f"session{len(sessions)}"
        workdir.mkdir()
        (workdir / "in.aig").write_bytes(adder_aig(6))
        sessions.append(AbcSession(binary, preamble=preamble, workdir=workdir, memory_limit=memory))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()


def pid_of(session: AbcSession) -> int:
    process = session._process
    assert process is not None
    return process.pid


@pytest.mark.parametrize(
    "wrong",
    [
        "frobnicate",
        "balance -Q",
        "resub -K 99",
        "empty; balance",
        "empty; map",
        "map",
        "read_aiger absent.aig",
        "read_scl absent.scl",
        "source absent",
        "&dc2",
        "if -K 99",
    ],
)
def test_an_error_is_seen_and_ends_the_line(wrong: str, open_session: Open) -> None:
    session = open_session()
    session.run("read_aiger in.aig", 20)
    before = pid_of(session)
    with pytest.raises(AbcCommandError) as caught:
        session.run(f"{wrong}; write_aiger after.aig", 20)
    assert wrong.rpartition("; ")[2] in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (session.workdir / "after.aig").exists()
    assert "hello" in session.run("echo hello", 20)
    assert pid_of(session) == before


def test_a_correct_line_returns_what_abc_printed(open_session: Open) -> None:
    text = open_session().run("read_aiger in.aig; strash; print_stats", 20)
    assert "i/o =   12/    7" in text
    assert "\x1b" not in text


def test_echoed_markers_do_not_count_as_success(open_session: Open) -> None:
    session = open_session()
    with pytest.raises(AbcCommandError):
        session.run("frobnicate; echo eda_rl_ok_1", 20)


@pytest.mark.parametrize("line", ["echo a\necho b", "x" * 5000])
def test_what_is_not_one_line_is_refused(line: str, open_session: Open) -> None:
    with pytest.raises(ValueError, match="one line"):
        open_session().run(line, 20)


def test_a_hang_is_ended_and_the_session_lives_on(open_session: Open) -> None:
    session = open_session()
    session.run("read_aiger in.aig", 20)
    before = pid_of(session)
    with pytest.raises(ToolTimeout, match=r"within 0\.5 s"):
        session.run("sleep never-made", 0.5)
    assert not Path(f"/proc/{before}").exists()
    assert session.loaded is None
    assert "i/o =   12/    7" in session.run("read_aiger in.aig; print_stats", 20)
    assert pid_of(session) != before


def test_an_assertion_is_a_crash_and_the_session_lives_on(open_session: Open) -> None:
    session = open_session()
    (session.workdir / "cut.aig").write_bytes(adder_aig(6)[:60])
    with pytest.raises(ToolCrash, match=r"signal 6.*Assertion"):
        session.run("read_aiger cut.aig", 20)
    assert "hello" in session.run("echo hello", 20)
    assert not list(session.workdir.glob("core*"))


def test_the_memory_limit_ends_the_process(open_session: Open) -> None:
    session = open_session(memory=64 * 2**20)
    (session.workdir / "wide.aig").write_bytes(multiplier_aig(48))
    with pytest.raises(ToolCrash, match=r"signal \d+, memory limit 64 MiB"):
        session.run("read_aiger wide.aig; strash; dch", 60)
    assert "hello" in session.run("echo hello", 20)


def test_a_library_that_is_gone_fails_at_every_start(open_session: Open) -> None:
    session = open_session(preamble=("read_scl absent.scl",))
    for _ in range(2):  # never a live session without its library
        with pytest.raises(AbcCommandError, match="read_scl"):
            session.run("read_aiger in.aig", 20)


def test_the_preamble_runs_again_after_a_crash(open_session: Open, library: AbcLibrary) -> None:
    session = open_session(preamble=(library.read_command,))
    line = "read_aiger in.aig; map; topo; stime"
    first = session.run(line, 60)
    session.kill()
    with pytest.raises(ToolCrash, match="signal 9"):
        session.run(line, 60)
    figures = [[row for row in text.splitlines() if "Delay =" in row] for text in (first,)]
    again = [row for row in session.run(line, 60).splitlines() if "Delay =" in row]
    assert figures == [again]


def test_children_of_abc_are_killed_with_it(
    open_session: Open, fake_abc: Callable[..., Path], tmp_path: Path
) -> None:
    noted = tmp_path / "child"
    fake = find_abc(
        fake_abc(
            "if 'balance' in line:\n"
            "    other = subprocess.Popen(['sleep', '1000'])\n"
            f"    open({str(noted)!r}, 'w').write(str(other.pid))\n"
            "    time.sleep(1000)"
        )
    )
    session = open_session(fake)
    with pytest.raises(ToolTimeout):
        session.run("read_aiger in.aig; balance", 3)
    child = Path(f"/proc/{int(noted.read_text())}")
    wait_until(lambda: not child.exists() or "(sleep) Z" in (child / "stat").read_text(), 10)


def test_a_flood_of_output_is_bounded_and_its_end_is_kept(
    open_session: Open, fake_abc: Callable[..., Path]
) -> None:
    flood = "if 'flood' in line:\n    for _ in range(400):\n        say('x' * 99999 + chr(10))"
    session = open_session(find_abc(fake_abc(flood)))
    text = session.run("echo flood; echo the end", 60)
    assert len(text) <= OUTPUT_LIMIT + 2**17
    assert "the end" in text


def test_endless_output_ends_at_the_deadline(
    open_session: Open, fake_abc: Callable[..., Path]
) -> None:
    session = open_session(find_abc(fake_abc("while True:\n    say('y' * 65536)")))
    with pytest.raises(ToolTimeout):
        session.run("echo hello", 1)


def test_garbage_is_no_answer(open_session: Open, fake_abc: Callable[..., Path]) -> None:
    say = r"os.write(1, bytes(range(256)) * 4); line = 'echo eda_rl_end_1\n' if count == 2 else ''"
    session = open_session(find_abc(fake_abc(say)))
    with pytest.raises(AbcCommandError):
        session.run("balance", 20)


def test_death_in_silence_is_a_crash(open_session: Open, fake_abc: Callable[..., Path]) -> None:
    session = open_session(find_abc(fake_abc(at_start=QUITS)))
    with pytest.raises(ToolCrash, match=r"exit status 0.*no output"):
        session.run("balance", 20)


def test_kill_from_another_thread_ends_a_call(open_session: Open) -> None:
    session = open_session()
    session.start()
    timer = threading.Timer(0.3, session.kill)
    timer.start()
    with pytest.raises(ToolCrash):
        session.run("sleep never-made", 60)
    timer.join()


def test_a_bloated_process_is_replaced(open_session: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    session = open_session()
    session.run("echo hello", 20)
    before = pid_of(session)
    monkeypatch.setattr("eda.abc.session.RECYCLE_CHECK_EVERY", 1)
    monkeypatch.setattr("eda.abc.session.RECYCLE_RSS_FRACTION", 0.0)
    session.run("echo hello", 20)
    assert pid_of(session) != before


@pytest.mark.parametrize("text", ["", "#!/bin/sh\nexit 1\n", "#!/bin/sh\necho hello\n"])
def test_what_is_not_abc_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_text(text)
    path.chmod(0o755)
    with pytest.raises(ToolError) as caught:
        find_abc(path)
    assert str(path) in str(caught.value)
    with pytest.raises(ToolError, match="no ABC executable at"):
        find_abc(tmp_path / "absent")


def test_abc_that_vanishes_is_one_line(open_session: Open, fake_abc: Callable[..., Path]) -> None:
    path = fake_abc()
    session = open_session(find_abc(path))
    path.unlink()
    with pytest.raises(ToolError, match="cannot start"):
        session.run("echo hello", 20)


def test_a_pool_lends_each_session_once(abc: AbcBinary) -> None:
    pool = SessionPool(abc, jobs=2, preamble=(), memory_limit=GIB)
    lent: list[AbcSession] = []
    together = threading.Barrier(2, timeout=20)

    def work() -> None:
        for _ in range(5):
            with pool.session() as session:
                lent.append(session)
                together.wait()
                session.run("echo hello", 20)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, lent))) == 2
    folder = lent[0].workdir.parent
    pool.close()
    assert not folder.exists()


def test_folders_of_dead_processes_are_removed() -> None:
    gone = os.fork()
    if gone == 0:
        os._exit(0)
    os.waitpid(gone, 0)
    ours = scratch_folder()
    stale = ours.parent / f"eda-rl-{gone}-left"
    stale.mkdir()
    (stale / "in.aig").write_bytes(random_aig(1))
    again = scratch_folder()
    assert not stale.exists()
    assert ours.exists()
    ours.rmdir()
    again.rmdir()


def test_busy_time_is_counted(open_session: Open) -> None:
    session = open_session()
    started = time.perf_counter()
    session.run("read_aiger in.aig; balance", 20)
    assert 0 < session.busy_s <= time.perf_counter() - started
