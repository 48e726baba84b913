"""Which tables the answers of each endpoint fill: one writer each, given all that changed."""

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
"""The kind of the notes of what was filled in of the runner: column and words."""


class AnswerItem(NamedTuple):
    """One thing out of an answer: its key, and the JSON about it alone; None is no data."""

    key: str
    body: Json

    @property
    def day(self) -> date:
        """The day that it is about."""
        return date.fromisoformat(self.key)


class WriteContext(NamedTuple):
    """Whose tables are written, and on which day Garmin was asked."""

    conn: psycopg.Connection[Any]
    user_id: int
    asked_on: date


type Writer = Callable[[WriteContext, Sequence[AnswerItem]], Iterable[date]]
"""Returns the days of which something was written."""


def _fields(read: Callable[[Entry], days.Fields], stream: str | None = None) -> Writer:
    """Return the writer of some fields of days; an empty day of a stream is noted as its gap."""

    def write(to: WriteContext, things: Sequence[AnswerItem]) -> Iterable[date]:
        told = {thing.day: read(entry(thing.body)) for thing in things}
        known = _known(told)
        health.put_days(to.conn, to.user_id, known, SOURCE)
        if stream is not None:
            _settle(to, stream, known, told)
        return known

    return write


def _known[Fields: Mapping[str, Any]](told: Mapping[date, Fields]) -> dict[date, Fields]:
    """Return the days of which any field has a value."""
    return {
        day: fields
        for day, fields in told.items()
        if any(value is not None for value in fields.values())
    }


def _settle(to: WriteContext, stream: str, known: Iterable[date], asked: Iterable[date]) -> None:
    """Close the gaps of days that are known, and note those of the others."""
    closed = set(known)
    missing = dict.fromkeys((day for day in asked if day not in closed), gaps.NOT_WORN)
    gaps.close(to.conn, to.user_id, stream, closed)
    gaps.note_stream(to.conn, to.user_id, stream, missing, to.asked_on)


def _nights(read: Callable[[Entry, date], dict[str, Any]]) -> Writer:
    """Return the writer of nights, in full or in short."""

    def write(to: WriteContext, things: Sequence[AnswerItem]) -> Iterable[date]:
        told = {thing.day: read(entry(thing.body), thing.day) for thing in things}
        known = _known(told)
        health.put_nights(to.conn, to.user_id, known, SOURCE)
        _settle(to, "sleep", known, told)
        return known

    return write


def _streams(*kinds: days.StreamLayout) -> Writer:
    """Return the writer of the streams of days."""

    def write(to: WriteContext, things: Sequence[AnswerItem]) -> Iterable[date]:
        zone = imports.home_zone(to.conn, to.user_id)
        return {day for kind in kinds for day in _stream(to, kind, things, zone)}

    return write


def _stream(
    to: WriteContext, kind: days.StreamLayout, things: Sequence[AnswerItem], zone: str
) -> Iterable[date]:
    told = {thing.day: days.stream(kind, entry(thing.body), thing.day, zone) for thing in things}
    known = {day: stream for day, stream in told.items() if stream is not None}
    for day, (name, at_s, values) in known.items():
        health.put_stream(to.conn, to.user_id, day, name, at_s, values, SOURCE)
    _settle(to, kind.name, known, told)
    return known


def _scores_of_days(read: Callable[[Any], scores.Scores]) -> Writer:
    """Return the writer of Garmin's scores of days."""

    def write(to: WriteContext, things: Sequence[AnswerItem]) -> Iterable[date]:
        known = _known({thing.day: read(thing.body) for thing in things})
        stored.put_days(to.conn, to.user_id, known)
        return known

    return write


def _scores_with_day(read: Callable[[Entry], tuple[date, scores.Scores] | None]) -> Writer:
    """Return the writer of scores that tell their day themselves."""

    def write(to: WriteContext, things: Sequence[AnswerItem]) -> Iterable[date]:
        found = [read(entry(thing.body)) for thing in things]
        known = _known(dict(one for one in found if one is not None))
        stored.put_days(to.conn, to.user_id, known)
        return known

    return write


def _threshold(to: WriteContext, things: Sequence[AnswerItem]) -> Iterable[date]:
    told = scores.threshold(things[-1].body)
    day = scores.threshold_day(things[-1].body) or to.asked_on
    known = _known({day: told})
    stored.put_days(to.conn, to.user_id, known)
    stored.put_benchmarks(to.conn, to.user_id, day, told)
    return known


def _zones(to: WriteContext, things: Sequence[AnswerItem]) -> Iterable[date]:
    found = scores.zones(things[-1].body)
    if found is not None:
        stored.put_benchmarks(to.conn, to.user_id, to.asked_on, found.benchmarks())
    return ()


def _settings(to: WriteContext, things: Sequence[AnswerItem]) -> Iterable[date]:
    """Fill in what the runner has not told of themselves: HRmax by age and TRIMP rest on it.

    What was filled in is noted, so that it can be taken back.
    """
    found = scores.person(entry(things[-1].body), to.asked_on)
    told = accounts.fill_in_profile(to.conn, to.user_id, sex=found.sex, birth_date=found.birth_date)
    for name, words in told.items():
        garmin.put_event(to.conn, to.user_id, FILLED_IN, name, words, lane=SOURCE)
    return ()


def _records(to: WriteContext, things: Sequence[AnswerItem]) -> Iterable[date]:
    stored.replace_records(to.conn, to.user_id, scores.records(things[-1].body))
    return ()


def _gear(to: WriteContext, things: Sequence[AnswerItem]) -> Iterable[date]:
    stored.put_gear(to.conn, to.user_id, scores.gear(things[-1].body))
    return ()


WRITERS: Mapping[str, Writer] = {
    "days": _fields(days.daily),
    "resting_hrs": _fields(days.resting_hr, "resting_hr"),
    "stresses": _fields(days.stress),
    "batteries": _fields(days.battery),
    "weights": _fields(days.weight),
    "hrvs": _fields(days.hrv, "hrv"),
    "sleep": _nights(nights.night),
    "sleeps": _nights(nights.brief),
    "heart_rate": _streams(days.HEART_RATE),
    "stress": _streams(days.STRESS, days.BODY_BATTERY),
    "readinesses": _scores_of_days(scores.readiness),
    "vo2maxes": _scores_of_days(lambda body: scores.vo2max(entry(body))),
    "status": _scores_with_day(scores.status),
    "race_predictions": _scores_with_day(scores.predictions),
    "threshold": _threshold,
    "zones": _zones,
    "settings": _settings,
    "records": _records,
    "gear": _gear,
}
