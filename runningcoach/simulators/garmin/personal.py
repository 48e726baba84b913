"""The official Personal API: its endpoints and limits.

The paths are those that Garmin's own client asks; the limits are those that others measured.
"""

import re
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

_MOST_AT_ONCE = 11
_LONGEST_PAGE = 45
_RETRY_AFTER_S = 14

_DAY = r"\d{4}-\d\d-\d\d"
_SERVED = re.compile(
    "|".join(
        (
            r"/activitylist-service/activities/search/activities",
            r"/activity-service/activity/\d+(/workouts)?",
            r"/biometric-service/heartRateZones/v2",
            r"/download-service/files/activity/\d+",
            rf"/goal-service/goal/user/effective/weightgoal/{_DAY}/{_DAY}",
            rf"/hrv-service/hrv/(daily/{_DAY}/)?{_DAY}",
            r"/sleep-service/sleep/(dailySleep|dailySleepSummariesByDate)",
            r"/userprofile-service/userprofile/settings",
            rf"/usersummary-service/stats/(stress|steps|hydration)/daily/{_DAY}/{_DAY}",
            r"/usersummary-service/usersummary/daily",
            r"/usersummary-service/v2/dailysummaries",
            rf"/weight-service/weight/range/{_DAY}/{_DAY}",
            r"/wellness-service/wellness/bodyBattery/reports/daily",
            r"/wellness-service/wellness/dailyHeartRate",
            rf"/wellness-service/wellness/daily/spo2acclimation/{_DAY}",
            rf"/wellnessactivity-service/activity/summary/range/{_DAY}/{_DAY}",
            rf"/fitnessage-service/fitnessage/v2/{_DAY}",
            rf"/nutrition-service/food/logs/{_DAY}",
        )
    )
)


def refusal(scope: Scope, in_flight: int) -> Response | None:
    """Return why a request is not answered, None when it is; `in_flight` counts it as well."""
    if in_flight > _MOST_AT_ONCE:
        return _error(429, "Too Many Requests", {"Retry-After": str(_RETRY_AFTER_S)})
    if scope["method"] != "GET":
        return _error(405, "The Personal API is read-only")
    if not _SERVED.fullmatch(scope["path"]):
        return _error(404, "Not Found")
    return _page_refusal(scope) or _download_refusal(scope)


def _page_refusal(scope: Scope) -> Response | None:
    if not scope["path"].endswith("/search/activities"):
        return None
    limit = parse_qs(scope["query_string"].decode()).get("limit", ["1000"])[0]
    return _error(500, "Internal Server Error") if int(limit) > _LONGEST_PAGE else None


def _download_refusal(scope: Scope) -> Response | None:
    if not scope["path"].startswith("/download-service/"):
        return None
    accept = Headers(scope=scope).get("accept", "")
    is_accepted = any(kind in accept for kind in ("application/x-zip-compressed", "*/*"))
    return None if is_accepted else _error(406, "Not Acceptable")


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"message": message}, status, headers)
