"""What the simulated model answers where nothing is scripted."""

from runningcoach.simulators.openai.brain.records import BrainAnswer, BrainRequest

__all__ = ["BrainAnswer", "BrainRequest", "answer"]


def answer(request: BrainRequest) -> BrainAnswer:  # noqa: ARG001 - this model reads nothing
    """Answer a request from nothing but what was sent in it."""
    return BrainAnswer(text="This is a simulated model, and no answer has been scripted for it.")
