"""What a model is given for a message: sections from stable to volatile, within a budget."""

from runningcoach.coach.talk.context.build_context import TalkContext, build_context
from runningcoach.coach.talk.context.trimming import MessageTooLong

__all__ = ["MessageTooLong", "TalkContext", "build_context"]
