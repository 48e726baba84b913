"""A made-up OpenAI service: real HTTP, so that the real client has something to talk to."""
