"""Plans as agreements told them, and where each planned source stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from services.metrics.domain.silence import Key, Reporting
from services.metrics.store.tables import batch, listening, plan, reporting

IN_FLIGHT = 15_000_000
"""How much later than its receipt a batch may be committed, and still be heard (µs)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One source's plan for one indicator, of one revision; in force in [from_at, to_at)."""

    revision: str
    indicator: str
    source: str
    version: int
    agreement: str
    service: str
    parties: Sequence[str]
    visibility: str
    post: str | None
    frequency: str
    silence_after: int
    from_at: int
    to_at: int | None
    known_at: int

    @property
    def key(self) -> Key:
        return self.agreement, self.indicator, self.source


_COLUMNS = [plan.c[field.name] for field in fields(Plan)]


def plans_of(connection: sa.Connection, revision: str) -> list[Plan]:
    rows = connection.execute(sa.select(*_COLUMNS).where(plan.c.revision == revision))
    return [Plan(*row) for row in rows]


def put_plans(connection: sa.Connection, revision: str, plans: Iterable[Plan]) -> None:
    """Keeps the plans of a revision as they are told now."""
    connection.execute(sa.delete(plan).where(plan.c.revision == revision))
    rows = [{field.name: getattr(one, field.name) for field in fields(Plan)} for one in plans]
    if rows:
        connection.execute(sa.insert(plan), rows)


_in_force = (
    sa.select(*_COLUMNS)
    .where(
        plan.c.from_at <= sa.bindparam("now"),
        plan.c.to_at.is_(None) | (plan.c.to_at > sa.bindparam("now")),
    )
    .order_by(plan.c.from_at)
)


def in_force(connection: sa.Connection, now: int) -> dict[Key, Plan]:
    """The plans in force at an instant."""
    found = (Plan(*row) for row in connection.execute(_in_force, {"now": now}))
    return {one.key: one for one in found}


def newest_plan(connection: sa.Connection, key: Key) -> Plan | None:
    """The plan that was in force last for an agreement's indicator and source."""
    agreement, indicator, source = key
    row = connection.execute(
        sa.select(*_COLUMNS)
        .where(plan.c.agreement == agreement, plan.c.indicator == indicator, plan.c.source == source)
        .order_by(plan.c.from_at.desc())
        .limit(1)
    ).first()
    return None if row is None else Plan(*row)


_standing = sa.select(reporting).where(reporting.c.started_at.is_not(None))


def standing(connection: sa.Connection) -> dict[Key, Reporting]:
    """Where the sources stand whose plan was in force at the last look."""
    return {(row[0], row[1], row[2]): Reporting(*row[3:]) for row in connection.execute(_standing)}


def find(connection: sa.Connection, key: Key) -> Reporting | None:
    row = connection.execute(sa.select(reporting).where(_is(key))).first()
    return None if row is None else Reporting(*row[3:])


def put(connection: sa.Connection, key: Key, state: Reporting) -> None:
    connection.execute(sa.delete(reporting).where(_is(key)))
    agreement, indicator, source = key
    values = {field.name: getattr(state, field.name) for field in fields(Reporting)}
    connection.execute(
        sa.insert(reporting).values(agreement=agreement, indicator=indicator, source=source, **values)
    )


def _is(key: Key) -> sa.ColumnElement[bool]:
    agreement, indicator, source = key
    return (
        (reporting.c.agreement == agreement)
        & (reporting.c.indicator == indicator)
        & (reporting.c.source == source)
    )


def listened(connection: sa.Connection) -> tuple[int, int] | None:
    """Since when without a pause, and up to when, batches were looked at; None: never yet."""
    row = connection.execute(sa.select(listening.c.since, listening.c.looked_at)).first()
    return None if row is None else (row.since, row.looked_at)


def put_listened(connection: sa.Connection, since: int, looked_at: int) -> None:
    connection.execute(sa.delete(listening))
    connection.execute(sa.insert(listening).values(id=1, since=since, looked_at=looked_at))


@dataclass(frozen=True, slots=True)
class Heard:
    """The newest of some batches that are alike. ``indicators`` None: journey events."""

    source: str
    service: str
    indicators: frozenset[str] | None
    at: int


def heard(connection: sa.Connection, sources: Iterable[str], after: int) -> list[Heard]:
    """What some sources reported since an instant of receipt. A backfill is history, no report."""
    rows = connection.execute(
        sa.select(batch.c.source, batch.c.service, batch.c.indicators, sa.func.max(batch.c.received_at))
        .where(
            batch.c.received_at > after - IN_FLIGHT,
            batch.c.source.in_(sorted(set(sources))),
            batch.c.outbox_id.is_not(None),
            batch.c.backfill.is_(None),
        )
        .group_by(batch.c.source, batch.c.service, batch.c.indicators)
    )
    return [
        Heard(row[0], row[1], None if row[2] is None else frozenset(row[2].strip("|").split("|")), row[3])
        for row in rows
    ]


def listed(
    connection: sa.Connection, agency: str | None, now: int, filters: Mapping[str, str]
) -> list[tuple[Plan, Reporting]]:
    """The plans in force of the agreements an agency is party to (None, the operator: of all), and where
    their sources stand."""
    known = standing(connection)
    found: list[tuple[Plan, Reporting]] = []
    for key, one in sorted(in_force(connection, now).items()):
        values: dict[str, Any] = {
            "agreement": one.agreement,
            "service": one.service,
            "source": one.source,
            "indicator": one.indicator,
        }
        ours = agency is None or agency in one.parties
        if ours and all(values[name] == value for name, value in filters.items()):
            found.append((one, known.get(key, Reporting())))
    return found
