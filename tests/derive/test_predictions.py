"""Race times from a history: which evidence counts, how far it is trusted, and nothing later."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runningcoach.derive import predictions, rebuild
from runningcoach.metrics import race, vo2max
from runningcoach.store import race_predictions
from tests.derive.made import FIRST, curve, derived, on, run

DISTANCES = [5000.0, 10_000.0, 21_097.5, 42_195.0]


def predicted(runs, day):
    timeline, rows = derived(runs, day)
    return predictions.predict(runs, timeline, rows, on(day))


def methods(row):
    return {said.method: said for said in row.methods}


def raced(day, km=10.0, seconds=2400.0, **kind):
    """Return a flagged race whose only fastest stretch is the whole of it."""
    return run(
        day, km=km, speed=1000 * km / seconds, bpm=175.0, is_race=True,
        efforts={1000 * km: seconds}, **kind,
    )  # fmt: skip


def test_a_race_alone_speaks_by_vdot_and_power_law():
    rows = predicted([raced(0)], 10)
    assert [row.distance_m for row in rows] == DISTANCES
    five, ten = rows[:2]
    vdot = vo2max.vdot(10_000, 2400)
    assert methods(five)["vdot"].time_s == pytest.approx(race.race_time_s(vdot, 5000))
    assert methods(five)["power_law"].time_s == pytest.approx(2400 * 0.5**1.06)
    assert methods(five)["critical_speed"].reason == "no_critical_speed"
    said = [methods(five)[name].time_s for name in ("vdot", "power_law")]
    assert five.time_s == pytest.approx(sum(said) / 2)
    assert (five.fastest_s, five.slowest_s) == (min(said), max(said))
    assert ten.time_s == pytest.approx(2400, abs=0.1)
    assert five.confidence == ten.confidence == "high"
    assert rows[3].confidence == "low"  # no long run


def test_every_method_says_a_time_or_why_not():
    for row in predicted([raced(0), run(3)], 10):
        for said in row.methods:
            assert (said.time_s is None) == (said.reason is not None)


def test_the_trend_by_heart_rate_goes_before_a_race():
    easy = [run(day, speed=3.0, bpm=150.0) for day in range(1, 13, 3)]
    timeline, rows = derived([raced(0), *easy], 13)
    found = predictions.predict([raced(0), *easy], timeline, rows, on(13))[0]
    assert methods(found)["vdot"].inputs == {"vo2max": rows[-1].vo2max_trend}


def test_confidence_fades_with_the_race():
    assert [predicted([raced(0)], day)[1].confidence for day in (60, 61, 364)] == [
        "high",
        "medium",
        "medium",
    ]
    assert predicted([raced(0)], 365)[1].confidence == "none"


def test_a_marathon_needs_a_long_run_in_eight_weeks():
    # In full marathon shape, 20 km a day: the methods agree, and nothing else lowers the trust.
    training = [run(day, km=20.0, bpm=None, vo2max_hr_bpm=None) for day in range(256)]
    long = run(200, 1000, km=25.0)
    race_day = raced(190, km=21.0975, seconds=5400.0, number=1001)
    runs = sorted([*training, race_day, long], key=lambda a: a.local_date)
    assert predicted(runs, 255)[3].confidence == "medium"  # 65 days ago
    assert predicted([*runs, run(256, km=20.0)], 256)[3].confidence == "low"
    assert predicted([race_day, run(200, km=24.9)], 210)[3].confidence == "low"


def test_methods_that_contradict_each_other_are_not_trusted():
    """A half marathon and one long run: VDOT without shape and the power law lie an hour apart."""
    long, race_day = run(20, km=25.0), raced(10, km=21.0975, seconds=5400.0)
    found = predicted([race_day, long], 30)[3]
    assert found.slowest_s - found.fastest_s > 2400
    assert found.confidence == "low"
    shape = methods(found)["vdot"].inputs
    # With nothing missing the time would be near the power law's 3:07.
    assert shape["time_in_shape_s"] == pytest.approx(3 * 3600 + 7 * 60, rel=0.01)
    assert methods(found)["vdot"].time_s > shape["time_in_shape_s"]


def test_easy_stretches_are_no_evidence_and_hard_ones_are():
    hard = run(0, curve=curve(4.0, 200.0), efforts={3000.0: 700.0, 1000.0: 300.0})
    easy = run(1, efforts={5000.0: 1700.0, 3000.0: 1000.0})
    timeline, rows = derived([hard, easy], 5)
    known = predictions.race_outlook([hard, easy], timeline, rows, on(5))
    # Critical speed allows 700 s over 3 km; 1 km in 300 s and the easy run are far below it.
    assert known.efforts == ((3000.0, 700.0),)
    assert known.races == ()
    found = known.at(3000.0)
    assert methods(found)["critical_speed"].time_s == pytest.approx(700.0, abs=1)
    assert found.confidence == "low"


def test_a_race_within_a_longer_run_is_not_taken_for_its_parts():
    runs = [raced(0)]
    split = run(0, is_race=True, efforts={10_000.0: 2400.0, 1609.344: 380.0})
    for one in (runs, [split]):
        timeline, rows = derived(one, 5)
        assert predictions.race_outlook(one, timeline, rows, on(5)).efforts == ((10_000.0, 2400.0),)


def test_any_distance_can_be_asked_for(history, conn, user, monkeypatch):
    monkeypatch.setattr("runningcoach.base.periods.today", lambda zone: on(30))
    history.season(FIRST, weeks=4)
    rebuild.refresh(conn, user.id)
    kept = race_predictions.predictions(conn, user.id)
    assert [row.distance_m for row in kept] == DISTANCES
    assert kept[0] == predictions.predict_distance(conn, user.id, 5000.0, on(30))
    between = predictions.predict_distance(conn, user.id, 8000.0, on(30))
    assert kept[0].time_s < between.time_s < kept[1].time_s


def test_half_a_year_without_a_run_ends_critical_speed():
    hard = [run(0, curve=curve(4.0, 200.0))]
    assert methods(predicted(hard, 180)[0])["critical_speed"].time_s is not None
    assert methods(predicted(hard, 181)[0])["critical_speed"].reason == "no_critical_speed"


def test_without_a_run_there_is_no_prediction():
    ride = [run(0, sport="cycling")]
    assert predicted([], 3) == []
    assert predicted(ride, 3) == []


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 200), st.floats(150, 400), st.booleans()),
                min_size=1, max_size=8), st.integers(0, 200))  # fmt: skip
def test_what_comes_later_changes_no_prediction(made, day):
    runs = [
        run(when, number, km=5.0, speed=1000 / pace, bpm=170.0, is_race=race,
            efforts={5000.0: 5 * pace}, curve=curve(900 / pace, 150))
        for number, (when, pace, race) in enumerate(sorted(made))
    ]  # fmt: skip
    known = [a for a in runs if a.local_date <= on(day)]
    timeline, rows = derived(runs, 200)
    assert predictions.predict(runs, timeline, rows, on(day)) == predicted(known, day)
