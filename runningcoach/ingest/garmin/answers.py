"""From what Garmin answered to tables: kept raw where it changed, then normalised from raw.

Every answer is split into things (a day, a night, an activity), and each thing is kept as one
raw event. Only what differs from what was said before goes on to the tables, and what is in the
tables can be made again from the events: see `again` and replay.py.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

import psycopg

from runningcoach.ingest.garmin import gaps, writers
from runningcoach.ingest.garmin.json_values import Entry, at, day, entries, entry, storable
from runningcoach.ingest.garmin.unit_plan import window_of
from runningcoach.ingest.garmin.writers import AnswerItem
from runningcoach.sources.garmin import GarminAnswer, Json, LaneName
from runningcoach.store import fitness, garmin

type Connection = psycopg.Connection[Any]

LIVE = "connect."
DERIVED_FROM = frozenset({"sleep", "sleeps", "hrvs", "resting_hrs", "days"})
"""What readiness and form rest on: a change makes them stale from its day on."""


def take(
    conn: Connection,
    user_id: int,
    endpoint: str,
    key: str,
    answer: GarminAnswer,
    lane: LaneName,
    today: date,
) -> frozenset[date]:
    """Keep an answer and bring the tables up to it; return the days that it changed.

    In the caller's transaction. No data is kept as such, with the day on which to ask again.
    """
    things = list(_things(endpoint, key, storable(answer.body), today))
    is_new = [_keep(conn, user_id, endpoint, thing, answer, lane, today) for thing in things]
    changed = [
        thing for thing, new in zip(things, is_new, strict=True) if new or thing.body is None
    ]
    return _apply(conn, user_id, endpoint, changed, today)


def unanswered(
    conn: Connection, user_id: int, endpoint: str, key: str, reason: str, today: date
) -> None:
    """Note that Garmin did not answer: `error`, or `not_supported` by any open lane."""
    if endpoint in gaps.STREAMS and not key.isdecimal():
        told = dict.fromkeys(_days(key, today), reason)
        gaps.note(conn, user_id, endpoint, told, today)


def again(conn: Connection, user_id: int, today: date) -> frozenset[date]:
    """Make the tables again from the raw events; return the days that were written.

    All that was ever said is told again in its order, each as on the day on which Garmin said it:
    what Garmin once told and tells no longer stays known.
    """
    touched: frozenset[date] = frozenset()
    for told in _batches(garmin.history(conn, user_id)):
        endpoint = told.kind.removeprefix(LIVE)
        if endpoint in BY_DAY or endpoint in SINGLE:
            things = list(told.things.values())
            touched |= _apply(conn, user_id, endpoint, things, told.asked_on or today)
    return touched


class DayAnswer(NamedTuple):
    """What one endpoint told on one day, no thing of it twice."""

    kind: str
    asked_on: date | None
    things: dict[str, AnswerItem]


def _batches(history: Iterable[garmin.GarminFact]) -> Iterable[DayAnswer]:
    """Yield what was said in its order, as much at a time as belongs together."""
    batch: DayAnswer | None = None
    for kind_of, key, body, asked_on in history:
        if batch is not None and ((kind_of, asked_on) != batch[:2] or key in batch.things):
            yield batch
            batch = None
        batch = batch or DayAnswer(kind_of, asked_on, {})
        batch.things[key] = AnswerItem(key, body)
    if batch is not None:
        yield batch


def kind(endpoint: str) -> str:
    """Return the kind of an endpoint's events: apart from those of an account's export."""
    return LIVE + endpoint


def _keep(
    conn: Connection,
    user_id: int,
    endpoint: str,
    thing: AnswerItem,
    answer: GarminAnswer,
    lane: LaneName,
    today: date,
) -> bool:
    """Keep a thing raw; return whether it differs from what was known of it."""
    is_absent = thing.body is None
    return garmin.put_event(
        conn, user_id, kind(endpoint), thing.key, thing.body, lane=lane, requested_on=today,
        status=204 if is_absent and answer.status == 200 else answer.status,
        recheck_on=_recheck_on(thing.key, today) if is_absent else None,
    )  # fmt: skip


def _recheck_on(key: str, today: date) -> date | None:
    return None if key == "latest" or key.isdecimal() else gaps.recheck_on(window_of(key)[1], today)


# Splitting ---------------------------------------------------------------------------------


def _things(endpoint: str, key: str, body: Json, today: date) -> Iterable[AnswerItem]:
    """Split an answer; the answer about a range becomes one thing a day."""
    split = BY_DAY.get(endpoint)
    if split is None or body in (None, {}, []):
        absent = endpoint in gaps.STREAMS and split is not None
        keys = map(str, _days(key, today)) if absent else [key]
        return [AnswerItem(one, body or None) for one in keys]
    listed = split.listed(body)
    if listed is None:  # a shape that is not known: kept, and made nothing of
        return [AnswerItem(key, body)]
    return _by_day(endpoint, key, split.grouped(entries(listed), split.day_of), today)


def _by_day(
    endpoint: str, key: str, told: Mapping[date, Json], today: date
) -> Iterable[AnswerItem]:
    """Yield what is told of each day, and nothing for the days of which nothing is."""
    yield from (AnswerItem(str(when), body) for when, body in told.items())
    if endpoint in gaps.STREAMS:
        yield from (AnswerItem(str(when), None) for when in _days(key, today) if when not in told)


def _days(key: str, today: date) -> list[date]:
    """Return the days of a window that are over: the others may still be told."""
    first, last = window_of(key)
    count = (min(last, today - timedelta(days=1)) - first).days + 1
    return [first + timedelta(days=n) for n in range(count)]


def _merged(parts: Iterable[Entry], day_of: Callable[[Entry], date | None]) -> dict[date, Json]:
    """Return entries by day.

    A day that was lived twice, as by one who crosses the date line, is told twice: the later
    entry counts, and what only the earlier one knows stays.
    """
    found: dict[date, Json] = {}
    for part in parts:
        when = day_of(part)
        if when is not None:
            told = {name: value for name, value in part.items() if value is not None}
            found[when] = found.get(when, {}) | told
    return found


def _gathered(parts: Iterable[Entry], day_of: Callable[[Entry], date | None]) -> dict[date, Json]:
    """Return entries by day, all of a day together."""
    found: dict[date, Json] = {}
    for part in parts:
        when = day_of(part)
        if when is not None:
            found.setdefault(when, []).append(part)
    return found


class RangeSplit(NamedTuple):
    """Where the days lie in an answer about a range (None: not there), and how each is told."""

    listed: Callable[[Json], Json]
    day_of: Callable[[Entry], date | None] = lambda part: day(part.get("calendarDate"))
    grouped: Callable[..., dict[date, Json]] = _merged


def _itself(body: Json) -> Json:
    return body if isinstance(body, list) else None


def _under(*keys: str) -> Callable[[Json], Json]:
    """Return a look-up under any of some keys; of the day itself where the answer is one day's."""

    def look(body: Json) -> Json:
        told = [entry(body).get(key) for key in keys]
        listed = next((part for part in told if isinstance(part, list)), _itself(body))
        is_day = listed is None and day(entry(body).get("calendarDate")) is not None
        return [body] if is_day else listed

    return look


def _nightly_hrv(body: Json) -> Json:
    one = entry(body).get("hrvSummary")
    return [one] if isinstance(one, Mapping) else _under("hrvSummaries")(body)


def _beats(body: Json) -> Json:
    return _itself(at(body, "allMetrics", "metricsMap", "WELLNESS_RESTING_HEART_RATE"))


BY_DAY: Mapping[str, RangeSplit] = {
    "days": RangeSplit(_under("data")),
    "sleeps": RangeSplit(_under("individualStats", "data")),
    "hrvs": RangeSplit(_nightly_hrv),
    "resting_hrs": RangeSplit(_beats),
    "stresses": RangeSplit(_itself),
    "batteries": RangeSplit(_itself, lambda part: day(part.get("date"))),
    "weights": RangeSplit(
        _under("dailyWeightSummaries"), lambda part: day(part.get("summaryDate"))
    ),
    "readinesses": RangeSplit(_itself, grouped=_gathered),
    "vo2maxes": RangeSplit(_itself, lambda part: day(at(part, "generic", "calendarDate"))),
}
"""Endpoints about a range."""

SINGLE = (
    "sleep", "heart_rate", "stress", "status", "race_predictions", "threshold", "zones",
    "settings", "records", "gear", "activity", "activity_gear", "weather", "profile",
)  # fmt: skip
"""Endpoints about one thing, kept whole."""


# Normalising -------------------------------------------------------------------------------


def _apply(
    conn: Connection, user_id: int, endpoint: str, things: Iterable[AnswerItem], asked_on: date
) -> frozenset[date]:
    """Bring the tables up to things; return the days that they are about."""
    told = [thing for thing in things if thing.body is not None]
    absent = [thing for thing in things if thing.body is None and ".." not in thing.key]
    touched = _write(conn, user_id, endpoint, told, asked_on)
    _note_absent(conn, user_id, endpoint, absent, asked_on)
    if touched and endpoint in DERIVED_FROM:
        fitness.mark_stale(conn, user_id, min(touched))
    return touched


def _write(
    conn: Connection, user_id: int, endpoint: str, told: list[AnswerItem], asked_on: date
) -> frozenset[date]:
    write = writers.WRITERS.get(endpoint)
    known = [thing for thing in told if endpoint in SINGLE or ".." not in thing.key]
    if write is None or not known:
        return frozenset()
    return frozenset(write(writers.WriteContext(conn, user_id, asked_on), known))


def _note_absent(
    conn: Connection, user_id: int, endpoint: str, absent: list[AnswerItem], asked_on: date
) -> None:
    if endpoint in gaps.STREAMS:
        told = dict.fromkeys((date.fromisoformat(thing.key) for thing in absent), gaps.NO_DATA)
        gaps.note(conn, user_id, endpoint, told, asked_on)
