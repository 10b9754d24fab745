"""The caches: what was stored comes back, and no disk trouble stops a search."""

import multiprocessing
import os
import resource
import sqlite3
import threading
from pathlib import Path

import pytest
from conftest import random_aig
from hypothesis import given, settings
from hypothesis import strategies as st

from eda.cache import DiskCache, MemoryCache
from eda.circuit import Circuit
from eda.qor import Qor

BUILD = "0123456789abcdef" * 4
QOR = Qor(1.5, 2.25, 3, 4, 5)


def circuit(seed: int) -> Circuit:
    return Circuit(random_aig(seed, nodes=20))


def refuse(text: str) -> None:
    raise AssertionError(text)


def disk(folder: Path, warnings: list[str] | None = None, **settings: int) -> DiskCache:
    warn = refuse if warnings is None else warnings.append
    return DiskCache(folder, BUILD, warn=warn, **settings)


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from("abc"), st.integers(0, 12))))
@settings(deadline=None)
def test_memory_answers_as_a_dictionary_would(steps: list[tuple[int, str, int]]) -> None:
    cache, model = MemoryCache(), {}
    for source, move, target in steps:
        known = cache.transition(circuit(source), move)
        assert known == model.get((source, move))
        stored = cache.add_transition(circuit(source), move, circuit(target))
        assert stored == circuit(target)
        model[source, move] = circuit(target)


@given(st.lists(st.integers(0, 30), min_size=1), st.integers(50, 600))
@settings(deadline=None)
def test_memory_stays_within_its_limit(seeds: list[int], limit: int) -> None:
    cache = MemoryCache(limit)
    origin = circuit(99)
    for seed in seeds:
        cache.add_transition(origin, str(seed), circuit(seed))
        assert cache.transition(origin, str(seed)) == circuit(seed)  # the newest is always there
    kept = {seed: found for seed in seeds if (found := cache.transition(origin, str(seed)))}
    assert len(kept) == 1 or sum(len(c.data) for c in set(kept.values())) <= limit
    assert all(found == circuit(seed) for seed, found in kept.items())


def test_equal_bytes_are_one_object() -> None:
    cache = MemoryCache()
    first = cache.add_transition(circuit(1), "a", circuit(2))
    assert cache.add_transition(circuit(3), "b", circuit(2)) is first
    assert cache.transition(circuit(3), "b") is first


def test_the_circuit_used_longest_ago_goes_first() -> None:
    cache = MemoryCache(limit=2 * len(circuit(1).data) + 20)
    for seed in (1, 2):
        cache.add_transition(circuit(0), str(seed), circuit(seed))
    cache.transition(circuit(0), "1")
    cache.add_transition(circuit(0), "3", circuit(3))
    assert cache.transition(circuit(0), "2") is None
    assert cache.transition(circuit(0), "1") == circuit(1)


def test_disk_keeps_everything_over_a_reopening(tmp_path: Path) -> None:
    cache = disk(tmp_path)
    for seed in range(300):
        cache.add_transition(circuit(seed), "move", circuit(seed + 1))
        cache.add_cost(circuit(seed), "flow", "library", Qor(seed, 0.1 * seed, seed, seed, seed))
    cache.close()
    again = disk(tmp_path)
    for seed in range(300):
        assert again.transition(circuit(seed), "move") == circuit(seed + 1)
        expected = Qor(seed, 0.1 * seed, seed, seed, seed)
        assert again.cost(circuit(seed), "flow", "library") == expected
    assert again.transition(circuit(1), "other move") is None
    assert again.cost(circuit(1), "flow", "other library") is None
    again.close()


def test_another_abc_sees_nothing_of_it(tmp_path: Path) -> None:
    cache = disk(tmp_path)
    cache.add_transition(circuit(1), "a", circuit(2))
    cache.close()
    other = DiskCache(tmp_path, "f" * 64, warn=refuse)
    assert other.transition(circuit(1), "a") is None
    other.close()


def _fill(folder: Path, first: int) -> None:
    cache = disk(folder)
    for seed in range(first, first + 400):
        cache.add_transition(circuit(seed % 500), "a", circuit(seed % 500 + 1))
        cache.add_cost(circuit(seed % 500), "flow", "", QOR)
    cache.close()


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_fill, args=(tmp_path, first)) for first in (0, 200)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    cache = disk(tmp_path)
    assert all(cache.transition(circuit(n), "a") == circuit(n + 1) for n in range(500))
    cache.close()


def test_threads_share_one_cache(tmp_path: Path) -> None:
    cache = disk(tmp_path)

    def work(first: int) -> None:
        for seed in range(first, first + 200):
            cache.add_transition(circuit(seed), "a", circuit(seed + 1))

    threads = [threading.Thread(target=work, args=(first,)) for first in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cache.close()
    again = disk(tmp_path)
    assert all(again.transition(circuit(seed), "a") for seed in range(400))
    again.close()


def assert_works_in_memory(cache: DiskCache, warnings: list[str]) -> None:
    for seed in range(600):
        cache.add_transition(circuit(seed), "a", circuit(seed + 1))
        cache.add_cost(circuit(seed), "flow", "", QOR)
    assert all(cache.transition(circuit(seed), "a") == circuit(seed + 1) for seed in range(600))
    assert cache.cost(circuit(5), "flow", "") == QOR
    cache.close()
    assert len(warnings) == 1, warnings
    assert str(cache.path) in warnings[0]
    assert "\n" not in warnings[0]


@pytest.mark.parametrize("damage", [b"", b"this is no database" * 100, bytes(8192)])
def test_a_corrupt_file(damage: bytes, tmp_path: Path) -> None:
    cache = disk(tmp_path)
    cache.add_transition(circuit(1), "a", circuit(2))
    cache.close()
    cache.path.write_bytes(damage)
    warnings: list[str] = []
    cache = disk(tmp_path, warnings)
    if damage:
        assert_works_in_memory(cache, warnings)
    else:  # an empty file is an empty database
        cache.add_transition(circuit(1), "a", circuit(2))
        cache.close()
        assert not warnings


def test_pages_damaged_in_the_middle_never_give_a_wrong_circuit(tmp_path: Path) -> None:
    cache = disk(tmp_path)
    for seed in range(200):
        cache.add_transition(circuit(seed), "a", circuit(seed + 1))
    cache.close()
    data = bytearray(cache.path.read_bytes())
    for at in range(5000, len(data), 97):
        data[at] ^= 0x55
    cache.path.write_bytes(data)
    warnings: list[str] = []
    again = disk(tmp_path, warnings)
    for seed in range(200):
        assert again.transition(circuit(seed), "a") in (None, circuit(seed + 1))
    again.close()
    assert len(warnings) <= 1


def test_a_damaged_circuit_is_a_miss_and_is_replaced(tmp_path: Path) -> None:
    cache = disk(tmp_path)
    for seed in (1, 2):
        cache.add_transition(circuit(seed), "a", circuit(seed + 10))
    cache.close()
    database = sqlite3.connect(cache.path)
    blobs = database.execute("SELECT sha, data FROM circuits").fetchall()
    for (sha, _), (_, other) in zip(blobs, [blobs[1], (b"", b"junk")], strict=True):
        database.execute("UPDATE circuits SET data = ? WHERE sha = ?", (other, sha))
    database.commit()
    database.close()
    again = disk(tmp_path)
    for seed in (1, 2):
        assert again.transition(circuit(seed), "a") is None
        again.add_transition(circuit(seed), "a", circuit(seed + 10))
    again.close()
    mended = disk(tmp_path)
    assert all(mended.transition(circuit(seed), "a") == circuit(seed + 10) for seed in (1, 2))
    mended.close()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    warnings: list[str] = []
    assert_works_in_memory(disk(tmp_path / "file" / "cache", warnings), warnings)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    warnings: list[str] = []
    assert_works_in_memory(disk(tmp_path, warnings), warnings)
    tmp_path.chmod(0o700)


def test_a_read_only_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect
    disk(tmp_path).close()

    def read_only(path: Path, **options: object) -> sqlite3.Connection:
        return connect(f"file:{path}?mode=ro", uri=True, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr("eda.cache.sqlite3.connect", read_only)
    warnings: list[str] = []
    assert_works_in_memory(disk(tmp_path, warnings), warnings)


def test_a_full_database(tmp_path: Path) -> None:
    warnings: list[str] = []
    cache = disk(tmp_path, warnings)
    assert cache._database is not None
    cache._database.execute("PRAGMA max_page_count = 12")
    assert_works_in_memory(cache, warnings)


def _fill_under_a_file_limit(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
    warnings: list[str] = []
    assert_works_in_memory(disk(folder, warnings), warnings)


def test_a_full_disk(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=_fill_under_a_file_limit, args=(tmp_path,)
    )
    process.start()
    process.join(60)
    assert process.exitcode == 0


def test_the_file_shrinks_to_its_limit_and_keeps_what_was_used_last(tmp_path: Path) -> None:
    cache = disk(tmp_path)
    for seed in range(400):
        cache.add_transition(circuit(seed), "a", circuit(seed + 1))
    cache.close()
    before = cache.path.stat().st_size
    again = disk(tmp_path, limit=10_000)
    assert again.transition(circuit(7), "a") == circuit(8)
    again.close()
    assert again.path.stat().st_size < before
    final = disk(tmp_path, limit=10_000)
    kept = [seed for seed in range(400) if final.transition(circuit(seed), "a")]
    assert 7 in kept
    assert 20 < len(kept) < 200
    assert max(kept) == 399
    final.close()
