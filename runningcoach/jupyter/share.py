"""Where the notebooks and dashboards that come with the program lie."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def folder(name: str) -> Path:
    """Return the folder `name`: runningcoach/share/<name> in a wheel, else beside the package."""
    packed = PACKAGE / "share" / name
    return packed if packed.is_dir() else PACKAGE.parent / name


def dashboards() -> Path:
    """Return the folder of the pages; their template lies in its `templates`."""
    return folder("dashboards")


def notebooks() -> Path:
    """Return the folder of the notebooks."""
    return folder("notebooks")
