"""The Vega libraries as one local file, so that no page asks another host for them."""

import os
from importlib import metadata
from pathlib import Path

NAME = "vega.js"


def version() -> str:
    """Return the Vega-Lite version that Altair writes, as major.minor."""
    import altair as alt

    major, minor = alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2]
    return f"{major}.{minor}"


def write(folder: Path) -> Path:
    """Write the bundle into `folder` unless this very one is there; return its path."""
    path = folder / NAME
    mark = _mark()
    if not _starts_with(path, mark):
        import vl_convert

        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{NAME}.{os.getpid()}"
        draft.write_text(mark + vl_convert.javascript_bundle(vl_version=version()), "utf-8")
        draft.replace(path)
    return path


def _mark() -> str:
    """Return the first line of a bundle made by the installed packages, without loading them."""
    of = {name: metadata.version(name) for name in ("altair", "vl-convert-python")}
    return "/* " + ", ".join(f"{name} {version}" for name, version in of.items()) + " */\n"


def _starts_with(path: Path, mark: str) -> bool:
    if not path.exists():
        return False
    with path.open(encoding="utf-8") as file:
        return file.read(len(mark)) == mark
