"""Client addresses of requests, also behind trusted proxies."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from runningcoach.base.settings import networks

HOST = re.compile(r"[\w.-]+(:\d{1,5})?|\[[0-9a-fA-F:.]+\](:\d{1,5})?")
SCHEMES = frozenset({"http", "https"})
SITE_PREFIX_BITS = 64
"""A provider hands out IPv6 addresses by networks of this length: one of them is one guest."""

type Address = IPv4Address | IPv6Address


class TrustedProxies:
    """The proxies that the setting names."""

    def __init__(self, setting: str) -> None:
        self._networks = networks(setting)

    def __bool__(self) -> bool:
        return bool(self._networks)

    def __contains__(self, host: str) -> bool:
        address = parsed(host)
        return address is not None and any(address in network for network in self._networks)

    def client(self, forwarded_for: Iterable[str]) -> str | None:
        """Return the client's address: the last one that is no trusted proxy.

        Each proxy adds its client at the end, so what stands before may be made up.
        """
        hops = [hop for line in forwarded_for for hop in line.split(",")]
        for hop in reversed(hops):
            address = parsed(_without_port(hop.strip()))
            if address is None:
                return None
            if f"{address}" not in self:
                return f"{address}"
        return None


class ForwardedHeaders:
    """Middleware that believes X-Forwarded-For, -Proto and -Host of trusted proxies alone."""

    def __init__(self, app: ASGIApp, trusted: TrustedProxies) -> None:
        self.app = app
        self.trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put client, scheme and host as the browser sees them into the scope."""
        peer = (scope.get("client") or ("", 0))[0]
        if peer in self.trusted:
            scope = {**scope, **_forwarded(scope, self.trusted)}
        await self.app(scope, receive, send)


def _forwarded(scope: Scope, trusted: TrustedProxies) -> Scope:
    headers = Headers(scope=scope)
    changed: Scope = {}
    if client := trusted.client(headers.getlist("x-forwarded-for")):
        changed["client"] = (client, 0)
    scheme = headers.get("x-forwarded-proto", "").strip().lower()
    if scheme in SCHEMES:
        changed["scheme"] = scheme.replace("http", "ws") if _is_websocket(scope) else scheme
    host = headers.get("x-forwarded-host", "").split(",")[0].strip()
    if HOST.fullmatch(host):
        others = [(name, value) for name, value in scope["headers"] if name != b"host"]
        changed["headers"] = [(b"host", host.encode()), *others]
    return changed


def _is_websocket(scope: Scope) -> bool:
    return scope["type"] == "websocket"


def guest(host: str) -> str:
    """Return under which name the limits count an address: an IPv6 one by its network."""
    address = parsed(host)
    if isinstance(address, IPv6Address):
        return f"{ip_network((address, SITE_PREFIX_BITS), strict=False)}"
    return f"{address}" if address else host


def parsed(host: str) -> Address | None:
    """Return a host as an address, None when it is none; IPv4 inside IPv6 is IPv4."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
