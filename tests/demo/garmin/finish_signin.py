"""Finish a sign-in that waits for a code: the second process of test_signin."""

import json
import sys

from garminconnect import Garmin

_PLACES = {
    "_sso": "", "_connect": "", "_connectapi": "",
    "_di_token_url": "/di-oauth2-service/oauth/token", "_ios_service_url": "/gcm/ios",
    "_mobile_sso_service_url": "/gcm/android", "_portal_service_url": "/app",
}  # fmt: skip


def main(url: str, *codes: str) -> None:
    state = json.load(sys.stdin)
    results = []
    for code in codes:
        client = Garmin(retry_attempts=0)
        for name, path in _PLACES.items():
            setattr(client.client, name, url + path)
        try:
            client.resume_login(state, code)
            results.append(client.client.dumps())
        except Exception as error:
            results.append(type(error).__name__)
    sys.stdout.write(json.dumps(results))


main(*sys.argv[1:])
