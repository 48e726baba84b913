"""Answers of models through the whole way: what is stored was checked, and nothing else is."""

import json
import random

import pytest

from runningcoach.base import i18n
from runningcoach.coach.plans.validator import has_error, validate
from runningcoach.coach.talk.drafts.draft_plans import check_text
from runningcoach.coach.talk.exchange.pasted_plans import store_pasted_plan
from runningcoach.store import plans
from tests.coach.talk.drafts.answers import ATHLETE, QUESTION, REQUEST, as_text, sound_answer
from tests.coach.talk.drafts.test_reading import corpus_case, spoil


def stored_plans(conn):
    return conn.execute("SELECT count(*) FROM plans").fetchone()[0]


def held(draft):
    """What of a draft can be seen in the plan that it becomes."""
    return [
        (day["date"], day["template"] == "rest") for week in draft["weeks"] for day in week["days"]
    ]


def test_answers_of_the_corpus_are_stored_as_they_are_treated(coach_corpus, conn, user):
    corpus = json.loads((coach_corpus / "model_outputs" / "outputs.json").read_text("utf-8"))
    question, request, athlete = corpus_case(corpus["context"])
    wrong = []
    for item in corpus["outputs"]:
        before, expected = stored_plans(conn), item["expected"]
        checked = check_text(
            item["raw"], question, request, athlete, origin="import",
            finish_reason=item["finish_reason"],
        )  # fmt: skip
        pasted = store_pasted_plan(conn, user, item["raw"], checked, request)
        is_plan = expected["treatment"] in {"accept", "repair"}
        days = None
        if pasted.plan_id is not None:
            plan = plans.get(conn, user.id, pasted.plan_id).plan
            days = [(f"{d.date}", not d.workouts) for w in plan.weeks for d in w.days]
            assert not has_error(validate(plan, athlete, origin="import"))
        right = (expected["treatment"], is_plan, held(expected["result"]) if is_plan else None)
        if (pasted.treatment, stored_plans(conn) == before + 1, days) != right:
            wrong.append((item["id"], item["kind"], pasted.treatment, pasted.reasons))
    assert wrong == []


def check_stored(conn, user, count, seed):
    chance = random.Random(seed)
    treatments = set()
    for _ in range(count):
        before = stored_plans(conn)
        text = spoil(as_text(sound_answer()), chance)
        checked = check_text(text, QUESTION, REQUEST, ATHLETE, origin="import")
        pasted = store_pasted_plan(conn, user, text, checked, REQUEST)
        treatments.add(pasted.treatment)
        is_plan = pasted.treatment in {"accept", "repair"}
        assert stored_plans(conn) == before + is_plan
        if is_plan:
            stored = plans.get(conn, user.id, pasted.plan_id)
            assert (stored.status, stored.plan) == ("proposed", checked.plan)
            assert not has_error(validate(stored.plan, ATHLETE, origin="import"))
            assert "<script" not in stored.plan.model_dump_json()
    return treatments


def test_spoilt_answers_are_never_stored_unchecked(conn, user):
    assert check_stored(conn, user, 40, seed=3) >= {"repair", "reject"}


@pytest.mark.deep
@pytest.mark.slow
def test_five_hundred_spoilt_answers_are_never_stored_unchecked(conn, user):
    assert check_stored(conn, user, 500, seed=4) >= {"accept", "repair", "reject"}


def test_every_reply_is_in_the_language_of_the_runner(conn, user):
    replies = {}
    for language in i18n.LANGUAGES:
        with i18n.speaking(language):
            checked = check_text("no plan here", QUESTION, REQUEST, ATHLETE, origin="import")
            replies[language] = store_pasted_plan(conn, user, "x", checked, REQUEST).reply
    assert replies["ko"] != replies["en"]
    assert replies["en"].isascii()
