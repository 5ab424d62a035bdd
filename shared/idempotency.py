"""The same POST sent twice has one effect and one answer (`Idempotency-Key`, kept 24 hours).

The answer is stored in the transaction of the effect. (The intake of measurements keeps its own, longer.)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from shared.db import UnitOfWork
from shared.db.tables import idempotency
from shared.errors import Conflict, Unprocessable

KEPT = timedelta(hours=24)
HEADER = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON answer as bytes, so that a replay is the same to the byte."""

    status: int
    body: bytes
    headers: dict[str, str]
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Once:
    """Who sent what under which key. ``key`` None: no promise was asked for."""

    caller: str
    key: str | None
    request_hash: str


def once(caller: str, key: str | None, method: str, path: str, body: bytes) -> Once:
    if key is not None and not (1 <= len(key) <= 255 and key.isascii() and key.isprintable()):
        raise Unprocessable("Idempotency-Key must be 1 to 255 printable ASCII characters")
    digest = hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).hexdigest()
    return Once(caller, key, digest)


def answer_once(
    request: Once, uow: UnitOfWork, effect: Callable[[], tuple[int, bytes, dict[str, str]]]
) -> Answer:
    """Runs ``effect`` (-> status, body, headers) unless this key was answered before."""
    if request.key is None:
        return Answer(*effect())
    row = uow.connection.execute(
        sa.select(idempotency).where(idempotency.c.caller == request.caller, idempotency.c.key == request.key)
    ).first()
    if row is not None and row.stored_at > uow.now - KEPT:
        if row.request_hash != request.request_hash:
            raise Conflict(
                f"Idempotency-Key {request.key!r} was used for another request within 24 hours; "
                "use a new key for a new request",
                slug="idempotency-key-reused",
            )
        return Answer(row.status, row.body, json.loads(row.headers), replayed=True)
    status, body, headers = effect()
    uow.connection.execute(
        sa.delete(idempotency).where(idempotency.c.caller == request.caller, idempotency.c.key == request.key)
    )
    uow.connection.execute(
        sa.insert(idempotency).values(
            caller=request.caller,
            key=request.key,
            request_hash=request.request_hash,
            status=status,
            headers=json.dumps(headers),
            body=body,
            stored_at=uow.now,
        )
    )
    return Answer(status, body, headers)


def forget(_command: Any, uow: UnitOfWork) -> int:
    """Deletes answers older than 24 hours (daily)."""
    return uow.connection.execute(
        sa.delete(idempotency).where(idempotency.c.stored_at <= uow.now - KEPT)
    ).rowcount
