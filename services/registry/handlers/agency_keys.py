"""The keys with which agencies sign: registered with a proof, replaced, revoked; never forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.registry.schemas.agency_keys import AgencyKeyIn, AgencyKeyOut, AgencyKeysOut
from services.registry.store import agency_keys as store
from services.registry.store import public
from shared.auth import Principal
from shared.clock import rfc3339, to_micros
from shared.db import Connection, Row, UnitOfWork
from shared.errors import Conflict, Fault, Forbidden, NotFound, Unprocessable
from shared.events.registry import AgencyKeysChanged, AgencySigningKey
from shared.signatures import registration_statement, thumbprint, verifies


@dataclass(frozen=True, slots=True)
class RegisterKey:
    caller: Principal
    agency: str
    body: AgencyKeyIn


@dataclass(frozen=True, slots=True)
class RevokeKey:
    caller: Principal
    agency: str
    kid: str


@dataclass(frozen=True, slots=True)
class Require:
    caller: Principal
    agency: str
    required: bool


def register_key(command: RegisterKey, uow: UnitOfWork) -> AgencyKeysOut:
    """A key signs from now on; its signature proves that the agency holds the private half."""
    _own(command.caller, command.agency, uow)
    body = command.body
    jwk = body.jwk.model_dump()
    kid = thumbprint(jwk)
    if not verifies(jwk, registration_statement(command.agency, kid), body.proof):
        raise Unprocessable(
            "the proof is not this key's signature for this agency",
            errors=[
                Fault(
                    "/proof",
                    "sign the RFC 8785 form of "
                    f'{{"agency":"{command.agency}","kid":"{kid}","type":"sanya.key-registration.v1"}}'
                    " with the new key; base64url without padding",
                )
            ],
        )
    if store.is_known(uow.connection, kid):
        raise Conflict("this key was registered before; a key is registered once: make a new one")
    if body.replaces is not None:
        _end(command.agency, body.replaces, uow)
    store.add_key(uow.connection, kid, command.agency, jwk, uow.now, command.caller.subject)
    return _changed(command.agency, None, uow)


def revoke_key(command: RevokeKey, uow: UnitOfWork) -> AgencyKeysOut:
    """What a key signed before stays signed; from now on it signs nothing."""
    _own(command.caller, command.agency, uow)
    _end(command.agency, command.kid, uow)
    return _changed(command.agency, None, uow)


def require_own_key(command: Require, uow: UnitOfWork) -> AgencyKeysOut:
    """Whether acceptances of this agency need its own key."""
    _own(command.caller, command.agency, uow)
    if command.required and not any(
        _valid(row, uow.now) for row in store.keys_of(uow.connection, command.agency)
    ):
        raise Conflict("this agency has no key in force: it could accept nothing; register one first")
    return _changed(command.agency, command.required, uow)


def keys_of(connection: Connection, agency: str) -> AgencyKeysOut | None:
    """The keys of an agency; None: there is no such agency."""
    if public.agency_by_code(connection, agency) is None:
        return None
    found = store.signing_of(connection, agency)
    return AgencyKeysOut(
        agency=agency,
        required=found is not None and found.required,
        keys=[
            AgencyKeyOut(kid=row.kid, jwk=row.jwk, valid_from=row.valid_from, valid_until=row.valid_until)
            for row in store.keys_of(connection, agency)
        ],
        version=0 if found is None else found.version,
    )


def no_agency() -> NotFound:
    return NotFound("there is no agency with this code")


def _own(caller: Principal, agency: str, uow: UnitOfWork) -> None:
    if public.agency_by_code(uow.connection, agency) is None:
        raise no_agency()
    if not caller.acts_for(agency):
        raise Forbidden("an agency's keys are registered and revoked by its own admin, nobody else")


def _valid(row: Row, now: datetime) -> bool:
    return bool(row.valid_until is None or row.valid_until > now)


def _end(agency: str, kid: str, uow: UnitOfWork) -> None:
    row = next((each for each in store.keys_of(uow.connection, agency) if each.kid == kid), None)
    if row is None:
        raise NotFound(f"{agency} has no key {kid}")
    if row.valid_until is not None:
        raise Conflict(f"this key ended at {rfc3339(row.valid_until)} already; nothing was changed")
    store.end_key(uow.connection, kid, uow.now)


def _changed(agency: str, required: bool | None, uow: UnitOfWork) -> AgencyKeysOut:
    """Stores the next version of an agency's keys, and tells all of them."""
    before = store.signing_of(uow.connection, agency)
    version = 1 if before is None else before.version + 1
    if required is None:
        required = before is not None and before.required
    store.put_signing(uow.connection, agency, required, version)
    found = keys_of(uow.connection, agency)
    if found is None:
        raise no_agency()
    keys = [
        AgencySigningKey(
            kid=key.kid,
            jwk=key.jwk,
            valid_from=to_micros(key.valid_from),
            valid_until=None if key.valid_until is None else to_micros(key.valid_until),
        )
        for key in found.keys
    ]
    uow.emit(AgencyKeysChanged(version=version, agency=agency, required=required, keys=keys).event())
    return found
