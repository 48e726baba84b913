"""Costs: those of published prices, to the last decimal, and unknown ones."""

from datetime import date
from decimal import Decimal

import pytest

from runningcoach.coach.talk.prices import cost_usd, listed_price, most_usd, price_of, total_usd
from runningcoach.model.conversation import AiSettings, ModelUsage

TODAY = date(2026, 11, 30)
NO_OWN = AiSettings()
PUBLISHED = {  # OpenAI's prices of a million tokens as LiteLLM 1.109.1 lists them
    "gpt-6-luna": ("0.10", "0.01", "0.50"),
    "gpt-6.1-terra": ("1.00", "0.05", "5.00"),
    "gpt-6.1-sol": ("2.00", "0.10", "10.00"),
    "gpt-6-sol": ("2", "0.20", "10"),
    "gpt-6-astra": ("10", "1", "50"),
    "gpt-5.6-luna": ("0.20", "0.02", "1.20"),
    "gpt-5.6-terra": ("2", "0.20", "12"),
    "gpt-5.4-mini": ("0.75", "0.075", "4.50"),
    "gpt-5.5": ("5", "0.5", "30"),
    "text-embedding-3-small": ("0.02", "0.02", "0"),
    "text-embedding-3-large": ("0.13", "0.13", "0"),
}


@pytest.mark.parametrize("model", PUBLISHED)
def test_price_of_agrees_with_the_published_list(model):
    price = price_of(model, NO_OWN, TODAY)
    assert price is not None
    assert price[:3] == tuple(map(Decimal, PUBLISHED[model]))


@pytest.mark.parametrize(
    ("model", "cost"), [("gpt-6-luna", 0.0032), ("gpt-6.1-terra", 0.032), ("gpt-6.1-sol", 0.064)]
)
def test_cost_of_a_plan_call(model, cost):
    usage = ModelUsage(input_tokens=12_000, output_tokens=4_000, reasoning_tokens=1_500)
    assert cost_usd(usage, price_of(model, NO_OWN, TODAY)) == cost
    assert most_usd(12_000, 4_000, price_of(model, NO_OWN, TODAY)) == cost


def test_cached_input_is_cheaper():
    usage = ModelUsage(input_tokens=10_000, cached_tokens=9_000, output_tokens=100)
    # 1,000 at 1.00, 9,000 at 0.05 and 100 at 5.00 a million
    assert cost_usd(usage, price_of("gpt-6.1-terra", NO_OWN, TODAY)) == 0.00195
    odd = ModelUsage(input_tokens=100, cached_tokens=900)  # no server should say so
    assert cost_usd(odd, price_of("gpt-6.1-terra", NO_OWN, TODAY)) == 0.000005


@pytest.mark.parametrize(("input_tokens", "cost"), [(272_000, 0.2725), (272_001, 0.544752)])
def test_a_call_of_long_input_costs_more_in_all(input_tokens, cost):
    usage = ModelUsage(input_tokens=input_tokens, output_tokens=100)
    assert cost_usd(usage, price_of("gpt-6.1-terra", NO_OWN, TODAY)) == cost


def test_embeddings_have_no_price_of_long_input():
    usage = ModelUsage(input_tokens=300_000)
    assert cost_usd(usage, price_of("text-embedding-3-small", NO_OWN, TODAY)) == 0.006


def test_an_edition_costs_what_its_model_costs():
    assert listed_price("gpt-6-luna-2026-09-22", TODAY) == listed_price("gpt-6-luna", TODAY)
    assert listed_price("gpt-6-luna-mini", TODAY) is None


@pytest.mark.parametrize("model", ["gpt-6.2-sol", "llama4:8b", "", "gpt-6", "GPT-6-LUNA"])
def test_an_unknown_price_is_none_and_so_is_its_cost(model):
    price = price_of(model, NO_OWN, TODAY)
    assert price is None
    assert cost_usd(ModelUsage(input_tokens=5), price) is None
    assert most_usd(5, 5, price) is None


def test_a_price_is_not_known_before_its_date():
    assert listed_price("gpt-6-luna", date(2026, 9, 21)) is None
    assert listed_price("gpt-6-luna", date(2026, 9, 22)) is not None


def test_unknown_usage_is_of_unknown_cost():
    assert cost_usd(None, price_of("gpt-6-luna", NO_OWN, TODAY)) is None


def test_prices_of_ones_own_win():
    usage = ModelUsage(input_tokens=1_000_000, cached_tokens=500_000, output_tokens=1_000_000)
    own = AiSettings(input_price_usd=0.3, output_price_usd=0.7, embedding_model="nomic")
    for model in ("gpt-6-luna", "llama4:8b"):
        assert cost_usd(usage, price_of(model, own, TODAY)) == 1.0
    assert price_of("nomic", own, TODAY) is None
    home = AiSettings(input_price_usd=0, output_price_usd=0)
    for used in (usage, None):  # a server at home may not say what was used
        assert cost_usd(used, price_of("llama4:8b", home, TODAY)) == 0


def test_one_price_of_ones_own_leaves_the_other_to_the_table():
    dearer = price_of("gpt-6-luna", AiSettings(input_price_usd=9), TODAY)
    assert dearer is not None
    assert dearer[:3] == (9, 9, Decimal("0.50"))
    written = price_of("gpt-6-luna", AiSettings(output_price_usd=9), TODAY)
    assert written is not None
    assert written[:3] == (Decimal("0.10"), Decimal("0.01"), 9)
    assert price_of("llama4:8b", AiSettings(input_price_usd=9), TODAY) is None


def test_total_is_exact_in_decimals():
    assert total_usd([0.1] * 3) == 0.3  # 0.1 + 0.1 + 0.1 of binary fractions is more
    assert total_usd([1e-8, 0.0032, 0.00195]) == 0.00515001
    assert total_usd([]) == 0
    assert total_usd([0.1, None]) is None
