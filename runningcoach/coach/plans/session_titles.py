"""Titles of sessions in the reader's language: what it is, and how much of it."""

from runningcoach.base import i18n
from runningcoach.base.units import M_PER_KM, minutes
from runningcoach.coach.plans.session_parameters import SessionParameters
from runningcoach.model.workout import LONGEST_TITLE

SECONDS_UP_TO = 100
"""Repetitions are titled in seconds below this and in minutes above."""


def session_title(parameters: SessionParameters, language: str) -> str:
    """Return the title of a session in `language`, for example "Threshold intervals 4 × 1600 m"."""
    size = _size(parameters, language)
    if parameters.template == "race" and parameters.name:
        title = _text("race_named", language, name=parameters.name, size=size)
    else:
        title = i18n.t(f"planner.title.{parameters.template}", language, size=size)
    if parameters.strides:
        title = _text("with_strides", language, title=title, count=parameters.strides)
    if parameters.is_treadmill:
        title = _text("on_treadmill", language, title=title)
    return title.strip()[:LONGEST_TITLE]


def _size(parameters: SessionParameters, language: str) -> str:
    if parameters.template == "long_progression" and parameters.rep_m:
        block = f"{parameters.rep_m / M_PER_KM:g}"
        return _text("with_block", language, size=_whole(parameters, language), km=block)
    if parameters.reps and (parameters.rep_m or parameters.rep_s):
        return _set_size(parameters, language)
    return _whole(parameters, language)


def _whole(parameters: SessionParameters, language: str) -> str:
    if parameters.distance_m:
        return _text("km", language, km=f"{round(parameters.distance_m / M_PER_KM, 1):g}")
    if parameters.duration_s:
        return _text("minutes", language, minutes=minutes(parameters.duration_s))
    return ""


def _set_size(parameters: SessionParameters, language: str) -> str:
    repetition = _repetition(parameters, language)
    if parameters.template == "run_walk" and parameters.recovery_s:
        walk = _time(parameters.recovery_s, language)
        return _text("run_walk", language, reps=parameters.reps, run=repetition, walk=walk)
    if parameters.reps == 1:
        return repetition
    return _text("set", language, reps=parameters.reps, size=repetition)


def _repetition(parameters: SessionParameters, language: str) -> str:
    if not parameters.rep_m:
        return _time(parameters.rep_s or 0, language)
    if parameters.reps == 1:
        return _text("km", language, km=f"{parameters.rep_m / M_PER_KM:g}")
    return _text("metres", language, metres=parameters.rep_m)


def _time(seconds: int, language: str) -> str:
    if seconds < SECONDS_UP_TO and seconds % 60:
        return _text("seconds", language, seconds=seconds)
    if seconds % 60:
        return _text("minutes_seconds", language, minutes=seconds // 60, seconds=seconds % 60)
    return _text("minutes", language, minutes=seconds // 60)


def _text(key: str, language: str, **blanks: object) -> str:
    return i18n.t(f"planner.size.{key}", language, **blanks)
