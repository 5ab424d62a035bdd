"""Secrets that machines hold, and the access tokens that the registry signs."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.auth import ALGORITHM, ALGORITHMS

CLIENT = "client"
PERSON = "person"


def new_secret(prefix: str = "") -> str:
    """256 random bits as text."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """How a random secret is stored.

    A fast hash is right for it: it has 256 bits that nobody can try, while argon2, which passwords need,
    would cost every token request 50 ms.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_key() -> tuple[str, str, dict[str, Any]]:
    """A new signing key: its kid, the private JWK as JSON, and the public JWK."""
    key = OKPKey.generate_key("Ed25519")
    kid = key.thumbprint()
    public = {**key.as_dict(private=False), "kid": kid, "alg": ALGORITHM, "use": "sig"}
    return kid, json.dumps(key.as_dict(private=True)), public


@lru_cache(maxsize=8)
def _private(jwk: str) -> OKPKey:
    return OKPKey.import_key(json.loads(jwk))


def sign(
    *,
    kid: str,
    private_jwk: str,
    issuer: str,
    subject: str,
    kind: str,
    agency: str | None,
    roles: Sequence[str],
    now: datetime,
    void_until: datetime | None,
    lifetime: timedelta,
    authenticated_at: datetime | None = None,
    name: str | None = None,
) -> str:
    """An access token, as `shared.auth` verifies it. `auth_time`: when a person last gave the password;
    `name`: a person's, which an acceptance is signed with."""
    issued = int(now.timestamp())
    if void_until is not None:
        # Its claims count whole seconds: a token made within the second of a revocation is not part of it.
        issued = max(issued, int(void_until.timestamp()) + 1)
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": subject,
        "kind": kind,
        "agency": agency,
        "roles": list(roles),
        "iat": issued,
        "exp": int(now.timestamp() + lifetime.total_seconds()),
        "jti": secrets.token_hex(12),
    }
    if authenticated_at is not None:
        claims["auth_time"] = int(authenticated_at.timestamp())
    if name is not None:
        claims["name"] = name
    return jwt.encode({"alg": ALGORITHM, "kid": kid}, claims, _private(private_jwk), registry=ALGORITHMS)
