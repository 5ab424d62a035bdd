"""What the routes of this service share."""

from __future__ import annotations

from fastapi import Request

from services.evaluation import reading
from services.evaluation.store import results
from shared.auth import Principal
from shared.db import Connection, Database
from shared.errors import NotFound

BASE = "/api/evaluation/v1"


def database(request: Request) -> Database:
    db: Database = request.app.state.contexts["evaluation"].db
    return db


def agency_of(caller: Principal | None) -> str | None:
    return None if caller is None else caller.agency


def visible_breach(connection: Connection, breach_id: str, agency: str | None) -> results.Breach:
    """A breach of an agreement that an agency is party to; another's answers as a missing one."""
    found = results.breach_by_id(connection, breach_id)
    mine, _ = reading.visible(connection, agency)
    if found is None or found.agreement not in mine:
        raise NotFound("there is no such breach, or it is not open to you")
    return found
