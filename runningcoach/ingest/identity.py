"""Whether two recordings are one activity, and which of the two is the better.

In the order of trust: the same file, the same activity at Garmin, the same recording by the same
device (FIT file_id), the same sport at the same time. Two runs on one day never share time, so
they are never taken for one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runningcoach.ingest.normalise import same_family
from runningcoach.store.imports import Lookalike

LEAST_SHARED = 0.8
"""Part of the longer recording that both must cover to be one, when nothing else says so."""

SOURCE_RANK = {"fit": 0, "tcx": 1, "gpx": 2, "garmin": 3}
"""What was typed in at Garmin gives way to any file."""
STATUS_RANK = {"ok": 0, "salvaged": 1}


@dataclass(frozen=True, slots=True)
class Match:
    """An activity of the store that is the same as a new recording, and how that is known."""

    activity: Lookalike
    code: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What a new recording says of itself, as far as identity goes."""

    file_sha256: str
    leg: int
    source: str
    garmin_activity_id: int | None
    device_serial: int | None
    device_created_at: datetime | None
    sport: str
    started_at: datetime
    elapsed_s: float
    decode_status: str
    samples: int

    @classmethod
    def of(cls, row: dict[str, Any], samples: int) -> "Claim":
        """Take the claim out of the columns of an activity."""
        names = [name for name in cls.__slots__ if name != "samples"]
        return cls(**{name: row[name] for name in names}, samples=samples)


def match(claim: Claim, lookalikes: Iterable[Lookalike]) -> Match | None:
    """Return the activity that a recording is the same as, None when it is new."""
    known = list(lookalikes)
    for code, same in RULES:
        found = [one for one in known if same(claim, one)]
        if found:
            return Match(max(found, key=lambda one: shared_s(claim, one)), code)
    return None


def same_file(claim: Claim, one: Lookalike) -> bool:
    """Say whether the activity came from the very same file and leg."""
    return (claim.file_sha256, claim.leg) == (one.file_sha256, one.leg)


def same_garmin_activity(claim: Claim, one: Lookalike) -> bool:
    """Say whether Garmin knows both by one number; the times must not contradict it."""
    number = claim.garmin_activity_id
    is_same = number is not None and number == one.garmin_activity_id and claim.leg == one.leg
    return is_same and shared_s(claim, one) > 0


def same_device_file(claim: Claim, one: Lookalike) -> bool:
    """Say whether one device made both at one moment; some devices repeat serials, so time too."""
    made = (claim.device_serial, claim.device_created_at)
    is_same = all(made) and made == (one.device_serial, one.device_created_at)
    return is_same and same_family(claim.sport, one.sport) and shared_s(claim, one) > 0


def same_time(claim: Claim, one: Lookalike) -> bool:
    """Say whether both are the same sport over nearly the same time."""
    longer_s = max(claim.elapsed_s, one.elapsed_s)
    is_long_enough = shared_s(claim, one) >= LEAST_SHARED * longer_s > 0
    return is_long_enough and same_family(claim.sport, one.sport)


RULES = (
    ("same_content", same_file),
    ("same_garmin_activity", same_garmin_activity),
    ("same_device_file", same_device_file),
    ("same_time", same_time),
)


def shared_s(claim: Claim, one: Lookalike) -> float:
    """Return the time that both recordings cover [s]."""
    first_end = claim.started_at + timedelta(seconds=claim.elapsed_s)
    other_end = one.started_at + timedelta(seconds=one.elapsed_s)
    shared = min(first_end, other_end) - max(claim.started_at, one.started_at)
    return max(shared.total_seconds(), 0.0)


def is_better(claim: Claim, one: Lookalike) -> bool:
    """Say whether the new recording should take the place of the stored one."""
    return _rank(claim) < _rank(one)


def _rank(of: Claim | Lookalike) -> tuple[int, int, int]:
    return (SOURCE_RANK[of.source], STATUS_RANK[of.decode_status], -of.samples)
