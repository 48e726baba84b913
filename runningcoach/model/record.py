"""The base of all records, and a page of them.

A record is a row and the API's answer at once. Units are in the names. A field that is not known is
None, never 0. Times are UTC; `local_date` is the athlete's calendar day, decided once when the
row is made.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """The base of all records: built from a row, compared by value."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")


class Page[Item](BaseModel):
    """One page of a list, and the cursor that asks for the next."""

    items: list[Item]
    next: str | None = None


Json = dict[str, Any]
