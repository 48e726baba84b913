"""Errors of starting and supervising the program."""

from runningcoach.base.errors import RunningCoachError


class PortInUse(RunningCoachError):
    """Another program listens where the web server should."""

    code = "up.port_in_use"


class AddressUnusable(RunningCoachError):
    """The address to listen on is not one of this machine's, or may not be used."""

    code = "up.address_unusable"
    exit_code = 2


class AlreadyUp(RunningCoachError):
    """The program runs already in this home."""

    code = "up.already_up"


class KeepsFailing(RunningCoachError):
    """A part of the program ended again and again."""

    code = "up.keeps_failing"


class NotReady(RunningCoachError):
    """The parts run, but do not answer."""

    code = "up.not_ready"
