"""The executor seam: results in order, few under way, a dead worker costs one task."""

import contextlib
import os
import subprocess
import sys
import time
from dataclasses import replace

import psutil
import pytest

from runningcoach.base import executors


def square(n: int) -> int:
    return n * n


def die_at_five(n: int) -> int:
    if n == 5:
        os._exit(9)
    return n


def fail_at_two(n: int) -> int:
    if n == 2:
        raise ValueError(n)
    return n


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_tasks(workers: int) -> None:
    found = [f.result() for _, f in executors.in_order(square, range(30), workers)]
    assert found == [n * n for n in range(30)]


def test_tasks_are_not_drawn_far_ahead() -> None:
    drawn = []

    def tasks():
        for n in range(100):
            drawn.append(n)
            yield n

    results = executors.in_order(square, tasks(), 1)
    next(results)
    assert len(drawn) <= executors.AHEAD + 1
    results.close()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failure_is_told_with_its_task(workers: int) -> None:
    found = {n: f.exception() for n, f in executors.in_order(fail_at_two, range(4), workers)}
    assert [n for n, error in found.items() if error] == [2]


@pytest.mark.parametrize("count", [6, 40])
def test_only_the_task_that_kills_is_lost(count: int) -> None:
    found = {n: f.exception() for n, f in executors.in_order(die_at_five, range(count), 2)}
    assert list(found) == list(range(count))
    assert [n for n, error in found.items() if error] == [5]


LIMITS = executors.TaskLimits(cpu_s=1, wall_s=60.0, memory_bytes=400 * 2**20)


def spin(_: int) -> None:
    while True:
        pass


def hold(megabytes: int) -> int:
    return len(bytearray(megabytes * 2**20)) // 2**20


def wait(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


class Peculiar(Exception):
    """An error that cannot be made again from what it says of itself."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other}")


def fail_peculiarly(_: int) -> None:
    raise Peculiar("this", "that")


@pytest.mark.parametrize(
    ("work", "of", "limits", "error"),
    [
        (spin, 1, LIMITS, "time"),
        (hold, 2_000, LIMITS, "memory"),
        (wait, 60.0, replace(LIMITS, wall_s=4.0), "time"),
    ],
)
def test_a_task_that_takes_too_much_is_ended_and_the_next_is_done(work, of, limits, error) -> None:
    with executors.WorkerPool(1, limits=limits) as pool:
        refused, done = pool.submit(work, of), pool.submit(hold, 50)
        with pytest.raises(executors.TooMuchWork, match=error):
            refused.result(30)
        assert done.result(30) == 50


def test_an_error_that_cannot_travel_is_told_in_words() -> None:
    with executors.WorkerPool(1) as pool:
        with pytest.raises(RuntimeError, match="this and that"):
            pool.submit(fail_peculiarly, 1).result(30)
        assert pool.submit(square, 3).result(30) == 9


def test_a_pool_that_is_given_stays_open() -> None:
    with executors.WorkerPool(2) as pool:
        for _ in range(2):
            found = [f.result() for _, f in executors.in_order(square, range(5), 2, pool)]
            assert found == [0, 1, 4, 9, 16]


def test_workers_end_with_an_import_that_was_killed(tmp_path) -> None:
    mark = f"MARK_{os.getpid()}_{time.monotonic_ns()}"
    program = (
        "import time\n"
        "from runningcoach.base import executors\n"
        "for _ in executors.in_order(time.sleep, [0.1] * 10_000, 2): print('.', flush=True)\n"
    )
    importing = subprocess.Popen(
        [sys.executable, "-c", program],
        env=os.environ | {mark: "1"},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
    )
    with importing:
        assert importing.stdout is not None
        importing.stdout.readline()
        assert len(marked(mark)) > 2
        importing.kill()
    give_up = time.monotonic() + 20
    while marked(mark) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert marked(mark) == []


def marked(variable: str) -> list[psutil.Process]:
    """Return the processes that have an environment variable."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if variable in process.environ() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found
