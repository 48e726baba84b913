"""`runningcoach service`: a systemd user unit that starts the program with the machine."""

import os
import sys
from pathlib import Path

from rich.console import Console

from runningcoach.base import i18n
from runningcoach.base.settings import Settings, settings, variable
from runningcoach.store import home as homes

NAME = "runningcoach.service"
TEMPLATE = """\
[Unit]
Description=RunningCoach
# Never give up: what keeps it from starting may pass.
StartLimitIntervalSec=0

[Service]
ExecStart={python} -m runningcoach up
WorkingDirectory={folder}
Environment={home}
Restart=always
RestartSec=10
# It stops its parts in order, the database last.
KillMode=mixed
TimeoutStopSec=120
UMask=0077

[Install]
WantedBy=default.target
"""


def unit(installation: Settings) -> str:
    """Return the unit file for this installation and home."""
    home = installation.home.absolute()
    return TEMPLATE.format(
        python=_quoted(sys.executable),
        folder=_escaped(str(Path.cwd())),
        home=_quoted(f"{variable('home')}={home}"),
    )


def unit_file() -> Path:
    """Return where systemd looks for a user's own units."""
    config = os.environ.get("XDG_CONFIG_HOME")
    return (Path(config) if config else Path.home() / ".config") / "systemd" / "user" / NAME


def show_or_write(write: bool, console: Console) -> None:
    """Print the unit file, or write it where systemd finds it and say what to do next."""
    if not write:
        console.out(unit(settings()), end="", highlight=False)
        return
    file = unit_file()
    with homes.writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
    homes.put(file, unit(settings()).encode())
    console.print(i18n.t("cli.service.written", file=file), highlight=False, soft_wrap=True)


def _escaped(value: str) -> str:
    return value.replace("%", "%%")


def _quoted(value: str) -> str:
    """Return a value as one word of a unit file."""
    plain = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_escaped(plain)}"'
