"""The notebooks and dashboards that come with the program."""

from pathlib import Path

from runningcoach.base.shipped_folders import folder


def dashboards() -> Path:
    """Return the folder of the pages; their template lies in its `templates`."""
    return folder("dashboards")


def notebooks() -> Path:
    """Return the folder of the notebooks."""
    return folder("notebooks")
