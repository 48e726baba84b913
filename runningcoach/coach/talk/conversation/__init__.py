"""From a runner's message to a checked answer: the gate, the model, its tools, what is kept."""

from runningcoach.coach.talk.conversation.prompt_preview import preview
from runningcoach.coach.talk.conversation.talk_events import TalkEvent
from runningcoach.coach.talk.conversation.turn import answer

__all__ = ["TalkEvent", "answer", "preview"]
