"""Why something cannot be explained."""

from runningcoach.base.errors import RunningCoachError


class UnknownMetric(RunningCoachError):
    """No stored quantity has the name."""

    code = "explain.unknown_metric"
    status = 404


class UnknownActivity(RunningCoachError):
    """There is no such activity, or it is another runner's."""

    code = "explain.unknown_activity"
    status = 404


class UnknownDay(RunningCoachError):
    """The day lies after the last one that was derived."""

    code = "explain.unknown_day"
    status = 404


class NothingYet(RunningCoachError):
    """Nothing at all was derived for this runner."""

    code = "explain.nothing_yet"
    status = 404


class OfActivities(RunningCoachError):
    """The quantity is one of activities, and a day was named that has some."""

    code = "explain.of_activities"
    status = 404


class NoActivities(RunningCoachError):
    """The quantity is one of activities, and the day that was named has none."""

    code = "explain.no_activities"
    status = 404


class OneSubject(RunningCoachError):
    """Neither an activity nor a day was named, or both."""

    code = "explain.one_subject"
    status = 422
