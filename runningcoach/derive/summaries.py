"""Weeks from Monday and months from the 1st, in numbers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from runningcoach.derive.timeline import Timeline
from runningcoach.metrics.zones import BPM, VT1_OF_HRMAX
from runningcoach.periods import month_start, week_start
from runningcoach.records import ActivityMetrics, DailyFitness, Period, Summary
from runningcoach.store.facts import Measured

STARTS: Mapping[Period, Callable[[date], date]] = {"week": week_start, "month": month_start}


def summaries(
    activities: Sequence[Measured],
    metrics: Mapping[int, ActivityMetrics],
    daily: Sequence[DailyFitness],
    timeline: Timeline,
) -> list[Summary]:
    """Return the weeks and the months from the first activity to the last day of `daily`."""
    scored = list(_scored(activities, metrics, timeline))
    rows: list[Summary] = []
    for period, start in STARTS.items():
        held: dict[date, list[_Scored]] = defaultdict(list)
        for row in scored:
            held[start(row.day)].append(row)
        spans: dict[date, list[DailyFitness]] = defaultdict(list)
        for day in daily:
            spans[start(day.date)].append(day)
        rows += [_summary(period, key, held[key], span) for key, span in spans.items()]
    return rows


class _Scored:
    """An activity with what a summary takes from it."""

    __slots__ = ("activity", "bests", "covered_s", "day", "easy_s", "metrics")

    def __init__(self, activity: Measured, metrics: ActivityMetrics, bests: int) -> None:
        self.activity, self.metrics, self.bests = activity, metrics, bests
        self.day = activity.local_date
        self.easy_s = self.covered_s = 0.0

    def split(self, vt1_bpm: float) -> None:
        """Note how much of the time with heart rate was below the first threshold."""
        seconds = self.activity.facts.hr_seconds
        if seconds is not None:
            self.covered_s = float(seconds.sum())
            self.easy_s = float(seconds[vt1_bpm > BPM].sum())


def _scored(
    activities: Sequence[Measured], metrics: Mapping[int, ActivityMetrics], timeline: Timeline
) -> list[_Scored]:
    fastest: dict[float, float] = {}
    rows: list[_Scored] = []
    for activity in activities:
        bests = 0
        for effort in activity.facts.best_efforts:
            if effort.elapsed_s < fastest.get(effort.distance_m, np.inf):
                fastest[effort.distance_m] = effort.elapsed_s
                bests += 1
        row = _Scored(activity, metrics[activity.activity_id], bests)
        if highest := timeline.value("hrmax_bpm", activity.local_date):
            row.split(VT1_OF_HRMAX * highest)
        rows.append(row)
    return rows


def _summary(
    period: Period, starts_on: date, scored: Sequence[_Scored], days: Sequence[DailyFitness]
) -> Summary:
    runs = [s for s in scored if s.activity.is_run]
    last = days[-1]
    covered = sum(s.covered_s for s in scored)
    return Summary(
        period=period,
        starts_on=starts_on,
        activities=len(scored),
        runs=len(runs),
        distance_m=sum(day.distance_m for day in days),
        moving_s=sum(day.moving_s for day in days),
        elevation_gain_m=_total(_gain(s) for s in scored),
        load=sum(day.load for day in days),
        trimp=_total(s.metrics.trimp for s in scored),
        longest_run_m=max((s.activity.distance_m or 0.0 for s in runs), default=None),
        hr_zone_s=_zones(scored),
        easy_share=sum(s.easy_s for s in scored) / covered if covered else None,
        efficiency_factor=_mean(s.metrics.efficiency_factor for s in scored),
        vo2max_end=last.vo2max_trend,
        ctl_end=last.ctl,
        atl_end=last.atl,
        tsb_end=last.tsb,
        monotony_max=max((d.monotony for d in days if d.monotony is not None), default=None),
        best_efforts=sum(s.bests for s in scored),
    )


def _gain(scored: _Scored) -> float | None:
    """Return metres climbed: the device's, else ours."""
    device = scored.activity.ascent_m
    return scored.metrics.elevation_gain_m if device is None else device


def _total(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _zones(scored: Sequence[_Scored]) -> list[float] | None:
    zones = [s.metrics.hr_zone_s for s in scored if s.metrics.hr_zone_s is not None]
    return [sum(column) for column in zip(*zones, strict=True)] if zones else None
