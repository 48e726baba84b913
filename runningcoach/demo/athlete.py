"""The made-up runner's Garmin account export, as many years of it as wanted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from runningcoach.base.errors import RunningCoachError
from runningcoach.demo import body, diary, export, health, summaries
from runningcoach.demo.body import TrainingDay
from runningcoach.demo.diary import DiaryEntry
from runningcoach.demo.season import CAREER_START
from runningcoach.demo.shoes import ShoePair, pair
from runningcoach.demo.summaries import Row
from runningcoach.demo.weather import air_temperature_c
from runningcoach.demo.workouts import KM

_DAYS_IN_YEAR = 365.25


class BeforeCareer(RunningCoachError):
    """Asked for days on which the runner did not run yet."""

    code = "demo.before_career"
    status = 422


@dataclass(frozen=True, slots=True)
class DemoReport:
    """The written export: its folder, days and counts."""

    folder: Path
    first_day: date
    last_day: date
    activities: int
    fit_files: int
    distance_km: float
    nights: int


def write_export(
    folder: Path, *, seed: int = 7, years: float = 2.0, until: date, language: str = "ko"
) -> DemoReport:
    """Write the runner's account export as it stands on the morning of `until`.

    The night to `until` is there, a run of that day is not yet: nothing lies in the future of
    a reader whose day is `until`. Each day depends on `seed` and itself alone, so that a
    longer history ends with the same days. `language` is that of names and notes.
    """
    states = history(seed, years, until)
    root = export.prepare(folder)
    rows: list[Row] = []
    worn: dict[ShoePair, list[int]] = {}
    entries = _with_summaries(activities(states[:-1], seed, language), rows, worn)
    fit_files = export.write_fit_files(root, entries)
    export.write_summaries(root, rows)
    export.write_gear(root, summaries.gear(worn, language))
    nights = _write_health(root, states, seed)
    whole = [row for row in rows if "parentId" not in row]
    return DemoReport(
        folder=folder,
        first_day=states[0].day,
        last_day=until,
        activities=len(whole),
        fit_files=fit_files,
        distance_km=round(sum(row["distance"] for row in whole) / 100 / KM, 1),
        nights=nights,
    )


def history(seed: int, years: float, until: date) -> Sequence[TrainingDay]:
    """Return the days of the last `years`, `until` included, as the runner trained them."""
    first = max(CAREER_START, until - timedelta(days=round(years * _DAYS_IN_YEAR)))
    states = [state for state in body.training(seed, until) if state.day >= first]
    if len(states) < 2:
        raise BeforeCareer(first=CAREER_START, until=until)
    return states


def activities(
    states: Sequence[TrainingDay], seed: int, language: str = "ko"
) -> Iterator[DiaryEntry]:
    """Yield every activity of the days."""
    for state in states:
        yield from diary.activities(state, seed, language)


def _with_summaries(
    entries: Iterable[DiaryEntry], rows: list[Row], worn: dict[ShoePair, list[int]]
) -> Iterator[tuple[int, bytes]]:
    """Yield the file of each activity that has one; note its rows and its shoes on the way."""
    for activity in entries:
        if not activity.is_copy:
            rows.extend(summaries.activity_rows(activity))
            worn.setdefault(pair(activity.session, activity.day), []).append(activity.id)
        if (fit := activity.fit) is not None:
            yield activity.id, fit


def _write_health(root: Path, states: Sequence[TrainingDay], seed: int) -> int:
    days = [
        health.of(state, before, seed, air_temperature_c(seed, _night(state.day)))
        for before, state in _with_yesterday(states)
    ]
    nights = [night for night in days if night.slept_with_watch]
    last = states[-1].day
    export.write_sleep(root, [summaries.sleep_row(night, seed) for night in days])
    export.write_health_status(root, [summaries.hrv_row(night) for night in nights])
    export.write_days(root, [summaries.day_row(day, seed, is_over=day.day < last) for day in days])
    weighings = [
        summaries.weight_row(day.day, day.weight_kg) for day in days if day.weight_kg is not None
    ]
    export.write_user(root, weighings, summaries.profile())
    return len(nights)


def _with_yesterday(states: Sequence[TrainingDay]) -> Iterator[tuple[TrainingDay, TrainingDay]]:
    return zip([states[0], *states[:-1]], states, strict=True)


def _night(day: date) -> datetime:
    return datetime.combine(day, time(3))
