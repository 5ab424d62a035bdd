"""Needs, what was merged into what, and what they lead to."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.sla.domain.needs import Link, Need
from services.sla.store.names import known_service
from services.sla.store.tables import agreement, revision, service, tables
from shared.db.types import Code, Instant, Json

ID = sa.String(32)
PERSON = sa.String(128)
MOST_NAMED = 500

need_import = sa.Table(
    "need_import",
    tables,
    sa.Column("id", ID, primary_key=True),
    sa.Column("service", Code, nullable=False),
    sa.Column("agency", Code, nullable=False),
    # SHA-256 of the file: the same one is not taken in twice.
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("by", PERSON, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

need = sa.Table(
    "need",
    tables,
    sa.Column("id", ID, primary_key=True),
    sa.Column("service", Code, nullable=False),
    sa.Column("agency", Code, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    # The words stand in free_text.
    sa.Column("statement", ID, nullable=False),
    sa.Column("statement_hash", sa.String(64), nullable=False),
    sa.Column("source", sa.String(32), nullable=False),
    sa.Column("recipient_group", sa.Text),
    sa.Column("channel", sa.Text),
    sa.Column("priority", sa.String(16)),
    sa.Column("frequency", sa.Integer),
    sa.Column("severity", sa.Integer),
    sa.Column("legal_weight", sa.Integer),
    sa.Column("wanted", sa.String(40)),
    sa.Column("evidence", Json, nullable=False),
    sa.Column("theme", sa.Text),
    sa.Column("merged_into", ID),
    sa.Column("import", ID, key="import_id"),
    sa.Column("made_by", PERSON, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
)

need_merge = sa.Table(
    # Never deleted: a split notes who undid it.
    "need_merge",
    tables,
    sa.Column("id", ID, primary_key=True),
    sa.Column("need", ID, nullable=False),
    sa.Column("into", ID, nullable=False),
    sa.Column("merged_by", PERSON, nullable=False),
    sa.Column("merged_for", Code, nullable=False),
    sa.Column("merged_at", Instant, nullable=False),
    sa.Column("split_by", PERSON),
    sa.Column("split_for", Code),
    sa.Column("split_at", Instant),
)

need_link = sa.Table(
    "need_link",
    tables,
    sa.Column("id", ID, primary_key=True),
    sa.Column("need", ID, nullable=False),
    sa.Column("indicator", Code),
    sa.Column("agreement", Code),
    sa.Column("objective", Code),
    sa.Column("made_by", PERSON, nullable=False),
    sa.Column("made_for", Code, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Merge:
    """`split_at` None: it holds."""

    id: str
    need: str
    into: str
    merged_by: str
    merged_for: str
    merged_at: datetime
    split_by: str | None = None
    split_for: str | None = None
    split_at: datetime | None = None


def involved_in(connection: sa.Connection, agency: str) -> list[str]:
    """The services that an agency owns or has a step of."""
    rows = connection.execute(sa.select(service))
    return [row.code for row in rows if row.owner == agency or any(step[1] == agency for step in row.steps)]


def add(connection: sa.Connection, needs: Sequence[Need]) -> None:
    if needs:
        connection.execute(sa.insert(need), [asdict(each) for each in needs])


def change(connection: sa.Connection, need_id: str, **values: Any) -> None:
    connection.execute(sa.update(need).where(need.c.id == need_id).values(**values))


def _need(row: Any) -> Need:
    values = row._mapping
    found = {column.key: values[column] for column in need.c}
    return Need(**{**found, "evidence": tuple(found["evidence"])})


def find(connection: sa.Connection, need_id: str) -> Need | None:
    row = connection.execute(sa.select(need).where(need.c.id == need_id)).first()
    return None if row is None else _need(row)


def is_open(connection: sa.Connection, owner: str, service_code: str, agency: str | None) -> bool:
    """Whether an agency sees what another gathered on a service: its own, and where it is involved."""
    if agency is None or agency == owner:
        return agency is not None
    known = known_service(connection, service_code)
    return known is not None and agency in known.agencies()


def open_to(
    connection: sa.Connection,
    table: sa.Table,
    agency: str,
    *,
    equals: dict[str, Any],
    after: tuple[datetime, str] | None,
    limit: int,
) -> sa.Select[Any]:
    """The rows that are open to an agency, in the order in which they were gathered."""
    query = (
        sa.select(table)
        .where((table.c.agency == agency) | table.c.service.in_(involved_in(connection, agency)))
        .where(*(table.c[name] == value for name, value in equals.items()))
        .order_by(table.c.made_at, table.c.id)
        .limit(limit)
    )
    if after is not None:
        at, last = after
        query = query.where((table.c.made_at > at) | ((table.c.made_at == at) & (table.c.id > last)))
    return query


def find_open(connection: sa.Connection, need_id: str, agency: str | None) -> Need | None:
    """A need as an agency may see it."""
    found = find(connection, need_id)
    return found if found and is_open(connection, found.agency, found.service, agency) else None


def list_open(
    connection: sa.Connection,
    agency: str,
    *,
    equals: dict[str, Any],
    merged: bool | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Need]:
    query = open_to(connection, need, agency, equals=equals, after=after, limit=limit)
    if merged is not None:
        query = query.where(need.c.merged_into.is_not(None) if merged else need.c.merged_into.is_(None))
    return [_need(row) for row in connection.execute(query)]


def of_service(connection: sa.Connection, service_code: str) -> list[Need]:
    query = sa.select(need).where(need.c.service == service_code).order_by(need.c.made_at, need.c.id)
    return [_need(row) for row in connection.execute(query)]


# --- merging -----------------------------------------------------------------------------------------


def merged_into(connection: sa.Connection, ids: Collection[str]) -> dict[str, list[str]]:
    """need -> what was merged into it itself and still is."""
    found: dict[str, list[str]] = {}
    for some in _parts(ids):
        query = (
            sa.select(need.c.id, need.c.merged_into).where(need.c.merged_into.in_(some)).order_by(need.c.id)
        )
        for row in connection.execute(query):
            found.setdefault(row.merged_into, []).append(row.id)
    return found


def add_merge(connection: sa.Connection, made: Merge) -> None:
    connection.execute(sa.insert(need_merge).values(**asdict(made)))
    change(connection, made.need, merged_into=made.into)


def end_merge(connection: sa.Connection, need_id: str, by: str, agency: str, at: datetime) -> None:
    connection.execute(
        sa.update(need_merge)
        .where(need_merge.c.need == need_id, need_merge.c.split_at.is_(None))
        .values(split_by=by, split_for=agency, split_at=at)
    )
    change(connection, need_id, merged_into=None)


def merges_of(connection: sa.Connection, need_id: str) -> list[Merge]:
    """All that was ever merged into a need or out of it, as it happened."""
    query = (
        sa.select(need_merge)
        .where((need_merge.c.need == need_id) | (need_merge.c.into == need_id))
        .order_by(need_merge.c.merged_at, need_merge.c.id)
    )
    return [Merge(**row._asdict()) for row in connection.execute(query)]


# --- links -------------------------------------------------------------------------------------------


def add_link(connection: sa.Connection, made: Link) -> None:
    connection.execute(sa.insert(need_link).values(**asdict(made)))


def remove_link(connection: sa.Connection, link_id: str) -> None:
    connection.execute(sa.delete(need_link).where(need_link.c.id == link_id))


def links_of(connection: sa.Connection, ids: Collection[str]) -> list[Link]:
    found: list[Link] = []
    for some in _parts(ids):
        query = (
            sa.select(need_link)
            .where(need_link.c.need.in_(some))
            .order_by(need_link.c.made_at, need_link.c.id)
        )
        found += [Link(**row._asdict()) for row in connection.execute(query)]
    return found


def _parts(ids: Collection[str]) -> Iterable[list[str]]:
    named = sorted(ids)
    for start in range(0, len(named), MOST_NAMED):
        yield named[start : start + MOST_NAMED]


def agreements_on(connection: sa.Connection, service_code: str) -> list[str]:
    """The codes of all agreements on a service; what of them is open is another question."""
    query = sa.select(agreement.c.code).where(agreement.c.service == service_code).order_by(agreement.c.code)
    return list(connection.execute(query).scalars())


def objectives_of(connection: sa.Connection, digests: Sequence[str]) -> set[str]:
    """The codes of all objectives and composites in some revisions."""
    texts = connection.execute(sa.select(revision.c.document).where(revision.c.hash.in_(digests))).scalars()
    documents = [json.loads(text) for text in texts]
    return {
        each["code"]
        for document in documents
        for name in ("objectives", "composites")
        for each in document.get(name, [])
    }


# --- imports -----------------------------------------------------------------------------------------


def find_import(
    connection: sa.Connection, service_code: str, agency: str, digest: str
) -> tuple[str, Any] | None:
    """Id and time of the import of this very file."""
    row = connection.execute(
        sa.select(need_import.c.id, need_import.c.at).where(
            need_import.c.service == service_code,
            need_import.c.agency == agency,
            need_import.c.hash == digest,
        )
    ).first()
    return None if row is None else (row.id, row.at)


def add_import(connection: sa.Connection, **values: Any) -> None:
    connection.execute(sa.insert(need_import).values(**values))
