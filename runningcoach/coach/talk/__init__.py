"""Talking with the runner: safety, drafts of models, context, tools, conversation."""
