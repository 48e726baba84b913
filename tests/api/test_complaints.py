"""Illness and pain: noted, answered by a proposal, over."""

from datetime import timedelta

import pytest

from tests.api.planning import PLANS, TODAY, add_training, approved

COMPLAINTS = "/api/v1/complaints"


@pytest.fixture
def planned(client, conn, ann, bob):
    """The id of the runner's approved plan."""
    add_training(conn, ann, bob)
    return approved(client)["id"]


def test_a_complaint_is_answered_by_a_proposal_that_goes_when_it_is_over(client, planned):
    noted = client.post(COMPLAINTS, json={"kind": "illness"})
    assert noted.status_code == 201, noted.text
    answer = noted.json()
    assert answer["complaint"]["began_on"] == f"{TODAY}"
    assert answer["outcome"] == "proposed"
    proposal = client.get(f"{PLANS}/{answer['plan_id']}").json()
    days = {day["date"]: day["workouts"] for w in proposal["plan"]["weeks"] for day in w["days"]}
    assert [days[f"{TODAY + timedelta(days=n)}"] for n in range(3)] == [[], [], []]
    assert client.get(COMPLAINTS).json() == [answer["complaint"]]

    path = f"{COMPLAINTS}/{answer['complaint']['id']}/end"
    ended = client.post(path).json()
    assert (ended["outcome"], ended["plan_id"]) == ("withdrawn", answer["plan_id"])
    assert ended["complaint"]["ended_on"] == f"{TODAY}"
    assert client.get(COMPLAINTS).json() == []
    assert client.get(f"{PLANS}/{answer['plan_id']}").json()["status"] == "archived"
    assert client.post(path).status_code == 404


def test_a_complaint_noted_twice_is_one(client):
    first = client.post(COMPLAINTS, json={"kind": "pain"}).json()
    assert first["outcome"] == "no_plan"
    assert client.post(COMPLAINTS, json={"kind": "pain"}).json() == first
    assert len(client.get(COMPLAINTS).json()) == 1


@pytest.mark.parametrize("days", [1, -15])
def test_a_complaint_of_another_time_is_refused(client, days):
    body = {"kind": "pain", "began_on": f"{TODAY + timedelta(days=days)}"}
    answer = client.post(COMPLAINTS, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "plans.complaint_day")
    assert client.get(COMPLAINTS).json() == []


def test_complaints_of_another_runner_are_not_there(client, other):
    noted = client.post(COMPLAINTS, json={"kind": "pain"}).json()["complaint"]
    assert other.get(COMPLAINTS).json() == []
    assert other.post(f"{COMPLAINTS}/{noted['id']}/end").status_code == 404
    assert client.get(COMPLAINTS).json() == [noted]
