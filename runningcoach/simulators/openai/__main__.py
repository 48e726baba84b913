"""Run the simulator on its own: `python -m runningcoach.simulators.openai --port 8766`."""

import argparse

from runningcoach.simulators.openai.server import listen
from runningcoach.simulators.openai.state import ModelServerState


def main() -> None:
    """Serve until the process is stopped."""
    parser = argparse.ArgumentParser(prog="python -m runningcoach.simulators.openai")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--delay", type=float, default=0.02, help="seconds between two pieces")
    args = parser.parse_args()
    listen(ModelServerState(delay_s=args.delay), args.port)


main()
