"""Plans from elsewhere: exports come back as they went, drafts with all that is wrong with them."""

from datetime import timedelta

import pytest

from runningcoach.base import periods

from .planning import PLANS, TODAY, add_training, generate

IMPORT = f"{PLANS}/import"
MONDAY = periods.week_start(TODAY) + timedelta(days=7)
RUN_DAYS = (1, 3, 6)
REQUEST = {"goal": "fit", "start": f"{MONDAY}", "weeks": 1, "available_weekdays": [1, 3, 6]}


@pytest.fixture(autouse=True)
def trained(conn, ann, bob):
    add_training(conn, ann, bob)


def draft(monday=MONDAY, **changes):
    days = [{"date": f"{monday + timedelta(days=n)}", "template": "rest"} for n in range(7)]
    for n in RUN_DAYS:
        days[n] |= {"template": "easy", "distance_km": 6} | changes
    return {
        "title": "from elsewhere",
        "weeks": [{"start": f"{monday}", "phase": "base", "days": days}],
    }


def send(client, content, request=REQUEST):
    return client.post(IMPORT, json={"draft": content, "request": request})


def refused_places(client, content):
    answer = send(client, content)
    assert (answer.status_code, answer.json()["code"]) == (422, "plans.draft_refused")
    assert client.get(PLANS).json() == []
    return {row["field"]: row["message"] for row in answer.json()["errors"]}


def test_export_and_import_keep_the_hash_and_the_form_of_the_plan(client, other):
    plan = generate(client)
    exported = client.get(f"{PLANS}/{plan['id']}/export").json()
    assert exported["schema_version"] == "1"
    imported = other.post(IMPORT, json={"plan": exported}).json()
    assert (imported["sha256"], imported["plan"]) == (plan["sha256"], plan["plan"])
    again = other.get(f"{PLANS}/{imported['id']}/export")
    assert again.json() == exported


def numbers_of(value):
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [number for part in inner for number in numbers_of(part)]
    return [value] if isinstance(value, float) else []


def test_exported_numbers_are_those_that_every_program_writes_the_same(client):
    exported = client.get(f"{PLANS}/{generate(client)['id']}/export").json()
    numbers = numbers_of(exported)
    assert numbers  # reasons hold kilometres with a decimal
    assert [number for number in numbers if number.is_integer()] == []


def test_plan_of_another_form_is_refused(client):
    plan = generate(client)
    later = plan["plan"] | {"schema_version": "2"}
    refused = client.post(IMPORT, json={"plan": later})
    assert (refused.status_code, refused.json()["code"]) == (422, "api.invalid")
    assert [row["field"] for row in refused.json()["errors"]] == ["plan.schema_version"]
    assert set(refused_places_of_draft_version(client)) == {"draft.schema_version"}


def refused_places_of_draft_version(client):
    answer = send(client, draft() | {"schema_version": "2"})
    assert answer.status_code == 422
    return [row["field"] for row in answer.json()["errors"]]


def test_numbers_that_the_database_would_write_otherwise_keep_the_hash(client):
    plan = generate(client)["plan"]
    note = {
        "key": "planner.assumption.stated",
        "values": {"text": "x", "a": -0.0, "b": 1e-7, "c": 1e16},
    }
    for row in client.get(PLANS).json():
        client.post(f"{PLANS}/{row['id']}/reject")
    imported = client.post(IMPORT, json={"plan": plan | {"assumptions": [note]}}).json()
    exported = client.get(f"{PLANS}/{imported['id']}/export").json()
    body = {"sha256": imported["sha256"]}
    assert client.post(f"{PLANS}/{imported['id']}/approve", json=body).status_code == 200
    assert exported["assumptions"][0]["values"]["b"] == 1e-7


def test_numbers_without_meaning_are_refused(client):
    plan = generate(client)["plan"]
    note = {"key": "planner.assumption.stated", "values": {"a": 1e300}}
    refused = client.post(IMPORT, json={"plan": plan | {"assumptions": [note]}})
    assert (refused.status_code, refused.json()["code"]) == (422, "api.invalid")


def test_draft_shows_what_the_rules_find_in_it(client):
    answer = send(client, draft() | {"km": 30})
    assert answer.status_code == 201
    found = {(f["code"], f["severity"]) for f in answer.json()["findings"]}
    assert ("V21", "warn") in found  # the days come to 18 km
    assert answer.json()["origin"] == "import"


def test_draft_of_days_that_are_over_is_shown_as_such_also_later(client):
    last_week = MONDAY - timedelta(days=14)
    plan = send(client, draft(last_week), REQUEST | {"start": f"{last_week}"}).json()
    assert {f["code"] for f in plan["findings"] if f["severity"] == "error"} == {"V12"}
    later = client.get(f"{PLANS}/{plan['id']}").json()
    assert [f for f in later["findings"] if f["code"] == "V12"] == [
        f for f in plan["findings"] if f["code"] == "V12"
    ]


def test_draft_with_a_word_that_is_none_of_ours_is_refused_with_its_place(client):
    content = draft()
    content["weeks"][0]["days"][0]["template"] = "휴식"
    places = refused_places(client, content)
    (message,) = places.values()
    assert "휴식" in message
    assert "rest" in message


@pytest.mark.parametrize(
    ("break_draft", "place"),
    [
        (lambda d: d["weeks"].clear(), "draft.weeks"),
        (lambda d: d["weeks"][0]["days"][1].update(distance_km=6_000), "draft.weeks.0.days.1"),
        (lambda d: d["weeks"][0]["days"][1].update(colour="red"), "draft.weeks.0.days.1.colour"),
        (lambda d: d["weeks"][0]["days"].pop(), "draft.weeks.0"),
        (lambda d: d["weeks"][0]["days"][1].update(duration_min=10), "draft.weeks.0"),
        (lambda d: d["weeks"].extend(d["weeks"] * 80), "draft"),
    ],
)
def test_draft_that_is_not_well_formed_is_refused_with_its_place(client, break_draft, place):
    content = draft()
    break_draft(content)
    assert any(field.startswith(place) for field in refused_places(client, content))


@pytest.mark.parametrize("content", [7, "weeks", [], [1], None])
def test_draft_that_is_no_object_is_refused(client, content):
    answer = send(client, content)
    assert answer.status_code == 422
    assert answer.json()["code"] in ("plans.draft_refused", "plans.import_form")


@pytest.mark.parametrize(
    "names", [(), ("draft",), ("request",), ("plan", "request"), ("plan", "draft")]
)
def test_import_that_is_neither_plan_nor_draft_is_refused(client, names):
    plan = generate(client)
    forms = {"plan": plan["plan"], "draft": draft(), "request": REQUEST}
    refused = client.post(IMPORT, json={name: forms[name] for name in names})
    assert (refused.status_code, refused.json()["code"]) == (422, "plans.import_form")


def test_import_of_a_draft_waits_while_a_proposal_of_another_origin_does(client):
    waiting = generate(client)
    refused = send(client, draft())
    assert (refused.status_code, refused.json()["code"]) == (409, "plans.other_proposal")
    assert f"{waiting['id']}" in refused.json()["remedy"]


def nested(depth, times):
    item = {"kind": "step", "intensity": "main", "end": {"kind": "distance", "meters": 1_000}}
    for _ in range(depth):
        item = {"kind": "repeat", "times": times, "steps": [item]}
    return item


@pytest.mark.parametrize(("depth", "times"), [(5, 99), (11, 1), (200, 1), (900, 1)])
def test_workouts_nested_beyond_measure_are_refused_at_once(client, depth, times):
    plan = generate(client)["plan"]
    day = next(day for week in plan["weeks"] for day in week["days"] if day["workouts"])
    day["workouts"][0]["steps"] = [nested(depth, times)]
    for path, body in ((IMPORT, {"plan": plan}), (f"{PLANS}/validate", plan)):
        refused = client.post(path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, "api.invalid")
    assert len(client.get(PLANS).json()) == 1


def test_edited_import_is_judged_as_an_import(client):
    request = REQUEST | {"available_weekdays": [1, 3]}
    plan = send(client, draft(), request).json()
    assert {(f["code"], f["severity"]) for f in plan["findings"]} >= {("V12", "warn")}
    shorter = {"kind": "scale", "date": f"{MONDAY + timedelta(days=1)}", "share": 0.8}
    answer = client.post(f"{PLANS}/{plan['id']}/edits", json={"edits": [shorter]}).json()
    assert answer["price"]["new_findings"] == []
    edited = answer["plan"]
    assert (edited["origin"], edited["is_imported"]) == ("edit", True)
    assert {f["severity"] for f in edited["findings"] if f["code"] == "V12"} == {"warn"}
    body = {"sha256": edited["sha256"]}
    assert client.post(f"{PLANS}/{edited['id']}/approve", json=body).status_code == 200
    made_here = generate(client)
    assert not made_here["is_imported"]
