"""The athlete of the questions' corpus in the tables, so that tools return what it holds."""

from datetime import date, timedelta

from runningcoach.base import periods
from runningcoach.derive import predictions
from runningcoach.model.fitness import Baseline, BaselineYear, DailyFitness, RecoveryDay, Summary
from runningcoach.model.plan import Plan, PlanDay, PlanWeek
from runningcoach.model.plan_request import PlanRequest
from runningcoach.model.workout import DistanceEnd, PaceTarget, TimeEnd, Workout, WorkoutStep
from runningcoach.store import benchmarks, fitness, health, plans, race_predictions, races
from runningcoach.store.benchmarks import BenchmarkDetail
from tests.coach.talk.made_athlete import MadeRun, store_runs

METRES = {"5k": 5_000.0, "10k": 10_000.0, "half": 21_097.5, "marathon": 42_195.0}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
GOALS = {"half marathon": ("hm", 21_097), "marathon": ("m", 42_195), "10k": ("10k", 10_000)}
HISTORY = date(2025, 6, 1)
WEEK = timedelta(days=7)
TEMPO_S, TEMPO_PACE = 1_200, 300


def seconds(clock: str) -> int:
    parts = [int(part) for part in clock.split(":")]
    return sum(part * 60**place for place, part in enumerate(reversed(parts)))


def day(text: str) -> date:
    return date.fromisoformat(text)


def store_snapshot(conn, user, snapshot) -> date:
    """Store what a snapshot says of its athlete; return its day."""
    today = day(snapshot["today"])
    born = today.replace(year=today.year - snapshot["age"]) - timedelta(days=100)
    conn.execute("UPDATE users SET birth_date = %s WHERE id = %s", [born, user.id])
    ids = store_runs(conn, user, list(_runs(snapshot, today)))
    vo2max = [snapshot["vo2max_watch"], ids[-1]]
    conn.execute("UPDATE activities SET garmin_vo2max = %s WHERE id = %s", vo2max)
    _store_limits(conn, user, snapshot)
    _store_derived(conn, user, snapshot, today)
    _store_body(conn, user, snapshot, today)
    _store_goal(conn, user, snapshot)
    _store_plan(conn, user, snapshot, today)
    conn.execute("DELETE FROM stale WHERE user_id = %s", [user.id])
    return today


def _runs(snapshot, today):
    bests = {name: best for name, best in snapshot["bests"].items() if best and name in METRES}
    for name, best in bests.items():
        metres, time_s = METRES[name], seconds(best["time"])
        yield MadeRun(
            day(best["date"]), metres / 1000, metres / time_s, 172.0,
            is_race=best["kind"] == "race", efforts={metres: time_s},
        )  # fmt: skip
    listed = snapshot["last_runs"]
    recent = snapshot["bests"].get("best_within_run_5k_last_60d")
    for week in snapshot["weekly_km"]:
        monday = day(week["week_start"])
        known = [one for one in listed if monday <= day(one["date"]) < monday + WEEK]
        rest = week["km"] - sum(one["km"] for one in known)
        free = [0, 2, 3, 5]
        for offset in free if rest > 0.05 else ():
            on = monday + timedelta(days=offset)
            efforts = {}
            if recent and monday <= day(recent["date"]) < monday + WEEK and offset == free[-1]:
                on, efforts = day(recent["date"]), {5_000.0: seconds(recent["time"])}
            yield MadeRun(on, round(rest / len(free), 3), 2.7, 140.0, efforts=efforts)
        for one in sorted(known, key=lambda one: one["date"]):
            yield MadeRun(
                day(one["date"]), one["km"], one["km"] * 1000 / (60 * one["min"]), one["avg_hr"],
                efforts={},
            )  # fmt: skip


def _store_limits(conn, user, snapshot):
    values = {"hrmax_bpm": snapshot["max_hr_seen"]}
    for zone, (low, _) in enumerate(snapshot["hr_zones_bpm"], 1):
        values[f"hr_zone_{zone}_bpm"] = low
    rows = [
        BenchmarkDetail(
            kind=kind, value=value, valid_from=date(2026, 9, 1), source="estimate",
            confidence="high",
        )
        for kind, value in values.items()
    ]  # fmt: skip
    benchmarks.replace_estimates(conn, user.id, rows)


def _store_derived(conn, user, snapshot, today):
    weeks = [
        Summary(
            period="week", starts_on=day(week["week_start"]), activities=4, runs=4,
            distance_m=1000 * week["km"], moving_s=370 * week["km"], load=5 * week["km"],
        )
        for week in snapshot["weekly_km"]
    ]  # fmt: skip
    fitness.replace_summaries(conn, user.id, weeks)
    form = snapshot["form"]
    row = DailyFitness(
        date=today, activities=0, distance_m=0, moving_s=0, load=0, ctl=form["ctl"],
        atl=form["atl"], tsb=form["tsb"], provisional=False, estimated_share=0,
    )  # fmt: skip
    fitness.replace_daily(conn, user.id, [row])
    longest = 1000 * snapshot["longest_30d"]["km"]
    total = sum(week.distance_m for week in weeks)
    history = Baseline(
        as_of=today, first_run=HISTORY, runs=200, distance_m=total,
        years=[
            BaselineYear(year=year, runs=50, distance_m=total / 3, moving_s=total / 9)
            for year in range(HISTORY.year, today.year + 1)
        ],
        active_weeks_share=1.0, typical_week_m=39_000, typical_week_runs=4,
        typical_long_run_m=13_000, usual_weekdays=[1, 3, 5, 6], longest_run_m=longest, layoffs=[],
        ctl=form["ctl"], ctl_max=form["ctl"], ctl_max_on=today, records=[],
    )  # fmt: skip
    race_predictions.replace_baseline(conn, user.id, history)
    predicted = [
        predictions.predict_distance(conn, user.id, metres, today) for metres in METRES.values()
    ]
    race_predictions.replace_predictions(conn, user.id, predicted)


def _store_body(conn, user, snapshot, today):
    body = snapshot["wellness"]
    days = {
        today - timedelta(days=ago): {"resting_hr_bpm": body["rhr_7d"], "hrv_ms": body["hrv_7d"]}
        for ago in range(7)
    }
    health.put_days(conn, user.id, days, "garmin")
    night = {"total_s": 3600 * body["sleep_last_h"]}
    health.put_nights(conn, user.id, {today: night}, "garmin")
    low, high = body["hrv_baseline"]
    row = RecoveryDay(
        date=today, hrv_7d_ms=body["hrv_7d"], hrv_low_ms=low, hrv_high_ms=high,
        resting_hr_3d_bpm=body["rhr_7d"], resting_hr_usual_bpm=body["rhr_baseline"],
        sleep_3d_s=night["total_s"], readiness=62.0, readiness_band="normal",
    )  # fmt: skip
    fitness.replace_recovery(conn, user.id, [row])


def _store_goal(conn, user, snapshot):
    goal = snapshot["goal"]
    columns = {
        "date": day(goal["date"]), "name": "Canary Race", "distance_m": GOALS[goal["race"]][1],
        "target_time_s": seconds(goal["target"]), "priority": "A",
    }  # fmt: skip
    races.create(conn, user.id, columns)


def _store_plan(conn, user, snapshot, today):
    planned, goal = snapshot["plan_next_week"], snapshot["goal"]
    monday = day(planned["week_start"])
    days = tuple(
        PlanDay(
            date=monday + timedelta(days=n),
            workouts=(workout(planned["days"][name]),) if name in planned["days"] else (),
        )
        for n, name in enumerate(WEEKDAYS)
    )
    request = PlanRequest(
        goal=GOALS[goal["race"]][0], start=monday, race_date=day(goal["date"]),
        target_time_s=seconds(goal["target"]), available_weekdays=(1, 2, 3, 5, 6),
    )  # fmt: skip
    assert periods.week_start(monday) == monday
    week = PlanWeek(start=monday, phase="build", days=days)
    plans.create(conn, user.id, Plan(title="Plan", request=request, weeks=(week,)), "rule")


def workout(text: str) -> Workout:
    """Return the workout of words such as "easy 8" or "tempo 20 min (9 km)"."""
    kind, *rest = text.split()
    if kind != "tempo":
        steps = (_easy("main", 1000 * int(rest[0])),)
        return Workout(type=kind, title="Canary title", steps=steps)
    whole = 1000 * int(rest[-2].strip("("))
    hard = TEMPO_S * 1000 // TEMPO_PACE
    target = PaceTarget(slow_s_per_km=TEMPO_PACE, fast_s_per_km=TEMPO_PACE)
    tempo = WorkoutStep(intensity="interval", end=TimeEnd(seconds=TEMPO_S), target=target)
    before = (whole - hard) // 2
    steps = (_easy("warmup", before), tempo, _easy("cooldown", whole - hard - before))
    return Workout(type="tempo", title="Canary title", steps=steps)


def _easy(intensity: str, metres: int) -> WorkoutStep:
    return WorkoutStep(intensity=intensity, end=DistanceEnd(meters=metres))
