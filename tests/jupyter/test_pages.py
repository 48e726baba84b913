"""Pages are drawn by forked kernels that know their user, and little else."""

import json
import re
import time

import httpx
import psutil

from runningcoach.store import accounts, database
from tests.jupyter.conftest import CANARY, Pages, until


def between(text: str, start: str, end: str) -> str:
    found = re.search(f"{start}(.*?){end}", text, re.DOTALL)
    assert found, text
    return found[1].replace("&#34;", '"').replace("&quot;", '"').replace("&#39;", "'")


def test_a_page_is_drawn(pages: Pages):
    answer = pages.get("/voila/render/today.ipynb", pages.login("runner"))
    assert answer.status_code == 200
    assert "today is drawn" in answer.text
    assert 'id="end"' in answer.text


def test_the_kernel_knows_its_user_language_query_and_day(pages: Pages):
    cookies = pages.login("amy", language="en")
    text = pages.get("/voila/render/who.ipynb?id=42&x=1", cookies).text
    who = json.loads(between(text, "WHO", "OHW"))
    assert who[:4] == [pages.user_id("amy"), "en", "42", "amy"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", who[4])
    assert between(text, "SPEAKS", "\n") == "en"
    assert between(text, "SETTING", "\n") == str(pages.user_id("amy"))


def test_the_kernel_is_a_fork_of_the_zygote(pages: Pages):
    text = pages.get("/voila/render/who.ipynb", pages.login("runner")).text
    assert f"PARENT {pages.zygote.pid} " in text


def test_the_kernel_knows_no_secret_of_the_server(pages: Pages):
    text = pages.get("/voila/render/who.ipynb", pages.login("runner")).text
    environment = json.loads(between(text, "ENV", "VNE"))
    assert CANARY not in text
    assert "DATABASE_URL" not in environment
    assert not any("postgresql://" in value for value in environment.values())
    assert environment["RUNNINGCOACH_HOME"] == str(pages.home)


def test_the_browser_cannot_say_who_it_is(pages: Pages):
    cookies = pages.login("runner")
    victim = pages.user_id("amy")
    path = f"/voila/render/who.ipynb?RUNNINGCOACH_USER_ID={victim}&user_id={victim}"
    headers = {
        name: str(victim)
        for name in ("RUNNINGCOACH_USER_ID", "Runningcoach-User-Id", "X-User-Id", "X-Remote-User")
    }
    text = pages.get(path, cookies, headers=headers).text
    assert json.loads(between(text, "WHO", "OHW"))[0] == pages.user_id("runner")
    assert json.loads(between(text, "ENV", "VNE"))["RUNNINGCOACH_USER_ID"] != str(victim)


def test_the_first_card_is_there_before_the_last_is_drawn(pages: Pages):
    with (
        httpx.Client(base_url=pages.url, cookies=pages.login("runner"), timeout=60) as client,
        client.stream("GET", "/voila/render/slow.ipynb") as answer,
    ):
        seen: dict[str, float] = {}
        for text in answer.iter_text():
            for word in ("FIRST", "SECOND"):
                if word in text:
                    seen[word] = time.monotonic()
    assert seen["SECOND"] - seen["FIRST"] > 1.0


def test_a_fault_shows_no_detail(pages: Pages):
    answer = pages.get("/voila/render/broken.ipynb", pages.login("runner"))
    assert answer.status_code == 200
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_template_and_theme_are_not_the_browsers_choice(pages: Pages):
    answer = pages.get(
        "/voila/render/today.ipynb?template=classic&theme=light", pages.login("runner")
    )
    assert 'id="end"' in answer.text


def test_the_list_of_notebooks_leads_to_today(pages: Pages):
    for path in ("/", "/voila", "/voila/", "/voila/tree", "/voila/tree/templates"):
        answer = pages.get(path, pages.login("runner"))
        assert answer.status_code == 302, path
        assert answer.headers["location"] == "/voila/render/today.ipynb"


def test_a_page_asks_the_browser_to_fetch_from_here_only(pages: Pages):
    answer = pages.get("/voila/render/today.ipynb", pages.login("runner"))
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_a_kernel_ends_when_its_page_is_drawn(pages: Pages):
    before = {kernel.pid for kernel in pages.kernels()}
    pages.get("/voila/render/today.ipynb", pages.login("runner"))
    until(lambda: {kernel.pid for kernel in pages.kernels()} <= before)


def test_a_live_page_keeps_its_kernel_until_it_is_closed(pages: Pages):
    with httpx.Client(base_url=pages.url, cookies=pages.login("runner"), timeout=60) as client:
        text = client.get("/voila/render/live.ipynb").text
        pid = int(between(text, "PID ", "\n"))
        kernel_id = between(text, '<p id="kernel">', "</p>")
        time.sleep(1)
        assert psutil.pid_exists(pid)
        closed = client.post(
            f"/voila/api/shutdown/{kernel_id}", data={"_xsrf": client.cookies["_xsrf"]}
        )
        assert closed.status_code == 204
        until(lambda: not psutil.pid_exists(pid))
        again = client.post(
            f"/voila/api/shutdown/{kernel_id}", data={"_xsrf": client.cookies["_xsrf"]}
        )
        assert again.status_code == 204


def test_a_user_cannot_fill_the_machine_with_kernels(pages: Pages):
    cookies = pages.login("greedy")
    kernels = [
        int(between(pages.get("/voila/render/live.ipynb", cookies).text, "PID ", "\n"))
        for _ in range(14)
    ]
    until(lambda: sum(psutil.pid_exists(pid) for pid in kernels) <= 12)
    assert psutil.pid_exists(kernels[-1])


def test_a_change_of_language_counts_from_the_next_page_on(pages: Pages):
    cookies = pages.login("switcher", language="ko")
    assert between(pages.get("/voila/render/who.ipynb", cookies).text, "SPEAKS", "\n") == "ko"
    with database.connect(pages.database_url) as conn:
        accounts.update(conn, pages.user_id("switcher"), {"language": "en"})
    assert between(pages.get("/voila/render/who.ipynb", cookies).text, "SPEAKS", "\n") == "en"


def test_a_page_whose_kernel_dies_says_so_and_ends(pages: Pages):
    answer = pages.get("/voila/render/dies.ipynb", pages.login("runner"))
    assert "before the end" in answer.text
    assert 'id="end"' in answer.text


def test_a_page_that_breaks_off_ends_with_a_card_that_says_so(pages: Pages):
    answer = pages.get("/voila/render/torn.ipynb", pages.login("torn", language="en"))
    assert "drawn before" in answer.text
    assert 'id="end"' not in answer.text
    assert answer.text.endswith("</html>")
    assert "Please load it again." in answer.text


def test_a_notebook_that_is_not_there_is_not_found(pages: Pages):
    for path in ("missing.ipynb", "templates/jarvis/conf.json", "../home.ipynb", "%2e%2e/x.ipynb"):
        answer = pages.get(f"/voila/render/{path}", pages.login("runner"))
        assert answer.status_code in (302, 404), path
