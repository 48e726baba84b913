"""Select the runs for estimates, by what is possible on foot and by the runner's choice."""

from collections.abc import Mapping, Sequence

from runningcoach.metrics import eligibility, plausibility
from runningcoach.metrics.plausibility import NO_HEART_RATE, NO_SPEED, NOTHING, RunPlausibility
from runningcoach.store.facts import ActivityInput

type Verdicts = Mapping[int, RunPlausibility]
"""By activity; only runs have one."""

__all__ = ["NOTHING", "Verdicts", "verdicts", "with_heart_rate", "with_speed", "without_doubt"]


def verdicts(activities: Sequence[ActivityInput]) -> Verdicts:
    """Return the verdict on each run, judged by the runs of earlier days."""
    runs = [activity for activity in activities if activity.is_run]
    judged = plausibility.judge(map(_run, runs))
    return {run.activity_id: verdict for run, verdict in zip(runs, judged, strict=True)}


def _run(activity: ActivityInput) -> plausibility.Run:
    return plausibility.run(
        activity.facts,
        activity.local_date.toordinal(),
        vdot=eligibility.best_vdot(activity.facts),
        cadence_spm=activity.average_cadence_spm,
        is_race=activity.is_race,
        own_choice=activity.use_for_estimates,
    )


def with_speed(activities: Sequence[ActivityInput], verdicts: Verdicts) -> list[ActivityInput]:
    """Return the runs whose speed is plausible."""
    return [a for a in activities if a.is_run and not NO_SPEED & {*_flags(a, verdicts)}]


def with_heart_rate(activities: Sequence[ActivityInput], verdicts: Verdicts) -> list[ActivityInput]:
    """Return the runs whose heart rate is plausible."""
    return [a for a in activities if a.is_run and not NO_HEART_RATE & {*_flags(a, verdicts)}]


def without_doubt(activities: Sequence[ActivityInput], verdicts: Verdicts) -> list[ActivityInput]:
    """Return the runs without any flag."""
    return [a for a in activities if a.is_run and not _flags(a, verdicts)]


def _flags(activity: ActivityInput, verdicts: Verdicts) -> tuple[str, ...]:
    return verdicts.get(activity.activity_id, NOTHING).flags
