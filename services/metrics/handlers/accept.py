"""Accepting batches: receipts, rows and what was set aside commit together, several batches at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from services.metrics.domain.prepared import Prepared
from services.metrics.store import backfills, batches, projections
from shared.db import UnitOfWork
from shared.errors import Conflict, Problem


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to a batch, stored with it. ``replayed``: it was given before."""

    answer: bytes
    replayed: bool = False


class Stale(Enum):
    """The projections changed since a batch was judged: judge it again."""

    STALE = "stale"


STALE = Stale.STALE
Outcome = Accepted | Problem | Stale


def reused(key: str) -> Conflict:
    return Conflict(
        f"Idempotency-Key {key!r} was used by this source for another content; use a new key for a new batch",
        slug="idempotency-key-reused",
    )


def sealed(id: str) -> Conflict:
    return Conflict(
        f"the backfill {id} is sealed; open another one for what is missing", slug="backfill-sealed"
    )


def accept_group(group: Sequence[Prepared], uow: UnitOfWork) -> list[Outcome]:
    """Stores batches in one transaction; each has an outcome of its own, in their order."""
    picture = projections.picture_version(uow.connection)
    keys = [(item.origin.source, item.origin.key) for item in group if item.origin.key is not None]
    given = batches.receipts(uow.connection, keys) if keys else {}
    outcomes: list[Outcome] = []
    fresh: list[Prepared] = []
    for item in group:
        key = (item.origin.source, item.origin.key or "")
        known = given.get(key)
        outcome: Outcome
        if known is not None:
            same = known.content_hash == item.origin.content_hash
            outcome = Accepted(known.answer, replayed=True) if same else reused(key[1])
        elif item.picture != picture:
            outcome = STALE
        elif item.origin.backfill is not None and not backfills.count_in(
            uow.connection, item.origin.backfill, 1, item.rows
        ):
            outcome = sealed(item.origin.backfill)
        else:
            outcome = Accepted(item.answer)
            fresh.append(item)
            if item.origin.key is not None:
                given[key] = batches.Receipt(item.origin.content_hash, item.answer, item.origin.agency)
        outcomes.append(outcome)
    store(fresh, uow)
    return outcomes


def store(items: Sequence[Prepared], uow: UnitOfWork) -> None:
    """Appends batches to the log and keeps their receipts."""
    if not items:
        return
    told = [item for item in items if item.event is not None]
    ids = uow.emit(*(item.event for item in told if item.event is not None))
    places = {item.id: id for item, id in zip(told, ids, strict=True)}
    batches.add(uow.connection, [_row(item, places.get(item.id)) for item in items])
    for item in items:
        keep_aside(item.id, item, uow)


def keep_aside(batch: str, item: Prepared, uow: UnitOfWork) -> None:
    """Keeps what was set aside of ``item`` with the batch it came with."""
    if not item.aside:
        return
    batches.add_aside(
        uow.connection,
        [
            {
                "batch": batch,
                "service": item.origin.service,
                "reason": part.reason,
                "indicator": part.indicator,
                "rows": part.rows,
                "received_at": item.origin.received_at,
                "data": part.data,
                "waiting": part.waiting,
            }
            for part in item.aside
        ],
    )


def _row(item: Prepared, outbox_id: int | None) -> dict[str, Any]:
    origin = item.origin
    return {
        "id": item.id,
        "kind": item.kind,
        "source": origin.source,
        "idempotency_key": origin.key,
        "content_hash": origin.content_hash,
        "service": origin.service,
        "agency": origin.agency,
        "outbox_id": outbox_id,
        "received_at": origin.received_at,
        "first_at": item.first_at,
        "last_at": item.last_at,
        "rows": item.rows,
        "indicators": item.indicators,
        "backfill": origin.backfill,
        "parent": origin.parent,
        "answer": item.answer,
    }
