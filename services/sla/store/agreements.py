"""Agreements: read as a whole, written move by move."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.sla.domain.negotiation import Agreement, Party, Revision
from services.sla.domain.terminations import Termination
from services.sla.store import delegations, terminations
from services.sla.store.tables import agreement, revision, revision_indicator, revision_party
from shared.words import free_text

PER_ROUND = 200


def find(connection: sa.Connection, code: str) -> Agreement | None:
    found = load(connection, [code])
    return found[0] if found else None


def find_by_revision(connection: sa.Connection, digest: str) -> Agreement | None:
    """The agreement of a revision."""
    code = connection.execute(sa.select(revision.c.agreement).where(revision.c.hash == digest)).scalar()
    return None if code is None else find(connection, code)


def load(connection: sa.Connection, codes: Sequence[str]) -> list[Agreement]:
    """Agreements with their revisions in the order in which these were made; sorted by code."""
    parties: dict[str, list[Party]] = defaultdict(list)
    rows = connection.execute(
        sa.select(revision_party, free_text.c.text)
        .join(revision, revision.c.hash == revision_party.c.revision)
        .outerjoin(free_text, free_text.c.id == revision_party.c.reason)
        .where(revision.c.agreement.in_(codes))
        .order_by(revision_party.c.revision, revision_party.c.place)
    )
    for row in rows:
        parties[row.revision].append(
            Party(
                row.agency,
                row.opened_at,
                row.accepted_at,
                row.signatory,
                row.role,
                row.rejected_at,
                row.text,
                row.clause,
                row.by_agency,
                row.delegation,
            )
        )
    heads = connection.execute(
        sa.select(agreement).where(agreement.c.code.in_(codes)).order_by(agreement.c.code)
    ).all()
    services = {row.code: row.service for row in heads}
    given = delegations.covering(connection, codes, set(services.values()))
    covering = {
        code: tuple(
            each
            for each in given
            if each.agreement == code or (each.agreement is None and each.service == name)
        )
        for code, name in services.items()
    }
    revisions: dict[str, list[Revision]] = defaultdict(list)
    columns = [column for column in revision.c if column.name != "document"]
    for row in connection.execute(
        sa.select(*columns).where(revision.c.agreement.in_(codes)).order_by(revision.c.number)
    ):
        values = row._asdict()
        code = values.pop("agreement")
        revisions[code].append(
            Revision(**values, parties=tuple(parties[row.hash]), delegations=covering[code])
        )
    ended: dict[str, list[Termination]] = defaultdict(list)
    for each in terminations.of_agreements(connection, codes):
        ended[each.agreement].append(each)
    return [
        Agreement(
            row.code, row.service, tuple(revisions[row.code]), covering[row.code], tuple(ended[row.code])
        )
        for row in heads
    ]


def find_open(connection: sa.Connection, code: str, agency: str | None, now: datetime) -> Agreement | None:
    """The part of an agreement that an agency (None: the public) may see."""
    found = find(connection, code)
    return found.open_part(agency, now) if found else None


def list_open(
    connection: sa.Connection,
    agency: str | None,
    now: datetime,
    *,
    service: str | None,
    party: str | None,
    state: str | None,
    after: str | None,
    limit: int,
) -> list[Agreement]:
    """The parts of agreements that an agency (None: the public) may see, by code. A state is computed."""
    found: list[Agreement] = []
    while len(found) < limit:
        codes = codes_open_to(connection, agency, service, party, after, now, PER_ROUND)
        for each in load(connection, codes):
            part = each.open_part(agency, now)
            if part is not None and state in (None, part.state(now).value):
                found.append(part)
        if len(codes) < PER_ROUND:
            break
        after = codes[-1]
    return found[:limit]


def codes_open_to(
    connection: sa.Connection,
    agency: str | None,
    service: str | None,
    party: str | None,
    after: str | None,
    now: datetime,
    limit: int,
) -> list[str]:
    """Codes of agreements of which an agency (None: the public) may see something, behind ``after``."""
    mine = sa.select(revision_party.c.revision).where(
        revision_party.c.revision == revision.c.hash,
        (revision_party.c.agency == agency)
        | delegations.acts_for(agency, revision_party.c.agency, agreement, now),
    )
    was_in_force = (revision.c.in_force_from <= now) & (
        revision.c.in_force_to.is_(None) | (revision.c.in_force_to > revision.c.in_force_from)
    )
    shown = (revision.c.visibility == "public") & (revision.c.announced_at.is_not(None) | was_in_force)
    visible = sa.select(revision.c.hash).where(
        revision.c.agreement == agreement.c.code, shown | mine.exists()
    )
    if party is not None:
        visible = visible.where(
            sa.select(revision_party.c.revision)
            .where(revision_party.c.revision == revision.c.hash, revision_party.c.agency == party)
            .exists()
        )
    query = sa.select(agreement.c.code).where(visible.exists()).order_by(agreement.c.code).limit(limit)
    if service is not None:
        query = query.where(agreement.c.service == service)
    if after is not None:
        query = query.where(agreement.c.code > after)
    return list(connection.execute(query).scalars())


def document(connection: sa.Connection, digest: str) -> str:
    """The canonical form of a revision that exists, as it was hashed."""
    text: str = connection.execute(
        sa.select(revision.c.document).where(revision.c.hash == digest)
    ).scalar_one()
    return text


def documents(connection: sa.Connection, digests: Sequence[str]) -> dict[str, str]:
    """The canonical forms of some revisions, by their hash."""
    rows = connection.execute(
        sa.select(revision.c.hash, revision.c.document).where(revision.c.hash.in_(digests))
    )
    return {row.hash: row.document for row in rows}


def title(connection: sa.Connection, digest: str) -> dict[str, str]:
    """The title of a revision that exists."""
    found: dict[str, str] = json.loads(document(connection, digest))["title"]
    return found


def document_open_to(
    connection: sa.Connection, code: str, digest: str, agency: str | None, now: datetime
) -> str | None:
    """The canonical form of a revision, if an agency (None: the public) may see it."""
    found = find_open(connection, code, agency, now)
    return document(connection, digest) if found and found.find(digest) else None


def add_agreement(connection: sa.Connection, code: str, service: str, at: datetime) -> None:
    connection.execute(sa.insert(agreement).values(code=code, service=service, made_at=at))


def add_revision(
    connection: sa.Connection,
    code: str,
    made: Revision,
    text: str,
    contacts: dict[str, str],
    indicators: Iterable[str],
) -> None:
    connection.execute(
        sa.insert(revision).values(
            hash=made.hash,
            agreement=code,
            number=made.number,
            parent=made.parent,
            document=text,
            visibility=made.visibility,
            retroactive=made.retroactive,
            effective_from=made.effective_from,
            effective_until=made.effective_until,
            contacts=contacts,
            made_by=made.made_by,
            made_at=made.made_at,
            version=0,
            legal_form=made.legal_form,
            flags=list(made.flags),
        )
    )
    connection.execute(
        sa.insert(revision_party),
        [
            {
                "revision": made.hash,
                "agency": party.agency,
                "place": place,
                "opened_at": party.opened_at,
            }
            for place, party in enumerate(made.parties)
        ],
    )
    connection.execute(
        sa.insert(revision_indicator),
        [{"revision": made.hash, "indicator": name} for name in sorted(indicators)],
    )


def change_revision(connection: sa.Connection, digest: str, **values: Any) -> None:
    """Notes a move on a revision: never its document."""
    connection.execute(sa.update(revision).where(revision.c.hash == digest).values(**values))


def change_party(connection: sa.Connection, digest: str, agency: str, **values: Any) -> None:
    connection.execute(
        sa.update(revision_party)
        .where(revision_party.c.revision == digest, revision_party.c.agency == agency)
        .values(**values)
    )
