"""Forked kernels end with whom they belong to, and pages are drawn without a zygote too."""

import os
import signal
import time

import psutil
import pytest

from tests.jupyter.conftest import Pages, start_pages, until
from tests.jupyter.test_pages import between

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="kernels are forked on Linux")


@pytest.fixture
def alone(server, database_url, tmp_path):
    """A server of pages of this test's own, which it may kill."""
    running = start_pages(tmp_path, database_url)
    yield running
    running.stop()


def live(pages: Pages) -> psutil.Process:
    """Open a page that goes on living; return its kernel."""
    text = pages.get("/voila/render/live.ipynb", pages.login("runner")).text
    return psutil.Process(int(between(text, "PID ", "\n")))


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_the_zygote_has_one_thread_and_no_connection(alone: Pages):
    zygote = psutil.Process(alone.zygote.pid)
    assert zygote.num_threads() == 1
    assert [one.laddr for one in zygote.net_connections("inet") if one.status != "LISTEN"] == []


def test_kernels_are_children_of_the_zygote_and_end_with_a_killed_server(alone: Pages):
    kernel = live(alone)
    assert kernel.ppid() == alone.zygote.pid
    alone.voila.send_signal(signal.SIGKILL)
    until(lambda: gone(kernel), 5)
    # The zygote has to be told of a child that ended before it can let it go.
    until(lambda: psutil.Process(alone.zygote.pid).children() == [], 5)


@pytest.mark.deep
def test_kernels_end_with_a_killed_zygote_and_pages_still_come(alone: Pages):
    kernel = live(alone)
    alone.zygote.send_signal(signal.SIGKILL)
    until(lambda: gone(kernel), 5)
    text = alone.get("/voila/render/who.ipynb", alone.login("amy", language="en")).text
    assert f"PARENT {alone.voila.pid} " in text
    assert "SPEAKSen" in text
    assert "No forked kernel" in (alone.home / "voila_app.log").read_text()
    ordinary = live(alone)
    alone.voila.send_signal(signal.SIGKILL)
    until(lambda: gone(ordinary), 8)


def test_a_request_that_is_none_leaves_the_zygote_well(alone: Pages):
    from runningcoach.serving import unix_sockets

    for nonsense in (b"", b"{", b"null", b'{"argv": 1}'):
        with unix_sockets.connected(str(alone.home / "zygote.sock")) as connection:
            connection.send(nonsense) if nonsense else None
    assert live(alone).ppid() == alone.zygote.pid


def test_forks_are_strangers_to_each_other(alone: Pages):
    """Nobody's random numbers, environment or working folder are another's."""
    first, second = live(alone), live(alone)
    assert first.pid != second.pid
    assert os.getpgid(first.pid) == first.pid
    assert first.memory_info().rss < 600e6


def test_the_socket_of_the_zygote_is_private(alone: Pages):
    assert (alone.home / "zygote.sock").stat().st_mode & 0o777 == 0o600


def test_a_long_path_is_no_hindrance(tmp_path):
    from runningcoach.serving import unix_sockets

    folder = tmp_path / ("x" * 100) / ("y" * 100)
    folder.mkdir(parents=True)
    with (
        unix_sockets.listening(str(folder / "z.sock")) as listener,
        unix_sockets.connected(str(folder / "z.sock")) as connection,
    ):
        connection.send(b"hello")
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.recv(10) == b"hello"


@pytest.mark.deep
def test_kernels_stay_warm(alone: Pages):
    """A page by a forked kernel takes less than one by an ordinary kernel."""
    login = alone.login("runner")

    def drawn_in() -> float:
        began = time.monotonic()
        alone.get("/voila/render/today.ipynb", login)
        return time.monotonic() - began

    forked = min(drawn_in() for _ in range(3))
    alone.zygote.kill()
    assert forked < drawn_in()
