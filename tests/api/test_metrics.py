"""Days, mornings and activities as the metrics engine has them; and how it shall reckon."""

from datetime import timedelta

import pytest

from runningcoach.base import i18n, periods
from runningcoach.metrics.catalogue import CATALOGUE
from runningcoach.model.fitness import RecoveryDay
from runningcoach.model.user import Preferences, User
from runningcoach.store import fitness, preferences

from .conftest import Add
from .lived import day

ROOT = "/api/v1/metrics"
TODAY = periods.today("Asia/Seoul")


def test_days_of_a_span_oldest_first(client, conn, ann: User):
    days = [day(TODAY - timedelta(days=n), load=n, acwr=1.1, flags=["x"]) for n in range(5)]
    fitness.replace_daily(conn, ann.id, days)
    span = {"from": str(TODAY - timedelta(days=3)), "to": str(TODAY - timedelta(days=1))}
    found = client.get(f"{ROOT}/daily", params=span).json()
    assert [one["load"] for one in found] == [3, 2, 1]
    assert (found[0]["acwr"], found[0]["flags"], found[0]["monotony"]) == (1.1, ["x"], None)


def test_without_a_span_the_last_ninety_days(client, conn, ann: User):
    days = [day(TODAY - timedelta(days=n)) for n in range(100)]
    fitness.replace_daily(conn, ann.id, days)
    found = client.get(f"{ROOT}/daily").json()
    assert found[0]["date"] == str(TODAY - timedelta(days=90))
    assert found[-1]["date"] == str(TODAY)


def test_mornings(client, conn, ann: User):
    known = RecoveryDay(
        date=TODAY, hrv_7d_ms=62.5, readiness=71, readiness_band="normal",
        reasons={"sleep_z": "no_sleep"},
    )  # fmt: skip
    fitness.replace_recovery(conn, ann.id, [known])
    (found,) = client.get(f"{ROOT}/recovery").json()
    assert (found["hrv_7d_ms"], found["readiness_band"]) == (62.5, "normal")
    assert (found["sleep_z"], found["reasons"]) == (None, {"sleep_z": "no_sleep"})


def measures(conn, activity_id: int) -> None:
    conn.execute(
        "UPDATE activity_metrics SET flags = '{hot,from_the_future}', reasons ="
        " '{\"trimp\": \"no_hr\"}', late_best_pct = '{97.5,NULL}' WHERE activity_id = %s",
        [activity_id],
    )


def test_measures_of_an_activity_with_their_codes_in_words(client, conn, ann: User, add: Add):
    activity_id = add(ann)
    measures(conn, activity_id)
    found = client.get(f"{ROOT}/activities/{activity_id}").json()
    assert (found["load"], found["trimp"], found["late_best_pct"]) == (61.5, None, [97.5, None])
    assert found["flags"] == ["hot", "from_the_future"]
    assert found["flag_words"] == {"hot": "Hot", "from_the_future": "from_the_future"}
    assert found["reasons"] == {"trimp": "no_hr"}
    assert found["reason_words"] == {"trimp": "No heart rate was recorded."}


def test_words_are_in_the_readers_language(other, conn, bob: User, add: Add):
    activity_id = add(bob)
    measures(conn, activity_id)
    found = other.get(f"{ROOT}/activities/{activity_id}").json()
    assert found["reason_words"]["trimp"] == i18n.t("metrics.reasons.no_hr", "ko")
    assert found["reasons"] == {"trimp": "no_hr"}


def test_the_catalogue_names_every_quantity_once(client, other):
    english, korean = (who.get(f"{ROOT}/catalogue").json() for who in (client, other))
    assert [(one["of"], one["name"]) for one in english] == [(m.of, m.name) for m in CATALOGUE]
    trimp = [next(one for one in found if one["name"] == "ctl") for found in (english, korean)]
    assert (trimp[0]["label"], trimp[0]["unit"]) == ("Fitness", "load/day")
    assert trimp[1]["label"] == i18n.t("metrics.labels.ctl", "ko")
    assert trimp[0]["algorithm"] == trimp[1]["algorithm"] != ""


def test_preferences_begin_as_the_defaults_and_change_one_by_one(client, conn, ann: User):
    path = f"{ROOT}/preferences"
    assert client.get(path).json() == Preferences().model_dump()
    assert client.patch(path, json={"fitness_convention": "span"}).json()["form_of"] == "yesterday"
    client.patch(path, json={"form_of": "sameday"})
    assert preferences.get(conn, ann.id) == Preferences(
        fitness_convention="span", form_of="sameday"
    )


@pytest.mark.parametrize(
    "choice", [{"load_by": "feeling"}, {"seeded": "perhaps"}, {"form_of": None}, {"x": 1}, [], None]
)
def test_choices_there_are_not(client, conn, ann: User, choice):
    answer = client.patch(f"{ROOT}/preferences", json=choice)
    assert answer.status_code == 422
    assert preferences.get(conn, ann.id) == Preferences()


def test_a_choice_is_followed_by_what_is_derived(client, conn, ann: User):
    """Nothing was recorded: what is derived anew has no day, and nothing stays behind."""
    fitness.replace_daily(conn, ann.id, [day(TODAY)])
    client.patch(f"{ROOT}/preferences", json={"load_by": "heart_rate"})
    assert fitness.daily(conn, ann.id, TODAY, TODAY) == []
    assert not fitness.get_derive_state(conn, ann.id).is_stale


def test_the_older_path_answers_the_same_and_says_where_to_go(client, conn, ann: User):
    fitness.replace_daily(conn, ann.id, [day(TODAY)])
    older, canonical = client.get("/api/v1/fitness/daily"), client.get(f"{ROOT}/daily")
    assert older.json() == canonical.json() != []
    assert older.headers["deprecation"].startswith("@")
    assert older.headers["link"] == '</api/v1/metrics/daily>; rel="canonical"'
    assert "deprecation" not in canonical.headers
