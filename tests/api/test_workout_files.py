"""Workouts in other forms: converted without being stored, downloaded as FIT files and a zip."""

import base64
import io
import json
import zipfile
from datetime import timedelta

import pytest

from runningcoach.base import periods
from runningcoach.fit.workout_reader import read_workout
from runningcoach.fit.workout_writer import write_workout
from runningcoach.model.plan import Plan, PlanDay, PlanWeek
from runningcoach.model.plan_request import PlanRequest
from runningcoach.model.workout import (
    BandTarget,
    HeartRateTarget,
    HeartRateZoneTarget,
    PaceTarget,
    TimeEnd,
    Workout,
    WorkoutStep,
)

API = "/api/v1"
CONVERT = f"{API}/workouts/convert"
TODAY = periods.today("Asia/Seoul")
MONDAY = TODAY - timedelta(days=TODAY.weekday())
WEEK = PlanWeek(
    start=MONDAY,
    phase="base",
    days=tuple(PlanDay(date=MONDAY + timedelta(days=n)) for n in range(7)),
)
PLAN = Plan(
    title="Base",
    request=PlanRequest(goal="fit", start=MONDAY, available_weekdays=(1,), long_day=1),
    weeks=(WEEK,),
)
TEXT = "2km E + 3x(1km @4:30, 60s jog) + 1km E"
TEMPO = Workout(
    type="tempo",
    title="Tempo",
    steps=(
        WorkoutStep(intensity="interval", end=TimeEnd(seconds=1200), target=BandTarget(name="T")),
    ),
)


def converted(client, **body):
    answer = client.post(CONVERT, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_text_becomes_a_workout(client):
    answer = converted(client, text=TEXT)
    assert answer["workout"]["type"] == "cruise"
    assert answer["workout"]["steps"][1]["times"] == 3
    assert (answer["text"], answer["garmin"], answer["fit_base64"]) == (None, None, None)


def test_text_becomes_garmin_json_with_the_runners_targets_and_back(client):
    answer = converted(client, text=TEXT, to="garmin")
    first = answer["garmin"]["workoutSegments"][0]["workoutSteps"][0]
    assert first["zoneNumber"] == 2  # easy, and no pace of Ann's is known
    assert any("heart-rate zones" in warning for warning in answer["warnings"])
    back = converted(client, garmin=answer["garmin"], to="text")
    assert back["text"] == (f'[cruise] "{TEXT}": 2km Z2 + 3x(1km @4:30, 1min) + 1km Z2')


def test_text_becomes_a_fit_file_and_back(client):
    answer = converted(client, text=TEXT, to="fit")
    content = base64.b64decode(answer["fit_base64"])
    assert read_workout(content).workout.title == TEXT
    files = {"file": ("a.fit", content)}
    back = client.post(f"{CONVERT}/fit", files=files, data={"to": "text"}).json()
    assert "3x(1km @4:30, 1min)" in back["text"]
    assert back["workout"]["steps"][0]["target"] == {"kind": "hr_zone", "zone": 2}


def test_stored_form_becomes_text(client):
    workout = TEMPO.model_dump(mode="json", by_alias=True)
    assert (
        converted(client, workout=workout, to="text")["text"] == '[tempo] "Tempo": interval 20min T'
    )


def test_losses_are_told_in_the_runners_language(client, other):
    text = "40min Z2"
    [warning] = converted(client, text=text, to="fit")["warnings"]
    assert warning == "FIT knows no main steps; they became intervals."
    [korean] = converted(other, text=text, to="fit")["warnings"]
    assert korean.startswith("FIT 파일에는")


def test_mistake_in_a_text_is_answered_with_its_place(client):
    answer = client.post(CONVERT, json={"text": "- 10m Z2 HR\n- 5km 1:10/km"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "workouts.text")
    assert (problem["line"], problem["column"]) == (2, 7)
    assert problem["detail"]
    assert problem["remedy"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "api.invalid"),
        ({"text": "1km", "garmin": {}}, "api.invalid"),
        ({"text": "1km", "to": "gpx"}, "api.invalid"),
        ({"text": "x" * 20_001}, "api.invalid"),
        ({"text": ""}, "workouts.text"),
        ({"garmin": {}}, "workouts.garmin_unreadable"),
        ({"text": "- 10m 90% Pace", "to": "garmin"}, "workouts.unresolvable"),
        ({"text": "- 10m 90% Pace", "to": "fit"}, "workouts.unresolvable"),
        ({"text": "until <60% HR", "to": "garmin"}, "workouts.garmin_unwritable"),
        ({"workout": {"type": "easy", "title": ""}, "to": "fit"}, "workouts.fit_unwritable"),
    ],
)
def test_what_cannot_be_converted_is_refused_with_a_reason(client, body, code):
    answer = client.post(CONVERT, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_nested_rounds_without_end_are_refused(client):
    step = {"kind": "step", "intensity": "main", "end": {"kind": "lap_button"}}
    for _ in range(5):
        step = {"kind": "repeat", "times": 99, "steps": [step]}
    workout = {"type": "other", "title": "", "steps": [step]}
    assert client.post(CONVERT, json={"workout": workout}).status_code == 422


@pytest.mark.parametrize("content", [b"", b"no fit file", b"\x0e\x20" + bytes(200)])
def test_other_files_are_refused(client, content):
    answer = client.post(f"{CONVERT}/fit", files={"file": ("a.fit", content)})
    assert (answer.status_code, answer.json()["code"]) == (422, "workouts.fit_unreadable")


def test_file_that_is_too_large_is_refused(client):
    files = {"file": ("a.fit", bytes(1_000_001))}
    assert client.post(f"{CONVERT}/fit", files=files).status_code == 413


def test_conversion_stores_nothing(client):
    converted(client, text=TEXT, to="fit")
    assert client.get(f"{API}/workouts").json() == []


def test_own_workout_is_downloaded_as_a_fit_file(client, other):
    workout = TEMPO.model_dump(mode="json", by_alias=True)
    stored = client.post(f"{API}/workouts", json={"workout": workout}).json()
    answer = client.get(f"{API}/workouts/{stored['id']}.fit")
    assert answer.headers["content-type"] == "application/vnd.ant.fit"
    assert f"workout-{stored['id']}.fit" in answer.headers["content-disposition"]
    [step] = read_workout(answer.content).workout.steps
    assert step.target == HeartRateZoneTarget(zone=4)
    assert other.get(f"{API}/workouts/{stored['id']}.fit").status_code == 404
    assert client.get(f"{API}/workouts/{stored['id'] + 1}.fit").status_code == 404


def test_download_has_the_runners_own_heart_rates(client):
    benchmark = {"kind": "hrmax_bpm", "value": 190, "valid_from": f"{TODAY}"}
    assert client.patch(f"{API}/benchmarks", json=benchmark).status_code == 200
    converted_text = converted(client, text="- 10m 60-70% HR")["workout"]
    stored = client.post(f"{API}/workouts", json={"workout": converted_text}).json()
    content = client.get(f"{API}/workouts/{stored['id']}.fit").content
    assert read_workout(content).workout.steps[0].target == HeartRateTarget(low=114, high=133)


@pytest.fixture
def plan_id(conn, ann):
    """A current plan of Ann's with workouts of yesterday, today, tomorrow and in forty days."""
    plan_id = conn.execute(
        "INSERT INTO plans (user_id, version, status, origin, content, sha256)"
        " VALUES (%s, 1, 'current', 'rule', %s, 'x') RETURNING id",
        [ann.id, PLAN.model_dump_json(by_alias=True)],
    ).fetchone()[0]
    unresolvable = TEMPO.model_dump(mode="json", by_alias=True)
    unresolvable["title"] = "By pace"
    unresolvable["steps"][0]["target"] = {"kind": "pace_pct_of_threshold", "low": 90, "high": 95}
    tempo = TEMPO.model_dump(mode="json", by_alias=True)
    for days, content in ((-1, tempo), (0, tempo), (1, unresolvable), (40, tempo)):
        conn.execute(
            "INSERT INTO workouts (user_id, plan_id, date, content, sha256)"
            " VALUES (%s, %s, %s, %s, 'x')",
            [ann.id, plan_id, TODAY + timedelta(days=days), json.dumps(content)],
        )
    return plan_id


def zip_of(client, plan_id, **query):
    answer = client.get(f"{API}/plans/{plan_id}/workouts.zip", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_plan_is_downloaded_with_how_to_use_it(client, plan_id):
    archive = zip_of(client, plan_id)
    assert archive.namelist() == [f"{TODAY}_Tempo.fit", "LEFT_OUT.txt", "README.txt"]
    [step] = read_workout(archive.read(f"{TODAY}_Tempo.fit")).workout.steps
    assert step.target == HeartRateZoneTarget(zone=4)
    left_out = archive.read("LEFT_OUT.txt").decode()
    assert "By pace" in left_out
    assert "your training paces are not known yet" in left_out
    guide = archive.read("README.txt").decode()
    assert "GARMIN/NewFiles" in guide
    assert f"{TODAY} Tempo: Your training paces are not known yet" in guide


def test_plan_is_downloaded_for_as_many_days_as_are_asked_for(client, plan_id):
    assert f"{TODAY + timedelta(days=40)}_Tempo.fit" in zip_of(client, plan_id, days=41).namelist()
    assert zip_of(client, plan_id, days=1).namelist() == [f"{TODAY}_Tempo.fit", "README.txt"]


def test_only_ones_own_current_plan_is_downloaded(client, other, conn, plan_id):
    assert other.get(f"{API}/plans/{plan_id}/workouts.zip").status_code == 404
    conn.execute("UPDATE plans SET status = 'archived'")
    answer = client.get(f"{API}/plans/{plan_id}/workouts.zip")
    assert (answer.status_code, answer.json()["code"]) == (409, "plans.not_current")


def test_zip_follows_known_paces(client, conn, ann, plan_id):
    """A race of last week sets the paces: 20:00 over 5 km, threshold 4:15 by the tables."""
    conn.execute(
        "INSERT INTO activities (user_id, file_sha256, source, sport, is_race, started_at,"
        " timezone, local_started_at, local_date, elapsed_s, timer_s, distance_m, decode_status)"
        " VALUES (%s, 'race', 'fit', 'running', true, %s, 'Asia/Seoul', %s, %s, 1200, 1200, 5000,"
        " 'ok')",
        [ann.id, *[TODAY - timedelta(days=7)] * 3],
    )
    archive = zip_of(client, plan_id, days=1)
    [step] = read_workout(archive.read(f"{TODAY}_Tempo.fit")).workout.steps
    assert isinstance(step.target, PaceTarget)
    assert step.target.fast_s_per_km < 255 < step.target.slow_s_per_km


def test_written_file_is_what_the_writer_makes(client):
    """The base64 holds the same bytes as a FIT file of the resolved workout, but for its time."""
    workout = Workout(
        type="other",
        title="x",
        steps=(
            WorkoutStep(
                intensity="interval",
                end=TimeEnd(seconds=60),
                target=HeartRateTarget(low=140, high=150),
            ),
        ),
    )
    answer = converted(client, workout=workout.model_dump(mode="json", by_alias=True), to="fit")
    content = base64.b64decode(answer["fit_base64"])
    assert len(content) == len(write_workout(workout, 1.8e9))
    assert read_workout(content).workout.steps == workout.steps
