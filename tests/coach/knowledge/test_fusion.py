"""Scores are added by their weights, and places are shared."""

import pytest

from runningcoach.coach.knowledge.fusion import order_added, share_places, weighted_sum


def test_weighted_sum():
    scores = weighted_sum({"meaning": {1: 0.5, 2: 0.25}, "english": {2: 8.0, 3: 4.0}})
    assert scores == {2: 1.5, 1: 1.0, 3: 0.5}
    assert list(scores) == [2, 1, 3]


SCORES = {1: 4.0, 2: 3.0, 11: 2.0, 3: 1.5, 12: 1.1, 13: 1.0, 14: 0.9}
SHIPPED = [1, 2, 3]


@pytest.mark.parametrize(
    ("likeness", "order"),
    [
        ({}, [11, 12, 13]),  # 14 scores less than a quarter of the best shipped one
        ({14: 0.5}, [11, 14, 12, 13]),
        ({14: 0.49}, [11, 12, 13]),
        ({13: 0.2, 12: 0.05}, [11, 13, 12]),
    ],
)
def test_order_added(likeness, order):
    assert order_added(SCORES, likeness, SHIPPED) == order


def test_order_added_where_nothing_is_shipped():
    assert order_added({5: 2.0, 6: 0.1}, {}, []) == [5, 6]


@pytest.mark.parametrize(
    ("added", "k", "places"),
    [
        ([], 3, [1, 2, 3]),
        ([11, 12, 13], 4, [1, 2, 11, 12]),
        ([13, 11], 4, [1, 2, 11, 13]),  # in the order of all scores
        ([11, 12, 13], 5, [1, 2, 11, 12, 13]),
        ([11, 12, 13], 7, [1, 2, 11, 3, 12, 13]),
        ([11, 12, 13, 14], 1, [11]),
    ],
)
def test_share_places(added, k, places):
    assert share_places(SCORES, added, SHIPPED, k) == places


def test_added_passages_alone_take_all_places():
    assert share_places({5: 2.0, 6: 1.0, 7: 0.1}, [5, 6, 7], [], 3) == [5, 6, 7]
