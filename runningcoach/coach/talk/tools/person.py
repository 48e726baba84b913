"""Tools on the runner: who it is, the goal, zones and paces."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from runningcoach.base import periods
from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.limits import RACE_DISTANCE_M
from runningcoach.coach.talk.tools.body import last_weight
from runningcoach.coach.talk.tools.performance import prediction_fields
from runningcoach.coach.talk.tools.result_fields import (
    WEEKDAYS,
    day_fields,
    distance_name,
    km,
    known,
    pace_fields,
    rounded,
    time_fields,
)
from runningcoach.coach.talk.tools.strict_schema import NoArguments
from runningcoach.coach.talk.tools.tool_context import Fields, ToolContext
from runningcoach.derive import zones as derived_zones
from runningcoach.metrics.benchmarks import hrmax_prior
from runningcoach.model.fitness import Baseline, RacePrediction
from runningcoach.model.plan_request import AthleteState, TrainingPaces
from runningcoach.model.stored_plan import PlannedRace, StoredPlan
from runningcoach.store import (
    benchmarks,
    fitness,
    plans,
    race_predictions,
    races,
    sync_status,
    training_history,
)
from runningcoach.store.benchmarks import BenchmarkDetail

VO2MAX_DAYS = 60
SHOES, MOST_SHOES = "shoe", 5
BENCHMARKS = {"hrmax_bpm": 0, "hrrest_bpm": 0, "lthr_bpm": 0}
NEVER_KNOWN = {
    "lactate": "no lactate test is recorded; only estimates of threshold pace and heart rate are",
    "injuries": "not recorded; the runner has to be asked",
}
NEAR_M = 200.0
DAYS_A_WEEK = 7


class RunnerState(NamedTuple):
    """What several tools tell of a runner, loaded once."""

    athlete: AthleteState
    limits: Mapping[str, BenchmarkDetail]
    history: Baseline | None
    predictions: Sequence[RacePrediction]


def load_state(context: ToolContext) -> RunnerState:
    """Return what several tools tell of the runner as of today."""
    conn, user_id, today = context.conn, context.user.id, context.today
    return RunnerState(
        athlete=load_athlete(conn, user_id, today),
        limits=benchmarks.in_force(conn, user_id, today),
        history=race_predictions.baseline(conn, user_id),
        predictions=race_predictions.predictions(conn, user_id),
    )


def athlete(context: ToolContext, _: NoArguments) -> Fields:
    """Return what is known of the runner: age, limits of heart rate, habits, VO2max."""
    return athlete_fields(context, load_state(context))


def athlete_fields(context: ToolContext, runner: RunnerState) -> Fields:
    """Return the result of `athlete`."""
    conn, user_id, today = context.conn, context.user.id, context.today
    state, history = runner.athlete, runner.history
    profile = fitness.get_profile(conn, user_id)
    first = periods.span_start(today, VO2MAX_DAYS)
    missing = dict(NEVER_KNOWN)
    if state.age is None:
        missing["age"] = "no date of birth is set"
    fields: Fields = {
        "as_of": today.isoformat(),
        "age": state.age,
        "sex": None if profile.sex == "unknown" else profile.sex,
        "hrmax_by_age_bpm": None if state.age is None else rounded(hrmax_prior(state.age)[0]),
        **_limits(runner),
        "watch_vo2max": rounded(training_history.garmin_vo2max(conn, user_id, first, today), 1),
        "days_since_last_run": state.days_since_run if context.allows("training") else None,
        "whole_weeks_oldest_first_km": [rounded(w, 1) for w in state.weekly_km],
        "habits": habit_fields(history) if history else None,
        "shoes": _shoes(context) or None,
    }
    if fields["shoes"] is None:
        missing["shoes"] = "no shoes are listed"
    if context.allows("health"):
        weight = last_weight(context)
        fields |= weight
        if not weight:
            missing["weight_kg"] = "no body weight is recorded in the last year"
    else:
        missing["weight_kg"] = "not among what the runner shares"
    if history is None:
        missing["history"] = "no run is recorded yet"
    return known(fields | {"missing": missing})


def _limits(runner: RunnerState) -> Fields:
    """Return limits of heart rate with where they come from and since when they count."""
    return {
        kind: {
            "value": rounded(row.value),
            "source": row.source,
            "since": row.valid_from.isoformat(),
        }
        for kind in BENCHMARKS
        if (row := runner.limits.get(kind))
    }


def _shoes(context: ToolContext) -> list[Fields]:
    """Return the shoes in use, newest first, by numbers: names stay here."""
    listed = sync_status.gear(context.conn, context.user.id)
    shoes = [row for row in listed if not row.is_retired and SHOES in (row.kind or "").casefold()]
    return [
        known(
            {
                "shoe": number,
                "distance_km": km(row.distance_m, 0),
                "limit_km": km(row.limit_m, 0),
                "since": row.first_used.isoformat() if row.first_used else None,
            }
        )
        for number, row in enumerate(shoes[:MOST_SHOES], 1)
    ]


def habit_fields(history: Baseline) -> Fields:
    """Return the history in a few figures."""
    return known(
        {
            "history_begins": history.first_run.isoformat(),
            "runs": history.runs,
            "distance_km": km(history.distance_m, 0),
            "typical_week_km": km(history.typical_week_m, 1),
            "typical_runs_a_week": rounded(history.typical_week_runs, 1),
            "typical_long_run_km": km(history.typical_long_run_m, 1),
            "usual_days": [WEEKDAYS[day] for day in history.usual_weekdays],
            "longest_run_km": km(history.longest_run_m, 1),
            "vo2max_trend": rounded(history.vo2max_trend, 1),
        }
    )


def goal(context: ToolContext, _: NoArguments) -> Fields:
    """Return the goal race: its day, how far away it is, target, predicted time; other races."""
    predictions = race_predictions.predictions(context.conn, context.user.id)
    current = plans.get_current(context.conn, context.user.id)
    return goal_fields(context, predictions, current)


def goal_fields(
    context: ToolContext, predictions: Sequence[RacePrediction], current: StoredPlan | None
) -> Fields:
    """Return the result of `goal`; `current` is the plan that is followed."""
    today = context.today
    entered = races.list_races(context.conn, context.user.id, today)
    aim = next((race for race in entered if race.priority == "A"), None)
    race = (
        _race_fields(aim, today, predictions) if aim else _planned_race(current, today, predictions)
    )
    missing = {"course": "no course data: no climb, no profile, no weather of the race"}
    if not race:
        missing["goal"] = "no race is entered and no plan has one"
    return known(
        {
            "today": day_fields(context.today),
            "goal": race or None,
            "plan_goal": current.plan.request.goal if current else None,
            "other_races": [
                _race_fields(one, today, predictions) for one in entered if one is not aim
            ],
            "missing": missing,
        }
    )


def _planned_race(
    current: StoredPlan | None, today: date, predictions: Sequence[RacePrediction]
) -> Fields:
    request = current.plan.request if current else None
    if request is None or request.race_date is None or request.race_date < today:
        return {}
    metres = RACE_DISTANCE_M.get(request.goal)
    if metres is None:
        return race_countdown(request.race_date, today)
    return {
        **race_countdown(request.race_date, today),
        **_distance_fields(metres, request.target_time_s, predictions),
    }


def _race_fields(race: PlannedRace, today: date, predictions: Sequence[RacePrediction]) -> Fields:
    return {
        "priority": race.priority,
        **race_countdown(race.date, today),
        **_distance_fields(race.distance_m, race.target_time_s, predictions),
    }


def race_countdown(day: date, today: date) -> Fields:
    """Return the day of a race and how far away it is."""
    days = periods.days_until(day, today)
    weeks, rest = divmod(days, DAYS_A_WEEK)
    return {
        **day_fields(day),
        "days_left": days,
        "weeks_left": weeks,
        "and_days": rest,
        "race_week_start": periods.week_start(day).isoformat(),
        "calendar_weeks_left": (periods.week_start(day) - periods.week_start(today)).days
        // DAYS_A_WEEK,
    }


def _distance_fields(
    metres: float, target_s: int | None, predictions: Sequence[RacePrediction]
) -> Fields:
    predicted = next(
        (row for row in predictions if row.time_s and abs(row.distance_m - metres) <= NEAR_M), None
    )
    speed = metres / target_s if target_s else None
    return known(
        {
            "distance": _race_name(metres),
            "distance_km": km(metres, 3),
            **time_fields(target_s, "target_time"),
            **pace_fields(speed, "target_pace"),
            "predicted": prediction_fields(predicted) if predicted else None,
        }
    )


def _race_name(metres: float) -> str:
    known_m = [21_097.5, 42_195.0]
    near = next((named for named in known_m if abs(named - metres) <= NEAR_M), metres)
    return distance_name(near)


def zones(context: ToolContext, _: NoArguments) -> Fields:
    """Return zones of heart rate, training paces, and what they rest on."""
    return zone_fields(context, load_state(context))


def zone_fields(context: ToolContext, runner: RunnerState) -> Fields:
    """Return the result of `zones`."""
    state, in_force = runner.athlete, runner.limits
    ranges = derived_zones.hr_ranges(in_force)
    missing: dict[str, str] = {"lactate": NEVER_KNOWN["lactate"]}
    if not ranges:
        missing["hr_zones"] = "no zones of heart rate are known"
    if state.paces is None:
        missing["paces"] = "no race or hard effort of 60 days to take paces from"
    threshold = in_force.get("threshold_speed_mps")
    return known(
        {
            "as_of": context.today.isoformat(),
            "hr_zones_bpm": [
                known({"zone": z, "low": low, "high": high}) for z, low, high in ranges
            ],
            "paces": pace_bands(state.paces) if state.paces else None,
            **_limits(runner),
            **pace_fields(threshold.value if threshold else None, "threshold_pace_estimate"),
            "missing": missing,
        }
    )


def pace_bands(paces: TrainingPaces) -> Fields:
    """Return training paces by band, slow end first, and what they come from."""
    bands = ("easy", "marathon", "threshold", "interval", "repetition")
    return {
        "rest_on": paces.source,
        "pace_index": rounded(paces.pace_index, 1),
        **{band: pace_range_text(getattr(paces, band)) for band in bands},
    }


def pace_range_text(band: tuple[int, int]) -> str:
    """Return a range of pace, the slow end first."""
    slow, fast = (pace_fields(M_PER_KM / s)["pace"].removesuffix("/km") for s in band)
    return f"{slow}-{fast}/km"
