"""A made-up OpenAI service: real HTTP, so that the real client has something to talk to."""

from runningcoach.simulators.openai.handle import LoggedModelRequest, OpenAiSimulator
from runningcoach.simulators.openai.server import serve

__all__ = ["LoggedModelRequest", "OpenAiSimulator", "serve"]
