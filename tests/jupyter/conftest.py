"""The pages' server, real: Voila, a zygote and kernels of their own, on a database of their own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import nbformat
import psutil
import pytest

from runningcoach.base import parent_process, periods, security
from runningcoach.serving import unix_sockets
from runningcoach.serving.identity import COOKIE
from runningcoach.store import accounts, database

CANARY = "canary-of-the-server"

TEMPLATE = """<!doctype html><title>{{ nb.metadata.title }}</title>
{%- set kernel_id = kernel_start(nb) -%}
<p id="kernel">{{ kernel_id }}</p>
{%- for cell in cell_generator(nb, kernel_id) -%}
{%- for output in cell.outputs -%}<pre>{{ output.text or output.evalue }}</pre>{%- endfor -%}
{%- endfor -%}{% if nb.metadata.torn %}{{ nobody.knows.this }}{% endif %}<p id="end"></p>
"""

NOTEBOOKS = {
    "today": ["print('today is drawn')"],
    "who": [
        "import json, os\nfrom runningcoach.pages import session",
        "print('WHO' + json.dumps([session.user_id(), session.language(), session.query('id'),"
        " session.user().username, session.today().isoformat()]) + 'OHW')",
        "print('ENV' + json.dumps(dict(os.environ)) + 'VNE')",
        "from runningcoach.base import i18n\nprint('SPEAKS' + i18n.language())",
        "print('PARENT', os.getppid(), 'PID', os.getpid())",
        "print('SETTING' + session.connection().execute("
        "\"select current_setting('runningcoach.user_id')\").fetchone()[0])",
    ],
    "live": ["import os\nprint('PID', os.getpid())"],
    "slow": ["print('FIRST')", "import time\ntime.sleep(1.5)\nprint('SECOND')"],
    "dies": ["print('before the end')", "import os\nos._exit(1)"],
    "torn": ["print('drawn before')"],
    "broken": ["raise ValueError('secret detail')"],
}


def write_pages(folder: Path) -> Path:
    """Write a template and pages that say what the tests ask."""
    template = folder / "templates" / "jarvis"
    template.mkdir(parents=True)
    (template / "index.html.j2").write_text(TEMPLATE)
    (template / "conf.json").write_text('{"base_template": "base"}')
    (template / "static").mkdir()
    (template / "static" / "look.css").write_text("body{color:teal}")
    for name, cells in NOTEBOOKS.items():
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={
                "title": "pages.titles.today",
                "torn": name == "torn",
                "voila": {"live": name == "live"},
            },
        )
        nbformat.write(notebook, folder / f"{name}.ipynb")
    return folder


def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until `true`, but not for ever."""
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.05)


def plain_client(url: str, cookies: dict[str, str] | None = None) -> httpx.Client:
    """Return a client for plain HTTP: it reads no certificates, which takes 40 ms a client."""
    return httpx.Client(base_url=url, cookies=cookies or {}, timeout=60, verify=False)  # noqa: S501


@dataclass
class Pages:
    """A running server of pages."""

    url: str
    home: Path
    database_url: str
    voila: subprocess.Popen[bytes]
    zygote: subprocess.Popen[bytes]

    def login(self, username: str, *, role: str = "runner", language: str = "ko") -> dict[str, str]:
        """Return the cookies of a user, who is made when new."""
        with database.connect(self.database_url) as conn:
            user = accounts.get_by_name(conn, username) or accounts.create(
                conn, username, "!", role=role, language=language
            )
            token = security.new_token()
            tomorrow = periods.now() + timedelta(days=1)
            accounts.open_session(conn, user.id, security.token_sha256(token), tomorrow, "test")
        return {COOKIE: token}

    def user_id(self, username: str) -> int:
        """Return the id of a user."""
        with database.connect(self.database_url) as conn:
            user = accounts.get_by_name(conn, username)
        assert user is not None
        return user.id

    def get(
        self, path: str, cookies: dict[str, str] | None = None, **options: object
    ) -> httpx.Response:
        """Ask for a path."""
        with plain_client(self.url, cookies) as client:
            return client.get(path, **options)

    def kernels(self) -> list[psutil.Process]:
        """Return the kernels that live now, forked or not."""
        both = [
            *psutil.Process(self.zygote.pid).children(),
            *psutil.Process(self.voila.pid).children(),
        ]
        return [one for one in both if one.status() != psutil.STATUS_ZOMBIE]

    def stop(self) -> None:
        """End it."""
        for process in (self.voila, self.zygote):
            process.terminate()
        for process in (self.voila, self.zygote):
            process.wait(20)


def environment_of(home: Path, database_url: str) -> dict[str, str]:
    """Return the environment of a server, with secrets that must not leak."""
    return {
        **os.environ,
        parent_process.PARENT: str(os.getpid()),
        "RUNNINGCOACH_HOME": str(home),
        "RUNNINGCOACH_DATABASE_FILE": str(home / "url"),
        "DATABASE_URL": database_url,
        "RUNNINGCOACH_OWNER_PASSWORD": CANARY,
        "SOME_TOKEN": CANARY,
        unix_sockets.ZYGOTE: str(home / "zygote.sock"),
        "JUPYTER_DEFAULT_PROVISIONER_NAME": "runningcoach-fork",
    }


def start_pages(home: Path, database_url: str) -> Pages:
    """Start a server of pages with its zygote."""
    folder = write_pages(home / "pages")
    (home / "url").write_text(database_url)
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]

        def python(module: str, *arguments: str) -> subprocess.Popen[bytes]:
            with (home / f"{module}.log").open("wb") as file:
                return subprocess.Popen(
                    [sys.executable, "-m", f"runningcoach.serving.{module}", *arguments],
                    env=environment_of(home, database_url),
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    pass_fds=[door.fileno()],
                )

        zygote = python("zygote", str(home / "zygote.sock"))
        voila = python("voila_app", "--fd", str(door.fileno()), "--pages", str(folder))
    pages = Pages(f"http://127.0.0.1:{port}", home, database_url, voila, zygote)
    try:
        until((home / "zygote.sock").exists)
        until(lambda: pages.get("/voila/render/today.ipynb").status_code == 302)
    except BaseException:
        pages.stop()
        raise
    return pages


@pytest.fixture(scope="module")
def pages(clone, tmp_path_factory) -> Iterator[Pages]:
    """A running server of pages, shared by the tests of a module."""
    with clone() as url:
        running = start_pages(tmp_path_factory.mktemp("home"), url)
        try:
            yield running
        finally:
            running.stop()
