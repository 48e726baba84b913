"""Values that a person read off recorded answers, and where they stand in the tables.

Each literal was read in the file that is named beside it. "Recorded" answers are Garmin's own;
those of the Personal API were anonymised by who published them.
"""

import json
from datetime import UTC, date, datetime

import pytest

from runningcoach.ingest.garmin import activities, answers
from runningcoach.sources.garmin import GarminAnswer
from runningcoach.store import garmin, health, scores

TODAY = date(2025, 8, 10)


@pytest.fixture
def told(conn, user, garmin_corpus):
    """Take a recorded file as the answer of an endpoint."""

    def take(endpoint, key, name, today=TODAY, lane="signin"):
        body = json.loads((garmin_corpus / name).read_text())
        return answers.store_answer(
            conn, user.id, endpoint, key, GarminAnswer(200, body), lane, today
        )

    return take


@pytest.fixture
def one(conn):
    """Return the only value of a query."""

    def ask(query, *values):
        return conn.execute(query, values).fetchone()

    return ask


def utc(*when):
    return datetime(*when, tzinfo=UTC)


SLEEP = "sleep-service__sleep__dailySleepData"
NIGHTS = {
    "2025-07-07": (
        f"{SLEEP}/01.json",
        utc(2025, 7, 7, 4, 47, 28), utc(2025, 7, 7, 11, 37, 28),  # 1751863648000, 1751888248000
        24180, 5280, 13440, 5460, 420, 83, 44, 13,
    ),
    "2025-07-06": (
        f"{SLEEP}/03.json",
        utc(2025, 7, 6, 5, 36), utc(2025, 7, 6, 12, 22, 28),  # 1751780160000, 1751804548000
        24208, 5340, 12240, 6660, 180, 83, 45, 13,
    ),
    "2021-07-20": (
        "wellness-service__wellness__dailySleepData__displayName/01.json",
        utc(2021, 7, 20, 5, 20), utc(2021, 7, 20, 12, 59),  # 1626758400000, 1626785940000
        25740, 4440, 18720, 2580, 1800, None, None, 15,
    ),
}  # fmt: skip


@pytest.mark.parametrize("day", NIGHTS)
def test_a_night(told, one, day):
    name, *expected = NIGHTS[day]
    told("sleep", day, name)
    assert list(one(
        "SELECT started_at, ended_at, total_s, deep_s, light_s, rem_s, awake_s, score,"
        " resting_hr_bpm, respiration FROM sleep WHERE date = %s", day,
    )) == expected  # fmt: skip


def test_a_night_without_a_watch_is_a_gap(told, one, conn):
    told("sleep", "2030-01-01", f"{SLEEP}/02.json", today=date(2030, 1, 2))
    assert one("SELECT count(*) FROM sleep") == (0,)
    gap = conn.execute("SELECT date, stream, reason, recheck_on FROM health_gaps").fetchall()
    assert gap == [(date(2030, 1, 1), "sleep", "not_worn", date(2030, 1, 4))]


def _days(conn, user, field):
    rows = conn.execute(
        f"SELECT date::text, {field} FROM health_metrics"  # noqa: S608
        f" WHERE user_id = %s AND {field} IS NOT NULL ORDER BY date",
        [user.id],
    )
    return dict(rows.fetchall())


def test_hrv_of_a_range(told, conn, user):
    told("hrvs", "2023-07-01..2023-07-20", "hrv-service__hrv__daily__date__date/01.json")
    found = _days(conn, user, "hrv_ms")
    assert len(found) == 20
    assert (found["2023-07-01"], found["2023-07-03"], found["2023-07-20"]) == (43, 48, 42)


def test_hrv_of_one_day(told, conn, user):
    told("hrvs", "2025-08-07", "hrv-service__hrv__date/05.json")
    assert _days(conn, user, "hrv_ms") == {"2025-08-07": 79}


def test_stress_of_a_range(told, conn, user):
    told("stresses", "2023-07-01..2023-07-20",
         "usersummary-service__stats__stress__daily__date__date/02.json")  # fmt: skip
    found = _days(conn, user, "average_stress")
    assert (len(found), found["2023-07-01"], found["2023-07-20"]) == (20, 35, 38)


DAYS = {
    "usersummary-service__usersummary__daily/01.json":  # recorded
        ("2025-06-14", 51, 24, 92, 32, 5459),
    "usersummary-service__usersummary__daily__displayName/01.json":  # recorded
        ("2023-07-01", 52, 28, 66, 47, 1119),
    "personalapi__usersummary-service__usersummary__daily/01.json":
        ("2026-10-23", 55, 21, 74, 19, 418),
    "personalapi__usersummary-service__v2__dailysummaries/01.json":
        ("2026-10-20", 52, None, None, None, 9120),
}  # fmt: skip


@pytest.mark.parametrize("name", DAYS)
def test_a_day(told, one, name):
    day, *expected = DAYS[name]
    told("days", f"{day}..{day}", name)
    assert list(one(
        "SELECT resting_hr_bpm, average_stress, body_battery_max, body_battery_min, steps"
        " FROM health_metrics WHERE date = %s", day,
    )) == expected  # fmt: skip


def test_a_day_without_a_watch_leaves_no_row(told, one):
    told("days", "2026-10-24", "personalapi__usersummary-service__usersummary__daily/02.json")
    assert one("SELECT count(*) FROM health_metrics") == (0,)


def test_body_battery_of_a_day(told, one):
    told("batteries", "2025-08-07..2025-08-07",
         "wellness-service__wellness__bodyBattery__reports__daily/02.json")  # fmt: skip
    # [.., 17], [.., 80], [.., 61], [.., 25], [.., 25], [.., 9]
    found = one("SELECT body_battery_max, body_battery_min FROM health_metrics")
    assert found == (80, 9)


def test_weight_is_kilograms_and_the_last_of_the_day(told, conn, user):
    told("weights", "2025-06-01..2025-06-15", "weight-service__weight__range__date__date/01.json")
    assert _days(conn, user, "weight_kg") == {
        "2025-06-07": 59.189, "2025-06-14": 59.5, "2025-06-15": 59.72,
    }  # fmt: skip


def _stream(conn, stream):
    return conn.execute(
        "SELECT date, array_length(at_s, 1), at_s[1], value[1],"
        " at_s[array_upper(at_s, 1)], value[array_upper(value, 1)]"
        " FROM hr_records WHERE stream = %s",
        [stream],
    ).fetchone()


HEART_RATES = {
    # [1767765600000, 63] is local midnight, [1767851880000, 52] 23:58; 710 rows, three of them null
    "wellness-service__wellness__dailyHeartRate/01.json": (date(2026, 1, 7), 707, 0, 63, 86280, 52),
    # [1767592800000, 91], [1767679080000, 66]; 697 rows, three of them null
    "wellness-service__wellness__dailyHeartRate/04.json": (date(2026, 1, 5), 694, 0, 91, 86280, 66),
    # [1754550000000, 49], [1754636280000, 53]; 720 rows, one of them null
    "wellness-service__wellness__dailyHeartRate__displayName/02.json":
        (date(2025, 8, 7), 719, 0, 49, 86280, 53),
}  # fmt: skip


@pytest.mark.parametrize("name", HEART_RATES)
def test_heart_rate_of_a_day(told, conn, name):
    expected = HEART_RATES[name]
    told("heart_rate", str(expected[0]), name)
    assert _stream(conn, "heart_rate") == expected


def test_stress_and_body_battery_of_a_day(told, conn):
    told("stress", "2025-12-18", "wellness-service__wellness__dailyStress__date/03.json")
    # the day begins at 1766037600000; first measured [1766040120000, 25], last [1766123820000, 32];
    # 230 of 397 rows are not negative; 260 rows tell a level, the last 18
    assert _stream(conn, "stress") == (date(2025, 12, 18), 230, 2520, 25, 86220, 32)
    day, count, _, _, last_s, last = _stream(conn, "body_battery")
    assert (day, count, last_s, last) == (date(2025, 12, 18), 260, 86220, 18)


def test_the_personal_heart_rate_begins_at_its_first_row_away_from_home(told, conn, user):
    conn.execute("UPDATE users SET timezone = 'America/Los_Angeles' WHERE id = %s", [user.id])
    name = "personalapi__wellness-service__wellness__dailyHeartRate/01.json"
    told("heart_rate", "2026-10-20", name, lane="key")
    # 1792483200000 is 08:00 UTC: one o'clock in the morning of a Californian October
    assert _stream(conn, "heart_rate") == (date(2026, 10, 20), 3, 3600, 58, 3840, 55)


READINESS = "metrics-service__metrics__trainingreadiness__date"
MORNINGS = {
    f"{READINESS}/01.json": ("2025-07-07", 80, "HIGH"),  # five values: 50, 32, 32, 80, 75
    f"{READINESS}/05.json": ("2025-08-07", 70, "MODERATE"),  # four values: 50, 47, 70, 75
    f"{READINESS}/02.json": ("2024-07-07", 49, "LOW"),  # one, of an older form without context
}


@pytest.mark.parametrize("name", MORNINGS)
def test_readiness_is_the_mornings(told, one, name):
    day, *expected = MORNINGS[name]
    told("readinesses", f"{day}..{day}", name)
    found = one("SELECT readiness, readiness_level FROM garmin_scores WHERE date = %s", day)
    assert list(found) == expected


def test_training_status_and_load(told, one):
    told(
        "status", "2025-08-07", "metrics-service__metrics__trainingstatus__aggregated__date/01.json"
    )
    assert one(
        "SELECT date, training_status, acute_load, chronic_load, load_ratio FROM garmin_scores"
    ) == (date(2025, 8, 7), "unproductive", 730, 811, 0.9)  # code 2, phrase UNPRODUCTIVE_5


def test_codes_of_the_training_status_mean_what_garmin_says_beside_them(garmin_corpus):
    pairs = set()
    for path in garmin_corpus.glob("mobile-gateway*/*.json"):
        _collect(json.loads(path.read_text()), pairs)
    told = {(code, phrase.rsplit("_", 1)[0].lower()) for code, phrase in pairs}
    assert len(told) == 8
    assert dict(told) == {code: answers.writers.scores.STATUSES[code] for code, _ in told}


def _collect(value, pairs):
    if isinstance(value, dict):
        if value.get("trainingStatusFeedbackPhrase"):
            pairs.add((value["trainingStatus"], value["trainingStatusFeedbackPhrase"]))
        value = list(value.values())
    for part in value if isinstance(value, list) else ():
        _collect(part, pairs)


def test_race_predictions(told, one):
    told("race_predictions", "latest",
         "metrics-service__metrics__racepredictions__latest__displayName/01.json")  # fmt: skip
    assert one(
        "SELECT date, race_5k_s, race_10k_s, race_half_s, race_marathon_s FROM garmin_scores"
    ) == (date(2025, 8, 8), 1086, 2165, 5163, 12044)


def test_records_of_running_on_the_runners_day(told, conn):
    told("records", "latest", "personalrecord-service__personalrecord__prs__displayName/01.json")
    found = conn.execute(
        "SELECT kind, round(value::numeric, 1)::float8, unit, date, garmin_activity_id"
        " FROM garmin_records ORDER BY value"
    ).fetchall()
    assert found == [
        ("5k", 1011.8, "s", date(2022, 4, 16), 8649918243),
        ("10k", 2241.1, "s", date(2020, 5, 10), 4914160155),  # 2020-05-11 in UTC
        ("longest", 21018.8, "m", date(2022, 1, 13), 8110297915),
    ]


def test_heart_rate_zones(told, conn):
    told("zones", "latest", "biometric-service__heartRateZones/01.json")
    found = dict(conn.execute("SELECT kind, value FROM athlete_benchmarks").fetchall())
    assert found == {
        "hrmax_bpm": 185, "lthr_bpm": 170, "hr_zone_1_bpm": 130, "hr_zone_2_bpm": 140,
        "hr_zone_3_bpm": 150, "hr_zone_4_bpm": 160, "hr_zone_5_bpm": 170,
    }  # fmt: skip


def test_sex_and_birth_date_fill_what_is_unknown(told, one, conn):
    settings = "userprofile-service__userprofile__user-settings/05.json"
    told("settings", "latest", settings)
    assert one("SELECT sex, birth_date FROM users") == ("male", date(1985, 1, 1))


def test_sex_and_birth_date_of_the_runner_stay(told, one, conn):
    conn.execute("UPDATE users SET sex = 'female', birth_date = '1990-05-17'")
    told("settings", "latest", "userprofile-service__userprofile__user-settings/05.json")
    assert one("SELECT sex, birth_date FROM users") == ("female", date(1990, 5, 17))


def test_settings_of_the_personal_api_tell_neither(told, one):
    told("settings", "latest", "personalapi__userprofile-service__userprofile__settings/01.json")
    assert one("SELECT sex, birth_date FROM users") == ("unknown", None)


def _listed(garmin_corpus, number):
    folder = garmin_corpus / "activitylist-service__activities__search__activities"
    items = [
        item for path in sorted(folder.glob("*.json")) for item in json.loads(path.read_text())
    ]
    return next(item for item in items if item["activityId"] == number)


def _activity(conn, user, sha256="a" * 64):
    conn.execute(
        "INSERT INTO activities (user_id, file_sha256, source, sport, started_at, timezone,"
        " local_started_at, local_date, elapsed_s, decode_status)"
        " VALUES (%s, %s, 'fit', 'running', now(), 'UTC', now(), now(), 1, 'ok')",
        [user.id, sha256],
    )
    return sha256


def test_an_activity_with_summary_weather_and_gear(conn, user, one, told, garmin_corpus):
    number = 21482825013
    item = _listed(garmin_corpus, number)  # activitylist.../02.json
    found = activities.store_listed(conn, user.id, item, "signin")
    assert (found.number, found.day, found.state) == (number, date(2026, 1, 8), "new")
    told("activity", str(number), "activity-service__activity__id/03.json")
    told("weather", str(number), "activity-service__activity__id__weather/01.json")
    told("activity_gear", str(number), "gear-service__gear__filterGear/01.json")
    activities.describe(conn, user.id, number, _activity(conn, user))
    assert one(
        "SELECT garmin_activity_id, name, rpe, feel, compliance_pct, garmin_workout_id,"
        " garmin_vo2max, is_race, gear, air_temperature_c, dew_point_c FROM activities"
    ) == (
        number, "Fixture City Base", 3, 25, 92, 3618356072, 45, False, "Nike Vaporfly 3",
        10.0, 2.8,  # 50 and 37 degrees Fahrenheit
    )  # fmt: skip


def test_a_description(conn, user, one, told):
    told("activity", "21522899847", "activity-service__activity__id/04.json")
    activities.describe(conn, user.id, 21522899847, _activity(conn, user))
    assert one("SELECT name, notes FROM activities") == ("Test Both", "Test both description")


def test_gear(told, one):
    told("gear", "latest", "gear-service__gear__filterGear/01.json")
    assert one("SELECT name, kind, is_retired, first_used FROM gear") == (
        "Nike Vaporfly 3", "Running Shoes", False, date(2024, 6, 1),
    )  # fmt: skip


def test_a_list_entry_by_hand(conn, user, one, garmin_corpus):
    number = 19983039914  # activitylist.../05.json
    activities.store_listed(conn, user.id, _listed(garmin_corpus, number), "signin")
    activities.put_without_file(conn, user.id, number)
    assert one(
        "SELECT name, sport, local_date, started_at, timezone, round(distance_m), round(timer_s),"
        " average_hr_bpm, max_hr_bpm, calories_kcal, ascent_m, garmin_vo2max, source"
        " FROM activities"
    ) == (
        "City Name Running", "running", date(2025, 8, 7), utc(2025, 8, 7, 14, 14, 4), "Etc/GMT+7",
        9470, 3220, 152, 185, 715, 6, 59, "garmin",
    )  # fmt: skip


def test_records_of_the_store_are_read_back(told, conn, user):
    told("hrvs", "2025-08-07", "hrv-service__hrv__date/05.json")
    told("vo2maxes", "2025-08-01..2025-08-09", "hrv-service__hrv__date/02.json")
    assert [one.hrv_ms for one in health.days(conn, user.id, TODAY.replace(day=1), TODAY)] == [79]
    assert scores.days(conn, user.id, date.min, date.max) == []
    assert garmin.latest_event(conn, user.id, answers.event_kind("hrvs"), "2025-08-07") is not None
