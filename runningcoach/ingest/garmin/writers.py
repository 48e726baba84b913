"""Write changed items to the tables, with one writer for each endpoint."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import psycopg

from runningcoach.ingest.garmin import days, gaps, nights, scores
from runningcoach.ingest.garmin.json_values import Entry, entry
from runningcoach.sources.garmin import Json
from runningcoach.store import accounts, garmin, health, imports
from runningcoach.store import scores as stored

SOURCE = "garmin"
FILLED_IN = "connect.filled_in"
"""Kind of the events that hold what was filled in: column and value."""


class AnswerItem(NamedTuple):
    """One item of an answer: its key and JSON; None is no data."""

    key: str
    body: Json

    @property
    def day(self) -> date:
        """The day that it is about."""
        return date.fromisoformat(self.key)


class WriteContext(NamedTuple):
    """The user whose tables are written, and the day of the request."""

    conn: psycopg.Connection[Any]
    user_id: int
    fetched_on: date


type Writer = Callable[[WriteContext, Sequence[AnswerItem]], Iterable[date]]
"""Returns the days of which something was written."""


def _day_writer(read: Callable[[Entry], days.Fields], stream: str | None = None) -> Writer:
    """Return the writer of some fields of days; an empty day of a stream is stored as a gap."""

    def write(to: WriteContext, items: Sequence[AnswerItem]) -> Iterable[date]:
        by_day = {item.day: read(entry(item.body)) for item in items}
        known = _known(by_day)
        health.put_days(to.conn, to.user_id, known, SOURCE)
        if stream is not None:
            _update_gaps(to, stream, known, by_day)
        return known

    return write


def _known[Fields: Mapping[str, Any]](by_day: Mapping[date, Fields]) -> dict[date, Fields]:
    """Return the days of which any field has a value."""
    return {
        day: fields
        for day, fields in by_day.items()
        if any(value is not None for value in fields.values())
    }


def _update_gaps(
    to: WriteContext, stream: str, known: Iterable[date], window: Iterable[date]
) -> None:
    """Close the gaps of known days, and store those of the others."""
    closed = set(known)
    missing = dict.fromkeys((day for day in window if day not in closed), gaps.NOT_WORN)
    gaps.close(to.conn, to.user_id, stream, closed)
    gaps.note_stream(to.conn, to.user_id, stream, missing, to.fetched_on)


def _night_writer(read: Callable[[Entry, date], dict[str, Any]]) -> Writer:
    """Return the writer of nights, in full or in short."""

    def write(to: WriteContext, items: Sequence[AnswerItem]) -> Iterable[date]:
        by_day = {item.day: read(entry(item.body), item.day) for item in items}
        known = _known(by_day)
        health.put_nights(to.conn, to.user_id, known, SOURCE)
        _update_gaps(to, "sleep", known, by_day)
        return known

    return write


def _stream_writer(*kinds: days.StreamLayout) -> Writer:
    """Return the writer of the streams of days."""

    def write(to: WriteContext, items: Sequence[AnswerItem]) -> Iterable[date]:
        zone = imports.home_zone(to.conn, to.user_id)
        return {day for kind in kinds for day in _write_stream(to, kind, items, zone)}

    return write


def _write_stream(
    to: WriteContext, kind: days.StreamLayout, items: Sequence[AnswerItem], zone: str
) -> Iterable[date]:
    by_day = {item.day: days.stream(kind, entry(item.body), item.day, zone) for item in items}
    known = {day: stream for day, stream in by_day.items() if stream is not None}
    for day, (name, at_s, values) in known.items():
        health.put_stream(to.conn, to.user_id, day, name, at_s, values, SOURCE)
    _update_gaps(to, kind.name, known, by_day)
    return known


def _score_writer(read: Callable[[Any], scores.Scores]) -> Writer:
    """Return the writer of Garmin's scores of days."""

    def write(to: WriteContext, items: Sequence[AnswerItem]) -> Iterable[date]:
        known = _known({item.day: read(item.body) for item in items})
        stored.put_days(to.conn, to.user_id, known)
        return known

    return write


def _dated_score_writer(read: Callable[[Entry], tuple[date, scores.Scores] | None]) -> Writer:
    """Return the writer of scores that contain their day."""

    def write(to: WriteContext, items: Sequence[AnswerItem]) -> Iterable[date]:
        parsed = [read(entry(item.body)) for item in items]
        known = _known(dict(one for one in parsed if one is not None))
        stored.put_days(to.conn, to.user_id, known)
        return known

    return write


def _write_threshold(to: WriteContext, items: Sequence[AnswerItem]) -> Iterable[date]:
    values = scores.threshold(items[-1].body)
    day = scores.threshold_day(items[-1].body) or to.fetched_on
    known = _known({day: values})
    stored.put_days(to.conn, to.user_id, known)
    stored.put_benchmarks(to.conn, to.user_id, day, values)
    return known


def _write_zones(to: WriteContext, items: Sequence[AnswerItem]) -> Iterable[date]:
    zones = scores.zones(items[-1].body)
    if zones is not None:
        stored.put_benchmarks(to.conn, to.user_id, to.fetched_on, zones.benchmarks())
    return ()


def _write_profile(to: WriteContext, items: Sequence[AnswerItem]) -> Iterable[date]:
    """Fill in sex and birth date where the runner has not: HRmax by age and TRIMP depend on them.

    What was filled in is stored, so that it can be removed again.
    """
    profile = scores.person(entry(items[-1].body), to.fetched_on)
    filled_in = accounts.fill_in_profile(
        to.conn, to.user_id, sex=profile.sex, birth_date=profile.birth_date
    )
    for name, words in filled_in.items():
        garmin.put_event(to.conn, to.user_id, FILLED_IN, name, words, lane=SOURCE)
    return ()


def _write_records(to: WriteContext, items: Sequence[AnswerItem]) -> Iterable[date]:
    stored.replace_records(to.conn, to.user_id, scores.records(items[-1].body))
    return ()


def _write_gear(to: WriteContext, items: Sequence[AnswerItem]) -> Iterable[date]:
    stored.put_gear(to.conn, to.user_id, scores.gear(items[-1].body))
    return ()


WRITERS: Mapping[str, Writer] = {
    "days": _day_writer(days.daily),
    "resting_hrs": _day_writer(days.resting_hr, "resting_hr"),
    "stresses": _day_writer(days.stress),
    "batteries": _day_writer(days.battery),
    "weights": _day_writer(days.weight),
    "hrvs": _day_writer(days.hrv, "hrv"),
    "sleep": _night_writer(nights.night),
    "sleeps": _night_writer(nights.brief),
    "heart_rate": _stream_writer(days.HEART_RATE),
    "stress": _stream_writer(days.STRESS, days.BODY_BATTERY),
    "readinesses": _score_writer(scores.readiness),
    "vo2maxes": _score_writer(lambda body: scores.vo2max(entry(body))),
    "status": _dated_score_writer(scores.status),
    "race_predictions": _dated_score_writer(scores.predictions),
    "threshold": _write_threshold,
    "zones": _write_zones,
    "settings": _write_profile,
    "records": _write_records,
    "gear": _write_gear,
}
