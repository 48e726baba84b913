"""The Vega libraries as one local file, so that no page asks another host for them."""

import os
from importlib import metadata
from pathlib import Path

NAME = "vega.js"
SNIPPET = "window.vegaEmbed = vegaEmbed;"
MAKERS = ("altair", "vl-convert-python")


def version() -> str:
    """Return what tells this bundle from that of other versions."""
    return "-".join(f"{name}-{metadata.version(name)}" for name in MAKERS)


def is_in(folder: Path) -> bool:
    """Return whether this very bundle is in `folder`."""
    return _starts_with(folder / NAME, _mark())


def write(folder: Path) -> Path:
    """Write the bundle into `folder` unless this very one is there; return its path."""
    path = folder / NAME
    if not is_in(folder):
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{NAME}.{os.getpid()}"
        draft.write_text(_mark() + _bundle(), "utf-8")
        draft.replace(path)
    return path


def _mark() -> str:
    return f"/* {version()} */\n"


def _bundle() -> str:
    """Return the libraries in the version that Altair writes for."""
    import altair
    import vl_convert

    major, minor = altair.SCHEMA_VERSION.removeprefix("v").split(".")[:2]
    return vl_convert.javascript_bundle(SNIPPET, vl_version=f"{major}.{minor}")


def _starts_with(path: Path, mark: str) -> bool:
    if not path.exists():
        return False
    with path.open(encoding="utf-8") as file:
        return file.read(len(mark)) == mark
