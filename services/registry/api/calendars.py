"""Working calendars: read by whoever is signed in, published by the admin of the agency that owns them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.registry.api.common import BASE, db, tagged
from services.registry.handlers import calendars as handlers
from services.registry.handlers.public import Create
from services.registry.schemas import CodeFilter, CodeInPath
from services.registry.schemas.calendars import CalendarIn, CalendarOut, NextVersionIn
from services.registry.store import calendars as store
from shared.auth import Principal, Role, SignedIn, requires
from shared.db import Connection, Row
from shared.errors import NotFound
from shared.http import After, Limit, Page, StrictRoute, cursor, perform, read_cursor

router = APIRouter(prefix=f"{BASE}/calendars", route_class=StrictRoute, tags=["calendars"])

NumberInPath = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("")
async def list_calendars(
    request: Request, caller: SignedIn, owner: CodeFilter = None, after: After = None, limit: Limit = 100
) -> Page[CalendarOut]:
    """The newest version of each calendar, by code."""
    place = read_cursor(after, str)

    def page(connection: Connection) -> Page[CalendarOut]:
        rows = store.calendars(connection, owner, place[0] if place else None, limit + 1)
        return Page(
            items=[handlers.calendar_out(row) for row in rows[:limit]],
            next=cursor(rows[limit - 1].code) if len(rows) > limit else None,
        )

    return await db(request).read(page)


@router.post("", status_code=201, response_model=CalendarOut)
async def register_calendar(
    request: Request, body: CalendarIn, caller: Principal = requires(Role.AGENCY_ADMIN)
) -> Response:
    """Version 1. Holidays of a country are written out as dates, so that nothing changes them later."""
    return await perform(
        request,
        db(request),
        handlers.register_calendar,
        Create(caller, body),
        status=201,
        location=lambda made: f"{BASE}/calendars/{made.code}",
        tag=lambda made: made.version,
    )


@router.get("/{code}")
async def read_calendar(
    request: Request, response: Response, code: CodeInPath, caller: SignedIn
) -> CalendarOut:
    """The newest version."""
    found = handlers.calendar_out(await db(request).read(_found, code, None))
    tagged(response, found.version)
    return found


@router.get("/{code}/versions")
async def list_calendar_versions(
    request: Request, code: CodeInPath, caller: SignedIn, after: After = None, limit: Limit = 100
) -> Page[CalendarOut]:
    """All versions, newest first."""
    place = read_cursor(after, int)

    def page(connection: Connection) -> Page[CalendarOut]:
        _found(connection, code, None)
        rows = store.versions(connection, code, place[0] if place else None, limit + 1)
        return Page(
            items=[handlers.calendar_out(row) for row in rows[:limit]],
            next=cursor(rows[limit - 1].version) if len(rows) > limit else None,
        )

    return await db(request).read(page)


@router.post("/{code}/versions", status_code=201, response_model=CalendarOut)
async def publish_calendar_version(
    request: Request, code: CodeInPath, body: NextVersionIn, caller: Principal = requires(Role.AGENCY_ADMIN)
) -> Response:
    """The whole calendar anew, for journeys that start on `effective_from` or later.

    A `retroactive` version judges nothing by itself: see what it would change in an agreement
    (`/api/evaluation/v1/calendars/{code}/versions/{version}/impact`), and adopt it by a correction.
    """
    return await perform(
        request,
        db(request),
        handlers.publish_version,
        handlers.Publish(caller, code, body),
        status=201,
        location=lambda made: f"{BASE}/calendars/{made.code}/versions/{made.version}",
        tag=lambda made: made.version,
    )


@router.get("/{code}/versions/{version}")
async def read_calendar_version(
    request: Request, code: CodeInPath, version: NumberInPath, caller: SignedIn
) -> CalendarOut:
    return handlers.calendar_out(await db(request).read(_found, code, version))


def _found(connection: Connection, code: str, version: int | None) -> Row:
    row = store.newest(connection, code) if version is None else store.version(connection, code, version)
    if row is None:
        raise NotFound("there is no calendar with this code, or no such version of it")
    return row
