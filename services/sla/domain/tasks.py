"""What waits for an agency: each is the word that is asked of it, by whom, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.sla.domain.delegations import ACCEPT, TERMINATE
from services.sla.domain.exclusions import Exclusion
from services.sla.domain.negotiation import Agreement, State
from services.sla.domain.terminations import State as Ending
from shared.clock import rfc3339, to_micros

SIGNS = ("signatory",)
NEGOTIATES = ("negotiator",)
SPEAKS = ("signatory", "negotiator")
ACKNOWLEDGES = ("signatory", "negotiator", "agency_admin")
ROLES: Mapping[str, Sequence[str]] = {
    "offer": SPEAKS,
    "exclusion": SIGNS,
    "termination": SIGNS,
    "announcement": SIGNS,
    "acknowledgement": ACKNOWLEDGES,
    "ending": NEGOTIATES,
    "unreviewed": SPEAKS,
    "unplanned": NEGOTIATES,
    "party_left": NEGOTIATES,
}
"""Kind -> the roles that may do it, the one that ends it first."""

NEVER = 253_402_300_799_999_999
"""Stands behind all instants: what has no due date comes last."""


@dataclass(frozen=True, slots=True)
class Task:
    """`agency`: whose word it is (not the reader's own, where another delegated). `id`: of what it is about.

    `place`: where it is read, below the root of this service.
    """

    kind: str
    id: str
    agreement: str
    service: str
    revision: str
    agency: str
    asked_by: str | None
    since: datetime
    due: datetime | None
    place: str

    @property
    def order(self) -> tuple[int, str, str, str]:
        """Nearest due date first; the rest tells equal ones apart."""
        return (NEVER if self.due is None else to_micros(self.due), self.kind, self.id, self.agency)


def days_late(due: datetime | None, now: datetime) -> int:
    """Days since it was due; one that has begun counts."""
    return 0 if due is None or now < due else (now - due) // timedelta(days=1) + 1


def answer(task: Task, title: Mapping[str, str], roles: Iterable[str], now: datetime) -> dict[str, Any]:
    """``roles``: the reader's, of which one may be enough to do it."""
    able = ROLES[task.kind]
    return {
        "kind": task.kind,
        "id": task.id,
        "agreement": task.agreement,
        "service": task.service,
        "revision": task.revision,
        "title": dict(title),
        "agency": task.agency,
        "asked_by": task.asked_by,
        "since": rfc3339(task.since),
        "due": None if task.due is None else rfc3339(task.due),
        "days_late": days_late(task.due, now),
        "roles": list(able),
        "mine": not set(able).isdisjoint(roles),
        "href": f"/api/sla/v1{task.place}",
    }


def of_agreement(agreement: Agreement, agency: str, person: str, now: datetime) -> Iterator[Task]:
    """Offers and terminations that ask for the word of an agency, or of one that this person acts for."""
    for revision in agreement.revisions:
        if revision.state(now) is not State.OFFERED or revision.offered_at is None:
            continue
        for party in revision.parties:
            if party.accepted_at is None and speaks_for(agreement, party.agency, agency, person, ACCEPT, now):
                yield Task(
                    kind="offer",
                    id=revision.hash,
                    agreement=agreement.code,
                    service=agreement.service,
                    revision=revision.hash,
                    agency=party.agency,
                    asked_by=revision.made_by,
                    since=revision.offered_at,
                    due=revision.expires_at,
                    place=f"/agreements/{agreement.code}/revisions/{revision.hash}",
                )
    for ending in agreement.terminations:
        if ending.state(now) is not Ending.PROPOSED:
            continue
        for signer in ending.signers:
            if signer.signed_at is None and speaks_for(
                agreement, signer.agency, agency, person, TERMINATE, now
            ):
                yield Task(
                    kind="termination",
                    id=ending.id,
                    agreement=agreement.code,
                    service=agreement.service,
                    revision=ending.revision,
                    agency=signer.agency,
                    asked_by=ending.proposed_by,
                    since=ending.proposed_at,
                    due=ending.effective_at,
                    place=f"/agreements/{agreement.code}/terminations",
                )


def of_exclusion(exclusion: Exclusion, agreement: Agreement, agency: str) -> Task:
    """An exclusion that awaits an agency. It is about the last revision that was accepted."""
    last = agreement.last_accepted()
    assert last is not None
    return Task(
        kind="exclusion",
        id=exclusion.id,
        agreement=exclusion.agreement,
        service=agreement.service,
        revision=last.hash,
        agency=agency,
        asked_by=exclusion.proposed_by,
        since=exclusion.proposed_at,
        due=exclusion.expires_at,
        place=f"/exclusions/{exclusion.id}",
    )


def speaks_for(agreement: Agreement, party: str, agency: str, person: str, move: str, now: datetime) -> bool:
    """Whether a person of ``agency`` may make a move for a party: its own, or one that delegated it."""
    return party == agency or any(
        (each.granted_by, each.granted_to) == (party, agency)
        and each.active(now)
        and move in each.moves
        and each.person in (None, person)
        for each in agreement.delegations
    )
