"""Parts of tools' arguments that several tools share."""

from datetime import date
from typing import Annotated

from pydantic import Field

EARLIEST, LATEST = date(1970, 1, 1), date(2200, 1, 1)

Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
"""A calendar day that can be reckoned with."""
RowNumber = Annotated[int, Field(ge=1, le=2**62)]
"""The id of a row, as an earlier result named it."""
