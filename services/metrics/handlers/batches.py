"""Taking a batch out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from services.metrics.store import batches
from services.metrics.store.batches import Stored
from shared.clock import rfc3339, to_micros
from shared.db import UnitOfWork
from shared.errors import Conflict, Gone, NotFound
from shared.events.metrics import VOIDED, Batch, JourneyBatch, Voided, event_of, unpack
from shared.timers import Timer

KEPT_MICROS = 400 * 86_400 * 1_000_000


@dataclass(frozen=True, slots=True)
class VoidBatch:
    id: str
    agency: str | None
    reason: str


def find(batch: Stored | None, id: str) -> Stored:
    if batch is None:
        raise NotFound(f"there is no batch {id}, or it is not yours")
    return batch


def void_batch(command: VoidBatch, uow: UnitOfWork) -> Stored:
    """Takes a batch out, with what was driven again of its rows; tells what they had carried."""
    batch = find(batches.find(uow.connection, command.id, command.agency), command.id)
    if batch.voided_at is not None:
        raise Conflict(
            f"the batch was voided at {rfc3339(batch.voided_at)}; there is nothing left to take out",
            slug="already-voided",
        )
    family = [member for member in batches.family(uow.connection, batch.id) if member.voided_at is None]
    for member in family:
        _tell(member, command.reason, uow)
    batches.void(uow.connection, [member.id for member in family], to_micros(uow.now), command.reason)
    return find(batches.find(uow.connection, command.id, command.agency), command.id)


def _tell(member: Stored, reason: str, uow: UnitOfWork) -> None:
    if member.outbox_id is None:
        return
    found = batches.record(uow.connection, member.outbox_id)
    if found is None:
        raise Gone("the batch's rows are no longer kept, and its windows are final")
    record = unpack(*found)
    voided = Voided(
        member.id,
        member.service,
        reason,
        record if isinstance(record, Batch) else None,
        record if isinstance(record, JourneyBatch) else None,
    )
    uow.emit(event_of(VOIDED, voided))


def forget_old(timer: Timer, uow: UnitOfWork) -> None:
    """Daily: receipts and rows set aside are kept as long as the batches' rows."""
    batches.forget_before(uow.connection, to_micros(uow.now) - KEPT_MICROS)
    uow.schedule(timer.kind, timer.key, uow.now + timedelta(days=1))
