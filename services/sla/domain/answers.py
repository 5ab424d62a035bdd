"""The answer about an agreement (API.md, "Agreements"), as one reader may see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.sla.domain.negotiation import Agreement, Revision, notes
from shared.clock import rfc3339


def answer(open_part: Agreement, agency: str | None, now: datetime) -> dict[str, Any]:
    """``open_part``: what `Agreement.open_part` leaves for ``agency``."""
    in_force = open_part.in_force(now)
    return {
        "code": open_part.code,
        "service": open_part.service,
        "state": open_part.state(now).value,
        "in_force": in_force.hash if in_force else None,
        "revisions": [_revision(each, agency, now) for each in open_part.revisions],
    }


def _revision(revision: Revision, agency: str | None, now: datetime) -> dict[str, Any]:
    inside = revision.inside(agency, now)
    return {
        "hash": revision.hash,
        "parent": revision.parent,
        "state": revision.state(now).value,
        "standing": {party.agency: party.standing for party in revision.parties},
        "visibility": revision.visibility,
        "legal_form": revision.legal_form,
        "flags": list(revision.flags),
        "made_by": revision.made_by,
        "made_at": rfc3339(revision.made_at),
        "offered_at": _told(revision.offered_at),
        "expires_at": _told(revision.expires_at),
        "effective_from": rfc3339(revision.effective_from),
        "effective_until": _told(revision.effective_until),
        "in_force_from": _told(revision.in_force_from),
        "in_force_to": _told(revision.in_force_to),
        "acceptances": [
            {
                "agency": party.agency,
                "hash": revision.hash,
                "at": rfc3339(party.accepted_at),
                # Who signed is for the parties.
                "signatory": party.signatory if inside else None,
                "role": party.role if inside else None,
                "by_agency": party.by_agency,
                "delegation": party.delegation if inside else None,
            }
            for party in revision.parties
            if party.accepted_at is not None
        ],
        "rejections": [
            {
                "agency": party.agency,
                "at": rfc3339(party.rejected_at),
                "by_agency": party.by_agency,
                "reason": party.reason,
                "clause": party.clause,
            }
            for party in revision.parties
            if party.rejected_at is not None
        ],
        "contacts": dict(revision.contacts),
        "notes": notes(revision, now),
    }


def _told(instant: datetime | None) -> str | None:
    return None if instant is None else rfc3339(instant)
