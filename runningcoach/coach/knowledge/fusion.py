"""Scores of several rankings made one, and places shared between shipped and added passages."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from runningcoach.store.knowledge import Scores

WEIGHTS = {"meaning": 2.0, "meaning_of_glossary": 1.0, "english": 1 / 8, "korean": 1 / 8}
"""What one of each score counts: cosines reach 1, BM25 of a good match about 8 to 20. Measured
against reciprocal ranks and other weights: docs/reference/knowledge.md."""
ADDED_SCORE_LEAST = 0.25
"""An added passage takes a place if it scores this share of the best shipped one: in a trial it
kept 19 of 20 relevant passages and dropped 9 of 10 of texts on other subjects."""


def weighted_sum(scores: Mapping[str, Scores]) -> Scores:
    """Return the sum of all scores of each passage by their weights, best first."""
    sums: defaultdict[int, float] = defaultdict(float)
    for ranking, found in scores.items():
        for passage_id, score in found.items():
            sums[passage_id] += WEIGHTS[ranking] * score
    return best_first(sums)


def best_first(scores: Mapping[int, float]) -> Scores:
    """Return the scores in their order, the earlier stored passage first among equals."""
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def share_places(scores: Scores, added: Scores, shipped: Collection[int], k: int) -> list[int]:
    """Return the `k` passages to show: of those added by a runner that fit, at least half.

    A runner's own texts would rarely win against shipped passages on the same subject, which carry
    aliases. `added` orders them; `scores` of all decide whether they fit, and the final order.
    """
    best_shipped = max((scores[one] for one in shipped), default=0.0)
    fitting = [one for one in added if scores.get(one, 0) >= ADDED_SCORE_LEAST * best_shipped]
    half = (k + 1) // 2
    own = fitting[: max(half, k - len(shipped))]
    theirs = [one for one in scores if one in shipped][: k - len(own)]
    return [one for one in scores if one in {*own, *theirs}]
