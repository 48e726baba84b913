"""What pages are made of: layout, cards, charts, and the session they are drawn for."""

import sys

# A grammar of IRIs that jsonschema builds as it is imported, and Altair with it: 1.6 s of CPU time
# in every process that draws, for a format that no page has.
sys.modules.setdefault("rfc3987_syntax", None)  # pyright: ignore[reportArgumentType]
