"""Client of a running simulator: its log, scripted answers, and faults to inject."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import httpx

from runningcoach.model.conversation import FinishReason
from runningcoach.simulators.openai.control import CONTROL, KEY_HEADER
from runningcoach.simulators.openai.state import CONTROL_KEY, KEY, Trait


class LoggedModelRequest(NamedTuple):
    """One request that came to the simulator, whatever became of it.

    `at_s` is the moment it came [s since the epoch], `took_s` how long its answer took, `body` its
    JSON. The key is masked in `headers`; `status` is 0 where no byte was answered; `is_hung_up`
    says that the client left before the end.
    """

    at_s: float
    took_s: float
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Any
    status: int
    is_hung_up: bool
    request_id: str


class OpenAiSimulator:
    """A simulator in this process or another; every method is a request over the loopback.

    `url` is its address for clients, which ends in /v1; `key` is the one it accepts.
    """

    key = KEY

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        # The environment may name a proxy; what goes to the loopback has no business there.
        self._door = httpx.Client(
            base_url=f"{self.url.removesuffix('/v1')}{CONTROL}",
            headers={KEY_HEADER: CONTROL_KEY},
            trust_env=False,
            timeout=60,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the simulator; it runs on."""
        self._door.close()

    def control(self, action: str, **arguments: object) -> Any:
        """Ask the control door for `action`; ValueError for arguments that are not right."""
        answer = self._door.post(f"/{action}", json=arguments)
        if answer.status_code == 422:
            raise ValueError(answer.json()["message"])
        answer.raise_for_status()
        return answer.json()

    def reset(self) -> None:
        """Forget everything: answers, faults, traits, log, what is cached."""
        self.control("reset")

    # ---- what was asked --------------------------------------------------------------------

    def requests(self) -> list[LoggedModelRequest]:
        """Return the requests so far, oldest first, those of the control door left out."""
        rows = self.control("requests")
        return [LoggedModelRequest(**row) for row in rows]

    def clear_log(self) -> None:
        """Forget the requests so far."""
        self.control("clear_log")

    # ---- what is answered ------------------------------------------------------------------

    def answer_next(
        self,
        text: str = "",
        tool_calls: Sequence[tuple[str, str | dict[str, Any]]] = (),
        finish: FinishReason | None = None,
    ) -> None:
        """Lay down the next answer; several are given one after another.

        `tool_calls` are (name, arguments), these as JSON text or as an object. Without anything
        laid down, the simulated model answers from what it was sent.
        """
        calls = [
            (name, told if isinstance(told, str) else json.dumps(told, ensure_ascii=False))
            for name, told in tool_calls
        ]
        self.control("answer_next", text=text, tool_calls=calls, finish=finish)

    def reply_next(
        self,
        body: str,
        status: int = 200,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> None:
        """Answer the next request with these very words, whatever it asks."""
        self.control(
            "reply_next",
            body=body,
            status=status,
            content_type=content_type,
            headers=headers or {},
        )

    def fail_next(
        self,
        kind: str,
        times: int = 1,
        *,
        retry_after_s: float | None = None,
        text: str | None = None,
    ) -> None:
        """Let the next answers go wrong; docs/reference/openai.md lists the kinds.

        `text` takes the place of what the model says then. A fault of the words, or one in the
        middle of a stream, waits for an answer in words. ValueError for an unknown kind.
        """
        self.control("fail_next", kind=kind, times=times, retry_after_s=retry_after_s, text=text)

    def play(self, *traits: Trait) -> None:
        """Be a server with these traits, and no others; none is OpenAI itself."""
        self.control("play", traits=list(traits))

    def delay(self, seconds: float) -> None:
        """Pause so long before each piece of a stream."""
        self.control("delay", value=seconds)

    def write_bytes(self, size: int | None) -> None:
        """Write streams so many bytes at a time, in the middle of letters too."""
        self.control("write_bytes", value=size)

    def models(self, *names: str) -> None:
        """Have these models, and no others."""
        self.control("models", value=list(names))

    def context_tokens(self, count: int) -> None:
        """Let models read no more than so many tokens."""
        self.control("context_tokens", value=count)
