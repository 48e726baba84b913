"""What can go wrong with a model's server; none of these holds a key or a word of the server."""

from runningcoach.base.errors import RunningCoachError
from runningcoach.model.conversation import ModelUsage


class ModelError(RunningCoachError):
    """A model did not answer; `usage` is what it used all the same, where its server told.

    `request_id` is what the server calls the request, for its support.
    """

    code = "openai.failed"
    status = 502

    def __init__(
        self, *, usage: ModelUsage | None = None, request_id: str | None = None, **blanks: object
    ) -> None:
        super().__init__(**blanks)
        self.usage, self.request_id = usage, request_id

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error travel between processes with its usage."""
        return (_rebuild_problem, (type(self), self.usage, self.request_id, self.blanks))


def _rebuild_problem(
    kind: type[ModelError],
    usage: ModelUsage | None,
    request_id: str | None,
    blanks: dict[str, object],
) -> ModelError:
    return kind(usage=usage, request_id=request_id, **blanks)


class ModelKeyRefused(ModelError):
    """The server does not take the key, or the key may not use this model."""

    code = "openai.key_refused"
    status = 422


class UnknownModel(ModelError):
    """The server has no model of this name."""

    code = "openai.unknown_model"
    status = 422


class QuotaUsed(ModelError):
    """The account at the server has no money or no quota left: waiting does not help."""

    code = "openai.quota_used"
    status = 402


class ModelBusy(ModelError):
    """The server asks to wait, or fails for the moment."""

    code = "openai.busy"
    status = 503


class ModelTimedOut(ModelError):
    """The answer took longer than was allowed."""

    code = "openai.timed_out"
    status = 504


class ModelUnreachable(ModelError):
    """There was no connection to the server, or it broke off in the middle of the answer."""

    code = "openai.unreachable"


class ContextTooLong(ModelError):
    """More was sent than the model can read."""

    code = "openai.context_too_long"
    status = 413


class NoResponsesApi(ModelError):
    """The server has no Responses API."""

    code = "openai.no_responses_api"
    status = 422


class ModelRequestRefused(ModelError):
    """The server did not accept the request for another reason."""

    code = "openai.request_refused"


class BadModelAnswer(ModelError):
    """What came is no answer of a model's server: a page, a redirect, broken data."""

    code = "openai.bad_answer"


class BadModelAddress(ModelError):
    """The address of the server cannot be used; the blank `reason` is a Phrase."""

    code = "openai.bad_address"
    status = 422
    exit_code = 2
