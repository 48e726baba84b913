"""Activities of TCX and GPX files become recordings: the same way for both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from runningcoach.fit.problems import FitProblem, problem
from runningcoach.ingest.files.bounds import MAX_ACTIVITIES, ValueChecks
from runningcoach.ingest.files.fit_clock import DeviceClock, clocks_of
from runningcoach.ingest.files.recordings import (
    EARLIEST_S,
    Device,
    Kind,
    Outcome,
    Pauses,
    ReadFile,
    RecordedLap,
    Recording,
    Samples,
    gaps,
    is_believable_start,
    is_treadmill,
    moment,
    positions,
    samples_of,
)
from runningcoach.ingest.files.sports import UNKNOWN, sport_of_name
from runningcoach.ingest.files.stated_totals import in_steps, lap_sums, without_empty_laps
from runningcoach.ingest.files.week_rollover import DAY_S, ROLLOVER_S, rollover
from runningcoach.ingest.files.xml_elements import Point
from runningcoach.metrics.totals import Stated

type Floats = NDArray[np.float64]

_SHORTEST_BREAK_S = 10


@dataclass(frozen=True, slots=True)
class XmlLap:
    """A lap as a file writes it: its numbers may be impossible, its start unknown (NaN)."""

    start_s: float
    timer_s: float | None = None
    distance_m: float | None = None
    average_hr_bpm: float | None = None
    max_hr_bpm: float | None = None
    average_speed_mps: float | None = None
    average_cadence_spm: float | None = None
    average_power_w: float | None = None
    calories_kcal: float | None = None
    intensity: str | None = None


@dataclass(slots=True)
class XmlActivity:
    """One activity as it stands in a file, before its samples are arrays.

    `other_times` are unix times that the file gives beside those of points and laps. Activities
    of one multisport session share an `event`.
    """

    sport: str
    sub_sport: str | None
    segments: list[list[Point]]
    name: str | None = None
    notes: str | None = None
    laps: list[XmlLap] = field(default_factory=list)
    device: Device = field(default_factory=Device)
    event: int = 0
    other_times: list[float] = field(default_factory=list)


def read_activities(
    kind: Kind, activities: Sequence[XmlActivity], problems: list[FitProblem], file_name: str
) -> ReadFile:
    """Return the recordings of a file's activities, or the reason why it has none."""
    if len(activities) == 1:
        _set_sport_by_name(activities[0], file_name)
    reader = _Reader(file_name, problems)
    if len(activities) <= MAX_ACTIVITIES:
        for activity in activities:
            reader.read(activity)
    if max(len(activities), len(reader.recordings)) > MAX_ACTIVITIES:
        return _refused_file(
            kind, "unreadable", problem(0, "too_many_activities", most=MAX_ACTIVITIES)
        )
    if reader.recordings:
        return reader.result(kind)
    if reader.wrongly_dated:
        return _refused_file(kind, "unreadable", problem(0, "bad_clock"))
    if problems:
        return _refused_file(kind, "unreadable", problem(0, "bad_xml"))
    return _refused_file(kind, "not_an_activity", problem(0, "no_times"))


def _refused_file(kind: Kind, outcome: Outcome, why: FitProblem) -> ReadFile:
    return ReadFile(kind, outcome, why.code, (why.text,))


def _set_sport_by_name(activity: XmlActivity, file_name: str) -> None:
    """Give the only activity of a file the sport that the file's name tells, if it has none."""
    if (activity.sport, activity.sub_sport) == UNKNOWN:
        stem = file_name.rpartition("/")[2].partition(".")[0]
        activity.sport, activity.sub_sport = sport_of_name(stem)


class _Reader:
    """Reads the activities of one file, and remembers what was wrong or left out."""

    def __init__(self, file_name: str, problems: list[FitProblem]) -> None:
        self.file_name = file_name
        self.problems = problems
        self.checks = ValueChecks()
        self.recordings: list[Recording] = []
        self.events: list[tuple[int, int]] = []
        self.wrongly_dated = 0
        self.without_times = 0

    def result(self, kind: Kind) -> ReadFile:
        """Return what was read, with the reasons why it may be less than the file holds."""
        problems = [*self.problems, *self.checks.problems()]
        lost = self.without_times + self.wrongly_dated
        if lost:
            problems.append(problem(0, "activities_left_out", count=lost))
        texts = tuple(dict.fromkeys(p.text for p in problems))
        code = problems[0].code if problems else None
        outcome: Outcome = "salvaged" if code else "ok"
        return ReadFile(kind, outcome, code, texts, tuple(self.recordings))

    def read(self, activity: XmlActivity) -> None:
        """Add the recordings of an activity: one, or several where days lie between its points."""
        points = [point for segment in activity.segments for point in segment]
        times = np.array([point.get("time", np.nan) for point in points], dtype=np.float64)
        starts = np.array([lap.start_s for lap in activity.laps], dtype=np.float64)
        if not (np.isfinite(times).any() or np.isfinite(starts).any()):
            self.without_times += 1
            return
        times, starts = self._correct_times(activity, times, starts)
        clocks = clocks_of([], times if np.isfinite(times).any() else starts)
        if not clocks:
            self.wrongly_dated += 1
            return
        self._count_lost(starts, clocks)
        for number, clock in enumerate(clocks):
            laps = [
                (at, lap)
                for at, lap in zip(starts.tolist(), activity.laps, strict=True)
                if clock.correct_time(at) is not None
            ]
            self.problems += clock.problems
            recording = self._recording(activity, points, times, laps, clock)
            if number == 0:
                recording = replace(recording, remarks=_untimed_remarks(times))
            self._add(recording, (activity.event, number))

    def _add(self, recording: Recording, event: tuple[int, int]) -> None:
        """Keep a recording, in the event of the one before where it belongs to that."""
        before = self.recordings[-1].event if self.recordings else -1
        is_same = bool(self.events) and self.events[-1] == event
        number = before if is_same else before + 1
        self.events.append(event)
        self.recordings.append(replace(recording, leg=len(self.recordings), event=number))

    def _correct_times(
        self, activity: XmlActivity, times: Floats, starts: Floats
    ) -> tuple[Floats, Floats]:
        """Return the times of points and laps, set right where they lie 1024 weeks back."""
        known = times[times >= EARLIEST_S] if np.isfinite(times).any() else starts
        if not np.isfinite(known).any():
            return times, starts
        middle = float(np.nanmedian(known))
        others = [*starts[np.isfinite(starts)].tolist(), *activity.other_times]
        shift_s, note = rollover(middle, self.file_name, others)
        self.problems += [note] if note else []
        if shift_s:
            times = np.where(times < middle + shift_s / 2, times + shift_s, times)
        is_late = np.abs(starts + ROLLOVER_S - middle - shift_s) <= 2 * DAY_S
        return times, np.where(is_late, starts + ROLLOVER_S, starts)

    def _count_lost(self, starts: Floats, clocks: Sequence[DeviceClock]) -> None:
        lost = sum(
            all(clock.correct_time(at) is None for clock in clocks) for at in starts.tolist()
        )
        if lost:
            self.problems.append(problem(0, "laps_left_out", count=lost))

    def _recording(
        self,
        activity: XmlActivity,
        points: Sequence[Point],
        times: Floats,
        laps: Sequence[tuple[float, XmlLap]],
        clock: DeviceClock,
    ) -> Recording:
        believable = (times >= clock.earliest_s) & (times <= clock.latest_s)
        start_s = _start_s(times[believable], laps)
        seconds = times[believable] - start_s
        mine = [point for point, keep in zip(points, believable.tolist(), strict=True) if keep]
        recorded = [self._lap(at, lap, activity.sport) for at, lap in laps]
        samples = self._samples(mine, seconds, recorded)
        recorded = without_empty_laps(recorded, samples, start_s)
        stated = Stated(
            **dict(zip(("laps_timer_s", "laps_distance_m"), lap_sums(recorded), strict=True))
        )
        averages = _averages(recorded, [lap.calories_kcal for _, lap in laps], self.checks)
        samples, steps, _ = in_steps(activity.sport, samples, recorded, None, self.checks)
        pauses = _pauses(activity, stated.laps_timer_s, samples, start_s, times)
        return Recording(
            leg=0,
            sport=activity.sport,
            sub_sport=activity.sub_sport,
            started_at=moment(start_s),
            utc_offset_s=None,
            samples=samples,
            pauses=pauses,
            laps=steps,
            summary={name: value for name, value in averages.items() if value is not None},
            device=activity.device,
            name=activity.name,
            notes=activity.notes,
            is_treadmill=is_treadmill(activity.sport, activity.sub_sport),
            has_gps="latitude_deg" in samples,
            rr_ms=None,
            stated=stated,
        )

    def _lap(self, start_s: float, lap: XmlLap, sport: str) -> RecordedLap:
        value = self.checks.value
        timer_s = value("timer_s", lap.timer_s)
        return RecordedLap(
            started_at=moment(start_s),
            elapsed_s=timer_s or 0.0,
            timer_s=timer_s,
            distance_m=self.checks.distance(lap.distance_m, timer_s, sport),
            average_hr_bpm=value("average_hr_bpm", lap.average_hr_bpm),
            max_hr_bpm=value("max_hr_bpm", lap.max_hr_bpm),
            average_speed_mps=value("average_speed_mps", lap.average_speed_mps),
            average_cadence_spm=value("average_cadence_spm", lap.average_cadence_spm),
            average_power_w=value("average_power_w", lap.average_power_w),
            intensity=lap.intensity,
        )

    def _samples(
        self, points: Sequence[Point], seconds: Floats, laps: Sequence[RecordedLap]
    ) -> Samples:
        """Return the points as samples; the two ends of the laps where there is no point."""
        if not points:
            return samples_of(np.array([0.0, sum(lap.elapsed_s for lap in laps)]), {})
        names = dict.fromkeys(name for point in points for name in point if name != "time")
        columns = {name: np.array([point.get(name, np.nan) for point in points]) for name in names}
        if "latitude_deg" in columns and "longitude_deg" in columns:
            columns["latitude_deg"], columns["longitude_deg"] = positions(
                columns["latitude_deg"], columns["longitude_deg"]
            )
        if "heart_rate_bpm" in columns:
            columns["heart_rate_bpm"][columns["heart_rate_bpm"] <= 0] = np.nan
        checked = {name: self.checks.column(name, values) for name, values in columns.items()}
        return samples_of(seconds, checked)


def _untimed_remarks(times: Floats) -> tuple[str, ...]:
    count = int(np.isnan(times).sum())
    return (problem(0, "records_left_out", count=count).text,) if count else ()


def _start_s(times: Floats, laps: Sequence[tuple[float, XmlLap]]) -> float:
    """Return when an activity began: at its first lap where that is believable, else point."""
    stated = min((at for at, _ in laps), default=np.nan)
    if not len(times):
        return stated
    first, last = float(times.min()), float(times.max())
    timers = [lap.timer_s for _, lap in laps]
    total = None if None in timers else sum(timer or 0.0 for timer in timers)
    return stated if is_believable_start(stated, first, last, total) else first


def _averages(
    laps: Sequence[RecordedLap], calories: Sequence[float | None], checks: ValueChecks
) -> dict[str, float | None]:
    """Return what the laps of an activity state together; what a lap lacks adds nothing."""
    burnt = [checks.value("calories_kcal", value) or 0.0 for value in calories]
    greatest = max((lap.max_hr_bpm or 0.0 for lap in laps), default=0.0)
    return {
        "calories_kcal": checks.value("calories_kcal", sum(burnt)) or None,
        "max_hr_bpm": greatest or None,
        "average_hr_bpm": _average_hr(laps) or None,
    }


def _average_hr(laps: Sequence[RecordedLap]) -> float:
    """Return the laps' heart rates averaged over their time; 0 when one of them has none."""
    pairs = [(lap.average_hr_bpm, lap.timer_s) for lap in laps if lap.timer_s]
    beats = [hr * time for hr, time in pairs if hr and time]
    return (
        sum(beats) / sum(time or 0.0 for _, time in pairs) if len(beats) == len(pairs) > 0 else 0.0
    )


def _pauses(
    activity: XmlActivity, timer_s: float | None, samples: Samples, start_s: float, times: Floats
) -> Pauses:
    """Return the breaks between segments, unless the laps' times say that there was none."""
    elapsed_s = float(samples["t_s"][-1])
    if timer_s and elapsed_s - timer_s < _SHORTEST_BREAK_S:
        return ()
    spans = sorted(_spans(activity.segments, times))
    pauses = gaps(spans, start_s, start_s + elapsed_s)
    return tuple(pause for pause in pauses if pause[1] - pause[0] >= _SHORTEST_BREAK_S)


def _spans(segments: Sequence[Sequence[Point]], times: Floats) -> Iterator[tuple[float, float]]:
    """Yield the first and last time of each segment; `times` are those of all points."""
    first = 0
    for segment in segments:
        own = times[first : first + len(segment)]
        first += len(segment)
        if np.isfinite(own).any():
            yield float(np.nanmin(own)), float(np.nanmax(own))
