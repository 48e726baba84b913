"""What earlier activities say about a later one: never the day itself, never what follows."""

from collections.abc import Sequence

from runningcoach.derive.benchmarks import Estimated
from runningcoach.derive.timeline import Timeline
from runningcoach.metrics.measures import Before
from runningcoach.store.facts import Measured


def before(
    activities: Sequence[Measured], timeline: Timeline, estimated: Estimated
) -> list[Before]:
    """Return for each activity, in their order, what those of earlier days say."""
    return [Before() for _ in activities]
