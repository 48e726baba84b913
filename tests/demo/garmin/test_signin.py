"""The real library signs in: with and without a code, with old tokens, against closed doors."""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from garminconnect import (
    Garmin,
    GarminConnectAuthenticationError,
    GarminConnectTooManyRequestsError,
)

from runningcoach.simulators.garmin import SimulatorClient, serve

from .conftest import UNTIL, Connect, led, tokens

PROFILE = "/userprofile-service/socialProfile"


def asked(fake: SimulatorClient) -> list[tuple[str, str]]:
    return [(call.method, call.path) for call in fake.log()]


def test_signs_in_with_the_six_requests_of_the_app(fake: SimulatorClient, connect: Connect) -> None:
    client = connect(fake.email, fake.password)
    assert client.login() == (None, None)
    assert client.display_name == fake.display_name
    assert client.get_unit_system() == "metric"
    assert asked(fake) == [
        ("GET", "/mobile/sso/en_US/sign-in"),
        ("POST", "/mobile/api/login"),
        ("POST", "/di-oauth2-service/oauth/token"),
        ("GET", PROFILE),
        ("GET", PROFILE),
        ("GET", "/userprofile-service/userprofile/user-settings"),
    ]
    assert {call.status for call in fake.log()} == {200}
    assert [call.lane for call in fake.log()] == ["signin"] * 2 + ["token"] + ["connect"] * 3


def test_wrong_password_stops_at_the_first_door(fake: SimulatorClient, connect: Connect) -> None:
    with pytest.raises(GarminConnectAuthenticationError):
        connect(fake.email, "wrong").login()
    assert len(fake.log()) == 2


def test_code_is_given_in_another_process_after_a_wrong_one(
    fake: SimulatorClient, connect: Connect
) -> None:
    fake.mfa()
    waiting, state = connect(fake.email, fake.password, return_on_mfa=True).login()
    assert waiting == "needs_mfa"
    answers = other_process(fake, json.dumps(state), "000000", fake.mfa_code)
    assert answers[0] == "GarminConnectAuthenticationError"
    again = connect()
    again.login(tokenstore=answers[1])
    assert again.display_name == fake.display_name
    codes = [call.status for call in fake.log() if call.path.endswith("/verifyCode")]
    assert codes == [401, 401, 200]


def other_process(fake: SimulatorClient, state: str, *codes: str) -> list[str]:
    """Finish a sign-in in a process of its own; return what came of each code."""
    script = Path(__file__).with_name("finish_signin.py")
    done = subprocess.run(
        [sys.executable, str(script), fake.url, *codes],
        input=state, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_code_of_the_callback_is_taken(fake: SimulatorClient, connect: Connect) -> None:
    fake.mfa()
    client = connect(fake.email, fake.password, prompt_mfa=lambda: fake.mfa_code)
    client.login()
    assert client.display_name == fake.display_name


def test_login_without_the_page_before_it_is_too_much(fake: SimulatorClient) -> None:
    said = {"username": fake.email, "password": fake.password}
    assert requests.post(f"{fake.url}/mobile/api/login", json=said, timeout=5).status_code == 429


def test_portal_is_taken_when_mobile_and_widget_are_shut(
    fake: SimulatorClient, connect: Connect
) -> None:
    fake.fault("^/mobile/|^/sso/", status=429, count=None)
    client = connect(fake.email, fake.password)
    client.login()
    assert ("POST", "/portal/api/login") in asked(fake)
    assert tokens(client)["di_token"]


def test_widget_is_taken_when_mobile_is_shut(fake: SimulatorClient, connect: Connect) -> None:
    fake.mfa()
    fake.fault("^/mobile/", status=429, count=None)
    client = connect(fake.email, fake.password, prompt_mfa=lambda: fake.mfa_code)
    client.login()
    assert ("POST", "/sso/verifyMFA/loginEnterMfaCode") in asked(fake)
    assert tokens(client)["di_token"]


def test_all_doors_shut_is_too_many_requests(fake: SimulatorClient, connect: Connect) -> None:
    fake.fault("^/(mobile|portal|sso)/", status=429, count=None)
    with pytest.raises(GarminConnectTooManyRequestsError):
        connect(fake.email, fake.password).login()
    assert len(fake.log()) == 11


def test_ticket_is_good_once_and_for_its_service_only(fake: SimulatorClient) -> None:
    def exchange(ticket: str, service: str) -> int:
        form = {
            "client_id": "A", "service_ticket": ticket, "service_url": service,
            "grant_type": "https://connectapi.garmin.com/di-oauth2-service/oauth/grant/"
            "service_ticket",
        }  # fmt: skip
        url = f"{fake.url}/di-oauth2-service/oauth/token"
        return requests.post(url, data=form, auth=("A", ""), timeout=5).status_code

    said = {"username": fake.email, "password": fake.password}
    with requests.Session() as door:
        door.get(f"{fake.url}/mobile/sso/en_US/sign-in", timeout=5)
        url = f"{fake.url}/mobile/api/login?service=https://a.example"
        ticket = door.post(url, json=said, timeout=5).json()["serviceTicketId"]
    assert exchange(ticket, "https://b.example") == 400
    assert exchange(ticket, "https://a.example") == 200
    assert exchange(ticket, "https://a.example") == 400


def test_tokens_carry_over_and_are_renewed_in_time(fake: SimulatorClient, connect: Connect) -> None:
    fake.token_ttl(600)  # the library renews what lives less than 900 s
    first = connect(fake.email, fake.password)
    first.login()
    kept = tokens(first)
    fake.clear_log()
    fake.token_ttl(86_400)
    second = connect()
    second.login(tokenstore=json.dumps(kept))
    assert [call.path for call in fake.log("token")] == ["/di-oauth2-service/oauth/token"]
    renewed = tokens(second)
    assert renewed["di_refresh_token"] != kept["di_refresh_token"]
    second.count_activities()
    assert len(fake.log("token")) == 1


def test_eight_threads_renew_once(fake: SimulatorClient, connect: Connect) -> None:
    fake.token_ttl(600)
    client = connect(fake.email, fake.password)
    client.login()
    fake.token_ttl(86_400)
    fake.clear_log()
    with ThreadPoolExecutor(8) as pool:
        counts = set(pool.map(lambda _: client.count_activities(), range(8)))
    assert len(counts) == 1
    assert [call.status for call in fake.log("token")] == [200]
    assert len(fake.log("connect")) == 8


def test_refresh_token_is_good_once(fake: SimulatorClient, connect: Connect) -> None:
    client = connect(fake.email, fake.password)
    client.login()
    kept = json.dumps(tokens(client))
    fake.kill_tokens(refresh=False)
    assert client.count_activities() > 0  # 401, renewed, asked again
    fake.kill_tokens(refresh=False)
    late = connect()
    with pytest.raises(GarminConnectAuthenticationError):
        late.login(tokenstore=kept)
    renewals = [call.status for call in fake.log("token")]
    assert renewals[:2] == [200, 200]
    assert set(renewals[2:]) == {400}
    assert client.count_activities() > 0  # the holder of the next one goes on


def test_dead_tokens_are_an_authentication_error(fake: SimulatorClient, garmin: Garmin) -> None:
    fake.kill_tokens()
    with pytest.raises(GarminConnectAuthenticationError):
        garmin.count_activities()
    assert [call.status for call in fake.log()] == [401, 400, 401]
    assert [call.lane for call in fake.log()] == ["other", "token", "other"]


def test_clock_ahead_expires_tokens_and_shows_in_the_date(
    fake: SimulatorClient, garmin: Garmin
) -> None:
    fake.skew_clock(2 * 86_400)
    assert garmin.count_activities() > 0
    assert [call.status for call in fake.log()] == [401, 200, 200]
    shown = requests.get(f"{fake.url}/mobile/sso/en_US/sign-in", timeout=5).headers["Date"]
    ahead = time.mktime(time.strptime(shown, "%a, %d %b %Y %H:%M:%S GMT")) - time.timezone
    assert abs(ahead - time.time() - 2 * 86_400) < 5


def test_service_tokens_out_of_reach_leave_nothing_to_keep(
    fake: SimulatorClient, connect: Connect
) -> None:
    fake.fault("^/di-oauth2-service/", status=503, count=None)
    client = connect(fake.email, fake.password)
    client.login()  # the library falls back to the cookie of the web application
    assert tokens(client)["di_token"] is None


def test_refuses_who_has_no_token(fake: SimulatorClient) -> None:
    answer = requests.get(f"{fake.url}{PROFILE}", timeout=5)
    assert answer.status_code == 401
    assert answer.json()["message"] == "Token is not active"


def test_two_simulators_know_nothing_of_each_other(fake: SimulatorClient, garmin: Garmin) -> None:
    with serve(until=UNTIL, years=0.1) as other:
        stranger = led(Garmin(retry_attempts=0), other.url)
        with pytest.raises(GarminConnectAuthenticationError):
            stranger.login(tokenstore=json.dumps(tokens(garmin)))
