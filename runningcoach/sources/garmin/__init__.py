"""Endpoints of Garmin, and the protocol of the lanes to it.

Two lanes read the same services: the official Personal API by key, and a sign-in. An endpoint may
exist in one lane or in both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

LaneName = Literal["key", "signin"]
WriteMethod = Literal["POST", "PUT", "DELETE"]
Span = Literal["latest", "day", "range", "page", "activity", "workout", "month"]
Failure = Literal["auth", "rate", "forbidden", "transient", "permanent", "malformed"]

type Json = Any


class Endpoint(NamedTuple):
    """One endpoint: `{a}`, `{b}` are days, `{day}` one day, `{id}` an activity, `{who}` the name.

    Of the span `workout`, `{id}` is a workout or its entry in the calendar. `{month}` is from 0.

    `most_days` is the longest range that Garmin answers; None is the path of a lane without it.
    """

    span: Span
    signin: str | None
    key: str | None
    most_days: int = 1

    def path(self, lane: LaneName) -> str | None:
        """Return the path in a lane; None where the lane does not have it."""
        return self.signin if lane == "signin" else self.key


def _same_path(span: Span, path: str, most_days: int = 1) -> Endpoint:
    return Endpoint(span, path, path, most_days)


_SEARCH = "/activitylist-service/activities/search/activities"
_WELLNESS = "/wellness-service/wellness"
_METRICS = "/metrics-service/metrics"

ENDPOINTS: Mapping[str, Endpoint] = {
    "profile": Endpoint("latest", "/userprofile-service/socialProfile", None),
    "settings": Endpoint(
        "latest",
        "/userprofile-service/userprofile/user-settings",
        "/userprofile-service/userprofile/settings",
    ),
    "zones": Endpoint(
        "latest", "/biometric-service/heartRateZones", "/biometric-service/heartRateZones/v2"
    ),
    "count": Endpoint("latest", "/activitylist-service/activities/count", None),
    "activities": _same_path("page", _SEARCH),
    "activity": _same_path("activity", "/activity-service/activity/{id}"),
    "fit": _same_path("activity", "/download-service/files/activity/{id}"),
    "weather": Endpoint("activity", "/activity-service/activity/{id}/weather", None),
    "activity_gear": Endpoint("activity", "/gear-service/gear/filterGear?activityId={id}", None),
    "days": _same_path(
        "range", "/usersummary-service/v2/dailysummaries?startDate={a}&endDate={b}", 31
    ),
    "sleep": Endpoint(
        "day",
        _WELLNESS + "/dailySleepData/{who}?date={day}&nonSleepBufferMinutes=60",
        "/sleep-service/sleep/dailySleep?date={day}",
    ),
    "sleeps": Endpoint(
        "range",
        "/sleep-service/stats/sleep/daily/{a}/{b}",
        "/sleep-service/sleep/dailySleepSummariesByDate?startDate={a}&endDate={b}",
        28,
    ),
    "hrvs": _same_path("range", "/hrv-service/hrv/daily/{a}/{b}", 365),
    "resting_hrs": Endpoint(
        "range",
        "/userstats-service/wellness/daily/{who}?fromDate={a}&untilDate={b}&metricId=60",
        None,
        365,
    ),
    "heart_rate": Endpoint(
        "day",
        _WELLNESS + "/dailyHeartRate/{who}?date={day}",
        _WELLNESS + "/dailyHeartRate?date={day}",
    ),
    "stress": Endpoint("day", _WELLNESS + "/dailyStress/{day}", None),
    "stresses": _same_path("range", "/usersummary-service/stats/stress/daily/{a}/{b}", 28),
    "batteries": _same_path(
        "range", _WELLNESS + "/bodyBattery/reports/daily?startDate={a}&endDate={b}", 31
    ),
    "weights": _same_path("range", "/weight-service/weight/range/{a}/{b}?includeAll=true", 365),
    "readinesses": Endpoint("range", _METRICS + "/trainingreadiness/{a}/{b}", None, 28),
    "status": Endpoint("day", _METRICS + "/trainingstatus/aggregated/{day}", None),
    "vo2maxes": Endpoint("range", _METRICS + "/maxmet/daily/{a}/{b}", None, 90),
    "race_predictions": Endpoint("latest", _METRICS + "/racepredictions/latest/{who}", None),
    "threshold": Endpoint("latest", "/biometric-service/biometric/latestLactateThreshold", None),
    "records": Endpoint("latest", "/personalrecord-service/personalrecord/prs/{who}", None),
    "gear": Endpoint("latest", "/gear-service/gear/v2/list", None),
    "workouts": Endpoint("page", "/workout-service/workouts", None),
    "new_workout": Endpoint("workout", "/workout-service/workout", None),
    "workout": Endpoint("workout", "/workout-service/workout/{id}", None),
    "schedule": Endpoint("workout", "/workout-service/schedule/{id}", None),
    "calendar": Endpoint("month", "/calendar-service/year/{year}/month/{month}", None),
}


@dataclass(frozen=True, slots=True)
class GarminAnswer:
    """An answer of Garmin: decoded JSON, or None for no data (204, 404)."""

    status: int
    body: Json | None


class GarminFailure(Exception):
    """A failed request to Garmin, by kind.

    auth: tokens refused; rate: wait; forbidden: stop after a few; transient: retry later;
    permanent: the request is wrong; malformed: the answer cannot be read.
    """

    def __init__(
        self, kind: Failure, status: int | None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(f"{kind} ({status})")
        self.kind, self.status, self.retry_after_s = kind, status, retry_after_s


class Lane(Protocol):
    """An open connection to Garmin of one user; sequential calls only."""

    name: LaneName
    on_change: Callable[[str], None]
    """Called with changed tokens, to seal them before the next request."""

    def get(self, path: str) -> GarminAnswer:
        """Send a GET request; raises GarminFailure."""
        ...

    def download(self, path: str) -> bytes | None:
        """Return the zip of an activity's original; None where there is none."""
        ...

    def tokens(self) -> str:
        """Return the tokens to seal, from which the lane can be opened again."""
        ...


@runtime_checkable
class WritableLane(Lane, Protocol):
    """A lane that can also change something at Garmin."""

    def send(self, method: WriteMethod, path: str, body: Json | None = None) -> GarminAnswer:
        """Send a request that changes something, once; raises GarminFailure."""
        ...


def ignore_change(_: str) -> None:
    """Ignore changed tokens, for a lane that is not stored."""
