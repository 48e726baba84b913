"""Targets in a workout's text: pace, heart rate, power, zones, bands and ramps."""

import re
from collections.abc import Callable
from typing import NamedTuple, cast, get_args

from pydantic import ValidationError

from runningcoach.coach.plans.text.quantities import (
    CLOCK,
    METERS,
    QuantityError,
    pace_of,
    parse_clock,
)
from runningcoach.coach.plans.text.vocabulary import band_words, unit_words, words_for
from runningcoach.model.workout import (
    BandTarget,
    HeartRateShareTarget,
    HeartRateTarget,
    HeartRateZoneTarget,
    PaceBand,
    PaceShareTarget,
    PaceTarget,
    PaceZoneTarget,
    PowerTarget,
    PowerZoneTarget,
    RampTarget,
    StepTarget,
)


class TargetMatch(NamedTuple):
    """A target found at a place: where it ends, what was uncertain, and words for the note."""

    target: StepTarget | None
    end: int
    warnings: tuple[str, ...] = ()
    note: str = ""


type _Build = Callable[[re.Match[str]], TargetMatch]

_RANGE = r"(\d{1,4})(?:\s*-\s*(\d{1,4}))?"


def _minutes_and_seconds() -> str:
    minute = "|".join(map(re.escape, (*unit_words("min"), "'")))
    second = "|".join(map(re.escape, (*unit_words("s"), '"')))
    return rf"\d{{1,2}}\s*(?:{minute})(?:\s*\d{{1,2}}\s*(?:{second})?)?"


_PACE = rf"(?:{CLOCK}|{_minutes_and_seconds()})"


def _word(topic: str) -> str:
    return rf"(?:{'|'.join(map(re.escape, words_for(topic)))})(?![a-z])"


_PACE_WORD, _HR_WORD, _POWER_WORD = _word("pace"), _word("heart_rate"), _word("power")
_ZONE_WORD = rf"(?:{'|'.join(map(re.escape, words_for('zone')))})"
_PER = r"(?:min\s*)?/\s*(?:km|k|mi(?:le)?s?|400\s?m|100\s?m)(?![a-z])"


def _pace_seconds(text: str) -> int:
    if ":" in text:
        return parse_clock(text)
    numbers = re.findall(r"\d+", text)
    return parse_clock(f"{numbers[0]}:{int(numbers[1]) if len(numbers) > 1 else 0:02d}")


def _pace(match: re.Match[str]) -> TargetMatch:
    first, second, unit = match["first"], match["second"] or match["first"], match["per"] or ""
    meters = METERS["mi"] if re.search(r"/\s*mi", unit, re.IGNORECASE) else 1_000.0
    track = re.search(r"(\d+)\s?m", unit)
    if track:
        meters = float(track[1])
    paces = [pace_of(_pace_seconds(text), meters) for text in (first, second)]
    return TargetMatch(_paces(*paces), match.end())


def _paces(first: int, second: int) -> PaceTarget:
    return PaceTarget(slow_s_per_km=max(first, second), fast_s_per_km=min(first, second))


def _speed(match: re.Match[str]) -> TargetMatch:
    meters = METERS["mi"] if match[3].casefold() == "mph" else 1_000.0
    speeds = [float(match[1]), float(match[2] or match[1])]
    if not all(speeds):
        raise QuantityError("bad_pace")
    return TargetMatch(_paces(*(pace_of(3_600 / speed, meters) for speed in speeds)), match.end())


def _bounds(match: re.Match[str]) -> tuple[int, int]:
    low, high = int(match[1]), int(match[2] or match[1])
    return (low, high) if low <= high else (high, low)


def _bpm(match: re.Match[str]) -> TargetMatch:
    low, high = _bounds(match)
    return TargetMatch(HeartRateTarget(low=low, high=high), match.end())


def _watts(match: re.Match[str]) -> TargetMatch:
    low, high = _bounds(match)
    return TargetMatch(PowerTarget(low=low, high=high), match.end(), ("power",))


def _share(match: re.Match[str]) -> TargetMatch:
    low, high = _bounds(match)
    of = (match[3] or "").casefold().replace(" ", "").replace("_", "")
    single = () if match[2] else ("single_share",)
    if not of:
        raise QuantityError("percent_of_what")
    if of in ("lthr", "thresholdhr"):
        target = HeartRateShareTarget(of="lthr", low=low, high=high)
        return TargetMatch(target, match.end(), ("hr_share", *single))
    if of in ("pace", "thresholdpace"):
        return TargetMatch(
            PaceShareTarget(low=low, high=high), match.end(), ("pace_share", *single)
        )
    if of in ("ftp", "power", "cp"):
        return TargetMatch(None, match.end(), ("note_only",), match[0].strip())
    target = HeartRateShareTarget(of="max", low=low, high=high)
    return TargetMatch(target, match.end(), ("hr_share", *single))


def _zone(match: re.Match[str]) -> TargetMatch:
    low, high = _bounds(match)
    kind = match.lastgroup or ""
    if kind == "pace":
        return TargetMatch(PaceZoneTarget(low=low, high=high), match.end())
    is_range = low != high
    warnings = (*(("zone_range",) if is_range else ()), *(() if kind else ("zone_kind",)))
    note = match[0].strip() if is_range else ""
    if kind == "power":
        return TargetMatch(PowerZoneTarget(zone=low), match.end(), (*warnings, "power"), note)
    if high > 5:
        raise QuantityError("bad_target")
    return TargetMatch(HeartRateZoneTarget(zone=low), match.end(), warnings, note)


def _cadence(match: re.Match[str]) -> TargetMatch:
    return TargetMatch(None, match.end(), ("note_only",), match[0].strip())


def _band(match: re.Match[str]) -> TargetMatch:
    return TargetMatch(BandTarget(name=cast(PaceBand, match[1])), match.end())


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_PACES = rf"(?P<first>{_PACE})(?:{_PER})?(?:\s*-\s*(?P<second>{_PACE}))?"
_NUMBERED: tuple[tuple[re.Pattern[str], _Build], ...] = (
    (_pattern(rf"@\s*{_PACES}\s*(?P<per>{_PER})?(?:\s*{_PACE_WORD})?"), _pace),
    (_pattern(rf"{_PACES}\s*(?P<per>{_PER})(?:\s*{_PACE_WORD})?"), _pace),
    (_pattern(rf"{_PACES}(?P<per>)\s*{_PACE_WORD}"), _pace),
    (_pattern(rf"{_PACE_WORD}\s*{_PACES}\s*(?P<per>{_PER})?"), _pace),
    (
        _pattern(r"@?\s*(\d{1,2}(?:\.\d{1,2})?)(?:\s*-\s*(\d{1,2}(?:\.\d{1,2})?))?\s*(km/h|kph|kmh|mph)\b"),
        _speed,
    ),
    (_pattern(rf"@?\s*(?:hr\s+)?{_RANGE}\s*bpm(?![a-z])"), _bpm),
    (_pattern(rf"@?\s*{_HR_WORD}\s*{_RANGE}(?![\d%:.\w])(?!\s*%)"), _bpm),
    (_pattern(rf"@?\s*{_RANGE}\s*w(?:atts?)?(?![a-z/])"), _watts),
    (
        _pattern(
            rf"@?\s*(?:hr\s+)?{_RANGE}\s*%\s*(?:of\s+)?"
            r"((?:lthr|threshold[ _]hr|threshold[ _]pace|pace|ftp|power|cp"
            r"|max[ _]?hr|mhr|hr[ _]?max|hr|max)(?![a-z]))?"
        ),
        _share,
    ),
    (
        _pattern(
            rf"@?\s*(?:{_HR_WORD}\s*)?{_ZONE_WORD}\s*(\d{{1,2}})"
            rf"(?:\s*-\s*(?:{_ZONE_WORD})?\s*(\d{{1,2}}))?"
            rf"(?:\s*(?:(?P<hr>{_HR_WORD})|(?P<pace>{_PACE_WORD})|(?P<power>{_POWER_WORD})))?(?!\w)"
        ),
        _zone,
    ),
    (_pattern(rf"@?\s*{_RANGE}\s*(?:spm|rpm)(?![a-z])"), _cadence),
)  # fmt: skip
_BAND = re.compile(rf"@?\s*([EMTIR])(?:\s+(?i:{_PACE_WORD}))?(?!\w)")
_BANDS: tuple[PaceBand, ...] = get_args(PaceBand.__value__)
_NAMED_BANDS: tuple[tuple[PaceBand, re.Pattern[str]], ...] = tuple(
    (band, _pattern(rf"@\s*(?:{words})(?:\s*{_PACE_WORD})?(?![a-z])|(?:{words})\s*{_PACE_WORD}"))
    for band in _BANDS
    for words in ["|".join(map(re.escape, band_words(band)))]
)
"""Bands by their names: @threshold, marathon pace."""


def match_target(text: str, start: int, *, with_bands: bool) -> TargetMatch | None:
    """Return the target that stands at `start`, None where there is none.

    Raises QuantityError where what stands there is impossible.
    """
    ramp = re.compile(r"ramp\s+", re.IGNORECASE).match(text, start)
    if ramp:
        return _ramp(text, ramp.end(), with_bands=with_bands)
    for pattern, build in _NUMBERED:
        match = pattern.match(text, start)
        if match:
            return _checked(build, match)
    return _match_band(text, start) if with_bands else None


def _match_band(text: str, start: int) -> TargetMatch | None:
    if match := _BAND.match(text, start):
        return _band(match)
    for band, pattern in _NAMED_BANDS:
        if match := pattern.match(text, start):
            return TargetMatch(BandTarget(name=band), match.end())
    return None


def _checked(build: _Build, match: re.Match[str]) -> TargetMatch:
    try:
        return build(match)
    except ValidationError:
        raise QuantityError("bad_target") from None


def _ramp(text: str, start: int, *, with_bands: bool) -> TargetMatch | None:
    """Return a ramp: "60-80% Pace" goes from the first to the second, "A -> B" between two."""
    first = match_target(text, start, with_bands=with_bands)
    if first is None or first.target is None or isinstance(first.target, RampTarget):
        return None
    arrow = re.compile(r"\s*->\s*").match(text, first.end)
    second = match_target(text, arrow.end(), with_bands=with_bands) if arrow else None
    if arrow is None:
        ends = _ends(first.target, is_falling=_is_falling(text[start : first.end]))
        return TargetMatch(_ramp_target(*ends), first.end, (*first.warnings, "ramp"))
    if second is None or second.target is None or isinstance(second.target, RampTarget):
        raise QuantityError("bad_target")
    warnings = (*first.warnings, *second.warnings, "ramp")
    return TargetMatch(_ramp_target(first.target, second.target), second.end, warnings)


def _ramp_target(start: StepTarget, end: StepTarget) -> RampTarget:
    return RampTarget.model_validate({"from": start, "to": end})


def _is_falling(text: str) -> bool:
    """Return whether a range goes down: the second number is the smaller."""
    numbers = [float(n.replace(":", ".")) for n in re.findall(r"\d+(?:[:.]\d+)?", text)]
    return len(numbers) > 1 and numbers[0] > numbers[1]


_SIDES = {
    "pace": ("slow_s_per_km", "fast_s_per_km"),
    "hr_bpm": ("low", "high"),
    "hr_pct": ("low", "high"),
    "pace_pct_of_threshold": ("low", "high"),
    "pace_zone": ("low", "high"),
    "power": ("low", "high"),
}


def _ends(target: StepTarget, *, is_falling: bool) -> tuple[StepTarget, StepTarget]:
    """Return a range's two ends as targets, in the order in which they stand in the text."""
    sides = _SIDES.get(target.kind)
    if sides is None:
        return target, target
    low, high = (getattr(target, side) for side in sides)
    if target.kind == "pace":  # written from a large number to a small one, pace rises
        low, high = (low, high) if is_falling else (high, low)
    elif is_falling:
        low, high = high, low
    first, second = (
        target.model_copy(update={sides[0]: value, sides[1]: value}) for value in (low, high)
    )
    return first, second
