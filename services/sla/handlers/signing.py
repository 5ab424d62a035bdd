"""Acceptances are signed as they are given; the keys that do it are made, told and replaced here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.sla.domain.signing import Acceptance, OwnSignature, Signatory, WitnessKey, check_own_key
from services.sla.store import signatures as store
from shared import words
from shared.auth import Principal
from shared.clock import to_micros
from shared.db import UnitOfWork
from shared.events.envelope import Record
from shared.events.registry import AgencyKeysChanged
from shared.events.sla import AcceptanceSigned, WitnessKeyChanged
from shared.signatures import (
    KEY_BYTES,
    decode,
    encode,
    new_private,
    public_of,
    sign,
    statement_bytes,
    thumbprint,
)

UNDER_WAY = timedelta(minutes=1)
"""A key that is replaced stays valid so much longer: what was being signed at that instant is good."""


def sign_acceptance(
    caller: Principal,
    agreement: str,
    digest: str,
    agency: str,
    uow: UnitOfWork,
    *,
    role: str,
    offer_expires_at: datetime | None,
    delegation: str | None = None,
    own: OwnSignature | None = None,
) -> None:
    """Signs the acceptance that the caller gives for ``agency``; refuses one without the key it needs."""
    acting = caller.agency or agency
    name = None
    if caller.kind == "person" and caller.name is not None:
        name = words.made(acting, caller.name, uow.now)
    given = Acceptance(
        agreement=agreement,
        revision=digest,
        agency=agency,
        signatory=Signatory(caller.subject, caller.kind, name.hash if name else None),
        role=role,
        at=uow.now,
        offer_expires_at=offer_expires_at,
        by_agency=None if acting == agency else acting,
        delegation=delegation,
        own=own,
    )
    bound = store.keys_of(uow.connection, agency)
    check_own_key(given, bound, bound if acting == agency else store.keys_of(uow.connection, acting), uow.now)
    if name is not None:
        words.add(uow.connection, [name])
    key = ensure_key(None, uow)
    statement = given.statement(key.kid)
    made = store.Signature(
        revision=digest,
        agency=agency,
        statement=statement_bytes(statement).decode(),
        signature=signed_with(key, statement),
        kid=key.kid,
        own_kid=own.kid if own else None,
        name=name.id if name else None,
    )
    store.add_signature(uow.connection, made)
    uow.emit(
        AcceptanceSigned(
            version=1,
            agreement=agreement,
            revision=digest,
            agency=agency,
            at=to_micros(uow.now),
            statement=made.statement,
            signature=made.signature,
        ).event()
    )


def signed_with(key: WitnessKey, statement: Mapping[str, Any]) -> str:
    private = decode(key.private or "", KEY_BYTES)
    if private is None:
        raise AssertionError(f"the key {key.kid} has no private half")
    return sign(private, statement)


def ensure_key(_command: object, uow: UnitOfWork) -> WitnessKey:
    """The deployment's key that signs now; the first one is made here."""
    return store.signing_key(uow.connection) or _add(uow)


def rotate_key(_command: object, uow: UnitOfWork) -> WitnessKey:
    """A new key signs from now on. The old private half is erased; what it signed is verified for ever."""
    old = store.signing_key(uow.connection)
    if old is not None:
        ended = replace(old, private=None, valid_until=uow.now + UNDER_WAY)
        store.end_witness_key(uow.connection, old.kid, uow.now + UNDER_WAY)
        _tell(ended, 2, uow)
    return _add(uow)


def keep_agency_keys(record: Record, uow: UnitOfWork) -> None:
    """What the registry told about the keys of an agency."""
    fact = AgencyKeysChanged.model_validate_json(record.data)
    keys = [key.model_dump() for key in fact.keys]
    store.keep_agency_keys(uow.connection, fact.agency, fact.version, fact.required, keys)


def _add(uow: UnitOfWork) -> WitnessKey:
    private = new_private()
    jwk = public_of(private)
    made = WitnessKey(thumbprint(jwk), encode(private), jwk, uow.now, None)
    store.add_witness_key(uow.connection, made)
    _tell(made, 1, uow)
    return made


def _tell(key: WitnessKey, version: int, uow: UnitOfWork) -> None:
    fact = WitnessKeyChanged(
        version=version,
        kid=key.kid,
        jwk=key.jwk,
        valid_from=to_micros(key.valid_from),
        valid_until=None if key.valid_until is None else to_micros(key.valid_until),
    )
    uow.emit(fact.event())
