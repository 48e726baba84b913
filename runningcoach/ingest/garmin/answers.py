"""Write Garmin's answers to the tables: stored raw where they changed, then normalised.

Every answer is split into items (a day, a night, an activity), each stored as one raw event. Only
changed items go on to the tables, which can be rebuilt from the events: see `rebuild_tables` and
replay.py.
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
"""Endpoints that readiness and form depend on: a change makes both stale from its day on."""


def store_answer(
    conn: Connection,
    user_id: int,
    endpoint: str,
    key: str,
    answer: GarminAnswer,
    lane: LaneName,
    today: date,
) -> frozenset[date]:
    """Store an answer and update the tables; return the days that it changed.

    In the caller's transaction. An answer without data is stored too, with the day to retry it.
    """
    items = list(_split_answer(endpoint, key, storable(answer.body), today))
    is_new = [_store_item(conn, user_id, endpoint, item, answer, lane, today) for item in items]
    changed = [item for item, new in zip(items, is_new, strict=True) if new or item.body is None]
    return _apply(conn, user_id, endpoint, changed, today)


def note_unanswered(
    conn: Connection, user_id: int, endpoint: str, key: str, reason: str, today: date
) -> None:
    """Store that Garmin did not answer: `error`, or `not_supported` by any open lane."""
    if endpoint in gaps.STREAMS and not key.isdecimal():
        reasons = dict.fromkeys(_days(key, today), reason)
        gaps.note(conn, user_id, endpoint, reasons, today)


def rebuild_tables(conn: Connection, user_id: int, today: date) -> frozenset[date]:
    """Rebuild the tables from the raw events; return the days that were written.

    All events are applied in their order, each as on the day on which it was fetched, so values
    that Garmin no longer returns stay.
    """
    touched: frozenset[date] = frozenset()
    for batch in _group_by_day(garmin.history(conn, user_id)):
        endpoint = batch.kind.removeprefix(LIVE)
        if endpoint in BY_DAY or endpoint in SINGLE:
            items = list(batch.items.values())
            touched |= _apply(conn, user_id, endpoint, items, batch.fetched_on or today)
    return touched


class DayAnswer(NamedTuple):
    """Items that one endpoint returned on one day, each key once."""

    kind: str
    fetched_on: date | None
    items: dict[str, AnswerItem]


def _group_by_day(history: Iterable[garmin.GarminFact]) -> Iterable[DayAnswer]:
    """Yield events in their order, those of one endpoint and day together."""
    batch: DayAnswer | None = None
    for kind, key, body, fetched_on in history:
        if batch is not None and ((kind, fetched_on) != batch[:2] or key in batch.items):
            yield batch
            batch = None
        batch = batch or DayAnswer(kind, fetched_on, {})
        batch.items[key] = AnswerItem(key, body)
    if batch is not None:
        yield batch


def event_kind(endpoint: str) -> str:
    """Return the kind of an endpoint's events: apart from those of an account's export."""
    return LIVE + endpoint


def _store_item(
    conn: Connection,
    user_id: int,
    endpoint: str,
    item: AnswerItem,
    answer: GarminAnswer,
    lane: LaneName,
    today: date,
) -> bool:
    """Store a raw item; return whether it differs from the stored one."""
    is_absent = item.body is None
    return garmin.put_event(
        conn, user_id, event_kind(endpoint), item.key, item.body, lane=lane, requested_on=today,
        status=204 if is_absent and answer.status == 200 else answer.status,
        recheck_on=_recheck_on(item.key, today) if is_absent else None,
    )  # fmt: skip


def _recheck_on(key: str, today: date) -> date | None:
    return None if key == "latest" or key.isdecimal() else gaps.recheck_on(window_of(key)[1], today)


# Splitting ---------------------------------------------------------------------------------


def _split_answer(endpoint: str, key: str, body: Json, today: date) -> Iterable[AnswerItem]:
    """Split an answer; an answer about a range becomes one item a day."""
    split = BY_DAY.get(endpoint)
    if split is None or body in (None, {}, []):
        absent = endpoint in gaps.STREAMS and split is not None
        keys = map(str, _days(key, today)) if absent else [key]
        return [AnswerItem(one, body or None) for one in keys]
    listed = split.listed(body)
    if listed is None:  # a shape that is not known: stored, but not normalised
        return [AnswerItem(key, body)]
    return _items_by_day(endpoint, key, split.grouped(entries(listed), split.day_of), today)


def _items_by_day(
    endpoint: str, key: str, bodies: Mapping[date, Json], today: date
) -> Iterable[AnswerItem]:
    """Yield an item for each day, with None as body for days without data."""
    yield from (AnswerItem(str(when), body) for when, body in bodies.items())
    if endpoint in gaps.STREAMS:
        yield from (AnswerItem(str(when), None) for when in _days(key, today) if when not in bodies)


def _days(key: str, today: date) -> list[date]:
    """Return the days of a window that are over: data of others may still arrive."""
    first, last = window_of(key)
    count = (min(last, today - timedelta(days=1)) - first).days + 1
    return [first + timedelta(days=n) for n in range(count)]


def _merge_by_day(
    parts: Iterable[Entry], day_of: Callable[[Entry], date | None]
) -> dict[date, Json]:
    """Return entries by day.

    A day that occurs twice, as when crossing the date line, has two entries: the later one counts,
    and fields that only the earlier one has stay.
    """
    merged: dict[date, Json] = {}
    for part in parts:
        when = day_of(part)
        if when is not None:
            values = {name: value for name, value in part.items() if value is not None}
            merged[when] = merged.get(when, {}) | values
    return merged


def _gather_by_day(
    parts: Iterable[Entry], day_of: Callable[[Entry], date | None]
) -> dict[date, Json]:
    """Return entries by day, all of a day together."""
    gathered: dict[date, Json] = {}
    for part in parts:
        when = day_of(part)
        if when is not None:
            gathered.setdefault(when, []).append(part)
    return gathered


class RangeSplit(NamedTuple):
    """How to find the days in an answer about a range (None: not there), and how to group them."""

    listed: Callable[[Json], Json]
    day_of: Callable[[Entry], date | None] = lambda part: day(part.get("calendarDate"))
    grouped: Callable[..., dict[date, Json]] = _merge_by_day


def _as_list(body: Json) -> Json:
    return body if isinstance(body, list) else None


def _list_under(*keys: str) -> Callable[[Json], Json]:
    """Return a look-up under any of some keys; of the day itself where the answer is one day's."""

    def find_list(body: Json) -> Json:
        values = [entry(body).get(key) for key in keys]
        listed = next((part for part in values if isinstance(part, list)), _as_list(body))
        is_day = listed is None and day(entry(body).get("calendarDate")) is not None
        return [body] if is_day else listed

    return find_list


def _nightly_hrv(body: Json) -> Json:
    one = entry(body).get("hrvSummary")
    return [one] if isinstance(one, Mapping) else _list_under("hrvSummaries")(body)


def _beats(body: Json) -> Json:
    return _as_list(at(body, "allMetrics", "metricsMap", "WELLNESS_RESTING_HEART_RATE"))


BY_DAY: Mapping[str, RangeSplit] = {
    "days": RangeSplit(_list_under("data")),
    "sleeps": RangeSplit(_list_under("individualStats", "data")),
    "hrvs": RangeSplit(_nightly_hrv),
    "resting_hrs": RangeSplit(_beats),
    "stresses": RangeSplit(_as_list),
    "batteries": RangeSplit(_as_list, lambda part: day(part.get("date"))),
    "weights": RangeSplit(
        _list_under("dailyWeightSummaries"), lambda part: day(part.get("summaryDate"))
    ),
    "readinesses": RangeSplit(_as_list, grouped=_gather_by_day),
    "vo2maxes": RangeSplit(_as_list, lambda part: day(at(part, "generic", "calendarDate"))),
}
"""Endpoints about a range."""

SINGLE = (
    "sleep", "heart_rate", "stress", "status", "race_predictions", "threshold", "zones",
    "settings", "records", "gear", "activity", "activity_gear", "weather", "profile",
)  # fmt: skip
"""Endpoints about one item, stored whole."""


# Normalising -------------------------------------------------------------------------------


def _apply(
    conn: Connection, user_id: int, endpoint: str, items: Iterable[AnswerItem], fetched_on: date
) -> frozenset[date]:
    """Update the tables from items; return their days."""
    present = [item for item in items if item.body is not None]
    absent = [item for item in items if item.body is None and ".." not in item.key]
    touched = _write(conn, user_id, endpoint, present, fetched_on)
    _note_absent(conn, user_id, endpoint, absent, fetched_on)
    if touched and endpoint in DERIVED_FROM:
        fitness.mark_stale(conn, user_id, min(touched))
    return touched


def _write(
    conn: Connection, user_id: int, endpoint: str, items: list[AnswerItem], fetched_on: date
) -> frozenset[date]:
    write = writers.WRITERS.get(endpoint)
    known = [item for item in items if endpoint in SINGLE or ".." not in item.key]
    if write is None or not known:
        return frozenset()
    return frozenset(write(writers.WriteContext(conn, user_id, fetched_on), known))


def _note_absent(
    conn: Connection, user_id: int, endpoint: str, absent: list[AnswerItem], fetched_on: date
) -> None:
    if endpoint in gaps.STREAMS:
        reasons = dict.fromkeys((date.fromisoformat(item.key) for item in absent), gaps.NO_DATA)
        gaps.note(conn, user_id, endpoint, reasons, fetched_on)
