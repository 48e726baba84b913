"""A span of the athlete's days, as addresses state it."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from runningcoach.base import periods


class DateRange(BaseModel):
    """From a day to a day, both included."""

    model_config = ConfigDict(extra="forbid")

    first: Annotated[date | None, Field(alias="from", description="First day")] = None
    last: Annotated[date | None, Field(alias="to", description="Last day; today if absent")] = None

    def days(self, timezone: str, back: int) -> tuple[date, date]:
        """Return first and last day; the first is `back` days before the last if absent."""
        last = self.last or periods.today(timezone)
        return self.first or last - timedelta(days=min(back, last.toordinal() - 1)), last
