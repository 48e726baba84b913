"""What a command can be refused for."""

from runningcoach.base.errors import RunningCoachError


class NoSuchUser(RunningCoachError):
    """No account has the name that the command was given."""

    code = "cli.no_such_user"
    status = 404


class UserExists(RunningCoachError):
    """An account with that name is there already."""

    code = "cli.user_exists"
    status = 409


class NotConfirmed(RunningCoachError):
    """The name typed was another, so nothing was removed."""

    code = "cli.not_confirmed"


class McpWithoutClient(RunningCoachError):
    """Somebody types at the command that talks with a program."""

    code = "cli.mcp_without_client"
    exit_code = 2


class BadUsername(RunningCoachError):
    """A user name that the database would not take."""

    code = "cli.bad_username"
    status = 422


class BadValue(RunningCoachError):
    """What was typed is neither a number nor a pace."""

    code = "cli.bad_value"
    status = 422


class BenchmarkNotSet(RunningCoachError):
    """The runner set no such benchmark on that day."""

    code = "cli.not_said"
    status = 404


class BadParameter(RunningCoachError):
    """A parameter of a job that is not of the form name=value."""

    code = "cli.bad_parameter"


class NoGarminConnection(RunningCoachError):
    """No lane to Garmin is open."""

    code = "api.not_connected"
    status = 409


class NothingTyped(RunningCoachError):
    """A key, password or code was asked for, and nothing was typed."""

    code = "cli.nothing_typed"
    status = 422


class BadPlanEdit(RunningCoachError):
    """An edit that was typed has none of the known forms."""

    code = "cli.bad_plan_edit"
    status = 422
    exit_code = 2


class BadPlanRequest(RunningCoachError):
    """What a plan was to be made for cannot be understood."""

    code = "cli.bad_plan_request"
    status = 422
    exit_code = 2


class BadPlanFile(RunningCoachError):
    """A file holds neither a plan nor a draft of one."""

    code = "cli.bad_plan_file"
    status = 422


class BadCoachSetting(RunningCoachError):
    """A setting of the coach that talks cannot be what was typed."""

    code = "cli.bad_coach_setting"
    status = 422
    exit_code = 2
