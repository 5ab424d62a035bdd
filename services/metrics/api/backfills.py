"""Backfills: opened, read, sealed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from services.metrics.api.common import BASE, Id, database
from services.metrics.handlers import backfills as handlers
from services.metrics.schemas import BackfillIn, BackfillOut, backfill_out
from services.metrics.store import backfills as store
from shared.auth import Principal, Role, SignedIn, requires
from shared.http import After, Limit, Page, StrictRoute, cursor, perform, read_cursor

router = APIRouter(prefix=f"{BASE}/backfills", route_class=StrictRoute, tags=["metrics"])


def _open(command: handlers.OpenBackfill, uow: Any) -> BackfillOut:
    return backfill_out(handlers.open_backfill(command, uow))


def _seal(command: handlers.SealBackfill, uow: Any) -> BackfillOut:
    return backfill_out(handlers.seal_backfill(command, uow))


@router.post("", status_code=201, response_model=BackfillOut)
async def open_backfill(
    request: Request, body: BackfillIn, caller: Principal = requires(Role.REPORTER)
) -> Response:
    """Opens a backfill: batches of any age may name it, as long as their times lie in [from, to)."""
    command = handlers.OpenBackfill(
        caller.agency, body.source, body.service, body.from_at, body.to_at, body.reason
    )
    return await perform(
        request,
        database(request),
        _open,
        command,
        status=201,
        location=lambda opened: f"/api/metrics/v1/backfills/{opened.id}",
    )


@router.get("")
async def list_backfills(
    request: Request, caller: SignedIn, limit: Limit = 100, after: After = None
) -> Page[BackfillOut]:
    """Your agency's backfills, oldest first."""
    behind = read_cursor(after, str)
    found = await database(request).read(
        store.listed, caller.agency, behind[0] if behind else None, limit + 1
    )
    more = cursor(found[limit - 1].id) if len(found) > limit else None
    return Page(items=[backfill_out(backfill) for backfill in found[:limit]], next=more)


@router.get("/{id}")
async def read_backfill(request: Request, caller: SignedIn, id: Id) -> BackfillOut:
    """One of your agency's backfills."""
    found = await database(request).read(store.find, id)
    return backfill_out(handlers.find(found, id, caller.agency))


@router.post("/{id}/seal", response_model=BackfillOut)
async def seal_backfill(request: Request, id: Id, caller: Principal = requires(Role.REPORTER)) -> Response:
    """Seals a backfill: the windows it touches that have ended are judged as closed and final."""
    return await perform(request, database(request), _seal, handlers.SealBackfill(id, caller.agency))
