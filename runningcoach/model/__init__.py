"""The records: one a kind of row, by noun; the same record is the answer of the API."""
