"""Announcements: what was announced never changes or disappears; acknowledgements stand beside it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.sla.domain.announcements import Acknowledgement, Announcement
from services.sla.store.tables import revision, tables
from shared.db.types import Code, Instant, Json

announcement = sa.Table(
    "announcement",
    tables,
    # The SHA-256 of `document`.
    sa.Column("id", sa.String(64), primary_key=True),
    # Counts along the service, apart for each visibility: a gap would tell of what only parties may see.
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("revision", sa.String(64), nullable=False),
    sa.Column("visibility", sa.String(16), nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("announced_by", Code),
    sa.Column("person", sa.String(128)),
    sa.Column("announced_at", Instant, nullable=False),
    sa.Column("acknowledge_by", Instant, nullable=False),
    sa.Column("supersedes", sa.String(64)),
    sa.Column("superseded_by", sa.String(64)),
    # language -> an id of `free_text`
    sa.Column("note", Json, nullable=False),
    # Rises with every fact told about it.
    sa.Column("version", sa.BigInteger, nullable=False),
)

acknowledgement = sa.Table(
    "acknowledgement",
    tables,
    sa.Column("announcement", sa.String(64), primary_key=True),
    sa.Column("agency", Code, primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("reminders", sa.Integer, nullable=False),
    sa.Column("acknowledged_at", Instant),
    sa.Column("person", sa.String(128)),
    sa.Column("role", sa.String(32)),
)

PER_ROUND = 200


def next_number(connection: sa.Connection, service: str, visibility: str) -> int:
    found = connection.execute(
        sa.select(sa.func.max(announcement.c.number)).where(
            announcement.c.service == service, announcement.c.visibility == visibility
        )
    ).scalar()
    return (found or 0) + 1


def find(connection: sa.Connection, announcement_id: str) -> Announcement | None:
    found = _load(connection, _all().where(announcement.c.id == announcement_id))
    return found[0] if found else None


def of_revision(connection: sa.Connection, digest: str) -> Announcement | None:
    found = _load(connection, _all().where(announcement.c.revision == digest))
    return found[0] if found else None


def ids_of(connection: sa.Connection, revisions: Sequence[str]) -> dict[str, str]:
    """Revision -> the id of its announcement."""
    rows = connection.execute(
        sa.select(announcement.c.revision, announcement.c.id).where(announcement.c.revision.in_(revisions))
    )
    return {row.revision: row.id for row in rows}


def last_of(connection: sa.Connection, agreement: str) -> Announcement | None:
    """The one of an agreement that nothing has taken the place of."""
    found = _load(
        connection,
        _all().where(announcement.c.agreement == agreement, announcement.c.superseded_by.is_(None)),
    )
    return found[0] if found else None


def list_of(
    connection: sa.Connection,
    agency: str | None,
    now: datetime,
    *,
    service: str | None,
    agreement: str | None,
    state: str | None,
    awaiting: bool,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Announcement]:
    """Those an agency (None: the public) may see, newest first. A state is computed."""
    mine = sa.select(acknowledgement.c.announcement).where(
        acknowledgement.c.announcement == announcement.c.id, acknowledgement.c.agency == agency
    )
    seen = mine.exists() if awaiting else (announcement.c.visibility == "public") | mine.exists()
    query = _all().where(seen)
    if service is not None:
        query = query.where(announcement.c.service == service)
    if agreement is not None:
        query = query.where(announcement.c.agreement == agreement)
    found: list[Announcement] = []
    while len(found) < limit:
        page = query
        if after is not None:
            at, last = after
            page = page.where(
                (announcement.c.announced_at < at)
                | ((announcement.c.announced_at == at) & (announcement.c.id < last))
            )
        loaded = _load(
            connection,
            page.order_by(announcement.c.announced_at.desc(), announcement.c.id.desc()).limit(PER_ROUND),
        )
        for each in loaded:
            if state in (None, each.state(now).value) and (
                not awaiting or (agency is not None and each.awaits(agency, now))
            ):
                found.append(each)
        if len(loaded) < PER_ROUND:
            break
        after = (loaded[-1].announced_at, loaded[-1].id)
    return found[:limit]


def silent(connection: sa.Connection, agency: str) -> list[Announcement]:
    """Those that an agency has not acknowledged."""
    mine = sa.select(acknowledgement.c.announcement).where(
        acknowledgement.c.agency == agency, acknowledgement.c.acknowledged_at.is_(None)
    )
    return _load(connection, _all().where(announcement.c.id.in_(mine)))


def add(connection: sa.Connection, made: Announcement, text: str) -> None:
    """``text``: the document in its canonical form, which the id is the hash of."""
    connection.execute(
        sa.insert(announcement).values(
            id=made.id,
            number=made.number,
            agreement=made.agreement,
            service=made.service,
            revision=made.revision,
            visibility=made.visibility,
            document=text,
            announced_by=made.announced_by,
            person=made.person,
            announced_at=made.announced_at,
            acknowledge_by=made.acknowledge_by,
            supersedes=made.supersedes,
            note=dict(made.note),
            version=made.version,
        )
    )
    connection.execute(
        sa.insert(acknowledgement),
        [
            {"announcement": made.id, "agency": each.agency, "place": place, "reminders": 0}
            for place, each in enumerate(made.acknowledgements)
        ],
    )
    if made.supersedes is not None:
        change(connection, made.supersedes, superseded_by=made.id)


def change(connection: sa.Connection, announcement_id: str, **values: Any) -> None:
    """Notes what came of it: never the document."""
    connection.execute(sa.update(announcement).where(announcement.c.id == announcement_id).values(**values))


def change_acknowledgement(
    connection: sa.Connection, announcement_id: str, agency: str, **values: Any
) -> None:
    connection.execute(
        sa.update(acknowledgement)
        .where(acknowledgement.c.announcement == announcement_id, acknowledgement.c.agency == agency)
        .values(**values)
    )


def _all() -> sa.Select[Any]:
    return sa.select(announcement, revision.c.in_force_from, revision.c.in_force_to).join(
        revision, revision.c.hash == announcement.c.revision
    )


def _load(connection: sa.Connection, query: sa.Select[Any]) -> list[Announcement]:
    rows = connection.execute(query).all()
    parties: dict[str, list[Acknowledgement]] = defaultdict(list)
    for row in connection.execute(
        sa.select(acknowledgement)
        .where(acknowledgement.c.announcement.in_([row.id for row in rows]))
        .order_by(acknowledgement.c.announcement, acknowledgement.c.place)
    ):
        parties[row.announcement].append(
            Acknowledgement(row.agency, row.reminders, row.acknowledged_at, row.person, row.role)
        )
    return [
        Announcement(
            **{**row._asdict(), "document": json.loads(row.document)},
            acknowledgements=tuple(parties[row.id]),
        )
        for row in rows
    ]
