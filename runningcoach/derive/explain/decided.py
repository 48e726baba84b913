"""Numbers of an activity that are decided for it as a whole, not by its samples alone."""

from runningcoach.derive.explain.parts import Account, Part, known
from runningcoach.metrics.sports import BY_TIMER, counted_time_s, decided_climb_m
from runningcoach.model.activity import Activity, ActivityMetrics
from runningcoach.store.facts import Facts

CLIMBS = {"elevation_gain_m": "ascent_m", "elevation_loss_m": "descent_m"}
"""Which total of the activity stands for which number of its samples."""


def value(name: str, activity: Activity, metrics: ActivityMetrics) -> float | None:
    """Return the value that pages show of a quantity; None for all that is not decided."""
    if name in CLIMBS:
        return decided_climb_m(getattr(activity, CLIMBS[name]), getattr(metrics, name))
    if name == "moving_s":
        moving_s, timer_s = metrics.moving_s, activity.timer_s
        return counted_time_s(activity.sport, moving_s, timer_s, activity.elapsed_s)
    return None


def account(name: str, activity: Activity, facts: Facts, own: Account) -> Account:
    """Return how a number was decided; `own` where its samples decided it."""
    if name in CLIMBS:
        return _climbed(name, activity, facts, own) or own
    if name == "moving_s" and activity.sport in BY_TIMER:
        return Account([Part("timer_s", activity.timer_s, "s", "activity")], "activity.timer_s")
    return own


def _climbed(name: str, activity: Activity, facts: Facts, own: Account) -> Account | None:
    total = getattr(activity, CLIMBS[name])
    if total is None or activity.ascent_source == "altitude":
        return None
    parts = [
        Part(CLIMBS[name], total, "m", "device"),
        Part("by_altitude_m", known(getattr(facts, name)), "m", "samples"),
    ]
    return Account(parts, f"activity.{CLIMBS[name]}", own.garmin)
