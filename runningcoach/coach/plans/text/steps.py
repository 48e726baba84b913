"""One step of a workout's text: its length, its target, what part it plays, words for the watch."""

import json
import re
from dataclasses import dataclass, field
from functools import cache

from runningcoach.coach.plans.text.drafts import IntensityHint, StepDraft, TextForm
from runningcoach.coach.plans.text.errors import text_error
from runningcoach.coach.plans.text.quantities import (
    CLOCK,
    TRACK_DISTANCES,
    QuantityError,
    length_pattern,
    pace_of,
    parse_clock,
    parse_length,
    time_end,
)
from runningcoach.coach.plans.text.targets import match_target
from runningcoach.coach.plans.text.vocabulary import words_for
from runningcoach.model.workout import (
    LONGEST_NOTE,
    DistanceEnd,
    HeartRateEnd,
    LapButtonEnd,
    OpenTarget,
    PaceTarget,
    StepEnd,
    StepIntensity,
    StepTarget,
)

QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_INTENSITY = re.compile(
    r"intensity\s*=\s*(warmup|cooldown|interval|recovery|rest|other|main|active)\b", re.IGNORECASE
)
_UNTIL = re.compile(r"until\s*([<>])\s*(\d{1,3})\s*(bpm|%\s*HR)", re.IGNORECASE)
_IN_TIME = re.compile(rf"in\s+({CLOCK})(?![\d:])", re.IGNORECASE)
_BARE_CLOCK = re.compile(rf"({CLOCK})(?![\d:/%]|\s*/)")
_BARE_NUMBER = re.compile(r"@?\s*\d+(?:[.:,]\d+)*(?![A-Za-z])")
_UNKNOWN_TARGET = re.compile(r"@\s*\w")
_WORD = re.compile(r'[^\s"()]+')
_SKIPPED = re.compile(r"[\s.]+")
_LABELS: tuple[StepIntensity, ...] = ("warmup", "cooldown", "recovery", "rest", "main", "other")


@dataclass(slots=True)
class _StepReader:
    """What has been read of one step so far, and where in the text it stands."""

    text: str
    form: TextForm
    line: int
    column: int
    is_in_repeat: bool
    position: int = 0
    end: StepEnd | None = None
    target: StepTarget | None = None
    intensity: StepIntensity | None = None
    hint: IntensityHint | None = None
    note: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def fail(self, reason: str) -> Exception:
        """Return the error for what stands at the position."""
        column = self.column + self.position
        return text_error(reason, self.text[self.position :], self.line, column)


def parse_step(
    text: str, form: TextForm, line: int, column: int, *, is_in_repeat: bool
) -> tuple[StepDraft, list[str]]:
    """Return a step and the keys of its warnings. `column` is that of the text's first sign."""
    reader = _StepReader(text, form, line, column, is_in_repeat)
    while True:
        gap = _SKIPPED.match(text, reader.position)
        reader.position = gap.end() if gap else reader.position
        if reader.position >= len(text):
            break
        try:
            _read_part(reader)
        except QuantityError as error:
            raise reader.fail(str(error)) from None
    return _draft(reader), reader.warnings


def _draft(reader: _StepReader) -> StepDraft:
    note = " ".join(word for word in reader.note if word) or None
    reader.position = 0
    if reader.end is None:
        raise reader.fail("no_length")
    if note and len(note) > LONGEST_NOTE:
        raise reader.fail("too_much")
    target = reader.target or OpenTarget()
    return StepDraft(reader.end, target, note, reader.intensity, reader.hint)


def _read_part(reader: _StepReader) -> None:
    for read in (_read_quoted, _read_settings, _read_target, _read_length, _read_keyword):
        if read(reader):
            return
    text, position = reader.text, reader.position
    if _BARE_NUMBER.match(text, position) and (reader.form != "intervals" or text[position] == "@"):
        raise reader.fail("no_unit")
    if reader.form == "one_line" and _UNKNOWN_TARGET.match(text, position):
        raise reader.fail("unknown_target")
    word = _WORD.match(text, position)
    if word is None:
        if text[position] in '"':
            raise reader.fail("brackets")
        reader.position += 1  # a bracket around a remark
        return
    reader.note.append(word[0])
    reader.position = word.end()


def _read_quoted(reader: _StepReader) -> bool:
    match = QUOTED.match(reader.text, reader.position)
    if match is None:
        return False
    try:
        reader.note.append(str(json.loads(match[0])))
    except ValueError:
        raise reader.fail("brackets") from None
    reader.position = match.end()
    return True


def _read_settings(reader: _StepReader) -> bool:
    """Read intensity=…, until …, and "in 3:30" after a distance."""
    text, position = reader.text, reader.position
    if match := _INTENSITY.match(text, position):
        name = match[1].casefold()
        reader.intensity = "interval" if name == "active" else _as_intensity(name)
    elif match := _UNTIL.match(text, position):
        _set_end(reader, _heart_rate_end(match))
    elif (match := _IN_TIME.match(text, position)) and isinstance(reader.end, DistanceEnd):
        pace = pace_of(parse_clock(match[1]), reader.end.meters)
        _set_target(reader, PaceTarget(slow_s_per_km=pace, fast_s_per_km=pace))
    else:
        return False
    reader.position = match.end()
    return True


def _as_intensity(name: str) -> StepIntensity:
    return next(label for label in (*_LABELS, "interval") if label == name)


def _heart_rate_end(match: re.Match[str]) -> HeartRateEnd:
    value = int(match[2])
    is_bpm = match[3].casefold() == "bpm"
    if not (30 <= value <= 250 if is_bpm else 1 <= value <= 100):
        raise QuantityError("bad_target")
    return HeartRateEnd(
        kind="hr_below" if match[1] == "<" else "hr_above",
        bpm=value if is_bpm else None,
        pct_of_max=None if is_bpm else value,
    )


def _read_target(reader: _StepReader) -> bool:
    with_bands = reader.form != "intervals"
    match = match_target(reader.text, reader.position, with_bands=with_bands)
    if match is None:
        return False
    if match.target is not None:
        _set_target(reader, match.target)
    reader.warnings += match.warnings
    reader.note.append(match.note)
    reader.position = match.end
    return True


def _set_target(reader: _StepReader, target: StepTarget) -> None:
    """Set the target; a pace beside a band is the more exact of the two."""
    old = reader.target
    if old is not None and target.kind == "band" and old.kind == "pace":
        return
    if old is not None and not (old.kind == "band" and target.kind == "pace"):
        raise QuantityError("two_targets")
    reader.target = target


def _read_length(reader: _StepReader) -> bool:
    text, position = reader.text, reader.position
    bare_m = "min" if reader.form == "intervals" else "m"
    if match := length_pattern().match(text, position):
        _check_track_distance(reader, match[0])
        _set_end(reader, parse_length(match[0].strip(), bare_m))
    elif match := _BARE_CLOCK.match(text, position):
        _set_end(reader, time_end(parse_clock(match[1])))
    else:
        return False
    reader.position = match.end()
    return True


def _check_track_distance(reader: _StepReader, length: str) -> None:
    """Refuse 400m where m means minutes and all around it speaks for metres."""
    match = re.fullmatch(r"\s*(\d+)\s*m\s*", length)
    if reader.form != "intervals" or match is None or int(match[1]) not in TRACK_DISTANCES:
        return
    has_pace = re.search(r"\d:\d\d", reader.text) is not None
    if reader.is_in_repeat or has_pace:
        raise QuantityError("minutes_or_metres")


def _set_end(reader: _StepReader, end: StepEnd) -> None:
    """Set how the step ends; the lap button beside a length wins, with a warning."""
    if reader.end is None:
        reader.end = end
    elif isinstance(reader.end, LapButtonEnd) != isinstance(end, LapButtonEnd):
        reader.end = LapButtonEnd()
        reader.warnings.append("press_lap")
    else:
        raise QuantityError("two_lengths")


# ---- words that mean something ---------------------------------------------------------------


@cache
def word_pattern(topic: str) -> re.Pattern[str]:
    """Return the pattern of the words of a topic, in every language."""
    words = "|".join(re.escape(word) for word in words_for(topic))
    return re.compile(rf"(?:{words})(?!\w)", re.IGNORECASE)


def _read_keyword(reader: _StepReader) -> bool:
    text, position = reader.text, reader.position
    if match := word_pattern("lap").match(text, position):
        _set_end(reader, LapButtonEnd())
        reader.position = match.end()
        return True
    for topic in (*_LABELS, "interval", "jog", "walk", "easy"):
        if match := word_pattern(topic).match(text, position):
            _use_keyword(reader, topic, match[0])
            reader.position = match.end()
            return True
    return False


def _use_keyword(reader: _StepReader, topic: str, word: str) -> None:
    """Take what a word means; in the cue of intervals.icu's form it is also the note."""
    is_label = topic in _LABELS
    if is_label and reader.intensity is None:
        reader.intensity = _as_intensity(topic)
    elif topic == "interval" and word.casefold() == "interval" and reader.form != "intervals":
        reader.intensity = reader.intensity or "interval"
        return
    elif topic == "interval":
        reader.hint = "interval"
    elif reader.hint is None and not (topic == "easy" and not reader.is_in_repeat):
        reader.hint = "recovery"
    is_silent = is_label or topic == "jog"
    if reader.form == "intervals" or not is_silent or (reader.form == "yaml" and topic == "jog"):
        reader.note.append(word)
