"""The arithmetic of running: NumPy in, NumPy out, no input changed, a missing value never 0.

Times are seconds, distances metres, speeds m/s, heart rates whole beats a minute; units stand
in the names. Undefined is NaN in an array and None as a single value.
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING

ENGINE_VERSION = "3"
"""Stored with every value; raised when a formula or a cleaning rule changes its results."""

if not TYPE_CHECKING:  # where types are checked, a module is imported by its name

    def __getattr__(name: str) -> ModuleType:
        """Import a module of this room when it is named, as `rc.metrics.fitness`."""
        if name not in __dir__():
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(f"{__name__}.{name}")

    def __dir__() -> list[str]:
        return sorted(["ENGINE_VERSION", *(found.name for found in iter_modules(__path__))])
