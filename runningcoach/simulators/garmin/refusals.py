"""Refusals of the simulator: a status and a message."""


class RefusedAnswer(Exception):
    """A refusal: its status and message."""

    def __init__(self, status: int, message: str, error: str = "BadRequestException") -> None:
        super().__init__(message)
        self.status = status
        self.body = {"message": message, "error": error}


def not_found(what: object) -> RefusedAnswer:
    """Return the refusal for something that is not there (or not this runner's)."""
    return RefusedAnswer(404, f"HTTP 404 Not Found: {what}", "NotFoundException")
