"""Control facts as the evaluator knows them: indicators and revisions with their spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.tables import control, indicator, revision


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision that was accepted by all; in force in [effective_from, effective_to)."""

    hash: str
    version: int
    agreement: str
    service: str
    parent: str | None
    parties: Sequence[str]
    visibility: str
    effective_from: int
    effective_to: int | None
    known_at: int
    document: dict[str, Any]

    def outlasted_by(self, end: int) -> bool:
        """Whether a window with this end goes on when the revision is no longer in force."""
        return self.effective_to is not None and end > self.effective_to

    def shares(self, start: int, end: int) -> bool:
        """Whether only a part of [start, end) is its own: another revision judges the rest, or nobody."""
        return start < self.effective_from or self.outlasted_by(end)


def control_version(connection: sa.Connection) -> int:
    return int(connection.execute(_control_version).scalar_one())


_control_version = sa.select(control.c.version)


def raise_control_version(connection: sa.Connection) -> None:
    connection.execute(sa.update(control).values(version=control.c.version + 1))


def indicator_version(connection: sa.Connection, code: str) -> int | None:
    return connection.execute(sa.select(indicator.c.version).where(indicator.c.code == code)).scalar()


def put_indicator(connection: sa.Connection, **values: Any) -> None:
    connection.execute(sa.delete(indicator).where(indicator.c.code == values["code"]))
    connection.execute(sa.insert(indicator).values(**values))


def indicators_of(connection: sa.Connection, service: str) -> dict[str, dict[str, Any]]:
    """The documents of a service's indicators, by code."""
    rows = connection.execute(
        sa.select(indicator.c.code, indicator.c.document).where(indicator.c.service == service)
    )
    return {row.code: row.document for row in rows}


def revision_by_hash(connection: sa.Connection, digest: str) -> Revision | None:
    row = connection.execute(sa.select(revision).where(revision.c.hash == digest)).first()
    return None if row is None else Revision(**row._asdict())


def put_revision(connection: sa.Connection, found: Revision) -> None:
    connection.execute(sa.delete(revision).where(revision.c.hash == found.hash))
    connection.execute(
        sa.insert(revision).values(**{name: getattr(found, name) for name in Revision.__dataclass_fields__})
    )


def is_party(connection: sa.Connection, agreement: str, agency: str | None) -> bool:
    """Whether an agency is party to any revision of an agreement."""
    return any(agency in found.parties for found in openness(connection) if found.agreement == agreement)


@dataclass(frozen=True, slots=True)
class Open:
    """For whom an agreement is: the parties of one of its revisions, and whether it is for everybody."""

    agreement: str
    service: str
    parties: Sequence[str]
    visibility: str


def openness(connection: sa.Connection) -> list[Open]:
    """Of every revision, without its document: each request asks this."""
    return [Open(*row) for row in connection.execute(_openness)]


_openness = sa.select(
    revision.c.agreement, revision.c.service, revision.c.parties, revision.c.visibility
).order_by(revision.c.effective_from, revision.c.hash)


def revisions_of(
    connection: sa.Connection, *, service: str | None = None, agreement: str | None = None
) -> list[Revision]:
    """Revisions of a service or an agreement, in the order in which they come into force."""
    query = sa.select(revision).order_by(revision.c.effective_from, revision.c.hash)
    if service is not None:
        query = query.where(revision.c.service == service)
    if agreement is not None:
        query = query.where(revision.c.agreement == agreement)
    return [Revision(**row._asdict()) for row in connection.execute(query)]
