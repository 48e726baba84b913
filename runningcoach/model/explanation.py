"""Why a stored number is what it is."""

from runningcoach.model.record import Record


class Ingredient(Record):
    """One number or word that went into a value: what it is called, and where it came from.

    `shown` is the value as a reader writes it, with its unit.
    """

    name: str
    label: str
    value: float | str | None
    unit: str = ""
    source: str | None = None
    shown: str = ""


class Explanation(Record):
    """Why a number is what it is, in the reader's language.

    `formula` is in symbols, `filled` the same with the numbers of this value; `benchmarks` are
    the dated rows that were in force; `notes` say what was dropped, scaled or assumed, and
    `reason` why there is no value. `garmin` is Garmin's own value of the same thing; `shown` the
    value as a reader writes it, with its unit.
    """

    metric: str
    label: str
    meaning: str
    unit: str
    subject: str
    value: float | str | list[float | None] | None
    reason: str | None = None
    formula: str
    filled: str | None = None
    ingredients: list[Ingredient] = []
    benchmarks: list[Ingredient] = []
    notes: list[str] = []
    garmin: Ingredient | None = None
    algorithm: str
    engine_version: str
    literature: str
    shown: str = ""
