"""Where one step of a run may have ended and the next begun."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from runningcoach.coach.plans.adherence.planned_steps import PlannedStep
from runningcoach.coach.plans.adherence.run_series import RunTimeline
from runningcoach.metrics.windows import Floats

LONGEST_WINDOW_S, SHORTEST_WINDOW_S = 20, 6
LEAST_CHANGE_SHARE, LEAST_CHANGE_MPS = 0.08, 0.2
"""A change of speed from which a step may have ended: ours; the watch's noise stays below."""
MOST_CHANGES, MOST_CUTS = 90, 110
APART_S = 6
LATE_PRESS_S = 30
"""A change of speed this near to a lap's end is the step's, and the button was pressed late."""

LAP_COST, CHANGE_COST, CUT_COST = 0.0, 0.05, 0.15
CHANGE_IN_LAP_COST, CUT_IN_LAP_COST = 0.2, 0.4
"""How unlikely each kind of border is: a pressed lap, a change of speed, only a planned length."""


class StepBorders(NamedTuple):
    """Seconds of the course at which steps may begin or end, with the cost of each."""

    second: NDArray[np.int64]
    cost: Floats


def step_borders(course: RunTimeline, steps: Sequence[PlannedStep]) -> StepBorders:
    """Return the borders of laps, changes of speed, and planned lengths counted from these."""
    n = len(course)
    firm = _apart([0, n, *course.joint_s.tolist(), *course.lap_s.tolist()], (), 1)
    has_laps = len(course.lap_s) > 0
    changes = _apart(speed_changes(course.gap_mps[0], _window_s(steps)), firm, APART_S)
    cuts = _apart(_planned_cuts(course, steps, [*firm, *changes]), [*firm, *changes], APART_S)
    cuts = [second for second in cuts if 0 < second < n]
    costs = dict.fromkeys(firm, LAP_COST)
    costs |= {second: _change_cost(second, firm, has_laps) for second in changes}
    costs |= dict.fromkeys(cuts[:MOST_CUTS], CUT_IN_LAP_COST if has_laps else CUT_COST)
    seconds = sorted(second for second in costs if 0 <= second <= n)
    return StepBorders(np.array(seconds), np.array([costs[second] for second in seconds]))


def _change_cost(second: int, firm: Sequence[int], has_laps: bool) -> float:
    if not has_laps:
        return CHANGE_COST
    is_late_press = min(abs(second - edge) for edge in firm) <= LATE_PRESS_S
    return CHANGE_COST if is_late_press else CHANGE_IN_LAP_COST


def _window_s(steps: Sequence[PlannedStep]) -> int:
    """Return over how many seconds speeds are compared: half of the shortest step."""
    shortest = min((step.expected_s for step in steps), default=LONGEST_WINDOW_S)
    return int(np.clip(shortest / 2, SHORTEST_WINDOW_S, LONGEST_WINDOW_S))


def speed_changes(speed_mps: Floats, window_s: int) -> list[int]:
    """Return the seconds at which speed changes most, the largest changes first.

    A change is the mean of the window after a second less that of the window before it.
    """
    n = len(speed_mps)
    if n < 2 * window_s:
        return []
    total = np.concatenate(([0.0], np.cumsum(speed_mps)))
    mean = (total[window_s:] - total[:-window_s]) / window_s
    change = np.abs(mean[window_s:] - mean[:-window_s])
    level = np.maximum(mean[window_s:], mean[:-window_s])
    least = np.maximum(LEAST_CHANGE_MPS, LEAST_CHANGE_SHARE * level)
    peak = change >= least
    peak[1:] &= change[1:] >= change[:-1]
    peak[:-1] &= change[:-1] > change[1:]
    at = np.flatnonzero(peak)
    order = at[np.argsort(-change[at], kind="stable")]
    return _apart((order + window_s).tolist(), (), window_s // 2)[:MOST_CHANGES]


def _apart(seconds: Iterable[int], others: Sequence[int], least_s: int) -> list[int]:
    """Return the seconds, in their order, that are not near one before or one of the others."""
    taken = list(others)
    out: list[int] = []
    for second in seconds:
        if all(abs(second - other) >= least_s for other in taken):
            taken.append(second)
            out.append(second)
    return out


def _planned_cuts(
    course: RunTimeline, steps: Sequence[PlannedStep], borders: Sequence[int]
) -> list[int]:
    """Return where steps would end that begin at a border, or begin that end at one."""
    total = np.concatenate(([0.0], np.cumsum(course.way_m)))
    lengths = list(dict.fromkeys((s.seconds, s.meters) for s in steps if s.seconds or s.meters))
    out: list[int] = []
    for border in sorted(borders):
        for seconds, meters in lengths:
            for way in (1, -1):
                if seconds is not None:
                    out.append(border + way * seconds)
                elif meters is not None:
                    out.append(int(np.searchsorted(total, total[border] + way * meters)))
    return [second for second in out if 0 < second < len(course)]
