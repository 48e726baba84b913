"""Errors of jobs and of requests for them."""

from runningcoach.base.errors import RunningCoachError


class BadTable(RunningCoachError):
    """The table of jobs cannot be used as it is."""

    code = "jobs.bad_table"


class NoSuchJob(RunningCoachError):
    """The table has no job of that name, or it is not this user's to run."""

    code = "jobs.no_such_job"
    status = 404


class AlreadyRuns(RunningCoachError):
    """The job waits or runs for this user already."""

    code = "jobs.already_runs"
    status = 409


class NotRunning(RunningCoachError):
    """The run has ended, so there is nothing to cancel."""

    code = "jobs.not_running"
    status = 409


class LastOwner(RunningCoachError):
    """Without an owner nobody could look after the program."""

    code = "jobs.last_owner"
    status = 409
