"""The lanes themselves: names of the library that we lean on, tokens, headers, reprs."""

import base64
import json
from datetime import UTC, datetime

import pytest
from garminconnect import Garmin
from garminconnect.client import sso

from runningcoach.sources.common import http, jwt
from runningcoach.sources.garmin import GarminFailure, key_client, sign_in_client
from runningcoach.sources.garmin.key_client import KeyLane
from runningcoach.sources.garmin.sign_in_client import SigninLane

from .conftest import Runner

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def token(**claims) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.sig"


@pytest.mark.parametrize(
    "name", [*sign_in_client.PRIVATE, *sign_in_client.LISTENED, "_di_token_url", "_do_mobile_login"]
)
def test_library_still_has_the_names_that_we_lean_on(name: str):
    assert hasattr(Garmin().client, name), f"garminconnect has no {name} any more"


@pytest.mark.parametrize("name", sign_in_client.DELAYS)
def test_library_still_has_its_delays(name: str):
    assert hasattr(sso, name)


def test_library_still_has_the_ways_of_signing_in():
    client = Garmin("a@b.c", "x").client
    client.skip_strategies = set(sign_in_client.WAYS)
    with pytest.raises(Exception, match="All login strategies"):
        client.login("a@b.c", "x")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None), ("14", 14), ("Sun, 22 Nov 2026 12:01:00 GMT", 60), ("soon", None),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0), ("999999", 86_400), ("-5", None),
    ],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(value, seconds):
    assert http.retry_after_s(value, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "permanent"), (401, "auth"), (403, "forbidden"), (408, "transient"), (429, "rate"),
     (500, "transient"), (503, "transient"), (520, "transient")],
)  # fmt: skip
def test_status_says_what_is_to_be_done(status, kind):
    assert http.failure(status, {}).kind == kind


def test_life_of_a_token_is_counted_from_its_issue():
    assert jwt.lifetime_s(token(iat=1000, exp=4600)) == 3600
    assert jwt.lifetime_s(token(exp=4600)) == jwt.DEFAULT_LIFE_S


@pytest.mark.parametrize("page", ["<html>", "", "a.b.c", "e30.bnVsbA.x"])
def test_page_is_no_token(page: str):
    with pytest.raises(GarminFailure) as failure:
        jwt.lifetime_s(page)
    assert failure.value.kind == "malformed"


def test_page_in_place_of_a_bearer_is_not_kept(runner: Runner):
    runner.fake.fault("personal-api-key", spoil="html")
    lane = KeyLane(key_client.new_tokens(runner.fake.key), runner.fake.url)
    with pytest.raises(GarminFailure):
        lane.get("/userprofile-service/userprofile/settings")
    assert "bearer" not in lane.tokens()


def test_lanes_show_no_secret(runner: Runner):
    known = sign_in_client.start_sign_in(runner.fake.email, runner.fake.password, runner.fake.url)
    assert isinstance(known, sign_in_client.SignInResult)
    lane = SigninLane(known.tokens, runner.fake.url)
    key = KeyLane(key_client.new_tokens(runner.fake.key), runner.fake.url)
    for shown in (repr(lane), str(lane), repr(key), str(key), repr(known)):
        for secret in [runner.fake.key, *json.loads(known.tokens).values()]:
            assert str(secret) not in shown


def test_bearer_is_exchanged_once_a_day_and_not_with_every_question(runner: Runner):
    lane = KeyLane(key_client.new_tokens(runner.fake.key), runner.fake.url)
    for _ in range(3):
        lane.get("/userprofile-service/userprofile/settings")
    assert len(runner.asked(lane="token")) == 1
    again = KeyLane(lane.tokens(), runner.fake.url)
    again.get("/userprofile-service/userprofile/settings")
    assert len(runner.asked(lane="token")) == 1
