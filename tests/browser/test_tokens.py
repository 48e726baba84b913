"""Personal API tokens are made, used and revoked where the runner connects other programs."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.site import Site, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def read(site: Site, token: str) -> int:
    """Return the status that a program gets for the runner's activities."""
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{site.url}/api/v1/activities", headers=headers, timeout=20).status_code


def test_a_token_is_shown_once_opens_the_api_and_is_revoked(visit: Visit, site: Site):
    tab = visit.open("connect").tab
    card = tab.locator(".tokens-card, .card:has(.token-form)").first
    card.locator("[name=name]").fill("Laptop")
    card.locator("[name=scope]").select_option("read")
    card.get_by_role("button", name="Make a token").click()
    expect(card.locator(".secret")).to_be_visible()
    token = card.locator(".secret input").input_value()
    assert read(site, token) == 200
    assert read(site, token + "x") == 401

    visit.open("connect")
    assert token not in tab.content()
    row = tab.locator(".tokens li").filter(has_text="Laptop")
    expect(row).to_contain_text("read")
    row.get_by_role("button", name="Revoke").click()
    expect(tab.locator(".tokens li").filter(has_text="Laptop")).to_have_count(0)
    assert read(site, token) == 401
    assert visit.faults == []


def test_a_token_without_a_name_is_not_made(visit: Visit):
    tab = visit.open("connect").tab
    before = tab.locator(".tokens li").count()
    card = tab.locator(".card:has(.token-form)")
    card.locator("[name=name]").fill("   ")
    card.get_by_role("button", name="Make a token").click()
    expect(card.locator(".told").last).not_to_be_empty()
    assert visit.open("connect").tab.locator(".tokens li").count() == before
