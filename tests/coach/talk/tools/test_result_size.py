"""Results that are too long lose the end of their lists, and say so."""

import json

from runningcoach.coach.talk.tools.result_size import fit
from runningcoach.sources.openai.tokens import count_tokens


def test_short_result_is_left_whole():
    fields = {"days": [1, 2, 3], "missing": {}}
    assert json.loads(fit(fields)) == fields


def test_longest_list_loses_its_end_and_counts_it():
    fields = {"days": [{"km": n, "words": "x" * 40} for n in range(100)], "weeks": [1, 2]}
    text = fit(fields, 400)
    found = json.loads(text)
    assert count_tokens(text) <= 400
    assert [day["km"] for day in found["days"]] == list(range(len(found["days"])))
    assert len(found["days"]) + found["truncated"]["days"] == 100
    assert found["weeks"] == [1, 2]


def test_both_of_two_plans_stay_and_lose_their_last_weeks():
    weeks = [{"start": n, "words": "x" * 300} for n in range(6)]
    found = json.loads(fit({"plans": [{"id": 1, "weeks": weeks}, {"id": 2, "weeks": weeks}]}, 500))
    assert [plan["id"] for plan in found["plans"]] == [1, 2]
    for plan in found["plans"]:
        assert plan["weeks"][0]["start"] == 0
        assert len(plan["weeks"]) + plan["truncated"]["weeks"] == 6


def test_what_cannot_be_cut_is_left():
    assert json.loads(fit({"text": "x" * 9_000}, 100)) == {"text": "x" * 9_000}
