"""A push that is killed at any moment and run again leaves each workout on the calendar once."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.conftest import PROJECT

from . import push_workouts
from .conftest import Runner, easy, garmin_body

SEED = 20_261_130
PLANS = [
    {number: [easy(30 + number, f"Run {number}")] for number in range(0, 10, 2)},
    {number: [easy(31 + number, f"Run {number}")] for number in range(0, 10, 2)},
    {number + 1: [easy(31 + number, f"Run {number}")] for number in range(0, 8, 2)},
    {},
]
"""Sent, then replaced, moved with one dropped, then abandoned."""


def started(runner: Runner, url: str) -> subprocess.Popen[str]:
    arguments = [url, str(runner.user_id), str(runner.home), runner.fake.url]
    return subprocess.Popen(
        [sys.executable, push_workouts.__file__, *arguments], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
    )  # fmt: skip


def kill_after(runner: Runner, url: str, requests: int, more_s: float) -> bool:
    """Kill a push so long after so many of its requests; False where it had ended before."""
    begun = len(runner.fake.log())
    process = started(runner, url)
    while len(runner.fake.log()) < begun + requests and process.poll() is None:
        time.sleep(0.002)
    time.sleep(more_s)
    is_running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return is_running


def push_killed(runner: Runner, url: str, kills: int, throw: random.Random) -> None:
    """Push each plan, killed at some moments, and look at the calendar after each."""
    mine = runner.fake.add_workout(garmin_body("Mine", "from my club", [600]))
    runner.fake.latency(0.02)
    killed = 0
    for number, days in enumerate(PLANS):
        runner.approve(days)
        for _ in range(kills // len(PLANS) + (number < kills % len(PLANS))):
            killed += kill_after(runner, url, throw.randint(3, 7), throw.uniform(0, 0.03))
            runner.let_time_pass()
        process = started(runner, url)
        assert process.communicate()[0] == "None\n"
        expected = [(day, one.title) for day, [one] in days.items()]
        assert runner.calendar() == expected
        assert runner.library() == sorted(["Mine", *(title for _, title in expected)])
        assert runner.fake.workouts()[0]["workoutId"] == mine
    assert killed >= kills // 2


@pytest.mark.slow
def test_push_killed_at_three_moments(runner: Runner, database_url: str):
    push_killed(runner, database_url, 3, random.Random(SEED))


@pytest.mark.deep
def test_push_killed_at_twenty_moments(runner: Runner, database_url: str):
    push_killed(runner, database_url, 20, random.Random(SEED + 1))
