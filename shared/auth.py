"""Who calls, and the one way to say who may: every route declares `public`, `signed_in` or `requires(...)`.

Access tokens are EdDSA JWTs of 10 minutes, signed by the registry. Their public keys, and the clients and
people that were disabled, travel as events into each service's own `auth_key` and `auth_disabled`: nobody
calls the registry to verify a token. tests/test_routes.py fails for a route that declares nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwa import EdDSAAlgorithm
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from shared.clock import SECOND, Clock, from_micros, to_micros
from shared.db import Database, UnitOfWork
from shared.db.tables import auth_disabled, auth_key
from shared.errors import Forbidden, NotYetKnown, Unauthenticated
from shared.events import registry as facts
from shared.events.envelope import Record
from shared.events.topics import KEYS
from shared.http import patiently
from shared.inbox import Subscription

ALGORITHM = "EdDSA"
LEEWAY = timedelta(seconds=5)
KEYS_FRESH = 5.0
MOST_VERIFIED = 1000


class _Edwards(EdDSAAlgorithm):
    """RFC 9864 names this algorithm `Ed25519`; few libraries of agencies know that name yet, so we stay
    with `EdDSA` and without the warning. All keys are of one curve, which is what the new name is about."""

    security_warning = ""


class _Registry(JWSRegistry):
    algorithms = {ALGORITHM: _Edwards()}


ALGORITHMS = _Registry(algorithms=[ALGORITHM])
"""The one signature algorithm of access tokens: `none`, HMAC and RSA are unknown to it."""


class Role(StrEnum):
    """What each may write is in DESIGN.md, "Identity and visibility"."""

    OPERATOR = "operator"
    AGENCY_ADMIN = "agency_admin"
    NEGOTIATOR = "negotiator"
    SIGNATORY = "signatory"
    REPORTER = "reporter"
    VIEWER = "viewer"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller: a client (an agency's system) or a person. ``agency`` None: the operator.

    Of a person: ``name``, and when the password was last given.
    """

    subject: str
    agency: str | None
    roles: frozenset[Role]
    kind: str = "client"
    name: str | None = None
    authenticated_at: datetime | None = None

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    def acts_for(self, agency: str | None) -> bool:
        """Whether the caller belongs to ``agency``."""
        return agency is not None and self.agency == agency


class Authenticator:
    """Verifies tokens of one service with what the registry told it."""

    def __init__(self, db: Database, clock: Clock, issuer: str) -> None:
        self._db = db
        self._clock = clock
        self._issuer = issuer
        self._keys: dict[str, tuple[OKPKey, int | None]] = {}
        self._disabled: dict[str, int] = {}
        self._read_at = -KEYS_FRESH
        # Tokens whose signature was checked, with key id and claims: an agency's system sends the same one
        # for minutes. Everything that can change (end, key, revocation) is checked every time.
        self._verified: dict[str, tuple[str, dict[str, Any]]] = {}

    def forget(self) -> None:
        """Read keys and disabled subjects anew at the next token (they changed)."""
        self._read_at = -KEYS_FRESH

    async def principal(self, token: str) -> Principal:
        if time.monotonic() - self._read_at > KEYS_FRESH:
            await self._read()
        if token not in self._verified:
            found = await self._verify(token)
            if len(self._verified) >= MOST_VERIFIED:
                self._verified.clear()
            self._verified[token] = found
        kid, claims = self._verified[token]
        return self._checked(claims, self._keys[kid][1])

    async def _verify(self, token: str) -> tuple[str, dict[str, Any]]:
        """Key id and claims of a token that one of the known keys signed."""
        kid = _key_id(token)
        if kid not in self._keys:

            async def known() -> None:
                await self._read()
                if kid not in self._keys:
                    raise NotYetKnown("key")

            try:
                await patiently(known)
            except NotYetKnown:
                raise Unauthenticated(
                    "the token is signed with a key that is not in force; get a new token"
                ) from None
        try:
            return kid, jwt.decode(token, self._keys[kid][0], registry=ALGORITHMS).claims
        except (JoseError, ValueError, TypeError):
            raise Unauthenticated("the token's signature is not valid; get a new token") from None

    def _checked(self, claims: dict[str, Any], not_after: int | None) -> Principal:
        now = self._clock()
        try:
            expires, issued = int(claims["exp"]), int(claims["iat"])
            principal = Principal(
                subject=str(claims["sub"]),
                agency=claims["agency"],
                roles=frozenset(Role(role) for role in claims["roles"]),
                kind=str(claims["kind"]),
                name=None if claims.get("name") is None else str(claims["name"]),
                authenticated_at=None
                if claims.get("auth_time") is None
                else from_micros(int(claims["auth_time"]) * SECOND),
            )
            issuer = claims["iss"]
        except (KeyError, ValueError, TypeError):
            raise Unauthenticated("the token lacks a claim that Sanya's tokens have") from None
        if issuer != self._issuer:
            raise Unauthenticated("the token was issued by somebody else")
        if now.timestamp() > expires + LEEWAY.total_seconds():
            raise Unauthenticated("the token has expired; get a new one")
        if issued > now.timestamp() + LEEWAY.total_seconds():
            raise Unauthenticated("the token's time of issue lies in the future")
        if not_after is not None and to_micros(now) > not_after:
            raise Unauthenticated("the token's key is no longer in force; get a new token")
        since = self._disabled.get(principal.subject)
        if since is not None and issued * 1_000_000 <= since:
            raise Unauthenticated("the token was revoked: its client or person was disabled or changed")
        return principal

    async def _read(self) -> None:
        keys, disabled = await self._db.read(_read_auth)
        self._keys = {kid: (OKPKey.import_key(json.loads(jwk)), end) for kid, (jwk, end) in keys.items()}
        self._verified = {token: found for token, found in self._verified.items() if found[0] in self._keys}
        self._disabled = disabled
        self._read_at = time.monotonic()


def _key_id(token: str) -> str:
    from joserfc.jws import extract_compact

    try:
        kid = extract_compact(token.encode("ascii")).protected.get("kid")
    except (JoseError, ValueError, TypeError):
        raise Unauthenticated("the bearer token is not one of ours; get one") from None
    if not isinstance(kid, str):
        raise Unauthenticated("the bearer token names no key; get a new token")
    return kid


def _read_auth(
    connection: sa.Connection,
) -> tuple[dict[str, tuple[str, int | None]], dict[str, int]]:
    keys = {
        row.kid: (row.jwk, None if row.not_after is None else to_micros(row.not_after))
        for row in connection.execute(sa.select(auth_key))
    }
    disabled = {
        row.subject: to_micros(row.since)
        for row in connection.execute(sa.select(auth_disabled))
        if row.since is not None
    }
    return keys, disabled


# --- the projection ----------------------------------------------------------------------------------


def on_key_changed(record: Record, uow: UnitOfWork) -> None:
    apply_key(facts.KeyChanged.model_validate_json(record.data), uow)


def on_subject_changed(record: Record, uow: UnitOfWork) -> None:
    apply_subject(facts.SubjectChanged.model_validate_json(record.data), uow)


def apply_key(fact: facts.KeyChanged, uow: UnitOfWork) -> None:
    known = uow.connection.execute(sa.select(auth_key.c.version).where(auth_key.c.kid == fact.kid)).scalar()
    if known is not None and known >= fact.version:
        return
    uow.connection.execute(sa.delete(auth_key).where(auth_key.c.kid == fact.kid))
    uow.connection.execute(
        sa.insert(auth_key).values(
            kid=fact.kid,
            version=fact.version,
            jwk=json.dumps(fact.jwk),
            not_after=None if fact.not_after is None else from_micros(fact.not_after),
        )
    )


def apply_subject(fact: facts.SubjectChanged, uow: UnitOfWork) -> None:
    known = uow.connection.execute(
        sa.select(auth_disabled.c.version).where(auth_disabled.c.subject == fact.subject)
    ).scalar()
    if known is not None and known >= fact.version:
        return
    uow.connection.execute(sa.delete(auth_disabled).where(auth_disabled.c.subject == fact.subject))
    uow.connection.execute(
        sa.insert(auth_disabled).values(
            subject=fact.subject,
            version=fact.version,
            since=None if fact.void_until is None else from_micros(fact.void_until),
        )
    )


subscription = Subscription(
    topics=(KEYS,),
    handlers={
        facts.KeyChanged.type: on_key_changed,
        facts.SubjectChanged.type: on_subject_changed,
    },
)

# --- declaring who may -------------------------------------------------------------------------------


def service_name(request: Request) -> str:
    """The service that a request is for, from its address `/api/<service>/...`.

    Not from the matched route, whose path may lack the prefix of the router that includes it.
    """
    parts = request.scope["path"].split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "api" else "registry"


async def _authenticated(request: Request) -> Principal:
    header = request.headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated(
            "send an access token: `Authorization: Bearer …` (POST /api/registry/v1/oauth/token gives one)"
        )
    authenticator: Authenticator = request.app.state.contexts[service_name(request)].authenticator
    principal = await authenticator.principal(token.strip())
    request.state.principal = principal
    return principal


def requires(*roles: Role) -> Any:
    """Dependency: a valid token with at least one of ``roles``. Gives the `Principal`."""

    async def check(request: Request) -> Principal:
        principal = await _authenticated(request)
        if not principal.has(*roles):
            raise Forbidden(
                "this needs one of the roles: "
                + ", ".join(sorted(roles))
                + f"; your token has: {', '.join(sorted(principal.roles)) or 'none'}"
            )
        return principal

    check.access = tuple(sorted(roles))  # type: ignore[attr-defined]
    return Depends(check)


async def _signed_in(request: Request) -> Principal:
    return await _authenticated(request)


_signed_in.access = ("signed-in",)  # type: ignore[attr-defined]


async def _maybe_signed_in(request: Request) -> Principal | None:
    if "authorization" not in request.headers:
        return None
    return await _authenticated(request)


_maybe_signed_in.access = ("public",)  # type: ignore[attr-defined]


async def _public() -> None:
    return None


_public.access = ("public",)  # type: ignore[attr-defined]

SignedIn = Annotated[Principal, Depends(_signed_in)]
"""Any valid token."""

MaybeSignedIn = Annotated[Principal | None, Depends(_maybe_signed_in)]
"""Public by purpose; a token, where one is sent, must be valid and may show more."""

public = Depends(_public)
"""Public by purpose: `dependencies=[public]`."""


def access_of(dependant: Any) -> tuple[str, ...] | None:
    """What a route declared, found in its dependencies; None when it forgot."""
    call: Callable[..., Any] | None = dependant.call
    found = getattr(call, "access", None)
    if found is not None:
        return tuple(found)
    for inner in dependant.dependencies:
        found = access_of(inner)
        if found is not None:
            return found
    return None
