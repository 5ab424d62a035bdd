"""The pack of a review: what was promised, kept, changed, left out and disputed, from what is stored here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from services.sla.domain import announcements as announced
from services.sla.domain import exclusions as excluded
from services.sla.domain import reviews as rules
from services.sla.domain import watches
from services.sla.domain.clauses import answers
from services.sla.domain.differences import differences
from services.sla.domain.negotiation import Agreement, Revision
from services.sla.domain.reviews import Review
from services.sla.handlers.access import no_agreement
from services.sla.handlers.reviews import reviewed_by
from services.sla.store import agreements, announcements, exclusions, reviews
from services.sla.store import watches as watching
from shared import words
from shared.clock import rfc3339
from shared.db import Connection
from shared.errors import Fault, Forbidden, Unprocessable

MOST = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """The pack of an agreement for one of its parties. ``start`` None: since the last review before."""

    code: str
    agency: str | None
    start: datetime | None
    end: datetime | None
    now: datetime


def review_pack(connection: Connection, wanted: Wanted) -> dict[str, Any]:
    agreement = open_to_party(connection, wanted.code, wanted.agency, wanted.now)
    revision = reviewed_by(agreement, wanted.agency, wanted.now)
    agency = wanted.agency
    assert revision is not None
    assert agency is not None
    end = min(wanted.end or wanted.now, wanted.now)
    held = reviews.of_agreement(connection, wanted.code)
    last = next((each for each in held if each.held_at < end), None)
    start = wanted.start or (last.held_at if last else None) or _begun(agreement)
    if start >= end:
        raise Unprocessable(
            "there is no time to look at", errors=[Fault("?from", f"must be earlier than {rfc3339(end)}")]
        )
    # A party sees what it was bound by.
    mine = [each for each in watches.in_span(agreement, start, end) if each.party(agency) is not None]
    documents = {each.hash: json.loads(agreements.document(connection, each.hash)) for each in mine}
    results = reviews.kept_in(connection, wanted.code, list(documents), start, end)
    promised = [one["code"] for document in documents.values() for one in document["objectives"]]
    decisions = words.read(connection, [last.decision] if last else [])
    open_ones = watching.open_of(connection, wanted.code)
    return {
        "agreement": wanted.code,
        "service": agreement.service,
        "title": agreements.title(connection, revision.hash),
        "parties": [each.agency for each in revision.parties],
        "from": rfc3339(start),
        "to": rfc3339(end),
        "generated_at": rfc3339(wanted.now),
        "promised": [
            {
                "revision": each.hash,
                "in_force_from": _told(each.in_force_from),
                "in_force_to": _told(each.in_force_to),
                "promises": announced.promises(documents[each.hash]),
            }
            for each in mine
        ],
        "kept": rules.kept(promised, results),
        "changed": list(_changed(mine, documents, start)),
        "exclusions": _exclusions(connection, wanted.code, agency, start, end, wanted.now),
        "disputes": reviews.disputes_in(connection, wanted.code, agency, start, end),
        "announcements": _announcements(connection, list(documents), wanted.now),
        "watches": [
            watches.answer(each, agreements.title(connection, each.revision))
            for each in open_ones
            if agency in each.parties
        ],
        "last_review": None if last is None else rules.answer(last, decisions.get(last.decision)),
    }


def open_to_party(connection: Connection, code: str, agency: str | None, now: datetime) -> Agreement:
    """An agreement that has been in force, for one of its parties.

    NotFound where the caller may not see it; Forbidden where it may but is no party.
    """
    agreement = agreements.find_open(connection, code, agency, now)
    if agreement is None:
        raise no_agreement(code)
    if reviewed_by(agreement, agency, now) is None:
        raise Forbidden("reviews are its parties'; it has none before all of them have accepted it")
    return agreement


def next_due(
    connection: Connection, agreement: Agreement, held: Sequence[Review], now: datetime
) -> str | None:
    """When an agreement in force is to be reviewed again; None: it is not in force."""
    revision = agreement.in_force(now)
    if revision is None:
        return None
    agreed = json.loads(agreements.document(connection, revision.hash))
    return rfc3339(watches.review_due(agreement, agreed, held[0] if held else None))


def _begun(agreement: Agreement) -> datetime:
    return min(each.in_force_from for each in agreement.revisions if each.in_force_from is not None)


def _changed(
    mine: Sequence[Revision], documents: Mapping[str, Any], start: datetime
) -> Iterator[dict[str, Any]]:
    """Each revision that took over behind ``start``, against the one before it."""
    for before, after in pairwise(mine):
        if after.in_force_from is None or after.in_force_from <= start:
            continue
        yield {
            "revision": after.hash,
            "against": before.hash,
            "in_force_from": rfc3339(after.in_force_from),
            "differences": answers(differences(documents[before.hash], documents[after.hash])),
        }


def _exclusions(
    connection: Connection, code: str, agency: str, start: datetime, end: datetime, now: datetime
) -> list[dict[str, Any]]:
    """Those whose span touches the time looked at, or that were proposed in it."""
    found = exclusions.list_of(
        connection, agency, now, agreement=code, state=None, awaiting=False, after=None, limit=MOST
    )
    return [excluded.answer(each, now) for each in found if excluded.touches(each, start, end)]


def _announcements(connection: Connection, revisions: Sequence[str], now: datetime) -> list[dict[str, Any]]:
    found = (announcements.of_revision(connection, each) for each in revisions)
    return [
        {
            "id": each.id,
            "number": each.number,
            "revision": each.revision,
            "state": each.state(now).value,
            "announced_at": rfc3339(each.announced_at),
            "missing": each.missing,
        }
        for each in found
        if each is not None
    ]


def _told(instant: datetime | None) -> str | None:
    return None if instant is None else rfc3339(instant)
