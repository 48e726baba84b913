"""Run a tool for a model: whatever was sent, an answer comes back."""

import json
from typing import Any

from pydantic import ValidationError

from runningcoach.base import i18n
from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.talk.tools.catalogue import BY_NAME, ReadingTool, offered
from runningcoach.coach.talk.tools.reference_tools import (
    GuidelineSearchArguments,
    find_passages,
    passage_fields,
)
from runningcoach.coach.talk.tools.result_size import fit
from runningcoach.coach.talk.tools.strict_schema import ToolArguments
from runningcoach.coach.talk.tools.tool_context import ToolContext, ToolRefusal, ToolResult

LONGEST_ARGUMENTS = 4_000
DEFAULT_PASSAGES = 4
MOST_PROBLEMS = 5


def run_tool(context: ToolContext, name: str, arguments: str) -> ToolResult:
    """Return the result of a tool; nothing that a model sends raises an error.

    Unknown tools, those of a higher level, and wrong arguments are answered with the reason.
    """
    tool = BY_NAME.get(name)
    if tool is None:
        names = ", ".join(one.name for one in offered(context.privacy_level))
        return _error(f"there is no such tool; there are: {names}")
    if not context.allows(tool.level):
        return _error(f"the runner does not share what `{name}` reads")
    try:
        parsed = _parse(tool, arguments)
        with i18n.speaking(context.language):
            return _run(context, tool, parsed)
    except ToolRefusal as refusal:
        return _error(str(refusal))
    except RunningCoachError as error:
        with i18n.speaking(context.language):
            return _error(str(error))


def _parse(tool: ReadingTool, arguments: str) -> ToolArguments:
    """Return the arguments of a tool. Raises ToolRefusal with what is wrong where."""
    if len(arguments) > LONGEST_ARGUMENTS:
        raise ToolRefusal("the arguments are too long")
    try:
        content: Any = json.loads(arguments) if arguments.strip() else {}
    except (ValueError, RecursionError) as error:
        raise ToolRefusal("the arguments are not JSON") from error
    if not isinstance(content, dict):
        raise ToolRefusal("the arguments are not a JSON object")
    try:
        return tool.arguments.model_validate(content)
    except ValidationError as error:
        raise ToolRefusal(_problems(error)) from error


def _problems(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    told = [
        f"{'.'.join(str(part)[:40] for part in problem['loc'])}: {problem['msg']}"
        for problem in found[:MOST_PROBLEMS]
    ]
    return "wrong arguments: " + "; ".join(told)


def _run(context: ToolContext, tool: ReadingTool, arguments: ToolArguments) -> ToolResult:
    if isinstance(arguments, GuidelineSearchArguments):
        return _search(context, arguments)
    if tool.function is None:
        raise ToolRefusal(f"{tool.name} reads nothing")
    return ToolResult(fit(tool.function(context, arguments)))


def _search(context: ToolContext, arguments: GuidelineSearchArguments) -> ToolResult:
    found = find_passages(context, arguments.query, arguments.count or DEFAULT_PASSAGES)
    fields = {
        "passages": [passage_fields(passage) for passage in found.passages],
        "how_to_cite": "[p:ID] after the sentence; cite nothing else",
        "missing": {} if found.passages else {"passages": "nothing fits the question"},
        **({"search": found.note} if found.note else {}),
    }
    return ToolResult(fit(fields), tuple(found.passages))


def _error(words: str) -> ToolResult:
    return ToolResult(json.dumps({"error": words}, ensure_ascii=False), is_error=True)
