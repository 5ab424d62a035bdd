"""Who may, in one place: an agency acts for itself, and what it may not see does not exist."""

from __future__ import annotations

from services.sla.domain.negotiation import Agreement, Revision
from services.sla.store import agreements as store
from shared.auth import Principal
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
