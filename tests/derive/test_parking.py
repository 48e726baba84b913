"""One activity that cannot be derived is put aside; everything else goes on."""

from dataclasses import replace
from datetime import date

import numpy as np
import psycopg
import pytest

from runningcoach.cli import doctor
from runningcoach.derive import (
    activities,
    benchmarks,
    engine_versions,
    estimation_inputs,
    failures,
    rebuild,
)
from runningcoach.metrics import measures
from runningcoach.pages.tiles import parked as tiles
from runningcoach.store import derive_failures, facts, fitness, race_predictions
from runningcoach.store.database import finite_values
from tests.derive.made import FIRST, derived, measured, on, run

TODAY = date(2024, 4, 10)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("runningcoach.base.periods.today", lambda zone: TODAY)


@pytest.fixture
def fails(monkeypatch):
    """Let measuring fail for some activities, told by their duration."""
    failing: set[float] = set()
    measure = measures.measure

    def failing_measure(found, *args, **kinds):
        if found.elapsed_s in failing:
            raise ZeroDivisionError("float division by zero")
        return measure(found, *args, **kinds)

    monkeypatch.setattr(activities, "measure", failing_measure)
    return failing


def test_an_activity_that_cannot_be_measured_is_left_out_of_all(history, conn, user, fails):
    history.season(FIRST, weeks=2)
    rebuild.refresh(conn, user.id)
    before = history.everything()
    odd = history.add(date(2024, 1, 17), minutes=33, speed=3.4)
    fails.add(33 * 60)
    report = rebuild.refresh(conn, user.id)
    (only,) = derive_failures.list_parked(conn, user.id)
    assert (only.activity_id, only.stage) == (odd, "measures")
    assert only.reason == "ZeroDivisionError: float division by zero"
    assert derive_failures.get_parked(conn, user.id, odd) == only
    assert report.activities == 7
    after = history.everything()
    for table in before.keys() - {"activity_facts", "best_efforts"}:
        assert after[table] == before[table], table
    assert fitness.metrics_of(conn, user.id, odd) is None


def test_pages_and_doctor_say_what_is_parked(history, conn, user, fails):
    history.add(FIRST)
    assert doctor.parked_activities(conn, None).state == "ok"
    assert tiles.count(derive_failures.list_parked(conn, user.id)) == tiles.notice(None) == ""
    odd = history.add(date(2024, 1, 17), minutes=33)
    fails.add(33 * 60)
    rebuild.refresh(conn, user.id)
    found = doctor.parked_activities(conn, None)
    assert found.state == "warn"
    assert f"{odd}: ZeroDivisionError" in found.words
    assert "rebuild" in found.remedy
    assert "1" in tiles.count(derive_failures.list_parked(conn, user.id))
    assert "ZeroDivisionError" in tiles.notice(derive_failures.get_parked(conn, user.id, odd))


def test_a_rebuild_tries_again_and_takes_it_back(history, conn, user, home, fails):
    history.season(FIRST, weeks=1)
    odd = history.add(date(2024, 1, 17), minutes=33)
    fails.add(33 * 60)
    rebuild.refresh(conn, user.id)
    assert [one.activity_id for one in derive_failures.list_parked(conn, user.id)] == [odd]
    fails.clear()
    rebuild.rebuild(conn, user.id, home)
    assert derive_failures.list_parked(conn, user.id) == []
    assert fitness.metrics_of(conn, user.id, odd).load is not None


def test_one_that_was_measured_before_loses_its_numbers(history, conn, user, home, fails):
    odd = history.add(FIRST, minutes=33)
    history.add(on(3))
    rebuild.refresh(conn, user.id)
    fails.add(33 * 60)
    rebuild.rebuild(conn, user.id, home)
    assert fitness.metrics_of(conn, user.id, odd) is None
    assert [day.date for day in fitness.daily(conn, user.id, FIRST, FIRST)] == []


def test_all_that_failed_leaves_an_empty_but_fresh_account(history, conn, user, fails):
    history.add(FIRST, minutes=33)
    fails.add(33 * 60)
    rebuild.refresh(conn, user.id)
    assert not fitness.get_derive_state(conn, user.id).is_stale
    assert len(derive_failures.list_parked(conn, user.id)) == 1


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("ngp_mps = 'Infinity'", None, "ngp_mps is inf"),
        ("mean_max_gap_mps = '{1, 2}'", None, "mean_max_gap_mps has 2 values"),
        (None, 1e308, "distance_m is 1e+308"),
    ],
)
def test_facts_that_nothing_can_be_made_of(history, conn, user, column, value, reason):
    history.season(FIRST, weeks=1)
    odd = history.add(date(2024, 1, 17))
    if column:
        query = f"UPDATE activity_facts SET {column} WHERE activity_id = %s"  # noqa: S608
        conn.execute(query.encode(), (odd,))
    else:
        conn.execute("UPDATE activities SET distance_m = %s WHERE id = %s", (value, odd))
    rebuild.refresh(conn, user.id)
    (only,) = derive_failures.list_parked(conn, user.id)
    assert (only.activity_id, only.stage) == (odd, "estimates")
    assert reason in only.reason
    assert len(fitness.metrics(conn, user.id)) == 4


def test_every_use_is_tried_before_estimates(monkeypatch):
    def no_race(activity, hrmax_bpm, own_vdot=None):
        raise OverflowError("too much")

    monkeypatch.setattr(estimation_inputs, "is_race", no_race)
    aside = failures.DeriveFailures()
    assert aside.working([run(0)]) == []
    assert aside.rows[0].reason == "OverflowError: too much"


def test_estimates_go_on_without_the_activity_that_they_fail_on(history, conn, user, monkeypatch):
    history.season(FIRST, weeks=1)
    odd = history.add(date(2024, 1, 17))
    is_race = estimation_inputs.is_race

    def is_race_but_one(activity, *rest):
        if activity.activity_id == odd:
            raise OverflowError("too much")
        return is_race(activity, *rest)

    monkeypatch.setattr(estimation_inputs, "is_race", is_race_but_one)
    rebuild.refresh(conn, user.id)
    (only,) = derive_failures.list_parked(conn, user.id)
    assert (only.activity_id, only.stage) == (odd, "estimates")
    assert only.reason == "OverflowError: too much"
    assert len(fitness.metrics(conn, user.id)) == 4


def test_estimates_that_fail_on_no_activity_by_itself_raise(history, conn, user, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError("all of them")

    history.season(FIRST, weeks=1)
    monkeypatch.setattr(benchmarks, "estimate", fail)
    with pytest.raises(ZeroDivisionError, match="all of them"):
        rebuild.refresh(conn, user.id)
    assert derive_failures.list_parked(conn, user.id) == []


def test_broken_samples_are_parked_with_the_numbers_they_had(history, conn, user, home):
    history.season(FIRST, weeks=1)
    rebuild.refresh(conn, user.id)
    before = history.rows("activity_metrics")
    broken, *_ = sorted((home / "samples").rglob("*.parquet"))
    broken.write_bytes(b"PAR1 and then nothing of the kind")
    rebuild.rebuild(conn, user.id, home)
    (only,) = derive_failures.list_parked(conn, user.id)
    assert only.stage == "samples"
    assert history.rows("activity_metrics") == before
    # Only a newer engine, or a rebuild, tries again.
    conn.execute("UPDATE activity_facts SET engine_version = '0'")
    assert only.activity_id not in {
        one.activity_id for one in engine_versions.outdated_activities(conn, user.id)
    }
    conn.execute("UPDATE parked_activities SET engine_version = '0'")
    assert only.activity_id in {
        one.activity_id for one in engine_versions.outdated_activities(conn, user.id)
    }


def test_samples_that_cannot_be_measured_are_parked_as_facts(
    history, conn, user, home, monkeypatch
):
    history.add(FIRST)
    rebuild.refresh(conn, user.id)

    def fail(task):
        raise IndexError("no such second")

    monkeypatch.setattr("runningcoach.derive.recompute_facts.measure_task", fail)
    rebuild.rebuild(conn, user.id, home)
    assert [one.stage for one in derive_failures.list_parked(conn, user.id)] == ["facts"]


def test_another_user_sees_nothing_of_it(history, conn, user, other_user, fails):
    odd = history.add(FIRST, minutes=33)
    fails.add(33 * 60)
    rebuild.refresh(conn, user.id)
    assert derive_failures.list_parked(conn, other_user.id) == []
    assert derive_failures.get_parked(conn, other_user.id, odd) is None


# No number that is not finite ---------------------------------------------------------------


@pytest.mark.parametrize("odd", [float("inf"), float("-inf"), float("nan")])
def test_what_is_not_finite_is_missing_with_a_reason(odd):
    row = finite_values.finite_row(
        {"load": odd, "trimp": 3.0, "zones": [1.0, odd], "reasons": {"a": "b"}, "name": "x"}
    )
    assert row == {
        "load": None, "trimp": 3.0, "zones": None, "name": "x",
        "reasons": {"a": "b", "load": "not_finite", "zones": "not_finite"},
    }  # fmt: skip
    assert finite_values.finite_row({"load": 3.0, "reasons": {}}) == {"load": 3.0, "reasons": {}}


def test_no_number_of_a_table_is_infinite(history, conn, user):
    number = history.add(FIRST)
    rebuild.refresh(conn, user.id)
    row = fitness.metrics_of(conn, user.id, number).model_dump() | {"inputs_hash": "x"}
    fitness.put_metrics(conn, user.id, [row | {"late_best_pct": [float("inf"), None]}])
    found = fitness.metrics_of(conn, user.id, number)
    assert found.late_best_pct is None
    assert found.reasons["late_best_pct"] == "not_finite"
    (day,) = fitness.daily(conn, user.id, FIRST, FIRST)
    fitness.replace_daily(conn, user.id, [day.model_copy(update={"strain": float("nan")})])
    (again,) = fitness.daily(conn, user.id, FIRST, FIRST)
    assert (again.strain, again.reasons["strain"]) == (None, "not_finite")
    assert again.ctl == day.ctl
    prediction = race_predictions.predictions(conn, user.id)[0]
    said = [one.model_copy(update={"time_s": float("inf")}) for one in prediction.methods]
    odd = prediction.model_copy(update={"methods": said, "time_s": float("inf")})
    race_predictions.replace_predictions(conn, user.id, [odd])
    (kept,) = race_predictions.predictions(conn, user.id)
    assert kept.time_s is None
    assert {one.reason for one in kept.methods} == {"not_finite"}


def test_the_boundary_leaves_sound_records_alone():
    activities_of = [run(0), run(2)]
    _, rows = derived(activities_of, 3, metrics=measured(activities_of))
    assert list(finite_values.finite_records(rows)) == rows


def test_curves_of_another_length_never_reach_the_stack():
    odd = run(0, curve=np.array([1.0, 2.0], np.float32))
    with pytest.raises(failures.UnusableFacts, match="mean_max_gap_mps"):
        failures.check(odd)
    failures.check(replace(odd, facts=replace(odd.facts, mean_max_gap_mps=None)))


def test_measuring_without_a_parking_raises(history, conn, user, fails):
    history.add(FIRST, minutes=33)
    fails.add(33 * 60)
    known = facts.list_inputs(conn, user.id)
    person = fitness.get_profile(conn, user.id)
    timeline, _ = derived([run(0)], 0)
    with pytest.raises(ZeroDivisionError):
        list(activities.changed_rows(known, [measures.PriorHistory()], timeline, person, {}))
    assert isinstance(conn, psycopg.Connection)
