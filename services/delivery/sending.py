"""One event to one receiver: signed, to an address that was looked up once, checked and kept to.

Whoever registers a webhook chooses where this machine connects to. So a name is resolved once for each
attempt, every address it has must be allowed, and the connection goes to one of these addresses, not to what
the name may mean a moment later; redirects are not followed; nothing that the receiver answers but its status
is read. (tests/delivery/test_webhooks.py.)
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import httpx
from standardwebhooks import Webhook as Signer

from services.delivery.domain.webhooks import is_refused

MOST_ADDRESSES = 4
CONTENT_TYPE = "application/cloudevents+json"


class Refused(Exception):
    """The name leads to an address that no webhook may lead to."""


class Pinned(httpx.AsyncBaseTransport):
    """Connects to the addresses that were checked. Each request has a connection of its own: one that was
    made for another name at the same address is verified for that name."""

    def __init__(self, *, private: bool) -> None:
        self._private = private

    @cached_property
    def _inner(self) -> httpx.AsyncHTTPTransport:
        """Made for the first request: it imports an HTTP stack and reads the authorities' certificates."""
        return httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.raw_host.decode("ascii")
        last: httpx.TransportError | None = None
        for address in await self._addresses(host, request.url.port or 443):
            pinned = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
            try:
                return await self._inner.handle_async_request(pinned)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                last = error
        raise last or httpx.ConnectError("the name has no address")

    async def _addresses(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        if any(is_refused(each, private=self._private) for each in addresses):
            raise Refused(host)
        return addresses[:MOST_ADDRESSES]

    async def aclose(self) -> None:
        if "_inner" in vars(self):
            await self._inner.aclose()


@dataclass(frozen=True, slots=True)
class Outcome:
    """``error`` None: the receiver took it."""

    code: int | None
    error: str | None

    @property
    def gone(self) -> bool:
        """The receiver asks for nothing more (Standard Webhooks: 410)."""
        return self.code == 410


class Sender:
    def __init__(self, *, private: bool, timeout: float) -> None:
        self._timeout = timeout
        self._http = httpx.AsyncClient(
            transport=Pinned(private=private),
            timeout=timeout,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": "Sanya-Webhooks/1"},
        )

    async def send(
        self, url: str, secrets: tuple[str, ...], event_id: str, body: str, now: datetime
    ) -> Outcome:
        """Sends it once. What went wrong is said without anything that the receiver wrote."""
        signatures = " ".join(Signer(each).sign(event_id, now, body) for each in secrets)
        headers = {
            "Content-Type": CONTENT_TYPE,
            "webhook-id": event_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signatures,
        }
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._http.stream("POST", url, content=body.encode(), headers=headers) as answer,
            ):
                code = answer.status_code
        except Refused:
            return Outcome(None, "the name leads to an address that is not public")
        except (TimeoutError, httpx.TimeoutException):
            return Outcome(None, f"no answer within {self._timeout:g} s")
        except socket.gaierror:
            return Outcome(None, "the name is not known")
        except httpx.ConnectError as error:
            return Outcome(None, "no connection: " + _why(error))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            return Outcome(None, f"the exchange failed: {type(error).__name__}")
        if 200 <= code < 300:
            return Outcome(code, None)
        if 300 <= code < 400:
            return Outcome(code, f"answered {code}; redirects are not followed")
        return Outcome(code, f"answered {code}")

    async def close(self) -> None:
        await self._http.aclose()


def _why(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not valid ({cause.verify_message})"
        if isinstance(cause, ssl.SSLError):
            return "TLS failed"
        cause = cause.__cause__ or cause.__context__
    return "nobody answers there"
