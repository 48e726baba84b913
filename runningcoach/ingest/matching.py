"""Decide whether two recordings are one activity, and which of the two is better.

In the order of trust: the same file, the same activity at Garmin, the same recording by the same
device (FIT file_id), the same sport at the same time. One person does one thing at a time: where
both cover nearly the same time they are one unless they were in different places; where one was
stopped late, or is a part of the other, place, way or heart rate of the shared time must agree.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runningcoach.ingest.files.recording_rows import is_same_family
from runningcoach.ingest.files.sport_choice import Sport
from runningcoach.ingest.same_effort import StoredRecording, Verdict
from runningcoach.store.imports import SimilarActivity

LEAST_SHARED = 0.8
"""Part of the longer recording that both must cover to be one, when nothing else says so."""
LEAST_OF_SHORTER = 0.5
"""Part of the shorter one that both must cover where they were in the same place."""
LEAST_OF_SHORTER_BY_EFFORT = 0.8
"""The same where only distance or heart rate show that they are one."""
LEAST_OF_EVENT = 0.6
"""Part of a recording that the legs of an event must cover to stand for it."""
SAME_DISTANCE = 0.1
PART_OF_DISTANCE, PART_OF_TIME = 0.87, 0.9
"""A recording with less of both than the other lacks a part of the activity. Ours."""
PART_OF_TIME_ALONE = 0.7

SOURCE_RANK = {"fit": 0, "tcx": 1, "gpx": 2, "garmin": 3, "strava": 3}
STATUS_RANK = {"ok": 0, "salvaged": 1}
TYPED_IN = frozenset({"garmin", "strava"})
"""Sources of what was typed in at a website: it gives way to any file."""

type Compare = Callable[["RecordingIdentity", SimilarActivity], Verdict]


@dataclass(frozen=True, slots=True)
class ActivityMatch:
    """A stored activity that is the same as a new recording, and the rule that matched.

    `parts` are further activities that the recording holds too; `keeps_stored` is set where the
    stored one stays whatever their ranks.
    """

    activity: SimilarActivity
    code: str
    parts: tuple[SimilarActivity, ...] = ()
    keeps_stored: bool = False


@dataclass(frozen=True, slots=True)
class RecordingIdentity:
    """Properties of a recording by which it is matched with stored activities."""

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
    sub_sport: str | None = None
    distance_m: float | None = None
    path: str | None = None

    @classmethod
    def of(cls, row: dict[str, Any], samples: int, path: str | None = None) -> "RecordingIdentity":
        """Return the identity of a recording from the columns of an activity."""
        names = [name for name in cls.__slots__ if name not in ("samples", "path")]
        known: dict[str, Any] = {name: row.get(name) for name in names}
        return cls(**known, samples=samples, path=path)


def stored_recording(recording: RecordingIdentity | SimilarActivity) -> StoredRecording | None:
    """Return the sample file of a recording; None where it has none."""
    return (
        StoredRecording(recording.path, recording.started_at, recording.sub_sport)
        if recording.path
        else None
    )


def compare_unknown(_identity: RecordingIdentity, _one: SimilarActivity) -> Verdict:
    """Return the verdict on two recordings without their samples: unknown."""
    return "unknown"


def match(
    identity: RecordingIdentity,
    lookalikes: Iterable[SimilarActivity],
    compare: Compare = compare_unknown,
) -> ActivityMatch | None:
    """Return the activity that a recording is the same as, None when it is new."""
    known = list(lookalikes)
    for code, same in RULES:
        matches = [one for one in known if same(identity, one)]
        if matches:
            return ActivityMatch(_most_overlapping(identity, matches), code)
    matches = [one for one in known if is_same_time(identity, one, compare)]
    legs = _find_event(identity, [one for one in known if one.legs > 1], compare)
    if legs:
        return ActivityMatch(_most_overlapping(identity, legs), "same_time", keeps_stored=True)
    if not matches:
        return None
    best = _most_overlapping(identity, matches)
    parts = [one for one in matches if one.id != best.id and is_better(identity, one)]
    return ActivityMatch(best, "same_time", tuple(parts) if is_better(identity, best) else ())


def _most_overlapping(
    identity: RecordingIdentity, matches: Sequence[SimilarActivity]
) -> SimilarActivity:
    return max(matches, key=lambda one: shared_s(identity, one))


def is_same_file(identity: RecordingIdentity, one: SimilarActivity) -> bool:
    """Return whether the activity came from the very same file and leg."""
    return (identity.file_sha256, identity.leg) == (one.file_sha256, one.leg)


def is_same_garmin_activity(identity: RecordingIdentity, one: SimilarActivity) -> bool:
    """Return whether both have one Garmin activity number and share time."""
    number = identity.garmin_activity_id
    is_same = number is not None and number == one.garmin_activity_id and identity.leg == one.leg
    return is_same and shared_s(identity, one) > 0


def is_same_device_file(identity: RecordingIdentity, one: SimilarActivity) -> bool:
    """Return whether one device created both; serials repeat, so times must overlap too."""
    device_file = (identity.device_serial, identity.device_created_at)
    is_same = all(device_file) and device_file == (one.device_serial, one.device_created_at)
    return is_same and identity.leg == one.leg and shared_s(identity, one) > 0


RULES = (
    ("same_content", is_same_file),
    ("same_garmin_activity", is_same_garmin_activity),
    ("same_device_file", is_same_device_file),
)


def is_same_time(
    identity: RecordingIdentity, one: SimilarActivity, compare: Compare = compare_unknown
) -> bool:
    """Return whether both are the same sport over the same time, or one a part of the other."""
    shared = shared_s(identity, one)
    shorter_s, longer_s = sorted((identity.elapsed_s, one.elapsed_s))
    if not is_same_family(identity.sport, one.sport) or shared <= 0:
        return False
    if shared < LEAST_OF_SHORTER * shorter_s:
        return False
    verdict = compare(identity, one)
    if verdict == "elsewhere":
        return False
    if shared >= LEAST_SHARED * longer_s:
        return True
    if TYPED_IN & {identity.source, one.source}:
        return _is_near(identity.distance_m, one.distance_m)
    by_effort = verdict == "same_effort" and shared >= LEAST_OF_SHORTER_BY_EFFORT * shorter_s
    return verdict == "same_place" or by_effort


def _is_near(one: float | None, other: float | None) -> bool:
    if not one or not other:
        return False
    return abs(one - other) <= SAME_DISTANCE * max(one, other)


def _find_event(
    identity: RecordingIdentity, legs: Sequence[SimilarActivity], compare: Compare
) -> list[SimilarActivity]:
    """Return the legs of an event that a recording holds as one whole; none where it does not.

    The whole may be named after any of its sports: one person does one thing at a time.
    """
    events: dict[tuple[str, int], list[SimilarActivity]] = {}
    for one in legs:
        events.setdefault((one.file_sha256, one.event), []).append(one)
    for event in events.values():
        parts = [(one.started_at, one.elapsed_s) for one in event]
        is_whole = is_whole_event(identity.started_at, identity.elapsed_s, parts)
        if is_whole and compare(identity, _most_overlapping(identity, event)) != "elsewhere":
            return event
    return []


def is_whole_event(
    started_at: datetime, elapsed_s: float, legs: Sequence[tuple[datetime, float]]
) -> bool:
    """Return whether a recording is the whole of which these are the legs, by their times."""
    shares = [_shared_s(started_at, elapsed_s, *leg) for leg in legs]
    event_s = sum(leg_s for _, leg_s in legs)
    is_one_leg = max(shares) >= LEAST_SHARED * elapsed_s
    is_covered = sum(shares) >= LEAST_SHARED * min(elapsed_s, event_s)
    return is_covered and sum(shares) >= LEAST_OF_EVENT * elapsed_s > 0 and not is_one_leg


def shared_s(identity: RecordingIdentity, one: SimilarActivity) -> float:
    """Return the time that both recordings cover [s]."""
    return _shared_s(identity.started_at, identity.elapsed_s, one.started_at, one.elapsed_s)


def _shared_s(begun: datetime, for_s: float, other: datetime, other_s: float) -> float:
    end = min(begun + timedelta(seconds=for_s), other + timedelta(seconds=other_s))
    return max((end - max(begun, other)).total_seconds(), 0.0)


def is_better(identity: RecordingIdentity, one: SimilarActivity) -> bool:
    """Return whether the new recording should replace the stored one."""
    return _rank(identity, one) < _rank(one, identity)


def _rank(
    recording: RecordingIdentity | SimilarActivity, other: RecordingIdentity | SimilarActivity
) -> tuple[int, ...]:
    is_vague = Sport(recording.sport).is_vague
    lacks_run = is_vague and not recording.distance_m and bool(other.distance_m)
    return (
        recording.source in TYPED_IN,
        lacks_run,
        _lacks_a_part(recording, other),
        SOURCE_RANK[recording.source],
        STATUS_RANK[recording.decode_status],
        is_vague,
        -recording.samples,
    )


def _lacks_a_part(
    recording: RecordingIdentity | SimilarActivity, other: RecordingIdentity | SimilarActivity
) -> bool:
    """Return whether a recording holds clearly less of an activity than another."""
    if not recording.distance_m or not other.distance_m:
        return recording.elapsed_s < PART_OF_TIME_ALONE * other.elapsed_s
    is_shorter = recording.distance_m < PART_OF_DISTANCE * other.distance_m
    return is_shorter and recording.elapsed_s < PART_OF_TIME * other.elapsed_s
