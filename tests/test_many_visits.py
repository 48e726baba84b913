"""Many tabs at once, over the real program: every page whole, and nothing left of it afterwards."""

import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cached_property
from itertools import cycle, islice
from typing import NamedTuple

import httpx
import pytest

from runningcoach.demo import runs
from tests.program import UP, Run, draws_today, free_port, until

pytestmark = pytest.mark.slow

PAGES = (
    "today", "activities", "activity", "coach", "fitness", "readiness", "trends", "health",
    "connect", "jobs",
)  # fmt: skip
MORE_THAN_MAY_WAIT = 80
VISITS = int(os.environ.get("RC_VISITS", "60"))
"""By ten at once; RC_VISITS=300 takes two minutes."""
GROWTH_BYTES = 60e6


class Drawn(NamedTuple):
    """What must be equal at each visit to a page."""

    status: int
    cards: int
    faults: int
    is_whole: bool


class Site:
    """The running program with some activities in it, and its owner's browser."""

    def __init__(self, run: Run, client: httpx.Client) -> None:
        self.run, self.client = run, client
        files = [("files", file) for file in runs(6, seconds=900)]
        assert client.post("/api/v1/activities/upload", files=files).is_success
        until(lambda: len(client.get("/api/v1/activities").json()["items"]) == len(files))
        self.activity = client.get("/api/v1/activities").json()["items"][0]["id"]

    @cached_property
    def alone(self) -> dict[str, Drawn]:
        """What a visit to each page shows when nobody else is there."""
        return {page: self.visit(page) for page in PAGES}

    def address(self, page: str) -> str:
        return f"/voila/render/{page}.ipynb?id={self.activity}"

    def visit(self, page: str) -> Drawn:
        answer = self.client.get(self.address(page))
        return Drawn(
            answer.status_code,
            len(re.findall(r'class="card\b', answer.text)),
            answer.text.count("notice bad"),
            answer.text.rstrip().endswith("</html>"),
        )

    def kernels(self) -> int:
        servers = [self.run.child("serving.zygote"), self.run.child("serving.voila_app")]
        return sum(len(server.children()) for server in servers)

    def memory(self) -> int:
        return self.run.child("serving.voila_app").memory_info().rss

    def sockets(self) -> int:
        return self.run.child("serving.voila_app").num_fds()


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("visits")
    run = Run(folder, folder / "home", free_port(), UP)
    try:
        with run.wait_until_ready().logged_in() as client:
            yield Site(run, client)
    finally:
        run.clean()


def differences(site: Site, visits: int, at_once: int) -> Counter[str]:
    """Visit all pages in turn, so many at once; return what differs from a visit alone."""
    for one in site.alone.values():
        assert one == Drawn(200, one.cards or 1, faults=0, is_whole=True)
    pages = list(islice(cycle(PAGES), visits))
    with ThreadPoolExecutor(at_once) as readers:
        drawn = list(readers.map(site.visit, pages))
    different = [f"{p}: {d}" for p, d in zip(pages, drawn, strict=True) if d != site.alone[p]]
    return Counter(different)


@pytest.mark.deep
def test_three_tabs_at_once_find_every_page_whole(site: Site):
    assert differences(site, visits=3 * len(PAGES), at_once=3) == {}
    until(lambda: site.kernels() == 0, 5)


@pytest.mark.deep
def test_more_readers_than_may_wait_are_turned_away_and_those_who_leave_take_no_turn(site: Site):
    with ExitStack() as streams, ThreadPoolExecutor(MORE_THAN_MAY_WAIT) as readers:
        client = streams.enter_context(
            httpx.Client(
                base_url=site.client.base_url, cookies=site.client.cookies, timeout=60,
                limits=httpx.Limits(max_connections=None), trust_env=False,
            )
        )  # fmt: skip
        address = site.address("today")
        opened = list(readers.map(lambda _: _opened(client, address), range(MORE_THAN_MAY_WAIT)))
        for answer in opened:
            streams.callback(answer.close)
        refused = [answer for answer in opened if answer.status_code != 200]
        assert refused
        for answer in refused:
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == answer.headers["refresh"] == "5"
        assert "Many pages are being drawn" in refused[0].read().decode()
        assert 0 < site.kernels() <= 4
    began = time.monotonic()
    assert draws_today(site.client)
    assert time.monotonic() - began < 8, "nobody is drawn for who is gone"
    until(lambda: site.kernels() == 0, 5)


def _opened(client: httpx.Client, address: str) -> httpx.Response:
    return client.send(client.build_request("GET", address), stream=True)


@pytest.mark.deep
def test_visits_by_ten_at_once_leave_nothing_behind(site: Site):
    assert differences(site, visits=20, at_once=10) == {}
    memory, sockets = site.memory(), site.sockets()
    began = time.monotonic()
    assert differences(site, visits=VISITS, at_once=10) == {}
    print(f"{VISITS} visits by ten at once: {time.monotonic() - began:.0f} s")  # noqa: T201
    until(lambda: site.kernels() == 0, 5)
    assert site.memory() - memory < GROWTH_BYTES
    assert site.sockets() <= sockets + 10
