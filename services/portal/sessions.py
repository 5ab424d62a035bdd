"""A person's session: the registry keeps it, the browser its secret, the portal forwards a short token.

The token of a session is kept in memory until shortly before it ends; a session that the registry ended is
unknown here at the latest when its token is renewed.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from services.portal.client import Api, Missing, Refused

SESSIONS = "/registry/v1/sessions"
EARLY_SECONDS = 30
MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Session:
    """``secret`` stands in the cookie; ``token`` is the short one that requests carry."""

    secret: str
    token: str
    name: str
    agency: str
    until: float
    roles: frozenset[str] = frozenset()
    """What the person may do; the services behind decide, the pages only say so beforehand."""
    person: str = ""
    """Their id."""


class Sessions:
    def __init__(self, api: Api, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._clock = clock
        self._kept: OrderedDict[bytes, Session] = OrderedDict()

    async def sign_in(self, email: str, password: str) -> Session:
        """Raises Refused: 401 for a wrong name or password, 429 when locked out."""
        made = await self._api.post(SESSIONS, {"email": email, "password": password})
        return self._keep(made["session"], made)

    def taken(self, made: Mapping[str, Any]) -> Session:
        """A session that the registry opened for who came back from an OpenID provider."""
        return self._keep(made["session"], made)

    async def sign_in_again_by(self, secret: str, ticket: str) -> str:
        """The same as `sign_in_again`, by the ticket of having signed in again at the provider."""
        made = await self._api.post(f"{SESSIONS}/step-up", {"session": secret, "ticket": ticket})
        return str(made["access_token"])

    async def find(self, secret: str) -> Session | None:
        """The session with a token that is good for a while; None: it has ended. Raises Away."""
        kept = self._kept.get(_key(secret))
        if kept is not None and kept.until > self._clock():
            return kept
        try:
            renewed = await self._api.post(f"{SESSIONS}/token", {"session": secret})
        except (Refused, Missing):
            self._forget(secret)
            return None
        return self._keep(secret, renewed)

    async def sign_in_again(self, secret: str, password: str) -> str:
        """A token that says the password was given just now, for one signature; it is not kept.

        Raises Refused: 401 for a wrong password or a session that is over, 429 when locked out.
        """
        made = await self._api.post(f"{SESSIONS}/step-up", {"session": secret, "password": password})
        return str(made["access_token"])

    async def sign_out(self, secret: str) -> None:
        """Ends it in the registry; one that is over is no error there. Raises Away."""
        self._forget(secret)
        await self._api.delete(f"{SESSIONS}/current", **{"sanya-session": secret})

    def _forget(self, secret: str) -> None:
        self._kept.pop(_key(secret), None)

    def _keep(self, secret: str, answer: Mapping[str, Any]) -> Session:
        person = answer["person"]
        session = Session(
            secret,
            answer["access_token"],
            person["name"],
            person["agency"],
            self._clock() + answer["expires_in"] - EARLY_SECONDS,
            frozenset(person.get("roles") or ()),
            person["id"],
        )
        self._kept[_key(secret)] = session
        self._kept.move_to_end(_key(secret))
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return session


def _key(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
