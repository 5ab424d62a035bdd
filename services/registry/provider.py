"""The OpenID provider as this installation's client meets it: discovery, authorization code with PKCE, and an
id_token that is verified in full (OpenID Connect Core 3.1.3.7).

Whatever the provider says wrong is `Untrusted`: one answer to the person, the reason in the log. Nothing that
it tells of a person is kept but `sub`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.registry.settings import RegistrySettings, is_safe
from shared.clock import SECOND, from_micros

ALGORITHMS = ["RS256", "PS256", "ES256"]
"""Signatures by a key of the provider's. `none`, and HMAC with the client's secret, are unknown to it."""

LEEWAY = 60
KEPT_SECONDS = 3600.0
KEYS_AGAIN_SECONDS = 30.0
TIMEOUT = 10.0
LONGEST_SUB = 255
MOST_BYTES = 1 << 20


class Untrusted(Exception):
    """The provider, or whoever spoke in its name, did not say what it must."""


class ProviderAway(Exception):
    """The provider does not answer."""


@dataclass(frozen=True, slots=True)
class Identity:
    """``sub`` at the issuer. ``authenticated_at``: when the person last proved it, if that was told."""

    issuer: str
    sub: str
    authenticated_at: datetime | None


class Provider:
    def __init__(self, settings: RegistrySettings) -> None:
        self.issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret
        self._scopes = settings.oidc_scopes
        self.returns_to = f"{settings.public_url}/sign-in/oidc/return"
        self._http = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False)
        self._metadata: dict[str, Any] = {}
        self._metadata_until = 0.0
        self._keys: KeySet | None = None
        self._keys_read = 0.0

    async def close(self) -> None:
        await self._http.aclose()

    async def authorization_url(self, *, state: str, nonce: str, verifier: str, again: bool) -> str:
        """Where to send the person. ``again``: they have to prove anew who they are."""
        metadata = await self._discovered()
        more = {"prompt": "login", "max_age": "0"} if again else {}
        url: str = prepare_grant_uri(
            metadata["authorization_endpoint"],
            client_id=self._client_id,
            response_type="code",
            redirect_uri=self.returns_to,
            scope=self._scopes,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            **more,
        )
        return url

    async def redeem(
        self, code: str, *, verifier: str, nonce: str, again: bool, issuer: str | None, now: datetime
    ) -> Identity:
        """Who the code stands for. ``issuer``: as the authorization response named it (RFC 9207)."""
        metadata = await self._discovered()
        named = metadata.get("authorization_response_iss_parameter_supported") is True
        if issuer != self.issuer and (named or issuer is not None):
            raise Untrusted("the answer names another issuer, or none")
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.returns_to,
            "code_verifier": verifier,
            "client_id": self._client_id,
        }
        auth = httpx.BasicAuth(self._client_id, self._secret) if self._secret else None
        answer = await self._call("POST", metadata["token_endpoint"], data=fields, auth=auth)
        id_token = answer.get("id_token")
        if not isinstance(id_token, str):
            raise Untrusted("the token answer has no id_token")
        return await self._verified(id_token, answer, nonce, again, now)

    async def _verified(
        self, id_token: str, answer: dict[str, Any], nonce: str, again: bool, now: datetime
    ) -> Identity:
        try:
            token = await self._decoded(id_token)
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._client_id},
                },
                params={
                    "nonce": nonce,
                    "client_id": self._client_id,
                    "access_token": answer.get("access_token"),
                    "max_age": again,
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
            sub, at = claims["sub"], claims.get("auth_time")
            authenticated_at = None if at is None else from_micros(int(at) * SECOND)
        except (JoseError, ValueError, TypeError, KeyError, OverflowError) as error:
            raise Untrusted(f"its id_token is not valid: {error}") from error
        if not isinstance(sub, str) or not 0 < len(sub) <= LONGEST_SUB or not sub.isprintable():
            raise Untrusted("its id_token has no `sub` that can be kept")
        return Identity(self.issuer, sub, authenticated_at)

    async def _decoded(self, id_token: str) -> jwt.Token:
        """By the provider's keys; by newly read ones where it has changed them."""
        keys = await self._keyset(fresh=False)
        try:
            return jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            if time.monotonic() < self._keys_read + KEYS_AGAIN_SECONDS:
                raise
        return jwt.decode(id_token, await self._keyset(fresh=True), algorithms=ALGORITHMS)

    async def _keyset(self, *, fresh: bool) -> KeySet:
        if self._keys is None or fresh or time.monotonic() > self._keys_read + KEPT_SECONDS:
            metadata = await self._discovered()
            found = await self._call("GET", metadata["jwks_uri"])
            self._keys = KeySet.import_key_set({"keys": [each for each in found["keys"] if _signs(each)]})
            self._keys_read = time.monotonic()
        return self._keys

    async def _discovered(self) -> dict[str, Any]:
        if time.monotonic() > self._metadata_until:
            found = await self._call("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self.issuer:
                raise Untrusted("its discovery document names another issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not isinstance(found.get(name), str) or not is_safe(found[name]):
                    raise Untrusted(f"its discovery document lacks {name}, or names one without https")
            self._metadata, self._metadata_until = found, time.monotonic() + KEPT_SECONDS
        return self._metadata

    async def _call(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        try:
            answer = await self._http.request(method, url, headers={"accept": "application/json"}, **more)
            if answer.status_code >= 500:
                raise ProviderAway(f"{urlsplit(url).path} answered {answer.status_code}")
            found = answer.json() if len(answer.content) <= MOST_BYTES else None
        except httpx.HTTPError as error:
            raise ProviderAway(f"{urlsplit(url).path}: {type(error).__name__}") from error
        except ValueError as error:
            raise Untrusted(f"{urlsplit(url).path} answered something other than JSON") from error
        if answer.status_code != 200 or not isinstance(found, dict):
            raise Untrusted(f"{urlsplit(url).path} answered {answer.status_code}")
        return found


def _signs(jwk: Any) -> bool:
    """A key for signatures, of a kind that we know; a provider may have others for other purposes."""
    return isinstance(jwk, dict) and jwk.get("kty") in ("RSA", "EC") and jwk.get("use", "sig") == "sig"
