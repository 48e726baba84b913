"""Weeks from Monday, months from the 1st, years and everything, in numbers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from runningcoach.base.periods import month_start, week_start
from runningcoach.derive.sport_totals import ascent_m, counted_s, sport_sums, total
from runningcoach.metrics.windows import Floats
from runningcoach.metrics.zones import BPM, time_in_zones
from runningcoach.model.activity import ActivityMetrics
from runningcoach.model.benchmark_timeline import BenchmarkTimeline
from runningcoach.model.fitness import DailyFitness, Period, Summary
from runningcoach.store.facts import ActivityInput

LIMITS = ("hr_zone_3_bpm", "hr_zone_4_bpm", "vt1_bpm")
"""Below zone 3 is low, zone 3 moderate, above high; below the first threshold is easy."""


def year_start(day: date) -> date:
    """Return the 1st of January of the year that holds `day`."""
    return day.replace(month=1, day=1)


def summaries(
    activities: Sequence[ActivityInput],
    metrics: Mapping[int, ActivityMetrics],
    daily: Sequence[DailyFitness],
    timeline: BenchmarkTimeline,
) -> list[Summary]:
    """Return weeks, months, years and all from the first activity to the last day of `daily`.

    Distance, time, climb, efficiency and bests are those of the runs, load that of all sports.
    Zones and shares are those of every activity with heart rate, whatever its sport.

    `ramp` is how much fitness rose since the day before the period; the first period, and
    everything, have no day before.
    """
    if not daily:
        return []
    first = daily[0].date
    starts: Mapping[Period, Callable[[date], date]] = {
        "week": week_start,
        "month": month_start,
        "year": year_start,
        "all": lambda _: first,
    }
    scored = list(_contributions(activities, metrics, timeline))
    return [row for period, start in starts.items() for row in _rows(period, start, scored, daily)]


def _rows(
    period: Period,
    start: Callable[[date], date],
    scored: Sequence["_ActivityContribution"],
    daily: Sequence[DailyFitness],
) -> Iterator[Summary]:
    by_start: dict[date, list[_ActivityContribution]] = defaultdict(list)
    for row in scored:
        by_start[start(row.day)].append(row)
    spans: dict[date, list[DailyFitness]] = defaultdict(list)
    for day in daily:
        spans[start(day.date)].append(day)
    before: DailyFitness | None = None
    for key, span in spans.items():
        yield _summary(period, key, by_start[key], span, before)
        before = span[-1]


class _ActivityContribution:
    """An activity's contribution to a summary.

    `shares_s` are seconds of known heart rate: in all, low, moderate, high, and easy.
    """

    __slots__ = ("activity", "bests", "day", "metrics", "shares_s")

    def __init__(self, activity: ActivityInput, metrics: ActivityMetrics, bests: int) -> None:
        self.activity, self.metrics, self.bests = activity, metrics, bests
        self.day = activity.local_date
        self.shares_s = np.zeros(5)

    def split(self, timeline: BenchmarkTimeline) -> None:
        """Set the seconds with low, moderate, high heart rate, and below the first threshold."""
        seconds = self.activity.facts.hr_seconds
        limits = [timeline.value(kind, self.day) for kind in LIMITS]
        edges = [limit for limit in limits if limit is not None]
        if seconds is not None and len(edges) == len(LIMITS):
            zones = time_in_zones(BPM, edges[:2], seconds)
            easy = float(seconds[edges[2] > BPM].sum())
            self.shares_s = np.array([zones.sum(), *zones, easy])


def _contributions(
    activities: Sequence[ActivityInput],
    metrics: Mapping[int, ActivityMetrics],
    timeline: BenchmarkTimeline,
) -> Iterator[_ActivityContribution]:
    fastest: dict[float, float] = {}
    for activity in activities:
        bests = 0
        for effort in activity.facts.best_efforts:
            if effort.elapsed_s < fastest.get(effort.distance_m, np.inf):
                fastest[effort.distance_m] = effort.elapsed_s
                bests += 1
        row = _ActivityContribution(activity, metrics[activity.activity_id], bests)
        row.split(timeline)
        yield row


def _summary(
    period: Period,
    starts_on: date,
    scored: Sequence[_ActivityContribution],
    days: Sequence[DailyFitness],
    before: DailyFitness | None,
) -> Summary:
    runs = [s for s in scored if s.activity.is_run]
    measures = {s.activity.activity_id: s.metrics for s in scored}
    last = days[-1]
    return Summary(
        period=period,
        starts_on=starts_on,
        activities=len(scored),
        runs=len(runs),
        distance_m=sum(s.activity.distance_m or 0.0 for s in runs),
        moving_s=sum(counted_s(s.activity, s.metrics) for s in runs),
        elevation_gain_m=total(ascent_m(s.activity, s.metrics) for s in runs),
        load=sum(day.load for day in days),
        trimp=total(s.metrics.trimp for s in scored),
        longest_run_m=max(_present(s.activity.distance_m for s in runs), default=None),
        hr_zone_s=_zones(scored),
        efficiency_factor=_mean(s.metrics.efficiency_factor for s in runs),
        vo2max_end=last.vo2max_trend,
        ctl_end=last.ctl,
        atl_end=last.atl,
        tsb_end=last.tsb,
        ramp=None if before is None else last.ctl - before.ctl,
        monotony_max=_highest(day.monotony for day in days),
        acwr_max=_highest(day.acwr for day in days),
        best_efforts=sum(s.bests for s in runs),
        by_sport=sport_sums((s.activity for s in scored), measures),
        **_shares(scored),
    )


def _shares(scored: Sequence[_ActivityContribution]) -> dict[str, Any]:
    """Return the shares of the time with known heart rate; nothing without any."""
    total: Floats = sum((s.shares_s for s in scored), np.zeros(5))
    covered, *parts = total.tolist()
    names = ("low_share", "moderate_share", "high_share", "easy_share")
    return {n: part / covered for n, part in zip(names, parts, strict=True)} if covered else {}


def _present(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _mean(values: Iterable[float | None]) -> float | None:
    present = _present(values)
    return sum(present) / len(present) if present else None


def _highest(values: Iterable[float | None]) -> float | None:
    return max(_present(values), default=None)


def _zones(scored: Sequence[_ActivityContribution]) -> list[float] | None:
    zones = [s.metrics.hr_zone_s for s in scored if s.metrics.hr_zone_s is not None]
    return [sum(column) for column in zip(*zones, strict=True)] if zones else None
