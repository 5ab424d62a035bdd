"""Style sheet, fonts and their licence: from our own host, under an address that changes with them."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated

from fastapi import Path, Request, Response

from services.portal.api.common import PAGE, page_router, parts_of
from services.portal.client import Missing
from services.portal.rendering import TYPES

router = page_router()

FOREVER = "public, max-age=31536000, immutable"
Name = Annotated[str, Path(max_length=64)]


@router.api_route("/assets/{version}/{name}", **PAGE)
async def asset(request: Request, version: Name, name: Name) -> Response:
    """An older page's version answers with what there is now, but is not kept."""
    assets = parts_of(request).pages.assets
    if name not in assets.files:
        raise Missing(name)
    return Response(
        assets.files[name],
        media_type=TYPES[PurePath(name).suffix],
        headers={"Cache-Control": FOREVER if version == assets.version else "no-cache"},
    )
