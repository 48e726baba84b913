"""The address of a model's server: what is refused before anything is sent there."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from runningcoach.base.errors import Phrase
from runningcoach.sources.openai.problems import BadModelAddress

OPENAI_ADDRESS = "https://api.openai.com/v1"

_LONGEST = 500
_WRITTEN_OUT = re.compile(r"[\x21-\x7e]+")
_HOME_NAME = re.compile(
    r"(?:[a-z][a-z0-9_-]*|(?:[a-z0-9_-]+\.)+(?:localhost|local|lan|internal|home\.arpa))\.?"
)
"""Names that no public name server answers for: of this machine, a container, a home network."""
_END_OF_CALL = re.compile(r"/(?:chat/completions|responses|embeddings|models)$")


def check_address(base_url: str | None) -> str:
    """Return the address of a server without a slash at its end; None is OpenAI's own.

    Plain HTTP is for this machine and private networks only, since the key and what is said
    would be open to all on the way. Raises BadModelAddress, with a reason, for anything else.
    """
    if base_url is None:
        return OPENAI_ADDRESS
    address = base_url.strip().rstrip("/")
    if len(address) > _LONGEST or not _WRITTEN_OUT.fullmatch(address):
        raise _refusal("not_an_address")
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _refusal("not_an_address") from None
    _check_form(parts, host)
    if parts.scheme == "http" and not _is_private(host or ""):
        raise _refusal("public_without_tls")
    return address


def _check_form(parts: SplitResult, host: str | None) -> None:
    if parts.scheme not in ("http", "https"):
        raise _refusal("not_http")
    if not host or "\\" in parts.netloc:
        raise _refusal("not_an_address")
    if "@" in parts.netloc:
        raise _refusal("has_password")
    if parts.query or parts.fragment:
        raise _refusal("has_query")
    if _END_OF_CALL.search(parts.path):
        raise _refusal("whole_call")


def _is_private(host: str) -> bool:
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return bool(_HOME_NAME.fullmatch(host.lower()))
    if isinstance(ip, ipaddress.IPv6Address):
        # Python 3.12 takes every mapped address for a private one.
        ip = ip.ipv4_mapped or ip
    # Link-local addresses are where clouds keep the keys of their machines.
    return not (ip.is_global or ip.is_link_local or ip.is_multicast or ip.is_unspecified)


def _refusal(reason: str) -> BadModelAddress:
    return BadModelAddress(reason=Phrase(f"openai.address.{reason}"))
