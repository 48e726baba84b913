"""What a plan is to be made for, and files of plans, as they are typed and named."""

import json
from typing import Any

from pydantic import ValidationError

from runningcoach.base import i18n
from runningcoach.cli.problems import BadPlanFile, BadPlanRequest
from runningcoach.coach.plans.plan_imports import PlanImport
from runningcoach.model.plan_request import PlanRequest

ENGLISH_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def weekdays(text: str) -> tuple[int, ...]:
    """Return weekdays, 0 for Monday, of words such as `tue,thu`; raises BadPlanRequest.

    Those of the language in force are read as well as the English ones.
    """
    local = {
        name.lower(): int(n)
        for n, name in i18n.words(i18n.language(), "charts")["weekdays"].items()
    }
    known = local | {name: number for number, name in enumerate(ENGLISH_WEEKDAYS)}
    words = [word.strip().lower() for word in text.split(",")]
    unknown = [word for word in words if word not in known]
    if unknown:
        raise BadPlanRequest(field="days", what=unknown[0] or text)
    return tuple(sorted({known[word] for word in words}))


def plan_request(*, target_time: str | None, **fields: Any) -> PlanRequest:
    """Return a request; a target time is typed as 45:00 or 1:45:00. Raises BadPlanRequest."""
    try:
        target_s = _seconds(target_time) if target_time else None
        return PlanRequest(target_time_s=target_s, **fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadPlanRequest(field=field, what=first["msg"]) from None


def _seconds(text: str) -> int:
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(p.isascii() and p.isdigit() for p in parts):
        raise BadPlanRequest(field="target", what=text)
    hours, minutes, seconds = [0, *map(int, parts)][-3:]
    return 3600 * hours + 60 * minutes + seconds


def read_import(content: bytes) -> PlanImport:
    """Return what a file holds: a plan as it was exported, or what the API takes.

    Raises BadPlanFile.
    """
    try:
        value = json.loads(content)
        if isinstance(value, dict) and "weeks" in value and "request" in value:
            value = {"plan": value}
        return PlanImport.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "-"
        raise BadPlanFile(place=place, what=first["msg"]) from None
    except (ValueError, RecursionError) as error:
        raise BadPlanFile(place="-", what=str(error)) from None
