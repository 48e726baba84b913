"""Voila and JupyterLab behind our login, with kernels that are already warm."""

import sys

# jsonschema, which nbformat loads, has this module build a grammar of IRIs as it is imported: 1.6 s
# of CPU time at the start of every server and job, for a format that no notebook has.
sys.modules.setdefault("rfc3987_syntax", None)  # pyright: ignore[reportArgumentType]
