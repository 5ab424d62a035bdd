"""People: invited, taken up, changed, disabled, erased; one-time links; passwords set."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from unicodedata import normalize

from services.registry.handlers.clients import check_may_appoint, may_see, revoke
from services.registry.handlers.sessions import target
from services.registry.schemas import Invited, OneTimeLink, PersonIn, PersonOut, PersonPatch
from services.registry.store import oidc
from services.registry.store import subjects as store
from services.registry.tokens import PERSON, digest, new_secret
from services.registry.views import person_out
from shared.auth import Principal
from shared.db import Row, UnitOfWork
from shared.errors import Conflict, Fault, Forbidden, NotFound

INVITATION = "invitation"
RESET = "reset"


@dataclass(frozen=True, slots=True)
class Invite:
    caller: Principal
    agency: str
    body: PersonIn
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class NewLink:
    """Another invitation, or a link to a new password."""

    caller: Principal
    id: str
    purpose: str
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class ChangePerson:
    caller: Principal
    id: str
    body: PersonPatch
    check: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class SetPassword:
    """``hash`` of a password that was judged good; ``token`` of a link of this purpose."""

    token: str
    purpose: str
    hash: str


def sign_in_name(email: str) -> str:
    """How an address is compared: case and composition do not matter."""
    return normalize("NFC", email.strip().casefold())


def invite_person(command: Invite, uow: UnitOfWork) -> Invited:
    body = command.body
    check_may_appoint(command.caller, command.agency, tuple(body.roles), uow)
    _check_free(body.email, None, uow)
    id = f"p_{secrets.token_hex(10)}"
    store.add_subject(
        uow.connection,
        id=id,
        kind=PERSON,
        agency=command.agency,
        roles=sorted(body.roles),
        state="invited",
        version=1,
        created_at=uow.now,
    )
    store.put_personal(uow.connection, id, body.name, body.email, sign_in_name(body.email))
    return Invited(person=_person(id, uow), invitation=_link(id, INVITATION, command.lifetime, uow))


def new_link(command: NewLink, uow: UnitOfWork) -> OneTimeLink:
    row = _governed(command.caller, command.id, uow)
    if command.purpose == INVITATION and row.state != "invited":
        raise Conflict(f"the person is {row.state}: an invitation is for who has not taken one up yet")
    if command.purpose == RESET and row.state != "active":
        raise Conflict(f"the person is {row.state}: a new password is for who is active")
    return _link(row.id, command.purpose, command.lifetime, uow)


def set_password(command: SetPassword, uow: UnitOfWork) -> PersonOut:
    """Takes up an invitation, or replaces a password; every session and token from before is void."""
    link = store.link_by_hash(uow.connection, digest(command.token), command.purpose, uow.now)
    row = None if link is None else store.person_by_id(uow.connection, link.person)
    if row is None:
        raise NotFound("this link was used, has expired, or never was; ask your agency's admin for another")
    version = row.version + 1
    store.change_subject(uow.connection, row.id, hash=command.hash, state="active", version=version)
    # Whoever had the old password may have linked an identity of theirs.
    oidc.unlink(uow.connection, row.id)
    _end_sessions(row, version, uow, "active")
    store.forgive(uow.connection, target(sign_in_name(row.email)))
    return _person(row.id, uow)


def change_person(command: ChangePerson, uow: UnitOfWork) -> PersonOut:
    row = _governed(command.caller, command.id, uow)
    command.check(row.version)
    body = command.body
    if not command.caller.acts_for(row.agency) and body.model_fields_set - {"state"}:
        raise Forbidden(
            "the operator can disable and enable an agency's admins; the rest is the agency's own affair"
        )
    if row.state == "erased":
        raise Conflict("the person was erased: nothing is left to change")
    state = body.state or row.state
    if row.state == "invited" and body.state == "active":
        raise Conflict("the person has not taken up the invitation yet, which makes it active")
    if row.state == "disabled" and body.state == "active" and row.hash is None:
        state = "invited"
    if command.caller.subject == row.id and state != row.state:
        raise Conflict("nobody can disable themselves; another admin does it")
    roles = sorted(body.roles) if body.roles is not None else row.roles
    email = body.email or row.email
    _check_free(email, row.id, uow)
    version = row.version + 1
    store.change_subject(uow.connection, row.id, roles=roles, state=state, version=version)
    store.put_personal(uow.connection, row.id, body.name or row.person_name, email, sign_in_name(email))
    if state != row.state:
        _end_sessions(row, version, uow, state)
    elif roles != row.roles:
        revoke(row, version, uow, state)
    return _person(row.id, uow)


def erase_person(command: NewLink, uow: UnitOfWork) -> None:
    """Name and address go; the id stays, because signatures and logs of others name it."""
    row = _governed(command.caller, command.id, uow)
    if not command.caller.acts_for(row.agency):
        raise Forbidden("a person is erased by the admin of their own agency")
    if command.caller.subject == row.id:
        raise Conflict("nobody can erase themselves; another admin does it")
    store.change_subject(uow.connection, row.id, roles=[], state="erased", hash=None, version=row.version + 1)
    store.erase_personal(uow.connection, row.id)
    oidc.unlink(uow.connection, row.id)
    _end_sessions(row, row.version + 1, uow, "erased")


def _end_sessions(row: Row, version: int, uow: UnitOfWork, state: str) -> None:
    store.end_links(uow.connection, row.id)
    store.end_sessions(uow.connection, row.id)
    revoke(row, version, uow, state)


def _check_free(email: str, person: str | None, uow: UnitOfWork) -> None:
    holder = store.person_by_sign_in(uow.connection, sign_in_name(email))
    if holder is not None and holder.id != person:
        raise Conflict(
            "this mail address can't be used: an account has it already",
            errors=[Fault("/email", "in use")],
        )


def _link(person: str, purpose: str, lifetime: timedelta, uow: UnitOfWork) -> OneTimeLink:
    token = new_secret()
    expires = uow.now + lifetime
    store.add_link(uow.connection, digest(token), purpose, person, expires)
    return OneTimeLink(token=token, path=f"/{purpose}s/{token}", expires_at=expires)


def _governed(caller: Principal, id: str, uow: UnitOfWork) -> Row:
    row = store.person_by_id(uow.connection, id)
    if row is None or not may_see(caller, row):
        raise NotFound("there is no person with this id, or they belong to another agency")
    return row


def _person(id: str, uow: UnitOfWork) -> PersonOut:
    row = store.person_by_id(uow.connection, id)
    assert row is not None
    return person_out(row)
