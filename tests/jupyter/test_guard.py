"""Nobody sees a page, a kernel or a file of the Jupyter servers without a session of their own."""

import re

KERNEL = "00000000-0000-4000-8000-000000000000"
FILLED = {
    r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)": KERNEL,
    r"(?P<kernel_gateway>.*)": "x",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
REFUSING = {302, 401, 403, 404, 405}


def example(pattern: str) -> str:
    """Return a path that a tornado pattern matches."""
    path = pattern.removesuffix("$").replace("/?", "")
    while True:
        shorter = re.sub(r"\((?:\?P<\w+>|\?:)?[^()]*\)[?*+]*", "x", path)
        if shorter == path:
            break
        path = shorter
    path = path.replace("\\", "").replace(".*", "")
    return path if path.startswith("/") else f"/{path}"


def patterns(application) -> list[str]:
    """Return every pattern of a tornado application, those of nested routers too."""
    found: list[str] = []

    def walk(router) -> None:
        for rule in router.rules:
            matcher = getattr(rule.matcher, "regex", None)
            if matcher is not None:
                found.append(matcher.pattern)
            if hasattr(rule.target, "rules"):
                walk(rule.target)

    walk(application.default_router)
    walk(application.wildcard_router)
    return found


PRINT_ROUTES = """
import json, sys
from pathlib import Path
from runningcoach.jupyter import places, share
from runningcoach.settings import settings
places.prepare(settings().home, share.dashboards())
import tornado.web
"""
