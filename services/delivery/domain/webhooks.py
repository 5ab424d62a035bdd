"""The rules of webhooks: where they may lead, and when an event is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

DELAYS = tuple(timedelta(seconds=each) for each in (5, 30, 120, 600, 1800, 3600, 7200, 14400))
"""Between the attempts for one event; the last one holds from then on."""

_NAT64 = IPv6Network("64:ff9b::/96")


def next_attempt(
    failing_since: datetime, attempts: int, now: datetime, give_up: timedelta
) -> datetime | None:
    """When to try again after ``attempts`` failed ones; None: the time is over.

    The last attempt is made when the time ends, not up to hours before.
    """
    last = failing_since + give_up
    if now >= last:
        return None
    return min(now + DELAYS[min(attempts, len(DELAYS)) - 1], last)


def is_refused(address: str, *, private: bool) -> bool:
    """Whether no webhook may lead to an IP address.

    Only public ones are allowed, or with ``private`` those of an intranet too; never link-local ones, where
    clouds keep their machines' credentials. An IPv4 address inside an IPv6 one is looked at as itself.
    """
    found = ip_address(address.partition("%")[0])
    inner = _inside(found)
    if inner is not None and is_refused(str(inner), private=private):
        return True
    if found.is_link_local or found.is_multicast or found.is_unspecified:
        return True
    if private or (inner is not None and isinstance(found, IPv6Address) and found.ipv4_mapped is not None):
        return False
    return not found.is_global


def _inside(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def url_fault(url: str, *, private: bool) -> str | None:
    """What is wrong with the address of a webhook, as far as it can be said without asking the network."""
    if not (url.isascii() and url.isprintable()) or " " in url:
        return "must be ASCII without spaces (a name in other letters in its `xn--` form)"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address such as `https://example.go.th/sanya`"
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        return "must begin with `https://`"
    if not host:
        return "is no address such as `https://example.go.th/sanya`"
    if parts.username is not None or parts.password is not None:
        return "must not carry a name or password; the signature says who sends"
    if parts.fragment:
        return "must not have a fragment (`#…`)"
    try:
        refused = is_refused(host, private=private)
    except ValueError:
        return None  # a name: looked up at each attempt
    return "is not a public address" if refused else None
