"""What the routes of the registry share."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from fastapi import Request, Response

from services.registry.passwords import Passwords
from services.registry.settings import RegistrySettings
from services.registry.tokens import digest
from shared.db import Database, UnitOfWork
from shared.errors import Conflict
from shared.http import Json, check_if_match, encode, etag, perform
from shared.idempotency import HEADER, Answer, Once, answer_once, once
from shared.service import Context

BASE = "/api/registry/v1"
NONCE = 12
KEY_REUSED = "idempotency-key-reused"


def context(request: Request) -> Context:
    found: Context = request.app.state.contexts["registry"]
    return found


def db(request: Request) -> Database:
    return context(request).db


def settings(request: Request) -> RegistrySettings:
    found = context(request).settings
    assert isinstance(found, RegistrySettings)
    return found


def passwords(request: Request) -> Passwords:
    found: Passwords = context(request).parts["passwords"]
    return found


def if_match(request: Request) -> Callable[[int], None]:
    """`If-Match`, to be checked inside the transaction."""
    return lambda version: check_if_match(request, version)


def tagged(response: Response, version: int) -> None:
    response.headers["ETag"] = etag(version)
    # The same address says more to a caller with a token.
    response.headers["Vary"] = "Authorization"


def revoked(request: Request) -> None:
    """Tokens may have become void: this process shall know at once, not in a few seconds."""
    context(request).authenticator.forget()


def no_store(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


async def perform_sealed(
    request: Request,
    handler: Callable[[Any, UnitOfWork], Any],
    command: Any,
    *,
    status: int = 200,
    location: Callable[[Any], str] | None = None,
) -> Response:
    """`perform` for an answer that holds a secret: what is kept for a replay is encrypted with the
    Idempotency-Key, of which only a hash is kept. So the database never holds the secret itself."""
    given = request.headers.get(HEADER)
    if given is None:
        return no_store(
            await perform(request, db(request), handler, command, status=status, location=location)
        )
    caller = request.state.principal.subject
    body = await request.body()
    asked = once(caller, given, request.method, request.url.path, body)
    kept = Once(caller, digest(f"{caller}\0{given}"), asked.request_hash)
    seal = ChaCha20Poly1305(HKDF(SHA256(), 32, salt=None, info=caller.encode()).derive(given.encode()))

    def effect(inner: Any, uow: UnitOfWork) -> Answer:
        def run() -> tuple[int, bytes, dict[str, str]]:
            result = handler(inner, uow)
            headers = {"Location": location(result)} if location else {}
            nonce = token_bytes(NONCE)
            return status, nonce + seal.encrypt(nonce, encode(result), None), headers

        return answer_once(kept, uow, run)

    try:
        answer = await db(request).write(effect, command)
    except Conflict as error:
        if error.slug == KEY_REUSED:
            raise Conflict(error.detail.replace(str(kept.key), given), slug=KEY_REUSED) from None
        raise
    headers = dict(answer.headers)
    if answer.replayed:
        headers["Idempotency-Replayed"] = "true"
    opened = seal.decrypt(answer.body[:NONCE], answer.body[NONCE:], None)
    return no_store(Json(opened, answer.status, headers))
