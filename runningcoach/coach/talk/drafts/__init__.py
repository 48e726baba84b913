"""Drafts of plans as models and people write them: read, put right where that is safe, judged."""
