"""Histories with odd activities mixed in end with the estimates of the clean ones."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import numpy as np
import pytest

from runningcoach.derive import activities, benchmarks, history, rebuild
from runningcoach.derive.failures import DeriveFailures
from runningcoach.metrics import activity, streams
from runningcoach.model.benchmark_timeline import Timeline
from runningcoach.model.user import Preferences
from runningcoach.store import derive_failures, facts, fitness
from runningcoach.store.blobs import samples
from runningcoach.store.facts import ActivityInput
from runningcoach.store.fitness import AthleteProfile
from tests.derive.conftest import INSERT, MANIFEST

FIRST, WEEKS = date(2024, 1, 1), 9
CLOSE = 0.03
KINDS = ("hrmax_bpm", "lthr_bpm", "threshold_speed_mps", "critical_speed_mps")
SOMEBODY = AthleteProfile("male", None, "UTC", Preferences())
ODD = ("still", "ride", "e_bike", "spike", "late_spike", "hole", "clock", "kmh", "drive", "glitch")
LEAST_ODD, MOST_ODD = 3, 7


class Runner(NamedTuple):
    """A made-up body: heart rate follows speed as Daniels' tables have it."""

    fastest_mps: float
    """Speed at VO2max."""
    hrmax_bpm: float

    def heart_rate(self, speed_mps):
        """Return heart rate at each second of a run, which follows speed within a minute."""
        share = np.maximum(speed_mps / self.fastest_mps, 0.3)
        wanted = np.clip(self.hrmax_bpm * (1.00466 + 0.68725 * np.log(share)), 85, self.hrmax_bpm)
        taps = np.exp(-np.arange(120) / 30)
        padded = np.concatenate([np.full(119, 90.0), wanted])
        return np.convolve(padded, taps / taps.sum(), mode="valid")


class Session(NamedTuple):
    """An activity of a history: its day, sport and samples."""

    day: date
    channels: dict[str, Any]
    number: int

    def measured(self, activity_id=None):
        """Return it as deriving sees it."""
        clean = streams.clean(self.channels)
        seconds = self.channels["t_s"]
        return ActivityInput(
            activity_id=self.number if activity_id is None else activity_id,
            local_date=self.day,
            sport="running",
            sub_sport=None,
            rpe=None,
            timer_s=float(seconds[-1] - seconds[0] + 1),
            ascent_m=None,
            descent_m=None,
            distance_m=float(self.channels["distance_m"][-1]),
            is_race=False,
            device_training_effect=None,
            air_temperature_c=None,
            dew_point_c=None,
            facts=activity.facts(clean, sport="running"),
        )


def channels(speed, rate):
    return {
        "t_s": np.arange(len(speed)),
        "speed_mps": speed,
        "distance_m": np.cumsum(speed),
        "heart_rate_bpm": np.rint(rate),
    }


def pace(kind, runner):
    """Return the speed of each second of a session."""
    shares = {"easy": [(0.68, 1920)], "long": [(0.66, 3000)], "hard": [(0.70, 600)]}[kind]
    if kind == "hard":
        shares = [*shares, *[(0.97, 240), (0.60, 90)] * 5, (0.65, 300)]
    return np.concatenate([np.full(s, share * runner.fastest_mps) for share, s in shares])


def clean_history(rng, runner):
    """Return nine weeks of an easy, a hard and a long run each."""
    days = [(0, "easy"), (2, "hard"), (5, "long")]
    found = []
    for week in range(WEEKS):
        for day, kind in days:
            speed = pace(kind, runner) * rng.uniform(0.99, 1.01)
            speed = speed + rng.normal(0, 0.05, len(speed))
            rate = runner.heart_rate(speed) + rng.normal(0, 0.8, len(speed))
            when = FIRST + timedelta(days=7 * week + day)
            found.append(Session(when, channels(speed, rate), len(found)))
    return found


def odd_one(kind, day, rng, runner, number):
    """Return an activity that is none, or of which a sensor tells another story."""
    speed = pace("easy", runner) + rng.normal(0, 0.05, 1920)
    rate = runner.heart_rate(speed)
    if kind == "still":
        speed, rate = np.zeros(1920), np.full(1920, 118.0)
    elif kind == "ride":
        speed, rate = np.full(2400, rng.uniform(5.8, 8.5)), np.full(2400, rng.uniform(105, 140))
    elif kind == "e_bike":
        speed, rate = np.full(1800, rng.uniform(5.0, 6.5)), np.full(1800, rng.uniform(90, 110))
    elif kind == "drive":
        speed = np.concatenate([speed, np.full(700, rng.uniform(9.0, 11.5))])
        rate = np.concatenate([rate, np.full(700, 95.0)])
    elif kind == "glitch":
        speed[600:960] = rng.uniform(1.9, 2.1) * speed[600:960]
    elif kind in ("spike", "late_spike"):
        begin = 0 if kind == "spike" else 900
        rate[begin : begin + 180] = rng.uniform(207, 225)
    found = channels(speed, rate)
    if kind == "kmh":
        found["speed_mps"] = 3.6 * found["speed_mps"]
    if kind == "hole":
        keep = np.ones(len(speed), bool)
        keep[700 : 700 + int(rng.integers(15, 200))] = False
        found = {name: values[keep] for name, values in found.items()}
    if kind == "clock":
        day = day - timedelta(days=1024 * 7)  # the week of GPS rolled over
        found["t_s"] = np.where(np.arange(len(speed)) % 97 == 5, found["t_s"] - 40, found["t_s"])
    return Session(day, found, number)


def mixed(clean, rng, runner):
    """Return the history with odd activities on days of their own, in the order of days."""
    free = [n for n in range(7 * WEEKS - 10) if n % 7 not in (0, 2, 5)]
    count = int(rng.integers(LEAST_ODD, MOST_ODD + 1))
    days = rng.choice(free, count, replace=False)
    kinds = rng.choice(ODD, count)
    odd = [
        odd_one(kind, FIRST + timedelta(days=int(day)), rng, runner, 1000 + n)
        for n, (kind, day) in enumerate(zip(kinds, days, strict=True))
    ]
    return sorted([*clean, *odd], key=lambda s: s.day), dict(enumerate(kinds.tolist(), 1000))


def made(seed):
    rng = np.random.default_rng(seed)
    runner = Runner(rng.uniform(3.6, 5.4), rng.uniform(172, 200))
    clean = clean_history(rng, runner)
    return clean, *mixed(clean, rng, runner)


def derived(known):
    """Return the estimates at the end, and which activities were measured or put aside."""
    aside = DeriveFailures()
    usable = aside.usable(known)
    estimated = benchmarks.estimate(usable, [], [], None)
    timeline = Timeline(estimated.rows)
    befores = history.prior_histories(usable, timeline, estimated)
    rows = list(activities.changed_rows(usable, befores, timeline, SOMEBODY, {}, aside))
    end = FIRST + timedelta(days=7 * WEEKS)
    values: dict[str, float | None] = {kind: timeline.value(kind, end) for kind in KINDS}
    trend = benchmarks.vo2max_trend(estimated.vo2max, estimated.races, np.array([end.toordinal()]))
    values["vo2max"] = float(trend[0])
    return values, {row["activity_id"] for row in rows}, aside.rows


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_odd_activities_move_no_estimate(seed):
    clean, everything, kinds = made(seed)
    known = {session.number: session.measured() for session in everything}
    expected, *_ = derived([known[session.number] for session in clean])
    found, numbers, aside = derived(list(known.values()))
    assert numbers | aside.keys() == known.keys()
    assert all(row.reason for row in aside.values())
    for kind, value in expected.items():
        assert value is not None
        assert np.isfinite(value)
        assert found[kind] == pytest.approx(value, rel=CLOSE), (kind, kinds)


def keep(conn, user_id, home, session):
    """Write an activity as an import does."""
    start = datetime.combine(session.day, time(7), UTC)
    known = session.measured()
    row = {
        "user_id": user_id, "sha": f"{session.number:064x}", "sport": "running",
        "sub_sport": None, "rpe": None, "is_race": False, "treadmill": False, "start": start,
        "day": session.day, "seconds": known.timer_s, "distance": known.distance_m, "ascent": None,
    }  # fmt: skip
    number = conn.execute(INSERT, row).fetchone()[0]
    file = samples.write(home, session.channels, start, row["sha"][-16:])
    manifest = (file.path, file.sha256, file.size_bytes, file.samples, file.channels)
    conn.execute(MANIFEST, (number, user_id, *manifest))
    facts.put(conn, user_id, number, known.facts)
    return number


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 11])
def test_odd_activities_in_the_tables(seed, conn, user, home, monkeypatch):
    monkeypatch.setattr("runningcoach.base.periods.today", lambda zone: FIRST + timedelta(days=70))
    clean, everything, _ = made(seed)
    numbers = {keep(conn, user.id, home, session) for session in everything}
    fitness.mark_stale(conn, user.id, date.min)
    rebuild.refresh(conn, user.id)
    stored = {one.activity_id for one in facts.list_inputs(conn, user.id)}
    assert stored == numbers
    aside = {one.activity_id for one in derive_failures.list_parked(conn, user.id)}
    assert fitness.metrics(conn, user.id).keys() | aside == numbers
    expected, *_ = derived([session.measured() for session in clean])
    (day,) = fitness.daily(conn, user.id, FIRST + timedelta(63), FIRST + timedelta(63))
    assert day.vo2max_trend == pytest.approx(expected["vo2max"], rel=CLOSE)
    rows = conn.execute(
        "SELECT DISTINCT ON (kind) kind, value FROM athlete_benchmarks WHERE user_id = %s"
        " AND valid_from <= %s ORDER BY kind, source DESC, valid_from DESC",
        (user.id, FIRST + timedelta(days=63)),
    ).fetchall()
    values = dict(rows)
    for kind in KINDS:
        assert values[kind] == pytest.approx(expected[kind], rel=CLOSE), kind
