"""Run the simulator on its own: `python -m runningcoach.simulators.garmin --port 8765`."""

import argparse
from datetime import date, datetime
from zoneinfo import ZoneInfo

from runningcoach.simulators.garmin import who
from runningcoach.simulators.garmin.server import listen
from runningcoach.simulators.garmin.world import InitialState


def main() -> None:
    """Serve until the process is stopped."""
    parser = argparse.ArgumentParser(prog="python -m runningcoach.simulators.garmin")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--until", type=date.fromisoformat, metavar="YYYY-MM-DD")
    parser.add_argument("--years", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--language", default="ko")
    parser.add_argument("--mfa", action="store_true")
    args = parser.parse_args()
    until = args.until or datetime.now(ZoneInfo(who.TIME_ZONE)).date()
    beginning = InitialState(until, args.seed, args.years, args.language, mfa=args.mfa)
    listen(beginning, args.port)


main()
