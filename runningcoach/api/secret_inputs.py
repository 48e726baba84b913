"""Keys as requests bring them: fit for a header, and never repeated in an answer."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

LONGEST_KEY = 4096


def _as_a_header(secret: SecretStr) -> SecretStr:
    """Refuse what cannot stand in a header, without repeating it."""
    text = secret.get_secret_value().strip()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("not a key")
    return SecretStr(text)


HeaderKey = Annotated[SecretStr, Field(max_length=LONGEST_KEY), AfterValidator(_as_a_header)]
"""A key; a model with a field of it sets `hide_input_in_errors`."""
