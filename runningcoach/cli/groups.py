"""The groups of commands, each loaded when it is asked for, as no other command needs it."""

import importlib
from typing import Any

from typer.core import TyperGroup
from typer.main import get_group

MODULES = {
    "user": "accounts",
    "garmin": "garmin",
    "benchmarks": "benchmarks",
    "preferences": "preferences",
    "workout": "workout",
    "jobs": "jobs",
    "plan": "plan",
    "coach": "coach",
}
"""The module beside this one that holds a group."""


class Commands(TyperGroup):
    """All commands; their groups are not there until somebody asks for them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all, for the help."""
        for name in MODULES:
            self._load(name)
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command; one that is unknown is compared with all, to say what was meant."""
        if cmd_name in MODULES:
            self._load(cmd_name)
        elif cmd_name not in self.commands:
            self.list_commands(ctx)
        return super().get_command(ctx, cmd_name)

    def _load(self, name: str) -> None:
        if name not in self.commands:
            module = importlib.import_module(f"runningcoach.cli.{MODULES[name]}")
            self.commands[name] = get_group(module.app)
            self.commands[name].name = name
