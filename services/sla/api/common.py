"""What the routes of this service share."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import Path, Request

from shared.clock import from_micros
from shared.db import Database
from shared.errors import Fault, PreconditionFailed, Unprocessable
from shared.http import check_if_match, read_cursor

CODE = r"^[a-z0-9][a-z0-9._-]{0,63}$"
Code = Annotated[str, Path(pattern=CODE)]
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="A revision's hash.")]


def database(request: Request) -> Database:
    db: Database = request.app.state.contexts["sla"].db
    return db


def code_cursor(after: str | None) -> str | None:
    """The code behind which a list goes on."""
    parts = read_cursor(after, str)
    if parts is None:
        return None
    code: str = parts[0]
    if not re.fullmatch(CODE, code):
        raise Unprocessable(
            "the cursor is not one that a list gave",
            errors=[Fault("?after", "use `next` of the page before, as it was")],
        )
    return code


def instant_cursor(after: str | None) -> tuple[datetime, str] | None:
    """The instant and the id behind which a list goes on."""
    parts = read_cursor(after, int, str)
    return None if parts is None else (from_micros(parts[0]), parts[1])


def unchanged(request: Request, read: int | None) -> Callable[[int], None]:
    """A check that nobody changed it meanwhile, by `If-Match` or by the version in the body."""

    def check(version: int) -> None:
        check_if_match(request, version)
        if read not in (None, version):
            raise PreconditionFailed(
                f"changed meanwhile: the version is {version} now; read it again and repeat"
            )

    return check
