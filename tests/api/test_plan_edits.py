"""Edits of plans over HTTP: a new version with its price, all of them or nothing."""

import json
from datetime import timedelta

import pytest

from runningcoach.base import periods
from runningcoach.model.canonical import record_sha256
from runningcoach.model.plan import Plan

from .planning import PLANS, TODAY, add_training, approve, approved, generate, workout_days

MONDAY = periods.week_start(TODAY) + timedelta(days=7)


@pytest.fixture(autouse=True)
def trained(conn, ann, bob):
    add_training(conn, ann, bob)


def day(number):
    """Return a day of next week; Tuesday, Thursday, Saturday and Sunday have sessions."""
    return f"{MONDAY + timedelta(days=number)}"


def days_of(plan):
    return {d["date"]: d["workouts"] for week in plan["plan"]["weeks"] for d in week["days"]}


def edit(client, plan, *edits):
    return client.post(f"{PLANS}/{plan['id']}/edits", json={"edits": list(edits)})


def move(first, last):
    return {"kind": "move", "from_date": first, "to_date": last}


def test_edits_make_a_proposed_version_and_leave_the_current_one(client):
    current = approved(client)
    before = workout_days(client)
    answer = edit(client, current, move(day(1), day(2)), {"kind": "make_easy", "date": day(3)})
    assert answer.status_code == 201
    edited, price = answer.json()["plan"], answer.json()["price"]
    assert (edited["status"], edited["origin"], edited["parent_id"]) == (
        "proposed", "edit", current["id"],
    )  # fmt: skip
    old, new = days_of(current), days_of(edited)
    assert (new[day(1)], new[day(2)]) == ([], old[day(1)])
    assert [w["type"] for w in new[day(3)]] == ["easy"]
    assert {d for d in old if old[d] != new[d]} == {day(1), day(2), day(3)}
    assert [reason["key"] for reason in edited["reasons"]] == [
        "findings.fix.move", "findings.fix.make_easy",
    ]  # fmt: skip
    assert edited["sha256"] == record_sha256(Plan.model_validate(edited["plan"]))
    assert price["week_km_change"].keys() <= {day(0)}
    assert workout_days(client) == before
    assert client.get(f"{PLANS}/current").json()["id"] == current["id"]


def test_edits_are_applied_one_after_the_other(client):
    plan = generate(client)
    edited = edit(client, plan, move(day(1), day(2)), move(day(3), day(1))).json()["plan"]
    old, new = days_of(plan), days_of(edited)
    assert (new[day(1)], new[day(2)], new[day(3)]) == (old[day(3)], old[day(1)], [])


def test_one_edit_that_fails_lets_all_fail(client):
    plan = generate(client)
    refused = edit(client, plan, move(day(1), day(2)), move(day(3), day(2)))
    assert (refused.status_code, refused.json()["code"]) == (409, "editing.day_taken")
    assert refused.json()["errors"] == [
        {"field": "edits.1", "message": f"There is already a session on {day(2)}."}
    ]
    assert [row["id"] for row in client.get(PLANS).json()] == [plan["id"]]


def test_text_that_cannot_be_read_names_edit_line_and_reason(client):
    plan = generate(client)
    replace = {"kind": "replace", "date": day(1), "text": "2km E + 5x(1km Q"}
    refused = edit(client, plan, replace)
    assert (refused.status_code, refused.json()["code"]) == (422, "workouts.text")
    assert [row["field"] for row in refused.json()["errors"]] == ["edits.0"]
    assert "5x" in refused.json()["detail"]
    assert len(client.get(PLANS).json()) == 1


def test_price_is_that_of_the_edits_and_nothing_is_stored(client):
    plan = generate(client)
    body = {"edits": [{"kind": "scale_week", "start": day(0), "share": 0.5}]}
    priced = client.post(f"{PLANS}/{plan['id']}/price", json=body)
    assert priced.status_code == 200
    assert list(priced.json()["week_km_change"]) == [day(0)]
    week = next(w for w in simulated(client, plan)["weeks"] if w["start"] == day(0))
    change = priced.json()["week_km_change"][day(0)]
    assert change == pytest.approx(-week["distance_m"] / 2_000, abs=1.0)
    assert priced.json()["load_change"] < 0
    assert len(client.get(PLANS).json()) == 1
    edited = client.post(f"{PLANS}/{plan['id']}/edits", json=body).json()
    assert edited["price"] == priced.json()


def simulated(client, plan):
    answer = client.get(f"{PLANS}/{plan['id']}/simulation")
    assert answer.status_code == 200
    return answer.json()


def test_simulation_has_every_day_and_week_of_the_plan(client):
    plan = generate(client)
    simulation = simulated(client, plan)
    assert [d["date"] for d in simulation["days"]] == list(days_of(plan))
    assert [w["start"] for w in simulation["weeks"]] == [w["start"] for w in plan["plan"]["weeks"]]
    resting = [d["load"] for d in simulation["days"] if not days_of(plan)[d["date"]]]
    assert set(resting) == {0.0}
    assert simulation["race_time_low_s"] < simulation["race_time_high_s"]


def test_edited_proposal_takes_the_place_of_the_one_it_was_made_from(client):
    plan = generate(client)
    edited = edit(client, plan, move(day(1), day(2))).json()["plan"]
    assert client.get(f"{PLANS}/{plan['id']}").json()["status"] == "archived"
    refused = edit(client, plan, move(day(1), day(2)))
    assert (refused.status_code, refused.json()["code"]) == (409, "plans.not_editable")
    again = edit(client, edited, move(day(2), day(1))).json()["plan"]
    assert (again["parent_id"], again["sha256"]) == (edited["id"], plan["sha256"])
    assert approve(client, again).status_code == 200


def test_edit_waits_while_a_proposal_of_another_origin_does(client):
    current = approved(client)
    waiting = generate(client, ambition="ambitious")
    refused = edit(client, current, move(day(1), day(2)))
    assert (refused.status_code, refused.json()["code"]) == (409, "plans.other_proposal")
    assert f"{waiting['id']}" in refused.json()["remedy"]
    assert client.get(f"{PLANS}/{waiting['id']}").json()["status"] == "proposed"
    assert edit(client, waiting, move(day(1), day(2))).status_code == 201


def test_edit_that_breaks_a_rule_is_shown_and_not_approved(client):
    plan = generate(client)
    answer = edit(client, plan, {"kind": "scale", "date": day(6), "share": 1.5}).json()
    assert "error" in {f["severity"] for f in answer["price"]["new_findings"]}
    refused = approve(client, answer["plan"])
    assert (refused.status_code, refused.json()["code"]) == (409, "plans.has_errors")


@pytest.mark.parametrize(
    ("edits", "code"),
    [
        ([], "api.invalid"),
        ([{"kind": "fly", "date": day(1)}], "api.invalid"),
        ([{"kind": "make_easy", "date": day(1), "user_id": 2}], "api.invalid"),
        ([{"kind": "scale", "date": day(1), "share": 9}], "api.invalid"),
        ([{"kind": "scale", "date": day(1), "share": "NaN"}], "api.invalid"),
        ([{"kind": "replace", "date": day(1), "text": "8km E" + "\u0000"}], "api.invalid"),
        ([{"kind": "replace", "date": day(1), "text": "x" * 30_000}], "workouts.text"),
        ([{"kind": "make_easy", "date": day(0)}], "editing.day_empty"),
        ([{"kind": "make_easy", "date": "2020-01-01"}], "editing.day_outside_plan"),
        ([{"kind": "swap", "first_date": day(1), "second_date": day(1)}], "editing.without_effect"),
        ([{"kind": "make_easy", "date": day(1)}] * 101, "api.invalid"),
    ],
)
def test_edit_that_cannot_be_is_refused_and_stores_nothing(client, edits, code):
    plan = generate(client)
    refused = edit(client, plan, *edits)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert [row["id"] for row in client.get(PLANS).json()] == [plan["id"]]


def test_unknown_keys_and_huge_bodies_are_refused(client):
    plan = generate(client)
    path = f"{PLANS}/{plan['id']}/edits"
    more = {"edits": [move(day(1), day(2))], "today": day(0)}
    assert client.post(path, json=more).status_code == 422
    huge = json.dumps({"edits": [{"kind": "replace", "date": day(1), "text": "x" * 2_000_000}]})
    headers = {"Content-Type": "application/json"}
    assert client.post(path, content=huge, headers=headers).status_code == 413
    deep = '{"edits":' + "[" * 400_000 + "]" * 400_000 + "}"
    assert client.post(path, content=deep, headers=headers).status_code in (400, 422)
    assert len(client.get(PLANS).json()) == 1


def test_edits_of_another_runners_plan_are_not_there(client, other):
    hers = approved(client)
    body = {"edits": [move(day(1), day(2))]}
    for tail in ("/edits", "/price"):
        assert other.post(f"{PLANS}/{hers['id']}{tail}", json=body).status_code == 404
    assert other.get(f"{PLANS}/{hers['id']}/simulation").status_code == 404
    assert len(client.get(PLANS).json()) == 1
    assert other.get(PLANS).json() == []
