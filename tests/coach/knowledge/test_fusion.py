"""Scores are added by their weights, and places are shared."""

import pytest

from runningcoach.coach.knowledge.fusion import share_places, weighted_sum


def test_weighted_sum():
    scores = weighted_sum({"meaning": {1: 0.5, 2: 0.25}, "english": {2: 8.0, 3: 4.0}})
    assert scores == {2: 1.5, 1: 1.0, 3: 0.5}
    assert list(scores) == [2, 1, 3]


SCORES = {1: 4.0, 2: 3.0, 11: 2.0, 3: 1.5, 12: 1.1, 13: 1.0, 14: 0.9}


@pytest.mark.parametrize(
    ("added", "k", "places"),
    [
        ({}, 3, [1, 2, 3]),
        ({11: 1, 12: 1, 13: 1}, 4, [1, 2, 11, 12]),
        ({13: 2, 11: 1}, 4, [1, 2, 11, 13]),  # in the order of all scores
        ({14: 9}, 3, [1, 2, 3]),  # less than a quarter of the best shipped one
        ({11: 1, 12: 1, 13: 1}, 5, [1, 2, 11, 12, 13]),
        ({11: 1, 12: 1, 13: 1}, 6, [1, 2, 11, 3, 12, 13]),
    ],
)
def test_share_places(added, k, places):
    scores = {one: score for one, score in SCORES.items() if one < 10 or one in added}
    assert share_places(scores, added, [one for one in scores if one < 10], k) == places


def test_added_passages_alone_take_all_places():
    assert share_places({5: 2.0, 6: 1.0, 7: 0.1}, {5: 2, 6: 1, 7: 0.1}, [], 3) == [5, 6, 7]
