"""OpenAI and servers that speak its language: the only room that imports its client."""
