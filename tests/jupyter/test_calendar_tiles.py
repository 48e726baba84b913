"""The calendar's tiles: days with what is planned and run, in both languages, and its addresses."""

import os
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from runningcoach.base import i18n
from runningcoach.coach.plans.adherence.run_sessions import RunSession
from runningcoach.coach.plans.calendar import (
    CalendarWorkout,
    TrainingCalendar,
    TrainingCalendarDay,
)
from runningcoach.coach.plans.plan_diff import ChangedDay
from runningcoach.coach.plans.plan_in_force import PlanInForce
from runningcoach.model.adherence import StepAdherence, StoredAdherence, WorkoutAdherence
from runningcoach.model.plan import PlanNote
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.model.stored_plan import PlannedRace, StoredPlan, StoredWorkout
from runningcoach.model.user import User
from runningcoach.model.workout import (
    BandTarget,
    DistanceEnd,
    PaceTarget,
    TimeEnd,
    Workout,
    WorkoutRepeat,
    WorkoutStep,
)
from runningcoach.pages.tiles import (
    adherence,
    calendar,
    calendar_cards,
    calendar_days,
    planned,
    summary,
    today,
    workouts,
)
from runningcoach.store.training_calendar import CalendarActivity
from tests.charts import sample
from tests.coach.plans.test_plan_in_force import easy, plan

TODAY = date(2026, 12, 2)
NOW = datetime(2026, 12, 1, tzinfo=UTC)
PACES = TrainingPaces(
    pace_index=50, source="race", easy=(360, 320), marathon=(275, 270), threshold=(258, 252),
    interval=(238, 232), repetition=(220, 214),
)  # fmt: skip
NO_PLAN = PlanInForce(None, None, {})


@pytest.fixture(autouse=True)
def _english():
    with i18n.speaking("en"):
        yield


def stored(version, origin="rule", **changes):
    row = {"id": 7, "version": 2, "status": "current", "sha256": "0" * 64, "created_at": NOW}
    return StoredPlan(**row | changes, origin=origin, plan=version)


def in_force(**changes):
    return PlanInForce(stored(plan((2, 8), (6, 16))), None, {})._replace(**changes)


def session(workout, day, went=None, plan_id=7):
    return CalendarWorkout(
        id=1, plan_id=plan_id, day=day, workout=workout, sha256="0" * 64, created_at=NOW,
        distance_m=8000, duration_s=2700, adherence=went,
    )  # fmt: skip


def run(day, number=5, **changes):
    row = {"id": number, "local_date": day, "sport": "running", "is_race": False}
    return CalendarActivity(**row | {"distance_m": 8100.0, "elapsed_s": 2700.0, "moving_s": 2673.0}
                            | changes)  # fmt: skip


def day_of(day, sessions=(), runs=(), races=()):
    return TrainingCalendarDay(
        date=day, activities=list(runs), workouts=list(sessions), races=list(races)
    )


def cell(day, force=NO_PLAN, days=None):
    context = calendar_days.CalendarContext(TODAY, date(2026, 12, 1), force, PACES, days or [day])
    return str(calendar_days.day_cell(day, context))


# ---- a day -----------------------------------------------------------------------------------


def test_done_workout_shows_its_verdict_and_the_run_its_colour():
    yesterday = TODAY - timedelta(days=1)
    went = WorkoutAdherence(
        workout_date=yesterday, activity_ids=[5], verdict="partly", compliance_pct=71.6
    )
    shown = cell(day_of(yesterday, [session(easy(8), yesterday, went)], [run(yesterday)]))
    assert 'class="verdict warn"' in shown
    assert 'class="run-line warn run" href="activity.ipynb?id=5"' in shown
    assert "8.1 km" in shown
    assert "5:30 /km" in shown  # 2673 s over 8.1 km
    assert f"{i18n.t('adherence.day.partly')} · 72" in shown
    assert "draggable" not in shown


def test_run_of_another_day_is_coloured_by_the_workout_that_it_ran():
    saturday, sunday = date(2026, 11, 28), date(2026, 11, 29)
    went = WorkoutAdherence(workout_date=saturday, activity_ids=[5], verdict="moved")
    days = [day_of(saturday, [session(easy(8), saturday, went)]), day_of(sunday, [], [run(sunday)])]
    assert "run-line good" in cell(days[1], days=days)


def test_coming_workout_of_the_plan_can_be_dragged_and_moved():
    shown = cell(day_of(TODAY, [session(easy(8), TODAY)]), in_force())
    assert f'draggable="true" data-from="{TODAY}" data-own=""' in shown
    assert f'class="move" data-from="{TODAY}" data-own=""' in shown
    assert 'aria-current="date"' in shown


@pytest.mark.parametrize(
    "force",
    [NO_PLAN, in_force(proposed=stored(plan((1, 5)), status="proposed"))],
    ids=["no plan", "another plan waits"],
)
def test_workout_of_a_plan_that_cannot_be_edited_stays(force):
    assert "draggable" not in cell(day_of(TODAY, [session(easy(8), TODAY)]), force)


def test_own_workout_is_moved_and_removed_by_itself():
    shown = cell(day_of(TODAY, [session(easy(8), TODAY, plan_id=None)]))
    assert 'data-own="1"' in shown
    assert 'data-send="/api/v1/workouts/1" data-method="DELETE"' in shown


def test_proposed_change_shows_what_goes_and_what_comes():
    change = ChangedDay(date=TODAY, change="changed", before=(easy(8),), after=(easy(12),))
    force = in_force(
        proposed=stored(plan((2, 12), (6, 16)), "edit", status="proposed", id=8),
        changes={TODAY: change},
    )
    shown = cell(day_of(TODAY, [session(easy(8), TODAY)]), force)
    leaving, proposed = re.findall(r'class="session type-easy is-(\w+)[^>]*>', shown)
    assert (leaving, proposed) == ("leaving", "proposed")
    assert shown.count("draggable") == 1  # what comes is what a further edit moves


def test_words_of_others_are_escaped():
    race = PlannedRace(id=1, date=TODAY, name="<script>", distance_m=10_000)
    odd = easy(8).model_copy(update={"title": "<b>x", "purpose": "<i>y"})
    shown = cell(
        day_of(TODAY, [session(odd, TODAY)], [run(TODAY, name="<u>", sport="cycling")], [race])
    )
    assert not re.search("<script>|<b>x|<i>y|<u>", shown)


# ---- workouts in words -----------------------------------------------------------------------


def test_steps_are_told_with_lengths_and_targets():
    work = WorkoutStep(
        intensity="interval",
        end=DistanceEnd(meters=1600),
        target=PaceTarget(slow_s_per_km=258, fast_s_per_km=252),
    )
    jog = WorkoutStep(intensity="recovery", end=TimeEnd(seconds=90))
    warmup = WorkoutStep(
        intensity="warmup", end=DistanceEnd(meters=2830), target=BandTarget(name="E")
    )
    workout = Workout(
        type="cruise", title="x", steps=(warmup, WorkoutRepeat(times=4, steps=(work, jog)))
    )
    shown = re.sub(r"<[^>]+>", " ", str(workouts.steps(workout, PACES)))
    assert " ".join(shown.split()) == (
        "Warm-up 2.8 km easy 5:20–6:00 /km 4 × Interval 1600 m 4:12–4:18 /km Recovery 90 s"
    )
    assert workouts.size(workout) == "4 × 1600 m"


def test_korean_title_is_made_anew_for_an_english_reader():
    korean = easy(8).model_copy(update={"title": "조깅 8 km"})
    assert workouts.title(korean) == "Easy run"
    assert workouts.title(easy(8)) == "Easy 8 km"
    with i18n.speaking("ko"):
        assert workouts.title(korean) == "조깅 8 km"


def test_each_step_that_was_run_stands_beside_its_plan():
    row = StepAdherence(
        step="rep 3",
        verdict="fast",
        planned={"meters": 1600, "slow_s_per_km": 258, "fast_s_per_km": 252},
        run={"meters": 1604, "seconds": 390, "pace_s_per_km": 243, "heart_rate_bpm": 171},
    )
    rests = StepAdherence(
        step="recoveries", verdict="done", planned={"seconds": 60, "times": 3},
        run={"seconds": 64, "times": 3},
    )  # fmt: skip
    shown = re.sub(r"<[^>]+>", "|", str(workouts.step_table([row, rests])))
    assert "1600 m · 4:12–4:18 /km" in shown
    assert "1604 m · 4:03 /km · 171 bpm" in shown
    assert i18n.t("adherence.verdict.fast") in shown
    assert "3 × 1 min" in shown
    assert "3 × 64 s" in shown


# ---- the page --------------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch):
    def ask(query):
        monkeypatch.setitem(os.environ, "QUERY_STRING", query)
        return calendar.view(TODAY)

    return ask


def test_grid_holds_whole_weeks_and_the_week_after_today(asked):
    view = asked("")
    assert (view.month, view.week) == (date(2026, 12, 1), date(2026, 11, 30))
    assert (view.first, view.last) == (date(2026, 11, 30), date(2027, 1, 3))
    late = calendar.CalendarView(date(2026, 11, 1), date(2026, 11, 30), date(2026, 11, 30))
    assert late.last == date(2026, 12, 13)


def test_address_chooses_month_and_week(asked):
    view = asked("month=2026-02&week=2026-02-11")
    assert (view.month, view.week) == (date(2026, 2, 1), date(2026, 2, 9))
    assert asked("month=2026-02").week == date(2026, 1, 26)


@pytest.mark.parametrize("query", ["month=2026-13", "month=x", "month=0001-01", "week=2026-02-30"])
def test_address_that_says_nonsense_shows_today(asked, query):
    assert asked(query).month == date(2026, 12, 1)


def test_proposal_is_told_with_its_reasons_in_the_reader_s_days():
    note = PlanNote(
        key="findings.fix.move", values={"from_date": "2026-12-02", "to_date": "2026-12-04"}
    )
    waiting = stored(plan((4, 8)), "edit", status="proposed", reasons=[note])
    shown = str(planned.notice(in_force(proposed=waiting)))
    assert "Wed 2 Dec" in shown
    assert 'href="plan.ipynb"' in shown
    assert planned.notice(in_force()) == ""
    assert i18n.t("calendar.no_plan.what") in str(planned.notice(NO_PLAN))


def test_today_shows_the_workout_and_what_comes_next():
    days = [
        day_of(TODAY, [session(easy(8), TODAY)]),
        day_of(date(2026, 12, 3)),
        day_of(date(2026, 12, 4), [session(easy(12), date(2026, 12, 4))]),
    ]
    shown = str(planned.today(days, PACES, TODAY))
    assert shown.index("Easy 8 km") < shown.index("Fri 4 Dec") < shown.index("Easy 12 km")
    assert planned.today([day_of(TODAY)], PACES, TODAY) == ""
    rest = str(planned.today(days[1:], PACES, date(2026, 12, 3)))
    assert i18n.t("calendar.today_card.rest_title") in rest


def test_races_to_come_are_counted_down_and_the_latest_past_ones_kept():
    races = [
        PlannedRace(id=n, date=day, name=f"race {n}", distance_m=21_098, target_time_s=6_000)
        for n, day in enumerate([date(2024, 1, 1), *(date(2026, m, 1) for m in (3, 4, 5)),
                                 date(2026, 12, 22)])
    ]  # fmt: skip
    shown = str(calendar_cards.races(races, TODAY))
    assert re.findall(r"<b>(race \d)</b>", shown) == ["race 4", "race 3", "race 2", "race 1"]
    assert i18n.t("calendar.countdown", days=20) in shown
    assert 'value="1:40:00"' in shown
    assert 'data-race="/api/v1/races/4" data-method="PATCH"' in shown


# ---- on other pages --------------------------------------------------------------------------


def test_activity_stands_beside_the_workout_that_it_ran():
    row = StepAdherence(step="main", verdict="slow_excused", planned={"meters": 8000})
    went = StoredAdherence(
        workout_id=1, workout_date=TODAY, activity_ids=[5], verdict="done", compliance_pct=95,
        excuse="heat, grade", steps=[row],
    )  # fmt: skip
    workout = StoredWorkout(id=1, workout=easy(8), sha256="0" * 64, created_at=NOW)
    shown = str(adherence.of_activity(RunSession(workout, went)))
    assert "Easy 8 km" in shown
    assert f"{i18n.t('adherence.day.done')} · 95" in shown
    excuses = ", ".join(i18n.t(f"adherence.excuse.{name}") for name in ("heat", "grade"))
    assert excuses in shown
    assert i18n.t("adherence.verdict.slow_excused") in shown
    assert adherence.of_activity(None) == ""


def test_week_is_held_against_its_plan():
    """16 km planned, of which one session of 8 km was run and one missed; a ride does not count."""
    monday, tuesday = date(2026, 11, 30), date(2026, 12, 1)
    done = WorkoutAdherence(workout_date=monday, verdict="done", compliance_pct=96)
    missed = WorkoutAdherence(workout_date=tuesday, verdict="missed", compliance_pct=0)
    ride = run(tuesday, 6, sport="cycling", distance_m=30_000.0)
    days = [
        day_of(monday, [session(easy(8), monday, done)], [run(monday)]),
        day_of(tuesday, [session(easy(8), tuesday, missed)], [ride]),
    ]
    shown = re.sub(
        r"<[^>]+>", "|", str(summary.against_plan(TrainingCalendar(days=days, weeks=[])))
    )
    for words in ("|8.1|", "16.0 km planned", "|1/2|", "missed: 1", "|48|"):
        assert words in shown
    nothing = TrainingCalendar(days=[day_of(monday, [], [run(monday)])], weeks=[])
    assert summary.against_plan(nothing) == ""


def test_week_of_today_shows_what_is_planned_behind_what_was_run():
    monday = date(2026, 11, 30)
    week = [day_of(monday + timedelta(days=number)) for number in range(7)]
    week[1] = day_of(date(2026, 12, 1), [session(easy(8), date(2026, 12, 1))])
    week[4] = day_of(date(2026, 12, 4), [session(easy(8), date(2026, 12, 4))])
    metres = [0.0, 10_000.0, 0.0]  # from Monday to today
    ran = [
        day.model_copy(update={"distance_m": distance_m})
        for day, distance_m in zip(sample.daily(3, TODAY), metres, strict=True)
    ]
    runner = User(
        id=1, username="ann", display_name="Ann", role="owner", language="en",
        timezone="Asia/Seoul", created_at=NOW,
    )  # fmt: skip
    shown = str(today.greeting(runner, TODAY, ran, week))
    pillars = re.findall(
        r'class="km">([^<]*)</span><span class="pillar">(?:<i class="planned" '
        r'style="height:(\d+)%"></i>)?<i style="height:(\d+)%">',
        shown,
    )
    assert pillars[1] == ("10.0", "80", "100")  # 8 km were planned for Tuesday
    assert pillars[4] == ("8.0", "80", "0")
    assert pillars[6] == ("", "", "0")
