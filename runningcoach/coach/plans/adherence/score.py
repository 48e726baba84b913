"""The compliance score of a workout, 0 to 100: its formula is in docs/reference/adherence.md."""

from collections.abc import Sequence
from typing import NamedTuple

from runningcoach.coach.plans.adherence.planned_steps import PlannedStep
from runningcoach.model.adherence import DayVerdict, StepVerdict

WORK_WEIGHT = 2.0
"""A minute of interval counts twice: it is what the day is for. Ours."""
EXCUSED_CREDIT, UNSURE_CREDIT, UNMEASURED_CREDIT, SPLIT_CREDIT = 0.95, 0.9, 0.8, 0.9
PACE_FREE, PACE_PENALTY = 0.03, 4.0
RATE_PENALTY = 4.0
LENGTH_FREE, LONG_PENALTY, LEAST_LONG_CREDIT = 0.10, 0.5, 0.7
EXTRA_PENALTY_PCT, MOST_EXTRA_PENALTY_PCT = 5.0, 10.0
PARTLY_SHARE, OFF_TARGET_SHARE = 0.10, 0.25
"""Weight of what is missing from which a day is partly done; of wrong pace: off target."""


class JudgedStep(NamedTuple):
    """A step with its verdict, the share of its length that was run, and how far off pace."""

    step: PlannedStep
    verdict: StepVerdict
    length_share: float | None = None
    deviation: float = 0.0


def step_weight(step: PlannedStep) -> float:
    """Return what a step weighs in the score: planned seconds, twice for intervals."""
    return step.expected_s * (WORK_WEIGHT if step.intensity == "interval" else 1.0)


def step_credit(judged: JudgedStep) -> float:
    """Return how much of a step counts as done, 0 to 1: its length times its effort."""
    fixed: dict[StepVerdict, float] = {
        "missing": 0.0,
        "slow_excused": EXCUSED_CREDIT,
        "done_by_grade": 1.0,
        "done_low_confidence": UNSURE_CREDIT,
        "not_measurable": UNMEASURED_CREDIT,
        "done_split": SPLIT_CREDIT,
    }
    effort = fixed.get(judged.verdict)
    if effort is None:
        over = max(judged.deviation - PACE_FREE, 0.0)
        effort = max(1 - PACE_PENALTY * over, 0.0)
        if judged.verdict in ("fast", "slow"):
            effort = min(effort, UNSURE_CREDIT)
    return effort * _length_credit(judged)


def _length_credit(judged: JudgedStep) -> float:
    share = judged.length_share
    if share is None or judged.verdict == "done_low_confidence":
        return 1.0
    if judged.verdict == "short":
        return share
    if not judged.step.is_work:
        return 1.0
    return max(1 - LONG_PENALTY * max(share - 1 - LENGTH_FREE, 0.0), LEAST_LONG_CREDIT)


def compliance_pct(steps: Sequence[JudgedStep], extra_repetitions: int = 0) -> float | None:
    """Return the score [%]: weighted mean of the credits, less 5 for each extra repetition.

    None where the workout has no steps.
    """
    weight = sum(step_weight(judged.step) for judged in steps)
    if not weight:
        return None
    score = sum(step_weight(judged.step) * step_credit(judged) for judged in steps) / weight
    penalty = min(EXTRA_PENALTY_PCT * extra_repetitions, MOST_EXTRA_PENALTY_PCT)
    return round(max(100 * score - penalty, 0.0), 1)


def day_verdict(steps: Sequence[JudgedStep]) -> DayVerdict:
    """Return done, partly or off_target, by the weight of what is missing or off pace."""
    weight = sum(step_weight(judged.step) for judged in steps)
    if not weight:
        return "done"
    lacking = sum(_lacking(judged) for judged in steps) / weight
    off = sum(step_weight(j.step) for j in steps if j.verdict in ("fast", "slow")) / weight
    if lacking >= PARTLY_SHARE:
        return "partly"
    return "off_target" if off >= OFF_TARGET_SHARE else "done"


def _lacking(judged: JudgedStep) -> float:
    """Return the weight of a step that was not run."""
    if judged.verdict == "missing":
        return step_weight(judged.step)
    if judged.verdict == "short" and judged.length_share is not None:
        return step_weight(judged.step) * (1 - judged.length_share)
    return 0.0
