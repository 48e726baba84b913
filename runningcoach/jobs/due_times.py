"""Due times of jobs: APScheduler's cron arithmetic, without reading a clock.

Moments are in UTC. Where clocks are set back the repeated hour counts once; where they are set
forward a moment inside the gap falls an hour later.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from runningcoach.jobs.job_table import Job
from runningcoach.model.user import User

TICK = timedelta(microseconds=1)
NARROWEST = timedelta(hours=1)


def next_after(job: Job, user: User, moment: datetime) -> datetime | None:
    """Return the first moment after `moment` that the schedule names; None without a schedule."""
    if job.cron is None:
        return None
    trigger = _trigger(job.cron, job.zone(user))
    return next(_fires(trigger, moment), None)


def latest(job: Job, user: User, after: datetime, until: datetime) -> datetime | None:
    """Return the last moment after `after`, and not after `until`, that the schedule names."""
    if job.cron is None:
        return None
    trigger = _trigger(job.cron, job.zone(user))
    span = NARROWEST
    while True:
        begin = max(after, until - span)
        if fires := [*_until(trigger, begin, until)]:
            return fires[-1]
        if begin == after:
            return None
        span *= 2


@cache
def _trigger(cron: str, zone: ZoneInfo) -> CronTrigger:
    return CronTrigger.from_crontab(cron, timezone=zone)


def _until(trigger: CronTrigger, after: datetime, until: datetime) -> Iterator[datetime]:
    for fire in _fires(trigger, after):
        if fire > until:
            return
        yield fire


def _fires(trigger: CronTrigger, after: datetime) -> Iterator[datetime]:
    """Yield the moments after one, in UTC; the second of two equal clock times is left out."""
    while fire := trigger.get_next_fire_time(None, after + TICK):
        after = fire.astimezone(UTC)
        if not fire.fold:
            yield after


def delay(job: Job, user_id: int, moment: datetime) -> timedelta:
    """Return how long after `moment` the job starts: some part of its jitter.

    The same for the same job, user and moment, so that a restart does not roll the dice again.
    """
    seed = f"{job.name} {user_id} {moment.isoformat()}".encode()
    share = int.from_bytes(blake2b(seed, digest_size=4).digest()) / 2**32
    return timedelta(seconds=job.jitter_s * share)
