"""Random edits through the tables: what is stored is what was checked, what is approved stays."""

import hashlib
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runningcoach.base import periods
from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.plans import versions
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.planner import make_plan
from runningcoach.coach.plans.validator import has_error, validate
from runningcoach.model.plan import Plan
from runningcoach.model.plan_edit import (
    MakeEasy,
    MoveWorkout,
    ReplaceWorkout,
    ScaleWeek,
    ScaleWorkout,
    SetTarget,
    SwapDays,
)
from runningcoach.model.plan_request import PlanRequest
from runningcoach.model.workout import BandTarget
from runningcoach.store import accounts
from tests.api.planning import add_training

TODAY = periods.today("Asia/Seoul")
MONDAY = periods.week_start(TODAY)
WEEKS = 8

RUN_WEEKDAYS = (1, 3, 5, 6)
AHEAD = [MONDAY + timedelta(days=number) for number in range(7, 7 * WEEKS)]
RUN_DAYS = st.sampled_from([day for day in AHEAD if day.weekday() in RUN_WEEKDAYS])
FREE_DAYS = st.sampled_from([day for day in AHEAD if day.weekday() not in RUN_WEEKDAYS])
DAYS = st.integers(-3, 7 * WEEKS + 1).map(lambda number: MONDAY + timedelta(days=number))
SHARES = st.floats(0.2, 1.5)
TEXTS = ["", "8km E", "2km E + 3km T", "2km E + 5x(1km T, 60s) + 1km E", "5x(", "40min @6:00-5:30"]
LIKELY_EDITS = st.one_of(
    st.builds(MoveWorkout, from_date=RUN_DAYS, to_date=FREE_DAYS),
    st.builds(ScaleWorkout, date=RUN_DAYS, share=st.floats(0.6, 0.95)),
    st.builds(MakeEasy, date=RUN_DAYS),
    st.builds(ReplaceWorkout, date=RUN_DAYS, text=st.sampled_from(["", "5km E"])),
)
EDITS = LIKELY_EDITS | st.one_of(
    st.builds(MoveWorkout, from_date=DAYS, to_date=DAYS),
    st.builds(SwapDays, first_date=DAYS, second_date=DAYS),
    st.builds(ScaleWorkout, date=DAYS, share=SHARES),
    st.builds(ScaleWeek, start=DAYS, share=SHARES),
    st.builds(MakeEasy, date=DAYS),
    st.builds(ReplaceWorkout, date=DAYS, text=st.sampled_from(TEXTS)),
    st.builds(
        SetTarget,
        date=DAYS,
        intensity=st.sampled_from(["main", "interval", "nothing"]),
        target=st.builds(BandTarget, name=st.sampled_from("EMTIR")),
    ),
)
STEPS = st.lists(
    st.one_of(
        LIKELY_EDITS.map(lambda edit: [edit]),
        st.lists(EDITS, min_size=1, max_size=4),
        st.sampled_from(["approve", "approve", "reject"]),
    ),
    min_size=2,
    max_size=4,
)


@pytest.fixture
def runner(conn):
    """A runner with an approved plan of eight weeks."""
    user, other = (accounts.create(conn, name, "!", timezone="Asia/Seoul") for name in "ab")
    add_training(conn, user, other)
    request = PlanRequest(
        goal="fit", start=TODAY, weeks=WEEKS, available_weekdays=(1, 3, 5, 6), long_day=6
    )
    plan = make_plan(request, load_athlete(conn, user.id, TODAY))
    stored = versions.propose_plan(conn, user.id, plan, "rule")
    versions.approve_plan(conn, user.id, stored.id, stored.sha256, TODAY)
    return user


def rows_of(conn, user):
    """Return every version as it stands in the table: id, status, hash, content."""
    return conn.execute(
        "SELECT id, status, sha256, content FROM plans WHERE user_id = %s ORDER BY id", [user.id]
    ).fetchall()


def sha256_of(content):
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def workouts_of(conn, user):
    return conn.execute(
        "SELECT plan_id, date, sha256 FROM workouts WHERE user_id = %s ORDER BY date, id",
        [user.id],
    ).fetchall()


def take_step(conn, user, step):
    """Take a step on the version that waits, else on the current one; return the new version."""
    target = versions.find_plan(conn, user.id)
    if step == "approve":
        return versions.approve_plan(conn, user.id, target.id, target.sha256, TODAY)
    if step == "reject":
        return versions.reject_plan(conn, user.id, target.id)
    return versions.edit_plan(conn, user.id, target.id, step, TODAY)


def hold_steps(conn, user, steps):
    last = None
    for step in steps:
        before, workouts_before = rows_of(conn, user), workouts_of(conn, user)
        try:
            stored = take_step(conn, user, step)
        except RunningCoachError:
            assert (rows_of(conn, user), workouts_of(conn, user)) == (before, workouts_before)
            continue
        after = rows_of(conn, user)
        contents = {row[0]: (row[2], row[3]) for row in after}
        assert {row[0]: contents[row[0]] for row in before} == {r[0]: (r[2], r[3]) for r in before}
        assert sha256_of(contents[stored.id][1]) == contents[stored.id][0] == stored.sha256
        hold_states(after, stored, step)
        if step != "approve":
            assert workouts_of(conn, user) == workouts_before
        last = (stored, contents[stored.id][1])
    if last:
        hold_version(conn, user, *last)


def hold_version(conn, user, stored, content):
    """The version that is read back is the one that was checked."""
    athlete = load_athlete(conn, user.id, TODAY)
    read = versions.get_plan(conn, user.id, stored.id)
    assert (read.plan, read.sha256) == (stored.plan, stored.sha256)
    fresh = validate(Plan.model_validate(content), athlete, origin=stored.origin)
    assert versions.find_problems(stored, athlete) == fresh
    if stored.status == "current":
        assert not has_error(fresh)
        assert {row[0] for row in workouts_of(conn, user)} <= {stored.id}


def hold_states(rows, stored, step):
    states = [row[1] for row in rows]
    assert states.count("current") == 1
    assert states.count("proposed") <= 1
    expected = {"approve": "current", "reject": "rejected"}.get(str(step), "proposed")
    assert next(row[1] for row in rows if row[0] == stored.id) == expected


SHARED_FIXTURE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=40, suppress_health_check=SHARED_FIXTURE, deadline=None)
@given(steps=STEPS)
def test_stored_plan_is_the_one_that_was_checked_through_random_edits(conn, runner, steps):
    with conn.transaction(force_rollback=True):
        hold_steps(conn, runner, steps)


@pytest.mark.deep
@pytest.mark.timeout(900)
@settings(max_examples=1_000, suppress_health_check=SHARED_FIXTURE, deadline=None)
@given(steps=STEPS)
def test_stored_plan_is_the_one_that_was_checked_through_many_edits(conn, runner, steps):
    with conn.transaction(force_rollback=True):
        hold_steps(conn, runner, steps)
