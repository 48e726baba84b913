"""What a session of the library is made from, and what is assumed where nothing is stated."""

from typing import NamedTuple

from runningcoach.model.plan_draft import DraftIntensity, DraftTemplate


class SessionParameters(NamedTuple):
    """A template and its sizes: the whole session's distance [m] or duration [s], and its set.

    `rep_m` or `rep_s` is the size of one repetition. `pace_s_per_km` overrides the pace that
    follows from the intensity. `name` is a race's.
    """

    template: DraftTemplate
    distance_m: int | None = None
    duration_s: int | None = None
    reps: int | None = None
    rep_m: int | None = None
    rep_s: int | None = None
    recovery_s: int | None = None
    intensity: DraftIntensity | None = None
    pace_s_per_km: int | None = None
    strides: int = 0
    is_treadmill: bool = False
    note: str = ""
    name: str = ""


WARMUP_S, COOLDOWN_S = 900, 600
WARMUP_SHARE = 0.6
"""Of what the stated distance leaves beside the set, the rest is for the cool-down."""
LONG_COOLDOWN_M = 1_500
RUN_WALK_WARMUP_S = 300
STRIDE_S, STRIDE_RECOVERY_S = 20, 60
INTENSITIES: dict[DraftTemplate, DraftIntensity] = {
    **dict.fromkeys(("easy", "recovery", "long"), "E"),
    **dict.fromkeys(("steady", "race_pace", "long_progression"), "M"),
    **dict.fromkeys(("tempo", "cruise"), "T"),
    "vo2max": "I",
    "repetition": "R",
}
"""What a template is run at; the others have no target."""

DEFAULT_SETS: dict[DraftTemplate, SessionParameters] = {
    "tempo": SessionParameters("tempo", reps=1, rep_s=1_200),
    "cruise": SessionParameters("cruise", reps=3, rep_m=1_600, recovery_s=60),
    "vo2max": SessionParameters("vo2max", reps=5, rep_s=180, recovery_s=120),
    "repetition": SessionParameters("repetition", reps=6, rep_m=200),
    "hills": SessionParameters("hills", reps=6, rep_s=45, recovery_s=90),
    "fartlek": SessionParameters("fartlek", reps=8, rep_s=60, recovery_s=60),
    "race_pace": SessionParameters("race_pace", reps=1, rep_s=1_200),
    "run_walk": SessionParameters("run_walk", reps=8, rep_s=60, recovery_s=90),
}
"""The set of a template where a draft states none."""
DEFAULT_DURATION_S = 1_800
DEFAULT_RECOVERY_S = 60
VO2MAX_RECOVERY_SHARE = 0.7
"""The jog between intervals, as a share of the time of a repetition."""
HEART_RATE_ZONES = {"E": 2, "HR_Z2": 2, "M": 3, "T": 4, "I": 5}
"""Zones that stand for a band where no pace is known: R is too short for the heart to follow."""
