"""The token endpoint (RFC 6749, client credentials) and what describes it (RFC 8414)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from fastapi import APIRouter, Request, Response

from services.registry.api.common import BASE, db, no_store, settings
from services.registry.handlers.sessions import count_failure, target
from services.registry.issuing import access_token, known_client
from services.registry.schemas import AccessToken
from services.registry.store import subjects
from shared.auth import Role, public
from shared.db import UnitOfWork
from shared.errors import Problem
from shared.http import Json, StrictRoute

router = APIRouter(route_class=StrictRoute, tags=["tokens"], dependencies=[public])

FORM = "application/x-www-form-urlencoded"
_ID = re.compile(r"[A-Za-z0-9._~-]{1,64}")
_TITLES = {
    "invalid_request": "The token request is malformed",
    "invalid_client": "The client is not known, or its secret is wrong",
    "invalid_scope": "The client does not have this role",
    "unsupported_grant_type": "Only client_credentials is supported",
}


class OAuthError(Problem):
    """An error of RFC 6749, 5.2, that is a problem (RFC 9457) as well: members of both in one body."""

    def __init__(self, error: str, detail: str, status: int = 400, retry_after: float | None = None) -> None:
        headers = {"Cache-Control": "no-store"}
        if status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="sanya", charset="UTF-8"'
        super().__init__(
            detail,
            slug=error.replace("_", "-"),
            title=_TITLES[error],
            headers=headers,
            retry_after=retry_after,
            members={"error": error, "error_description": detail},
        )
        self.status = status


@dataclass(frozen=True, slots=True)
class Credentials:
    """``secrets``: as it was sent and, from Basic, as RFC 6749 encodes it; many clients do not."""

    client_id: str
    secrets: Sequence[str]


@router.post(
    f"{BASE}/oauth/token",
    response_model=AccessToken,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                FORM: {
                    "schema": {
                        "type": "object",
                        "required": ["grant_type"],
                        "properties": {
                            "grant_type": {"const": "client_credentials"},
                            "client_id": {"type": "string"},
                            "client_secret": {"type": "string"},
                            "scope": {"type": "string", "description": "Roles; default: all the client has."},
                        },
                    }
                }
            },
        }
    },
)
async def issue_token(request: Request) -> Response:
    """An access token for a client that proves itself by HTTP Basic or in the form.

    Errors are those of RFC 6749 and problems at once: `error`, `error_description`, `status`, `detail`.
    """
    form = _form(request, await request.body())
    grant = form.get("grant_type")
    if grant is None:
        raise OAuthError("invalid_request", "grant_type is missing; send grant_type=client_credentials")
    if grant != "client_credentials":
        raise OAuthError("unsupported_grant_type", "grant_type must be client_credentials")
    credentials = _credentials(request, form)
    now = db(request).clock()
    client = None
    if _ID.fullmatch(credentials.client_id):
        client = await db(request).read(known_client, credentials.client_id, now)
    if client is None:
        raise OAuthError("invalid_client", "client id or secret is wrong", 401)
    counted = target(credentials.client_id, "client")
    if not client.has_secret(credentials.secrets):
        wait = await db(request).write(_count, counted)
        if wait is not None:
            # Only wrong secrets meet this: whoever knows an id can't lock its owner out.
            raise OAuthError("invalid_client", "too many wrong secrets; wait before the next", 429, wait)
        raise OAuthError("invalid_client", "client id or secret is wrong", 401)
    if client.row.state != "active":
        raise OAuthError("invalid_client", "the client is disabled; your agency's admin can enable it", 401)
    if client.failed:
        await db(request).write(_forgive, counted)
    roles = _scope(form.get("scope"), client.row.roles)
    own = settings(request)
    answer = AccessToken(
        access_token=access_token(client.row, client.key, own, now, roles=roles),
        expires_in=int(own.token_lifetime.total_seconds()),
        scope=" ".join(roles),
    )
    return no_store(Json(answer))


@router.get("/.well-known/oauth-authorization-server", tags=["tokens"])
async def describe(request: Request) -> dict[str, object]:
    """Metadata of the token endpoint (RFC 8414). `issuer` is the `iss` of the tokens."""
    here = f"{request.url.scheme}://{request.url.netloc}"
    return {
        "issuer": settings(request).token_issuer,
        "token_endpoint": f"{here}{BASE}/oauth/token",
        "jwks_uri": f"{here}/.well-known/jwks.json",
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": sorted(Role),
    }


def _count(counted: str, uow: UnitOfWork) -> float | None:
    return count_failure(counted, uow)


def _forgive(counted: str, uow: UnitOfWork) -> None:
    subjects.forgive(uow.connection, counted)


def _form(request: Request, body: bytes) -> dict[str, str]:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != FORM:
        raise OAuthError("invalid_request", f"send the parameters as {FORM}, not {media or 'untyped'}")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=20,
        )
    except ValueError:
        raise OAuthError("invalid_request", f"the body is not {FORM}") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise OAuthError("invalid_request", "a parameter stands in the form twice")
    return form


def _credentials(request: Request, form: dict[str, str]) -> Credentials:
    header = request.headers.get("authorization")
    if header is None:
        if "client_id" not in form or "client_secret" not in form:
            raise OAuthError("invalid_client", "send client id and secret by HTTP Basic, or in the form", 401)
        return Credentials(form["client_id"], [form["client_secret"]])
    if "client_secret" in form:
        raise OAuthError("invalid_request", "send the secret by HTTP Basic or in the form, not both")
    scheme, _, encoded = header.partition(" ")
    try:
        if scheme.lower() != "basic":
            raise ValueError
        id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
        if not colon:
            raise ValueError
    except (ValueError, binascii.Error):
        raise OAuthError(
            "invalid_client", "the Authorization header is not HTTP Basic with an id and a secret", 401
        ) from None
    if form.get("client_id", unquote_plus(id)) != unquote_plus(id):
        raise OAuthError("invalid_request", "client_id in the form is another than in the header")
    return Credentials(unquote_plus(id), list(dict.fromkeys((secret, unquote_plus(secret)))))


def _scope(asked: str | None, granted: list[str]) -> list[str]:
    if not asked or not asked.strip():
        return granted
    wanted = sorted(set(asked.split()))
    missing = [role for role in wanted if role not in granted]
    if missing:
        raise OAuthError("invalid_scope", f"the client has the roles {', '.join(granted)} and no other")
    return wanted
