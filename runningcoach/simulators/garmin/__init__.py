"""Garmin as the made-up runner would meet it: a real HTTP server, and a handle to steer it."""

from runningcoach.simulators.garmin.handle import LoggedRequest, SimulatorClient
from runningcoach.simulators.garmin.server import serve

__all__ = ["LoggedRequest", "SimulatorClient", "serve"]
