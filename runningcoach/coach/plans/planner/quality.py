"""Quality sessions: how many repetitions of what, for a week's distance and the limits of a day."""

from collections.abc import Iterator
from typing import NamedTuple

from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans.estimates import band_pace_s_per_km
from runningcoach.coach.plans.paces import race_pace_s_per_km
from runningcoach.coach.plans.planner.context import GRAIN_M, PlanningContext
from runningcoach.coach.plans.session_parameters import SessionParameters
from runningcoach.model.plan_draft import DraftTemplate


class SessionLimits(NamedTuple):
    """What a session may be at most: distance [m], time [s], and time at threshold or faster."""

    distance_m: float
    duration_s: float
    hard_s: float


THRESHOLD_SHARE, VO2MAX_SHARE, REPETITION_SHARE = (0.08, 0.11), (0.06, 0.08), (0.04, 0.05)
RACE_PACE_SHARE = (0.12, 0.18)
"""Share of the week's distance at the pace, at the begin and at the peak of a plan: up to
Daniels' limits of 10, 8 and 5 % (Running Formula), race pace more."""
EASIER_SHARE = 0.65
"""Relief and taper keep the pace and cut the amount (Wang 2023)."""
LONG_REP_M, SHORT_REP_M, LONGEST_THRESHOLD_REP_S = 1_600, 1_000, 600
VO2MAX_REPS_M, LONGEST_VO2MAX_REP_S = (1_200, 1_000, 800, 600, 400), 290
"""Intervals of up to five minutes."""
WORTHWHILE_REPS = 3
"""Shorter repetitions where there would be fewer of the longer ones: so that a set can grow."""
SLOW_REPETITION_S_PER_KM = 280
MOST_VO2MAX_M, MOST_REPETITION_M = 10_000, 8_000
SHORTEST_TEMPO_S, LONGEST_TEMPO_S, TEMPO_STEP_S = 720, 2_400, 120


def quality_session(
    template: DraftTemplate,
    week_m: float,
    load_share: float,
    context: PlanningContext,
    limits: SessionLimits,
    *,
    is_easier: bool = False,
) -> SessionParameters | None:
    """Return a session of a template that fits the week and the limits; None where none does."""
    amount_m = week_m * (EASIER_SHARE if is_easier else 1.0)
    largest = _LARGEST[template](amount_m, load_share, context)
    for smaller in _smaller(largest):
        sized = _whole(smaller, context)
        estimate = context.estimate(sized)
        if (
            estimate.run_m <= limits.distance_m
            and estimate.duration_s <= limits.duration_s
            and estimate.hard_s <= limits.hard_s
        ):
            return sized
    return None


def _whole(parameters: SessionParameters, context: PlanningContext) -> SessionParameters:
    """Set the whole distance: the set with warm-up and cool-down, to half kilometres."""
    distance_m = context.estimate(parameters).run_m
    return parameters._replace(distance_m=round(distance_m / GRAIN_M) * GRAIN_M)


def _smaller(parameters: SessionParameters) -> Iterator[SessionParameters]:
    """Yield the session and ever smaller ones, down to the least that is worth it."""
    if parameters.reps == 1:
        for seconds in range(parameters.rep_s or 0, SHORTEST_TEMPO_S - 1, -TEMPO_STEP_S):
            yield parameters._replace(rep_s=seconds)
        return
    for reps in range(parameters.reps or 0, _FEWEST[parameters.template] - 1, -1):
        yield parameters._replace(reps=reps)


def _cruise(week_m: float, load_share: float, context: PlanningContext) -> SessionParameters:
    pace = band_pace_s_per_km("T", context.paces)
    amount = week_m * _between(THRESHOLD_SHARE, load_share)
    is_fast = pace * LONG_REP_M / M_PER_KM <= LONGEST_THRESHOLD_REP_S
    rep_m = LONG_REP_M if is_fast and amount >= WORTHWHILE_REPS * LONG_REP_M else SHORT_REP_M
    reps = _clamp(amount / rep_m, 2, 8)
    return SessionParameters("cruise", reps=reps, rep_m=rep_m, recovery_s=60)


def _tempo(week_m: float, load_share: float, context: PlanningContext) -> SessionParameters:
    pace = band_pace_s_per_km("T", context.paces)
    seconds = week_m * _between(THRESHOLD_SHARE, load_share) / M_PER_KM * pace
    steps = _clamp(
        seconds / TEMPO_STEP_S, SHORTEST_TEMPO_S // TEMPO_STEP_S, LONGEST_TEMPO_S // TEMPO_STEP_S
    )
    return SessionParameters("tempo", reps=1, rep_s=steps * TEMPO_STEP_S)


def _vo2max(week_m: float, load_share: float, context: PlanningContext) -> SessionParameters:
    pace = band_pace_s_per_km("I", context.paces)
    amount = min(week_m * _between(VO2MAX_SHARE, load_share), MOST_VO2MAX_M)
    rep_m = next(
        (
            m
            for m in VO2MAX_REPS_M
            if pace * m / M_PER_KM <= LONGEST_VO2MAX_REP_S and amount >= WORTHWHILE_REPS * m
        ),
        VO2MAX_REPS_M[-1],
    )
    fewest = 3 if rep_m > VO2MAX_REPS_M[-1] else 4
    return SessionParameters("vo2max", reps=_clamp(amount / rep_m, fewest, 8), rep_m=rep_m)


def _repetition(week_m: float, load_share: float, context: PlanningContext) -> SessionParameters:
    pace = band_pace_s_per_km("R", context.paces)
    rep_m = 200 if pace > SLOW_REPETITION_S_PER_KM else 400
    amount = min(week_m * _between(REPETITION_SHARE, load_share), MOST_REPETITION_M)
    return SessionParameters("repetition", reps=_clamp(amount / rep_m, 4, 14), rep_m=rep_m)


def _hills(week_m: float, load_share: float, _: PlanningContext) -> SessionParameters:
    reps = _clamp(4 + week_m / 20_000 + 2 * load_share, 5, 12)
    return SessionParameters("hills", reps=reps, rep_s=45, recovery_s=90)


def _fartlek(week_m: float, load_share: float, _: PlanningContext) -> SessionParameters:
    reps = _clamp(5 + week_m / 20_000 + 2 * load_share, 5, 12)
    return SessionParameters("fartlek", reps=reps, rep_s=60, recovery_s=60)


def _race_pace(week_m: float, load_share: float, context: PlanningContext) -> SessionParameters:
    rep_m = 2_000 if week_m < 50_000 else 3_000
    reps = _clamp(week_m * _between(RACE_PACE_SHARE, load_share) / rep_m, 2, 5)
    return SessionParameters(
        "race_pace",
        reps=reps,
        rep_m=rep_m,
        recovery_s=90,
        intensity="M" if context.request.goal == "m" else "T",
        pace_s_per_km=goal_pace_s_per_km(context),
    )


def goal_pace_s_per_km(context: PlanningContext) -> int | None:
    """Return the pace of the goal race today [s/km]; None for heart rate or without a race."""
    paces, distance_m = context.target_paces, context.rules.race_m
    if paces is None or distance_m is None:
        return None
    pace = race_pace_s_per_km(paces.pace_index, distance_m)
    return None if pace is None else round(pace)


def _between(shares: tuple[float, float], load_share: float) -> float:
    low, high = shares
    return low + (high - low) * load_share


def _clamp(value: float, low: int, high: int) -> int:
    return min(max(round(value), low), high)


_LARGEST = {
    "cruise": _cruise,
    "tempo": _tempo,
    "vo2max": _vo2max,
    "repetition": _repetition,
    "hills": _hills,
    "fartlek": _fartlek,
    "race_pace": _race_pace,
}
_FEWEST = {"cruise": 2, "vo2max": 3, "repetition": 4, "hills": 4, "fartlek": 4, "race_pace": 2}
