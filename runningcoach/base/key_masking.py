"""Mask what looks like a key of a vendor or of ours in the words of a person."""

import re

MASK = "***"

_KEY = re.compile(
    r"(?<![A-Za-z0-9])(?:sk-[\w-]{12,}"
    r"|(?:(?:gsk|xai|hf|rc|ghp|glpat)[-_]|AIza)(?=[\w-]*[\dA-Z])[\w-]{18,})",
    re.ASCII,
)
"""How keys begin: OpenAI, OpenRouter, Anthropic and many servers (sk-), Groq, xAI, Hugging Face,
our own API tokens, GitHub, GitLab, Google. Those of the second line have a digit or a capital, so
that long words with hyphens stay."""


def mask_keys(text: str) -> str:
    """Return the text with asterisks in place of everything that looks like a key."""
    return _KEY.sub(MASK, text)
