"""Whatever is sent, the running API answers as it is described and never with a fault.

schemathesis makes requests from the description, right and wrong ones, as the owner, as another
runner and as nobody, over HTTP.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from runningcoach.api.app import create_app
from runningcoach.base import periods
from runningcoach.base.settings import Settings
from runningcoach.model.user import User
from runningcoach.store import database

from .conftest import add_activity
from .lived import live
from .running import Web, running

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
HASHING = ("/api/v1/auth/login", "/api/v1/auth/me/password")
"""A password takes a second of a busy machine."""
VENDORS = ("PUT /api/v1/ai/key",)
"""With a key of whatever letters a real server would be asked; without one none is."""
ROLES = ("owner", "runner", "nobody")
NOWHERE = "http://127.0.0.1:9"
SEED = 20_261_129


@dataclass
class Site:
    """A server, its accounts, and an activity of each."""

    web: Web
    users: dict[str, User]
    activities: dict[str, int]


@pytest.fixture(scope="module")
def site(clone, tmp_path_factory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("web")
    with clone() as url, running(url, folder, RUNNINGCOACH_GARMIN_URL=NOWHERE) as web:
        users = {"owner": web.sign_up("ann", role="owner"), "runner": web.sign_up("bob")}
        activities = {}
        with database.connect(web.database_url) as conn:
            for role, user in users.items():
                activities[role] = add_activity(conn, web.home, user)
                live(conn, user, activities[role], periods.today("Asia/Seoul"))
        yield Site(web, users, activities)


@pytest.fixture(scope="module")
def requests() -> list[tuple[Any, Any]]:
    """Every operation with what makes requests for it, as described and otherwise."""
    app = create_app(Settings(database_url="postgresql://nowhere", home="/nowhere"))
    described = schemathesis.openapi.from_dict(app.openapi())
    operations = [one.ok() for one in described.get_all_operations()]
    operations = [one for one in operations if one.label not in VENDORS]
    return [
        (one, st.one_of(*(one.as_strategy(mode) for mode in GenerationMode))) for one in operations
    ]


def probe(site: Site, role: str, operation: Any, cases: Any, examples: int) -> list[str]:
    """Return the status of each answer, and what is wrong with it."""
    said: list[str] = []
    session = site.web.session(site.users[role]) if role in site.users else {}

    @seed(SEED)
    @settings(
        max_examples=2 if operation.path in HASHING else examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, is_own=st.booleans())
    def ask(case: Any, is_own: bool) -> None:
        if is_own and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = site.activities.get(role, 1)
        answer = case.call(base_url=site.web.url, cookies=session, timeout=30)
        said.append(f"{answer.status_code}")
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            said.extend(f"{role} {operation.label}: {error}" for error in group.exceptions)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ask()
    return said


def answers(site: Site, requests: list[tuple[Any, Any]], role: str, examples: int) -> set[str]:
    """Return the statuses that were answered, and whatever was wrong."""
    found = {
        said
        for operation, cases in requests
        for said in probe(site, role, operation, cases, examples)
    }
    assert site.web.process.poll() is None
    assert "Traceback" not in site.web.log.read_text()
    return found


RIGHT = {
    f"{status}" for status in (200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 409, 413, 422, 429)
}
CLOSED = {"200", "401", "422", "429"}
"""What nobody may hear: all is well, log in, that is no login, wait."""


@pytest.mark.parametrize(
    "role", [pytest.param("owner", marks=pytest.mark.deep), "runner", "nobody"]
)
def test_every_answer_is_as_described(site: Site, requests, role):
    found = answers(site, requests, role, 2)
    assert found <= (CLOSED if role == "nobody" else RIGHT)
    assert {"200", "401"} <= found if role == "nobody" else {"200", "404", "422"} <= found


@pytest.mark.deep
@pytest.mark.parametrize("role", ROLES)
def test_every_answer_to_many_requests_is_as_described(site: Site, requests, role):
    found = answers(site, requests, role, 4 if role == "nobody" else 8)
    assert found <= (CLOSED if role == "nobody" else RIGHT)
