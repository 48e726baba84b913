"""The steps of a workout: how many there are, and in which order they are run."""

from collections.abc import Iterable, Iterator

from runningcoach.model.workout import WorkoutItem, WorkoutRepeat, WorkoutStep

MOST_STEPS = 50
"""Steps and repeats of a workout that Garmin's service and its watches are known to take; more
are refused or cut, as others report."""


def count_steps(items: Iterable[WorkoutItem]) -> int:
    """Return how many steps and repeats there are, as Garmin counts them."""
    return sum(
        1 if isinstance(item, WorkoutStep) else 1 + count_steps(item.steps) for item in items
    )


def flatten(items: Iterable[WorkoutItem]) -> tuple[WorkoutStep, ...]:
    """Return the steps in the order in which they are run, repeats rolled out."""
    return tuple(_run_order(items))


def _run_order(items: Iterable[WorkoutItem]) -> Iterator[WorkoutStep]:
    for item in items:
        if isinstance(item, WorkoutStep):
            yield item
        else:
            yield from _repeated(item)


def _repeated(repeat: WorkoutRepeat) -> Iterator[WorkoutStep]:
    for _ in range(repeat.times - 1):
        yield from _run_order(repeat.steps)
    yield from _run_order(last_round(repeat))


def last_round(repeat: WorkoutRepeat) -> tuple[WorkoutItem, ...]:
    """Return the items of the last round, without its recovery where that is skipped."""
    last = repeat.steps[-1]
    if not repeat.skip_last_recovery or not isinstance(last, WorkoutStep):
        return repeat.steps
    return repeat.steps[:-1] if last.intensity in ("recovery", "rest") else repeat.steps


def has_skipped_recovery(items: Iterable[WorkoutItem]) -> bool:
    """Return whether a repeat leaves its last recovery out."""
    repeats = (item for item in items if isinstance(item, WorkoutRepeat))
    return any(
        len(last_round(repeat)) < len(repeat.steps) or has_skipped_recovery(repeat.steps)
        for repeat in repeats
    )


def without_skipped_recoveries(items: Iterable[WorkoutItem]) -> tuple[WorkoutItem, ...]:
    """Return items that are run the same, without a repeat that skips its last recovery.

    The last round of such a repeat stands behind it, as steps of its own. Empty where none is run.
    """
    return tuple(part for item in items for part in _without_skip(item))


def _without_skip(item: WorkoutItem) -> tuple[WorkoutItem, ...]:
    if isinstance(item, WorkoutStep):
        return (item,)
    last = last_round(item)
    steps = without_skipped_recoveries(item.steps)
    if not steps:  # of a repeat run once whose only step is skipped nothing is left
        return ()
    if len(last) == len(item.steps):
        return (WorkoutRepeat(times=item.times, steps=steps),)
    return (*_rounds(item.times - 1, steps), *without_skipped_recoveries(last))


def _rounds(times: int, steps: tuple[WorkoutItem, ...]) -> tuple[WorkoutItem, ...]:
    """Return steps so many times; once needs no repeat."""
    if times > 1:
        return (WorkoutRepeat(times=times, steps=steps),)
    return steps if times == 1 else ()
