"""The activities of a day as they end up in the account: files, names, notes, how hard it felt."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from runningcoach.base import i18n
from runningcoach.demo import body, fitfile, mishaps, physiology, ride, run, season, watches
from runningcoach.demo.body import TrainingDay
from runningcoach.demo.chance import Dice, dice, happens
from runningcoach.demo.fitfile import FitHeader
from runningcoach.demo.mishaps import Mishap
from runningcoach.demo.run import Conditions, RunTrack
from runningcoach.demo.weather import air_temperature_c, heat_stress
from runningcoach.demo.workouts import PlannedSession, steady

_FELT = {
    "recovery": 2, "easy": 3, "walk_run": 3, "strides": 3, "journey": 3, "treadmill": 3,
    "night": 4, "trail": 5, "hills": 5, "long": 4, "long_fast": 6, "marathon_pace": 6,
    "tempo": 7, "intervals": 8, "brick": 6,
}  # fmt: skip
_RACE_FELT = 9
_SPORTS = ("running", "cycling")

# Months whose second Sunday is run with both watches on, and months with a false start.
_TWO_WATCHES = (4, 10, 12)
_FALSE_STARTS = (3, 9)

# The last digit of an activity's id tells what it is; 3 and 4 are left to the legs of a brick.
_FIRST_ID = 9_000_000_000
_MAIN, _FALSE_START, _BY_HAND, _COPY = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class DiaryEntry:
    """One activity of the account; without a file it was typed in by hand."""

    id: int
    day: date
    started_at: datetime
    utc_offset_s: int
    session: PlannedSession
    name: str
    note: str | None
    rpe: int | None
    tracks: tuple[RunTrack, ...]
    head: FitHeader
    mishaps: tuple[Mishap, ...]
    has_file: bool = True
    is_copy: bool = False

    @property
    def fit(self) -> bytes | None:
        """The FIT file, written anew each time that it is asked for; None without a file."""
        return fitfile.encode(self.tracks, self.head) if self.has_file else None


def zone(seed: int, day: date) -> ZoneInfo:
    """Return the time zone that the runner wakes up in on `day`."""
    journey = season.year(seed, day.year).journey
    away = journey is not None and journey.first < day < journey.last
    return _zone("Europe/Lisbon" if away else "Asia/Seoul")


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def activities(state: TrainingDay, seed: int, language: str) -> Iterator[DiaryEntry]:
    """Yield what was recorded on the day of `state`, in the order of starting."""
    if state.session is None:
        if _typed_in(seed, state.day):
            yield _by_hand(state, seed, language)
        return
    if _is_false_start(state.day):
        yield _recorded(state, _false_start(state.session), seed, language, _FALSE_START)
    main = _recorded(state, state.session, seed, language, _MAIN)
    yield main
    if _has_two_watches(state.day):
        yield _copy(main, seed)


def ids(state: TrainingDay, seed: int) -> list[int]:
    """Return the ids of the day's activities in the order of starting, copies left out.

    Nothing is recorded for this: counting ten years must not take as long as running them.
    """
    if state.session is None:
        return [_activity_id(state.day, _BY_HAND)] if _typed_in(seed, state.day) else []
    first = [_activity_id(state.day, _FALSE_START)] if _is_false_start(state.day) else []
    return [*first, _activity_id(state.day, _MAIN)]


def day_of(activity_id: int) -> date:
    """Return the day that the activity of this id was started on."""
    number = (activity_id - _FIRST_ID) // 10
    return date.fromordinal(min(max(number, 1), date.max.toordinal()))


def is_false_start(activity_id: int) -> bool:
    """Return whether it is the short run before the watch was started anew."""
    return activity_id % 10 == _FALSE_START


def _has_two_watches(day: date) -> bool:
    return day.month in _TWO_WATCHES and day == season.nth(day.year, day.month, 6, 2)


def _is_false_start(day: date) -> bool:
    return day.month in _FALSE_STARTS and day == season.nth(day.year, day.month, 3, 2)


def _typed_in(seed: int, day: date) -> bool:
    """Return whether a run without a watch is added by hand on `day`."""
    journey = season.year(seed, day.year).journey
    away = journey is not None and day == journey.last
    return away or (day.month, day.day) in ((7, 31), (12, 26))


def _false_start(session: PlannedSession) -> PlannedSession:
    """Return the two minutes before the watch was stopped and started anew."""
    moment = datetime.combine(date.min, session.starts) - timedelta(minutes=4)
    return replace(steady("false_start", 330), place=session.place, starts=moment.time())


def _recorded(
    state: TrainingDay, session: PlannedSession, seed: int, language: str, number: int
) -> DiaryEntry:
    local = datetime.combine(state.day, session.starts, tzinfo=zone(seed, state.day))
    watch = watches.watch_on(state.day)
    now = _conditions(state, session, local, seed)
    track = run.record(session, now, watch, seed)
    happened = (
        () if session.is_race else tuple(mishaps.apply_mishaps(track, watch, state.day, seed))
    )
    tracks = (ride.ride(now, seed), track) if session.kind == "brick" else (track,)
    throw = dice(seed, state.day, "diary")
    name = i18n.t(f"demo.names.{session.kind}", language, **session.blanks)
    head = _head(tracks, session, local, now, name, language, throw)
    return DiaryEntry(
        id=_activity_id(state.day, number),
        day=state.day,
        started_at=local,
        utc_offset_s=head.utc_offset_s,
        session=session,
        name=name,
        note=_note(session, state, now, seed, language, throw),
        rpe=head.rpe,
        tracks=tracks,
        head=head,
        mishaps=happened,
    )


def _activity_id(day: date, number: int) -> int:
    return _FIRST_ID + day.toordinal() * 10 + number


def _conditions(
    state: TrainingDay, session: PlannedSession, local: datetime, seed: int
) -> Conditions:
    air = air_temperature_c(seed, local, abroad=session.place == "lisbon")
    return Conditions(
        day=state.day,
        vo2max=state.vo2max,
        resting_bpm=body.resting_hr(state, seed),
        air_c=air,
        heat=0.15 if session.place == "treadmill" else heat_stress(air, state.day),
        mass_kg=body.mass_kg(state),
    )


def _head(
    tracks: tuple[RunTrack, ...],
    session: PlannedSession,
    local: datetime,
    now: Conditions,
    name: str,
    language: str,
    throw: Dice,
) -> FitHeader:
    offset = local.utcoffset() or timedelta()
    debt = _oxygen_debt(tracks, now)
    return FitHeader(
        started_at=int(local.timestamp()),
        utc_offset_s=int(offset.total_seconds()),
        watch=watches.watch_on(now.day),
        sport_names={sport: i18n.t(f"demo.sports.{sport}", language) for sport in _SPORTS},
        mass_kg=now.mass_kg,
        training_effect=debt and round(physiology.training_effect(debt, now.vo2max), 1),
        anaerobic_effect=debt and _anaerobic_effect(session, throw),
        training_load=debt and round(debt, 1),
        workout_name=name if session.laps_by_step else None,
        rpe=_felt(session, now, throw),
    )


def _oxygen_debt(tracks: tuple[RunTrack, ...], now: Conditions) -> float | None:
    """Return the debt after the last leg; None where the pulse was not seen at all."""
    pulse = np.concatenate([track.channels["heart_rate"] for track in tracks])
    known = pulse[np.isfinite(pulse)]
    return physiology.excess_oxygen(known, now.resting_bpm) if len(known) else None


def _anaerobic_effect(session: PlannedSession, throw: Dice) -> float:
    strength = {"intervals": 2.2, "strides": 0.9, "tempo": 0.6, "hills": 0.8}
    base = 1.2 if session.is_race else strength.get(session.kind, 0.1)
    return round(max(0.0, base + float(throw.normal(0, 0.25))), 1)


def _felt(session: PlannedSession, now: Conditions, throw: Dice) -> int | None:
    """Return the effort 10..100 that the runner put in; often nothing was put in."""
    if not session.is_race and happens(throw, 0.42):
        return None
    base = _RACE_FELT if session.is_race else _FELT.get(session.kind, 3)
    felt = base + 1.2 * now.heat + float(throw.normal(0, 0.6))
    return 10 * round(min(10, max(1, felt)))


def _note(
    session: PlannedSession,
    state: TrainingDay,
    now: Conditions,
    seed: int,
    language: str,
    throw: Dice,
) -> str | None:
    key = session.note or _remark(session, state, now, seed, throw)
    return i18n.t(f"demo.notes.{key}", language) if key else None


def _remark(
    session: PlannedSession, state: TrainingDay, now: Conditions, seed: int, throw: Dice
) -> str | None:
    """Return which of the runner's remarks fits, None on most days."""
    if session.is_race and session.distance_m > 40_000:
        return "marathon"
    if season.trouble(seed, state.day) == "weak":
        return "ill"
    if session.kind in ("walk_run", "journey"):
        return session.kind if happens(throw, 0.3) else None
    if now.heat > 0.9 and happens(throw, 0.25):
        return "heat"
    if not happens(throw, 0.06):
        return None
    return "tired" if state.fatigue > state.fitness else "strong"


def _copy(main: DiaryEntry, seed: int) -> DiaryEntry:
    """Return the same run from the second watch, started some seconds later."""
    throw = dice(seed, main.day, "second watch")
    tracks = tuple(ride.second_watch_track(track, throw) for track in main.tracks)
    late = int(throw.integers(3, 9))
    head = replace(
        main.head, watch=watches.SECOND, started_at=main.head.started_at + late,
        workout_name=None, rpe=None,
    )  # fmt: skip
    return replace(
        main, id=_activity_id(main.day, _COPY),
        started_at=main.started_at + timedelta(seconds=late), tracks=tracks, head=head,
        is_copy=True,
    )  # fmt: skip


def _by_hand(state: TrainingDay, seed: int, language: str) -> DiaryEntry:
    """Return a run that was typed in: half an hour on some treadmill."""
    session = replace(steady("manual", 5000), place="treadmill", starts=time(18, 0))
    entry = _recorded(state, session, seed, language, _BY_HAND)
    return replace(entry, note=i18n.t("demo.notes.manual", language), has_file=False, mishaps=())
