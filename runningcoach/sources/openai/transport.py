"""The HTTP side of the client: what leaves, how long it may take, how much may come back."""

import logging
import os
import ssl
import time
import weakref
from collections.abc import Iterator
from functools import cache

import httpx2
import openai
from pydantic import SecretStr

from runningcoach.sources.openai.addresses import OPENAI_ADDRESS
from runningcoach.sources.openai.problems import ModelKeyRefused

CONNECT_S = 5.0
LONGEST_SILENCE_S = 60.0
"""Between two pieces of an answer; a model at home may be loaded from a disk meanwhile."""
LARGEST_ANSWER_BYTES = 16 * 1024**2

_SENT_HEADERS = ("host", "content-type", "content-length", "accept", "connection")
"""The client would add others about this computer, and what OPENAI_CUSTOM_HEADERS holds."""
_UNUSED = "unused"

if "OPENAI_LOG" in os.environ:  # the client lets it set what is logged
    logging.getLogger("openai").setLevel(logging.NOTSET)


class AnswerTooLarge(httpx2.ReadError):
    """The body of an answer is larger than any answer of a model."""


class LimitedStream(httpx2.SyncByteStream):
    """The bytes of an answer, up to a moment and a size."""

    def __init__(self, stream: httpx2.SyncByteStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def __iter__(self) -> Iterator[bytes]:
        """Yield the parts as they come; ReadTimeout after the deadline."""
        size = 0
        for part in self._stream:
            size += len(part)
            if time.monotonic() > self._deadline:
                raise httpx2.ReadTimeout("the answer takes too long")
            if size > LARGEST_ANSWER_BYTES:
                raise AnswerTooLarge("the answer is too large")
            yield part

    def close(self) -> None:
        """Let go of the connection."""
        self._stream.close()


def connect(address: str, api_key: SecretStr | None) -> openai.OpenAI:
    """Return a client that asks `address` alone, with this key alone; it asks nothing yet.

    ModelKeyRefused where OpenAI's own address comes without a key, or a key that no header can
    hold: the errors of an HTTP library would spell it out.
    """
    key = api_key.get_secret_value() if api_key else ""
    is_readable = key.isascii() and key.isprintable() and key == key.strip()
    if not is_readable or (not key and address == OPENAI_ADDRESS):
        raise ModelKeyRefused
    http = httpx2.Client(
        verify=_authorities(),
        follow_redirects=False,  # the key is for this host, and for no other
        # A proxy of the environment sees nothing of what goes through TLS, but all of the rest.
        trust_env=address.startswith("https://"),
        event_hooks={"request": [_Sender(api_key)], "response": [_limit]},
    )
    client = openai.OpenAI(
        api_key=_UNUSED, admin_api_key=_UNUSED, organization="", project="", webhook_secret="",
        base_url=address, max_retries=0, http_client=http,
    )  # fmt: skip
    weakref.finalize(client, http.close)
    return client


@cache
def _authorities() -> ssl.SSLContext:
    """Return whom this computer trusts: reading them takes longer than the rest of a client."""
    return httpx2.create_ssl_context()


def allowed_time(seconds: float) -> httpx2.Timeout:
    """Return the limits of a request that has `seconds` for all of it, its answer included."""
    return httpx2.Timeout(CONNECT_S, read=max(seconds, 0.001))


class _Sender:
    """Completes each request: its headers, its key, its last moment."""

    def __init__(self, api_key: SecretStr | None) -> None:
        self._api_key = api_key

    def __call__(self, request: httpx2.Request) -> None:
        headers = {name: request.headers[name] for name in _SENT_HEADERS if name in request.headers}
        headers |= {"user-agent": "RunningCoach", "accept-encoding": "identity"}
        if self._api_key and self._api_key.get_secret_value():
            headers["authorization"] = f"Bearer {self._api_key.get_secret_value()}"
        request.headers = httpx2.Headers(headers)
        limits = request.extensions["timeout"]
        request.extensions["deadline"] = time.monotonic() + limits["read"]
        limits["read"] = min(limits["read"], LONGEST_SILENCE_S)


def _limit(response: httpx2.Response) -> None:
    stream = response.stream
    if isinstance(stream, httpx2.SyncByteStream):
        response.stream = LimitedStream(stream, response.request.extensions["deadline"])
