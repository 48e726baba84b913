"""The gate alone: pace, count, which lane answers, and what stops a run."""

from dataclasses import dataclass, field

import pytest

from runningcoach.ingest.garmin.client import GarminClient, SyncAborted, UnitDeferred
from runningcoach.sources.common.pacing import RequestPace
from runningcoach.sources.garmin import ENDPOINTS, GarminAnswer, GarminFailure
from runningcoach.store import garmin


@dataclass
class Scripted:
    """A lane that answers as told: the real ones are asked by the other tests."""

    name: str
    script: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    def get(self, path):
        self.asked.append(path)
        said = self.script.pop(0) if self.script else GarminAnswer(200, {})
        if isinstance(said, Exception):
            raise said
        return said

    def tokens(self):
        return "{}"


class Clock:
    """A clock that only sleep moves."""

    def __init__(self):
        self.now = 0.0
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def gate(conn, user, home, *lanes, **more):
    more.setdefault("pace", RequestPace(every_s=0.0, sleep=lambda _: None))
    return GarminClient(conn, user.id, {lane.name: lane for lane in lanes}, home=home, **more)


def test_pace_is_one_in_two_seconds_after_a_burst_of_three(conn, user, home):
    clock = Clock()
    lane = Scripted("key")
    pace = RequestPace(jitter=0.0, clock=lambda: clock.now, sleep=clock.sleep)
    asked = gate(conn, user, home, lane, pace=pace)
    for _ in range(10):
        asked.fetch("settings")
    assert clock.now == pytest.approx((10 - 3) * 2.0)
    assert len(clock.slept) == 7


def test_jitter_varies_each_wait_by_less_than_half(conn, user, home):
    clock = Clock()
    pace = RequestPace(clock=lambda: clock.now, sleep=clock.sleep)
    asked = gate(conn, user, home, Scripted("key"), pace=pace)
    for _ in range(60):
        asked.fetch("settings")
    assert len({round(slept, 6) for slept in clock.slept}) > 20
    assert clock.now / 57 == pytest.approx(2.0, rel=0.2)


def test_every_request_is_counted_also_those_that_fail(conn, user, home):
    lane = Scripted("key", [GarminFailure("transient", 500), GarminFailure("transient", 500)])
    asked = gate(conn, user, home, lane)
    asked.fetch("settings")
    assert asked.requests == 3
    assert garmin.get_request_hold(conn, user.id).requests_today == 3


def test_key_reads_first_and_the_sign_in_what_only_it_has(conn, user, home):
    key, signin = Scripted("key"), Scripted("signin")
    asked = gate(conn, user, home, key, signin, account="me")
    asked.fetch("settings")
    asked.fetch("records")
    assert key.asked == [ENDPOINTS["settings"].path("key")]
    assert signin.asked == [ENDPOINTS["records"].path("signin").format(who="me")]


def test_question_that_no_lane_has_is_no_failure(conn, user, home):
    asked = gate(conn, user, home, Scripted("key"))
    assert not asked.can_fetch("records")
    with pytest.raises(UnitDeferred, match="not_supported"):
        asked.fetch("records")
    assert asked.requests == 0


def test_without_any_lane_the_run_stops(conn, user, home):
    with pytest.raises(SyncAborted, match="needs_reauth"):
        gate(conn, user, home).fetch("settings")


def test_stumbles_in_a_row_stop_the_run_but_an_answer_in_between_forgives(conn, user, home):
    away = GarminFailure("transient", None)
    script = [away] * 8 + [GarminAnswer(200, {})] + [away] * 12
    asked = gate(conn, user, home, Scripted("key", script))
    for _ in range(2):
        with pytest.raises(UnitDeferred):
            asked.fetch("settings")
    asked.fetch("settings")
    for _ in range(2):
        with pytest.raises(UnitDeferred):
            asked.fetch("settings")
    with pytest.raises(SyncAborted, match="unavailable"):
        asked.fetch("settings")


def test_bad_request_is_not_repeated(conn, user, home):
    lane = Scripted("key", [GarminFailure("permanent", 400)])
    with pytest.raises(UnitDeferred, match="permanent"):
        gate(conn, user, home, lane).fetch("settings")
    assert len(lane.asked) == 1
