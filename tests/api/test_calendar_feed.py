"""The calendar feed over real HTTP: read by its own strict reader, opened by its token alone."""

import json
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from runningcoach.base import periods
from runningcoach.coach.plans.text.parse import parse_workout
from runningcoach.model.workout import DistanceEnd, Workout, WorkoutStep
from runningcoach.publish.feeds import write_calendar
from runningcoach.store import database, workouts

from .calendar_reader import read_calendar
from .planning import PLANS, TODAY, add_training, approve, approved, generate, planned_days
from .running import Web, running

API = "/api/v1"
STEP = WorkoutStep(intensity="main", end=DistanceEnd(meters=8_000))


@pytest.fixture(scope="module")
def web(clone, tmp_path_factory) -> Iterator[Web]:
    with clone() as url, running(url, tmp_path_factory.mktemp("feed")) as started:
        yield started


@pytest.fixture
def runner(web, request) -> Iterator[httpx.Client]:
    """A runner of Korean, new for each test, with a history."""
    number = abs(hash(request.node.name)) % 10**9
    user = web.sign_up(f"r{number}")
    with database.connect(web.database_url) as conn:
        conn.execute("UPDATE users SET language = 'ko' WHERE id = %s", [user.id])
        add_training(conn, user, web.sign_up(f"b{number}"))
    with web.client(cookies=web.session(user)) as client:
        client.user = user
        yield client


@pytest.fixture
def stranger(web) -> Iterator[httpx.Client]:
    with web.client() as client:
        yield client


def subscribe(client) -> dict:
    answer = client.post(f"{API}/tokens", json={"name": "phone", "scope": "feed"})
    assert answer.status_code == 201
    return answer.json()


def events_of(answer) -> list[dict]:
    assert answer.status_code == 200, answer.text
    return read_calendar(answer.content)[1]


def put_own(web, client, title, day, purpose=""):
    workout = Workout(type="easy", title=title, purpose=purpose, steps=(STEP,))
    with database.connect(web.database_url) as conn:
        return workouts.add_own(conn, client.user.id, workout, day)


def test_feed_holds_the_plan_day_by_day_in_korean(runner, stranger):
    plan = approved(runner)
    answer = stranger.get(subscribe(runner)["feed_path"])
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    head, events = read_calendar(answer.content)
    assert head["X-WR-CALNAME"] == "러닝 훈련"
    assert [f"{e['DTSTART']}" for e in events] == planned_days(plan, TODAY)
    planned = [w for week in plan["plan"]["weeks"] for d in week["days"] for w in d["workouts"]]
    for event, workout in zip(events, planned[-len(events) :], strict=True):
        assert event["SUMMARY"] == workout["title"]
        assert event["DTEND"] - event["DTSTART"] == timedelta(days=1)
        steps = parse_workout(event["DESCRIPTION"].splitlines()[0]).workout.steps
        assert steps == Workout.model_validate(workout).steps


def test_entries_keep_their_uid_and_count_up_when_a_plan_changes(runner, stranger):
    plan = approved(runner)
    path = subscribe(runner)["feed_path"]
    before = {e["DTSTART"]: e for e in events_of(stranger.get(path))}
    day = next(d for d in before if d > TODAY)
    body = {"edits": [{"kind": "make_easy", "date": f"{day}"}]}
    edited = runner.post(f"{PLANS}/{plan['id']}/edits", json=body).json()["plan"]
    assert approve(runner, edited).status_code == 200
    after = {e["DTSTART"]: e for e in events_of(stranger.get(path))}
    assert {d: e["UID"] for d, e in after.items()} == {d: e["UID"] for d, e in before.items()}
    assert after[day]["SEQUENCE"] > before[day]["SEQUENCE"]
    assert after[day]["LAST-MODIFIED"] >= before[day]["LAST-MODIFIED"]
    assert after[day]["DESCRIPTION"] != before[day]["DESCRIPTION"]


def test_own_workout_and_race_count_up_when_they_change(web, runner, stranger):
    own = put_own(web, runner, "아침 달리기", TODAY)
    race = {
        "date": f"{TODAY + timedelta(days=9)}",
        "name": "춘천, 마라톤; 2\\3",
        "distance_m": 42_195,
    }
    race_id = runner.post(f"{API}/races", json=race).json()["id"]
    path = subscribe(runner)["feed_path"]
    first = {e["SUMMARY"]: e for e in events_of(stranger.get(path))}
    assert set(first) == {"아침 달리기", "대회: 춘천, 마라톤; 2\\3, 42.2 km"}
    later = {"date": f"{TODAY + timedelta(days=1)}"}
    runner.post(f"{API}/workouts/{own.id}/schedule", json=later)
    runner.patch(f"{API}/races/{race_id}", json={"target_time_s": 14_400})
    second = {e["SUMMARY"]: e for e in events_of(stranger.get(path))}
    for title, event in second.items():
        assert event["UID"] == first[title]["UID"]
        assert event["SEQUENCE"] == first[title]["SEQUENCE"] + 1
    assert second["아침 달리기"]["DTSTART"] == TODAY + timedelta(days=1)
    assert second["대회: 춘천, 마라톤; 2\\3, 42.2 km"]["DESCRIPTION"] == "목표 기록 4:00:00"


def test_feed_goes_four_weeks_back(web, runner, stranger):
    for days_ago in (28, 29):
        put_own(web, runner, f"{days_ago}", TODAY - timedelta(days=days_ago))
    put_own(web, runner, "someday", None)
    events = events_of(stranger.get(subscribe(runner)["feed_path"]))
    assert [e["SUMMARY"] for e in events] == ["28"]


def test_race_of_the_plan_that_is_entered_stands_once(runner, stranger):
    plan = approved(runner)
    day = plan["plan"]["request"]["race_date"]
    runner.post(f"{API}/races", json={"date": day, "name": "한강 10K", "distance_m": 10_000})
    events = events_of(stranger.get(subscribe(runner)["feed_path"]))
    assert [e["SUMMARY"] for e in events if f"{e['DTSTART']}" == day] == ["대회: 한강 10K, 10 km"]


def test_long_and_strange_texts_are_folded_and_escaped(web, runner, stranger):
    title = "가" * 60 + ', ;\\" 🏃'
    purpose = "줄 하나\r\n줄 둘\x0b\x1f, " + "긴 목적 " * 60
    put_own(web, runner, title, TODAY, purpose)
    (event,) = events_of(stranger.get(subscribe(runner)["feed_path"]))
    assert event["SUMMARY"] == title
    assert event["DESCRIPTION"] == "8km\n줄 하나\n줄 둘, " + "긴 목적 " * 60


def test_unchanged_feed_is_not_sent_twice(web, runner, stranger):
    put_own(web, runner, "하나", TODAY)
    path = subscribe(runner)["feed_path"]
    first = stranger.get(path)
    again = stranger.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    put_own(web, runner, "둘", TODAY)
    changed = stranger.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert len(events_of(changed)) == 2


def test_token_opens_its_feed_alone_and_nobody_elses(web, runner, stranger):
    put_own(web, runner, "mine", TODAY)
    token = subscribe(runner)
    read = runner.post(f"{API}/tokens", json={"name": "n", "scope": "read"}).json()["token"]
    assert stranger.get(f"{API}/calendar/feed/{read}.ics").status_code == 401
    assert runner.get(f"{API}/calendar/feed/nobody.ics").status_code == 401
    bearer = {"Authorization": f"Bearer {token['token']}"}
    assert stranger.get(f"{API}/calendar", headers=bearer).status_code == 403
    with database.connect(web.database_url) as conn:
        conn.execute("UPDATE workouts SET user_id = (SELECT min(id) FROM users)")
    assert events_of(stranger.get(token["feed_path"])) == []


def test_renewed_and_revoked_addresses_open_nothing(runner, stranger):
    first = subscribe(runner)
    second = runner.post(f"{API}/tokens/{first['id']}/renew").json()
    assert stranger.get(first["feed_path"]).status_code == 401
    assert stranger.get(second["feed_path"]).status_code == 200
    assert runner.delete(f"{API}/tokens/{second['id']}").status_code == 204
    assert stranger.get(second["feed_path"]).status_code == 401


def test_no_line_of_the_log_holds_a_token(web, runner, stranger):
    token = subscribe(runner)
    for path in (token["feed_path"], token["feed_path"] + "?a=1", token["feed_path"] + "/x"):
        stranger.get(path)
    stranger.get(f"{API}/calendar/feed/rc_not-a-token-of-ours.ics")
    log = web.log.read_text()
    assert token["token"] not in log
    assert "not-a-token-of-ours" not in log
    assert [json.loads(line) for line in log.splitlines() if "/calendar/feed/***" in line]


def test_calendar_without_events_is_one_all_the_same():
    head, events = read_calendar(write_calendar([], "이름").encode())
    assert (head["NAME"], events) == ("이름", [])


def test_feed_of_an_account_in_english(web, runner, stranger):
    generate(runner)  # a proposal is not in the feed
    with database.connect(web.database_url) as conn:
        conn.execute("UPDATE users SET language = 'en' WHERE id = %s", [runner.user.id])
    race = {"date": f"{periods.today('Asia/Seoul')}", "name": "Parkrun", "distance_m": 5_000}
    runner.post(f"{API}/races", json=race)
    (event,) = events_of(stranger.get(subscribe(runner)["feed_path"]))
    assert event["SUMMARY"] == "Race: Parkrun, 5 km"
