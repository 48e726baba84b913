"""What the web server loads before it can answer: nothing that only a few requests need."""

import json
import subprocess
import sys

LOADED = "import json, sys, runningcoach.api.app; print(json.dumps(sorted(sys.modules)))"
USED_LATER = {
    *("requests", "urllib3", "curl_cffi", "garminconnect", "garmin_personal_api", "openai"),
    *("stravalib", "pandas", "duckdb", "altair", "papermill", "jupyter_server", "tornado", "httpx"),
}
"""Vendors' clients are for who connects; the rest belongs to pages, jobs and the proxy."""
MOST_OF_OTHERS, MOST_OF_OURS = 750, 260
"""Modules that may be loaded: of packages, and of our own, which are small. Fewer are better, so
lower it when you can."""


def test_the_api_loads_little():
    ran = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=120
    )
    loaded = json.loads(ran.stdout)
    assert "fastapi" in loaded
    assert {name.partition(".")[0] for name in loaded} & USED_LATER == set()
    ours = [name for name in loaded if name.startswith("runningcoach")]
    assert len(loaded) - len(ours) < MOST_OF_OTHERS
    assert len(ours) < MOST_OF_OURS
