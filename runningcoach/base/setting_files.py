"""Settings whose values stand in files: `<VARIABLE>_FILE` names the file of a variable.

Containers are handed secrets as files, so that they stand in no environment and no command line.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from runningcoach.base.errors import RunningCoachError

SUFFIX = "_FILE"


class SettingFileUnreadable(RunningCoachError):
    """A variable names a file that cannot be read."""

    code = "settings.file_unreadable"
    exit_code = 2


class SettingFiles(PydanticBaseSettingsSource):
    """Values from files; what stands in the environment itself comes before."""

    def __init__(self, kind: type[BaseSettings], variable: Callable[[str], str]) -> None:
        super().__init__(kind)
        self._variable = variable

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the content of a setting's file without the last line's end, or None."""
        del field
        name = self._variable(field_name)
        file = os.environ.get(name + SUFFIX)
        return (_read(name, file) if file else None), name, False

    def __call__(self) -> dict[str, Any]:
        """Return the settings that stand in files, by name."""
        values = {}
        for name, field in self.settings_cls.model_fields.items():
            value, _, _ = self.get_field_value(field, name)
            if value:
                values[name] = value
        return values


def _read(name: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingFileUnreadable(name=name + SUFFIX, file=file) from error
