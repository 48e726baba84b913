"""People with an account, and how each wants numbers to be computed."""

from datetime import date, datetime
from typing import Literal

from runningcoach.model.record import Record

Role = Literal["owner", "runner"]
Sex = Literal["male", "female", "unknown"]
LoadBy = Literal["auto", "pace", "heart_rate"]
Convention = Literal["exp", "reciprocal", "span"]
FormOf = Literal["yesterday", "sameday"]


class User(Record):
    """A person with an account."""

    id: int
    username: str
    display_name: str
    role: Role
    language: Literal["ko", "en"]
    timezone: str
    sex: Sex = "unknown"
    birth_date: date | None = None
    created_at: datetime


class Preferences(Record):
    """How the runner wants load and form to be reckoned.

    `load_by`: which load counts for runs; auto chooses by the terrain. `fitness_convention` and
    `form_of`: how fitness, fatigue and form are averaged. `seeded`: begin at the average load of
    the first 28 days instead of 0.
    """

    load_by: LoadBy = "auto"
    fitness_convention: Convention = "exp"
    form_of: FormOf = "yesterday"
    seeded: bool = False
