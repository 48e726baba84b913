"""Texts of others as the database can hold them."""


def storable(text: str) -> str:
    """Return a text without NUL and without halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
