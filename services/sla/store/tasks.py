"""What waits for an agency: found by narrow queries, decided by the rules of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from services.sla.domain import announcements as announced
from services.sla.domain import tasks as rules
from services.sla.domain.negotiation import Agreement
from services.sla.domain.tasks import Task
from services.sla.store import agreements, announcements, exclusions, names, watches
from services.sla.store.delegations import delegation
from services.sla.store.tables import revision, revision_party
from services.sla.store.terminations import termination, termination_signer

PER_ROUND = 200


def awaiting(connection: sa.Connection, agency: str, person: str, now: datetime) -> list[Task]:
    """All that waits for an agency, or for one that this person acts for: nearest due date first."""
    found = [
        task
        for each in _load(connection, _asking(connection, agency, now))
        for task in rules.of_agreement(each, agency, person, now)
    ]
    found += _exclusions(connection, agency, now)
    found += _to_announce(connection, agency, now)
    for told in announcements.silent(connection, agency):
        found += announced.tasks_of(told, agency, now)
    found += [each.task(agency) for each in watches.open_for(connection, agency)]
    return sorted(found, key=lambda task: task.order)


def _asking(connection: sa.Connection, agency: str, now: datetime) -> list[str]:
    """Codes of agreements that may have an offer or a termination to which an answer is missing."""
    mine = sa.select(delegation.c.granted_by).where(
        delegation.c.granted_to == agency, delegation.c.revoked_at.is_(None), delegation.c.ends_at > now
    )
    offers = (
        sa.select(revision.c.agreement)
        .join(revision_party, revision_party.c.revision == revision.c.hash)
        .where(
            revision.c.offered_at.is_not(None),
            revision.c.rejected_at.is_(None),
            revision.c.withdrawn_at.is_(None),
            revision.c.superseded_at.is_(None),
            revision.c.in_force_from.is_(None),
            revision_party.c.accepted_at.is_(None),
            (revision_party.c.agency == agency) | revision_party.c.agency.in_(mine),
        )
    )
    endings = (
        sa.select(termination.c.agreement)
        .join(termination_signer, termination_signer.c.termination == termination.c.id)
        .where(
            termination.c.given_at.is_(None),
            termination.c.withdrawn_at.is_(None),
            termination.c.effective_at > now,
            termination_signer.c.signed_at.is_(None),
            (termination_signer.c.agency == agency) | termination_signer.c.agency.in_(mine),
        )
    )
    return sorted(connection.execute(offers.union(endings)).scalars())


def _load(connection: sa.Connection, codes: list[str]) -> Iterator[Agreement]:
    for start in range(0, len(codes), PER_ROUND):
        yield from agreements.load(connection, codes[start : start + PER_ROUND])


def _exclusions(connection: sa.Connection, agency: str, now: datetime) -> Iterator[Task]:
    found = exclusions.awaiting(connection, agency, now)
    known = {each.code: each for each in _load(connection, sorted({each.agreement for each in found}))}
    for each in found:
        yield rules.of_exclusion(each, known[each.agreement], agency)


def _to_announce(connection: sa.Connection, agency: str, now: datetime) -> Iterator[Task]:
    """What all have accepted, is not in force yet, and this agency may announce till then."""
    waiting = (
        sa.select(revision.c.agreement)
        .join(revision_party, revision_party.c.revision == revision.c.hash)
        .where(
            revision.c.in_force_from > now,
            revision.c.announced_at.is_(None),
            revision_party.c.agency == agency,
        )
    )
    codes = sorted(set(connection.execute(waiting).scalars()))
    for agreement in _load(connection, codes):
        service = names.known_service(connection, agreement.service)
        yield from announced.to_announce(agreement, service, agency, now)
