"""The daily row: preferences, ratios, VO2max, marathon shape, flags, and reasons for every gap."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runningcoach.metrics import race
from tests.derive.made import derived, measured, on, run


def weekly(days, **kind):
    """Return a run every other day."""
    return [run(day, **kind) for day in range(0, days, 2)]


def test_every_missing_value_of_a_day_has_its_reason():
    _, rows = derived([run(0), run(3, hr_seconds=None, average_hr_bpm=None)], 60)
    for row in rows:
        empty = {name for name, value in row if value is None}
        assert empty == set(row.reasons)
    assert rows[0].reasons["tsb"] == rows[0].reasons["acwr"] == "first_days"
    assert rows[-1].reasons == {
        "vo2max_trend": "few_runs",
        "marathon_shape_pct": "few_runs",
        "form_pct": "low_fitness",  # two runs of 50 in 60 days: fitness 0.6
        "acwr_coupled": "no_fitness",  # nothing in 28 days
        "acwr_uncoupled": "no_fitness",
    }


def test_a_rest_is_zero_and_an_unmeasured_impulse_is_missing():
    runs = [run(0), run(2)]
    metrics = measured(runs, trimp=70.0)
    metrics[2].trimp = None
    _, rows = derived(runs, 3, metrics=metrics)
    assert [row.trimp for row in rows] == [70.0, 0.0, None, 0.0]
    assert rows[2].reasons["trimp"] == "no_hr"


def test_ratios_begin_after_28_days():
    _, rows = derived(weekly(60), 60)
    for name in ("acwr", "acwr_coupled", "acwr_uncoupled"):
        values = [getattr(row, name) for row in rows]
        assert values[:27] == [None] * 27
        assert None not in values[27:]
    # Day 28: runs on four of the last seven days, and on 14 of 28, or on 10 of the 21 before.
    day = rows[28]
    assert day.acwr_coupled == pytest.approx((4 / 7) / (14 / 28))
    assert day.acwr_uncoupled == pytest.approx((4 / 7) / (10 / 21))


@pytest.mark.parametrize("convention", ["exp", "reciprocal", "span"])
def test_conventions_differ_in_the_weight_of_a_day(convention):
    _, rows = derived([run(0)], 1, fitness_convention=convention)
    weight = {"exp": 0.0235283, "reciprocal": 1 / 42, "span": 2 / 43}[convention]
    assert rows[0].ctl == pytest.approx(50 * weight, rel=1e-5)


def test_form_is_yesterdays_or_todays():
    _, before = derived(weekly(20), 20)
    _, same = derived(weekly(20), 20, form_of="sameday")
    assert before[0].tsb is None
    assert same[0].tsb == same[0].ctl - same[0].atl
    assert [row.tsb for row in before[1:]] == [row.tsb for row in same[:-1]]


def test_a_seed_starts_in_the_midst_of_training():
    _, plain = derived(weekly(200), 200)
    _, rows = derived(weekly(200), 200, seeded=True)
    assert plain[0].flags == []
    assert rows[0].ctl == pytest.approx(25 + 25 * 0.0235283)  # 14 x 50 in 28 days, and 50
    assert "seeded" in rows[125].flags
    assert "seeded" not in rows[126].flags
    assert derived(weekly(20), 20, seeded=True)[1][0].flags == []  # shorter than 28 days


def test_loads_by_duration_are_flagged_when_they_are_many():
    runs = [run(day) for day in range(10)]
    metrics = measured(runs)
    for number in (3, 4):
        metrics[number].load_source = "estimated_duration"
    _, rows = derived(runs, 9, metrics=metrics)
    assert ["mostly_estimated" in row.flags for row in rows] == [
        *[False] * 3,  # none yet
        *[True] * 6,  # 1/4, 2/5, 2/6, 2/7, 2/8, 2/9
        False,  # 2/10 is not more than a fifth
    ]


def test_vo2max_is_corrected_by_races_up_to_the_day():
    easy = [run(day, speed=3.0, bpm=150.0) for day in range(0, 40, 4)]
    racing = run(20, 100, km=5.0, speed=4.5, bpm=175.0, is_race=True, efforts={5000: 1111.0})
    runs = sorted([*easy, racing], key=lambda a: a.local_date)
    _, rows = derived(runs, 40)
    assert {row.vo2max_correction for row in rows[:20]} == {1.0}
    assert rows[20].vo2max_correction == rows[40].vo2max_correction != 1.0


def test_marathon_shape_follows_kilometres_and_long_runs():
    runs = [run(day, km=30.0 if day % 7 == 0 else 8.0) for day in range(0, 210)]
    _, rows = derived(runs, 209)
    row = rows[-1]
    weekly_km, target = race.marathon_targets_km(row.vo2max_trend)
    km = sum(30 if day % 7 == 0 else 8 for day in range(28, 210))
    points = sum(
        (2 - 2 / 70 * (209 - day)) * ((30 - 13) / (target - 13)) ** 2 for day in range(140, 210, 7)
    )
    by_hand = 67 * km / 26 / weekly_km + 33 * points / 10
    assert row.marathon_shape_pct == pytest.approx(by_hand, abs=0.5)
    assert rows[0].marathon_shape_pct is None
    assert rows[0].reasons["marathon_shape_pct"] == "few_runs"


kinds = st.fixed_dictionaries(
    {
        "km": st.floats(1, 35),
        "speed": st.floats(2.0, 4.5),
        "bpm": st.floats(110, 185),
        "is_race": st.booleans(),
        "efforts": st.sampled_from([None, {5000.0: 1200.0}, {10_000.0: 2600.0}]),
    }
)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 90), kinds), min_size=1, max_size=12), st.integers(0, 90))
def test_a_later_activity_changes_no_earlier_day(made, last):
    made.sort(key=lambda pair: pair[0])
    runs = [run(day, number, **kind) for number, (day, kind) in enumerate(made)]
    known = [a for a in runs if a.local_date <= on(last)]
    if not known:
        return
    whole, part = derived(runs, 90), derived(known, last)
    assert whole[1][: len(part[1])] == part[1]
    for kind in ("hrmax_bpm", "lthr_bpm", "threshold_speed_mps", "vt1_bpm", "hr_zone_5_bpm"):
        for day in range(last + 1):
            assert whole[0].value(kind, on(day)) == part[0].value(kind, on(day))


def test_no_activity_gives_no_day():
    assert derived([], 10)[1] == []
