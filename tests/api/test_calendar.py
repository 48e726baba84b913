"""The calendar: what was run, what is planned and how it went, by day and by week."""

import pytest

from runningcoach.model.workout import DistanceEnd, Workout, WorkoutStep
from runningcoach.store import workouts

CALENDAR = "/api/v1/calendar"
MONDAY, TUESDAY, SUNDAY = "2026-05-04", "2026-05-05", "2026-05-10"


def easy(km: int) -> Workout:
    step = WorkoutStep(intensity="main", end=DistanceEnd(meters=km * 1000))
    return Workout(type="easy", title=f"Easy {km} km", steps=(step,))


def judge(conn, user, workout, day, verdict, activity_ids):
    conn.execute(
        "INSERT INTO workout_adherence (workout_id, user_id, workout_date, activity_ids, verdict,"
        " compliance_pct, engine_version) VALUES (%s, %s, %s, %s, %s, 90, '1')",
        [workout.id, user.id, day, activity_ids, verdict],
    )


def test_day_holds_what_was_run_planned_and_entered(client, conn, ann, add):
    activity_id = add(ann)  # 10 km on 2026-05-05
    workout = workouts.add_own(conn, ann.id, easy(8), TUESDAY)
    judge(conn, ann, workout, TUESDAY, "done", [activity_id])
    client.post("/api/v1/races", json={"date": TUESDAY, "name": "5k", "distance_m": 5_000})
    (day,) = client.get(CALENDAR, params={"from": TUESDAY, "to": TUESDAY}).json()["days"]
    assert [row["id"] for row in day["activities"]] == [activity_id]
    assert day["activities"][0]["load"] == 61.5
    assert [row["name"] for row in day["races"]] == ["5k"]
    (planned,) = day["workouts"]
    assert (planned["id"], planned["distance_m"]) == (workout.id, 8_000)
    assert planned["adherence"]["verdict"] == "done"
    assert planned["adherence"]["activity_ids"] == [activity_id]


def test_week_sums_planned_against_run_also_outside_of_the_range(client, conn, ann, add):
    add(ann)
    add(ann, 1, sport="cycling")
    done = workouts.add_own(conn, ann.id, easy(8), TUESDAY)
    missed = workouts.add_own(conn, ann.id, easy(20), SUNDAY)
    judge(conn, ann, done, TUESDAY, "done", [])
    judge(conn, ann, missed, SUNDAY, "missed", [])
    answer = client.get(CALENDAR, params={"from": MONDAY, "to": MONDAY}).json()
    (week,) = answer["weeks"]
    assert len(answer["days"]) == 1
    assert (week["start"], week["planned_m"], week["run_m"]) == (MONDAY, 28_000, 10_000)
    assert (week["workouts"], week["workouts_done"], week["workouts_missed"]) == (2, 1, 1)
    assert week["compliance_pct"] == 90


def test_every_day_of_a_range_is_there(client):
    answer = client.get(CALENDAR, params={"from": "2026-05-06", "to": "2026-05-18"}).json()
    assert [day["date"] for day in answer["days"]][:: len(answer["days"]) - 1] == [
        "2026-05-06", "2026-05-18",
    ]  # fmt: skip
    assert len(answer["days"]) == 13
    assert [week["start"] for week in answer["weeks"]] == [MONDAY, "2026-05-11", "2026-05-18"]
    assert len(client.get(CALENDAR).json()["days"]) == 28


def test_calendar_of_another_runner_is_apart(client, other, conn, ann, add):
    workout = workouts.add_own(conn, ann.id, easy(8), TUESDAY)
    judge(conn, ann, workout, TUESDAY, "done", [add(ann)])
    client.post("/api/v1/races", json={"date": TUESDAY, "name": "5k", "distance_m": 5_000})
    (day,) = other.get(CALENDAR, params={"from": TUESDAY, "to": TUESDAY}).json()["days"]
    assert day == {"date": TUESDAY, "activities": [], "workouts": [], "races": []}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-05-05", "2026-05-04"),
        ("2024-01-01", "2026-01-01"),
        ("0001-01-01", "0001-01-02"),
        ("9999-12-01", "9999-12-31"),
        ("2026-02-30", "2026-03-01"),
    ],
)
def test_range_that_cannot_be_shown_is_refused(client, first, last):
    answer = client.get(CALENDAR, params={"from": first, "to": last})
    assert answer.status_code == 422
