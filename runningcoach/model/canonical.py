"""The canonical form of a record, and its hash: what an approval binds."""

import hashlib
import json

from pydantic import BaseModel


def canonical_json(record: BaseModel) -> str:
    """Return the record as JSON with sorted keys and no spaces: equal records, equal text."""
    content = record.model_dump(mode="json", by_alias=True)
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def record_sha256(record: BaseModel) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical_json(record).encode()).hexdigest()
