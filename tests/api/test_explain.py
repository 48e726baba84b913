"""Explanations over HTTP: of one's own numbers, in one's own language."""

from datetime import date

import pytest

from runningcoach.base import i18n
from runningcoach.derive import rebuild
from runningcoach.store import fitness

from .conftest import BEGIN

DAY = date(2026, 5, 5)  # Ann's day in Seoul when her activity begins
WHERE = "/api/v1/metrics/explain"


@pytest.fixture
def activity(ann, add, conn) -> int:
    """One run of Ann's with a number that can be explained, and the days after it."""
    activity_id = add(ann)
    assert BEGIN.date() < DAY
    fitness.mark_stale(conn, ann.id, DAY)
    rebuild.refresh(conn, ann.id)
    return activity_id


def test_an_activity_s_number_is_explained_in_the_runner_s_language(client, activity):
    answer = client.get(f"{WHERE}/moving_s", params={"activity": activity})
    assert answer.status_code == 200
    found = answer.json()
    assert found["label"] == i18n.t("metrics.labels.moving_s", "en")
    assert found["subject"].startswith(DAY.isoformat())


def test_a_day_s_number_is_explained(client, ann, conn):
    conn.execute(
        "INSERT INTO fitness_metrics_daily (user_id, date, activities, distance_m, moving_s, load,"
        " ctl, atl, tsb, provisional, estimated_share) VALUES"
        " (%(u)s, '2026-05-04', 1, 9000, 3000, 60, 40, 50, -10, false, 0),"
        " (%(u)s, '2026-05-05', 0, 0, 0, 0, 39, 43, -10, false, 0)",
        {"u": ann.id},
    )
    found = client.get(f"{WHERE}/tsb", params={"date": "2026-05-05"}).json()
    assert found["value"] == -10
    assert found["filled"] == "40 − 50 = −10"  # the fitness and fatigue of the evening before
    assert [part["value"] for part in found["ingredients"]] == [40, 50]


@pytest.mark.parametrize(
    ("metric", "asked", "status", "code"),
    [
        ("tirmp", {"date": "2026-05-05"}, 404, "explain.unknown_metric"),
        ("trimp", {"activity": 999_999}, 404, "explain.unknown_activity"),
        ("ctl", {"date": "2026-05-05"}, 404, "explain.nothing_yet"),
        ("rtss", {"date": "2020-01-01"}, 404, "explain.no_activities"),
        ("ctl", {}, 422, "explain.one_subject"),
        ("ctl", {"date": "2026-05-05", "activity": 1}, 422, "explain.one_subject"),
        ("ctl", {"date": "yesterday"}, 422, "api.invalid"),
        ("ctl", {"activity": 2**63}, 422, "api.invalid"),
    ],
)
def test_what_is_not_there_is_said(client, metric, asked, status, code):
    answer = client.get(f"{WHERE}/{metric}", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert code == "api.invalid" or answer.json()["remedy"]


def test_another_s_activity_is_as_if_it_were_not_there(client, other, activity):
    theirs = other.get(f"{WHERE}/moving_s", params={"activity": activity})
    nobody_s = other.get(f"{WHERE}/moving_s", params={"activity": activity + 1})
    assert theirs.status_code == nobody_s.status_code == 404
    assert theirs.json()["detail"].replace(str(activity), "") == nobody_s.json()["detail"].replace(
        str(activity + 1), ""
    )


def test_nobody_is_told_anything_without_a_login(visitor):
    assert visitor.get(f"{WHERE}/ctl", params={"date": "2026-05-05"}).status_code == 401
