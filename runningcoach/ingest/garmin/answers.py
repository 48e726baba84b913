"""From what Garmin answered to tables: kept raw where it changed, then normalised from raw.

Every answer is split into things (a day, a night, an activity), and each thing is kept as one
raw event. Only what differs from what was said before goes on to the tables, and what is in the
tables can be made again from the events: see `replay`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

import psycopg

from runningcoach.ingest.garmin import days, nights, scores
from runningcoach.ingest.garmin.plan import window_of
from runningcoach.ingest.garmin.reading import by_day, entries, entry
from runningcoach.sources.garmin import Answer, Json, LaneName
from runningcoach.store import fitness, garmin, health
from runningcoach.store import scores as stored

type Connection = psycopg.Connection[Any]

SOURCE = "garmin"
FINAL_DAYS = 14
"""No data about a day older than this stays no data."""
COLD_DAYS = 180
"""Streams of older days lie in Garmin's cold storage and come back empty until asked for."""
RECHECK = timedelta(days=2)


class Part(NamedTuple):
    """One thing out of an answer: its key, and the JSON about it alone."""

    key: str
    body: Json


def take(
    conn: Connection,
    user_id: int,
    endpoint: str,
    key: str,
    answer: Answer,
    lane: LaneName,
    today: date,
) -> frozenset[date]:
    """Keep an answer and bring the tables up to it; return the days that it changed.

    In the caller's transaction. No data is kept as such, with the day on which to ask again.
    """
    found = list(_parts(endpoint, key, answer.body))
    if not found:
        _keep_nothing(conn, user_id, endpoint, key, answer, lane, today)
        return frozenset()
    changed = [
        part
        for part in found
        if garmin.put_event(
            conn, user_id, _kind(endpoint), part.key, part.body, lane=lane, status=answer.status
        )
    ]
    return _normalise(conn, user_id, endpoint, changed, today)


def replay(conn: Connection, user_id: int, today: date) -> frozenset[date]:
    """Make again from the raw events what the tables hold of Garmin's answers."""
    touched: frozenset[date] = frozenset()
    with conn.transaction():
        for endpoint in (*BY_DAY, *SINGLE):
            kept = garmin.events(conn, user_id, _kind(endpoint))
            parts = [Part(key, body) for key, body in kept if body is not None]
            touched |= _normalise(conn, user_id, endpoint, parts, today)
    return touched


def _kind(endpoint: str) -> str:
    """Return the kind of an endpoint's events: apart from those of an account's export."""
    return f"connect.{endpoint}"


def _parts(endpoint: str, key: str, body: Json) -> Iterable[Part]:
    """Split an answer; the answer about a range becomes one part a day."""
    if body is None or body in ({}, []):
        return []
    if endpoint in SINGLE:
        return [Part(key, body)]
    listed, name = BY_DAY[endpoint]
    told = by_day(entries(listed(body)), name)
    if endpoint == "readinesses":  # several a day: they stay together
        return [
            Part(
                day.isoformat(),
                [one for one in entries(body) if one.get(name, "")[:10] == str(day)],
            )
            for day in told
        ]
    return [Part(day.isoformat(), dict(part)) for day, part in told.items()]


BY_DAY: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "days": (lambda body: entry(body).get("data") or body, "calendarDate"),
    "sleeps": (lambda body: entry(body).get("individualStats") or body, "calendarDate"),
    "hrvs": (lambda body: entry(body).get("hrvSummaries"), "calendarDate"),
    "resting_hrs": (
        lambda body: (entry(entry(entry(body).get("allMetrics")).get("metricsMap"))).get(
            "WELLNESS_RESTING_HEART_RATE"
        ),
        "calendarDate",
    ),
    "stresses": (lambda body: body, "calendarDate"),
    "batteries": (lambda body: body, "date"),
    "weights": (lambda body: entry(body).get("dailyWeightSummaries"), "summaryDate"),
    "readinesses": (lambda body: body, "calendarDate"),
    "vo2maxes": (
        lambda body: [
            {**one, "calendarDate": entry(one.get("generic")).get("calendarDate")}
            for one in entries(body)
        ],
        "calendarDate",
    ),
}
"""Endpoints about a range: where the days lie in the answer, and what their day is called."""

SINGLE = (
    "sleep", "heart_rate", "stress", "status", "race_predictions", "threshold", "zones",
    "settings", "records", "gear", "activity", "activity_gear", "weather", "profile",
)  # fmt: skip
"""Endpoints about one thing, kept whole."""


def _keep_nothing(
    conn: Connection,
    user_id: int,
    endpoint: str,
    key: str,
    answer: Answer,
    lane: LaneName,
    today: date,
) -> None:
    """Keep that there is no data, and note the gap of a day."""
    recheck_on = today + RECHECK if _is_young(key, today) else None
    garmin.put_event(
        conn, user_id, _kind(endpoint), key, None,
        lane=lane, status=answer.status if answer.status != 200 else 204, recheck_on=recheck_on,
    )  # fmt: skip
    if endpoint in STREAMS:
        day = window_of(key)[1]
        reason = "cold" if (today - day).days > COLD_DAYS else "no_data"
        stored.put_gap(conn, user_id, day, STREAMS[endpoint], reason, recheck_on)


STREAMS = {"sleep": "sleep", "heart_rate": "heart_rate", "stress": "stress"}


def _is_young(key: str, today: date) -> bool:
    if key == "latest" or key.isdecimal():
        return False
    return (today - window_of(key)[1]).days < FINAL_DAYS


def _normalise(
    conn: Connection, user_id: int, endpoint: str, parts: Iterable[Part], today: date
) -> frozenset[date]:
    """Write parts to the tables; return the days that they are about."""
    writer = WRITERS.get(endpoint)
    touched: set[date] = set()
    if writer is not None:
        for part in parts:
            touched |= set(writer(conn, user_id, part, today))
    return frozenset(touched)


type Writer = Callable[[Connection, int, Part, date], Iterable[date]]


def _fields(
    read: Callable[[Any], Mapping[date, days.Fields]], wrap: Callable[[Any], Any]
) -> Writer:
    """Return the writer of some fields of a day."""

    def write(conn: Connection, user_id: int, part: Part, _: date) -> Iterable[date]:
        found = read(wrap(part.body))
        health.put_days(conn, user_id, found, SOURCE)
        resting = [day for day, told in found.items() if told.get("resting_hr_bpm") is not None]
        if resting:
            fitness.mark_stale(conn, user_id, min(resting))
        return found

    return write


def _scores(read: Callable[[Any], Mapping[date, Mapping[str, Any]]]) -> Writer:
    """Return the writer of some of Garmin's scores."""

    def write(conn: Connection, user_id: int, part: Part, _: date) -> Iterable[date]:
        found = read(part.body)
        stored.put_days(conn, user_id, found)
        return found

    return write


def _night(conn: Connection, user_id: int, part: Part, _: date) -> Iterable[date]:
    day = date.fromisoformat(part.key)
    told = nights.night(entry(part.body))
    if not told:
        stored.put_gap(conn, user_id, day, "sleep", "not_worn", None)
        return [day]
    health.put_nights(conn, user_id, {day: told}, SOURCE)
    stored.close_gap(conn, user_id, day, "sleep")
    fitness.mark_stale(conn, user_id, day)
    return [day]


def _short_night(conn: Connection, user_id: int, part: Part, _: date) -> Iterable[date]:
    found = nights.summaries([part.body])
    health.put_nights(conn, user_id, found, SOURCE)
    return found


def _hrv(conn: Connection, user_id: int, part: Part, _: date) -> Iterable[date]:
    found = nights.hrv({"hrvSummaries": [part.body]})
    health.put_days(conn, user_id, {day: {"hrv_ms": ms} for day, ms in found.items()}, SOURCE)
    for day in found:
        fitness.mark_stale(conn, user_id, day)
    return found


def _streams(*read: Callable[[Any], days.Stream | None]) -> Writer:
    """Return the writer of the streams of a day."""

    def write(conn: Connection, user_id: int, part: Part, today: date) -> Iterable[date]:
        day = date.fromisoformat(part.key)
        for reader in read:
            stream = reader(entry(part.body))
            name = reader.__name__.removesuffix("_stream")
            if stream is None:
                reason = "cold" if (today - day).days > COLD_DAYS else "not_worn"
                stored.put_gap(conn, user_id, day, name, reason, None)
            else:
                health.put_stream(conn, user_id, *_at(stream), SOURCE)
                stored.close_gap(conn, user_id, day, name)
        return [day]

    return write


def _at(stream: days.Stream) -> tuple[date, str, list[int], list[int]]:
    return stream.day, stream.name, stream.at_s, stream.values


def _zones(conn: Connection, user_id: int, part: Part, today: date) -> Iterable[date]:
    found = scores.zones(part.body)
    if found is None:
        return []
    known: dict[Any, float | None] = {
        "hrmax_bpm": found.hrmax_bpm,
        "lthr_bpm": found.lthr_bpm,
    }
    for number, edge in enumerate(found.edges_bpm or (), start=1):
        known[f"hr_zone_{number}_bpm"] = edge
    told = {kind: value for kind, value in known.items() if value is not None}
    stored.put_benchmarks(conn, user_id, today, told)
    return []


def _threshold(conn: Connection, user_id: int, part: Part, today: date) -> Iterable[date]:
    found = scores.threshold(part.body, today)
    stored.put_days(conn, user_id, found)
    for day, told in found.items():
        known: dict[Any, float] = {k: v for k, v in told.items() if v is not None}
        stored.put_benchmarks(conn, user_id, day, known)
    return found


def _records(conn: Connection, user_id: int, part: Part, _: date) -> Iterable[date]:
    stored.replace_records(conn, user_id, scores.records(part.body))
    return []


def _gear(conn: Connection, user_id: int, part: Part, _: date) -> Iterable[date]:
    stored.put_gear(conn, user_id, scores.gear(part.body))
    return []


def _alone(body: Any) -> list[Any]:
    return [body]


WRITERS: Mapping[str, Writer] = {
    "days": _fields(days.daily, _alone),
    "resting_hrs": _fields(
        days.resting_hr,
        lambda body: {"allMetrics": {"metricsMap": {"WELLNESS_RESTING_HEART_RATE": [body]}}},
    ),
    "stresses": _fields(days.stress, _alone),
    "batteries": _fields(days.battery, _alone),
    "weights": _fields(days.weight, lambda body: {"dailyWeightSummaries": [body]}),
    "sleeps": _short_night,
    "sleep": _night,
    "hrvs": _hrv,
    "heart_rate": _streams(days.heart_rate),
    "stress": _streams(days.stress_stream, days.body_battery_stream),
    "readinesses": _scores(scores.readiness),
    "vo2maxes": _scores(lambda body: scores.vo2max([body])),
    "status": _scores(lambda body: scores.status(entry(body))),
    "race_predictions": _scores(scores.predictions),
    "threshold": _threshold,
    "zones": _zones,
    "records": _records,
    "gear": _gear,
}
