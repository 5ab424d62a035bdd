"""`/catalogue`: what is promised to the public, for open-data portals to harvest (DCAT-AP terms, JSON-LD)."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request, Response

from services.sla.api.common import code_cursor, database
from services.sla.domain.catalogue import catalogue
from services.sla.domain.negotiation import Revision
from services.sla.schemas.catalogue import Catalogue
from services.sla.settings import Settings
from services.sla.store import agreements as store
from services.sla.store import announcements
from shared.auth import public
from shared.db import Connection
from shared.http import After, Limit, StrictRoute, cursor, encode

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["catalogue"])

MEDIA_TYPE = "application/ld+json"


@router.get(
    "/catalogue",
    response_model=Catalogue,
    dependencies=[public],
    responses={200: {"content": {MEDIA_TYPE: {}}}},
)
async def get_catalogue(request: Request, after: After = None, limit: Limit = 100) -> Response:
    """Every public agreement in force as a `dcat:Dataset`, by code."""
    db = database(request)
    settings = request.app.state.contexts["sla"].settings
    assert isinstance(settings, Settings)
    now, place = db.clock(), code_cursor(after)

    def read(connection: Connection) -> tuple[list[tuple[Revision, dict[str, Any]]], dict[str, str]]:
        found = store.list_open(
            connection,
            None,
            now,
            service=None,
            party=None,
            state="in_force",
            after=place,
            limit=limit + 1,
        )
        current = [each.in_force(now) for each in found]
        documents = [
            (each, json.loads(store.document(connection, each.hash))) for each in current if each is not None
        ]
        return documents, announcements.ids_of(connection, [each.hash for each, _ in documents])

    found, announced = await db.read(read)
    body = catalogue(
        found[:limit],
        announced,
        base=str(request.base_url).rstrip("/"),
        license=settings.sla_catalogue_license,
        spatial=settings.sla_catalogue_spatial,
        next=cursor(found[limit - 1][1]["code"]) if len(found) > limit else None,
    )
    return Response(encode(body), media_type=MEDIA_TYPE)
