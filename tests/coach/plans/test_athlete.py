"""The state of an athlete from the tables: weeks, longest run, paces by the best evidence."""

import hashlib
from datetime import date, timedelta

import pytest

from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.derive.pace_index import load_pace_index
from runningcoach.model.fitness import DailyFitness, RecoveryDay
from runningcoach.store import benchmarks, fitness
from runningcoach.store.benchmarks import BenchmarkDetail

TODAY = date(2026, 5, 14)  # a Thursday
MONDAY = date(2026, 5, 11)


def run(conn, user, day, km=10.0, seconds=3_600, **more):
    """Store a run; `best` is a stretch (m, s), `half_hour_bpm` its best half hour."""
    name = hashlib.sha256(f"{user.id} {day} {km} {more}".encode()).hexdigest()
    activity_id = conn.execute(
        "INSERT INTO activities (user_id, file_sha256, source, sport, is_race, is_treadmill,"
        " started_at, timezone, local_started_at, local_date, elapsed_s, timer_s, distance_m,"
        " garmin_vo2max, decode_status) VALUES (%s, %s, 'fit', %s, %s, %s, %s, 'Asia/Seoul', %s,"
        " %s, %s, %s, %s, %s, 'ok') RETURNING id",
        [user.id, name, more.get("sport", "running"), more.get("is_race", False),
         more.get("is_treadmill", False), day, day, day, seconds, seconds, km * 1000,
         more.get("garmin_vo2max")],
    ).fetchone()[0]  # fmt: skip
    if "best" in more:
        conn.execute(
            "INSERT INTO best_efforts VALUES (%s, %s, %s, %s, 0)",
            [activity_id, user.id, *more["best"]],
        )
        conn.execute(
            "INSERT INTO activity_facts (activity_id, user_id, engine_version, elapsed_s,"
            " active_s, moving_s, hr_best_30min_bpm) VALUES (%s, %s, '1', 1, 1, 1, %s)",
            [activity_id, user.id, more.get("half_hour_bpm")],
        )
    if "load" in more:
        conn.execute(
            "INSERT INTO activity_metrics (activity_id, user_id, engine_version, inputs_hash,"
            " load, hr_zone_s) VALUES (%s, %s, '1', 'x', %s, %s)",
            [activity_id, user.id, more["load"], more.get("hr_zone_s", [600, 2400, 100, 0, 0])],
        )
    return activity_id


def set_benchmarks(conn, user, **values):
    rows = [
        BenchmarkDetail(
            kind=kind, value=value, valid_from=date(2026, 4, 1), source="estimate",
            confidence="medium",
        )
        for kind, value in values.items()
    ]  # fmt: skip
    benchmarks.replace_estimates(conn, user.id, rows)


def days_ago(days):
    return TODAY - timedelta(days=days)


def test_nothing_is_known_of_a_new_runner(conn, user):
    athlete = load_athlete(conn, user.id, TODAY)
    assert athlete.weekly_km == ()
    assert athlete.days_since_run is None
    assert athlete.paces is None
    assert (athlete.hrmax_bpm, athlete.age, athlete.ctl, athlete.load_per_km) == (None,) * 4
    assert not athlete.is_red_today


def test_weeks_are_whole_and_begin_with_the_first_run(conn, user, other_user):
    run(conn, user, MONDAY - timedelta(days=15), 8)  # three weeks before this one
    run(conn, user, MONDAY - timedelta(days=1), 12)
    run(conn, user, MONDAY - timedelta(days=7), 5)
    run(conn, user, MONDAY - timedelta(days=3), 40, sport="cycling")
    run(conn, user, MONDAY, 20)  # this week is not over
    run(conn, other_user, MONDAY - timedelta(days=8), 99)
    athlete = load_athlete(conn, user.id, TODAY)
    assert athlete.weekly_km == (8.0, 0.0, 17.0)
    assert athlete.longest_30d_km == 20.0
    assert athlete.days_since_run == 3


def test_twelve_weeks_are_remembered_and_thirty_days_for_the_longest_run(conn, user):
    for week in range(1, 20):
        run(conn, user, MONDAY - timedelta(days=7 * week), week)
    athlete = load_athlete(conn, user.id, TODAY)
    assert athlete.weekly_km == tuple(float(week) for week in range(12, 0, -1))
    assert athlete.longest_30d_km == 3.0  # 24 days ago; the run of 4 km is 31 days old


def test_race_comes_before_effort_and_garmin(conn, user):
    set_benchmarks(conn, user, critical_speed_mps=3.5, lthr_bpm=170)
    run(conn, user, days_ago(10), garmin_vo2max=60)
    run(conn, user, days_ago(20), 5, 20 * 60, is_race=True)
    paces = load_athlete(conn, user.id, TODAY).paces
    assert paces.source == "race"
    assert paces.pace_index == pytest.approx(49.8, abs=0.05)  # 5 km in 20:00


def test_old_race_gives_way_to_critical_speed(conn, user):
    set_benchmarks(conn, user, critical_speed_mps=4.0)
    run(conn, user, days_ago(61), 5, 20 * 60, is_race=True)
    paces = load_athlete(conn, user.id, TODAY).paces
    assert paces.source == "effort"
    threshold = (paces.threshold[0] + paces.threshold[1]) / 2
    assert threshold == pytest.approx(1000 / (4.0 * 0.98), abs=1)


def test_hard_half_hour_within_a_run_counts_and_an_easy_run_does_not(conn, user):
    set_benchmarks(conn, user, lthr_bpm=170)
    run(conn, user, days_ago(5), best=(5_000, 1_500), half_hour_bpm=140)
    assert load_athlete(conn, user.id, TODAY).paces is None
    run(conn, user, days_ago(4), best=(5_000, 1_260), half_hour_bpm=168)
    paces = load_athlete(conn, user.id, TODAY).paces
    assert (paces.source, paces.pace_index) == ("effort", pytest.approx(47.0, abs=0.1))


def test_garmin_counts_for_its_share_when_nothing_better_is_known(conn, user):
    run(conn, user, days_ago(30), garmin_vo2max=58)
    run(conn, user, days_ago(10), garmin_vo2max=50)
    paces = load_athlete(conn, user.id, TODAY).paces
    assert (paces.source, paces.pace_index) == ("garmin_vo2max", 47.5)


def test_the_threshold_that_the_runner_states_comes_first(conn, user):
    """A threshold of 4:20 /km is an index of 49 (Daniels' table); a race of 5 km in 20:00, 49.8."""
    run(conn, user, days_ago(20), 5, 20 * 60, is_race=True)
    benchmarks.set_user(conn, user.id, "threshold_speed_mps", 1000 / 260, days_ago(90))
    paces = load_athlete(conn, user.id, TODAY).paces
    assert (paces.source, paces.pace_index) == ("own_threshold", pytest.approx(49.0, abs=0.3))
    assert sum(paces.threshold) / 2 == pytest.approx(260, abs=1)


def test_a_threshold_that_no_run_bears_out_sets_no_targets(conn, user):
    set_benchmarks(conn, user, threshold_speed_mps=4.0)
    in_force = benchmarks.in_force(conn, user.id, TODAY)
    assert load_pace_index(conn, user.id, TODAY, in_force).evidence == "threshold"
    assert load_athlete(conn, user.id, TODAY).paces is None


def test_treadmill_race_gives_no_paces(conn, user):
    run(conn, user, days_ago(5), 5, 20 * 60, is_race=True, is_treadmill=True)
    assert load_athlete(conn, user.id, TODAY).paces is None


def test_limits_zones_age_and_fitness(conn, user):
    conn.execute("UPDATE users SET birth_date = '1986-05-15' WHERE id = %s", [user.id])
    set_benchmarks(
        conn, user, hrmax_bpm=188.4, lthr_bpm=170, hr_zone_1_bpm=95, hr_zone_2_bpm=114,
        hr_zone_3_bpm=133, hr_zone_4_bpm=152, hr_zone_5_bpm=171,
    )  # fmt: skip
    row = DailyFitness(
        date=days_ago(1), activities=1, distance_m=1, moving_s=1, load=1, ctl=42, atl=50,
        provisional=False, estimated_share=0,
    )  # fmt: skip
    fitness.replace_daily(conn, user.id, [row])
    athlete = load_athlete(conn, user.id, TODAY)
    assert (athlete.hrmax_bpm, athlete.lthr_bpm) == (188, 170)
    assert athlete.hr_zone_edges_bpm == (95, 114, 133, 152, 171)
    assert athlete.age == 39
    assert (athlete.ctl, athlete.atl) == (42, 50)


def test_load_of_a_kilometre_is_the_median_of_easy_runs(conn, user):
    for days, load in ((2, 50), (4, 60), (6, 90)):
        run(conn, user, days_ago(days), 10, load=load)
    run(conn, user, days_ago(8), 10, load=150, hr_zone_s=[0, 600, 0, 2400, 0])
    assert load_athlete(conn, user.id, TODAY).load_per_km == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("yesterday", "today", "is_red"),
    [
        ({}, {"flags": ["possible_illness"]}, True),
        ({"resting_hr_3d_bpm": 58}, {"resting_hr_3d_bpm": 58}, True),
        ({"resting_hr_3d_bpm": 52}, {"resting_hr_3d_bpm": 58}, False),
        ({}, {"hrv_7d_ms": 40}, False),
        ({}, {"hrv_7d_ms": 40, "sleep_3d_s": 4 * 3600}, True),
        ({}, {"hrv_7d_ms": 40, "resting_hr_3d_bpm": 58}, True),
        ({}, {"hrv_7d_ms": 60, "sleep_3d_s": 4 * 3600}, False),
    ],
)
def test_red_morning(conn, user, yesterday, today, is_red):
    usual = {"resting_hr_usual_bpm": 50, "hrv_low_ms": 50, "readiness_band": "normal"}
    fitness.replace_recovery(
        conn,
        user.id,
        [
            RecoveryDay(date=day, **usual | signs)
            for day, signs in ((days_ago(1), yesterday), (TODAY, today))
        ],
    )
    athlete = load_athlete(conn, user.id, TODAY)
    assert athlete.is_red_today is is_red
    assert athlete.readiness_band == "normal"
