"""Readiness of all servers."""

import http.client
from pathlib import Path

import httpx

from runningcoach.ops.listen_sockets import ListenSockets

PATIENCE_S = 2.0


class ReadinessCheck:
    """A check that polls each server until it has answered once."""

    def __init__(self, sockets: ListenSockets, zygote_socket: Path | None) -> None:
        self._zygote_socket = zygote_socket
        self._unanswered = {
            f"{sockets.address}/readyz",
            f"http://{sockets.pages_address}/voila/tree",
        }
        if sockets.lab_port:
            self._unanswered.add(f"http://127.0.0.1:{sockets.lab_port}/lab/api")

    def __call__(self) -> bool:
        """Return whether all have answered."""
        self._unanswered = {url for url in self._unanswered if not answers(url)}
        return not self._unanswered and self._warm()

    def _warm(self) -> bool:
        return self._zygote_socket is None or self._zygote_socket.exists()


def answers(url: str) -> bool:
    """Return whether a server answers at `url`, be it to refuse."""
    try:
        status = httpx.get(url, timeout=PATIENCE_S, trust_env=False).status_code
    except httpx.TransportError:
        return False
    return status < http.client.INTERNAL_SERVER_ERROR
