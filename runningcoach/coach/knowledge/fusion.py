"""Scores of several rankings made one, and places shared between shipped and added passages."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from runningcoach.store.knowledge import Scores

WEIGHTS = {"meaning": 2.0, "meaning_of_glossary": 1.0, "english": 1 / 8, "korean": 1 / 8}
"""What one of each score counts: cosines reach 1, BM25 of a good match about 8 to 20. Measured
against reciprocal ranks and other weights: docs/reference/knowledge.md."""
SCORE_SHARE_LEAST = 0.25
LIKENESS_LEAST = 0.5
"""An added passage fits if it scores this share of the best shipped one, or is as like it as this
cosine. In a trial with 167 questions this kept 99 % of the relevant passages, and the best of six
texts on other subjects was dropped for 89 % of them; none of these was more alike than 0.33."""


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


def order_added(
    scores: Scores, likeness: Mapping[int, float], shipped: Collection[int]
) -> list[int]:
    """Return the added passages that fit, best first.

    `likeness` is that to the best shipped passages. These are found by aliases and Korean lines,
    which a runner's own text does not have; what resembles them answers the question as well.
    """
    best_shipped = max((scores[one] for one in shipped), default=0.0)
    raised = {one: scores[one] + likeness.get(one, 0) for one in scores if one not in shipped}
    return [
        one
        for one in best_first(raised)
        if scores[one] >= SCORE_SHARE_LEAST * best_shipped or likeness.get(one, 0) >= LIKENESS_LEAST
    ]


def share_places(scores: Scores, added: Sequence[int], shipped: Sequence[int], k: int) -> list[int]:
    """Return the `k` passages to show, best first: at least half of the places are for added ones.

    Added passages would rarely win against shipped ones on the same subject.
    """
    half = (k + 1) // 2
    own = added[: max(half, k - len(shipped))]
    chosen = {*own, *shipped[: k - len(own)]}
    return [one for one in scores if one in chosen]
