"""What each goal needs: taper, growth, weekly distance and the long run.

Every number of the planner that depends on the goal stands here.
"""

from typing import NamedTuple

from runningcoach.model.plan import Phase
from runningcoach.model.plan_draft import DraftTemplate
from runningcoach.model.plan_request import GoalKind


class GoalRules(NamedTuple):
    """Rules of a goal; distances in metres.

    `taper` are shares of the last load week, the race week last (Wang 2023: two to three weeks,
    41 to 60 % less, intensity kept). `growth` is how far the weekly distance may grow, steady and
    ambitious. `worthwhile_m` is the weekly distance that novice plans for the goal lead to;
    `longest_m` and `longest_min` limit the long run.
    """

    race_m: int | None
    taper: tuple[float, ...]
    growth: tuple[float, float]
    worthwhile_m: int
    longest_m: int
    longest_min: int
    long_share_more: float
    default_weeks: int


GOALS: dict[GoalKind, GoalRules] = {
    "5k": GoalRules(5_000, (0.50,), (1.30, 1.40), 24_000, 16_000, 110, 0.0, 10),
    "10k": GoalRules(10_000, (0.50,), (1.35, 1.50), 30_000, 18_000, 120, 0.0, 12),
    "hm": GoalRules(21_097, (0.70, 0.45), (1.40, 1.60), 38_000, 22_000, 150, 0.06, 12),
    "m": GoalRules(42_195, (0.80, 0.60, 0.40), (1.50, 1.80), 56_000, 34_000, 210, 0.13, 16),
    "fit": GoalRules(None, (), (1.20, 1.30), 24_000, 16_000, 110, 0.0, 12),
    "return": GoalRules(None, (), (1.30, 1.50), 18_000, 16_000, 110, 0.0, 8),
    "first_5k": GoalRules(5_000, (0.60,), (1.20, 1.20), 15_000, 6_000, 60, 0.0, 10),
}

LONG_SHARE = {3: 0.45, 4: 0.38, 5: 0.33, 6: 0.30, 7: 0.28}
"""The long run's share of the week by running days; half and full marathon add to it."""
MOST_LONG_SHARE = {3: 0.60, 4: 0.54, 5: 0.47, 6: 0.43, 7: 0.36}
"""No more than this, whatever the goal: a tenth below what the checks refuse."""

FULL_GROWTH_M = 50_000
"""Growth applies to this much of the weekly distance: who runs more adds less in proportion."""
KM_PER_DAY_M = {"m": 15_000}
KM_PER_DAY_DEFAULT_M = 13_000
"""Mean distance per running day above which more days are needed, not longer ones."""
TIME_BUDGET_SHARE = 0.85
"""Of the time that the limits allow, a plan uses this much."""

MENU: dict[tuple[GoalKind, Phase], tuple[DraftTemplate, DraftTemplate]] = {
    ("5k", "base"): ("hills", "cruise"),
    ("5k", "build"): ("vo2max", "cruise"),
    ("5k", "peak"): ("vo2max", "repetition"),
    ("10k", "base"): ("cruise", "hills"),
    ("10k", "build"): ("cruise", "vo2max"),
    ("10k", "peak"): ("vo2max", "cruise"),
    ("hm", "base"): ("cruise", "hills"),
    ("hm", "build"): ("tempo", "vo2max"),
    ("hm", "peak"): ("race_pace", "cruise"),
    ("m", "base"): ("cruise", "hills"),
    ("m", "build"): ("tempo", "vo2max"),
    ("m", "peak"): ("cruise", "race_pace"),
    ("fit", "base"): ("hills", "cruise"),
    ("fit", "build"): ("cruise", "vo2max"),
    ("fit", "peak"): ("cruise", "vo2max"),
    ("return", "base"): ("fartlek", "cruise"),
    ("return", "build"): ("fartlek", "cruise"),
    ("return", "peak"): ("cruise", "fartlek"),
    ("first_5k", "base"): ("fartlek", "fartlek"),
    ("first_5k", "build"): ("fartlek", "fartlek"),
    ("first_5k", "peak"): ("fartlek", "fartlek"),
}
"""The two quality sessions of a goal and phase, in turn where there is room for only one."""
SHARPENER: dict[GoalKind, DraftTemplate] = {"hm": "cruise", "m": "cruise"}
"""The last quality session before the race; intervals for shorter races."""

RETURN_FACTORS = ((5, 1.0), (13, 0.9), (27, 0.7), (55, 0.5))
RETURN_FACTOR_LONG = 0.35
"""Share of the former weekly distance to begin with, by days without a run."""
NEW_RUNNER_M = 12_000
"""Below this weekly distance, or after nothing at all, a plan begins with run-walk by time."""

LEAST_LONG_SHARE = 0.37
"""A race is refused where the longest run before it would stay below this share of it."""
GAIN_PER_WEEK, GAIN_GRACE = 0.25, 0.03
"""What pace index may rise by training: about a point in four weeks (Daniels' Running Formula:
a point every four to six weeks), and what a good day gives."""
