"""What the numbers of an activity are traced from, and the kinds of their inputs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from runningcoach.metrics.definitions.definition import Input, Value, one
from runningcoach.metrics.facts import Facts
from runningcoach.metrics.load import LoadBy, Sex
from runningcoach.metrics.measure_inputs import PriorHistory

type ActivityInput = Input[ActivityTraceInput]


@dataclass(frozen=True, eq=False)
class ActivityTraceInput:
    """One activity with all that its numbers rest on.

    `columns` are those of the activity, `values` its stored numbers, `benchmarks` the values in
    force on its day; `recall` returns what earlier activities say of it.
    """

    columns: Mapping[str, Any]
    values: Mapping[str, Any]
    facts: Facts
    benchmarks: Mapping[str, float]
    sex: Sex
    load_by: LoadBy
    recall: Callable[[], PriorHistory] = field(repr=False)

    @cached_property
    def before(self) -> PriorHistory:
        """What earlier activities say; looked up when first asked for."""
        return self.recall()

    @property
    def is_run(self) -> bool:
        """Whether the activity is a run."""
        return self.columns["sport"] == "running"

    def has_flag(self, flag: str) -> bool:
        """Return whether the stored numbers carry a flag."""
        return flag in self.values["flags"]


def own(name: str, unit: str = "") -> ActivityInput:
    """Return another number of the activity."""
    return one(name, unit, "metric", lambda of: of.values[name])


def column(
    name: str, unit: str, source: str = "activity", *, optional: bool = False
) -> ActivityInput:
    """Return a column of the activity."""
    return one(name, unit, source, lambda of: of.columns[name], optional=optional)


def sample(name: str, unit: str, *, attribute: str = "", per: float = 1.0) -> ActivityInput:
    """Return what the samples say, in parts of `per`."""

    def value(of: ActivityTraceInput) -> Value:
        fact: float | None = getattr(of.facts, attribute or name)
        return None if fact is None else fact / per

    return one(name, unit, "samples", value)


def limit(kind: str, unit: str = "bpm") -> ActivityInput:
    """Return the benchmark in force on the activity's day."""
    return one(kind, unit, "benchmark", lambda of: of.benchmarks.get(kind))


def computed(
    name: str, unit: str, value: Callable[[ActivityTraceInput], Value], source: str = "computed"
) -> ActivityInput:
    """Return a number that is computed from others."""
    return one(name, unit, source, value)


def history(
    name: str, unit: str, value: Callable[[PriorHistory], Value], *, optional: bool = False
) -> ActivityInput:
    """Return what earlier activities say."""
    return one(name, unit, "history", lambda of: value(of.before), optional=optional)


def device(name: str, unit: str = "") -> ActivityInput:
    """Return the device's own value, where it has one."""
    return column(name, unit, "device", optional=True)


def timer_s(of: ActivityTraceInput) -> float | None:
    """Return the seconds that the timer ran."""
    timer: float | None = of.columns["timer_s"]
    return of.facts.active_s if timer is None else timer


RESERVE = (limit("hrrest_bpm"), limit("hrmax_bpm"))
RESERVE_SHARE = "{x} = ({heart_rate} − {hrrest_bpm}) / ({hrmax_bpm} − {hrrest_bpm})"
