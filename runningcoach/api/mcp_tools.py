"""The tools that an assistant is offered by MCP, and how one is called.

They are those of the coach, by the same function; beside them a check of a draft that stores
nothing, and, for who may change things, a tool that stores a proposed plan. Nothing here approves,
publishes or deletes.
"""

import json
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg

from runningcoach.base import i18n, periods
from runningcoach.base.errors import RunningCoachError
from runningcoach.model.conversation import PrivacyLevel, ToolSpec
from runningcoach.model.user import User

if TYPE_CHECKING:
    from runningcoach.coach.talk.tools import ToolContext

type Connection = psycopg.Connection[Any]


class McpCaller(NamedTuple):
    """Whose data an assistant reads, and whether it may propose a plan."""

    user: User
    can_propose: bool = False


class OfferedTool(NamedTuple):
    """A tool as it is offered, and whether it only reads."""

    spec: ToolSpec
    is_read_only: bool = True


class McpAnswer(NamedTuple):
    """What a tool answers: text for the model, mostly JSON."""

    text: str
    is_error: bool = False


def offered_tools(conn: Connection, caller: McpCaller) -> tuple[OfferedTool, ...]:
    """Return the tools of a caller: those that the runner's privacy level allows."""
    from runningcoach.coach.talk import draft_check, tools
    from runningcoach.coach.talk.model_plans import plan_tool

    reading = tools.tool_specs(privacy_level(conn, caller.user))
    offered = tuple(OfferedTool(spec) for spec in (*reading, draft_check.check_spec()))
    if not caller.can_propose:
        return offered
    return (*offered, OfferedTool(plan_tool.plan_tool(), is_read_only=False))


def call_tool(conn: Connection, caller: McpCaller, name: str, arguments: str) -> McpAnswer | None:
    """Return what a tool answers, in the runner's language; None where it is not offered."""
    if name not in {tool.spec.name for tool in offered_tools(conn, caller)}:
        return None
    with i18n.speaking(caller.user.language):
        try:
            return _answer(conn, caller, name, arguments)
        except RunningCoachError as error:
            return McpAnswer(_as_text({"error": error.what(), "remedy": error.remedy()}), True)


def _answer(conn: Connection, caller: McpCaller, name: str, arguments: str) -> McpAnswer:
    from runningcoach.coach.talk import draft_check, tools
    from runningcoach.coach.talk.model_plans import plan_tool

    user, level = caller.user, privacy_level(conn, caller.user)
    today = periods.today(user.timezone)
    context = tools.ToolContext(conn, user, today, level, user.language)
    if name == draft_check.CHECK_PLAN_DRAFT:
        return _check(context, arguments)
    if name == plan_tool.PLAN_TOOL:
        proposed = plan_tool.run_plan_tool(lambda: nullcontext(conn), user, arguments)
        return McpAnswer(proposed.content, proposed.is_error)
    result = tools.run_tool(context, name, arguments)
    return McpAnswer(result.content, result.is_error)


def _check(context: "ToolContext", arguments: str) -> McpAnswer:
    from runningcoach.coach.talk import draft_check

    try:
        return McpAnswer(_as_text(draft_check.check_plan_draft(context, json.loads(arguments))))
    except draft_check.WrongDraftArguments as error:
        return McpAnswer(_as_text({"error": "wrong arguments", "problems": error.problems}), True)


def privacy_level(conn: Connection, user: User) -> PrivacyLevel:
    """Return what may leave the host by the runner's settings of the coach.

    They hold although the coach that talks is off: who makes a token for an assistant decides so.
    """
    from runningcoach.coach.talk.talk_settings import load_settings

    return load_settings(conn, user.id).privacy_level


def _as_text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)
