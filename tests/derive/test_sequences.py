"""Whatever happened in whatever order, what is derived step by step is what is derived at once.

Each seed is a life of an account: activities come, are edited and deleted, the runner and the
body say things, days pass, and now and then what is behind is derived. At its end three ways must
lead to equal tables: these steps, a rebuild from the samples, and a new account that is given the
same end at once. RC_SEQUENCES=200 tries two hundred seeds.
"""

import os
import random
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import pytest

from runningcoach.derive import rebuild
from runningcoach.model.user import Preferences
from runningcoach.store import activities, benchmarks, fitness, health, preferences
from runningcoach.store.blobs import samples
from tests.derive.conftest import INSERT, History, measured, recording

SEEDS = range(int(os.environ.get("RC_SEQUENCES", "12")))
FIRST = date(2024, 1, 1)
SPAN_DAYS = 90

KINDS = {
    "easy": {"minutes": 25, "speed": 2.8, "bpm": 140},
    "hard": {"minutes": 30, "speed": 3.7, "bpm": 176},
    "race": {"minutes": 22, "speed": 4.4, "bpm": 187, "is_race": True},
    "long": {"minutes": 75, "speed": 2.7, "bpm": 145},
    "treadmill": {"minutes": 30, "speed": 3.0, "bpm": 150, "treadmill": True},
    "ride": {"minutes": 40, "speed": 8.0, "bpm": 135, "sport": "cycling"},
    "no heart rate": {"minutes": 35, "speed": 3.0, "without": "heart_rate_bpm"},
    "no altitude": {"minutes": 35, "speed": 3.1, "bpm": 155, "without": "altitude_m"},
    "very short": {"minutes": 3, "speed": 3.0, "bpm": 130},
}
SET = {
    "hrmax_bpm": (185, 205),
    "hrrest_bpm": (42, 60),
    "lthr_bpm": (160, 175),
    "threshold_speed_mps": (3.4, 4.4),
    "critical_speed_mps": (3.5, 4.5),
    "reserve_m": (100, 250),
    "vt1_bpm": (140, 150),
    "vt2_bpm": (160, 170),
    "hr_zone_1_bpm": (95, 110),
    "hr_zone_3_bpm": (135, 145),
    "hr_zone_5_bpm": (172, 180),
}
EDITS = (
    {"name": "A run"},
    {"rpe": 7.0},
    {"rpe": None},
    {"is_race": True},
    {"is_race": False},
    {"air_temperature_c": 27.0, "dew_point_c": 19.0},
)
BODY = {"resting_hr_bpm": (45, 60), "hrv_ms": (40, 90), "weight_kg": (64, 70)}


@cache
def channels(kind, seed):
    """Return the samples of a kind of activity; there are a few of each."""
    shape = {k: v for k, v in KINDS[kind].items() if k in ("minutes", "speed", "bpm")}
    found = recording(FIRST, **shape, seed=seed)
    found.pop(KINDS[kind].get("without"), None)
    return found


@cache
def said(kind, seed):
    """Return the facts and totals of a kind of activity."""
    sport = KINDS[kind].get("sport", "running")
    return measured(channels(kind, seed), sport, "treadmill" in KINDS[kind])


class Life(History):
    """An account to which things happen, and that remembers what is true at last."""

    def __init__(self, conn, user_id, home, chance, clock):
        super().__init__(conn, user_id, home)
        self.chance, self.clock = chance, clock
        self.numbers, self.activities, self.own, self.body, self.nights = {}, {}, {}, {}, {}
        self.preferences = None
        self.told = []

    # What may happen ---------------------------------------------------------------------------

    def an_activity_comes(self):
        start = datetime.combine(self.day(), time(self.chance.choice([6, 7, 18])), UTC)
        kind, seed = self.chance.choice(sorted(KINDS)), self.chance.randrange(2)
        sha = f"{self.chance.getrandbits(256):064x}"
        self.take(sha, {"kind": kind, "seed": seed, "start": start})

    def some_activities_come(self):
        for _ in range(4):
            self.an_activity_comes()

    def an_activity_is_edited(self):
        if self.activities:
            self.edit(self.chance.choice(sorted(self.activities)), self.chance.choice(EDITS))

    def an_activity_is_deleted(self):
        if self.activities:
            self.delete(self.chance.choice(sorted(self.activities)))

    def the_newest_activity_is_deleted(self):
        if self.activities:
            self.delete(max(self.activities, key=lambda sha: self.activities[sha]["start"]))

    def the_runner_sets_a_benchmark(self):
        kind = self.chance.choice(sorted(SET))
        value = round(self.chance.uniform(*SET[kind]), 2)
        self.set((kind, self.day()), value)

    def the_runner_takes_a_benchmark_back(self):
        if self.own:
            kind, day = self.chance.choice(sorted(self.own))
            del self.own[kind, day]
            benchmarks.remove_user(self.conn, self.user_id, kind, day)

    def a_morning_is_measured(self):
        self.measure(self.day())

    def weeks_of_mornings_are_measured(self):
        first = self.day()
        for n in range(self.chance.choice([20, 45])):
            self.measure(first + timedelta(days=n))

    def other_preferences_are_chosen(self):
        self.choose(
            Preferences(
                load_by=self.chance.choice(["auto", "pace", "heart_rate"]),
                fitness_convention=self.chance.choice(["exp", "reciprocal", "span"]),
                form_of=self.chance.choice(["yesterday", "sameday"]),
                seeded=self.chance.choice([True, False]),
            )
        )

    def days_pass(self):
        self.clock.today += timedelta(days=self.chance.randint(1, 9))

    def what_is_behind_is_derived(self):
        rebuild.refresh(self.conn, self.user_id)

    HAPPENINGS = (
        *3 * (an_activity_comes,), *3 * (some_activities_come,), *2 * (an_activity_is_edited,),
        an_activity_is_deleted, the_newest_activity_is_deleted, *2 * (the_runner_sets_a_benchmark,),
        the_runner_takes_a_benchmark_back, a_morning_is_measured, weeks_of_mornings_are_measured,
        other_preferences_are_chosen, days_pass, *4 * (what_is_behind_is_derived,),
    )  # fmt: skip

    def live(self):
        """Begin with a few activities, then let five to twelve things happen."""
        self.some_activities_come()
        for _ in range(self.chance.randint(5, 12)):
            happening = self.chance.choice(self.HAPPENINGS)
            self.told.append(happening.__name__)
            happening(self)

    # How it comes into the tables --------------------------------------------------------------

    def day(self):
        return FIRST + timedelta(days=self.chance.randrange(SPAN_DAYS))

    def take(self, sha, one):
        self.activities[sha] = one
        found = channels(one["kind"], one["seed"])
        seconds, day, shape = len(found["t_s"]), one["start"].date(), KINDS[one["kind"]]
        row = {
            "user_id": self.user_id, "sha": sha, "sport": shape.get("sport", "running"),
            "sub_sport": None, "rpe": None, "is_race": shape.get("is_race", False),
            "treadmill": "treadmill" in shape, "start": one["start"], "day": day,
            "seconds": seconds, "distance": float(found["distance_m"][-1]), "ascent": None,
        }  # fmt: skip
        self.numbers[sha] = self.conn.execute(INSERT, row).fetchone()[0]
        at = datetime.combine(FIRST, time(), UTC)
        file = samples.write(self.home, found, at, f"{one['kind']}-{one['seed']}".replace(" ", "-"))
        self.keep(self.numbers[sha], day, file, said(one["kind"], one["seed"]))

    def edit(self, sha, changes):
        self.activities[sha]["edits"] = self.activities[sha].get("edits", {}) | changes
        after = activities.update(self.conn, self.user_id, self.numbers[sha], changes)
        if changes.keys() & activities.WEIGHS:
            fitness.mark_stale(self.conn, self.user_id, after.local_date)

    def delete(self, sha):
        day = self.activities.pop(sha)["start"].date()
        self.conn.execute("DELETE FROM activities WHERE id = %s", [self.numbers.pop(sha)])
        fitness.mark_stale(self.conn, self.user_id, day)

    def set(self, key, value):
        self.own[key] = value
        benchmarks.set_user(self.conn, self.user_id, key[0], value, key[1])

    def measure(self, day):
        body = {name: float(round(self.chance.uniform(*span))) for name, span in BODY.items()}
        self.say(day, body, {"total_s": float(self.chance.randrange(18_000, 32_000))})

    def say(self, day, body, night):
        self.body[day], self.nights[day] = body, night
        health.put_days(self.conn, self.user_id, {day: body}, "garmin")
        health.put_nights(self.conn, self.user_id, {day: night}, "garmin")
        fitness.mark_stale(self.conn, self.user_id, day)

    def choose(self, chosen):
        self.preferences = chosen
        preferences.put(self.conn, self.user_id, chosen)

    def become(self, other):
        """Take what is true of another account at last, in another order."""
        for sha, one in sorted(other.activities.items()):
            self.take(sha, dict(one))
            self.edit(sha, one.get("edits", {}))
        for key, value in other.own.items():
            self.set(key, value)
        for day, body in other.body.items():
            self.say(day, body, other.nights[day])
        if other.preferences:
            self.choose(other.preferences)


class Clock:
    """Says which day it is."""

    today = FIRST + timedelta(days=SPAN_DAYS)


@pytest.fixture
def clock(monkeypatch):
    """A clock that only the test moves."""
    clock = Clock()
    monkeypatch.setattr("runningcoach.base.periods.today", lambda zone: clock.today)
    return clock


@pytest.mark.parametrize("seed", SEEDS)
def test_three_ways_lead_to_equal_tables(seed, conn, user, other_user, home, clock):
    life = Life(conn, user.id, home, random.Random(seed), clock)
    life.live()
    rebuild.refresh(conn, user.id)
    step_by_step = life.everything()

    report = rebuild.rebuild(conn, user.id, home)
    assert_equal(life.everything(), step_by_step, life.told)
    assert (report.facts, report.changes, report.unread) == (0, [], [])
    assert report.derived.measured == report.derived.days == report.derived.benchmarks == 0

    at_once = Life(conn, other_user.id, home, None, clock)
    at_once.become(life)
    rebuild.refresh(conn, other_user.id)
    assert_equal(at_once.everything(), step_by_step, life.told)


def assert_equal(found, expected, told):
    """Compare table by table, row by row, and say what had happened."""
    for table, rows in expected.items():
        assert len(found[table]) == len(rows), (table, told)
        for mine, theirs in zip(found[table], rows, strict=True):
            assert mine == theirs, (table, told)


def test_a_life_is_not_an_empty_one(conn, user, home, clock):
    """The sequences do fill the tables that are compared, over the seeds that are always tried."""
    counts = []
    for seed in range(12):
        life = Life(conn, user.id, home, random.Random(seed), clock)
        life.live()
        counts.append(len(life.activities))
    assert sum(counts) > 12 * 6
    rebuild.refresh(conn, user.id)
    found = life.everything()
    for table in ("activity_metrics", "best_efforts", "athlete_benchmarks", "analytics_summaries"):
        assert found[table], table
