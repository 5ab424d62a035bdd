"""Clients: agencies' systems, and the operator's. Their secrets are shown once and stored as hashes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from services.registry import domain
from services.registry.schemas import ClientIn, ClientMade, ClientOut, ClientPatch, Rotated
from services.registry.store import public
from services.registry.store import subjects as store
from services.registry.tokens import CLIENT, digest, new_secret
from services.registry.views import client_fields, client_out
from shared.auth import Principal, Role, apply_subject
from shared.clock import to_micros
from shared.db import Row, UnitOfWork
from shared.errors import Conflict, Forbidden, NotFound
from shared.events.registry import SubjectChanged

PREFIX = "sanya_"


@dataclass(frozen=True, slots=True)
class MakeClient:
    """``agency`` None: a client of the operator."""

    caller: Principal
    agency: str | None
    name: str
    roles: tuple[Role, ...]

    @classmethod
    def of(cls, caller: Principal, agency: str, body: ClientIn) -> MakeClient:
        return cls(caller, agency, body.name, tuple(body.roles))


@dataclass(frozen=True, slots=True)
class ChangeClient:
    caller: Principal
    id: str
    body: ClientPatch
    check: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RotateSecret:
    caller: Principal
    id: str
    overlap: timedelta


def check_may_appoint(caller: Principal, agency: str, roles: tuple[str, ...], uow: UnitOfWork) -> None:
    """An agency's admin appoints anyone in it; the operator appoints its first admin, and no one else."""
    if public.agency_by_code(uow.connection, agency) is None:
        raise NotFound("there is no agency with this code")
    if caller.has(Role.AGENCY_ADMIN) and caller.acts_for(agency):
        return
    if not caller.has(Role.OPERATOR):
        raise Forbidden("an agency's clients and people are made by its own admin")
    if Role.AGENCY_ADMIN not in roles:
        raise Forbidden(
            "the operator appoints the first agency_admin of an agency; that one makes the others"
        )
    if store.has_admin(uow.connection, agency):
        raise Conflict(
            f"{agency} has an agency_admin already, who appoints the others; the operator can appoint one "
            "again when every admin of the agency is disabled"
        )


def make_client(command: MakeClient, uow: UnitOfWork) -> ClientMade:
    if command.agency is not None:
        check_may_appoint(command.caller, command.agency, command.roles, uow)
    secret = new_secret(PREFIX)
    row = add_client(
        uow, f"c_{secrets.token_hex(10)}", secret, command.agency, command.name, sorted(command.roles)
    )
    kept = store.secrets_of(uow.connection, [row.id], uow.now)[row.id]
    return ClientMade(**client_fields(row, kept), client_secret=secret)


def add_client(uow: UnitOfWork, id: str, secret: str, agency: str | None, name: str, roles: list[str]) -> Row:
    store.add_subject(
        uow.connection,
        id=id,
        kind=CLIENT,
        agency=agency,
        name=name,
        roles=roles,
        state="active",
        version=1,
        created_at=uow.now,
    )
    store.add_secret(uow.connection, id, digest(secret), uow.now)
    row = store.client_by_id(uow.connection, id)
    assert row is not None
    return row


def change_client(command: ChangeClient, uow: UnitOfWork) -> ClientOut:
    row = _governed(command.caller, command.id, uow)
    command.check(row.version)
    body = command.body
    roles = sorted(body.roles) if body.roles is not None else row.roles
    state = body.state or row.state
    if row.agency is None and body.roles is not None:
        raise Forbidden("a client of the operator has the role operator and no other")
    if not command.caller.acts_for(row.agency) and (body.roles is not None or body.name is not None):
        raise Forbidden(
            "the operator can disable and enable an agency's admins; what they are called and "
            "may do is the agency's own affair"
        )
    if command.caller.subject == row.id and state != "active":
        raise Conflict("a client can't disable itself; another admin does it")
    store.change_subject(
        uow.connection, row.id, name=body.name or row.name, roles=roles, state=state, version=row.version + 1
    )
    if roles != row.roles or state != row.state:
        revoke(row, row.version + 1, uow, state)
    changed = store.client_by_id(uow.connection, row.id)
    assert changed is not None
    return client_out(changed, store.secrets_of(uow.connection, [row.id], uow.now)[row.id])


def rotate_secret(command: RotateSecret, uow: UnitOfWork) -> Rotated:
    """A new secret; the old ones end after the overlap."""
    row = store.client_by_id(uow.connection, command.id)
    if row is None or command.caller.subject != row.id:
        row = _governed(command.caller, command.id, uow)
        if not command.caller.acts_for(row.agency) and row.agency is not None:
            raise Forbidden("an agency's own admin, or the client itself, rotates its secret")
    secret = new_secret(PREFIX)
    until = uow.now + command.overlap
    store.expire_secrets(uow.connection, row.id, until)
    store.add_secret(uow.connection, row.id, digest(secret), uow.now)
    store.change_subject(uow.connection, row.id, version=row.version + 1)
    return Rotated(client_id=row.id, client_secret=secret, previous_until=until)


def revoke(row: Row, version: int, uow: UnitOfWork, state: str) -> None:
    """Voids the access tokens issued so far, here from this transaction on, elsewhere by event, which says
    the subject's state from now on."""
    until = uow.now
    if row.void_until is not None:
        # Tokens made within the second of the revocation before bear the second after it.
        until = max(until, row.void_until.replace(microsecond=0) + timedelta(seconds=1))
    store.change_subject(uow.connection, row.id, void_until=until)
    fact = SubjectChanged(
        version=version, subject=row.id, agency=row.agency, void_until=to_micros(until), state=state
    )
    apply_subject(fact, uow)
    uow.emit(fact.event())


def _governed(caller: Principal, id: str, uow: UnitOfWork) -> Row:
    row = store.client_by_id(uow.connection, id)
    if row is None or not may_see(caller, row):
        raise NotFound("there is no client with this id, or it is another agency's")
    return row


def may_see(caller: Principal, row: Row) -> bool:
    """Whether the caller may read a client or a person (and, with the role, change it)."""
    if row.agency is None:
        return caller.has(Role.OPERATOR)
    return caller.subject == row.id or domain.governs(caller.agency, caller.roles, row.agency, row.roles)
