"""RunningCoach: the running coach that lives on your own machine.

    import runningcoach as rc

    rc.activities()             # every activity, newest first
    rc.samples(42)              # the samples of activity 42
    rc.daily()                  # load, fitness, form and readiness by day
    rc.health()                 # heart rate at rest, HRV and sleep by day
    rc.sql("SELECT ...")        # one SELECT over tables and samples
    rc.explain("ctl", day=day)  # why a number is what it is
    rc.plan()                   # the training plan: look, edit, approve
    rc.fit.read("run.fit")      # a FIT file as columns
    rc.metrics                  # the arithmetic of running

Nothing is loaded before it is named, so that the import is quick; `__init__.pyi` has the types.
"""

from importlib import import_module

__version__ = "0.1.0"

_FUNCTIONS = ("activities", "daily", "explain", "health", "plan", "samples", "sql")
_ROOMS = ("fit", "metrics")


def __getattr__(name: str) -> object:
    if name in _FUNCTIONS:
        return getattr(import_module("runningcoach.public_api"), name)
    if name in _ROOMS:
        return import_module(f"runningcoach.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(["__version__", *_FUNCTIONS, *_ROOMS])
