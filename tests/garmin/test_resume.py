"""A backfill that is killed at any moment and run again ends like one that was not.

What is promised: what was answered and kept is never asked for again. A question whose answer was
on its way, or was not yet kept, when the process died is asked once more; that is at most one
question a death, and so at most one file.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from tests.conftest import PROJECT

from . import fetch_all
from .conftest import Runner

KILLS = int(os.environ.get("RC_GARMIN_KILLS", "20"))
SEED = 20_261_122
TABLES_OF_EVENTS = "garmin_raw_events"


def started(runner: Runner, url: str) -> subprocess.Popen[str]:
    arguments = [url, str(runner.user_id), str(runner.home), runner.fake.url]
    return subprocess.Popen(
        [sys.executable, fetch_all.__file__, *arguments], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
    )  # fmt: skip


def killed(runner: Runner, url: str, seconds: float) -> bool:
    """Kill a backfill so long after its first question; False when it was done before."""
    asked = len(runner.fake.log())
    process = started(runner, url)
    while len(runner.fake.log()) == asked and process.poll() is None:
        time.sleep(0.01)
    time.sleep(seconds)
    if process.poll() is not None:
        return False
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return True


def question(call) -> tuple[str, str]:
    return call.path, call.query


@pytest.mark.deep
def test_killed_backfill_ends_like_one_that_was_not(keyed: Runner, kept_up, database_url):
    throw = random.Random(SEED)
    last_words, kills = [], 0
    keyed.fake.reset()
    keyed.with_key()
    keyed.fake.clear_log()
    keyed.fake.latency(0.004)
    while kills < KILLS:
        if not killed(keyed, database_url, throw.uniform(0, 3.0 / KILLS)):
            break
        kills += 1
        last_words.append(question(keyed.fake.log()[-1]))
    process = started(keyed, database_url)
    assert process.communicate()[0] == "None\n"
    assert kills == KILLS, f"done after {kills} kills"

    counted = Counter(map(question, keyed.asked(status=200) + keyed.asked(status=404)))
    oldest = [asked for asked in counted if "sortOrder=asc" in asked[1]]
    again = {asked: times - 1 for asked, times in counted.items() if times > 1}
    for asked in oldest:  # each run asks where the history begins
        again.pop(asked, None)
    deaths = Counter(last_words)
    assert all(times <= deaths[asked] for asked, times in again.items()), again
    assert not list((keyed.home / "downloads" / str(keyed.user_id)).iterdir())

    expected, found = kept_up.tables(), keyed.tables()
    for name in expected:
        if name != TABLES_OF_EVENTS:
            assert found[name] == expected[name], name
    assert facts(found[TABLES_OF_EVENTS]) == facts(expected[TABLES_OF_EVENTS])


def facts(events: list[str]) -> set[str]:
    """Return the events that tell something: an incremental run also notes what it did not find."""
    return {row for row in events if not row.startswith('{"body": null')}
