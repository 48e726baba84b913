"""Nobody sees a page, a kernel or a file of the Jupyter servers without a session of their own.

The route tables are walked, so a route that a later version brings is asked too.
"""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
import websockets.exceptions
import websockets.sync.client

from tests.jupyter.conftest import Pages, environment_of, plain_client, until
from tests.jupyter.test_pages import between

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
UUID = "00000000-0000-4000-8000-000000000000"
TO_TODAY = {"/", "/voila", "/voila/", "/voila/tree"}
"""They lead to the page of today, which asks who it is."""

OPEN_IN_LAB = {
    "/lab/api": "the version of Jupyter",
    "/favicon.ico": "an icon",
    "/lab/favicon.ico": "an icon",
    "/lab/static/x": "files of JupyterLab itself",
    "/lab/static/lab/x": "files of JupyterLab itself",
    "/lab/lab/extensions/x": "files of JupyterLab's extensions",
    "/lab/lab/api/themes/x": "style sheets",
}
"""What JupyterLab gives to anybody on this machine; from elsewhere the web server asks first."""

SILENT_IN_LAB = {"/lab/robots.txt", "/lab/lab/api/licenses/x"}
"""Handlers of this version that fail before they answer anything, with or without a session."""

WALK = """
import json, sys
def walk(router):
    for rule in router.rules:
        pattern = getattr(rule.matcher, "regex", None)
        if pattern is not None:
            yield pattern.pattern
        if hasattr(rule.target, "rules"):
            yield from walk(rule.target)
def show(application):
    routers = (application.default_router, application.wildcard_router)
    print("ROUTES" + json.dumps([p for router in routers for p in walk(router)]))
"""
VOILA = """
import tempfile, tornado.web
from pathlib import Path
from runningcoach.serving import jupyter_dirs, voila_app
from runningcoach.base.settings import settings
pages = settings().home / "pages"
jupyter_dirs.prepare(settings().home, pages)
server = voila_app.server(root_dir=str(pages))
server.connection_dir = tempfile.mkdtemp()
application = tornado.web.Application(**server.init_settings())
application.add_handlers(".*$", server.init_handlers())
show(application)
"""
LAB = """
from jupyterlab.labapp import LabApp
from runningcoach.pages import notebook_folders
from runningcoach.serving import jupyter_dirs, lab
from runningcoach.base.settings import settings
jupyter_dirs.prepare(settings().home, notebook_folders.dashboards())
folder = lab.copy_notebooks(settings().home)
show(LabApp.initialize_server(argv=[], config=lab.configuration(folder, 0, "INFO")).web_app)
"""


def paths(program: str, pages: Pages) -> list[str]:
    """Return an example for every route of the server that `program` builds."""
    ran = subprocess.run(
        [sys.executable, "-c", WALK + program],
        env=environment_of(pages.home, pages.database_url),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    patterns = json.loads(re.search("ROUTES(.*)", ran.stdout)[1])
    return sorted({example(pattern) for pattern in patterns if pattern.startswith("/")})


def example(pattern: str) -> str:
    """Return a path that a route's pattern matches."""
    path = pattern.removesuffix("$").replace(r"\w+-\w+-\w+-\w+-\w+", UUID)
    path = path.replace("(?P<path>(?:(?:/[^/]+)+|/?))", "/x")
    for _ in range(5):
        path = re.sub(r"\((?:\?P<\w+>|\?:)?([^()]*)\)(\?)?", _first_choice, path)
    return path.replace("/?", "").replace("\\", "").replace(".*", "x") or "/"


def _first_choice(group: re.Match[str]) -> str:
    """Return something that a group matches: nothing if it may be absent, else its first word."""
    inside = group[1].split("|")[0].replace("\\.", ".")
    plain = re.fullmatch(r"[\w.-]+", inside) and inside != ".*"
    return "" if group[2] else inside if plain else "x"


def answers(
    url: str, path: str, cookies: dict[str, str] | None = None
) -> dict[str, httpx.Response]:
    """Ask for a path in every way; one connection each, for a refusal may close it."""
    found = {}
    for method in METHODS:
        with plain_client(url, cookies) as client:
            found[method] = client.request(method, path)
    return found


def refuses(answer: httpx.Response) -> bool:
    to_login = answer.headers.get("location", "").startswith("/login")
    return answer.status_code in (401, 403, 405) or (answer.status_code == 302 and to_login)


def test_no_route_of_the_pages_answers_without_a_session(pages: Pages):
    walked = paths(VOILA, pages)
    assert {f"/api/kernels/{UUID}", f"/api/kernels/{UUID}/channels"} <= set(walked)
    assert len(walked) >= 8
    for path in walked:
        if path in TO_TODAY:
            continue
        for method, answer in answers(pages.url, path).items():
            assert refuses(answer), (method, path, answer.status_code)


@pytest.mark.parametrize("path", sorted(TO_TODAY))
def test_the_doors_of_the_pages_lead_to_today(pages: Pages, path):
    answer = pages.get(path)
    assert answer.status_code == 302
    assert answer.headers["location"] == "/voila/render/today.ipynb"


@pytest.mark.parametrize(
    "path",
    [
        "/voila/files/today.ipynb", "/voila/api/contents/", "/voila/query/" + UUID,
        "/voila/execution/" + UUID, "/api/kernels", "/api/contents", "/api/sessions", "/files/x",
        "/login", "/api/me",
    ],
)  # fmt: skip
def test_what_pages_do_not_need_is_not_there(pages: Pages, path):
    assert pages.get(path, pages.login("runner")).status_code == 404


@pytest.mark.parametrize(
    "cookie", ["", "nonsense", "a" * 43, "ümlaut".encode().hex(), "' OR 1=1 --".replace(" ", "+")]
)
def test_a_made_up_cookie_opens_nothing(pages: Pages, cookie):
    answer = pages.get("/voila/render/today.ipynb", {"runningcoach_session": cookie})
    assert refuses(answer)


@pytest.mark.parametrize(
    "door", [{"params": {"token": "x"}}, {"headers": {"Authorization": "token x"}}]
)
def test_jupyters_own_tokens_open_nothing(pages: Pages, door):
    assert refuses(pages.get("/voila/render/today.ipynb", **door))


def channels(pages: Pages, kernel_id: str, cookies: dict[str, str], origin: str | None = None):
    url = f"{pages.url.replace('http', 'ws')}/api/kernels/{kernel_id}/channels?session_id=x"
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = {"Cookie": cookie} if cookie else {}
    return websockets.sync.client.connect(
        url, additional_headers=headers, origin=origin, proxy=None
    )


def live_page(pages: Pages, cookies: dict[str, str]) -> str:
    text = pages.get("/voila/render/live.ipynb", cookies).text
    return between(text, '<p id="kernel">', "</p>")


def message(kind: str, **content: object) -> str:
    header = {"msg_id": "1", "msg_type": kind, "username": "x", "session": "x"}
    header |= {"version": "5.3", "date": ""}
    parts = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    return json.dumps({**parts, "channel": "shell", "buffers": []})


def test_a_kernel_answers_to_its_own_user_alone(pages: Pages):
    mine, theirs = pages.login("runner"), pages.login("friend")
    kernel_id = live_page(pages, mine)
    assert pages.get(f"/api/kernels/{kernel_id}", mine).status_code == 200
    for cookies in (theirs, {}):
        for method, answer in answers(pages.url, f"/api/kernels/{kernel_id}", cookies).items():
            assert answer.status_code in (403, 404, 405), method
        with pytest.raises(websockets.exceptions.InvalidStatus) as refused:
            channels(pages, kernel_id, cookies)
        assert refused.value.response.status_code in (403, 404)
    with httpx.Client(base_url=pages.url, cookies=theirs, timeout=30) as client:
        client.get("/voila/render/today.ipynb")
        ended = client.post(
            f"/voila/api/shutdown/{kernel_id}", data={"_xsrf": client.cookies["_xsrf"]}
        )
    assert ended.status_code == 404
    assert pages.get(f"/api/kernels/{kernel_id}", mine).status_code == 200


def test_a_websocket_of_a_foreign_page_is_refused(pages: Pages):
    mine = pages.login("runner")
    kernel_id = live_page(pages, mine)
    with pytest.raises(websockets.exceptions.InvalidStatus) as refused:
        channels(pages, kernel_id, mine, origin="http://evil.example")
    assert refused.value.response.status_code == 403


def test_no_code_is_run_by_a_browser(pages: Pages, tmp_path):
    mine = pages.login("runner")
    kernel_id = live_page(pages, mine)
    written = tmp_path / "written"
    with channels(pages, kernel_id, mine, origin=pages.url) as socket_:
        socket_.send(message("execute_request", code=f"open({str(written)!r}, 'w').write('x')"))
        socket_.send(message("kernel_info_request"))
        until(lambda: "kernel_info_reply" in str(socket_.recv(timeout=20)))
        time.sleep(0.5)
    assert not written.exists()


@pytest.fixture(scope="module")
def lab_url(pages: Pages) -> Iterator[str]:
    """A running JupyterLab."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with (pages.home / "lab.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "runningcoach.serving.lab", "--port", str(port)],
            env=environment_of(pages.home, pages.database_url),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _listens(port))
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.deep
def test_no_route_of_jupyterlab_answers_without_a_session(pages: Pages, lab_url):
    walked = paths(LAB, pages)
    assert {"/lab/api/contents/x", "/lab/api/kernels", "/lab/api/sessions"} <= set(walked)
    assert len(walked) > 40
    for path in set(walked) - set(OPEN_IN_LAB) - SILENT_IN_LAB:
        for method, answer in answers(lab_url, path).items():
            # A page of JupyterLab's that is not there, and robots.txt, say nothing of ours.
            nothing = answer.status_code == 404 and not answer.content.startswith(b"{")
            assert refuses(answer) or nothing or _only_moves(answer), (
                method, path, answer.status_code,
            )  # fmt: skip


def _only_moves(answer: httpx.Response) -> bool:
    return answer.status_code in (301, 302) and answer.headers["location"].startswith("/lab")


def test_jupyterlab_is_for_the_owner(pages: Pages, lab_url):
    owner, friend = pages.login("boss", role="owner"), pages.login("friend")
    for path in ("/lab/lab", "/lab/api/contents", "/lab/api/kernels", "/lab/api/me"):
        assert answers(lab_url, path, owner)["GET"].status_code == 200, path
        assert answers(lab_url, path, friend)["GET"].status_code == 403, path
    for cookies in ({}, friend):
        assert not opens(f"{lab_url}/lab/api/events/subscribe", cookies)
    assert opens(f"{lab_url}/lab/api/events/subscribe", owner)


def opens(url: str, cookies: dict[str, str]) -> bool:
    """Return whether a websocket opens; a server may refuse it or send it to the login."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = {"Cookie": cookie} if cookie else {}
    address = url.replace("http", "ws")
    try:
        with websockets.sync.client.connect(address, additional_headers=headers, proxy=None):
            return True
    except (websockets.exceptions.InvalidStatus, websockets.exceptions.SecurityError):
        return False


def test_jupyterlab_shows_copies_that_the_owner_may_change(pages: Pages, lab_url):
    from runningcoach.serving import lab

    owner = pages.login("boss", role="owner")
    listed = answers(lab_url, "/lab/api/contents", owner)["GET"].json()
    assert listed["type"] == "directory"
    folder = lab.copy_notebooks(pages.home)
    copies = sorted(folder.rglob("*.ipynb"))
    for copy in copies:
        copy.write_text("changed")
    lab.copy_notebooks(pages.home)
    assert all(copy.read_text() == "changed" for copy in copies)
