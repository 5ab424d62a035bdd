"""What the routes of this service share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request

from shared.db import Database

BASE = "/api/metrics/v1"
MOST_BODY = 4 << 20

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="As the system gave it.")]


def database(request: Request) -> Database:
    db: Database = request.app.state.contexts["metrics"].db
    return db
