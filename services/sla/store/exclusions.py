"""Exclusions: a proposal that never changes, and what the parties did with it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.sla.domain.exclusions import Exclusion, Voice
from services.sla.store.tables import exclusion, exclusion_party
from shared.clock import from_micros, to_micros
from shared.words import free_text

PER_ROUND = 200


def add(connection: sa.Connection, made: Exclusion, text: str) -> None:
    """``text``: the document in its canonical form, which the id is the hash of."""
    connection.execute(
        sa.insert(exclusion).values(
            id=made.id,
            agreement=made.agreement,
            document=text,
            proposed_by=made.proposed_by,
            proposed_at=made.proposed_at,
            expires_at=made.expires_at,
            version=made.version,
        )
    )
    connection.execute(
        sa.insert(exclusion_party),
        [
            {
                "exclusion": made.id,
                "agency": voice.agency,
                "place": place,
                "approved_at": voice.approved_at,
                "signatory": voice.signatory,
            }
            for place, voice in enumerate(made.voices)
        ],
    )


def find(connection: sa.Connection, exclusion_id: str) -> Exclusion | None:
    found = _load(connection, sa.select(exclusion).where(exclusion.c.id == exclusion_id))
    return found[0] if found else None


def list_of(
    connection: sa.Connection,
    agency: str,
    now: datetime,
    *,
    agreement: str | None,
    state: str | None,
    awaiting: bool,
    after: tuple[int, str] | None,
    limit: int,
) -> list[Exclusion]:
    """Those an agency is party of, newest first. A state is computed."""
    found: list[Exclusion] = []
    while len(found) < limit:
        mine = sa.select(exclusion_party.c.exclusion).where(exclusion_party.c.agency == agency)
        query = (
            sa.select(exclusion)
            .where(exclusion.c.id.in_(mine))
            .order_by(exclusion.c.proposed_at.desc(), exclusion.c.id.desc())
            .limit(PER_ROUND)
        )
        if agreement is not None:
            query = query.where(exclusion.c.agreement == agreement)
        if after is not None:
            at = from_micros(after[0])
            query = query.where(
                (exclusion.c.proposed_at < at)
                | ((exclusion.c.proposed_at == at) & (exclusion.c.id < after[1]))
            )
        page = _load(connection, query)
        for each in page:
            if state in (None, each.state(now).value) and (not awaiting or each.awaits(agency, now)):
                found.append(each)
        if len(page) < PER_ROUND:
            break
        after = (to_micros(page[-1].proposed_at), page[-1].id)
    return found[:limit]


def awaiting(connection: sa.Connection, agency: str, now: datetime) -> list[Exclusion]:
    """Those that an agency has yet to answer."""
    silent = sa.select(exclusion_party.c.exclusion).where(
        exclusion_party.c.agency == agency, exclusion_party.c.approved_at.is_(None)
    )
    open_ones = sa.select(exclusion).where(
        exclusion.c.id.in_(silent),
        exclusion.c.approved_at.is_(None),
        exclusion.c.rejected_at.is_(None),
        exclusion.c.withdrawn_at.is_(None),
    )
    return [each for each in _load(connection, open_ones) if each.awaits(agency, now)]


def _load(connection: sa.Connection, query: sa.Select[Any]) -> list[Exclusion]:
    rows = connection.execute(query).all()
    voices = _voices(connection, [row.id for row in rows])
    return [
        Exclusion(**{**row._asdict(), "document": json.loads(row.document)}, voices=tuple(voices[row.id]))
        for row in rows
    ]


def _voices(connection: sa.Connection, ids: Sequence[str]) -> dict[str, list[Voice]]:
    found: dict[str, list[Voice]] = defaultdict(list)
    rows = connection.execute(
        sa.select(exclusion_party, free_text.c.text)
        .outerjoin(free_text, free_text.c.id == exclusion_party.c.reason)
        .where(exclusion_party.c.exclusion.in_(list(ids)))
        .order_by(exclusion_party.c.exclusion, exclusion_party.c.place)
    )
    for row in rows:
        found[row.exclusion].append(
            Voice(row.agency, row.approved_at, row.signatory, row.rejected_at, row.revoked_at, row.text)
        )
    return found


def change(connection: sa.Connection, exclusion_id: str, **values: Any) -> None:
    """Notes a move: never the document."""
    connection.execute(sa.update(exclusion).where(exclusion.c.id == exclusion_id).values(**values))


def change_voice(connection: sa.Connection, exclusion_id: str, agency: str, **values: Any) -> None:
    connection.execute(
        sa.update(exclusion_party)
        .where(exclusion_party.c.exclusion == exclusion_id, exclusion_party.c.agency == agency)
        .values(**values)
    )
