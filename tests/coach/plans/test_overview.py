"""What the page and notebooks show of a plan, from the tables."""

from dataclasses import replace
from datetime import timedelta

import pytest

from runningcoach.coach.plans import versions
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.editing import apply_edit
from runningcoach.coach.plans.estimates import estimate_workout
from runningcoach.coach.plans.overview import (
    load_overview,
    note_text,
    overview_weeks,
    plan_span,
)
from runningcoach.coach.plans.overview_days import overview_days
from runningcoach.coach.plans.overview_figures import (
    band_minutes,
    plan_figures,
    race_time_scale,
)
from runningcoach.coach.plans.planner import make_plan
from runningcoach.coach.plans.simulation import simulate
from runningcoach.coach.plans.text.parse import parse_workout
from runningcoach.model.adherence import WorkoutAdherence
from runningcoach.model.fitness import DailyFitness
from runningcoach.model.plan import PlanNote
from runningcoach.model.plan_edit import MakeEasy
from runningcoach.model.plan_request import PlanRequest
from runningcoach.store import adherence, fitness, workouts
from tests.coach.plans.made_runs import EASY, step, workout
from tests.coach.plans.test_athlete import MONDAY, TODAY, run

START = MONDAY - timedelta(days=21)
"""The plan began three weeks ago; today is a Thursday."""
RACE = MONDAY + timedelta(days=7 * 8 + 6)


def trained(conn, user):
    """Runs of 8 km every second day for four months, and a race from which paces follow."""
    for days in range(1, 120, 2):
        run(conn, user, TODAY - timedelta(days=days), 8, 2_880)
    run(conn, user, START - timedelta(days=2), 5, 1_500, is_race=True)


def approved(conn, user):
    """Approve a plan for 10 km on the day on which it begins."""
    athlete = load_athlete(conn, user.id, START)
    request = PlanRequest(
        goal="10k", start=START, race_date=RACE, available_weekdays=(1, 3, 5, 6), long_day=6
    )
    plan = make_plan(request, athlete, "en")
    stored = versions.propose_plan(conn, user.id, plan, "rule")
    return versions.approve_plan(conn, user.id, stored.id, stored.sha256, START)


def recorded(conn, user, first, last, ctl):
    """Store a made-up history of fitness: 5 km of running and one more of fitness a day."""
    rows = [
        DailyFitness(
            date=first + timedelta(days=n), activities=1, distance_m=5_000.0, moving_s=1_800.0,
            load=30.0, ctl=ctl + n, atl=ctl, tsb=float(n), provisional=False, estimated_share=0.0,
        )
        for n in range((last - first).days + 1)
    ]  # fmt: skip
    fitness.replace_daily(conn, user.id, rows)


@pytest.fixture
def followed(conn, user):
    trained(conn, user)
    return approved(conn, user)


def test_without_a_plan_there_is_nothing(conn, user):
    assert load_overview(conn, user.id, TODAY) is None


def test_an_unknown_version_and_another_runner_s_are_not_found(conn, user, other_user, followed):
    for owner, plan_id in ((user, 10**9), (other_user, followed.id)):
        with pytest.raises(versions.PlanNotFound):
            load_overview(conn, owner.id, TODAY, plan_id)
    assert load_overview(conn, other_user.id, TODAY) is None


def test_the_current_plan_is_shown_and_a_proposal_before_it(conn, user, followed):
    overview = load_overview(conn, user.id, TODAY)
    assert overview.stored.id == followed.id
    assert (overview.other, overview.diff) == (None, None)
    athlete = load_athlete(conn, user.id, TODAY)
    hard = next(
        day.date
        for week in followed.plan.weeks
        for day in week.days
        if day.date > TODAY and any(w.type in ("cruise", "tempo", "vo2max") for w in day.workouts)
    )
    changed = apply_edit(followed.plan, MakeEasy(date=hard), athlete)
    versions.propose_plan(conn, user.id, changed, "edit", followed.id)
    overview = load_overview(conn, user.id, TODAY)
    assert overview.stored.status == "proposed"
    assert overview.other.id == followed.id
    assert [day.date for day in overview.diff.days] == [hard]
    assert load_overview(conn, user.id, TODAY, followed.id).stored.id == followed.id


def test_adherence_is_that_of_planned_workouts_until_today(conn, user, followed):
    own = workouts.add_own(conn, user.id, workout(step("main", meters=3000, pace=EASY)), START)
    planned = workouts.list_between(conn, user.id, *plan_span(followed.plan))
    for row in planned:
        went = WorkoutAdherence(workout_date=row.day, verdict="done")
        adherence.put(conn, user.id, row.id, went, "1")
    past = [row.id for row in planned if row.day <= TODAY and row.plan_id]
    shown = [row.workout_id for row in load_overview(conn, user.id, TODAY).adherence]
    assert shown == past
    assert own.id not in shown
    assert len(past) > 8


def test_weeks_count_what_was_run_and_end_as_recorded_or_projected(conn, user, followed):
    recorded(conn, user, START - timedelta(days=10), TODAY, ctl=40.0)
    sessions = workouts.list_between(conn, user.id, START, START + timedelta(days=6))
    verdicts = ("done", "missed", "moved", "partly")
    for row, verdict in zip(sessions, verdicts, strict=True):
        went = WorkoutAdherence(workout_date=row.day, verdict=verdict)
        adherence.put(conn, user.id, row.id, went, "1")
    overview = load_overview(conn, user.id, TODAY)
    first, second, third, now, later, *_ = overview_weeks(overview)
    assert (first.number, first.start, first.sessions, first.sessions_done) == (1, START, 4, 3)
    assert [week.done_km for week in (first, second, third)] == [35.0] * 3
    assert now.done_km == 20.0  # Monday to Thursday
    assert later.done_km is None
    # The tenth day before the plan is 40, so that its first Sunday, 16 days later, is 56.
    assert (first.ctl, first.tsb) == (56.0, 16.0)
    projected = {day.date: day for day in overview.simulation.days}
    assert now.ctl == projected[now.start + timedelta(days=6)].ctl
    assert now.tsb == projected[now.start + timedelta(days=6)].tsb


def test_a_week_has_the_length_of_its_workouts(conn, user, followed):
    plan = followed.plan
    days = list(plan.weeks[5].days)
    fixed = workout(step("main", meters=9_000, pace=EASY))
    days = [
        day.model_copy(update={"workouts": (fixed,) if n < 2 else ()}) for n, day in enumerate(days)
    ]
    weeks = (
        *plan.weeks[:5],
        plan.weeks[5].model_copy(update={"days": tuple(days)}),
        *plan.weeks[6:],
    )
    versions.propose_plan(
        conn, user.id, plan.model_copy(update={"weeks": weeks}), "edit", followed.id
    )
    week = overview_weeks(load_overview(conn, user.id, TODAY))[5]
    assert (week.km, week.longest_km, week.sessions) == (18.0, 9.0, 2)
    slow, fast = EASY
    assert week.minutes == round(18 * (slow + fast) / 2 / 60)
    assert week.hard_share == 0


def test_the_race_counts_in_the_kilometres_of_its_week(conn, user, followed):
    week = overview_weeks(load_overview(conn, user.id, TODAY))[-1]
    assert week.phase == "race"
    assert week.race_km == 10
    assert week.km > 10


def test_days_that_are_over_are_not_projected_again(conn, user, followed):
    recorded(conn, user, START, TODAY, ctl=40.0)
    athlete = load_athlete(conn, user.id, TODAY)
    simulation = simulate(followed.plan, athlete)
    assert simulation.days[0].date == TODAY
    assert simulation.days[-1].date == RACE
    assert simulation.days[0].tsb == athlete.ctl - athlete.atl
    assert len(simulation.weeks) == len(followed.plan.weeks)
    after = simulate(followed.plan, athlete.model_copy(update={"today": RACE + timedelta(days=1)}))
    assert (after.days, after.race_tsb) == ((), None)


def test_notes_speak_codes_in_words():
    values = {"index": 45.2, "basis": "race"}
    note = PlanNote(key="planner.reason.assume_paces", values=values)
    assert (
        note_text(note, "en") == "Training paces follow from a pace index of 45.2 (a recent race)."
    )
    assert "(최근 대회 기록)" in note_text(note, "ko")
    other = PlanNote(key="planner.assumption.stated", values={"text": "race"})
    assert note_text(other, "en") == "race"


def test_days_know_their_sessions_and_how_they_went(conn, user, followed):
    [first, *_] = workouts.list_between(conn, user.id, START, START + timedelta(days=6))
    went = WorkoutAdherence(workout_date=first.day, verdict="partly", compliance_pct=70)
    adherence.put(conn, user.id, first.id, went, "1")
    weeks = overview_days(load_overview(conn, user.id, TODAY))
    assert [len(days) for days in weeks] == [7] * len(followed.plan.weeks)
    day = next(day for day in weeks[0] if day.date == first.day)
    assert (day.is_past, day.is_editable, day.change) == (True, False, None)
    [session] = day.sessions
    assert session.adherence.verdict == "partly"
    assert session.workout == first.workout
    assert parse_workout(session.text).workout == first.workout
    rest = next(day for day in weeks[0] if day.is_rest)
    assert (rest.sessions, rest.is_past) == ([], True)
    ahead = [day for days in weeks for day in days if not day.is_past]
    assert ahead[0].date == TODAY
    assert all(day.is_editable for day in ahead)
    assert all(s.adherence is None for day in ahead for s in day.sessions)


def test_days_of_a_rejected_version_are_not_edited_and_changes_are_marked(conn, user, followed):
    long_run = followed.plan.weeks[5].days[6]
    week = followed.plan.weeks[5]
    rested = long_run.model_copy(update={"workouts": ()})
    week = week.model_copy(update={"days": (*week.days[:6], rested)})
    plan = followed.plan.model_copy(
        update={"weeks": (*followed.plan.weeks[:5], week, *followed.plan.weeks[6:])}
    )
    stored = versions.propose_plan(conn, user.id, plan, "edit", followed.id)
    marked = overview_days(load_overview(conn, user.id, TODAY))
    assert {d.date: d.change for days in marked for d in days if d.change} == {
        long_run.date: "removed"
    }
    versions.reject_plan(conn, user.id, stored.id)
    days = overview_days(load_overview(conn, user.id, TODAY, stored.id))
    assert not any(day.is_editable for week in days for day in week)


def test_figures_of_a_plan(conn, user, followed):
    overview = load_overview(conn, user.id, TODAY)
    weeks = overview_weeks(overview)
    figures = plan_figures(overview, weeks)
    assert figures.days_to_race == (RACE - TODAY).days == 59
    assert (figures.week, figures.weeks) == (4, 12)
    assert weeks[figures.peak_week - 1].km == figures.peak_km
    assert all(week.km - week.race_km <= figures.peak_km for week in weeks)
    heavy = [*weeks[:-1], weeks[-1].model_copy(update={"km": 70.0, "race_km": 42.0})]
    assert plan_figures(overview, heavy).peak_week == figures.peak_week
    later = replace(
        overview, athlete=overview.athlete.model_copy(update={"today": RACE + timedelta(1)})
    )
    assert plan_figures(later, weeks).week is None


def test_minutes_by_pace_are_those_of_the_sessions(conn, user, followed):
    rows = band_minutes(load_overview(conn, user.id, TODAY))
    assert [row.band for row in rows[:5]] == ["E", "M", "T", "I", "R"]
    planned = followed.plan.weeks[0]
    seconds = sum(
        estimate_workout(w, load_athlete(conn, user.id, TODAY).paces).duration_s
        for day in planned.days
        for w in day.workouts
    )
    first = sum(row.minutes for row in rows if row.start == planned.start)
    assert first == pytest.approx(seconds / 60)


@pytest.mark.parametrize(
    ("target_s", "places"), [(None, (11.54, 88.46, None)), (2_700, (11.54, 50.0, 88.46))]
)
def test_times_of_race_day_lie_on_a_scale(conn, user, followed, target_s, places):
    overview = load_overview(conn, user.id, TODAY)
    request = overview.stored.plan.request.model_copy(update={"target_time_s": target_s})
    plan = overview.stored.plan.model_copy(update={"request": request})
    times = {"race_time_low_s": 2_500.0, "race_time_high_s": 2_600.0}
    overview = replace(
        overview,
        stored=overview.stored.model_copy(update={"plan": plan}),
        simulation=overview.simulation.model_copy(update=times),
    )
    scale = race_time_scale(overview)
    assert (scale.low_pct, scale.high_pct, scale.target_pct) == places
    unknown = overview.simulation.model_copy(update={"race_time_low_s": None})
    assert race_time_scale(replace(overview, simulation=unknown)) is None
