"""Tools of the coach that talks: they read, and nothing else.

`tool_specs` is what a model is told of them, `run_tool` runs one.
"""

from runningcoach.coach.talk.tools.catalogue import tool_specs
from runningcoach.coach.talk.tools.run_tool import run_tool
from runningcoach.coach.talk.tools.tool_context import ToolContext, ToolResult

__all__ = ["ToolContext", "ToolResult", "run_tool", "tool_specs"]
