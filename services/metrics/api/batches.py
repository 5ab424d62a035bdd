"""Batches as their owner sees them, and taking one out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.metrics.api.common import BASE, Id, database
from services.metrics.domain.columns import rows_of
from services.metrics.handlers import batches as handlers
from services.metrics.schemas import BatchDetail, BatchOut, SetAside, VoidIn, batch_out
from services.metrics.store import batches as store
from services.metrics.store.batches import Stored
from shared.auth import Principal, Role, SignedIn, requires
from shared.clock import rfc3339
from shared.db import Database
from shared.errors import Gone, NotFound
from shared.events.metrics import Batch, JourneyBatch, unpack
from shared.http import After, Json, Limit, Page, StrictRoute, cursor, perform, read_cursor

router = APIRouter(prefix=BASE, route_class=StrictRoute, tags=["metrics"])

Filter = Annotated[str | None, Query(max_length=64)]


@router.get("/batches")
async def list_batches(
    request: Request,
    caller: SignedIn,
    service: Filter = None,
    source: Filter = None,
    backfill: Filter = None,
    newest: Annotated[bool, Query(description="Newest first.")] = False,
    limit: Limit = 100,
    after: After = None,
) -> Page[BatchOut]:
    """Your agency's batches, in the order of their receipt, or the newest first."""
    given = {"service": service, "source": source, "backfill": backfill}
    filters = {name: value for name, value in given.items() if value is not None}
    behind = read_cursor(after, str)
    found = await database(request).read(
        store.listed, caller.agency, filters, behind[0] if behind else None, limit + 1, newest
    )
    more = cursor(found[limit - 1].id) if len(found) > limit else None
    return Page(items=[BatchOut(**batch_out(batch)) for batch in found[:limit]], next=more)


@router.get("/batches/{id}")
async def read_batch(request: Request, caller: SignedIn, id: Id) -> BatchDetail:
    """One of your agency's batches, with what of it is set aside now."""
    db = database(request)
    batch = await _own(db, id, caller)
    aside = await db.read(store.set_aside, id)
    return BatchDetail(
        **batch_out(batch),
        set_aside=[
            SetAside.model_validate({"reason": reason, "rows": rows, "waiting": waiting})
            for reason, rows, waiting in aside
        ],
    )


@router.get("/batches/{id}/measurements", response_model=Page[dict[str, Any]])
async def read_batch_rows(
    request: Request, caller: SignedIn, id: Id, limit: Limit = 100, after: After = None
) -> Response:
    """The rows of a batch as they were accepted (journey events for a batch of those)."""
    db = database(request)
    batch = await _own(db, id, caller)
    position = read_cursor(after, int)
    start = max(0, position[0]) if position else 0
    items: list[dict[str, Any]] = []
    if batch.outbox_id is not None:
        record = await db.read(store.record, batch.outbox_id)
        if record is None:
            raise Gone("the rows of this batch are no longer kept (400 days)")
        content = unpack(*record)
        if isinstance(content, Batch):
            items = list(rows_of(content.groups, start, limit))
        elif isinstance(content, JourneyBatch):
            items = [
                {
                    "id": event.id,
                    "journey": event.journey,
                    "step": event.step,
                    "agency": event.agency,
                    "edge": event.edge,
                    "at": rfc3339(event.at),
                    "labels": event.labels,
                    **({"reason": event.reason} if event.reason else {}),
                }
                for event in content.events[start : start + limit]
            ]
    more = cursor(start + limit) if start + limit < batch.rows else None
    return Json({"items": items, "next": more})


@router.post("/batches/{id}/void")
async def void_batch(
    request: Request, id: Id, body: VoidIn, caller: Principal = requires(Role.REPORTER)
) -> BatchOut:
    """Takes a wrongly sent batch out: windows that are not final yet are judged without it."""

    def shaped(command: handlers.VoidBatch, uow: Any) -> dict[str, Any]:
        return batch_out(handlers.void_batch(command, uow))

    command = handlers.VoidBatch(id, caller.agency, body.reason)
    return await perform(request, database(request), shaped, command)  # type: ignore[return-value]


async def _own(db: Database, id: str, caller: Principal) -> Stored:
    batch = await db.read(store.find, id, caller.agency)
    if batch is None:
        raise NotFound(f"there is no batch {id}, or it is not yours")
    return batch
