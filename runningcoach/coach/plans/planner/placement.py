"""Which weekday is for what: long run, quality with two days between, easy runs, rest."""

from itertools import combinations

LEAST_GAP_DAYS = 2
WEEK_DAYS = 7


def circular_gap(first: int, second: int) -> int:
    """Return the days between two weekdays, whichever way round the week is shorter."""
    return min((first - second) % WEEK_DAYS, (second - first) % WEEK_DAYS)


def place_quality(days: list[int], anchors: list[int], count: int) -> list[int]:
    """Return up to `count` of the days for quality, as far from each other as can be.

    `anchors` are days of long runs and races; at least two days lie between all of them.
    """
    free = [day for day in days if day not in anchors]
    for size in range(min(count, len(free)), 0, -1):
        best = max(combinations(free, size), key=lambda picks: _least_gap([*picks, *anchors]))
        if _least_gap([*best, *anchors]) >= LEAST_GAP_DAYS:
            return list(best)
    return []


def place_easy(days: list[int], hard_days: list[int], count: int) -> list[int]:
    """Return the days for `count` easy runs: each as far from what is already placed as can be.

    The day after the hardest run (the first of `hard_days`) is taken last.
    """
    placed = list(hard_days)
    free = [day for day in days if day not in placed]
    result: list[int] = []
    while free and len(result) < count:
        day = max(free, key=lambda candidate: _worth(candidate, placed, hard_days))
        free.remove(day)
        placed.append(day)
        result.append(day)
    return sorted(result)


def _worth(day: int, placed: list[int], hard_days: list[int]) -> tuple[int, int, int]:
    is_after_long = bool(hard_days) and (day - hard_days[0]) % WEEK_DAYS == 1
    return (min((circular_gap(day, other) for other in placed), default=7), -is_after_long, -day)


def _least_gap(days: list[int]) -> int:
    gaps = (circular_gap(first, second) for first, second in combinations(days, 2))
    return min(gaps, default=WEEK_DAYS)
