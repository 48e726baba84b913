"""Periods, bests, curves, zones and days to come; expected values are reckoned by hand."""

from datetime import date, timedelta
from math import exp

import pytest

from runningcoach.base import periods
from runningcoach.model.user import Preferences, User
from runningcoach.store import (
    activity_totals,
    benchmarks,
    facts,
    fitness,
    preferences,
    race_predictions,
)

from .conftest import Add
from .lived import baseline, curve, day, estimate, measured, prediction, summary

ROOT = "/api/v1/analytics"
TODAY = periods.today("Asia/Seoul")
FIRST = date(2026, 5, 5)
"""The day of activity 0."""


def test_years_and_everything(client, conn, ann: User):
    assert client.get(f"{ROOT}/all").json() is None
    years = [summary("year", date(year, 1, 1), high_share=0.1) for year in (2019, 2024, 2026)]
    whole = summary("all", date(2019, 3, 2), acwr_max=1.4)
    fitness.replace_summaries(conn, ann.id, [*years, whole])
    found = client.get(f"{ROOT}/yearly").json()
    assert [one["starts_on"][:4] for one in found] == ["2019", "2024", "2026"]
    assert found[0]["high_share"] == 0.1
    assert client.get(f"{ROOT}/yearly", params={"from": "2020-01-01"}).json() == found[1:]
    everything = client.get(f"{ROOT}/all").json()
    assert (everything["period"], everything["acwr_max"]) == ("all", 1.4)


def test_the_history_in_a_page(client, conn, ann: User):
    assert client.get(f"{ROOT}/baseline").json() is None
    race_predictions.replace_baseline(conn, ann.id, baseline(FIRST))
    assert client.get(f"{ROOT}/baseline").json()["first_run"] == str(FIRST)


def test_race_times_shortest_first(client, conn, ann: User):
    rows = [prediction(10_000, 3000, FIRST), prediction(5000, 1500, FIRST)]
    race_predictions.replace_predictions(conn, ann.id, rows)
    found = client.get(f"{ROOT}/predictions").json()
    assert [one["distance_m"] for one in found] == [5000, 10_000]
    assert found[0]["methods"][0]["inputs"] == {"vdot": 50.0}
    assert found[0]["methods"][1]["reason"] == "no_critical_speed"


def test_a_race_time_over_any_distance(client, conn, ann: User, add: Add):
    """A race of 5 km in 20:00 today: VDOT 49.8, which is 41:36 over 10 km in Daniels' tables."""
    race = add(ann, name="race", is_race=True, distance_m=5000)
    facts.put(conn, ann.id, race, measured([(5000.0, 1200.0, 0.0)]))
    conn.execute("UPDATE activities SET local_date = %s - 1", [TODAY])
    (found,) = client.get(f"{ROOT}/predictions", params={"distance_m": 10_000}).json()
    assert (found["distance_m"], found["as_of"]) == (10_000, str(TODAY))
    told = {one["method"]: one["time_s"] for one in found["methods"]}
    assert told["vdot"] == pytest.approx(41 * 60 + 36, abs=15)
    assert told["power_law"] == pytest.approx(1200 * 2**1.06, rel=0.001)  # Riegel 1981


def test_no_race_time_without_a_history(client):
    (found,) = client.get(f"{ROOT}/predictions", params={"distance_m": 15_000}).json()
    assert (found["time_s"], found["confidence"]) == (None, "none")
    assert all(one["reason"] for one in found["methods"])


@pytest.mark.parametrize("distance", [0, -5, 399, 200_001, "nan", "inf", "far"])
def test_distances_that_nobody_races(client, distance):
    answer = client.get(f"{ROOT}/predictions", params={"distance_m": distance})
    assert answer.status_code == 422


@pytest.mark.parametrize("distance", [400, 800.5, 42_195, 200_000])
def test_no_distance_breaks_an_answer(client, conn, ann: User, add: Add, distance):
    facts.put(conn, ann.id, add(ann), measured([(5000.0, 1200.0, 0.0)]))
    answer = client.get(f"{ROOT}/predictions", params={"distance_m": distance})
    assert answer.status_code == 200


# Bests ---------------------------------------------------------------------------------------


@pytest.fixture
def three_years(conn, ann: User, add: Add) -> dict[str, int]:
    """Runs of three years; the fastest 5 km is a year ago, the 10 km was run but once."""
    held = {}
    for number, (name, on, bests) in enumerate([
        ("old", date(2024, 12, 31), [(5000.0, 1500.0, 0.0, 1480.0), (10_000.0, 3200.0, 0.0)]),
        ("best", date(2025, 1, 1), [(5000.0, 1400.0, 0.0, 1390.0)]),
        ("equal", date(2025, 6, 1), [(5000.0, 1400.0, 0.0, 1400.0), (1000.0, 300.0, 0.0)]),
        ("new", date(2026, 1, 1), [(5000.0, 1450.0, 9.0, 1450.0)]),
    ]):  # fmt: skip
        held[name] = add(ann, number, name=name)
        facts.put(conn, ann.id, held[name], measured(bests))
        conn.execute("UPDATE activities SET local_date = %s WHERE id = %s", [on, held[name]])
    return held


def named(bests: list[dict]) -> dict[float, str]:
    return {one["distance_m"]: one["name"] for one in bests}


def test_bests_over_all_time_and_by_year(client, three_years):
    found = client.get(f"{ROOT}/records").json()
    assert found["years"] == [2026, 2025, 2024]
    assert named(found["all_time"]) == {1000: "equal", 5000: "best", 10_000: "old"}
    assert [(one["year"], named(one["bests"])) for one in found["by_year"]] == [
        (2026, {5000: "new"}),
        (2025, {1000: "equal", 5000: "best"}),
        (2024, {5000: "old", 10_000: "old"}),
    ]
    five = found["all_time"][1]
    assert (five["elapsed_s"], five["moving_s"]) == (1400, 1390)
    assert (five["activity_id"], five["local_date"]) == (three_years["best"], "2025-01-01")
    assert found["all_time"][2]["moving_s"] is None


def test_bests_of_one_year(client, three_years):
    found = client.get(f"{ROOT}/records", params={"year": 2024}).json()
    assert [one["year"] for one in found["by_year"]] == [2024]
    assert len(found["all_time"]) == len(found["years"]) == 3
    assert client.get(f"{ROOT}/records", params={"year": 2023}).json()["by_year"] == []


def test_bests_are_those_that_pages_show(client, conn, ann: User, three_years):
    shown = activity_totals.personal_records(conn, ann.id)
    told = client.get(f"{ROOT}/records").json()["all_time"]
    assert [(one["distance_m"], one["elapsed_s"], one["activity_id"]) for one in told] == [
        (one.distance_m, one.elapsed_s, one.activity_id) for one in shown
    ]


# Curves --------------------------------------------------------------------------------------


@pytest.fixture
def runs(conn, ann: User, add: Add) -> dict[str, int]:
    """Three runs, a run on a treadmill and a ride, all with curves."""
    held = {}
    for number, (name, kept, columns) in enumerate([
        ("first", {}, {"mean_max_speed_mps": curve(6, 4, 3), "mean_max_hr_bpm": curve(180)}),
        ("second", {}, {"mean_max_speed_mps": curve(5, 5, 3), "mean_max_gap_mps": curve(5.5)}),
        ("locked", {}, {"mean_max_hr_bpm": curve(205, 204), "flags": ("cadence_lock",)}),
        ("belt", {"is_treadmill": True},
         {"mean_max_speed_mps": curve(9, 9), "mean_max_hr_bpm": curve(170, 169)}),
        ("ride", {"sport": "cycling"}, {"mean_max_hr_bpm": curve(190)}),
    ]):  # fmt: skip
        held[name] = add(ann, number, name=name, **kept)
        facts.put(conn, ann.id, held[name], measured(**columns))
    return held


def points(found: dict) -> list[tuple]:
    return [
        (one["duration_s"], one["value"], one["name"])
        for one in found["points"]
        if one["value"] is not None
    ]


def asked(client, **how) -> dict:
    span = {"from": "2026-05-01", "to": "2026-05-31"}
    return client.get(f"{ROOT}/pace-curve", params=span | how).json()


def test_the_best_of_each_duration_and_who_holds_it(client, runs):
    found = asked(client)["curve"]
    assert points(found) == [(1, 6, "first"), (2, 5, "second"), (3, 3, "first")]
    assert found["runs"] == 2
    first = found["points"][0]
    assert (first["activity_id"], first["local_date"]) == (runs["first"], str(FIRST))
    assert found["points"][3] == {
        "duration_s": 5, "value": None, "activity_id": None, "name": None, "local_date": None,
    }  # fmt: skip
    assert found["points"][-1]["duration_s"] == 21_600


def test_curves_of_other_kinds(client, runs):
    assert points(asked(client, kind="hr")["curve"]) == [(1, 180, "first"), (2, 169, "belt")]
    assert points(asked(client, kind="gap")["curve"]) == [(1, 5.5, "second")]
    power = asked(client, kind="power")["curve"]
    assert (power["runs"], points(power)) == (0, [])


def test_a_curve_beside_that_of_other_days(client, runs):
    second = str(FIRST + timedelta(days=1))
    both = asked(client, **{"from": second, "compare_to": str(FIRST)})
    assert points(both["curve"]) == [(1, 5, "second"), (2, 5, "second"), (3, 3, "second")]
    assert points(both["compared"]) == [(1, 6, "first"), (2, 4, "first"), (3, 3, "first")]
    assert both["compared"]["first"] == "0001-01-01"
    assert asked(client)["compared"] is None


def test_critical_speed_of_the_last_day(client, conn, ann: User):
    rows = [
        estimate("critical_speed_mps", 4.0, date(2026, 1, 1)),
        estimate("critical_speed_mps", 4.2, date(2026, 5, 20)),
        estimate("reserve_m", 180, date(2026, 1, 1)),
    ]
    benchmarks.replace_estimates(conn, ann.id, rows)
    late, early = asked(client), asked(client, to="2026-05-19")
    assert (late["critical_speed"]["value"], early["critical_speed"]["value"]) == (4.2, 4.0)
    assert late["reserve"]["value"] == 180
    assert asked(client, to="9999-12-31")["critical_speed"]["value"] == 4.2
    assert asked(client, to="2025-12-31")["critical_speed"] is None


def test_kinds_there_are_not(client):
    assert client.get(f"{ROOT}/pace-curve", params={"kind": "cadence"}).status_code == 422


# Zones ---------------------------------------------------------------------------------------

THRESHOLD_S, REPETITION_S, MARATHON_S = 103, 89, 11_640
"""VDOT 49 in the tables of Daniels' Running Formula: T 1:43 and R 1:29 for 400 m, and a
marathon in 3:14."""


def oxygen(speed_mps: float) -> float:
    """Daniels & Gilbert 1979: what a speed costs [ml/kg/min]."""
    return -4.6 + 0.182258 * 60 * speed_mps + 0.000104 * (60 * speed_mps) ** 2


def test_paces_follow_the_threshold_in_force(client, conn, ann: User):
    threshold = 400 / THRESHOLD_S
    benchmarks.replace_estimates(conn, ann.id, [estimate("threshold_speed_mps", threshold)])
    found = client.get(f"{ROOT}/zones").json()
    assert found["vdot"] == pytest.approx(49, abs=0.5)
    told = {one["zone"]: (one["slow_mps"], one["fast_mps"]) for one in found["pace_zones"]}
    assert list(told) == ["E", "M", "T", "I", "R"]
    assert told["T"] == pytest.approx((threshold, threshold))
    assert 400 / told["R"][0] == pytest.approx(REPETITION_S, abs=1)
    assert 42_195 / told["M"][0] == pytest.approx(MARATHON_S, rel=0.01)
    shares = [0.88 * oxygen(speed) / oxygen(threshold) for speed in (*told["E"], told["I"][0])]
    assert shares == pytest.approx([0.62, 0.70, 0.975])


def test_zones_of_a_day_with_who_says_so(client, conn, ann: User):
    benchmarks.replace_estimates(conn, ann.id, [
        estimate("hrmax_bpm", 190), estimate("vt1_bpm", 148), estimate("lthr_bpm", 169),
        *(estimate(f"hr_zone_{n}_bpm", 19 * (4 + n)) for n in range(1, 6)),
    ])  # fmt: skip
    benchmarks.set_user(conn, ann.id, "hr_zone_1_bpm", 100, date(2026, 3, 1))
    found = client.get(f"{ROOT}/zones", params={"date": "2026-03-01"}).json()
    assert [one["value"] for one in found["hr_zones"]] == [100, 114, 133, 152, 171]
    assert [one["source"] for one in found["hr_zones"]] == ["user", *["estimate"] * 4]
    limits = found["hr_limits"]
    assert (limits["vt1"]["value"], limits["vt2"], limits["hrrest"]) == (148, None, None)
    assert (limits["hrmax"]["source"], limits["lthr"]["value"]) == ("estimate", 169)
    before = client.get(f"{ROOT}/zones", params={"date": "2026-02-28"}).json()
    assert before["hr_zones"][0]["value"] == 95
    unknown = client.get(f"{ROOT}/zones", params={"date": "2025-12-31"}).json()
    assert (unknown["hr_zones"], unknown["vdot"], unknown["pace_zones"]) == ([], None, [])


def test_a_threshold_too_slow_for_a_marathon_pace(client, conn, ann: User):
    """At 1.5 m/s VDOT is 14.4, below the 15 from which on race times are told."""
    benchmarks.replace_estimates(conn, ann.id, [estimate("threshold_speed_mps", 1.5)])
    zones = client.get(f"{ROOT}/zones").json()["pace_zones"]
    assert [one["zone"] for one in zones] == ["E", "T", "I", "R"]


def test_time_in_zones_over_a_span(client, conn, ann: User, add: Add):
    """Each activity of the fixture has 0, 1200, 1800, 500, 0 seconds and 3500 on the move."""
    for number in range(3):
        add(ann, number)
    silent = add(ann, 3)
    conn.execute("UPDATE activity_metrics SET hr_zone_s = NULL WHERE activity_id = %s", [silent])
    span = {"from": str(FIRST + timedelta(days=1)), "to": str(FIRST + timedelta(days=9))}
    time = client.get(f"{ROOT}/zones", params=span).json()["time"]
    assert time["hr_zone_s"] == [0, 2400, 3600, 1000, 0]
    assert (time["activities"], time["with_heart_rate"], time["moving_s"]) == (3, 2, 10_500)
    assert (time["first"], time["last"]) == (span["from"], span["to"])
    nothing = client.get(f"{ROOT}/zones", params={"to": "2020-01-01"}).json()["time"]
    assert (nothing["activities"], nothing["hr_zone_s"], nothing["moving_s"]) == (0, None, None)


# Days to come --------------------------------------------------------------------------------

LONG, SHORT = exp(-1 / 42), exp(-1 / 7)
"""What a day leaves of fitness and of fatigue."""


def ahead(client, **how) -> dict:
    answer = client.get(f"{ROOT}/projection", params=how)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def trained(conn, ann: User):
    """Fitness 40 and fatigue 50 this evening, after a run today."""
    fitness.replace_daily(conn, ann.id, [day(TODAY - timedelta(days=1)), day(TODAY)])


def test_days_of_rest(client, trained):
    """Fitness and fatigue fade by e^(-1/42) and e^(-1/7) a day; form is the evening's before."""
    found = ahead(client, until=TODAY + timedelta(days=3), daily_load=0)
    assert found["start"] == {"date": str(TODAY), "ctl": 40, "atl": 50}
    days = found["days"]
    assert [one["date"] for one in days] == [str(TODAY + timedelta(days=n)) for n in (1, 2, 3)]
    assert [one["ctl"] for one in days] == pytest.approx([40 * LONG**n for n in (1, 2, 3)])
    assert [one["atl"] for one in days] == pytest.approx([50 * SHORT**n for n in (1, 2, 3)])
    forms = [40 * LONG**n - 50 * SHORT**n for n in (0, 1, 2)]
    assert [one["tsb"] for one in days] == pytest.approx(forms)
    assert days[2]["form_pct"] == pytest.approx(100 * forms[2] / (40 * LONG**3))


def test_a_load_as_high_as_fitness_keeps_it(client, trained):
    found = ahead(client)
    assert len(found["days"]) == 42
    assert {round(one["ctl"], 9) for one in found["days"]} == {40}
    assert {one["load"] for one in found["days"]} == {40}
    assert found["days"][-1]["atl"] == pytest.approx(40 + 10 * SHORT**42)
    assert found["load_for_form"] is None


def test_loads_repeat_as_a_week(client, trained):
    week = [0, 50, 80, 0, 60, 120, 40]
    found = ahead(client, until=TODAY + timedelta(days=9), daily_load=week)
    assert [one["load"] for one in found["days"]] == [*week, 0, 50]


def test_today_is_to_come_until_something_is_recorded(client, conn, ann: User):
    yesterday = TODAY - timedelta(days=1)
    fitness.replace_daily(conn, ann.id, [day(yesterday), day(TODAY, activities=0, ctl=1)])
    found = ahead(client, until=TODAY + timedelta(days=1), daily_load=0)
    assert (found["start"]["date"], found["start"]["ctl"]) == (str(yesterday), 40)
    assert [one["date"] for one in found["days"]] == [str(TODAY), str(TODAY + timedelta(days=1))]


def test_days_not_derived_yet_were_days_of_rest(client, conn, ann: User):
    fitness.replace_daily(conn, ann.id, [day(TODAY - timedelta(days=4))])
    start = ahead(client)["start"]
    assert start["date"] == str(TODAY - timedelta(days=1))
    assert (start["ctl"], start["atl"]) == (
        pytest.approx(40 * LONG**3), pytest.approx(50 * SHORT**3),
    )  # fmt: skip


def test_somebody_new_begins_at_nothing(client):
    found = ahead(client, until=TODAY + timedelta(days=1), daily_load=42)
    assert (found["start"]["ctl"], found["days"][0]["tsb"]) == (0, 0)
    assert found["days"][0]["ctl"] == pytest.approx(42 * (1 - LONG))


def test_the_load_for_a_form(client, trained):
    """After tomorrow's load L: 40 LONG + L(1 - LONG) - 50 SHORT - L(1 - SHORT) = -15."""
    wanted = -15
    asked = {"until": TODAY + timedelta(days=2), "daily_load": 0, "target_form": wanted}
    found = ahead(client, **asked)["load_for_form"]
    load = (40 * LONG - 50 * SHORT - wanted) / (LONG - SHORT)
    assert found["load"] == pytest.approx(load)
    assert found["on"] == str(TODAY + timedelta(days=1))
    under = ahead(client, until=asked["until"], daily_load=[found["load"], 0])
    assert under["days"][-1]["tsb"] == pytest.approx(wanted)


def test_a_form_that_no_rest_gives(client, trained):
    found = ahead(client, until=TODAY + timedelta(days=2), daily_load=0, target_form=30)
    assert found["load_for_form"]["load"] is None
    assert found["load_for_form"]["form_at_rest"] == pytest.approx(40 * LONG - 50 * SHORT)


def test_tomorrows_form_hangs_on_a_day_that_is_over(client, trained):
    assert ahead(client, until=TODAY + timedelta(days=1), target_form=0)["load_for_form"] is None


def test_the_runners_way_of_averaging(client, conn, ann: User, trained):
    """span: the new day weighs 2/43 and 2/8; sameday: form is that of the same evening."""
    chosen = Preferences(fitness_convention="span", form_of="sameday")
    preferences.put(conn, ann.id, chosen)
    until = TODAY + timedelta(days=1)
    found = ahead(client, until=until, daily_load=80, target_form=0)
    (only,) = found["days"]
    ctl, atl = 40 + 2 / 43 * 40, 50 + 2 / 8 * 30
    assert (only["ctl"], only["atl"]) == (pytest.approx(ctl), pytest.approx(atl))
    assert only["tsb"] == pytest.approx(ctl - atl)
    load = found["load_for_form"]
    # 40 - 80/43 - (50 - 100/8) = 0.6395 at rest, and each unit of load takes 1/4 - 2/43.
    assert load["on"] == str(until)
    assert load["load"] == pytest.approx((40 * 41 / 43 - 37.5) / (1 / 4 - 2 / 43))


@pytest.mark.parametrize("days", [0, -1, 731])
def test_days_that_cannot_be_foretold(client, days):
    until = TODAY + timedelta(days=days)
    answer = client.get(f"{ROOT}/projection", params={"until": str(until)})
    assert (answer.status_code, answer.json()["code"]) == (422, "api.until_out_of_range")
    assert str(TODAY + timedelta(days=1)) in answer.json()["remedy"]


@pytest.mark.parametrize("load", [-1, 2001, "nan", "much"])
def test_loads_that_nobody_bears(client, load):
    assert client.get(f"{ROOT}/projection", params={"daily_load": load}).status_code == 422
