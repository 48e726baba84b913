"""CPU time of making a plan, of checking it against the rules, and of what it leads to.

    python -m benchmarks.plans

The median over ten levels of runners must be made within 0.5 of the CPU time of the loop in
`benchmarks.calibration`; a plan of 18 weeks must be checked and simulated within 0.22 each: twice
what was measured. Sessions measured once are remembered by the process.
"""

from statistics import median

from benchmarks.calibration import numpy_ms
from benchmarks.decode import best_cpu_s
from runningcoach.coach.plans.planner import make_plan
from runningcoach.coach.plans.simulation import simulate
from runningcoach.coach.plans.validator import validate
from tools.print_plans import PROFILES, plan_of

MOST_RATIOS = {"made": 0.5, "checked": 0.22, "simulated": 0.22}
ROUNDS = 10
LONG_WEEKS = 18


def best_ms() -> dict[str, float]:
    """Return the CPU milliseconds of each step."""
    plans = [plan_of(profile) for profile in PROFILES]
    made = [best_cpu_s(lambda p=p, a=a: make_plan(p.request, a, "en"), ROUNDS) for p, a in plans]
    plan, athlete = next(pair for pair in plans if len(pair[0].weeks) == LONG_WEEKS)
    known = athlete.model_copy(update={"ctl": 40.0, "atl": 42.0})
    return {
        "made": 1e3 * median(made),
        "checked": 1e3 * best_cpu_s(lambda: validate(plan, known), ROUNDS),
        "simulated": 1e3 * best_cpu_s(lambda: simulate(plan, known), ROUNDS),
    }


def main() -> int:
    """Print the figures; return 1 if one is too slow."""
    ratios = {name: (ms, ms / numpy_ms()) for name, ms in best_ms().items()}
    for name, (ms, ratio) in ratios.items():
        print(f"a plan {name}: {ms:.1f} ms, {ratio:.2f} of the calibration")
    return int(any(ratio > MOST_RATIOS[name] for name, (_, ratio) in ratios.items()))


if __name__ == "__main__":
    raise SystemExit(main())
