"""The feed as a list and as a stream; both answer from the `feed` table alone, at any replica."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from services.delivery import store
from services.delivery.api.common import database
from services.delivery.schemas import Events
from services.delivery.wake import Wake
from shared.auth import Principal, SignedIn
from shared.db import Database
from shared.errors import Fault, Gone, Unprocessable
from shared.http import Limit, StrictRoute

router = APIRouter(prefix="/api/delivery/v1", route_class=StrictRoute, tags=["feed"])

STREAM_ROWS = 500
HEARTBEAT_SECONDS = 15.0
POLL_SECONDS = 0.5

After = Annotated[
    str | None,
    Query(max_length=20, description="Cursor: the `next` of a list or the `id` of a streamed event."),
]
Types = Annotated[list[str] | None, Query(alias="type", max_length=50, description="Only these event types.")]


def _sequence(cursor: str | None, where: str) -> int | None:
    if cursor is None or cursor == "":
        return None
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 18):
        raise Unprocessable(
            "the cursor is not one that the feed gave",
            errors=[Fault(where, "a whole number as given in `next` or as the `id` of an event")],
        )
    return int(cursor)


def _check_kept(sequence: int, first: int, newest: int) -> None:
    if sequence > newest:
        raise Unprocessable(
            "the cursor lies beyond the newest event",
            errors=[Fault("?after", f"at most {newest}; use `next` of a list as it was")],
        )
    if sequence < first - 1:
        raise Gone(
            f"events before {first} are no longer kept (90 days); read the current state with "
            f"GET /api/evaluation/v1/breaches and go on with after={first - 1}"
        )


@router.get("/events")
async def list_events(
    request: Request, caller: SignedIn, after: After = None, type: Types = None, limit: Limit = 100
) -> Events:
    """Facts that your agency may hear of, oldest first, from a cursor on (from the start without one)."""
    db = database(request)
    first, newest = await db.read(store.bounds)
    sequence = _sequence(after, "?after")
    if sequence is None:
        sequence = first - 1
    _check_kept(sequence, first, newest)
    entries = await db.read(store.after, sequence, caller.agency, tuple(type or ()), limit)
    # A page that is not full has seen everything up to `newest`.
    reached = entries[-1].seq if len(entries) == limit else max(newest, sequence)
    if entries and len(entries) < limit:
        reached = max(reached, entries[-1].seq)
    return Events(items=[json.loads(entry.event) for entry in entries], next=str(reached))


@router.get("/events/stream", response_class=StreamingResponse)
async def stream_events(
    request: Request,
    caller: SignedIn,
    after: After = None,
    type: Types = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """The same facts as Server-Sent Events: `id` is the cursor, `event` the type, `data` the CloudEvent.

    Resumes behind `Last-Event-ID` (or `after`); without either it starts with what comes next.
    """
    db = database(request)
    first, newest = await db.read(store.bounds)
    sequence = _sequence(last_event_id, "header Last-Event-ID")
    if sequence is None:
        sequence = _sequence(after, "?after")
    if sequence is None:
        sequence = newest
    _check_kept(sequence, first, newest)
    return StreamingResponse(
        _stream(request, db, caller, sequence, tuple(type or ())),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _stream(
    request: Request, db: Database, caller: Principal, sequence: int, types: tuple[str, ...]
) -> AsyncIterator[str]:
    wake: Wake = request.app.state.contexts["delivery"].parts["wake"]
    stopping: asyncio.Event = request.app.state.stopping
    loop = asyncio.get_running_loop()
    spoke = loop.time()
    yield "retry: 2000\n\n"
    while not stopping.is_set():
        seen = wake.count
        entries = await db.read(store.after, sequence, caller.agency, types, STREAM_ROWS)
        for entry in entries:
            sequence = entry.seq
            yield f"id: {entry.seq}\nevent: {entry.type}\ndata: {entry.event}\n\n"
        if entries:
            spoke = loop.time()
        if len(entries) == STREAM_ROWS:
            continue
        if loop.time() - spoke > HEARTBEAT_SECONDS:
            spoke = loop.time()
            yield ": still here\n\n"
        await wake.beyond(seen, POLL_SECONDS)
