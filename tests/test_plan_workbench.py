"""`rc.plan()`: the numbers of the overview as frames, edits with their price, and three verbs."""

import json
from datetime import date

import pandas as pd
import psycopg
import pytest
import vl_convert

import runningcoach as rc
from runningcoach.base import i18n
from runningcoach.base.settings import settings
from runningcoach.coach.plans import versions
from runningcoach.coach.plans.editing import EditDayPast, EditDayTaken, EditWithoutEffect
from runningcoach.coach.plans.overview import load_overview, overview_weeks
from runningcoach.coach.plans.text.errors import WorkoutTextError
from runningcoach.public_api import connections
from runningcoach.public_api.plan_editor import EditNotUnderstood, NoSuchFinding
from runningcoach.public_api.plan_workbench import EditsPending
from runningcoach.store import accounts, plans, workouts
from tests.planned import TODAY, prepared_plan, script_beside

LONG_RUN = date(2026, 11, 29)
MONDAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def prepared(clone, tmp_path_factory):
    with prepared_plan(clone, tmp_path_factory.mktemp("prepared")) as found:
        yield found


@pytest.fixture
def planned(clone, prepared):
    with script_beside(clone, prepared) as found:
        yield found


@pytest.fixture
def plan(planned):
    return rc.plan(today=TODAY)


def test_weeks_are_those_of_the_overview(planned, plan):
    conn, user = planned
    expected = overview_weeks(load_overview(conn, user.id, TODAY))
    assert len(expected) == 19
    for week, (number, row) in zip(expected, plan.weeks.iterrows(), strict=True):
        assert (week.number, week.start) == (number, row["start"])
        shown = {name: None if pd.isna(row[name]) else row[name] for name in row.index[1:]}
        assert shown == {name: getattr(week, name) for name in shown}


def test_days_have_their_steps_and_what_became_of_them(plan):
    days = plan.days
    assert days.loc["2026-11-19", "verdict"] == "moved"
    assert days.loc["2026-11-19", ["type", "distance_km", "steps"]].tolist() == [
        "easy", 8.5, "8500m E",
    ]  # fmt: skip
    assert pd.isna(days.loc["2026-11-16", "type"])
    assert pd.isna(days.loc["2026-11-29", "verdict"])
    assert len(days) == 7 * len(plan.weeks)


def test_adherence_names_the_day_and_the_activities(plan):
    row = plan.adherence.loc["2026-11-19"]
    assert (row["run_date"], row["verdict"], row["title"]) == (
        date(2026, 11, 20), "moved", "이지 런",
    )  # fmt: skip
    assert len(row["activity_ids"]) == 1


def test_simulation_has_every_day_to_come_until_after_the_race(plan):
    simulation = plan.simulation
    assert simulation.index[-1].date() >= date(2027, 3, 21)
    assert {"load", "ctl", "atl", "tsb", "tsb_low", "tsb_high"} <= set(simulation)
    assert plan.race["date"] == date(2027, 3, 21)
    assert plan.race["days_left"] == 119
    assert plan.race["time_low_s"] < plan.race["time_high_s"]


def test_differences_are_those_from_the_planner_s_version(plan):
    assert {"added", "removed", "changed"} >= set(plan.diff["change"]) != set()
    assert plan.diff.loc["2026-11-22", "after"] == "이지 런"


def test_text_of_a_day_reads_back(plan):
    text = plan.text(date(2026, 11, 19))
    assert text == '[easy] "이지 런": 8500m E'
    assert plan.text("2026-11-20") == ""
    plan.edit.replace(LONG_RUN, text)
    assert len(plan.edit.pending) == 1


# ---- edits -------------------------------------------------------------------------------------


def test_an_edit_returns_what_it_changes_and_stores_nothing(planned, plan):
    conn, user = planned
    [before] = [row.workout for row in workouts.list_between(conn, user.id, LONG_RUN, LONG_RUN)]
    km = before.steps[0].end.meters / 1000
    price = plan.edit.scale(LONG_RUN, 0.5)
    assert price.week_km_change == {MONDAY: pytest.approx(-km / 2, abs=0.02)}
    assert price.load_change < 0
    assert plans.get_proposed(conn, user.id) is None
    assert plan.status == "current"


def test_a_price_is_shown_in_words(planned, plan):
    conn, user = planned
    price = plan.edit.scale(LONG_RUN, 0.5)
    [change] = price.week_km_change.values()
    shown = price._repr_html_()
    assert f"<td>2026-11-23 주 거리</td><td>−{abs(change):.1f} km</td>" in shown
    assert "남은 훈련 부하" in shown
    assert "거리, 부하, 점검 결과가 그대로입니다." in plan.edit.undo()._repr_html_()
    accounts.update(conn, user.id, {"language": "en"})
    assert "New problems" in rc.plan(today=TODAY).edit.scale(LONG_RUN, 1.5)._repr_html_()


def test_edits_add_up_and_the_last_is_taken_back(plan):
    first = plan.edit.scale(LONG_RUN, 0.5)
    both = plan.edit.replace("2026-11-25", "")
    assert both.load_change < first.load_change
    assert plan.edit.undo() == first
    assert plan.edit.undo().week_km_change == {}


def test_an_edit_that_cannot_be_made_is_not_added(plan):
    with pytest.raises(EditDayPast):
        plan.edit.scale("2026-11-19", 0.5)
    with pytest.raises(EditDayTaken):
        plan.edit.move("2026-11-28", "2026-11-29")
    with pytest.raises(WorkoutTextError):
        plan.edit.replace(LONG_RUN, "5 parsecs E")
    with pytest.raises(EditNotUnderstood):
        plan.text("tomorrow")
    for share, day in ((9.0, LONG_RUN), (0.5, "2026-13-40")):
        with pytest.raises(EditNotUnderstood) as caught:
            plan.edit.scale(day, share)
        assert all(caught.value.what(language) for language in i18n.LANGUAGES)
    with pytest.raises(NoSuchFinding):
        plan.edit.fix(99)
    assert plan.edit.pending == ()


def test_each_kind_of_edit(plan):
    plan.edit.move("2026-11-28", "2026-11-27")
    plan.edit.swap("2026-11-25", "2026-11-26")
    plan.edit.scale_week(MONDAY, 0.9)
    plan.edit.make_easy("2026-11-24")
    kinds = [edit.kind for edit in plan.edit.pending]
    assert kinds == ["move", "swap", "scale_week", "make_easy"]


def test_another_session_does_not_keep_the_reason_of_the_one_before(plan):
    assert plan.days.loc["2026-11-24", "why"]
    assert plan.days.loc["2026-11-26", "why"]
    plan.edit.replace("2026-11-24", "8km E")
    plan.edit.make_easy("2026-11-26")
    plan.propose()
    assert plan.days.loc[["2026-11-24", "2026-11-26"], "why"].tolist() == ["", ""]


def test_a_finding_s_fix_is_an_edit(plan):
    plan.edit.scale(LONG_RUN, 1.5)
    plan.propose()
    number = next(n for n, row in plan.findings.iterrows() if plan.overview.findings[n].fix)
    price = plan.edit.fix(number)
    assert plan.overview.findings[number].code in {gone.code for gone in price.gone_findings}


# ---- the three verbs ---------------------------------------------------------------------------


def test_propose_stores_a_version_and_shows_it(planned, plan):
    conn, user = planned
    current = plan.id
    plan.edit.replace(LONG_RUN, "10km E")
    assert plan.propose() is plan
    stored = plans.get_proposed(conn, user.id)
    assert (plan.id, plan.status, plan.sha256) == (stored.id, "proposed", stored.sha256)
    assert stored.parent_id == current
    assert plan.diff.index.date.tolist() == [LONG_RUN]
    assert plan.edit.pending == ()
    assert plans.get_current(conn, user.id).id == current


def test_propose_without_edits_is_an_error(plan):
    with pytest.raises(EditWithoutEffect):
        plan.propose()


def test_approve_makes_the_shown_version_current_and_changes_its_workouts(planned, plan):
    conn, user = planned
    plan.edit.replace(LONG_RUN, "10km E")
    plan.propose().approve()
    assert plans.get_current(conn, user.id).sha256 == plan.sha256
    assert plan.status == "current"
    [stored] = workouts.list_between(conn, user.id, LONG_RUN, LONG_RUN)
    assert stored.workout.title == "10km E"


def test_approve_refuses_what_is_not_shown(planned, plan):
    conn, user = planned
    with pytest.raises(versions.PlanNotProposed):
        plan.approve()
    plan.edit.scale(LONG_RUN, 0.5)
    with pytest.raises(EditsPending) as caught:
        plan.approve()
    assert "1" in caught.value.what("en")
    plan.propose()
    other = rc.plan(today=TODAY)
    other.edit.scale("2026-11-25", 0.5)
    other.propose()
    with pytest.raises(versions.PlanNotProposed):
        plan.approve()
    assert plans.get_proposed(conn, user.id).id == other.id


def test_approve_is_bound_to_the_hash_that_is_shown(planned, plan):
    conn, user = planned
    plan.edit.scale(LONG_RUN, 0.5)
    plan.propose()
    conn.execute("UPDATE plans SET sha256 = repeat('0', 64) WHERE id = %s", [plan.id])
    with pytest.raises(versions.PlanHashDiffers):
        plan.approve()
    assert plans.get_current(conn, user.id).id != plan.id


def test_reject_leaves_the_current_version(planned, plan):
    conn, user = planned
    current = plan.id
    plan.edit.scale(LONG_RUN, 0.5)
    assert plan.propose().reject().status == "rejected"
    assert rc.plan(today=TODAY).id == current
    assert plans.get_proposed(conn, user.id) is None


# ---- whose, and by which right -----------------------------------------------------------------


def test_reading_cannot_write(planned):
    _, user = planned
    with (
        connections.reading(user.id) as (conn, _),
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
    ):
        conn.execute("DELETE FROM plans")


def test_another_runner_s_version_is_not_found(planned, monkeypatch):
    conn, _ = planned
    plan_id = rc.plan(today=TODAY).id
    accounts.create(conn, "other", "!")
    monkeypatch.setenv("RUNNINGCOACH_USER", "other")
    settings.cache_clear()
    with pytest.raises(versions.NoCurrentPlan):
        rc.plan()
    with pytest.raises(versions.PlanNotFound):
        rc.plan(plan_id)


def test_it_is_shown_in_the_user_s_language(planned, plan):
    conn, user = planned
    assert "봄빛 마라톤 2027-03-21" in plan._repr_html_()
    assert "진행 중" in plan._repr_html_()
    assert "current" in repr(plan)
    accounts.update(conn, user.id, {"language": "en"})
    assert "· current" in rc.plan(today=TODAY)._repr_html_()


def test_chart_draws_the_weeks_above_fitness_and_form(plan):
    drawn = plan.chart().to_dict()
    weeks, form = drawn["vconcat"]
    [distances] = [rows for rows in drawn["datasets"].values() if "planned_km" in rows[0]]
    assert [row["planned_km"] for row in distances] == pytest.approx(plan.weeks["km"].tolist())
    assert weeks["title"] != form["title"]
    assert vl_convert.vegalite_to_png(json.dumps(drawn))


def test_names_are_completed(plan):
    assert {"weeks", "days", "findings", "simulation", "diff", "adherence", "chart"} <= set(
        dir(plan)
    )
    assert {"move", "swap", "scale", "replace", "make_easy", "fix"} <= set(dir(plan.edit))
