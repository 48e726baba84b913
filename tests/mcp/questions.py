"""One call of every tool, with what an assistant would send."""

import json
from typing import Any

from runningcoach.base import periods
from runningcoach.coach.talk.tools import ToolContext, run_tool, tool_specs
from runningcoach.model.conversation import ToolSpec

TELLING: dict[str, dict[str, Any]] = {
    "weekly_mileage": {"weeks": 4},
    "explain": {"metric": "ctl", "day": "2026-11-20"},
    "guideline_search": {"query": "how much to taper before a race", "count": 2},
    "convert": {"distance": 10, "distance_unit": "km", "time": "50:00"},
    "date_math": {"start": "2026-12-24", "weeks": -3},
    "what_if": {"kind": "week_km", "distance_km": 60},
}
"""Arguments of tools that say little without; the others are asked with nothing given."""


def arguments(spec: ToolSpec) -> dict[str, Any]:
    """Return every argument of a tool, null where nothing is given."""
    return dict.fromkeys(spec.parameters["properties"]) | TELLING.get(spec.name, {})


def expected(conn: Any, user: Any, level: str = "training") -> dict[str, Any]:
    """Return what the coach's own tools answer to the same calls."""
    context = ToolContext(conn, user, periods.today(user.timezone), level, user.language)
    return {
        spec.name: run_tool(context, spec.name, json.dumps(arguments(spec)))
        for spec in tool_specs(level)
    }
