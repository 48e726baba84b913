"""The table of rules for plans: which code is found by which function, and by which limits."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from runningcoach.coach.plans.validator.availability import check_availability, check_duration
from runningcoach.coach.plans.validator.calendar import check_calendar
from runningcoach.coach.plans.validator.context import RuleContext
from runningcoach.coach.plans.validator.intensity import (
    check_hard_time,
    check_quality_days,
    check_session_caps,
)
from runningcoach.coach.plans.validator.long_run import check_long_share, check_single_run
from runningcoach.coach.plans.validator.paces import check_paces
from runningcoach.coach.plans.validator.race import check_goal_race, check_taper
from runningcoach.coach.plans.validator.spacing import (
    check_after_break,
    check_before_race,
    check_red_day,
    check_spacing,
)
from runningcoach.coach.plans.validator.volume import (
    check_acute_load,
    check_goal_floor,
    check_ramp,
    check_relief,
    check_rest_day,
)
from runningcoach.model.plan_edit import PlanFinding


class PlanRule(NamedTuple):
    """A rule of the validator: its code, what checks it, and the limits it rests on.

    `check` is None for rules about what a draft states, which a plan no longer holds.
    `needs_calendar`: it compares weeks and days, and says nothing of worth while the dates of a
    plan are wrong. `of_past`: it speaks of days that are over too.
    """

    code: str
    check: Callable[[RuleContext], Iterator[PlanFinding]] | None
    limits: tuple[str, ...] = ()
    needs_calendar: bool = True
    of_past: bool = False


PLAN_RULES: tuple[PlanRule, ...] = (
    PlanRule("V01", None, needs_calendar=False),
    PlanRule("V02", check_calendar, ("WEEK_DAYS",), needs_calendar=False, of_past=True),
    PlanRule(
        "V03",
        check_ramp,
        (
            *("RAMP_REFERENCE_WEEKS", "RAMP_WARN_SHARE", "RAMP_WARN_KM"),
            *("RAMP_ERROR_SHARE", "RAMP_ERROR_KM", "RAMP_SLACK_KM"),
        ),
    ),
    PlanRule(
        "V04",
        check_relief,
        (
            *("RELIEF_WEEK_SHARE", "RELIEF_LONG_SHARE", "RELIEF_REFERENCE_WEEKS"),
            *("LOAD_WEEKS_MOST", "LOAD_WEEK_KM"),
        ),
    ),
    PlanRule(
        "V05",
        check_single_run,
        (
            *("SINGLE_RUN_DAYS", "SINGLE_RUN_WARN_SHARE", "SINGLE_RUN_WARN_KM"),
            *("SINGLE_RUN_ERROR_SHARE", "SINGLE_RUN_ERROR_KM"),
        ),
    ),
    PlanRule("V06", check_long_share, ("LONG_SHARE_ERROR", "LONG_SHARE_LEAST_KM")),
    PlanRule("V07", check_hard_time, ("HARD_TIME_WARN", "HARD_TIME_ERROR", "HARD_TIME_LEAST_S")),
    PlanRule("V08", check_rest_day, ("REST_DAY_BELOW_KM",)),
    PlanRule("V09", check_spacing, ("QUALITY_LEAST_M", "QUALITY_LEAST_S", "HARD_LONG_RUN_M")),
    PlanRule("V10", check_quality_days, ("QUALITY_DAYS_MOST",)),
    PlanRule("V11", check_duration, ("DURATION_SLACK",)),
    PlanRule("V12", check_availability, needs_calendar=False, of_past=True),
    PlanRule("V13", check_paces, ("PACE_SLACK", "EASY_SLOWEST_SHARE"), needs_calendar=False),
    PlanRule(
        "V14",
        check_session_caps,
        (
            *("INTERVAL_WARN_M", "INTERVAL_ERROR_M", "INTERVAL_SHARE_FREE"),
            "INTERVAL_SHARE_ERROR",
            *("INTERVAL_SHARE_LEAST_M", "THRESHOLD_WARN_M", "THRESHOLD_ERROR_M"),
        ),
    ),
    PlanRule("V15", check_goal_race, ("RACE_DISTANCE_M", "RACE_DISTANCE_SLACK")),
    PlanRule(
        "V16",
        check_taper,
        (
            *("TAPER_RACE_WEEK_SHARE", "TAPER_WEEK_BEFORE_SHARE"),
            *("TAPER_REFERENCE_WEEKS", "TAPER_LEAST_PEAK_KM", "RACE_WEEK_FIRST_WEEKDAY"),
        ),
    ),
    PlanRule("V17", check_before_race, ("RACE_REST_DAYS", "OPENERS_MOST_M", "LONG_BEFORE_RACE_KM")),
    PlanRule("V18", check_after_break, ("BREAK_DAYS", "BREAK_EASY_DAYS")),
    PlanRule("V19", check_red_day, ("RED_EASY_DAYS",)),
    PlanRule("V20", check_acute_load, ("ACWR_WARN", "ACWR_LEAST_WEEK_KM")),
    PlanRule("V21", None, ("SUM_SLACK_SHARE", "SUM_SLACK_KM"), needs_calendar=False),
    PlanRule(
        "V22",
        None,
        (
            *("CONTRADICTION_SHARE", "MILE_KM", "UNIT_SLACK"),
            *("SLOWEST_RUN_S_PER_KM", "FASTEST_RUN_S_PER_KM"),
        ),
        needs_calendar=False,
    ),
    PlanRule(
        "V23",
        check_goal_floor,
        (
            *("GOAL_PEAK_WEEK_KM", "GOAL_LONG_RUN_KM", "GOAL_WEEKS"),
            *("GOAL_ERROR_SHARE", "GOALS_WITH_ERROR"),
        ),
    ),
)


def check_rules(context: RuleContext) -> list[PlanFinding]:
    """Return what the rules find, in their order.

    While the dates of a plan are wrong, only rules about dates and single sessions speak. What is
    over cannot be changed: there only the rules about dates and days speak.
    """
    findings: list[PlanFinding] = []
    for rule in PLAN_RULES:
        has_calendar = not any(finding.code == "V02" for finding in findings)
        if rule.check is not None and (has_calendar or not rule.needs_calendar):
            found = rule.check(context)
            findings.extend(f for f in found if rule.of_past or not _is_past(f, context))
    return _without_repetition(findings)


def _is_past(finding: PlanFinding, context: RuleContext) -> bool:
    """Return whether a finding is about a day or a week that is over."""
    if finding.day is not None:
        return finding.day < context.today
    return finding.week is not None and context.is_over(context.weeks[finding.week - 1])


def _without_repetition(findings: list[PlanFinding]) -> list[PlanFinding]:
    """Return the findings without those that state the cause of another once more.

    A run far too long makes its week too long; a week far too long makes acute load high.
    """
    long_runs = {f.week for f in findings if f.code == "V05" and f.severity == "error"}
    ramps = {f.week for f in findings if f.code == "V03"}

    def is_repetition(finding: PlanFinding) -> bool:
        if finding.code == "V03":
            return finding.severity == "warn" and finding.week in long_runs
        return finding.code == "V20" and finding.week in ramps

    return [finding for finding in findings if not is_repetition(finding)]
