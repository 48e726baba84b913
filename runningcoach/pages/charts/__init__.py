"""Charts: a table of numbers in, an Altair chart out. No query, no arithmetic of running."""

import sys

# Altair's check of internationalised URIs is half of its import; nothing here uses it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
