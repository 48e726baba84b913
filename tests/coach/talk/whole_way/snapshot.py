"""The data of an invented runner, as the question corpus states them, in a real database.

What the snapshot does not say is filled in so that it says nothing new: the other runs of a week
are alike and share what is left of its distance.
"""

import hashlib
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import psycopg

from runningcoach.base import i18n
from runningcoach.coach.plans import versions
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.expander import expand_draft
from runningcoach.derive import rebuild
from runningcoach.model.plan_draft import PlanDraft
from runningcoach.model.plan_request import PlanRequest
from runningcoach.model.user import User
from runningcoach.store import benchmarks, facts, fitness, health, races
from tests.derive import made

type Connection = psycopg.Connection[Any]

COLUMNS = (
    "user_id", "file_sha256", "source", "sport", "is_race", "has_gps", "started_at", "timezone",
    "local_started_at", "local_date", "elapsed_s", "timer_s", "distance_m", "average_hr_bpm",
    "garmin_vo2max", "decode_status", "notes",
)  # fmt: skip
LADDER_M = (400.0, 800.0, 1000.0, 1609.344, 3000.0, 5000.0, 10_000.0, 15_000.0)
BEST_M = {"5k": 5000.0, "10k": 10_000.0, "half": 21_097.5, "marathon": 42_195.0}
EDGES = ("hr_zone_1_bpm", "hr_zone_2_bpm", "hr_zone_3_bpm", "hr_zone_4_bpm", "hr_zone_5_bpm")
EASY_MPS, EASY_BPM = 2.75, 138.0
RUNS_A_WEEK = 5
TEMPLATES = {"recovery": "recovery", "tempo": "tempo", "long": "long", "easy": "easy",
             "cruise": "cruise", "interval": "vo2max"}  # fmt: skip
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
GOALS = {"half marathon": ("hm", 21_097.5), "marathon": ("m", 42_195.0), "10 km": ("10k", 10_000),
         "10k": ("10k", 10_000), "5k": ("5k", 5_000), "5 km": ("5k", 5_000)}  # fmt: skip


class SnapshotRun(NamedTuple):
    """A run of the snapshot, or one that fills a week."""

    day: date
    km: float
    seconds: float
    bpm: float
    is_race: bool = False
    efforts: dict[float, float] | None = None
    notes: str | None = None


def seconds(text: str) -> int:
    """Return a time such as 24:10 or 1:55:00 [s]."""
    total = 0
    for part in text.split(":"):
        total = 60 * total + int(part)
    return total


def day(text: str) -> date:
    """Return a day in ISO form."""
    return date.fromisoformat(text)


def store_snapshot(conn: Connection, user: User, snapshot: dict[str, Any]) -> None:
    """Store all of a snapshot for a runner; today is the day of the snapshot."""
    today = day(snapshot["today"])
    zone = snapshot["timezone"]
    born = date(today.year - snapshot["age"], 1, 15)
    conn.execute(
        "UPDATE users SET birth_date = %s, timezone = %s WHERE id = %s", [born, zone, user.id]
    )
    _store_heart_rates(conn, user, snapshot)
    store_runs(conn, user, _runs(snapshot, today), snapshot.get("vo2max_watch"), zone)
    _store_body(conn, user, snapshot, today)
    rebuild.refresh(conn, user.id)
    _state_form(conn, user, snapshot["form"], today)
    _state_usual(conn, user, snapshot["wellness"], today)
    _store_race(conn, user, snapshot["goal"])
    _store_plan(conn, user, snapshot, today)


# ---- runs ------------------------------------------------------------------------------------


def _runs(snapshot: dict[str, Any], today: date) -> list[SnapshotRun]:
    stated = [_stated(run) for run in snapshot["last_runs"]]
    runs = [*_early(snapshot), *_bests(snapshot, stated), *stated]
    for week in snapshot["weekly_km"]:
        runs += _filling(day(week["week_start"]), week["km"], runs, today)
    return runs


def _stated(run: dict[str, Any]) -> SnapshotRun:
    return SnapshotRun(day(run["date"]), run["km"], 60 * run["min"], run["avg_hr"])


def _early(snapshot: dict[str, Any]) -> list[SnapshotRun]:
    """Return a run a week from the beginning of the history to the first week that is stated."""
    begins = next(
        found[1]
        for text in snapshot["missing"]
        if (found := re.search(r"before (\d{4}-\d\d)", text))
    )
    first, until = day(f"{begins}-01"), day(snapshot["weekly_km"][0]["week_start"])
    days = [first + timedelta(days=n) for n in range(0, (until - first).days, 7)]
    return [SnapshotRun(one, 8.0, 8000 / EASY_MPS, EASY_BPM) for one in days]


def _bests(snapshot: dict[str, Any], stated: list[SnapshotRun]) -> list[SnapshotRun]:
    """Return the races, and the runs that hold a best stretch."""
    bests, runs = snapshot["bests"], []
    for name, metres in BEST_M.items():
        if best := bests.get(name):
            time_s = seconds(best["time"])
            runs.append(SnapshotRun(day(best["date"]), metres / 1000, time_s, 176.0, is_race=True))
    for name, best in bests.items():
        if found := re.match(r"best_within_run_(\w+?)_last", name):
            metres, time_s = BEST_M[found[1]], seconds(best["time"])
            km = metres / 1000 + 3.0
            whole_s = time_s + 3000 / EASY_MPS
            efforts = {metres: float(time_s)}
            runs.append(SnapshotRun(day(best["date"]), km, whole_s, 160.0, efforts=efforts))
    return [run for run in runs if all(run.day != one.day for one in stated)]


def _filling(monday: date, km: float, runs: list[SnapshotRun], today: date) -> list[SnapshotRun]:
    """Return runs on days of a week that have none, alike, which share what is left of it."""
    there = [run for run in runs if monday <= run.day < monday + timedelta(days=7)]
    left = km - sum(run.km for run in there)
    days = [monday + timedelta(days=n) for n in range(7)]
    free = [one for one in days if one <= today and all(one != run.day for run in there)]
    count = min(max(RUNS_A_WEEK - len(there), 1), len(free))
    if left <= 0.05 or not count:
        return []
    each = round(left / count, 3)
    return [SnapshotRun(one, each, each * 1000 / EASY_MPS, EASY_BPM) for one in free[:count]]


def store_runs(
    conn: Connection,
    user: User,
    runs: list[SnapshotRun],
    vo2max: float | None = None,
    zone: str = "Asia/Seoul",
) -> list[int]:
    """Store runs with the facts that follow from them; return their ids."""
    statement = "INSERT INTO activities ({}) VALUES ({}) RETURNING id".format(  # noqa: S608 - no text
        ", ".join(COLUMNS), ", ".join(f"%({name})s" for name in COLUMNS)
    )
    ids: list[int] = []
    for number, run in enumerate(runs):
        row = _row(user, number, run, vo2max, zone)
        ids.append(conn.execute(statement.encode(), row).fetchone()[0])
    measured = {one: _facts(run) for one, run in zip(ids, runs, strict=True)}
    facts.put_many(conn, user.id, measured)
    fitness.mark_stale(conn, user.id, min(run.day for run in runs))
    return ids


def _row(user: User, number: int, run: SnapshotRun, vo2max: float | None, zone: str):
    started = datetime.combine(run.day, time(21, number % 60), UTC) - timedelta(days=1)
    local = started.replace(tzinfo=None) + timedelta(hours=9)
    return dict(zip(COLUMNS, (
        user.id, hashlib.sha256(f"{user.id} {number} {run}".encode()).hexdigest(), "fit",
        "running", run.is_race, True, started, zone, local, run.day, run.seconds, run.seconds,
        run.km * 1000, run.bpm, vo2max, "ok", run.notes,
    ), strict=True))  # fmt: skip


def _facts(run: SnapshotRun):
    """Return the facts of a run at one speed, with the stretches that are stated for it."""
    speed = run.km * 1000 / run.seconds
    even = {metres: metres / speed for metres in LADDER_M if metres <= run.km * 1000 + 1}
    slower = {m: m / EASY_MPS for m in even} | (run.efforts or {})
    efforts = slower if run.efforts else even
    if run.is_race:
        efforts |= {run.km * 1000: run.seconds}
    return made.run(0, km=run.km, speed=speed, bpm=run.bpm, efforts=efforts).facts


# ---- the body --------------------------------------------------------------------------------


def _store_heart_rates(conn: Connection, user: User, snapshot: dict[str, Any]) -> None:
    """State the zones of heart rate and the maximum."""
    since = day(snapshot["weekly_km"][0]["week_start"])
    stated = {"hrmax_bpm": snapshot["max_hr_seen"]}
    stated |= {kind: low for kind, (low, _) in zip(EDGES, snapshot["hr_zones_bpm"], strict=True)}
    for kind, value in stated.items():
        benchmarks.set_user(conn, user.id, kind, value, since)


def _store_body(conn: Connection, user: User, snapshot: dict[str, Any], today: date) -> None:
    """Store mornings of a week with the means that are stated, and the last night."""
    said = snapshot["wellness"]
    mornings = {
        today - timedelta(days=n): {"resting_hr_bpm": said["rhr_7d"], "hrv_ms": said["hrv_7d"]}
        for n in range(7)
    }
    health.put_days(conn, user.id, mornings, "garmin")
    health.put_nights(conn, user.id, {today: {"total_s": 3600 * said["sleep_last_h"]}}, "garmin")
    fitness.mark_stale(conn, user.id, min(mornings))


def _state_usual(conn: Connection, user: User, said: dict[str, Any], today: date) -> None:
    """Put what is usual for the runner, which takes months of mornings, beside today's."""
    low, high = said["hrv_baseline"]
    conn.execute(
        "UPDATE recovery_daily SET hrv_7d_ms = %s, hrv_low_ms = %s, hrv_high_ms = %s,"
        " resting_hr_3d_bpm = %s, resting_hr_usual_bpm = %s WHERE user_id = %s AND date = %s",
        [said["hrv_7d"], low, high, said["rhr_7d"], said["rhr_baseline"], user.id, today],
    )


def _state_form(conn: Connection, user: User, form: dict[str, float], today: date) -> None:
    """Put the stated form in the place of the one that follows from the made-up runs."""
    conn.execute(
        "UPDATE fitness_metrics_daily SET ctl = %s, atl = %s, tsb = %s"
        " WHERE user_id = %s AND date = %s",
        [form["ctl"], form["atl"], form["tsb"], user.id, today],
    )


# ---- what is to come -------------------------------------------------------------------------


def _store_race(conn: Connection, user: User, goal: dict[str, Any]) -> None:
    _, metres = GOALS[goal["race"]]
    races.create(conn, user.id, {
        "date": day(goal["date"]), "name": "R", "distance_m": metres,
        "target_time_s": seconds(goal["target"]), "priority": "A",
    })  # fmt: skip


def _store_plan(conn: Connection, user: User, snapshot: dict[str, Any], today: date) -> None:
    """Propose the week that is stated as a plan."""
    week = snapshot["plan_next_week"]
    start = day(week["week_start"])
    goal, _ = GOALS[snapshot["goal"]["race"]]
    request = PlanRequest(
        goal=goal, start=start, race_date=day(snapshot["goal"]["date"]),
        target_time_s=seconds(snapshot["goal"]["target"]),
        available_weekdays=tuple(range(7)), long_day=6,
    )  # fmt: skip
    days = [start + timedelta(days=n) for n in range(7)]
    sessions = {DAYS.index(name): _session(text) for name, text in week["days"].items()}
    draft = PlanDraft.model_validate({
        "weeks": [{
            "start": start, "phase": "build",
            "days": [{"date": d, **sessions.get(d.weekday(), {"template": "rest"})} for d in days],
        }]
    })  # fmt: skip
    with i18n.speaking("ko"):
        plan = expand_draft(draft, request, load_athlete(conn, user.id, today))
    versions.propose_plan(conn, user.id, plan, "model")


def _session(text: str) -> dict[str, Any]:
    """Return a session such as `easy 8` or `tempo 20 min (9 km)` as a day of a draft."""
    template = next(one for word, one in TEMPLATES.items() if word in text)
    km = re.search(r"(\d+(?:\.\d+)?) ?km", text) or re.search(r"(\d+(?:\.\d+)?)\s*$", text)
    minutes = re.search(r"(\d+) ?min", text)
    fields: dict[str, Any] = {"template": template, "distance_km": float(km[1]) if km else None}
    if minutes and template == "tempo":
        fields |= {"reps": 1, "rep_seconds": 60 * int(minutes[1]), "intensity": "T"}
    return fields
