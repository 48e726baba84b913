"""Answers kept raw, normalised, merged by rank, made again; whatever Garmin may send."""

import copy
import json
import math
import time
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runningcoach.ingest.garmin import activities, answers, writers
from runningcoach.ingest.garmin.replay import replay
from runningcoach.sources.garmin import GarminAnswer
from runningcoach.store import garmin, health

TODAY = date(2026, 3, 20)
DAY = "2026-03-18"

EVENTS = "SELECT kind, key, body, status, recheck_on FROM garmin_raw_events ORDER BY id"
GAPS = "SELECT date::text, stream, reason, recheck_on FROM health_gaps ORDER BY date, stream"


@pytest.fixture
def take(conn, user):
    """Take an answer."""

    def answer(endpoint, key, body, status=200, today=TODAY):
        return answers.store_answer(
            conn, user.id, endpoint, key, GarminAnswer(status, body), "signin", today
        )

    return answer


@pytest.fixture
def rows(conn):
    """Return all rows of a query."""
    return lambda query, *values: conn.execute(query, values).fetchall()


def night(day=DAY, **changed):
    """Return a night as Garmin tells it, from 23:10 to 06:40 in Seoul."""
    woke = date.fromisoformat(day)
    midnight_ms = round((woke - date(1970, 1, 1)).total_seconds() * 1000) - 9 * 3_600_000
    begun, ended = midnight_ms - 50 * 60_000, midnight_ms + 400 * 60_000
    dto = {
        "calendarDate": day, "sleepTimeSeconds": 26_400, "deepSleepSeconds": 5_000,
        "lightSleepSeconds": 15_000, "remSleepSeconds": 6_400, "awakeSleepSeconds": 600,
        "sleepStartTimestampGMT": begun, "sleepEndTimestampGMT": ended,
        "sleepStartTimestampLocal": begun + 9 * 3_600_000,
        "sleepEndTimestampLocal": ended + 9 * 3_600_000,
        "sleepScores": {"overall": {"value": 78}},
    }  # fmt: skip
    return {"dailySleepDTO": dto | changed, "restingHeartRate": 47, "avgOvernightHrv": 61.0}


def hrv(*told):
    return {"hrvSummaries": [{"calendarDate": day, "lastNightAvg": ms} for day, ms in told]}


# Raw events --------------------------------------------------------------------------------


def test_what_is_told_again_in_another_order_is_the_same(take, rows):
    first = take("sleep", DAY, night())
    turned = dict(reversed(night().items()))
    turned["dailySleepDTO"] = dict(reversed(turned["dailySleepDTO"].items()))
    assert first == {date.fromisoformat(DAY)}
    assert take("sleep", DAY, turned) == frozenset()
    assert len(rows(EVENTS)) == 1


def test_back_to_an_earlier_form_is_the_newest_again(take, rows, conn, user):
    for score in (70, 75, 70):
        take("sleep", DAY, night(sleepScores={"overall": {"value": score}}))
    kind = answers.event_kind("sleep")
    newest = garmin.latest_event(conn, user.id, kind, DAY)
    assert newest["dailySleepDTO"]["sleepScores"] == {"overall": {"value": 70}}
    assert rows("SELECT score FROM sleep") == [(70,)]
    assert len(rows(EVENTS)) == 2


def test_a_range_is_kept_by_the_day(take, rows):
    take("hrvs", "2026-03-15..2026-03-17", hrv(("2026-03-15", 50), ("2026-03-17", 55)))
    assert [(key, body is None) for _, key, body, _, _ in rows(EVENTS)] == [
        ("2026-03-15", False), ("2026-03-17", False), ("2026-03-16", True),
    ]  # fmt: skip
    changed = take("hrvs", "2026-03-16..2026-03-17", hrv(("2026-03-16", 52), ("2026-03-17", 55)))
    assert changed == {date(2026, 3, 16)}


def test_live_answers_do_not_mix_with_those_of_exports(take, rows):
    take("gear", "latest", [{"uuid": "a", "displayName": "Shoes"}])
    take("activity", "123456789", {"activityName": "x"})
    kinds = {kind for kind, *_ in rows(EVENTS)}
    assert kinds.isdisjoint({"garmin.gear", "garmin.activity"})


# No data and gaps --------------------------------------------------------------------------


@pytest.mark.parametrize("status", [204, 404])
def test_no_data_of_late_is_asked_for_again(take, rows, status):
    assert take("sleep", DAY, None, status=status) == frozenset()
    again = date(2026, 3, 22)
    assert rows(EVENTS) == [(answers.event_kind("sleep"), DAY, None, status, again)]
    assert rows(GAPS) == [(DAY, "sleep", "no_data", again)]


def test_no_data_is_final_after_two_weeks(take, rows):
    for age, again in ((13, date(2026, 3, 22)), (14, None)):
        key = str(TODAY - timedelta(days=age))
        take("sleep", key, None, status=204)
        assert rows(EVENTS)[-1][-1] == again


def test_a_gap_closes_when_something_comes(take, rows):
    take("sleep", DAY, None, status=204)
    take("sleep", DAY, night())
    assert rows(GAPS) == []
    take("hrvs", f"{DAY}..{DAY}", None, status=204)
    take("hrvs", f"{DAY}..{DAY}", hrv((DAY, 61)))
    assert rows(GAPS) == []


def test_what_is_known_is_no_gap_when_garmin_no_longer_tells_it(take, rows):
    stream = {"calendarDate": DAY, "startTimestampGMT": f"{DAY}T00:00:00.0"}
    first_ms = 1_773_792_000_000  # 2026-03-18 in UTC
    take("heart_rate", DAY, stream | {"heartRateValues": [[first_ms, 50]]})
    take("heart_rate", DAY, stream | {"heartRateValues": []})
    assert rows("SELECT value FROM hr_records") == [([50],)]
    assert rows(GAPS) == []


def test_an_old_day_without_streams_is_cold_not_empty(take, rows):
    old, young = "2025-09-10", "2025-10-10"  # 191 and 161 days
    for day in (old, young):
        take("stress", day, {"calendarDate": day, "stressValuesArray": None})
        take("heart_rate", day, None, status=204)
    assert rows("SELECT date::text, stream, reason FROM health_gaps ORDER BY 1, 2") == [
        (old, "body_battery", "cold"), (old, "heart_rate", "cold"), (old, "stress", "cold"),
        (young, "body_battery", "not_worn"), (young, "heart_rate", "no_data"),
        (young, "stress", "not_worn"),
    ]  # fmt: skip
    assert rows("SELECT * FROM hr_records") == []


def test_days_that_a_range_leaves_out_are_gaps_but_not_today(take, rows):
    take("sleeps", "2026-03-17..2026-03-20", {"individualStats": [
        {"calendarDate": "2026-03-18", "values": {"totalSleepTimeInSeconds": 25_000}},
    ]})  # fmt: skip
    assert [(day, why) for day, _, why, _ in rows(GAPS)] == [
        ("2026-03-17", "no_data"), ("2026-03-19", "no_data"),
    ]  # fmt: skip


def test_a_question_without_an_answer_is_a_gap_until_it_is_answered(take, rows, conn, user):
    answers.note_unanswered(conn, user.id, "sleep", DAY, "error", TODAY)
    answers.note_unanswered(conn, user.id, "stress", DAY, "not_supported", TODAY)
    answers.note_unanswered(conn, user.id, "weather", "123", "error", TODAY)
    assert [(stream, why) for _, stream, why, _ in rows(GAPS)] == [
        ("body_battery", "not_supported"), ("sleep", "error"), ("stress", "not_supported"),
    ]  # fmt: skip
    take("sleep", DAY, night())
    assert [stream for _, stream, _, _ in rows(GAPS)] == ["body_battery", "stress"]


@pytest.mark.parametrize("turn", [1, -1])
def test_the_reason_does_not_hang_on_the_order_of_the_questions(take, rows, turn):
    asked = [
        ("sleeps", f"{DAY}..{DAY}", {"individualStats": []}),
        ("sleep", DAY, {"dailySleepDTO": {"calendarDate": DAY}}),
    ]
    for endpoint, key, body in asked[::turn]:
        take(endpoint, key, body)
    assert [(stream, why) for _, stream, why, _ in rows(GAPS)] == [("sleep", "not_worn")]


def test_an_unknown_shape_is_kept_and_nothing_is_made_of_it(take, rows):
    take("hrvs", f"{DAY}..{DAY}", {"message": "moved"})
    assert [(key, body) for _, key, body, _, _ in rows(EVENTS)] == [
        (f"{DAY}..{DAY}", {"message": "moved"})
    ]
    assert rows(GAPS) == []


# Whose word counts -------------------------------------------------------------------------

RANKED = ("strava", "garmin_export", "garmin", "user")


def _put_day(conn, user, source, value):
    health.put_days(conn, user.id, {date(2026, 3, 1): {"resting_hr_bpm": value}}, source)


@pytest.mark.parametrize("source", RANKED)
def test_a_lower_source_never_overwrites_a_higher_one(conn, user, rows, source):
    _put_day(conn, user, source, 50)
    for other, value in zip(RANKED, (61, 62, 63, 64), strict=True):
        _put_day(conn, user, other, value)
    # In rising order, what is at least as high renews: at the end the runner's word stands.
    assert rows("SELECT resting_hr_bpm, sources->>'resting_hr_bpm' FROM health_metrics") == [
        (64, "user")
    ]
    for lower, value in zip(RANKED[:3], (71, 72, 73), strict=True):
        _put_day(conn, user, lower, value)
    assert rows("SELECT resting_hr_bpm FROM health_metrics") == [(64,)]


@pytest.mark.parametrize("put", ["days", "nights"])
@given(told=st.lists(st.tuples(st.sampled_from(RANKED), st.integers(40, 60)), min_size=1))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_highest_source_counts_and_of_equals_the_last(conn, user, put, told):
    table = {"days": "health_metrics", "nights": "sleep"}[put]
    conn.execute(f"DELETE FROM {table}".encode())  # noqa: S608
    for source, value in told:
        one = {date(2026, 3, 1): {"resting_hr_bpm": value, "hrv_ms": None}}
        getattr(health, f"put_{put}")(conn, user.id, one, source)
    best = max(RANKED.index(source) for source, _ in told)
    expected = [value for source, value in told if RANKED.index(source) == best][-1]
    query = f"SELECT resting_hr_bpm, sources FROM {table}".encode()  # noqa: S608
    assert conn.execute(query).fetchone() == (expected, {"resting_hr_bpm": RANKED[best]})


def test_a_night_is_merged_field_by_field(conn, user, rows):
    day = date(2026, 3, 1)
    health.put_nights(conn, user.id, {day: {"total_s": 25_000, "score": 70}}, "garmin_export")
    health.put_nights(conn, user.id, {day: {"total_s": 26_000}}, "garmin")
    health.put_nights(conn, user.id, {day: {"total_s": 1, "score": 71}}, "garmin_export")
    assert rows("SELECT total_s, score, source, sources FROM sleep") == [
        (26_000, 71, "garmin", {"total_s": "garmin", "score": "garmin_export"})
    ]


def test_a_lower_stream_does_not_replace_a_higher_one(conn, user, rows):
    day = date(2026, 3, 1)
    health.put_stream(conn, user.id, day, "stress", [0], [20], "garmin")
    health.put_stream(conn, user.id, day, "stress", [0], [30], "garmin_export")
    assert rows("SELECT value FROM hr_records") == [([20],)]


# Made again --------------------------------------------------------------------------------

TABLES = (
    "health_metrics", "sleep", "hr_records", "health_gaps", "garmin_scores", "garmin_records",
    "gear", "athlete_benchmarks",
)  # fmt: skip


def _dump(conn):
    """Return the tables as JSON, each in an order of its own."""
    query = "SELECT to_jsonb(t) FROM {} t ORDER BY to_jsonb(t)::text"
    return {table: conn.execute(query.format(table).encode()).fetchall() for table in TABLES}


def _take_corpus(conn, user, folder):
    for endpoint, key, body in _mapped(folder):
        status = 200 if body is not None else 204
        answers.store_answer(
            conn, user.id, endpoint, key, GarminAnswer(status, body), "signin", TODAY
        )


def test_the_tables_can_be_made_again_from_what_was_kept(conn, user, garmin_corpus, take):
    _take_corpus(conn, user, garmin_corpus)
    take("sleep", DAY, None, status=204, today=TODAY + timedelta(days=1))
    take("sleep", "2026-03-17", night("2026-03-17"))
    take("threshold", "latest", [{"speed": 0.42}, {"hearRate": 171}], today=date(2026, 2, 1))
    take("heart_rate", "2024-01-01", None, status=404)
    before = _dump(conn)
    assert all(before.values()), [table for table in before if not before[table]]
    for table in TABLES:
        conn.execute(f"DELETE FROM {table}".encode())  # noqa: S608
    replay(conn, user.id, date(2027, 1, 1))
    assert _dump(conn) == before


def test_threshold_speed_is_in_tens_of_metres_a_second(take, rows):
    take("threshold", "latest", [
        {"calendarDate": "2026-03-02T07:30:00.0", "speed": 0.42, "hearRate": None},
        {"calendarDate": "2026-03-02T07:30:00.0", "speed": None, "hearRate": 171},
    ])  # fmt: skip
    expected = [("lthr_bpm", 171), ("threshold_speed_mps", 4.2)]
    assert rows("SELECT kind, value FROM athlete_benchmarks ORDER BY 1") == expected
    found = rows("SELECT date, lthr_bpm, threshold_speed_mps FROM garmin_scores")
    assert found == [(date(2026, 3, 2), 171, 4.2)]


def test_a_benchmark_is_written_only_where_it_differs(take, rows):
    for month, speed in ((1, 0.40), (2, 0.40), (3, 0.41)):
        row = {"calendarDate": f"2026-0{month}-01", "speed": speed}
        take("threshold", "latest", [row])
    found = rows("SELECT valid_from::text, value FROM athlete_benchmarks ORDER BY 1")
    assert found == [("2026-01-01", 4.0), ("2026-03-01", 4.1)]


# Whatever may come -------------------------------------------------------------------------

FOLDERS = {
    "sleep-service__sleep__dailySleepData": "sleep",
    "wellness-service__wellness__dailySleepData__displayName": "sleep",
    "hrv-service__hrv__daily__date__date": "hrvs",
    "hrv-service__hrv__date": "hrvs",
    "usersummary-service__stats__stress__daily__date__date": "stresses",
    "usersummary-service__usersummary__daily": "days",
    "usersummary-service__usersummary__daily__displayName": "days",
    "personalapi__usersummary-service__usersummary__daily": "days",
    "personalapi__usersummary-service__v2__dailysummaries": "days",
    "wellness-service__wellness__bodyBattery__reports__daily": "batteries",
    "personalapi__wellness-service__wellness__bodyBattery__reports__daily": "batteries",
    "weight-service__weight__range__date__date": "weights",
    "wellness-service__wellness__dailyHeartRate": "heart_rate",
    "wellness-service__wellness__dailyHeartRate__displayName": "heart_rate",
    "personalapi__wellness-service__wellness__dailyHeartRate": "heart_rate",
    "wellness-service__wellness__dailyStress__date": "stress",
    "metrics-service__metrics__trainingreadiness__date": "readinesses",
    "metrics-service__metrics__trainingstatus__aggregated__date": "status",
    "metrics-service__metrics__racepredictions__latest__displayName": "race_predictions",
    "personalrecord-service__personalrecord__prs__displayName": "records",
    "biometric-service__heartRateZones": "zones",
    "userprofile-service__userprofile__user-settings": "settings",
    "personalapi__userprofile-service__userprofile__settings": "settings",
    "userprofile-service__socialProfile": "profile",
    "gear-service__gear__filterGear": "gear",
    "activity-service__activity__id": "activity",
    "activity-service__activity__id__weather": "weather",
}
LISTS = "activitylist-service__activities__search__activities"
PER_ACTIVITY = ("activity", "weather", "activity_gear")


def _day_in(body):
    """Return the first calendar day that a body names."""
    text = json.dumps(body)
    for name in ('"calendarDate": "', '"date": "', '"summaryDate": "'):
        if name in text:
            return text.split(name, 1)[1][:10]
    return "2025-06-01"


def _key(endpoint, body, number):
    if endpoint in PER_ACTIVITY:
        return str(9_000_000 + number)
    if endpoint in answers.SINGLE:
        by_day = endpoint in ("sleep", "heart_rate", "stress", "status")
        return _day_in(body) if by_day else "latest"
    day = date.fromisoformat(_day_in(body))
    return f"{day}..{day + timedelta(days=2)}"


def _files(folder):
    return sorted(path for path in folder.glob("*/*.json") if "request" not in path.name)


def _mapped(folder):
    """Yield endpoint, key and body of every recorded answer; those never asked go in raw."""
    for number, path in enumerate(_files(folder)):
        body = json.loads(path.read_text())
        endpoint = FOLDERS.get(path.parent.name, path.parent.name)
        is_known = path.parent.name in FOLDERS
        yield endpoint, _key(endpoint, body, number) if is_known else "latest", body


def _look_for_nonsense(conn):
    """Fail where anything is stored that no body can have."""
    for query in (
        "SELECT * FROM sleep WHERE NOT (total_s BETWEEN 1 AND 86400) OR ended_at <= started_at"
        " OR abs(extract(epoch FROM ended_at - (date + time '12:00') AT TIME ZONE 'UTC')) > 93600"
        " OR hrv_ms NOT BETWEEN 1 AND 400 OR score NOT BETWEEN 0 AND 100 OR total_s IS NULL"
        " OR resting_hr_bpm NOT BETWEEN 20 AND 150 OR respiration NOT BETWEEN 3 AND 60",
        "SELECT * FROM health_metrics WHERE weight_kg NOT BETWEEN 20 AND 400 OR sources = '{}'"
        " OR resting_hr_bpm NOT BETWEEN 20 AND 150 OR steps NOT BETWEEN 0 AND 500000"
        " OR body_battery_max NOT BETWEEN 0 AND 100 OR body_battery_min < 0",
        "SELECT * FROM hr_records WHERE array_length(at_s, 1) <> array_length(value, 1)"
        " OR at_s[1] < 0 OR at_s[array_upper(at_s, 1)] >= 90000"
        " OR (SELECT max(v) FROM unnest(value) v) > 255"
        " OR (SELECT min(v) FROM unnest(value) v) < 0",
        "SELECT * FROM garmin_scores WHERE vo2max NOT BETWEEN 10 AND 100"
        " OR readiness NOT BETWEEN 0 AND 100 OR race_5k_s < 600 OR 'NaN' IN (load_ratio, vo2max)",
        "SELECT * FROM athlete_benchmarks WHERE value <= 0 OR value = 'NaN' OR value > 300",
        "SELECT * FROM users WHERE birth_date < '1900-01-01' OR birth_date > '2025-01-01'",
        "SELECT * FROM activities WHERE elapsed_s <= 0 OR distance_m NOT BETWEEN 0 AND 1e6"
        " OR rpe NOT BETWEEN 0 AND 10 OR feel NOT BETWEEN 0 AND 100 OR elapsed_s > 864000",
    ):
        assert conn.execute(query.encode()).fetchall() == [], query


def test_every_recorded_answer_is_taken_and_taken_again(conn, user, garmin_corpus):
    assert len(_files(garmin_corpus)) >= 140
    _take_corpus(conn, user, garmin_corpus)
    _look_for_nonsense(conn)
    for path in (garmin_corpus / LISTS).glob("*.json"):
        for item in json.loads(path.read_text()):
            found = activities.store_listed(conn, user.id, item, "signin")
            assert found is not None
            activities.put_without_file(conn, user.id, found.number)
    assert conn.execute("SELECT count(*) FROM activities").fetchone() == (5,)
    _look_for_nonsense(conn)


STRANGE = (
    None, [], {}, "", "\0\ud800 ", "NaN", True, -1, 0, 1e308, 10**40, math.nan, math.inf, -math.inf,
    [[]], [None], {"value": None}, "9999-12-31", "0001-01-01T00:00:00", "2026-02-31", [1, 2, 3],
)  # fmt: skip


def _places(value, path=()):
    """Yield the path of every part of a body, of long lists the first two and the last."""
    yield path
    if isinstance(value, dict):
        for name in value:
            yield from _places(value[name], (*path, name))
    elif isinstance(value, list):
        for index in sorted({0, 1, len(value) - 1} & set(range(len(value)))):
            yield from _places(value[index], (*path, index))


def _damaged(body, path, strange):
    """Return a body with another value at a path; `...` takes the part out."""
    if not path:
        return None if strange is ... else strange
    body = copy.deepcopy(body)
    at = body
    for step in path[:-1]:
        at = at[step]
    if strange is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = strange
    if isinstance(at, dict):
        at["neverSeenBefore"] = strange if strange is not ... else 1
    return body


def _samples(folder):
    """Return the largest recorded answer of every endpoint, and of a list of activities."""
    found = {}
    for endpoint, key, body in _mapped(folder):
        is_asked = endpoint in answers.BY_DAY or endpoint in answers.SINGLE
        least = len(json.dumps(found.get(endpoint, (key, None))[1]))
        if is_asked and least < len(json.dumps(body)) < 60_000:
            found[endpoint] = (key, body)
    return found


@pytest.mark.deep
def test_whatever_is_wrong_with_an_answer_it_is_taken(conn, user, garmin_corpus):
    """Every part of one answer of each kind is taken out, and replaced by strange values."""
    number = 0
    for endpoint, (key, body) in _samples(garmin_corpus).items():
        for place, path in enumerate(_places(body)):
            for strange in (..., STRANGE[place % len(STRANGE)], STRANGE[(7 * place + 3) % 21]):
                answer = GarminAnswer(200, _damaged(body, path, strange))
                answers.store_answer(conn, user.id, endpoint, key, answer, "key", TODAY)
                number += 1
    assert number > 3_000
    _look_for_nonsense(conn)


def test_whatever_is_wrong_with_a_list_entry_it_is_taken(conn, user, garmin_corpus):
    item = json.loads((garmin_corpus / LISTS / "02.json").read_text())[0]
    item["directWorkoutRpe"], item["description"] = 40, "hills"
    for place, path in enumerate(_places(item)):
        for strange in (..., STRANGE[place % len(STRANGE)], STRANGE[(5 * place + 2) % 21]):
            damaged = _damaged(item, path, strange)
            found = activities.store_listed(conn, user.id, damaged, "signin")
            if found is not None:
                activities.put_without_file(conn, user.id, found.number)
                activities.unlisted_numbers(
                    conn, user.id, date(2026, 1, 1), date(2026, 1, 9), set()
                )
    _look_for_nonsense(conn)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("2026-03-18"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from((
            "calendarDate", "values", "data", "hrvSummaries", "lastNightAvg", "dailySleepDTO",
            "sleepTimeSeconds", "generic", "heartRateValues", "latestWeight", "weight", "sport",
            "zone1Floor", "summaryDTO", "userData", "birthDate", "typeId", "uuid", "displayName",
            "individualStats", "totalSleepTimeInSeconds", "speed", "hearRate", "value", "date",
        )) | st.text(max_size=5), inner, max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@given(endpoint=st.sampled_from((*answers.BY_DAY, *answers.SINGLE)), body=JSON)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_taken(conn, user, endpoint, body):
    key = f"{DAY}..{DAY}" if endpoint in answers.BY_DAY else DAY
    answers.store_answer(conn, user.id, endpoint, key, GarminAnswer(200, body), "key", TODAY)


def test_every_endpoint_that_is_told_has_a_writer_or_is_only_kept():
    raw = {"activity", "activity_gear", "weather", "profile"}
    assert set(writers.WRITERS) == {*answers.BY_DAY, *answers.SINGLE} - raw


# Cost --------------------------------------------------------------------------------------


@pytest.mark.deep
def test_ten_years_of_nights_take_well_under_a_minute(conn, user):
    begun = time.monotonic()
    for n in range(3_650):
        day = str(TODAY - timedelta(days=n))
        with conn.transaction():
            answers.store_answer(
                conn, user.id, "sleep", day, GarminAnswer(200, night(day)), "key", TODAY
            )
    assert conn.execute("SELECT count(*) FROM sleep").fetchone() == (3_650,)
    assert time.monotonic() - begun < 30
