"""Load, relief and taper weeks: the long run, one or two quality sessions, easy running."""

from datetime import timedelta

from runningcoach.base.units import M_PER_KM, S_PER_HOUR
from runningcoach.coach.plans.planner.context import GRAIN_M, floor_m
from runningcoach.coach.plans.planner.goals import MENU, MOST_LONG_SHARE
from runningcoach.coach.plans.planner.placement import (
    WEEK_DAYS,
    circular_gap,
    place_easy,
    place_quality,
)
from runningcoach.coach.plans.planner.quality import SessionLimits, quality_session
from runningcoach.coach.plans.planner.race_week import put_tune_up
from runningcoach.coach.plans.planner.reasons import (
    INTENSITY_SOURCE,
    PACES_SOURCE,
    SINGLE_RUN_SOURCE,
    note,
)
from runningcoach.coach.plans.planner.week import (
    EVERY_DAY_FROM_M,
    SHORTEST_EASY_M,
    WORTHWHILE_EASY_M,
    WeekSessions,
    easy_cap_m,
    long_share,
    most_runs,
    run_count,
    share_out,
)
from runningcoach.coach.plans.session_parameters import SessionParameters
from runningcoach.model.plan import Phase, PlanNote
from runningcoach.model.plan_draft import DraftTemplate
from runningcoach.model.plan_request import GoalKind

EASY: frozenset[DraftTemplate] = frozenset({"easy", "recovery"})
TRIMMED = EASY | {"long", "long_progression"}
NO_LONG_BEFORE_RACE_DAYS, NO_QUALITY_BEFORE_RACE_DAYS, TUNE_UP_CLEAR_DAYS = 6, 4, 3
LAST_LONG_DAYS = 11
HARD_SHARE = 0.18
"""Share of a week's time at threshold or faster: four fifths and more stay easy (Haugen 2022)."""
QUALITY_WEEK_SHARE, FIRST_OF_TWO = 0.40, 0.55
LITTLE_M, LITTLE_WEEKS = 20_000, 4
"""Below this weekly distance the first four weeks have no quality."""
LONG_RACES: frozenset[GoalKind] = frozenset({"hm", "m"})
"""Their long run is a hard day of its own: a second quality session needs a fifth day."""
ONE_QUALITY_M, TWO_QUALITY_M = 16_000, 40_000
"""From this weekly distance there is room for one and for two, beside easy running."""
TAPER_LONG, LAST_LONG, CUTBACK_LONG = 0.7, 0.5, 0.8
BLOCK_LONG_M, BLOCK_LONG_SHARE, BLOCK_WEEK_SHARE, LEAST_BLOCK_M = 14_000, 0.35, 0.18, 2_000
STRIDES, STRIDES_M = 4, 1_000
LONGEST_RECOVERY_M = 8_000
MIDDLE_LONG_DAYS, MIDDLE_LONG_WEIGHT, AFTER_HARD_WEIGHT = 5, 1.3, 0.8


def fill_load_week(week: WeekSessions) -> None:
    """Fill a week: long run first, then quality, then easy running up to the target."""
    put_tune_up(week)
    if (race := week.outline.tune_up) is not None:
        week.target_m = max(week.target_m / 2, week.target_m - race.distance_m)
    if not week.days:
        return
    runs = run_count(week)
    long_day = _put_long_run(week, runs)
    _put_quality(week, runs, long_day)
    _put_easy_runs(week, runs, long_day)
    _trim_longest_run(week)
    _keep_rest_day(week)
    _trim_longest_run(week)


def _keep_rest_day(week: WeekSessions) -> None:
    """Drop the shortest easy run of a week without a day off that came out short."""
    easy = [d for d, one in week.sessions.items() if one.parameters.template in EASY]
    if len(week.sessions) == WEEK_DAYS and week.planned_m < EVERY_DAY_FROM_M and easy:
        del week.sessions[min(easy, key=week.distance_m)]


def _trim_longest_run(week: WeekSessions) -> None:
    """Shorten the longest run where the other days could not take their part of the week."""
    easy = [d for d, one in week.sessions.items() if one.parameters.template in TRIMMED]
    if not easy or len(week.sessions) == 1:
        return
    day = max(easy, key=week.distance_m)
    share = MOST_LONG_SHARE.get(len(week.sessions), 0.6)
    metres = week.distance_m(day)
    others_m = week.planned_m - metres
    most_m = max(floor_m(share / (1 - share) * others_m), SHORTEST_EASY_M)
    if metres > most_m:
        parameters = week.sessions[day].parameters
        template: DraftTemplate = "easy" if parameters.template in EASY else "long"
        week.put(day, SessionParameters(template, distance_m=most_m), note("long_by_other_days"))


def _put_long_run(week: WeekSessions, runs: int) -> int | None:
    day = week.context.request.long_day
    to_race = week.days_to_race(day)
    is_near_race = to_race is not None and to_race < NO_LONG_BEFORE_RACE_DAYS
    if day not in week.free_days or is_near_race or _is_near_tune_up(week, day):
        return None
    metres, reason = _long_run_m(week, runs)
    if metres < SHORTEST_EASY_M:
        return None
    week.put(day, _long_session(week, metres), reason)
    return day


def _long_run_m(week: WeekSessions, runs: int) -> tuple[int, PlanNote]:
    """Return the long run [m], and which limit decided on it."""
    context, history = week.context, week.history
    share = long_share(week, runs)
    limits = {
        "long_by_share": share * week.target_m,
        "long_by_longest": week.single_run_limit_m(context.request.long_day, spare_m=0),
        "long_by_goal": context.rules.longest_m,
        "long_by_hours": context.rules.longest_min * 60 / context.easy_s_per_km * M_PER_KM,
        "long_by_limit": context.easy_limit_m(context.request.long_day),
    }
    longest = max(history.longest_m[-4:])
    if week.outline.taper_share is not None:
        to_race = week.days_to_race(context.request.long_day) or 0
        is_last = to_race < LAST_LONG_DAYS and len(context.rules.taper) > 2
        limits["long_in_taper"] = (LAST_LONG if is_last else TAPER_LONG) * longest
    elif week.outline.is_cutback:
        limits["long_in_cutback"] = CUTBACK_LONG * longest
    name = min(limits, key=lambda key: limits[key])
    metres = floor_m(limits[name])
    values = {"km": metres / M_PER_KM, "longest_km": round(longest / M_PER_KM, 1)}
    source = SINGLE_RUN_SOURCE if name == "long_by_longest" else ""
    return metres, note(name, source=source, percent=round(100 * share), **values)


def _long_session(week: WeekSessions, metres: int) -> SessionParameters:
    """Return the long run; every other one of a half or full marathon ends at marathon pace."""
    plain = SessionParameters("long", distance_m=metres)
    outline, goal = week.outline, week.context.request.goal
    is_specific = outline.phase in ({"build", "peak"} if goal == "m" else {"peak"})
    has_block = goal in {"m", "hm"} and is_specific and not outline.is_easier
    is_allowed = week.date_of(week.context.request.long_day) >= week.context.first_hard_day
    block_m = floor_m(min(BLOCK_LONG_SHARE * metres, BLOCK_WEEK_SHARE * week.target_m))
    is_long = metres >= BLOCK_LONG_M and block_m >= LEAST_BLOCK_M
    if has_block and is_allowed and is_long and outline.load_index % 2 == 0:
        return plain._replace(template="long_progression", reps=1, rep_m=block_m)
    return plain


def quality_count(week: WeekSessions) -> tuple[int, str]:
    """Return how many quality sessions the week may hold, and the rule that says so."""
    context, outline = week.context, week.outline
    is_new = context.start_m < LITTLE_M and outline.number < LITTLE_WEEKS
    if is_new or week.target_m < ONE_QUALITY_M:
        return 0, "quality_little"
    if outline.start + timedelta(days=6) < context.first_hard_day:
        return 0, "quality_after_break"
    if context.athlete.is_injured:
        return 1, "quality_injured"
    if outline.is_easier or outline.is_after_tune_up:
        return 1, "quality_easier"
    if context.request.goal == "return":
        return 1, "quality_return"
    return (2, "quality_two") if _can_hold_two(week) else (1, "quality_days")


def _can_hold_two(week: WeekSessions) -> bool:
    days, phase = len(set(week.context.request.available_weekdays)), week.outline.phase
    is_early = phase == "recovery" or (phase == "base" and days < 5)
    fewest = 5 if week.context.request.goal in LONG_RACES else 4
    return days >= fewest and not is_early and week.target_m >= TWO_QUALITY_M


def _put_quality(week: WeekSessions, runs: int, long_day: int | None) -> None:
    count, rule = quality_count(week)
    days = [day for day in week.free_days if _is_quality_allowed(week, day)]
    anchors = [*week.sessions]
    if long_day is None and week.context.request.long_day not in anchors:
        anchors.append(week.context.request.long_day)  # last week's may have been on it
    picks = sorted(place_quality(days, anchors, min(count, max(0, runs - 1))))
    if count and not picks:
        rule = "quality_no_day"
    week.reasons.append(note(rule, source=INTENSITY_SOURCE if count else "", count=len(picks)))
    for place, day in enumerate(picks):
        share = FIRST_OF_TWO if place == 0 and len(picks) > 1 else 1.0
        _put_quality_session(week, day, _template(week, place, len(picks)), share)


def _is_quality_allowed(week: WeekSessions, day: int) -> bool:
    to_race = week.days_to_race(day)
    is_near_race = to_race is not None and to_race < NO_QUALITY_BEFORE_RACE_DAYS
    if is_near_race or _is_near_tune_up(week, day) or week.is_near_last_quality(day):
        return False
    return week.date_of(day) >= week.context.first_hard_day


def _is_near_tune_up(week: WeekSessions, day: int) -> bool:
    """Tell whether a day is within three days before or after a race on the way."""
    races = week.context.request.tune_ups
    return any(abs((race.date - week.date_of(day)).days) < TUNE_UP_CLEAR_DAYS for race in races)


def _template(week: WeekSessions, place: int, count: int) -> DraftTemplate:
    """Return which session of the menu: both in a week of two, else in turn."""
    context = week.context
    phase: Phase = week.outline.phase
    if phase not in {"base", "build", "peak"}:
        phase = "base" if phase == "recovery" else "peak"
    menu = MENU[context.request.goal, phase]
    template = menu[(place if count > 1 else week.outline.load_index) % 2]
    if context.athlete.is_injured:
        return "cruise"
    return "fartlek" if template == "hills" and not context.request.with_hills else template


def _put_quality_session(
    week: WeekSessions, day: int, template: DraftTemplate, share: float
) -> None:
    limits = SessionLimits(
        distance_m=min(
            week.single_run_limit_m(day),
            QUALITY_WEEK_SHARE * week.target_m,
            week.target_m - week.planned_m + GRAIN_M,
        ),
        duration_s=week.context.limit_s(day),
        hard_s=share * _hard_room_s(week),
    )
    outline = week.outline
    session = quality_session(
        template, week.target_m, outline.load_share, week.context, limits,
        is_easier=outline.is_easier,
    )  # fmt: skip
    if session is None:
        week.reasons.append(note("quality_no_room", day=day))
        return
    hard = week.context.estimate(session).hard_s
    week.put(
        day,
        session,
        note(f"session_{template}", source=PACES_SOURCE, minutes=round(hard / 60)),
    )


def _hard_room_s(week: WeekSessions) -> float:
    """Return the time at threshold or faster that the week still holds [s]."""
    week_s = week.target_m / M_PER_KM * week.context.easy_s_per_km
    sessions = (week.context.estimate(session.parameters) for session in week.sessions.values())
    return min(HARD_SHARE * week_s, S_PER_HOUR) - sum(estimate.hard_s for estimate in sessions)


def _put_easy_runs(week: WeekSessions, runs: int, long_day: int | None) -> None:
    hard = [] if long_day is None else [long_day]
    hard += [day for day in week.sessions if day not in hard]
    left = week.target_m - week.planned_m
    days = place_easy(week.days, hard, _easy_count(week, runs, left))
    least = WORTHWHILE_EASY_M if week.target_m > LITTLE_M and len(days) > 1 else SHORTEST_EASY_M
    while days and left / len(days) < least:
        days = place_easy(week.days, hard, len(days) - 1)
    has_strides = bool(days) and _has_strides(week, days[-1])
    amount = left - (STRIDES_M if has_strides else 0)
    caps = [easy_cap_m(week, day) - (STRIDES_M if has_strides else 0) for day in days]
    weights = [_weight(week, day, hard, len(days)) for day in days]
    for day, metres in zip(days, share_out(amount, weights, caps), strict=True):
        if metres >= min(SHORTEST_EASY_M, max(caps)):
            strides = STRIDES if has_strides and day == days[-1] else 0
            week.put(day, _easy_session(day, metres, hard, strides), note("easy_rest"))


def _easy_count(week: WeekSessions, runs: int, left_m: float) -> int:
    """Return the number of easy runs: more than usual where each may only be short."""
    usual = max(0, runs - len(week.sessions))
    caps = sorted((easy_cap_m(week, day) for day in week.free_days), reverse=True)
    most = most_runs(week) - len(week.sessions)
    return next((n for n in range(usual, most) if sum(caps[:n]) >= left_m), max(usual, most))


def _has_strides(week: WeekSessions, day: int) -> bool:
    is_allowed = week.date_of(day) >= week.context.first_hard_day
    has_base = week.context.start_m >= LITTLE_M and not week.context.athlete.is_injured
    return is_allowed and has_base and not week.outline.is_easier


def _weight(week: WeekSessions, day: int, hard: list[int], count: int) -> float:
    """Return a day's part of the easy running: less after hard days, one medium-long run."""
    if _is_after(day, hard):
        return AFTER_HARD_WEIGHT
    is_middle = count > 2 and len(week.days) >= MIDDLE_LONG_DAYS and _is_middle(day, hard)
    return MIDDLE_LONG_WEIGHT if is_middle else 1.0


def _is_middle(day: int, hard: list[int]) -> bool:
    return bool(hard) and circular_gap(day, hard[0]) >= 3


def _is_after(day: int, hard: list[int]) -> bool:
    return any((day - other) % 7 == 1 for other in hard)


def _easy_session(day: int, metres: int, hard: list[int], strides: int) -> SessionParameters:
    is_recovery = _is_after(day, hard) and metres <= LONGEST_RECOVERY_M and not strides
    template: DraftTemplate = "recovery" if is_recovery else "easy"
    return SessionParameters(template, distance_m=metres, strides=strides)
