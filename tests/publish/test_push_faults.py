"""What may go wrong at Garmin at each step: in the end each workout is there once.

Nothing of others is touched. Asserted on the simulator's log and on what it stores.
"""

import time
from datetime import timedelta

import pytest

from runningcoach.ingest.garmin.client import RETRY_DELAYS_S
from runningcoach.sources.garmin import sign_in_client
from runningcoach.store import garmin

from .conftest import TODAY, Runner, easy, garmin_body

BEFORE = {
    0: [easy(40, "Same")], 1: [easy(50, "Old")], 2: [easy(60, "Moved")], 3: [easy(70, "Gone")],
}  # fmt: skip
AFTER = {
    0: [easy(40, "Same")], 1: [easy(55, "New")], 4: [easy(60, "Moved")], 5: [easy(30, "Added")],
}  # fmt: skip
EXPECTED = [(0, "Same"), (1, "New"), (4, "Moved"), (5, "Added")]

STEPS = {
    "upload": ("POST", "/workout-service/workout$"),
    "schedule": ("POST", "/workout-service/schedule/"),
    "update": ("PUT", "/workout-service/workout/"),
    "move": ("PUT", "/workout-service/schedule/"),
    "unschedule": ("DELETE", "/workout-service/schedule/"),
    "delete": ("DELETE", "/workout-service/workout/"),
    "list": ("GET", "/workout-service/workouts$"),
    "calendar": ("GET", "/calendar-service/"),
}
FAULTS = {
    "429": {"status": 429, "headers": {"Retry-After": "60"}},
    "500": {"status": 500},
    "503": {"status": 503},
    "503, three times": {"status": 503, "count": 3},
    "502, always": {"status": 502, "count": None},
    "403": {"status": 403},
    "time-out after acceptance": {"answer_delay_s": 0.6},
    "lost answer": {"spoil": "lost"},
    "lost answers": {"spoil": "lost", "count": 3},
    "gateway's 504 after the work": {"spoil": "gateway"},
    "connection closed before": {"spoil": "drop"},
    "page in place of an answer": {"spoil": "html"},
    "answer cut off": {"spoil": "broken"},
    "401 once": {"status": 401},
}


@pytest.fixture(autouse=True)
def short_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a time-out take less than a held-back answer."""
    monkeypatch.setattr(sign_in_client, "WRITE_TIMEOUT_S", 0.3)


def add_mine(runner: Runner) -> int:
    """Add a workout of the runner's own at Garmin."""
    return runner.fake.add_workout(garmin_body("Mine", "from my club", [600]), TODAY)


def push_until_whole(runner: Runner) -> None:
    """Push again and again, as the job does when the waits are over."""
    for _ in range(4):
        report = runner.push()
        if report.is_whole:
            return
        runner.fake.clear_faults()
        runner.let_time_pass()
    raise AssertionError(report)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", STEPS)
def test_each_workout_is_on_the_calendar_once_after(runner: Runner, step: str, fault: str):
    add_mine(runner)
    runner.approve(BEFORE)
    runner.push()
    runner.approve(AFTER)
    method, path = STEPS[step]
    runner.fake.fault(path, method=method, **FAULTS[fault])
    struck = len(runner.requests(method, path))
    push_until_whole(runner)
    time.sleep(FAULTS[fault].get("answer_delay_s", 0.0))  # what is held back is logged at its end
    assert len(runner.requests(method, path)) > struck
    assert sorted(runner.calendar()) == sorted([(0, "Mine"), *EXPECTED])
    assert runner.library() == sorted(["Mine", *(name for _, name in EXPECTED)])
    mine = [one for one in runner.fake.workouts() if one["workoutName"] == "Mine"]
    assert [one["description"] for one in mine] == ["from my club"]


@pytest.mark.parametrize("step", ["upload", "schedule"])
def test_lost_answer_is_looked_for_and_not_sent_again(runner: Runner, step: str):
    runner.approve({1: [easy(40)]})
    method, path = STEPS[step]
    runner.fake.fault(path, method=method, spoil="lost")
    report = runner.push()
    assert report.adopted == 1
    assert report.is_whole
    assert len(runner.requests(method, path)) == 1
    assert runner.calendar() == [(1, "Easy")]


@pytest.mark.parametrize("step", ["upload", "schedule"])
def test_request_without_answer_is_not_sent_again_while_garmin_may_be_at_work(
    runner: Runner, step: str
):
    runner.approve({1: [easy(40)], 2: [easy(45)]})
    method, path = STEPS[step]
    runner.fake.fault(path, method=method, spoil="drop")
    report = runner.push()
    assert report.deferred == 1
    assert runner.calendar() == [(2, "Easy")]
    before = len(runner.requests(method, path))
    assert runner.push().deferred == 1
    assert len(runner.requests(method, path)) == before
    runner.let_time_pass()
    assert runner.push().is_whole
    assert runner.calendar() == [(1, "Easy"), (2, "Easy")]


@pytest.mark.parametrize("step", ["upload", "schedule"])
def test_request_done_after_it_was_given_up_leaves_one(runner: Runner, step: str):
    """Garmin may do it late: after we looked and sent another."""
    runner.approve({1: [easy(40)]})
    method, path = STEPS[step]
    runner.fake.fault(path, method=method, delay_s=1.0)
    runner.push()
    runner.let_time_pass()
    runner.push()
    time.sleep(1.2)
    runner.let_time_pass()
    runner.push()
    assert runner.calendar() == [(1, "Easy")]
    assert runner.library() == ["Easy"]


def test_late_upload_of_a_dropped_workout_is_removed(runner: Runner):
    runner.approve({1: [easy(40)]})
    runner.fake.fault("/workout-service/workout$", method="POST", spoil="drop")
    runner.push()
    [row] = runner.rows()
    runner.abandon()
    runner.let_time_pass()
    runner.push()
    assert runner.states() == ["removed"]
    runner.fake.add_workout(garmin_body("Easy", f"[{row.marker}]", [2400]))
    runner.approve({2: [easy(45, "Other")]})
    runner.push()
    assert runner.library() == ["Other"]


def test_429_stops_and_is_waited_for_as_long_as_garmin_says(runner: Runner):
    runner.approve(BEFORE)
    runner.fake.fault("/workout-service/schedule/", status=429, headers={"Retry-After": "120"})
    report = runner.push()
    assert report.stopped == "rate"
    assert runner.fake.log()[-1].status == 429
    wait = runner.conn.execute(
        "SELECT extract(epoch FROM wait_until - now())::float8 FROM garmin_sync_state"
    ).fetchone()
    assert 100 < wait[0] <= 120
    runner.fake.clear_log()
    assert runner.push().stopped == "waiting"
    assert runner.fake.log() == []
    runner.let_time_pass()
    assert runner.push().is_whole
    assert len(runner.calendar()) == 4
    assert len(runner.requests("POST", "/workout$")) == 3


def test_three_5xx_put_one_workout_off_and_others_go_on(runner: Runner):
    runner.approve({1: [easy(40, "First")], 2: [easy(45, "Second")]})
    runner.fake.fault("/workout-service/workout$", method="POST", status=503, count=3)
    report = runner.push()
    assert (report.stopped, report.deferred, report.scheduled) == (None, 1, 1)
    assert runner.calendar() == [(2, "Second")]
    assert runner.slept == list(RETRY_DELAYS_S)
    first = runner.rows()[0]
    assert (first.attempts, first.error) == (1, "transient")
    assert first.next_try_at is not None
    assert runner.push().deferred == 1
    runner.let_time_pass()
    assert runner.push().is_whole
    assert runner.calendar() == [(1, "First"), (2, "Second")]


def test_refused_workout_is_blocked_and_others_go_on(runner: Runner):
    runner.approve({1: [easy(40, "First")], 2: [easy(45, "Second")]})
    runner.fake.fault("/workout-service/workout$", method="POST", status=400)
    report = runner.push()
    assert [(one.title, one.reason) for one in report.blocked] == [("First", "refused")]
    assert runner.calendar() == [(2, "Second")]
    runner.fake.clear_log()
    runner.push()
    assert runner.requests("POST") == []


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_dead_tokens_stop_the_push_until_the_runner_signs_in(runner: Runner, after: int):
    runner.approve(BEFORE)
    runner.fake.fault("/workout-service/", method="POST", status=401, count=None, after=after)
    runner.fake.fault("/oauth/token", status=400, count=None)
    report = runner.push()
    assert report.stopped == "needs_reauth"
    [lane] = garmin.connections(runner.conn, runner.user_id)
    assert lane.status == "needs_reauth"
    runner.fake.clear_log()
    assert runner.push().stopped == "needs_sign_in"
    assert runner.fake.log() == []
    runner.fake.clear_faults()
    runner.sign_in()
    runner.let_time_pass()
    assert runner.push().is_whole
    assert len(runner.calendar()) == 4
    assert len(runner.library()) == 4


def test_killed_access_token_is_renewed_on_the_way(runner: Runner):
    runner.approve(BEFORE)
    runner.fake.kill_tokens(refresh=False)
    assert runner.push().is_whole
    assert len(runner.calendar()) == 4


# ---- changed by somebody else -------------------------------------------------------------------


def test_foreign_workout_with_our_words_is_left_alone_and_reported(runner: Runner):
    runner.approve({1: [easy(40)]})
    runner.push()
    [row] = runner.rows()
    unknown = f"[rc:{row.id + 999}/{row.date}#{row.sha256[:8]}]"
    other_hash = f"[rc:{row.id}/{row.date}#00000000]"
    copies = [
        runner.fake.add_workout(garmin_body(name, words, [60]), TODAY)
        for name, words in (("A", unknown), ("B", other_hash), ("C", f"[{row.marker}]"))
    ]
    for _ in range(2):
        report = runner.push()
        assert sorted(one.id for one in report.foreign) == copies
    runner.abandon()
    runner.push()
    assert runner.library() == ["A", "B", "C"]
    assert runner.calendar() == [(0, "A"), (0, "B"), (0, "C")]


def test_workout_deleted_by_hand_is_put_back_once(runner: Runner):
    runner.approve(BEFORE)
    runner.push()
    [gone] = [one["workoutId"] for one in runner.fake.workouts() if one["workoutName"] == "Old"]
    runner.fake.delete_workout(gone)
    assert runner.push().restored == 1
    assert runner.calendar() == [(0, "Same"), (1, "Old"), (2, "Moved"), (3, "Gone")]
    [gone] = [one["workoutId"] for one in runner.fake.workouts() if one["workoutName"] == "Old"]
    runner.fake.delete_workout(gone)
    for _ in range(2):
        report = runner.push()
        assert [one.reason for one in report.blocked] == ["changed_at_garmin"]
        assert runner.calendar() == [(0, "Same"), (2, "Moved"), (3, "Gone")]


def test_day_removed_by_hand_is_put_back_once(runner: Runner):
    runner.approve({1: [easy(40)]})
    runner.push()
    for expected in ([(1, "Easy")], []):
        runner.fake.unschedule(runner.fake.schedules()[0]["scheduleId"])
        runner.push()
        assert runner.calendar() == expected
    assert runner.library() == ["Easy"]
    runner.approve({2: [easy(40)]})
    runner.push()
    assert runner.calendar() == [(2, "Easy")]


def test_day_moved_by_hand_is_moved_back_once(runner: Runner):
    runner.approve({1: [easy(40)]})
    runner.push()
    for expected in (1, 3):
        runner.fake.reschedule(runner.fake.schedules()[0]["scheduleId"], TODAY + timedelta(days=3))
        runner.push()
        assert runner.calendar() == [(expected, "Easy")]


def test_day_that_the_runner_added_stays(runner: Runner):
    runner.approve({1: [easy(40)]})
    runner.push()
    number = runner.fake.workouts()[0]["workoutId"]
    runner.fake.control("schedule_by_hand", workout_id=number, day=str(TODAY))
    runner.push()
    runner.push()
    assert runner.calendar() == [(0, "Easy"), (1, "Easy")]


def test_deleted_by_hand_and_dropped_is_simply_removed(runner: Runner):
    runner.approve(BEFORE)
    runner.push()
    for one in runner.fake.workouts()[:2]:
        runner.fake.delete_workout(one["workoutId"])
    runner.abandon()
    report = runner.push()
    assert (report.restored, report.stopped) == (0, None)
    assert runner.states() == ["removed"] * 4
    assert runner.library() == []


def test_database_restored_from_before_the_push_adopts_what_is_there(runner: Runner):
    runner.approve(BEFORE)
    runner.push()
    runner.conn.execute(
        "UPDATE workout_schedules SET state = 'planned', garmin_workout_id = NULL,"
        " garmin_schedule_id = NULL, pushed_sha256 = NULL, pushed_date = NULL,"
        " upload_posts = 0, schedule_posts = 0"
    )
    runner.fake.clear_log()
    report = runner.push()
    assert report.adopted == 8
    assert runner.requests("POST") == []
    assert len(runner.calendar()) == 4


def test_library_of_many_pages_is_read_to_its_end(runner: Runner):
    runner.approve({1: [easy(40)]})
    runner.push()
    for number in range(205):
        runner.fake.add_workout(garmin_body(f"Club {number}", "", [60]))
    runner.fake.clear_log()
    runner.push()
    pages = [call.query for call in runner.requests("GET", "/workouts$")]
    assert len(pages) == 3
    assert runner.requests("POST") == []
    assert runner.calendar() == [(1, "Easy")]
