"""The Vega libraries as one local file, so that no page asks another host for them."""

import os
from pathlib import Path

import altair as alt
import vl_convert

NAME = "vega.js"


def version() -> str:
    """Return the Vega-Lite version that Altair writes, as major.minor."""
    major, minor = alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2]
    return f"{major}.{minor}"


def write(folder: Path) -> Path:
    """Write the bundle into `folder` unless this very one is there; return its path."""
    path = folder / NAME
    mark = f"/* vega-lite {version()}, vl-convert {vl_convert.__version__} */\n"
    if not _starts_with(path, mark):
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{NAME}.{os.getpid()}"
        draft.write_text(mark + vl_convert.javascript_bundle(vl_version=version()), "utf-8")
        draft.replace(path)
    return path


def _starts_with(path: Path, mark: str) -> bool:
    if not path.exists():
        return False
    with path.open(encoding="utf-8") as file:
        return file.read(len(mark)) == mark
