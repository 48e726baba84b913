"""Which runs estimates may rest on, by what is possible on foot and by the runner's own word."""

from collections.abc import Mapping, Sequence

from runningcoach.metrics import eligibility, plausibility
from runningcoach.metrics.plausibility import NO_HEART_RATE, NO_SPEED, NOTHING, Verdict
from runningcoach.store.facts import ActivityInput

type Verdicts = Mapping[int, Verdict]
"""By activity; what is no run has none."""

__all__ = ["NOTHING", "Verdicts", "verdicts", "with_heart_rate", "with_speed", "without_doubt"]


def verdicts(activities: Sequence[ActivityInput]) -> Verdicts:
    """Return what is held of each run, by what the runs of earlier days say."""
    runs = [activity for activity in activities if activity.is_run]
    found = plausibility.judge(map(_run, runs))
    return {run.activity_id: verdict for run, verdict in zip(runs, found, strict=True)}


def _run(activity: ActivityInput) -> plausibility.Run:
    return plausibility.run(
        activity.facts,
        activity.local_date.toordinal(),
        vdot=eligibility.best_vdot(activity.facts),
        cadence_spm=activity.average_cadence_spm,
        is_race=activity.is_race,
        own_choice=activity.use_for_estimates,
    )


def with_speed(activities: Sequence[ActivityInput], known: Verdicts) -> list[ActivityInput]:
    """Return the runs whose speed says something of the runner."""
    return [a for a in activities if a.is_run and not NO_SPEED & {*_flags(a, known)}]


def with_heart_rate(activities: Sequence[ActivityInput], known: Verdicts) -> list[ActivityInput]:
    """Return the runs whose heart rate says something of the runner."""
    return [a for a in activities if a.is_run and not NO_HEART_RATE & {*_flags(a, known)}]


def without_doubt(activities: Sequence[ActivityInput], known: Verdicts) -> list[ActivityInput]:
    """Return the runs that nothing was found against."""
    return [a for a in activities if a.is_run and not _flags(a, known)]


def _flags(activity: ActivityInput, known: Verdicts) -> tuple[str, ...]:
    return known.get(activity.activity_id, NOTHING).flags
