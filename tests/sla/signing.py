"""Agencies with own keys, exports, and what somebody with the deployment's key could make of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from docs.verify import verify
from services.sla.domain.signing import OwnSignature
from services.sla.handlers import exports, moves, signing
from services.sla.handlers.signing import keep_agency_keys
from services.sla.store import signatures as store
from shared.auth import Principal, Role
from shared.clock import to_micros
from shared.db import Database
from shared.events.envelope import Record
from shared.events.registry import AgencyKeysChanged, AgencySigningKey
from shared.signatures import (
    new_private,
    own_key_statement,
    public_of,
    sign,
    statement_bytes,
    thumbprint,
)
from tests.sla.conftest import Table
from tests.sla.documents import AGREEMENT, agreement

CODE = AGREEMENT["code"]
SOMCHAI = Principal("p_1", "city", frozenset({Role.SIGNATORY}), "person", "สมชาย ใจดี")


class Agency:
    """An agency with a key of its own, told as the registry tells it."""

    def __init__(self, table: Table, code: str, *, required: bool = False) -> None:
        self.table, self.code, self.private, self.version = table, code, new_private(), 0
        self.jwk = public_of(self.private)
        self.kid = thumbprint(self.jwk)
        self.since = table.now - timedelta(days=1)
        self.tell(required=required)

    def tell(self, *, required: bool = False, until: Any = None, version: int | None = None) -> None:
        self.version = version or self.version + 1
        key = AgencySigningKey(
            kid=self.kid,
            jwk=self.jwk,
            valid_from=to_micros(self.since),
            valid_until=None if until is None else to_micros(until),
        )
        fact = AgencyKeysChanged(version=self.version, agency=self.code, required=required, keys=[key])
        event = fact.event()
        record = Record(
            event.topic, 0, 0, event.key, event.type, "1", "registry", event.subject, event.version, 0, None,
            event.data,
        )  # fmt: skip
        self.table.db.transact(keep_agency_keys, record)

    def own(self, digest: str, **changes: str) -> OwnSignature:
        statement = {**own_key_statement(self.code, CODE, digest, self.kid), **changes}
        return OwnSignature(self.kid, sign(self.private, statement))

    def accept(self, digest: str, own: OwnSignature | None = None) -> Any:
        return accept(self.table, digest, self.table.caller(self.code), own or self.own(digest))


def accept(
    table: Table, digest: str, who: Principal, own: OwnSignature | None = None, acting_for: str | None = None
) -> Any:
    command = moves.Accept(who, CODE, digest, digest, acting_for, own)
    return table.db.transact(moves.accept_revision, command)


def export(table: Table, digest: str, agency: str | None = "city") -> bytes:
    wanted = exports.Wanted(CODE, digest, agency, table.now)
    found = table.db.snapshot(exports.signed_revision, wanted)
    assert found is not None
    return statement_bytes(found)


def failed(raw: bytes, *trusted: str) -> set[str]:
    """The checks that a file does not pass."""
    report, _ = verify.verify(raw, trusted)
    return {name for name, _, wrong in report.found if wrong is not None}


def offered(table: Table, **changes: Any) -> str:
    digest = table.draft(agreement(**changes))
    table.offer(digest, expires_at=table.now + timedelta(days=3))
    return digest


@contextmanager
def forged(db: Database, raw: bytes) -> Iterator[dict[str, Any]]:
    """An export that somebody with the deployment's key changes: witnessed and sealed anew."""
    key = db.snapshot(store.signing_key)
    assert key is not None
    made = json.loads(raw)
    yield made
    for one in made["acceptances"]:
        if one["statement"] is not None:
            one["signature"] = signing.signed_with(key, one["statement"])
    body = {name: made[name] for name in made if name != "seal"}
    made["raw"] = statement_bytes({**body, "seal": signing.signed_with(key, body)})
