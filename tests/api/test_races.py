"""Races that the runner has entered."""

import pytest

RACES = "/api/v1/races"
MARATHON = {
    "date": "2026-11-01", "name": "춘천 마라톤", "distance_m": 42_195, "target_time_s": 12_600,
}  # fmt: skip


def test_race_is_entered_changed_and_removed(client):
    created = client.post(RACES, json=MARATHON)
    assert created.status_code == 201
    race = created.json()
    assert race == MARATHON | {"id": race["id"], "priority": "A"}
    path = f"{RACES}/{race['id']}"
    changed = client.patch(path, json={"priority": "B", "target_time_s": None}).json()
    assert changed == race | {"priority": "B", "target_time_s": None}
    assert client.get(path).json() == changed
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404


def test_races_are_listed_by_day_within_a_range(client):
    for day in ("2026-11-01", "2026-09-06", "2027-03-14"):
        client.post(RACES, json=MARATHON | {"date": day})
    days = [race["date"] for race in client.get(RACES).json()]
    assert days == ["2026-09-06", "2026-11-01", "2027-03-14"]
    some = client.get(RACES, params={"from": "2026-10-01", "to": "2026-12-31"}).json()
    assert [race["date"] for race in some] == ["2026-11-01"]


def test_races_of_another_runner_are_not_there(client, other):
    race = client.post(RACES, json=MARATHON).json()
    path = f"{RACES}/{race['id']}"
    assert other.get(RACES).json() == []
    assert other.get(path).status_code == 404
    assert other.patch(path, json={"name": "mine"}).status_code == 404
    assert other.delete(path).status_code == 404
    assert client.get(path).json() == race


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "a\x00"},
        {"distance_m": 0},
        {"distance_m": 42_195.5},
        {"target_time_s": 0},
        {"priority": "D"},
        {"date": "2026-02-30"},
        {"user_id": 1},
    ],
)
def test_broken_race_is_refused(client, change):
    assert client.post(RACES, json=MARATHON | change).status_code == 422
    assert client.get(RACES).json() == []
    race = client.post(RACES, json=MARATHON).json()
    assert client.patch(f"{RACES}/{race['id']}", json=change).status_code == 422
