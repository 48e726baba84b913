"""What a call of a model costs, in US dollars, reckoned in decimals.

A price that is not known is None, and so is the cost of a call at it: never 0.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from runningcoach.model.conversation import AiSettings, ModelUsage

TABLE = Path(__file__).with_name("prices.toml")
MILLION = 1_000_000

_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")
"""How servers name the edition of a model that answered."""


class ModelPrice(NamedTuple):
    """Prices of a million tokens [USD], and the input above which all of a call costs more."""

    input_usd: Decimal
    cached_usd: Decimal
    output_usd: Decimal
    long_above_tokens: int | None = None
    long_input_factor: Decimal = Decimal(1)
    long_output_factor: Decimal = Decimal(1)

    @property
    def is_free(self) -> bool:
        """Return whether nothing is to be paid."""
        return not (self.input_usd or self.cached_usd or self.output_usd)


def price_of(model: str, settings: AiSettings, on: date) -> ModelPrice | None:
    """Return the price of a model on a day: the runner's own, else the table's, else None.

    A price of one's own for input holds for cached input, too. An embedding model is asked for in
    the table alone, as one's own prices are those of the models that answer.
    """
    listed = listed_price(model, on)
    if model == settings.embedding_model:
        return listed
    own_input, own_output = _own(settings.input_price_usd), _own(settings.output_price_usd)
    if own_input is not None and own_output is not None:
        return ModelPrice(own_input, own_input, own_output)
    if listed is None:
        return None
    if own_input is not None:
        return listed._replace(input_usd=own_input, cached_usd=own_input)
    return listed if own_output is None else listed._replace(output_usd=own_output)


def listed_price(model: str, on: date) -> ModelPrice | None:
    """Return the price of a model, or of a dated edition of it, that is in force on a day."""
    rows = [*_rows().get(model, ()), *_rows().get(_DATED.sub("", model), ())]
    return next((price for since, price in rows if since <= on), None)


def cost_usd(usage: ModelUsage | None, price: ModelPrice | None) -> float | None:
    """Return what a call cost [USD]; None where its price is not known, or what it used.

    What costs nothing costs nothing, however much was used.
    """
    if price is not None and price.is_free:
        return 0.0
    if usage is None or price is None:
        return None
    cached = min(usage.cached_tokens, usage.input_tokens)
    read = (usage.input_tokens - cached) * price.input_usd + cached * price.cached_usd
    written = usage.output_tokens * price.output_usd
    if price.long_above_tokens is not None and usage.input_tokens > price.long_above_tokens:
        read, written = read * price.long_input_factor, written * price.long_output_factor
    return float((read + written) / MILLION)


def most_usd(input_tokens: int, output_tokens: int, price: ModelPrice | None) -> float | None:
    """Return what a call may cost at most [USD], nothing of its input being cached."""
    return cost_usd(ModelUsage(input_tokens=input_tokens, output_tokens=output_tokens), price)


def total_usd(costs: Iterable[float | None]) -> float | None:
    """Return the sum of costs [USD] as decimals; None where any of them is not known."""
    known = list(costs)
    if any(cost is None for cost in known):
        return None
    return float(sum((Decimal(str(cost)) for cost in known), Decimal(0)))


def _own(price_usd: float | None) -> Decimal | None:
    return None if price_usd is None else Decimal(str(price_usd))


@cache
def _rows() -> Mapping[str, Sequence[tuple[date, ModelPrice]]]:
    """Return the dated prices of each model, newest first."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"), parse_float=Decimal)
    long = table["long_input"]
    factors = (long["above_tokens"], long["input_factor"], long["output_factor"])
    rows: dict[str, list[tuple[date, ModelPrice]]] = {}
    for row in table["chat"]:
        price = ModelPrice(row["input"], row["cached"], row["output"], *factors)
        _add(rows, row, price)
    for row in table["embedding"]:
        _add(rows, row, ModelPrice(row["input"], row["input"], Decimal(0)))
    return {model: sorted(dated, reverse=True) for model, dated in rows.items()}


def _add(
    rows: dict[str, list[tuple[date, ModelPrice]]], row: dict[str, Any], price: ModelPrice
) -> None:
    rows.setdefault(row["model"], []).append((row["effective_from"], price))
