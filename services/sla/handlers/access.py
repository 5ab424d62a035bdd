"""Who may, in one place: an agency acts for itself, and what it may not see does not exist."""

from __future__ import annotations

from services.sla.domain.delegations import authority
from services.sla.domain.negotiation import Agreement, Revision
from services.sla.handlers.history import Actor
from services.sla.store import agreements as store
from shared.auth import Principal, Role
from shared.db import UnitOfWork
from shared.errors import Forbidden, NotFound


def agency_of(caller: Principal) -> str:
    """The agency the caller acts for; the operator acts for none."""
    if caller.agency is None:
        raise Forbidden("only an agency negotiates and signs; the operator belongs to none")
    return caller.agency


def no_agreement(code: str) -> NotFound:
    """The one answer for a missing agreement and for another agency's."""
    return NotFound(f"no agreement {code!r} is open to you")


def no_revision(code: str, digest: str) -> NotFound:
    """The one answer for a missing revision and for one that is not open to the caller."""
    return NotFound(f"no revision {digest!r} of an agreement {code!r} is open to you")


def find_revision(
    caller: Principal, code: str, digest: str, uow: UnitOfWork
) -> tuple[str, Agreement, Revision]:
    """The caller's agency, the agreement and the revision it is a party of.

    NotFound where the caller may not see it; Forbidden where it may but is no party.
    """
    agency = agency_of(caller)
    agreement = store.find(uow.connection, code)
    revision = agreement.find(digest) if agreement else None
    if agreement is None or revision is None or not revision.open_to(agency, uow.now):
        raise no_revision(code, digest)
    if revision.party(agency) is None:
        raise Forbidden(f"{agency} is no party of this agreement")
    return agency, agreement, revision


def find_signed(
    caller: Principal, code: str, digest: str, acting_for: str | None, move: str, uow: UnitOfWork
) -> tuple[Actor, Agreement, Revision]:
    """Whose signature it is, the agreement and the revision: the caller's own agency, or one that delegated.

    A delegate whose delegation is over learns why; to everybody else the revision does not exist.
    """
    agency = agency_of(caller)
    if acting_for in (None, agency):
        agency, agreement, revision = find_revision(caller, code, digest, uow)
        return Actor(agency, caller.subject, Role.SIGNATORY.value), agreement, revision
    assert acting_for is not None
    found = store.find(uow.connection, code)
    wanted = found.find(digest) if found else None
    if found is None or wanted is None:
        raise no_revision(code, digest)
    known = any((each.granted_by, each.granted_to) == (acting_for, agency) for each in found.delegations)
    party = wanted.party(acting_for) is not None
    if not wanted.open_to(agency, uow.now) and not (known and party):
        raise no_revision(code, digest)
    if not party:
        raise Forbidden(f"{acting_for} is no party of this agreement")
    by = authority(found.delegations, acting_for, agency, caller.subject, move, uow.now)
    return Actor(acting_for, caller.subject, Role.SIGNATORY.value, agency, by.id), found, wanted


def find_agreement(caller: Principal, code: str, uow: UnitOfWork) -> tuple[str, Agreement]:
    """The caller's agency and an agreement of which it may see something."""
    agency = agency_of(caller)
    agreement = store.find(uow.connection, code)
    if agreement is None or agreement.open_part(agency, uow.now) is None:
        raise no_agreement(code)
    return agency, agreement
