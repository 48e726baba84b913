"""The ordinary way of workouts to Garmin's calendar, and off it."""

import pytest

from runningcoach.base import i18n
from runningcoach.publish.schedules import PlanChangedSinceApproval
from runningcoach.store import workout_schedules, workouts

from .conftest import TODAY, Runner, easy, long_list

WEEK = {0: [easy(40)], 2: [easy(50)], 5: [easy(90, "Long")], 20: [easy(100, "Later")]}
COMING = [(0, "Easy"), (2, "Easy"), (5, "Long")]


def test_push_coming_days_of_approved_plan(runner: Runner):
    runner.approve(WEEK)
    report = runner.push()
    assert (report.uploaded, report.scheduled, report.stopped) == (3, 3, None)
    assert runner.calendar() == COMING
    assert runner.states() == ["scheduled"] * 3
    assert len(runner.requests("POST")) == 6
    assert all("rc:" in one["description"] for one in runner.fake.workouts())


def test_push_again_sends_nothing(runner: Runner):
    runner.approve(WEEK)
    runner.push()
    runner.fake.clear_log()
    report = runner.push()
    assert (report.uploaded, report.scheduled, report.updated) == (0, 0, 0)
    assert {call.method for call in runner.fake.log()} == {"GET"}
    assert len(runner.fake.log()) <= 3
    assert runner.calendar() == COMING


def test_another_account_gets_everything_once_deliveries_are_forgotten(runner: Runner):
    runner.approve(WEEK)
    runner.push()
    for workout in runner.fake.workouts():
        runner.fake.delete_workout(workout["workoutId"])
    workout_schedules.forget_deliveries(runner.conn, runner.user_id)
    report = runner.push()
    assert (report.uploaded, report.scheduled) == (3, 3)
    assert runner.calendar() == COMING
    assert runner.states() == ["scheduled"] * 3


def test_push_reaches_days_of_other_months_and_years(runner: Runner):
    runner.approve({number: [easy(30 + number)] for number in range(0, 36, 5)})
    runner.push(days=40)
    runner.fake.clear_log()
    runner.push(days=40)
    assert runner.calendar() == [(number, "Easy") for number in range(0, 36, 5)]
    months = {call.path for call in runner.requests("GET", "/calendar-service/")}
    assert f"/calendar-service/year/{TODAY.year}/month/{TODAY.month - 1}" in months
    assert len(months) >= 2


def test_later_days_follow_as_they_come_nearer(runner: Runner):
    runner.approve(WEEK)
    runner.push(days=3)
    assert runner.calendar() == COMING[:2]
    runner.push(days=21)
    assert runner.calendar() == [*COMING, (20, "Later")]
    runner.push(days=3)
    assert runner.calendar() == [*COMING, (20, "Later")]


def test_changed_workout_is_replaced_in_place(runner: Runner):
    runner.approve(WEEK)
    runner.push()
    before = runner.fake.schedules()
    runner.fake.clear_log()
    runner.approve(WEEK | {2: [easy(55, "Longer")]})
    report = runner.push()
    assert report.updated == 1
    assert runner.fake.schedules() == before
    assert runner.calendar() == [(0, "Easy"), (2, "Longer"), (5, "Long")]
    assert runner.requests("POST") == []


def test_moved_workout_keeps_its_numbers(runner: Runner):
    runner.approve(WEEK)
    runner.push()
    numbers = {one["workoutId"] for one in runner.fake.workouts()}
    runner.fake.clear_log()
    runner.approve({0: [easy(40)], 3: [easy(50)], 5: [easy(90, "Long")]})
    report = runner.push()
    assert report.moved == 1
    assert runner.calendar() == [(0, "Easy"), (3, "Easy"), (5, "Long")]
    assert {one["workoutId"] for one in runner.fake.workouts()} == numbers
    assert runner.requests("POST") == []
    assert runner.requests("DELETE") == []


def test_workout_moved_beyond_the_coming_days_follows(runner: Runner):
    runner.approve(WEEK)
    runner.push()
    runner.approve({0: [easy(40)], 25: [easy(50)], 5: [easy(90, "Long")]})
    runner.push()
    assert runner.calendar() == [(0, "Easy"), (5, "Long"), (25, "Easy")]


def test_dropped_workout_is_unscheduled_and_deleted(runner: Runner):
    runner.approve(WEEK)
    runner.push()
    runner.fake.clear_log()
    runner.approve({0: [easy(40)]})
    runner.push()
    assert runner.calendar() == [(0, "Easy")]
    assert runner.library() == ["Easy"]
    first, second = (call.path for call in runner.requests("DELETE")[:2])
    assert ("/schedule/" in first, "/workout/" in second) == (True, True)


def test_abandoned_plan_leaves_the_calendar(runner: Runner):
    mine = runner.fake.add_workout(
        {"workoutName": "Mine", "sportType": {"sportTypeId": 1}, "workoutSegments": [
            {"sportType": {"sportTypeId": 1}, "workoutSteps": []}]}, TODAY,
    )  # fmt: skip
    runner.approve(WEEK)
    runner.push()
    runner.abandon()
    report = runner.push()
    assert report.removed == 3
    assert [one["workoutId"] for one in runner.fake.workouts()] == [mine]
    assert runner.calendar() == [(0, "Mine")]
    assert runner.states() == ["removed"] * 3


def test_scheduled_days_of_the_past_stay(runner: Runner):
    runner.approve(WEEK)
    runner.push()
    runner.conn.execute(
        "UPDATE workout_schedules SET date = date - 10, pushed_date = pushed_date - 10"
        " WHERE date = %s", [TODAY],
    )  # fmt: skip
    runner.abandon()
    runner.push()
    assert runner.calendar() == [(0, "Easy")]


def test_two_workouts_of_one_day_are_both_there(runner: Runner):
    runner.approve({1: [easy(30), easy(30)]})
    runner.push()
    runner.push()
    assert runner.calendar() == [(1, "Easy"), (1, "Easy")]
    runner.approve({1: [easy(30)]})
    runner.push()
    assert runner.calendar() == [(1, "Easy")]


def test_own_workout_with_a_day_is_pushed_and_survives_the_plan(runner: Runner):
    workouts.add_own(runner.conn, runner.user_id, easy(20, "Own"), TODAY)
    workouts.add_own(runner.conn, runner.user_id, easy(20, "Library"))
    runner.approve(WEEK)
    runner.push()
    runner.abandon()
    runner.push()
    assert runner.calendar() == [(0, "Own")]


def test_without_any_workout_garmin_is_not_asked(runner: Runner):
    assert runner.push().requests == 0
    assert runner.fake.log() == []


def test_without_sign_in_nothing_is_sent(stranger: Runner):
    stranger.approve(WEEK)
    report = stranger.push()
    assert (report.stopped, report.requests, report.deferred) == ("needs_sign_in", 0, 3)
    assert stranger.fake.workouts() == []
    stranger.sign_in()
    stranger.push()
    assert stranger.calendar() == COMING


def test_key_alone_sends_nothing(stranger: Runner):
    from runningcoach.ingest.garmin import connection

    connection.connect_key(stranger.conn, stranger.user_id, stranger.fake.key, stranger.endpoint)
    stranger.approve(WEEK)
    assert stranger.push().stopped == "needs_sign_in"


@pytest.mark.parametrize(("workout", "reason"), [
    (long_list(51), "too_many_steps"), (long_list(0), "no_steps"),
])  # fmt: skip
def test_workout_that_cannot_be_pushed_is_blocked_and_others_go(runner: Runner, workout, reason):
    runner.approve(WEEK | {2: [workout]})
    report = runner.push()
    assert [(one.title, one.reason) for one in report.blocked] == [("Many", reason)]
    assert runner.calendar() == [(0, "Easy"), (5, "Long")]
    assert runner.states() == ["scheduled", "blocked", "scheduled"]
    with i18n.speaking("en"):
        assert "Many" in str(report)
    runner.approve(WEEK)
    runner.push()
    assert runner.calendar() == COMING


def test_workout_that_became_too_long_leaves_the_calendar(runner: Runner):
    runner.approve(WEEK)
    runner.push()
    runner.approve(WEEK | {2: [long_list(60)]})
    runner.push()
    assert runner.calendar() == [(0, "Easy"), (5, "Long")]
    assert len(runner.library()) == 2


def test_fifty_steps_are_pushed(runner: Runner):
    runner.approve({1: [long_list(50)]})
    runner.push()
    assert runner.calendar() == [(1, "Many")]


@pytest.mark.parametrize("change", [
    "UPDATE plans SET content = jsonb_set(content, '{title}', '\"Other\"')",
    "UPDATE workouts SET content = jsonb_set(content, '{title}', '\"Other\"')",
])  # fmt: skip
def test_what_was_not_approved_is_not_pushed(runner: Runner, change):
    runner.approve(WEEK)
    runner.conn.execute(change)
    with pytest.raises(PlanChangedSinceApproval):
        runner.push()
    assert runner.fake.log() == []


def test_proposed_plan_is_not_pushed(runner: Runner):
    runner.approve(WEEK)
    runner.conn.execute("UPDATE plans SET status = 'proposed', approved_at = NULL")
    runner.push()
    assert runner.fake.workouts() == []


def test_plans_of_two_runners_do_not_meet(runner: Runner, other_user):
    runner.approve(WEEK)
    runner.push()
    other = Runner(runner.conn, other_user.id, runner.home, runner.fake)
    assert other.push().requests == 0
    assert runner.calendar() == COMING


@pytest.mark.parametrize("language", ["ko", "en"])
def test_report_is_readable(runner: Runner, language):
    runner.approve(WEEK | {2: [long_list(51)]})
    report = runner.push()
    with i18n.speaking(language):
        text = str(report)
    assert "2" in text
    assert "Many" in text
    assert "publish." not in text
