"""Illness and pain are noted and ended on the page of today."""

import pytest
from playwright.sync_api import expect

from tests.browser.site import Site, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_illness_is_noted_answered_and_over(visit: Visit, site: Site):
    tab = visit.open("today").tab
    tab.get_by_role("button", name="I am ill").click()
    expect(tab.locator(".complaint-list")).to_contain_text("Ill since")
    lasting = tab.context.request.get(f"{site.url}/api/v1/complaints").json()
    assert [one["kind"] for one in lasting] == ["illness"]
    tab.get_by_role("button", name="It is over").click()
    expect(tab.get_by_role("button", name="I am ill")).to_be_visible()
    assert tab.context.request.get(f"{site.url}/api/v1/complaints").json() == []
    assert visit.faults == []
