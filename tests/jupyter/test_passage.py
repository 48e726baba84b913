"""Pages through the web server: the same address as the API, streamed, and closed to strangers."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import websockets.exceptions
import websockets.sync.client

from tests.jupyter.conftest import Pages, environment_of, until
from tests.jupyter.test_guard import live_page, message

TODAY = "/voila/render/today.ipynb"


PUBLIC = "https://run.example"


def start_web(pages: Pages, voila: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start the web server before the pages at `voila`; return it and its address."""
    settings = {"RUNNINGCOACH_VOILA": voila, "RUNNINGCOACH_PUBLIC_URL": PUBLIC}
    with socket.create_server(("127.0.0.1", 0)) as door, (pages.home / "web.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "runningcoach.ops.web_server", str(door.fileno())],
            env=environment_of(pages.home, pages.database_url) | settings,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=[door.fileno()],
        )
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
    until(lambda: httpx.get(f"{url}/readyz", timeout=30).status_code == 200)
    return process, url


@pytest.fixture(scope="module")
def web(pages: Pages) -> Iterator[str]:
    """Address of a web server before the pages."""
    process, url = start_web(pages, pages.url.removeprefix("http://"))
    yield url
    process.terminate()
    process.wait(20)


@pytest.fixture
def reader(pages: Pages, web: str) -> Iterator[httpx.Client]:
    """A logged-in reader."""
    with httpx.Client(base_url=web, cookies=pages.login("runner"), timeout=60) as client:
        yield client


def test_a_page_comes_through_with_its_headers(reader):
    answer = reader.get(TODAY)
    assert answer.status_code == 200
    assert "today is drawn" in answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_the_first_card_comes_through_before_the_last_is_drawn(reader):
    with reader.stream("GET", "/voila/render/slow.ipynb") as answer:
        seen: dict[str, float] = {}
        for text in answer.iter_text():
            seen |= {word: time.monotonic() for word in ("FIRST", "SECOND") if word in text}
    assert seen["SECOND"] - seen["FIRST"] > 1.0


def test_the_query_comes_through_byte_for_byte(reader):
    text = reader.get("/voila/render/who.ipynb?id=%EA%B0%80%26b%3D1&x=%2F").text
    assert "\\uac00&b=1" in text.replace("&amp;", "&")


def test_a_stranger_is_led_to_the_login_and_back(web):
    asks_page = {"Accept": "text/html,*/*"}
    answer = httpx.get(f"{web}{TODAY}?id=1&b=%2F", headers=asks_page)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?next={TODAY}%3Fid%3D1%26b%3D%252F"
    assert httpx.get(f"{web}{TODAY}").status_code == 401
    assert httpx.post(f"{web}/voila/api/shutdown/x", headers=asks_page).status_code == 401
    assert httpx.get(f"{web}/voila/templates/jarvis/static/look.css").status_code == 401
    assert httpx.get(f"{web}/api/kernels/x").status_code == 401


def test_a_file_of_the_template_comes_through(reader):
    answer = reader.get("/voila/templates/jarvis/static/look.css")
    assert answer.text == "body{color:teal}"
    again = reader.get(answer.url.path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_chart_library_is_made_when_somebody_first_asks(pages, web, reader):
    path = "/voila/templates/jarvis/static/vega.js?v=1"
    assert httpx.get(f"{web}{path}").status_code == 401
    assert pages.get(path).status_code == 403
    assert not [*pages.home.rglob("*vega.js*")]
    with ThreadPoolExecutor() as readers:
        first, second = readers.map(reader.get, [path, path])
    assert "vegaEmbed" in first.text
    assert second.text == first.text
    assert "max-age=31" in first.headers["cache-control"]
    assert len([*pages.home.rglob("*vega.js*")]) == 1


def test_a_changing_request_of_a_foreign_page_is_refused(reader):
    answer = reader.post("/voila/api/shutdown/x", headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403


def cookie_header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def test_cookies_of_others_do_not_hide_ours(pages: Pages, web):
    mine = cookie_header(pages.login("runner"))
    for foreign in ('q="a;b', "x{}[]=1; =; ;", "ü=é; a", "runningcoach_session=; $Version=1"):
        headers = {b"cookie": f"{foreign}; {mine}".encode("latin-1")}
        for path in (TODAY, "/voila/templates/jarvis/static/look.css", "/api/v1/auth/me"):
            assert httpx.get(f"{web}{path}", headers=headers, timeout=30).status_code == 200, path


def test_odd_headers_and_paths_are_no_fault(pages: Pages, web, reader):
    odd = {b"x-name": "달리기".encode(), b"user-agent": b"\xff", b"referer": b"http://[\xe9"}
    assert reader.get(TODAY, headers=odd).status_code == 200
    assert reader.get(TODAY, headers={b"if-none-match": b"\xe9"}).status_code == 200
    host, port = web.removeprefix("http://").split(":")
    cookie = cookie_header(dict(reader.cookies))
    for path in CLIMBING:
        with socket.create_connection((host, int(port)), 30) as peer:
            peer.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
            assert peer.recv(65536).startswith(b"HTTP/1.1 404 "), path


CLIMBING = (
    "/voila/..%2f..%2fetc%2fpasswd", "/voila/render/..%2f..%2furl", "/voila/../home/url",
    "/voila/templates/jarvis/static/..%2f..%2f..%2f..%2furl", "/voila/..%5c..%5curl",
    "/voila/%2e%2e/api/contents", "/api/kernels/..%2f..%2fx", "/voila/files/%ff%fe",
    "/voila/render/%00.ipynb",
)  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": PUBLIC}, 204),
        ({"Origin": "https://other.example", "Sec-Fetch-Site": "same-origin"}, 204),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": PUBLIC, "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_a_page_closes_its_kernel_behind_a_proxy_with_a_host_of_its_own(
    pages: Pages, reader, headers, status
):
    kernel_id = live_page(pages, dict(reader.cookies))
    reader.get(TODAY)  # gives the token against forgery
    answer = reader.post(
        f"/voila/api/shutdown/{kernel_id}",
        headers=headers | {"Host": "backend:8420"},
        data={"_xsrf": reader.cookies["_xsrf"]},
    )
    assert answer.status_code == status


def test_the_log_holds_no_query_and_no_cookie(pages: Pages, reader):
    answer = reader.get(f"{TODAY}?id=a-word-of-the-query")
    assert answer.status_code == 200
    log = pages.home / "web.log"
    until(lambda: answer.headers["x-request-id"] in log.read_text())
    written = log.read_text()
    assert "a-word-of-the-query" not in written
    assert all(value not in written for value in reader.cookies.values())


def test_jupyterlab_is_not_there_unless_it_is_wanted(reader):
    assert reader.get("/lab/lab").status_code == 404


def talk(web: str, kernel_id: str, cookies: dict[str, str], origin: str | None) -> bool:
    """Return whether a kernel answers over a websocket."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    address = f"{web.replace('http', 'ws')}/api/kernels/{kernel_id}/channels?session_id=x"
    headers = {"Cookie": cookie} if cookie else {}
    try:
        with websockets.sync.client.connect(
            address, additional_headers=headers, origin=origin, proxy=None
        ) as kernel:
            kernel.send(message("kernel_info_request"))
            until(lambda: "kernel_info_reply" in str(kernel.recv(timeout=20)))
            return True
    except (websockets.exceptions.InvalidStatus, websockets.exceptions.ConnectionClosed):
        return False


def test_a_websocket_comes_through_for_its_own_user_and_page_alone(pages: Pages, web):
    mine, theirs = pages.login("runner"), pages.login("friend")
    kernel_id = live_page(pages, mine)
    assert talk(web, kernel_id, mine, origin=web)
    assert not talk(web, kernel_id, mine, origin="http://evil.example")
    assert not talk(web, kernel_id, theirs, origin=web)
    assert not talk(web, kernel_id, {}, origin=web)


def test_pages_that_are_being_started_again_say_so(pages: Pages):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        address = "{}:{}".format(*nobody.getsockname())
    process, url = start_web(pages, address)
    try:
        answer = httpx.get(f"{url}{TODAY}", cookies=pages.login("anna", language="en"), timeout=30)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "2"
        assert "being started" in answer.text
    finally:
        process.terminate()
        process.wait(20)
