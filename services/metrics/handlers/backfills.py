"""Backfills: opened, filled by batches that name them, sealed."""

from __future__ import annotations

from dataclasses import dataclass

from services.metrics.domain.prepared import new_id
from services.metrics.handlers.accept import sealed
from services.metrics.store import backfills, projections
from services.metrics.store.backfills import Backfill
from shared.clock import to_micros
from shared.db import UnitOfWork
from shared.errors import Fault, NotFound, NotYetKnown, Unprocessable
from shared.events.metrics import SEALED, Sealed, event_of


@dataclass(frozen=True, slots=True)
class OpenBackfill:
    """``from_at``, ``to_at``: microseconds UTC; the end does not belong to it."""

    agency: str | None
    source: str
    service: str
    from_at: int
    to_at: int
    reason: str


@dataclass(frozen=True, slots=True)
class SealBackfill:
    id: str
    agency: str | None


def unknown(source: str, service: str) -> NotYetKnown:
    """One answer for all reasons, so that it does not tell which sources others have."""
    return NotYetKnown(
        f"the source {source!r} or the service {service!r} is not known here (yet), or the source is not "
        "your agency's, or not registered for this service"
    )


def open_backfill(command: OpenBackfill, uow: UnitOfWork) -> Backfill:
    now = to_micros(uow.now)
    if command.from_at >= command.to_at:
        raise Unprocessable("the span is empty", errors=[Fault("/to", "must be later than from")])
    if command.to_at > now:
        raise Unprocessable("a backfill is history", errors=[Fault("/to", "must not lie in the future")])
    source = projections.known(uow.connection).source(command.source, command.service, command.agency)
    if source is None:
        raise unknown(command.source, command.service)
    opened = Backfill(
        new_id(now),
        command.source,
        command.service,
        source.agency,
        command.from_at,
        command.to_at,
        command.reason,
        now,
        None,
        0,
        0,
    )
    backfills.add(uow.connection, opened)
    return opened


def find(backfill: Backfill | None, id: str, agency: str | None) -> Backfill:
    if backfill is None or backfill.agency != agency:
        raise NotFound(f"there is no backfill {id}, or it is not yours")
    return backfill


def seal_backfill(command: SealBackfill, uow: UnitOfWork) -> Backfill:
    """Says that the history is complete; behind all its batches in the log."""
    backfill = find(backfills.find(uow.connection, command.id), command.id, command.agency)
    if not backfills.seal(uow.connection, backfill.id, to_micros(uow.now)):
        raise sealed(backfill.id)
    uow.emit(
        event_of(
            SEALED,
            Sealed(
                backfill.id,
                backfill.service,
                backfill.source,
                backfill.agency,
                backfill.from_at,
                backfill.to_at,
                backfill.reason,
            ),
        )
    )
    return find(backfills.find(uow.connection, command.id), command.id, command.agency)
