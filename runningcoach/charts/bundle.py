"""The Vega libraries as one local file, so that no page asks another host for them."""

import os
from importlib import metadata
from pathlib import Path

NAME = "vega.js"
<<<<<<< HEAD
MAKERS = ("altair", "vl-convert-python")
=======


def version() -> str:
    """Return the Vega-Lite version that Altair writes, as major.minor."""
    import altair as alt

    major, minor = alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2]
    return f"{major}.{minor}"
>>>>>>> main


def write(folder: Path) -> Path:
    """Write the bundle into `folder` unless this very one is there; return its path."""
    path = folder / NAME
<<<<<<< HEAD
    made_by = " ".join(f"{name} {metadata.version(name)}" for name in MAKERS)
    mark = f"/* {made_by} */\n"
=======
    mark = _mark()
>>>>>>> main
    if not _starts_with(path, mark):
        import vl_convert

        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{NAME}.{os.getpid()}"
        draft.write_text(mark + _bundle(), "utf-8")
        draft.replace(path)
    return path


<<<<<<< HEAD
def _bundle() -> str:
    """Return the libraries in the version that Altair writes for."""
    import altair
    import vl_convert

    major, minor = altair.SCHEMA_VERSION.removeprefix("v").split(".")[:2]
    return vl_convert.javascript_bundle(vl_version=f"{major}.{minor}")
=======
def _mark() -> str:
    """Return the first line of a bundle made by the installed packages, without loading them."""
    of = {name: metadata.version(name) for name in ("altair", "vl-convert-python")}
    return "/* " + ", ".join(f"{name} {version}" for name, version in of.items()) + " */\n"
>>>>>>> main


def _starts_with(path: Path, mark: str) -> bool:
    if not path.exists():
        return False
    with path.open(encoding="utf-8") as file:
        return file.read(len(mark)) == mark
