"""What goes wrong on request, and what the real library makes of it."""

import io
import threading
import time
import zipfile

import httpx
import pytest
import requests
from garminconnect import (
    Garmin,
    GarminConnectAuthenticationError,
    GarminConnectConnectionError,
    GarminConnectTooManyRequestsError,
)

from runningcoach.simulators.garmin import SimulatorClient

COUNT = "/activitylist-service/activities/count"
SEARCH = "/activitylist-service/activities/search/activities"
ORIGINAL = Garmin.ActivityDownloadFormat.ORIGINAL


def test_too_many_requests_names_the_wait(fake: SimulatorClient, garmin: Garmin) -> None:
    fake.fault(COUNT, status=429, headers={"Retry-After": "17"})
    with pytest.raises(GarminConnectTooManyRequestsError) as caught:
        garmin.count_activities()
    errors = (caught.value, caught.value.__cause__)
    answers = [getattr(error, "response", None) for error in errors]
    waits = {answer.headers["Retry-After"] for answer in answers if answer is not None}
    assert waits == {"17"}
    assert garmin.count_activities() > 0  # once only
    assert [call.status for call in fake.log()] == [429, 200]


def test_fault_strikes_where_and_as_often_as_asked(fake: SimulatorClient, garmin: Garmin) -> None:
    fake.fault("/wellness/dailyStress/", method="GET", status=503, count=2, after=1)
    answers = []
    for _ in range(5):
        try:
            garmin.get_stress_data("2026-11-10")
            answers.append(200)
        except GarminConnectConnectionError:
            answers.append(503)
        garmin.count_activities()
    assert answers == [200, 503, 503, 200, 200]
    fake.fault(status=500, count=None)
    fake.clear_faults()
    assert garmin.count_activities() > 0


@pytest.mark.parametrize("status", [400, 403, 500, 503])
def test_other_refusals_are_connection_errors(
    fake: SimulatorClient, garmin: Garmin, status: int
) -> None:
    fake.fault(COUNT, status=status)
    with pytest.raises(GarminConnectConnectionError):
        garmin.count_activities()
    assert [call.status for call in fake.log()] == [status]


def test_unauthorised_once_is_mended_by_the_library(fake: SimulatorClient, garmin: Garmin) -> None:
    fake.fault(COUNT, status=401)
    assert garmin.count_activities() > 0
    fake.fault(COUNT, status=401, count=2)
    with pytest.raises(GarminConnectAuthenticationError):
        garmin.count_activities()


def test_zip_is_cut_in_the_middle(fake: SimulatorClient, garmin: Garmin) -> None:
    number = str(fake.activity_ids()[0])
    whole = garmin.download_activity(number, ORIGINAL)
    fake.fault("/download-service/", spoil="cut")
    part = garmin.download_activity(number, ORIGINAL)
    assert part == whole[: len(whole) // 2]
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(part))


def test_connection_breaks_in_the_middle(fake: SimulatorClient, garmin: Garmin) -> None:
    number = str(fake.activity_ids()[0])
    fake.fault("/download-service/", spoil="broken")
    with pytest.raises((GarminConnectConnectionError, requests.RequestException)):
        garmin.download_activity(number, ORIGINAL)
    assert garmin.download_activity(number, ORIGINAL)


@pytest.mark.parametrize("spoil", ["malformed", "html"])
def test_what_is_not_json_is_an_error(fake: SimulatorClient, garmin: Garmin, spoil: str) -> None:
    fake.fault(COUNT, spoil=spoil)  # type: ignore[arg-type]
    with pytest.raises((GarminConnectConnectionError, ValueError)):
        garmin.count_activities()
    assert garmin.count_activities() > 0


def test_connection_is_dropped_without_a_byte(fake: SimulatorClient, garmin: Garmin) -> None:
    fake.fault(COUNT, spoil="drop", count=None)
    with pytest.raises(GarminConnectConnectionError):
        garmin.count_activities()
    assert {call.status for call in fake.log()} == {0}
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{fake.url}{COUNT}", timeout=5)


def test_answers_wait_and_fields_come_and_go(fake: SimulatorClient, garmin: Garmin) -> None:
    fake.fault("/hrv-service/", delay_s=0.3, add={"news": 1}, remove=["weeklyAvg"])
    began = time.perf_counter()
    answer = garmin.get_hrv_data("2026-11-18")
    assert time.perf_counter() - began >= 0.3
    assert answer["news"] == answer["hrvSummary"]["news"] == 1
    assert "weeklyAvg" not in answer["hrvSummary"]
    assert fake.log()[0].took_s >= 0.3


def test_log_tells_how_many_were_open(fake: SimulatorClient, garmin: Garmin) -> None:
    fake.latency(0.2)
    threads = [threading.Thread(target=garmin.count_activities) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(call.in_flight for call in fake.log()) == 5
    fake.clear_log()
    assert fake.log() == []


def test_open_request_is_not_in_the_log_of_the_next_test(fake: SimulatorClient) -> None:
    fake.fault("/mobile/", delay_s=0.5)
    with pytest.raises(requests.Timeout):
        requests.get(f"{fake.url}/mobile/sso/en_US/sign-in", timeout=0.1)
    fake.clear_log()
    time.sleep(0.6)
    assert fake.log() == []


def test_mistake_of_the_simulator_is_told(fake: SimulatorClient, garmin: Garmin) -> None:
    with pytest.raises(GarminConnectConnectionError, match="ValueError"):
        garmin.connectapi(SEARCH, params={"limit": "many"})


def test_old_minutes_are_cold_until_asked_for(fake: SimulatorClient, garmin: Garmin) -> None:
    fake.cold_after(180)
    old, young = "2026-03-10", "2026-11-10"
    assert garmin.get_heart_rates(young)["heartRateValues"]
    cold = garmin.get_heart_rates(old)
    assert cold["heartRateValues"] is None
    assert cold["restingHeartRate"]  # what was summed up stays
    assert garmin.get_stress_data(old)["stressValuesArray"] == []
    assert garmin.get_sleep_data(old)["sleepLevels"] == []
    assert garmin.request_reload(old)["status"] == "SUBMITTED"
    assert len(garmin.get_heart_rates(old)["heartRateValues"]) == 720
    assert garmin.get_stress_data(old)["stressValuesArray"]


def test_control_door_is_not_in_the_log_and_not_upset(fake: SimulatorClient) -> None:
    fake.fault(status=500, count=None)
    assert fake.activity_ids()
    assert fake.log() == []
    with pytest.raises(httpx.HTTPStatusError):
        fake.control("nonsense")


def test_what_is_unknown_is_not_found(fake: SimulatorClient, garmin: Garmin) -> None:
    with pytest.raises(GarminConnectConnectionError, match="404"):
        garmin.connectapi("/no-such-service/thing")
