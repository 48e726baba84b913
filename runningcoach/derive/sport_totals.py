"""Totals of activities by sport."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from runningcoach.metrics.sports import RUNNING, counted_time_s, decided_climb_m
from runningcoach.model.activity import ActivityMetrics, SportSum
from runningcoach.store.facts import ActivityInput


def counted_s(activity: ActivityInput, metrics: ActivityMetrics) -> float:
    """Return the time [s] of an activity that sums count; 0 where none is known."""
    longest_s = activity.facts.elapsed_s
    return counted_time_s(activity.sport, metrics.moving_s, activity.timer_s, longest_s) or 0.0


def ascent_m(activity: ActivityInput, metrics: ActivityMetrics) -> float | None:
    """Return the metres climbed in an activity; None where they are not known."""
    return decided_climb_m(activity.ascent_m, metrics.elevation_gain_m)


def decided_measures(activity: ActivityInput) -> dict[str, float | None]:
    """Return the measures decided for an activity as a whole.

    They replace those of the samples alone, which its facts keep.
    """
    facts = activity.facts
    return {
        "moving_s": counted_time_s(
            activity.sport, facts.moving_s, activity.timer_s, facts.elapsed_s
        ),
        "elevation_gain_m": decided_climb_m(activity.ascent_m, facts.elevation_gain_m),
        "elevation_loss_m": decided_climb_m(activity.descent_m, facts.elevation_loss_m),
    }


def sport_sums(
    activities: Iterable[ActivityInput], metrics: Mapping[int, ActivityMetrics]
) -> list[SportSum]:
    """Return the sums of each sport: running first, then what took longest.

    Distance and climb are None where no activity of the sport knows them.
    """
    by_sport: dict[str, list[ActivityInput]] = defaultdict(list)
    for activity in activities:
        by_sport[activity.sport].append(activity)
    return _sort_sums(_sum(sport, members, metrics) for sport, members in by_sport.items())


def _sum(
    sport: str, activities: list[ActivityInput], metrics: Mapping[int, ActivityMetrics]
) -> SportSum:
    pairs = [(activity, metrics[activity.activity_id]) for activity in activities]
    return SportSum(
        sport=sport,
        activities=len(pairs),
        distance_m=total(activity.distance_m for activity, _ in pairs),
        moving_s=sum(counted_s(*pair) for pair in pairs),
        elevation_gain_m=total(ascent_m(*pair) for pair in pairs),
        load=sum(measures.load or 0.0 for _, measures in pairs),
    )


def merge_sums(rows: Iterable[SportSum]) -> list[SportSum]:
    """Return the sums of several days or periods merged by sport, running first."""
    by_sport: dict[str, list[SportSum]] = defaultdict(list)
    for row in rows:
        by_sport[row.sport].append(row)
    return _sort_sums(_merge(sport, members) for sport, members in by_sport.items())


def _merge(sport: str, rows: list[SportSum]) -> SportSum:
    return SportSum(
        sport=sport,
        activities=sum(row.activities for row in rows),
        distance_m=total(row.distance_m for row in rows),
        moving_s=sum(row.moving_s for row in rows),
        elevation_gain_m=total(row.elevation_gain_m for row in rows),
        load=sum(row.load for row in rows),
    )


def shares_of_load(sums: Sequence[SportSum]) -> list[float | None]:
    """Return the share (0 to 1) of each sport in the load of all; None where there is no load."""
    whole = sum(one.load for one in sums)
    return [one.load / whole if whole else None for one in sums]


def activity_count(sums: Iterable[SportSum]) -> int:
    """Return how many activities there are."""
    return sum(one.activities for one in sums)


def _sort_sums(sums: Iterable[SportSum]) -> list[SportSum]:
    return sorted(sums, key=lambda sum_: (sum_.sport != RUNNING, -sum_.moving_s, sum_.sport))


def total(values: Iterable[float | None]) -> float | None:
    """Return the sum of the values that are not None; None where there are none."""
    present = [value for value in values if value is not None]
    return sum(present) if present else None
