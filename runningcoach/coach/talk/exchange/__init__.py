"""Without a model of one's own: a text for another chat, and what comes back from it."""
