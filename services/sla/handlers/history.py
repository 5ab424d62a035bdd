"""The history of an agreement: each move is kept for ever, and told to those who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.sla.domain.negotiation import Agreement, Revision, State
from services.sla.store import agreements
from services.sla.store import history as store
from shared.auth import Principal, Role
from shared.clock import to_micros
from shared.db import UnitOfWork
from shared.events.sla import MoveMade
from shared.timers import Timer

OFFER_EXPIRY = "offer-expiry"
"""The timer that tells of an expired offer. It flips nothing: the state is computed from the instant."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Whose move it is, and who makes it."""

    agency: str
    person: str
    role: str
    by_agency: str | None = None
    delegation: str | None = None


def actor(caller: Principal, agency: str, *roles: Role) -> Actor:
    """A person or system that moves for its own agency, in the first of ``roles`` that it has."""
    held = next((each for each in roles if each in caller.roles), roles[0])
    return Actor(agency, caller.subject, held.value)


def note(
    uow: UnitOfWork,
    agreement: Agreement,
    move: str,
    who: Actor | None,
    parties: Sequence[str],
    *,
    revision: str | None = None,
    about: str | None = None,
    at: datetime | None = None,
    **details: Any,
) -> None:
    """Adds a move to the history and tells it. ``who`` None: nobody's, an instant came."""
    number = store.next_number(uow.connection, agreement.code)
    made = store.Move(
        agreement=agreement.code,
        number=number,
        move=move,
        revision=revision,
        agency=who.agency if who else None,
        by_agency=who.by_agency if who else None,
        delegation=who.delegation if who else None,
        person=who.person if who else None,
        role=who.role if who else None,
        at=at or uow.now,
        about=about,
        details=details,
    )
    seen_by = list(dict.fromkeys(parties))
    store.add(uow.connection, made, seen_by)
    uow.emit(
        MoveMade(
            version=number,
            agreement=agreement.code,
            number=number,
            service=agreement.service,
            move=move,
            revision=revision,
            agency=made.agency,
            by_agency=made.by_agency,
            delegation=made.delegation,
            role=made.role,
            about=about,
            details=details,
            parties=seen_by,
            at=to_micros(made.at),
        ).event()
    )


def note_on(
    uow: UnitOfWork, agreement: Agreement, revision: Revision, move: str, who: Actor | None, **more: Any
) -> None:
    """A move on a revision: its parties see it, and who acts for one of them now."""
    parties = [each.agency for each in revision.parties]
    delegates = [
        each.granted_to
        for each in agreement.delegations
        if each.active(uow.now) and each.granted_by in parties
    ]
    note(uow, agreement, move, who, [*parties, *delegates], revision=revision.hash, **more)


def offer_expired(timer: Timer, uow: UnitOfWork) -> None:
    """Tells that an offer's time is over, if it still lay on the table then."""
    agreement = agreements.find_by_revision(uow.connection, timer.key)
    revision = agreement.find(timer.key) if agreement else None
    if agreement is None or revision is None or revision.state(uow.now) is not State.EXPIRED:
        return
    note_on(uow, agreement, revision, "expired", None, at=revision.expires_at)
